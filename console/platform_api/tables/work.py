"""Durable work, and what keeps a write from happening twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field

from console.platform_api.tables.base import Number, Row, id_field, moment


class JobRow(Row, table=True):
    """Durable work: commits with the effect that asks for it. `mark` is unique, so that the same work is never asked for twice.

    A worker holds it by `lease_until`; `step` is how far it got, `attempts` how often it was begun. Done jobs go.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("jobs_due", "due", "id"),)

    id: str = id_field(primary_key=True)
    kind: str
    mark: str = Field(unique=True)
    ids: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    step: str = ""
    due: datetime = moment()
    lease_until: datetime | None = moment(default=None)
    worker: str | None = None
    attempts: int = 0
    error: str | None = None


class WebhookEvent(Row, table=True):
    """What the processor told us, by its own id: the same event twice does nothing."""

    __tablename__ = "webhook_events"
    __table_args__ = (Index("webhook_events_at", "at"),)

    id: str = Field(primary_key=True)
    kind: str
    at: datetime = moment()


class Intent(Row, table=True):
    """An idempotency key and what became of it: status, id and version, never a body."""

    __tablename__ = "intents"

    employee: str = id_field(primary_key=True)
    key: str = Field(primary_key=True)
    route: str = Field(primary_key=True)
    body_hash: bytes = Field(sa_type=LargeBinary)
    status: int
    resource: str | None = None
    record: str | None = id_field(default=None)
    version: int | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = moment()


class ChangeRow(Row, table=True):
    """The change feed: `seq` is that of the write's audit row, so it rises in commit order."""

    __tablename__ = "changes"

    seq: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    resource: str = Field(primary_key=True)
    record: str = id_field(primary_key=True)
    version: int
