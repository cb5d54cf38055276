"""The surveys entity. Its questions are on the record when it is read whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest
from console.platform_api.tables import EmployeeRow, SurveyRow, table
from console.records.surveys import ONLY_IN, PREFIX, RESOURCE, TRANSITIONS, Kind, Survey, SurveyState

surveys, _employees = table(SurveyRow), table(EmployeeRow)

STATES = tuple(str(state) for state in SurveyState)

RAW_KEPT = timedelta(days=30)
"""How long after its closing the answers themselves and the texts are kept; the counts stay."""

_PLAIN = (
    "state", "title", "opens", "closes", "created", "opened", "closed", "policy_version", "entries", "started", "counted",
    "settled", "purged",
)  # fmt: skip


def purge_due(row: Row[Any]) -> datetime | None:
    """None while it isn't closed, and once it is done."""
    return row.closed + RAW_KEPT if row.closed is not None and row.purged is None else None


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"state is one of {', '.join(STATES)}.")
    return [surveys.c.state == value for value in dict.fromkeys(values)]


def _dress(_: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    people = [name for row in rows for name in (row.created_by, row.opened_by, row.closed_by)]
    employees = numbers_of(connection, _employees, "E", people)
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            **{name: employees.get(getattr(row, name) or "") for name in ("created_by", "opened_by", "closed_by")},
            "purge_due": purge_due(row),
        }
        for row in rows
    ]


def _hinders(ask: Ask, _: Connection, row: Row[Any], action: str) -> str:
    if action == "open" and row.closes <= ask.now:
        return "Its last day is over: set another one first."
    if action == "texts" and not any(each["kind"] == Kind.TEXT for each in row.questions):
        return "It asks nothing that is answered in words."
    if action in ("export", "texts") and row.settled is None:
        return COUNTING
    if action == "texts" and row.purged is not None:
        return "What people typed was deleted with their entries."
    return ""


COUNTING = "Its last entries are being counted: come again in a minute."

SURVEYS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Survey,
    table=surveys,
    sorts={"number": surveys.c.number, "opens": surveys.c.opens, "closes": surveys.c.closes},
    filters={"state": Filter(_states, STATES)},
    facets=("state",),
    alone=frozenset({"state"}),
    dress=_dress,
    facts=lambda _connection, row: {"state": row.state},
    owner=lambda _row: None,
    transitions=TRANSITIONS,
    only_in=ONLY_IN,
    deeds=frozenset({"open", "figures", "export"}),
    hinders=_hinders,
    more=lambda _ask, _connection, row, _facts: {"questions": row.questions},
)
