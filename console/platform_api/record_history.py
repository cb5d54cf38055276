"""What changed of a record, when and in which role; personal values as masks. For records that are not persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.platform_api import cursors, masks
from console.platform_api.entities import Entity
from console.platform_api.guard import Ask
from console.platform_api.history import opened_change
from console.platform_api.numbers import numbers_of
from console.platform_api.store import Answer, find
from console.platform_api.tables import FieldChange, TicketRow, table
from console.records.record import SEALED, categories

PAGE = 20

_changes, _tickets = table(FieldChange), table(TicketRow)


async def record_history(ask: Ask, entity: Entity, named: str, cursor: str | None) -> Answer:
    """Newest first, a page at a time."""
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, entity, named)
        scope = f"history|{entity.resource}|{row.id}|{ask.actor.id}"
        before = cursors.unseal(ask.platform.keys.cursor, scope, cursor, ask.now)["n"] if cursor else 2**31 - 1
        rows = _rows(connection, entity, str(row.id), before)
        items = _items(ask, connection, entity, rows[:PAGE])
    await ask.platform.recorder.record(ask.entry(details={"count": len(items)}))
    place = {"n": rows[PAGE - 1].version} if len(rows) > PAGE else None
    return Answer(
        {"items": items, "next": cursors.seal(ask.platform.keys.cursor, scope, place, ask.now) if place else None}
    )


def _rows(connection: Connection, entity: Entity, record: str, before: int) -> Sequence[Row[Any]]:
    mine = _changes.c.resource == entity.resource, _changes.c.record == record, _changes.c.version < before
    return connection.execute(
        select(_changes).where(*mine).order_by(_changes.c.version.desc()).limit(PAGE + 1)
    ).all()  # fmt: skip


def _items(ask: Ask, connection: Connection, entity: Entity, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    cases = numbers_of(connection, _tickets, "T", [row.ticket for row in rows])
    return [
        {
            "at": row.at,
            "by": "you" if row.employee == ask.actor.id else row.role,
            "role": row.role,
            "version": row.version,
            "case": cases.get(row.ticket or ""),
            "fields": [name for name in row.fields if _known(ask, entity, name)],
            "change": _change(ask, entity, row),
        }
        for row in rows
    ]


def _change(ask: Ask, entity: Entity, row: Row[Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "before": _shown(entity, name, before), "after": _shown(entity, name, after)}
        for name, (before, after) in opened_change(ask, row).items()
        if _known(ask, entity, name)
    ]


def _known(ask: Ask, entity: Entity, field: str) -> bool:
    """Whether the role ever sees such a field."""
    category = categories(entity.record).get(field)
    return category is None or access.sees(ask.actor.roles, entity.resource, category)


def _shown(entity: Entity, field: str, value: str | None) -> str | None:
    """A plain value as it is; a personal one as its mask."""
    if value is None or categories(entity.record).get(field) not in SEALED:
        return value
    return masks.mask(field, value)
