"""The reconciliations entity, and the lines of one: what the processor's report says beside what the platform believes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select, union_all

from console.platform_api import cursors
from console.platform_api.documents import load
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.listing import Params, limit_of, single
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest
from console.platform_api.store import find
from console.platform_api.tables import PaymentRow, ReconciliationRow, RefundRow, ReportLineRow, table
from console.platform_api.vault import OwnerKey
from console.records.reconciliations import (
    DIFFERENCES,
    PREFIX,
    RESOURCE,
    Reconciliation,
    ReconciliationState,
    Result,
)

reconciliations, lines = table(ReconciliationRow), table(ReportLineRow)
_payments, _refunds = table(PaymentRow), table(RefundRow)

STATES = tuple(str(state) for state in ReconciliationState)
RESULTS = tuple(str(result) for result in Result)

WAITING, WAITING_AGAIN = "waiting", "waiting_again"
"""Results of lines that were not compared yet; again: the report had the same movement before."""

_PLAIN = ("state", "imported", "lines", "done", "matched", "differing", "resolved", "failure", "starts", "ends")


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"A reconciliation's state is one of {', '.join(STATES)}.")
    return [reconciliations.c.state == value for value in dict.fromkeys(values)]


def _dress(_: Ask, __: Connection, rows: Rows) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in _PLAIN} for row in rows]


RECONCILIATIONS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Reconciliation,
    table=reconciliations,
    sorts={"number": reconciliations.c.number},
    filters={"state": Filter(_states, STATES)},
    dress=_dress,
    facts=lambda _connection, row: {"state": row.state},
    owner=lambda _row: None,
)

# Its lines


async def page_of_lines(ask: Ask, named: str, params: Params) -> dict[str, Any]:
    """The lines that were compared, in the report's order; with `result`, those of one or several results."""
    wanted = _results(params)
    limit = limit_of(params)
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, RECONCILIATIONS, named)
        scope = f"report-lines|{row.id}|{','.join(wanted)}|{ask.actor.id}"
        found = _fetch(connection, row.id, wanted, _after(ask, scope, params), limit + 1)
        items = _items(ask, connection, found[:limit])
        total = _count(connection, row.id, wanted)
    await ask.platform.recorder.record(
        ask.entry(details={"count": len(items), "filters": sorted({"result"} & set(params))})
    )
    more = len(found) > limit
    after = cursors.seal(ask.platform.keys.cursor, scope, {"line": items[-1]["line"]}, ask.now) if more else None
    return {"items": items, "total": {"count": total, "exact": True}, "next": after, "previous": None, "first": 0}


def _results(params: Params) -> list[str]:
    unknown = set(params) - {"result", "limit", "cursor"}
    if unknown:
        raise BadRequest("There is no such parameter: lines take result, limit and cursor.")
    wanted = sorted(set(params.get("result", RESULTS)))
    if set(wanted) - set(RESULTS):
        raise BadRequest(f"A line's result is one of {', '.join(RESULTS)}.")
    return wanted


def _after(ask: Ask, scope: str, params: Params) -> int:
    cursor = single(params, "cursor")
    return 0 if cursor is None else int(cursors.unseal(ask.platform.keys.cursor, scope, cursor, ask.now)["line"])


def _fetch(
    connection: Connection, reconciliation: str, wanted: Sequence[str], after: int, count: int
) -> list[Row[Any]]:
    """A run of the index for each result, merged: the rare ones are found without reading all the others."""
    runs = [
        select(lines)
        .where(lines.c.reconciliation == reconciliation, lines.c.result == result, lines.c.line > after)
        .order_by(lines.c.line)
        .limit(count)
        .subquery()
        for result in wanted
    ]
    found = connection.execute(union_all(*(select(run) for run in runs)))
    return sorted(found, key=lambda row: int(row.line))[:count]


def _count(connection: Connection, reconciliation: str, wanted: Sequence[str]) -> int:
    mine = and_(lines.c.reconciliation == reconciliation, lines.c.result.in_(wanted))
    return connection.execute(select(func.count()).select_from(lines).where(mine)).scalar() or 0


def _items(ask: Ask, connection: Connection, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    payments = numbers_of(connection, _payments, "P", [row.payment for row in rows])
    refunds = numbers_of(connection, _refunds, "RF", [row.refund for row in rows])
    keys = ask.platform.vault.keys_of({row.owner for row in rows if row.owner})
    return [
        {
            **{
                name: getattr(row, name)
                for name in ("line", "result", "category", "source", "currency", "gross", "expected")
            },
            "payment": payments.get(row.payment or ""),
            "refund": refunds.get(row.refund or ""),
            "resolved": row.resolved_by is not None,
            "note": _note(row, keys),
        }
        for row in rows
    ]


def note_place(row: Row[Any]) -> tuple[str, str, str]:
    """What a line's note is bound to: it opens for no other line."""
    return f"report_lines/{row.line}", str(row.reconciliation), "thread"


def _note(row: Row[Any], keys: Mapping[str, OwnerKey]) -> str | None:
    key = keys.get(row.owner or "")
    if key is None or row.sealed_note is None:
        return None
    return load(key.open(*note_place(row), bytes(row.sealed_note)))["note"].value


def is_difference(result: str) -> bool:
    return result in DIFFERENCES
