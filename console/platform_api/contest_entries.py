"""The entries of contests, without who entered: a list by contest and state, and no way from it to a user (P32, P34)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.tables import ContestEntryRow, ContestRow, table
from console.platform_api.takers import contest_taker
from console.records import contests as contest_records
from console.records.contest_entries import PREFIX, RESOURCE, TRANSITIONS, ContestEntry, EntryState
from console.records.contests import ContestState

entries, contests = table(ContestEntryRow), table(ContestRow)

STATES = tuple(str(state) for state in EntryState)

_PLAIN = ("state", "entered", "reason", "rank", "purged")


def states_of(column: Any, known: Sequence[str]) -> Filter:
    def clauses(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
        if set(values) - set(known):
            raise BadRequest(f"state is one of {', '.join(known)}.")
        return [column == value for value in dict.fromkeys(values)]

    return Filter(clauses, tuple(known))


def of_contest(column: Any) -> Filter:
    def clauses(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
        if len(values) != 1:
            raise BadRequest("contest can be given once.")
        row = find_row(connection, contests, contest_records.PREFIX, values[0])
        if row is None:
            raise NotFound()
        return [column == row.id]

    return Filter(clauses, span="contest", rare=True)


def _dress(_: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    named = numbers_of(connection, contests, contest_records.PREFIX, [row.contest for row in rows])
    return [{**{name: getattr(row, name) for name in _PLAIN}, "contest": named[row.contest]} for row in rows]


def _facts(_: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"state": row.state}


def is_own(ask: Ask, taker: int | None) -> dict[str, Any]:
    """Whether the employee, as a person on the marketplace, is who entered."""
    person = ask.actor.person
    return {"own_entry": person is not None and taker is not None and taker == contest_taker(ask.platform.keys, person)}


def disqualifiers_of(connection: Connection, contest: str) -> frozenset[str]:
    """Employees who took entries out of a contest: for the access table's conditions."""
    mine = entries.c.contest == contest, entries.c.taken_out_by.is_not(None)
    return frozenset(connection.execute(select(entries.c.taken_out_by).where(*mine).distinct()).scalars())


def _hinders(_: Ask, connection: Connection, row: Row[Any], action: str) -> str:
    if action != "disqualify":
        return ""
    contest = connection.execute(
        select(contests.c.state, contests.c.drawn_by).where(contests.c.id == row.contest)
    ).one()
    drawn = contest.drawn_by is not None or contest.state not in (ContestState.OPEN, ContestState.CLOSED)
    return "It is drawn: a winner who may not win is ruled out." if drawn else ""


ENTRIES = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=ContestEntry,
    table=entries,
    sorts={"number": entries.c.number},
    filters={"state": states_of(entries.c.state, STATES), "contest": of_contest(entries.c.contest)},
    facets=("state",),
    alone=frozenset({"state"}),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.id),
    asked_facts=lambda ask, _, row: is_own(ask, row.taker),
    transitions=TRANSITIONS,
    hinders=_hinders,
)
