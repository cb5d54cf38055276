"""What the platform asks of a payment processor, and all that it ever tells one (P29).

A wish is a dataclass with no room for anything else: the payment's token, an amount and its currency, the order's
number and the refund's. No name, address, card or free text can be sent, as there is no field for it.

What can go wrong is three things, and each means something else for the money:

Declined      the processor has decided: it did nothing, and won't
Unavailable   nothing was sent, or it was refused before it counted: it may be sent again
Unknown       it may have happened: look the refund up by its number before anything is sent again
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ProcessorError(Exception):
    """`code` is one of the processor's or ours, never a text or a value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Declined(ProcessorError):
    """It did nothing, for this reason, and asking again won't change that."""


class Unavailable(ProcessorError):
    """It did nothing: it couldn't be reached, or didn't take the request in."""


class Unknown(ProcessorError):
    """Nobody knows whether it did it: no answer, half an answer, or one that it failed on the way."""


class FoundState(StrEnum):
    """Of a refund at the processor."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class RefundWish:
    """`refund`: its number, under which it happens once at most. `token`: the processor's name of the payment."""

    token: str
    amount: int
    currency: str
    order: str
    refund: str


@dataclass(frozen=True)
class VoidWish:
    token: str
    order: str


TOLD = frozenset(field.name for field in (*fields(RefundWish), *fields(VoidWish)))
"""The names of all that a processor is told."""


@dataclass(frozen=True)
class FoundRefund:
    """`number`: the platform's, None for one that was made at the processor itself. `failure`: a code."""

    reference: str
    number: str | None
    state: FoundState
    amount: int
    currency: str
    failure: str | None = None


@dataclass(frozen=True)
class FoundDispute:
    """`state` as in records.disputes."""

    reference: str
    state: str
    reason: str
    amount: int
    currency: str
    opened: datetime
    evidence_due: datetime | None = None


@dataclass(frozen=True)
class FoundPayment:
    """How a payment stands at the processor: the whole truth, so that it can be applied in any order and twice.

    `state`: pending, authorized, captured, failed or voided, as in records.payments; what went back is in `refunds`.
    """

    token: str
    state: str
    amount: int
    captured: int
    currency: str
    failure: str | None = None
    refunds: tuple[FoundRefund, ...] = ()
    disputes: tuple[FoundDispute, ...] = ()


class Processor(Protocol):
    """Every call may raise Unavailable or Unknown; a question never changes anything."""

    name: str

    def refund(self, wish: RefundWish) -> FoundRefund:
        """Gives money back, once for each refund number. Declined when it won't."""
        ...

    def find_refund(self, number: str, token: str) -> FoundRefund | None:
        """What became of the refund with that number; None: the processor has never heard of it."""
        ...

    def void(self, wish: VoidWish) -> None:
        """Lets go of what was authorized. Declined when it is captured by now."""
        ...

    def payment(self, token: str) -> FoundPayment | None:
        """How the payment stands; None: the processor doesn't know it."""
        ...
