"""The survey entries entity: that there are entries, of which survey, and how far they got. Who took part is no filter of it (P34)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.surveys import surveys
from console.platform_api.tables import SurveyEntryRow, table
from console.records import surveys as survey_records
from console.records.survey_entries import PREFIX, RESOURCE, EntryState, SurveyEntry

entries = table(SurveyEntryRow)

STATES = tuple(str(state) for state in EntryState)


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"state is one of {', '.join(STATES)}.")
    return [entries.c.state == value for value in dict.fromkeys(values)]


def _survey(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    if len(values) != 1:
        raise BadRequest("survey can be given once.")
    row = find_row(connection, surveys, survey_records.PREFIX, values[0])
    if row is None:
        raise NotFound()
    return [entries.c.survey == row.id]


def _dress(_: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    numbers = numbers_of(connection, surveys, survey_records.PREFIX, [row.survey for row in rows])
    plain = ("state", "submitted", "aggregated", "purged")
    return [{**{name: getattr(row, name) for name in plain}, "survey": numbers.get(row.survey)} for row in rows]


def _facts(_: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"state": row.state}


SURVEY_ENTRIES = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=SurveyEntry,
    table=entries,
    sorts={"number": entries.c.number},
    filters={"state": Filter(_states, STATES), "survey": Filter(_survey)},
    facets=("state",),
    alone=frozenset({"state"}),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.id),
)
