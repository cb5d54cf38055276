"""A dispute: the payer's bank took a payment back and asks for evidence."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class DisputeState(StrEnum):
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


class Dispute(BaseModel):
    """`amount` in minor units; `evidence_due`: until when the processor takes evidence."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    payment: str
    state: str
    reason: str
    amount: int
    currency: str
    opened: datetime
    evidence_due: datetime | None = None
    closed: datetime | None = None
