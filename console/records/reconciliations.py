"""A reconciliation: the processor's balance report beside what the platform believes, line by line."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.record import Category, Record

RESOURCE = "reconciliations"
PREFIX = "RC"


class ReconciliationState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Result(StrEnum):
    """Of one line. MISSING: the platform knows of money that the report doesn't. NOT_COMPARED: fees and the like, of which it knows nothing."""

    MATCHED = "matched"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    MISSING = "missing"
    NOT_COMPARED = "not_compared"


DIFFERENCES = frozenset({Result.AMOUNT_DIFFERS, Result.UNKNOWN, Result.DUPLICATE, Result.MISSING})
"""Results that somebody has to look into, and resolves with a note."""


class ReportLine(BaseModel):
    """Amounts in minor units, what left the balance negative; `expected` is the platform's, in the same currency.

    `resolved`: somebody wrote why the difference is right.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    line: int
    result: str
    category: str
    source: Raw | None = None
    payment: str | None = None
    refund: str | None = None
    currency: str = ""
    gross: int | None = None
    expected: int | None = None
    resolved: bool = False
    note: Raw | None = None


class Reconciliation(Record):
    state: Annotated[str, Category.PLAIN] = ""
    imported: Annotated[datetime | None, Category.PLAIN] = None
    lines: Annotated[int, Category.PLAIN] = 0
    done: Annotated[int, Category.PLAIN] = 0
    matched: Annotated[int, Category.PLAIN] = 0
    differing: Annotated[int, Category.PLAIN] = 0
    resolved: Annotated[int, Category.PLAIN] = 0
    failure: Annotated[str | None, Category.PLAIN] = None
    starts: Annotated[datetime | None, Category.PLAIN] = None
    ends: Annotated[datetime | None, Category.PLAIN] = None
