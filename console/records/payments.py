"""A payment: what a person was charged for an order, and what of it went back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record

RESOURCE = "payments"
PREFIX = "P"


class PaymentState(StrEnum):
    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    FAILED = "failed"
    VOIDED = "voided"
    DISPUTED = "disputed"
    WON = "won"
    LOST = "lost"


REFUNDABLE = frozenset(
    {PaymentState.CAPTURED, PaymentState.PARTIALLY_REFUNDED, PaymentState.DISPUTED, PaymentState.WON}
)
"""States in which something can be left to refund; while disputed only if the processor allows it."""

ONLY_IN = {"refund": REFUNDABLE}

KINDS = ("charge", "fee")
"""A pet parent's charge, or a pro's fee: the same rules for both (P28)."""


class Payment(Record):
    """Amounts in minor units of `currency`. `left`: captured − refunded − reserved − lost, what can still be refunded."""

    state: Annotated[str, Category.PLAIN] = ""
    kind: Annotated[str, Category.PLAIN] = ""
    order: Annotated[str | None, Category.PLAIN] = None
    payer: Annotated[str | None, Category.PLAIN] = None
    created: Annotated[datetime | None, Category.PLAIN] = None
    captured_at: Annotated[datetime | None, Category.PLAIN] = None
    amount: Annotated[int, Category.PLAIN] = 0
    captured: Annotated[int, Category.PLAIN] = 0
    refunded: Annotated[int, Category.PLAIN] = 0
    reserved: Annotated[int, Category.PLAIN] = 0
    lost: Annotated[int, Category.PLAIN] = 0
    left: Annotated[int, Category.PLAIN] = 0
    currency: Annotated[str, Category.PLAIN] = ""
    failure: Annotated[str | None, Category.PLAIN] = None
    processor_reference: Annotated[str | None, Category.PLAIN] = None
    brand: Annotated[Raw | None, Category.INSTRUMENT] = None
    last_four: Annotated[Raw | None, Category.INSTRUMENT] = None
