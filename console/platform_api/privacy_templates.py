"""What letters of privacy requests begin as. None tells whether we know the person: nobody learns that before it is proven who asks (P10)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from console.platform_api.mail_template import Template

PRIVACY = "privacy-requests"

AGAIN = (
    "If you disagree, answer this mail: somebody else looks at it then, and tells you within 60 days what came of it."
)


def _letter(label: str, subject: str, body: str) -> Template:
    return Template(PRIVACY, label, subject, body)


LETTERS: Mapping[str, Template] = MappingProxyType(
    {
        "acknowledge_request": _letter(
            "We have your request",
            "We have your request",
            "You asked us $asked. We have your request since $received, and answer it by $until.\n\nYou need not do anything for "
            "now. If we need something to be certain that it is you who asks, we write to you again.",
        ),
        "ask_proof": _letter(
            "Ask for proof",
            "Your request: please show that it is you",
            "You asked us $asked. Before we go on we must be certain that it is you who asks, whether you have an account with us "
            "or not.\n\nPlease tell us $points:\n\n- the e-mail address of your account\n- its phone number\n- its postcode\n"
            "- the number of one of your orders\n\nPlease send us no passwords, no card numbers and no pictures of papers.",
        ),
        "unverifiable": _letter(
            "Can't be verified",
            "Your request",
            "You asked us $asked. We can't be certain that it is you who asks, so we can't do it. $reason\n\nThis says nothing "
            f"about whether we have anything about you. You can ask again at any time.\n\n{AGAIN}",
        ),
        "deny": _letter(
            "Deny",
            "Your request",
            f"You asked us $asked. We have looked at it, and don't do it.\n\n$reason\n\nWhat this is based on:\n\n- \n\n{AGAIN}",
        ),
        "extend": _letter(
            "Extend",
            "Your request takes longer",
            "You asked us $asked. We need more time for it, and answer you by $until.\n\n$reason",
        ),
        "fulfil_access": _letter(
            "Fulfilled: access",
            "What we have about you",
            "You asked us $asked. We have sent you all that bears on you. Where it says none, we have nothing of the kind.",
        ),
        "fulfil_correct": _letter(
            "Fulfilled: corrected",
            "Your data are corrected",
            "You asked us $asked. We have corrected it, and tell those to whom we had given the old value.",
        ),
        "fulfil_concern": _letter(
            "Answer a concern",
            "Your concern",
            "You wrote to us $asked. We have looked into it. What we found, and what we do about it:\n\n- ",
        ),
        "fulfil_partly": _letter(
            "Fulfilled in part",
            "Your request",
            f"You asked us $asked. We have done so in part.\n\n$reason\n\nWhat this is based on:\n\n- \n\n{AGAIN}",
        ),
        "uphold": _letter(
            "Appeal: upheld",
            "Your appeal",
            "You disagreed with what we decided when you asked us $asked. Somebody else has looked at it again, and it stays as it "
            "was, because:\n\n- \n\nIf you still disagree, you can turn to $turn_to.",
        ),
        "reverse": _letter(
            "Appeal: decided anew",
            "Your appeal",
            "You disagreed with what we decided when you asked us $asked. Somebody else has looked at it again: that decision falls, and "
            "we work on what you asked for anew. You hear from us again when it is done.",
        ),
        "confirm": _letter(
            "Confirm the opt-out",
            "You hear no more of it from us",
            "You asked us $asked. It is done, and works since we had it. What your orders, your account's security or your own "
            "questions need still comes.",
        ),
        "release_package": _letter(
            "Send what we have",
            "What we have about you is ready",
            "You asked us $asked. It is ready. The link below opens it once, with a passphrase that you get from us by another way, "
            "never in a mail.",
        ),
        "message": _letter("A message", "Your request", "You asked us $asked.\n\n- "),
    }
)

ASKED: Mapping[str, str] = {
    "access": "what we have about you",
    "correct": "to correct something that we have about you",
    "delete": "to delete what we have about you",
    "opt_out": "not to write to you any more",
    "concern": "about something that concerns you",
}
"""Kind → what stands behind “you asked us”."""

REASON_WORDS: Mapping[str, str] = {
    "no_right": "The law that you named doesn't give this right for it.",
    "kept_by_law": "The law says that we must keep it.",
    "others": "It would show something about others, or harm them.",
    "unfounded": "It was asked again and again, without a ground that we could find.",
    "nothing": "There is nothing of the kind.",
    "right_already": "What is stored is right.",
    "no_answer": "We asked you to show it, and have no answer.",
    "no_match": "What you told us is not enough to be certain.",
    "no_authority": "We were not shown that you may ask for somebody else.",
    "complex": "It is more to look into than we thought.",
    "many": "There are many requests right now.",
    "proof_late": "What showed that it is you came late.",
}
"""Code → what the person reads."""

TURN_TO: Mapping[str, str] = {
    "policy": "the Attorney General of your state",
    "opt_out": "the Attorney General of your state",
    "ctdpa": "the Attorney General of Connecticut (portal.ct.gov/ag)",
    "ccpa": "the Attorney General of California (oag.ca.gov) or the California Privacy Protection Agency",
    "gdpr": "the data protection authority of your country, or the Attorney General of Connecticut",
}
"""Regime → who hears a complaint about us."""

POINTS_ASKED: Mapping[int, str] = {
    2: "two of these, and not the one that you say is wrong",
    3: "three of these, and write that you declare to be the person whom they are about",
}
