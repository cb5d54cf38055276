"""Why a letter can't be taken back, or none can: for the list of what can be done with its record, and again when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from console.platform_api.access_package import parts
from console.platform_api.claims import tickets
from console.platform_api.guard import Ask
from console.platform_api.mail import mails
from console.records import awards, privacy_requests
from console.records.tickets import LOST, MailState

BUILT_ON = "Something was done on the strength of it since: it is not taken back. Write again, and say what was wrong."
GONE = "It has gone out: nobody takes it back."

PACKAGE = "package"
"""Among what a letter brought about: that it released one."""

THEIRS: Mapping[str, Callable[[Row[Any]], ColumnElement[bool]]] = {
    privacy_requests.RESOURCE: lambda row: mails.c.request == row.id,
    awards.RESOURCE: lambda row: mails.c.ticket == row.ticket,
}
"""Resource → which letters are a record's. A request may have several cases, one after the other."""


def undo_hinders(ask: Ask, connection: Connection, resource: str, row: Row[Any]) -> str:
    """Of all that the employee wrote of a record: the newest one says why."""
    mine = THEIRS[resource](row), mails.c.author == ask.actor.id
    letters = connection.execute(select(mails).where(*mine).order_by(mails.c.id.desc())).all()
    said = [letter_hinders(ask, connection, resource, row, each) for each in letters]
    return "" if "" in said else said[0] if said else "No letter of yours is on its way."


def letter_hinders(ask: Ask, connection: Connection, resource: str, row: Row[Any], letter: Row[Any]) -> str:
    """Of one letter, by whoever wrote it; empty when it can be taken back with all that it brought about."""
    if letter.state == MailState.UNDONE:
        return "It was undone before."
    waits = letter.state == MailState.WAITING or (letter.state == MailState.TO_POST and ask.now < letter.due)
    if not waits or letter.effects is None:  # one that failed before is on its way for good
        return GONE
    later = THEIRS[resource](row), mails.c.id > letter.id, mails.c.state != str(MailState.UNDONE)
    if connection.execute(select(mails.c.id).where(*later)).first() is not None:
        return "A later letter stands on it: take that one back first."
    lost = THEIRS[resource](row), mails.c.state.in_(LOST), mails.c.finished >= letter.at
    if connection.execute(select(mails.c.id).where(*lost)).first() is not None:
        return BUILT_ON  # what stood before it doesn't any more
    return BUILT_ON if _is_built_on(connection, row, letter) else ""


def _is_built_on(connection: Connection, row: Row[Any], letter: Row[Any]) -> bool:
    """Whether the record, its package or its case aren't any more as the letter left them."""
    columns, case = letter.effects.get("columns", {}), letter.effects.get("case", {})
    if any(plain(getattr(row, name)) != after for name, (_, after) in columns.items()):
        return True
    if letter.effects.get(PACKAGE):
        package = parts.package_of(connection, row.id)
        if package is None or package.state != "released":
            return True
    state = select(tickets.c.state).where(tickets.c.id == letter.ticket)
    return bool(case) and connection.execute(state).scalar() != case["after"]


def plain(value: Any) -> Any:
    """A column's value as JSON holds it; what is sealed stays so."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value
