"""A refund: asked for, approved by somebody else where it must be, and carried out by the platform."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.record import Category, Record, transition

RESOURCE = "refunds"
PREFIX = "RF"


class RefundState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REJECTED = "rejected"


TRANSITIONS = {
    "approve": transition(RefundState.REQUESTED, to=RefundState.APPROVED),
    "reject": transition(RefundState.REQUESTED, to=RefundState.REJECTED),
}
"""What employees do; the platform itself takes an approved one on to processing, succeeded or failed."""

RESERVING = frozenset({RefundState.REQUESTED, RefundState.APPROVED, RefundState.PROCESSING})
"""States in which the amount is reserved on the payment."""


class Refund(Record):
    """`amount` in minor units. `needs`: who must approve it (`billing`, `manager`), while it is requested."""

    state: Annotated[str, Category.PLAIN] = ""
    payment: Annotated[str | None, Category.PLAIN] = None
    order: Annotated[str | None, Category.PLAIN] = None
    amount: Annotated[int, Category.PLAIN] = 0
    currency: Annotated[str, Category.PLAIN] = ""
    reason: Annotated[str, Category.PLAIN] = ""
    needs: Annotated[str | None, Category.PLAIN] = None
    requested_by: Annotated[str | None, Category.PLAIN] = None
    requested_role: Annotated[str | None, Category.PLAIN] = None
    requested: Annotated[datetime | None, Category.PLAIN] = None
    yours: Annotated[bool, Category.PLAIN] = False
    decided_by: Annotated[str | None, Category.PLAIN] = None
    decided: Annotated[datetime | None, Category.PLAIN] = None
    finished: Annotated[datetime | None, Category.PLAIN] = None
    failure: Annotated[str | None, Category.PLAIN] = None
    note: Annotated[Raw | None, Category.SERVICE] = None


class RefundPreview(BaseModel):
    """What a refund of `amount` would do now. `goes`: `at_once` or to `approval`, by `approver`, and `because` says why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    amount: int
    currency: str
    left_before: int
    left_after: int
    goes: str
    approver: str | None = None
    because: str = ""
