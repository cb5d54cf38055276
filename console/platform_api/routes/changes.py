"""What changed, in commit order: ids and versions, no values. Each role hears of the records that exist for it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Connection, Row, Table, and_, exists, false, func, or_, select
from starlette.responses import Response

from console import access
from console.platform_api.answers import JsonAnswer
from console.platform_api.clauses import scope
from console.platform_api.guard import Ask, Asking, signed_in
from console.platform_api.routes.offer import ENTITIES
from console.platform_api.store import asker_of
from console.platform_api.tables import ChangeRow, table

router = APIRouter(prefix="/v1/changes", tags=["the platform"])

MOST = 1_000
"""Changes in one answer."""

_changes = table(ChangeRow)
_TABLES: dict[str, Table] = {entity.resource: entity.table for entity in ENTITIES if "version" in entity.table.c}
"""What can change: a row of a log has no version."""


class Window(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: int | None = Field(None, ge=0, le=2**63 - 1)
    limit: int = Field(200, ge=1, le=MOST)


@router.get("", dependencies=[signed_in])
async def changes(ask: Asking, window: Annotated[Window, Query()]) -> Response:
    with ask.platform.database.reading() as connection:
        last = connection.execute(select(func.max(_changes.c.seq))).scalar() or 0
        rows = [] if window.after is None else _after(ask, connection, window.after, window.limit + 1)
        if len(rows) > window.limit:
            rows = _whole_writes(ask, connection, rows)
            last = rows[-1].seq
    return JsonAnswer({"items": _items(ask, rows), "last": last})


def _after(ask: Ask, connection: Connection, after: int, limit: int) -> list[Row[Any]]:
    visible = select(_changes).where(_changes.c.seq > after, _visible(ask))
    return list(
        connection.execute(visible.order_by(_changes.c.seq, _changes.c.resource, _changes.c.record).limit(limit))
    )


def _whole_writes(ask: Ask, connection: Connection, rows: list[Row[Any]]) -> list[Row[Any]]:
    """One write may change many records under one number: a page ends between writes, so that none of them is lost."""
    cut = rows[-1].seq
    whole = [row for row in rows if row.seq < cut]
    return whole or list(connection.execute(select(_changes).where(_changes.c.seq == cut, _visible(ask))))


def _visible(ask: Ask) -> ColumnElement[bool]:
    return or_(*(_of_resource(ask, resource) for resource in _TABLES))


def _of_resource(ask: Ask, resource: str) -> ColumnElement[bool]:
    alternatives = access.row_scope(ask.actor.roles, resource)
    here = _changes.c.resource == resource
    if alternatives is None or not access.has(ask.actor.roles, resource, "list"):
        return false()
    if not alternatives:
        return here
    records = _TABLES[resource]
    return and_(here, exists().where(records.c.id == _changes.c.record, scope(alternatives, asker_of(ask))))


def _items(ask: Ask, rows: list[Row[Any]]) -> list[dict[str, Any]]:
    names: dict[str, str] = {}
    if access.by_pseudonym(ask.actor.roles, "users"):
        names = ask.platform.vault.pseudonyms({row.record for row in rows if row.resource == "users"})
        rows = [row for row in rows if row.resource != "users" or row.record in names]
    return [
        {"seq": row.seq, "resource": row.resource, "id": names.get(row.record, row.record), "version": row.version}
        for row in rows
    ]
