"""What can be done with a payment to review, and what each way to settle it means."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from console.records.payment_reviews import OUTCOMES, OUTCOMES_OF, PaymentReview, ReviewKind
from console.text import exact, line
from screens.parts.deed import Deed

DEEDS = {
    "claim": Deed("Claim", "yours for 30 minutes; work renews it. u undoes it.", versioned=False),
    "release": Deed("Release", "free for others. u undoes it."),
}
"""The actions that need no form of their own."""

UNDO = {"claim": "release", "release": "claim"}
"""What takes back what."""

EFFECTS = {
    "in_order": "Nothing about the payment changes.",
    "refunded": "Nothing more goes back by this: r does that.",
    "evidence_sent": "The bank decides; its decision changes the payment by itself.",
    "accepted": "No evidence is sent: the payer keeps the money.",
    "retried": "The payment stays failed until the payer pays again.",
    "corrected": "The difference is explained; nothing about the payment changes by this.",
    "stopped": "Payouts go on to where they went before, and the change never takes effect.",
    "fraud": "Say in the note who has it now.",
}
"""What each outcome does, or doesn't."""


def fitting(review: PaymentReview, offered: dict[str, str]) -> dict[str, str]:
    """Code → words of the outcomes that make sense for it; all of them for a kind that this console doesn't know."""
    words = offered or OUTCOMES
    known = review.kind in set(ReviewKind)
    return {code: words[code] for code in (OUTCOMES_OF[ReviewKind(review.kind)] if known else words) if code in words}


def effect(review: PaymentReview, outcome: str) -> Content:
    """In words, before the yes."""
    said = EFFECTS.get(outcome, "")
    if outcome == "in_order" and review.payout_change is not None:
        said = f"The change takes effect: {_when(review.payout_change.takes_effect)}."
    number = line(review.number).plain
    return Content(f"{said} {number} and its case are closed for good.".strip())


def _when(at: datetime) -> str:
    return f"on {exact(at)}"
