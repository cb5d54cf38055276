"""The awards entity: prizes that are drawn, whose case a manager claims. The winner's contact opens for that case alone (P33)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.access import Level
from console.conditions import Facts
from console.platform_api import award_forfeiting
from console.platform_api.claims import by_assignee, claim_facts, claims_of
from console.platform_api.contest_entries import contests, disqualifiers_of, entries, is_own, of_contest, states_of
from console.platform_api.entities import Entity, Rows
from console.platform_api.guard import Ask
from console.platform_api.letter_hinders import undo_hinders
from console.platform_api.numbers import numbers_of
from console.platform_api.tables import AwardRow, EmployeeRow, table
from console.platform_api.tickets import thread_of
from console.records import contest_entries as entry_records
from console.records import contests as contest_records
from console.records.awards import ONLY_IN, OPEN, PREFIX, RESOURCE, REVEAL_REASONS, TRANSITIONS, Award, AwardState
from console.records.record import Category

awards, _employees = table(AwardRow), table(EmployeeRow)

STATES = tuple(str(state) for state in AwardState)

_PLAIN = ("state", "place", "rank", "drawn", "notified", "due", "shipped", "ended", "reason", "purged")


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    named = numbers_of(connection, contests, contest_records.PREFIX, [row.contest for row in rows])
    entered = numbers_of(connection, entries, entry_records.PREFIX, [row.entry for row in rows])
    employees = numbers_of(connection, _employees, "E", [row.ended_by for row in rows])
    claims = claims_of(ask, connection, [row.ticket for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "contest": named[row.contest],
            "entry": entered.get(row.entry),
            "ended_by": employees.get(row.ended_by or ""),
            **claims.get(row.ticket, {}),
        }
        for row in rows
    ]


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    drawer = connection.execute(select(contests.c.drawn_by).where(contests.c.id == row.contest)).scalar()
    fair = {"drawer": drawer, "disqualifiers": disqualifiers_of(connection, row.contest)}
    return {"person": row.entry, "state": row.state, **fair, **claim_facts(connection, row.ticket)}


def _more(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> dict[str, Any]:
    whole = access.level(ask.actor.roles, RESOURCE, Category.THREAD, facts) is Level.FULL
    reasons = award_forfeiting.reasons_of(connection, row, ask.now) if row.state in OPEN else []
    return {"messages": thread_of(ask, connection, row.ticket) if whole else [], "forfeit_reasons": reasons}


def _hinders(ask: Ask, connection: Connection, row: Row[Any], action: str) -> str:
    return award_forfeiting.hinders(connection, row, action, ask.now)


def _nothing_for(ask: Ask, connection: Connection, row: Row[Any], action: str) -> str:
    return undo_hinders(ask, connection, RESOURCE, row) if action == "undo-letter" else ""


AWARDS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Award,
    table=awards,
    sorts={"due": awards.c.due, "number": awards.c.number},
    first_sort="due",
    filters={
        "state": states_of(awards.c.state, STATES),
        "contest": of_contest(awards.c.contest),
        "assignee": by_assignee(awards.c.ticket, "award"),
    },
    facets=("state",),
    alone=frozenset({"state"}),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.entry),
    asked_facts=lambda ask, connection, row: is_own(ask, _taker(connection, row)),
    listed=frozenset(Category) - {Category.THREAD},
    transitions=TRANSITIONS,
    only_in=ONLY_IN,
    reveal_reasons=REVEAL_REASONS,
    shown_in=OPEN,
    more=_more,
    hinders=_hinders,
    nothing_for=_nothing_for,
)


def _taker(connection: Connection, row: Row[Any]) -> int | None:
    """Of the entry that won: who took part, as far as that is known still."""
    return row.taker or connection.execute(select(entries.c.taker).where(entries.c.id == row.entry)).scalar()
