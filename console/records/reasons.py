"""The reasons that people choose from: code → label. The log keeps the code, so a code never changes its meaning."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, Mapping[str, str]] = {
    "reveal": {
        "answer_ticket": "Answer the ticket",
        "verify_caller": "Make sure who is calling",
        "correct_data": "Correct what is stored",
        "privacy_request": "Work on a privacy request",
        "security": "Look into a threat or misuse",
        "order_trouble": "Settle an order in trouble",
        "payment_review": "Review a payment",
        "application": "Check a pro application",
    },
    "trouble": {
        "incident": "Something happened to a pet",
        "no_show": "The pro or the parent did not come",
        "payment": "The payment is in trouble",
        "address": "The place can't be found or entered",
        "quality": "The service was not as booked",
        "safety": "Somebody feels unsafe",
        "pro_suspended": "The pro is suspended",
        "other": "Something else",
    },
    "cancel": {
        "parent_asked": "The pet parent asked for it",
        "pro_asked": "The pro can't do it",
        "not_paid": "It was not paid",
        "safety": "It would not be safe",
        "mistake": "It was booked by mistake",
    },
    "refund": {
        "not_given": "Service not given",
        "not_as_booked": "Service not as booked",
        "incident": "Something happened to a pet",
        "cancelled": "The order was cancelled",
        "charged_twice": "Charged twice",
        "goodwill": "Goodwill",
    },
    "reject": {
        "not_due": "There is nothing to refund",
        "wrong_amount": "The amount is wrong",
        "disputed": "The bank is dealing with it",
        "not_enough": "It is not explained well enough",
    },
    "decline": {
        "documents": "Documents are missing or don't hold",
        "background": "The background check speaks against it",
        "experience": "Not enough experience with animals",
        "duplicate": "The same pro is here already",
        "conduct": "Threats, harassment or harm before",
        "untrue": "What was said isn't true",
        "area": "We don't offer this there",
    },
    "reopen": {
        "appeal": "The applicant objected, and was right to",
        "new_facts": "Something new came to light",
        "mistake": "It was declined by mistake",
    },
    "withdraw": {
        "applicant_asked": "The applicant asked for it",
        "no_longer": "The applicant has no use for it any more",
        "twice": "It was sent twice",
    },
    "answered": {
        "by_mail": "The answer came by e-mail",
        "by_phone": "The answer came by phone",
        "not_needed": "The answer is no longer needed",
    },
    "lock": {
        "takeover": "Somebody else may be using the account",
        "suspicious_sign_in": "A sign-in that looks wrong",
        "person_asked": "The person asked for it",
        "fraud": "Fraud is suspected",
    },
    "unlock": {
        "person_confirmed": "The person confirmed that it is them",
        "mistake": "It was locked by mistake",
        "resolved": "The threat is over",
    },
    "suspend": {
        "terms": "Broke the terms of use",
        "animal_welfare": "An animal came to harm or was in danger",
        "fraud": "Fraud",
        "conduct": "Threats or harassment",
    },
    "reinstate": {
        "appeal": "The appeal was right",
        "resolved": "What led to it is resolved",
        "mistake": "It was suspended by mistake",
    },
}
"""Action → its reasons; `GET /v1` offers them as `reveal_reasons`, `lock_reasons` and so on."""
