"""Tickets: every case is one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


class TicketRow(Row, table=True):
    """`owner` is whose key seals the thread: the person it is about, else who wrote it. `backed`: more than its opener stands behind it."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_state", "state", "number"),
        Index("tickets_assignee", "assignee", "number"),
        Index("tickets_opened", "opened", "number"),
        Index("tickets_lease", "lease_until", "about", "assignee", "id"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "open"
    channel: str
    opened: datetime = moment()
    opened_by: str | None = id_field(default=None)
    backed: bool = False
    about: str = "person"
    assignee: str | None = id_field(default=None)
    lease_until: datetime | None = moment(default=None)
    owner: str = id_field()
    sealed_thread: bytes | None = sealed()


class TicketLink(Row, table=True):
    __tablename__ = "ticket_links"
    __table_args__ = (Index("ticket_links_record", "resource", "record", "ticket"),)

    ticket: str = id_field(primary_key=True)
    resource: str = Field(primary_key=True)
    record: str = id_field(primary_key=True)


class TicketMessage(Row, table=True):
    __tablename__ = "ticket_messages"
    __table_args__ = (Index("ticket_messages_ticket", "ticket", "at"),)

    id: str = id_field(primary_key=True)
    ticket: str = id_field()
    at: datetime = moment()
    kind: str
    author: str | None = id_field(default=None)
    owner: str = id_field()
    sealed_thread: bytes | None = sealed()
