"""The contests entity: what is promised, what is fixed of the draw, and how far its work is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from console.conditions import Facts
from console.platform_api.awards import AWARDS, awards
from console.platform_api.contest_entries import disqualifiers_of
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.payments import records_of
from console.platform_api.problems import BadRequest
from console.platform_api.tables import ContestRow, EmployeeRow, table
from console.records.contests import ONLY_IN, PREFIX, RESOURCE, TRANSITIONS, Contest, ContestState, Progress

contests, _employees = table(ContestRow), table(EmployeeRow)

STATES = tuple(str(state) for state in ContestState)

TERMS = (
    "title", "rules", "prize", "prize_value", "currency", "places", "reserves", "of_age", "regions", "answer_days", "opens", "closes",
)  # fmt: skip
"""What a manager sets while it is a draft, and nobody changes after that."""

_PLAIN = (
    "state", *(name for name in TERMS if name != "regions"), "policy_version", "created", "opened", "closed", "drawn", "awarded", "purged",
    "purged_entries", "entries", "eligible", "excluded", "commitment", "terms_hash", "entries_hash", "seed",
)  # fmt: skip
_BY = ("created_by", "opened_by", "closed_by", "drawn_by")


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"A contest's state is one of {', '.join(STATES)}.")
    return [contests.c.state == value for value in dict.fromkeys(values)]


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    named = [getattr(row, name) for row in rows for name in _BY]
    employees = numbers_of(connection, _employees, "E", named)
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            **{name: employees.get(getattr(row, name) or "") for name in _BY},
            "regions": list(row.regions),
            "work": _progress(row),
            **_due(ask, row),
        }
        for row in rows
    ]


def _due(ask: Ask, row: Row[Any]) -> dict[str, datetime | None]:
    """Until when it should be drawn, and when it lapses: of a closed one that nobody draws."""
    waits = row.state == ContestState.CLOSED and row.drawn_by is None and row.closed is not None
    days = {"draw_due": ask.platform.rules.draw_days, "lapses": ask.platform.rules.lapse_days}
    return {name: row.closed + timedelta(days=many) if waits else None for name, many in days.items()}


def _progress(row: Row[Any]) -> dict[str, Any] | None:
    return Progress(what=row.task, done=row.done, total=row.total).model_dump() if row.task is not None else None


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"state": row.state, "drawer": row.drawn_by, "disqualifiers": disqualifiers_of(connection, row.id)}


def _more(ask: Ask, connection: Connection, row: Row[Any], _: Facts) -> dict[str, Any]:
    return {"awards": records_of(ask, connection, AWARDS, awards.c.contest == row.id)}


def _until(ask: Ask, at: datetime) -> str:
    """Where the company is."""
    return f"{at.astimezone(ZoneInfo(ask.platform.rules.zone)):%Y-%m-%d %H:%M %Z}"


def _hinders(ask: Ask, _: Connection, row: Row[Any], action: str) -> str:
    """Why more than the state hinders it: a draw waits for the closed list, and is done once."""
    if action == "open" and row.closes <= ask.now:
        return "It would close before it opens: give it a later end."
    if action == "close" and row.closes > ask.now:
        return f"It takes entries until {_until(ask, row.closes)}, as was promised, and closes by itself then."
    if action != "draw":
        return ""
    if row.entries_hash is None:
        return f"Its list is being fixed: {row.done:,} of {row.total:,} entries."
    return "It is being drawn already." if row.drawn_by is not None else ""


CONTESTS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Contest,
    table=contests,
    sorts={"number": contests.c.number, "closes": contests.c.closes},
    filters={"state": Filter(_states, STATES)},
    facets=("state",),
    alone=frozenset({"state"}),
    dress=_dress,
    facts=_facts,
    owner=lambda _: None,
    transitions=TRANSITIONS,
    only_in=ONLY_IN,
    deeds=frozenset({"open"}),
    more=_more,
    hinders=_hinders,
)
