"""A payment to review: what failed, was disputed, doesn't match, looks unusual, or waits for a second person."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.disputes import Dispute
from console.records.payments import Payment
from console.records.record import Category, Record, transition
from console.records.refunds import Refund
from console.records.tickets import Message

RESOURCE = "payment-reviews"
PREFIX = "RV"


class ReviewKind(StrEnum):
    FAILED = "failed"
    DISPUTED = "disputed"
    MISMATCHED = "mismatched"
    LARGE = "large"
    REPEATED = "repeated"
    PAYOUT_CHANGE = "payout_change"
    REFUND = "refund"


class ReviewState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"


TRANSITIONS = {"settle": transition(ReviewState.OPEN, to=ReviewState.SETTLED)}
ONLY_IN = dict.fromkeys(("claim", "release", "note"), frozenset({ReviewState.OPEN}))

OUTCOMES = {
    "in_order": "It is in order",
    "refunded": "The money went back",
    "evidence_sent": "Evidence was sent to the processor",
    "accepted": "The dispute is accepted",
    "retried": "The payer was asked to pay again",
    "corrected": "The difference is explained and corrected",
    "stopped": "The payout change is stopped",
    "fraud": "Handed over as fraud",
    "approved": "The refund was approved",
    "rejected": "The refund was rejected",
    "won": "The bank decided for us",
    "lost": "The bank decided for the payer",
}
"""How a review can be settled: code → label."""

_LOOKED_INTO = ("in_order", "refunded", "fraud")
OUTCOMES_OF = {
    ReviewKind.FAILED: ("retried", "corrected", "in_order", "fraud"),
    ReviewKind.DISPUTED: ("evidence_sent", "accepted", "fraud"),
    ReviewKind.MISMATCHED: ("corrected", "refunded", "fraud"),
    ReviewKind.LARGE: _LOOKED_INTO,
    ReviewKind.REPEATED: _LOOKED_INTO,
    ReviewKind.PAYOUT_CHANGE: ("in_order", "stopped", "fraud"),
    ReviewKind.REFUND: (),
}
"""Kind → the outcomes that an employee can choose. The platform settles with the others: a refund's review with its decision, a dispute's
with the bank's."""


class PayoutChange(BaseModel):
    """Where a pro's payouts are to go from `takes_effect` on; the last fours only for who may see instruments."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    state: str
    asked: datetime
    takes_effect: datetime
    old_last_four: Raw | None = None
    new_last_four: Raw | None = None
    masks: dict[str, str] = {}


class PaymentReview(Record):
    """`case` is the ticket that is its case. `due`: the end of a dispute's evidence or of a payout change's 72 hours; else when it
    should be settled."""

    state: Annotated[str, Category.PLAIN] = ""
    kind: Annotated[str, Category.PLAIN] = ""
    opened: Annotated[datetime | None, Category.PLAIN] = None
    due: Annotated[datetime | None, Category.PLAIN] = None
    amount: Annotated[int | None, Category.PLAIN] = None
    currency: Annotated[str | None, Category.PLAIN] = None
    rule: Annotated[str | None, Category.PLAIN] = None
    order: Annotated[str | None, Category.PLAIN] = None
    person: Annotated[str | None, Category.PLAIN] = None
    case: Annotated[str | None, Category.PLAIN] = None
    assignee: Annotated[str | None, Category.PLAIN] = None
    yours: Annotated[bool, Category.PLAIN] = False
    lease_until: Annotated[datetime | None, Category.PLAIN] = None
    outcome: Annotated[str | None, Category.PLAIN] = None
    settled: Annotated[datetime | None, Category.PLAIN] = None
    payment: Annotated[Payment | None, Category.PLAIN] = None
    dispute: Annotated[Dispute | None, Category.PLAIN] = None
    refund: Annotated[Refund | None, Category.PLAIN] = None
    payout_change: Annotated[PayoutChange | None, Category.PLAIN] = None
    messages: Annotated[tuple[Message, ...], Category.THREAD] = ()
