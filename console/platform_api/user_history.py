"""A person's timeline: what was done to the record, by which role, and one's own looks; before and after as masks."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from console import access
from console.platform_api import cursors, masks
from console.platform_api.audit_log import audit
from console.platform_api.guard import Ask
from console.platform_api.history import opened_change
from console.platform_api.store import Answer, find
from console.platform_api.tables import FieldChange, TicketRow, table
from console.platform_api.users import USERS
from console.records.record import categories
from console.records.users import User

LOOKS = ("list", "read", "history", "search", "search-name", "contact", "suspension", "draft")
PAGE = 20

_changes, _tickets = table(FieldChange), table(TicketRow)


async def history(ask: Ask, named: str, cursor: str | None) -> Answer:
    """Newest first. Others' looks are not shown to employees: they are in the person's own access package."""
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, USERS, named)
        scope = f"history|{row.id}|{ask.actor.id}"
        before = cursors.unseal(ask.platform.keys.cursor, scope, cursor, ask.now)["n"] if cursor else 2**62
        rows = _rows(ask, connection, str(row.id), before)
        changes = _by_version(connection, str(row.id), [json.loads(found.details).get("version") for found in rows])
        cases = _case_numbers(connection, {found.ticket for found in rows if found.ticket})
        items = [_item(ask, found, changes, cases) for found in rows[:PAGE]]
    await ask.platform.recorder.record(ask.entry(details={"count": len(items)}))
    more = len(rows) > PAGE
    place = {"n": rows[PAGE - 1].seq} if more else {}
    return Answer(
        {"items": items, "next": cursors.seal(ask.platform.keys.cursor, scope, place, ask.now) if more else None}
    )


def _rows(ask: Ask, connection: Connection, person: str, before: int) -> list[Row[Any]]:
    pseudonym = ask.platform.vault.pseudonyms([person]).get(person, "")
    mine = (audit.c.actor == ask.actor.id) & audit.c.action.in_(("read", "reveal"))
    return list(
        connection.execute(
            select(audit)
            .where(
                audit.c.subject == pseudonym,
                audit.c.seq < before,
                audit.c.outcome == "done",
                or_(mine, audit.c.action.not_in(LOOKS)),
            )
            .order_by(audit.c.seq.desc())
            .limit(PAGE + 1)
        )
    )


def _by_version(connection: Connection, person: str, versions: list[int | None]) -> dict[int, Row[Any]]:
    wanted = [version for version in versions if version is not None]
    rows = connection.execute(
        select(_changes).where(
            _changes.c.resource == "users", _changes.c.record == person, _changes.c.version.in_(wanted)
        )
    )
    return {row.version: row for row in rows}


def _case_numbers(connection: Connection, ids: set[str]) -> dict[str, str]:
    rows = connection.execute(select(_tickets.c.id, _tickets.c.number).where(_tickets.c.id.in_(ids)))
    return {ticket: f"T-{number}" for ticket, number in rows}


def _item(ask: Ask, row: Row[Any], changes: dict[int, Row[Any]], cases: dict[str, str]) -> dict[str, Any]:
    details = json.loads(row.details)
    change = changes.get(details.get("version") or 0)
    opened = opened_change(ask, change) if change is not None else {}
    named = json.loads(row.fields) or (change.fields if change is not None else [])
    return {
        "at": row.at,
        "by": "you" if row.actor == ask.actor.id else row.role or "platform",
        "role": row.role,
        "action": row.action,
        "outcome": row.outcome,
        "case": cases.get(row.ticket or ""),
        "match": details.get("match"),
        "reason": row.reason,
        "fields": [name for name in named if _known(ask, name)],
        "change": [
            {"field": name, "before": _masked(name, before), "after": _masked(name, after)}
            for name, (before, after) in opened.items()
            if _known(ask, name)
        ],
    }


def _known(ask: Ask, field: str) -> bool:
    """Whether the role ever sees such a field: of one that it doesn't, even the name would tell that there is a value."""
    category = categories(User).get(field.removesuffix(":mask"))
    return category is None or access.sees(ask.actor.roles, "users", category)


def _masked(field: str, value: str | None) -> str | None:
    return None if value is None else masks.mask(field, value)
