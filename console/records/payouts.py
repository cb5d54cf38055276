"""A payout to a pet pro, and a change of where payouts go, which waits 72 hours."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record

RESOURCE = "payouts"
PREFIX = "PO"


class PayoutState(StrEnum):
    SCHEDULED = "scheduled"
    PAID = "paid"
    FAILED = "failed"
    HELD = "held"


class ChangeState(StrEnum):
    """Of a payout change: it waits, then holds; billing may stop it meanwhile."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    STOPPED = "stopped"


class Payout(Record):
    """`amount` in minor units of `currency`."""

    state: Annotated[str, Category.PLAIN] = ""
    pro: Annotated[str | None, Category.PLAIN] = None
    order: Annotated[str | None, Category.PLAIN] = None
    amount: Annotated[int, Category.PLAIN] = 0
    currency: Annotated[str, Category.PLAIN] = ""
    created: Annotated[datetime | None, Category.PLAIN] = None
    arrives: Annotated[datetime | None, Category.PLAIN] = None
    failure: Annotated[str | None, Category.PLAIN] = None
    bank: Annotated[Raw | None, Category.INSTRUMENT] = None
    payout_last_four: Annotated[Raw | None, Category.INSTRUMENT] = None
