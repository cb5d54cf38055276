"""What mails begin as: an employee edits them before they go, but for the notices that the platform sends by itself.
The letters of privacy requests are in `privacy_templates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from console.platform_api.award_templates import AWARDS
from console.platform_api.award_templates import LETTERS as PRIZE_LETTERS
from console.platform_api.mail_template import Template
from console.platform_api.privacy_templates import LETTERS, PRIVACY

TICKETS, APPLICATIONS = "tickets", "pro-applications"
NOTICE = ""
"""Offered to nobody: the platform sends it."""

TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "acknowledge": Template(
            TICKETS,
            "We have your message",
            "We have your message",
            "Thank you for writing to us. We have your message and are looking into it. You need not do anything for now.",
        ),
        "need_information": Template(
            TICKETS,
            "Ask for information",
            "We need something more from you",
            "Thank you for writing to us. So that we can help, please tell us:\n\n- \n\nYou can answer this mail. Please send us no "
            "passwords and no card numbers.",
        ),
        "solved": Template(
            TICKETS,
            "It is settled",
            "Your question is settled",
            "What you wrote to us about is settled.\n\nIf something is still not right, answer this mail and we look at it again.",
        ),
        "received": Template(
            APPLICATIONS,
            "We have the application",
            "We have your application",
            "Thank you for applying to offer your services on Petworks. We have your application, and let you know when we have "
            "decided.",
        ),
        "ask_document": Template(
            APPLICATIONS,
            "Ask for what is missing",
            "Your application: something is missing",
            "Thank you for applying to offer your services on Petworks. Before we can decide, we need from you:\n\n$missing\n\n"
            "Please add it to your application within $days days. Without it the application ends then, and you can apply again "
            "at any time.",
        ),
        "ask_details": Template(
            APPLICATIONS,
            "Ask for details",
            "Your application: a question",
            "Thank you for applying to offer your services on Petworks. Before we can decide, please tell us:\n\n- \n\n"
            "Please answer within $days days. Without an answer the application ends then, and you can apply again at any time.",
        ),
        "approved": Template(
            APPLICATIONS,
            "Approved",
            "Your application is approved",
            "Welcome to Petworks: your application is approved. From now on you can offer your services.",
        ),
        "declined": Template(
            APPLICATIONS,
            "Declined",
            "Your application",
            "Thank you for applying to offer your services on Petworks. We have looked at your application, and can't approve it.\n\n"
            "$reason\n\nIf you think that we got something wrong, answer this mail: somebody else looks at it then.",
        ),
        "expired": Template(
            APPLICATIONS,
            "Expired",
            "Your application has ended",
            "We asked you about your application $days days ago, and have no answer. So the application has ended. You can apply "
            "again at any time.",
        ),
        "email_changed": Template(
            NOTICE,
            "E-mail address changed",
            "Your e-mail address was changed",
            "The e-mail address of your Petworks account was changed. If you asked for it, you need not do anything.\n\n"
            "If you did not, please answer this mail at once.",
        ),
        "phone_changed": Template(
            NOTICE,
            "Phone number changed",
            "Your phone number was changed",
            "The phone number of your Petworks account was changed. If you asked for it, you need not do anything.\n\n"
            "If you did not, please answer this mail at once.",
        ),
        "order_corrected": Template(
            NOTICE,
            "Something in an order was corrected",
            "Your order $order: something was corrected",
            "The pet parent of your order $order has had this corrected: $fields. Please use what the order shows now, and "
            "no longer what you were told before.",
        ),
        **LETTERS,
        **PRIZE_LETTERS,
    }
)

OFFERED: Mapping[str, Mapping[str, str]] = {
    of: {code: template.label for code, template in TEMPLATES.items() if template.of == of}
    for of in (TICKETS, APPLICATIONS, PRIVACY, AWARDS)
}
"""Resource → code → label."""

GREETING = "Hello,"
"""When the sender may not see the name."""


def greeting(name: str | None) -> str:
    return f"Hello {' '.join(name.split())}," if name else GREETING


MISSING_WORDS: Mapping[str, str] = {
    "licence": "your licence, one that is still valid",
    "insurance": "proof of your insurance, one that is still valid",
    "background_check": "the result of your background check",
    "business_name": "the name of your business",
    "area": "the area that you work in",
    "postcode": "your postcode",
    "experience": "your experience with animals",
    "rates": "your rates",
}

DECLINE_WORDS: Mapping[str, str] = {
    "documents": "The documents that we need are missing, or no longer valid.",
    "background": "The background check speaks against it.",
    "experience": "We ask for more experience with animals.",
    "duplicate": "You, or your business, are on Petworks already.",
    "conduct": "How you have dealt with others speaks against it.",
    "untrue": "Something that you told us is not so.",
    "area": "We do not offer this service in your area.",
}


def missing_words(missing: tuple[str, ...]) -> str:
    return "\n".join(f"- {MISSING_WORDS[name]}" for name in missing) or "- "
