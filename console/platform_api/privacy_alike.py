"""Likely duplicates: other requests of the same person, or to be answered to the same address, of those that the employee may know of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.platform_api.blind import email_token, phone_token
from console.platform_api.clauses import scope
from console.platform_api.guard import Ask
from console.platform_api.keys import Keys
from console.platform_api.lookup import find_row
from console.platform_api.runs import by_no_index
from console.platform_api.store import Answer, asker_of
from console.platform_api.tables import PrivacyRequestRow, UserRow, table
from console.records.privacy_requests import PREFIX, RESOURCE

_requests, _users = table(PrivacyRequestRow), table(UserRow)

MOST = 10
"""How many are named, the newest first."""


def asker_token(keys: Keys, reply_to: str | None) -> int | None:
    """Of the address to answer to."""
    if not reply_to:
        return None
    return email_token(keys, reply_to) if "@" in reply_to else phone_token(keys, reply_to)


def alike_of(ask: Ask, connection: Connection, row: Row[Any]) -> list[str]:
    """Their numbers."""
    found = _alike(ask, connection, row.person, row.asker_token, None)
    return [name_of(one) for one in found if one.id != row.id]


async def alike_to(ask: Ask, kind: str | None, named: str | None, reply_to: str | None) -> Answer:
    """Of one that isn't taken in yet."""
    with ask.platform.database.reading() as connection:
        person = find_row(connection, _users, "U", named) if named is not None else None
        token = asker_token(ask.platform.keys, reply_to)
        rows = _alike(ask, connection, str(person.id) if person is not None else None, token, kind)
    await ask.platform.recorder.record(ask.entry(details={"count": len(rows)}))
    return Answer({"alike": [{"number": name_of(row), "state": row.state, "kind": row.kind} for row in rows]})


def name_of(row: Row[Any]) -> str:
    return f"{PREFIX}-{row.number}"


def _alike(ask: Ask, connection: Connection, person: str | None, token: int | None, kind: str | None) -> list[Row[Any]]:
    """Of each sameness the newest, by its own index: one that an `or` or the kind's would serve is walked through to its end."""
    same = [_requests.c.person == person] if person is not None else []
    same += [_requests.c.asker_token == token] if token is not None else []
    more = [by_no_index(_requests.c.kind == kind)] if kind is not None else []
    mine = by_no_index(scope(access.row_scope(ask.actor.roles, RESOURCE), asker_of(ask)))
    number, found = _requests.c.number, dict[int, Row[Any]]()
    for clause in same:
        rows = select(_requests).where(clause, mine, *more).order_by(number.desc()).limit(MOST)
        found |= {row.number: row for row in connection.execute(rows)}
    return [found[key] for key in sorted(found, reverse=True)[:MOST]]
