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
        "notify_winner": "Tell somebody that they have won",
        "award_prize": "Hand a prize over",
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
    "deny": {
        "no_right": "The law doesn't give this right here",
        "kept_by_law": "What it is about must be kept by law",
        "others": "It would show or harm others",
        "unfounded": "It is plainly unfounded or sent again and again",
        "nothing": "There is nothing of the kind",
        "right_already": "What is stored is right",
    },
    "unverifiable": {
        "no_answer": "No proof came in time",
        "no_match": "What was given does not match",
        "no_authority": "The agent's authority was not shown",
    },
    "fulfil_partly": {
        "kept_by_law": "The rest must be kept by law",
        "others": "The rest would show or harm others",
        "right_already": "The rest is right as it is",
    },
    "extend": {
        "complex": "It is complex",
        "many": "There are many requests",
        "proof_late": "The proof came late",
    },
    "set_regime": {
        "residence": "Where the person lives",
        "asked": "The person named the law",
        "mistake": "The one before was a mistake",
    },
    "amend": {
        "typo": "It was taken down wrong",
        "new_address": "They have another address now",
        "authority_came": "The agent's authority came, or is another",
        "authority_gone": "The agent's authority does not hold",
    },
    "privacy_appeal": {
        "disagrees": "The person disagrees with the decision",
        "new_facts": "The person brings something new",
    },
    "privacy_withdraw": {
        "asker_asked": "The person asked for it",
        "twice": "It was sent twice",
    },
    "send_back": {
        "incomplete": "Something is missing in the plan",
        "person_unsure": "It isn't certain who asks",
        "basis": "A basis does not hold",
    },
    "hold": {
        "court": "A court or authority asks for it",
        "claim": "A legal claim is open",
        "fraud": "Fraud is being looked into",
    },
    "google_ground": {
        "consent": "The person agreed to it for this",
        "security": "A security case needs it",
        "legal": "The law demands it",
    },
    "disqualify": {
        "rules": "It breaks the contest's rules",
        "automated": "It was entered by a machine",
        "forged": "It is forged",
    },
    "forfeit": {
        "no_answer": "The winner did not answer in time",
        "unreachable": "What they entered reaches nobody",
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
