"""A row of the audit log: who saw or did what, when, for which case. Never a value."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from console.records.record import Category, Record

RESOURCE = "audit"
PREFIX = "A"


class AuditRow(Record):
    seq: Annotated[int, Category.PLAIN] = 0
    at: Annotated[datetime | None, Category.PLAIN] = None
    actor: Annotated[str | None, Category.PLAIN] = None
    role: Annotated[str | None, Category.PLAIN] = None
    action: Annotated[str, Category.PLAIN] = ""
    outcome: Annotated[str, Category.PLAIN] = ""
    subject: Annotated[str | None, Category.PLAIN] = None
    record: Annotated[str | None, Category.PLAIN] = None
    case: Annotated[str | None, Category.PLAIN] = None
    fields: Annotated[tuple[str, ...], Category.PLAIN] = ()
    reason: Annotated[str | None, Category.PLAIN] = None
    told: Annotated[str | None, Category.PLAIN] = None
    details: Annotated[dict[str, Any], Category.PLAIN] = Field(default_factory=dict)
    prev: Annotated[str | None, Category.PLAIN] = None
    hash: Annotated[str | None, Category.PLAIN] = None
