"""Mail that goes out, and who looks at what right now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, sealed


class MailRow(Row, table=True):
    """A message on its way; its id is that of its entry in the case's thread, if it has one.

    waiting → sending → sent | failed | unknown; waiting → undone; by post: to_post → sent | undone. `sending` commits before the last word
    to the mail server, so whoever finds it there after a crash can't know whether it went out: `unknown`, and a person decides.
    `sealed_thread` holds subject and body, and the address only where it isn't the person's own of today (an address that was just
    replaced). `person` is whose key seals it. A letter of a privacy request is sealed under the request's own: `request` is set, and
    `person` is the same. `effects` is what such a letter brought about, as long as it can be taken back; `answers`: it counts as the reply.
    `reminded`: when somebody was told that it has reached nobody. So it is with one to the winner of a contest, under the key of the `entry`.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index("mail_person", "person", "at"),
        Index("mail_ticket", "ticket", "at"),
        Index("mail_request", "request", "state"),
        Index("mail_state", "state", "at"),
    )

    id: str = id_field(primary_key=True)
    state: str = "waiting"
    at: datetime = moment()
    due: datetime = moment()
    topic: str
    template: str | None = None
    person: str = id_field()
    ticket: str | None = id_field(default=None)
    request: str | None = id_field(default=None)
    entry: str | None = id_field(default=None)
    answers: bool = False
    author: str | None = id_field(default=None)
    finished: datetime | None = moment(default=None)
    failure: str | None = None
    attempts: int = Field(default=0)
    sealed_thread: bytes | None = sealed()
    reminded: datetime | None = moment(default=None)
    effects: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class PresenceRow(Row, table=True):
    """That an employee has a record open until `until`; the console says so again while it has."""

    __tablename__ = "presence"
    __table_args__ = (Index("presence_record", "resource", "record", "until"),)

    employee: str = id_field(primary_key=True)
    resource: str = Field(primary_key=True)
    record: str = id_field(primary_key=True)
    until: datetime = moment()
