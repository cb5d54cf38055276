"""The campaigns entity: surveys and contests as one list. It has no table: it is a union of theirs, which are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, literal, select, union_all

from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.lookup import reference
from console.platform_api.problems import BadRequest
from console.platform_api.tables import ContestRow, SurveyRow, table
from console.records import contests as contest_records
from console.records import surveys as survey_records
from console.records.campaigns import PREFIX, RESOURCE, Campaign, CampaignState

KINDS: Mapping[str, tuple[Table, str]] = {
    "survey": (table(SurveyRow), survey_records.PREFIX),
    "contest": (table(ContestRow), contest_records.PREFIX),
}
"""Kind → its table, which has the columns below, and the prefix of its numbers. Another one goes to the end."""

MOST_KINDS = 8
"""A place in the list is a number of its own: that of the record, times this, and its kind's place."""

LONGEST = 17
"""Digits of a number, so that its place fits into the column."""

STATES = tuple(str(state) for state in CampaignState)
_PLAIN = ("kind", "state", "title", "opens", "closes", "created", "entries")


def _of(place: int, kind: str, found_in: Table) -> Select[Any]:
    own = (found_in.c.number * MOST_KINDS + place).label("number")
    shared = (found_in.c[name] for name in ("id", "state", "title", "opens", "closes", "created", "entries"))
    return select(own, literal(kind).label("kind"), *shared)


campaigns = cast(  # lists ask of a table but its columns
    "Table",
    union_all(*(_of(place, kind, of) for place, (kind, (of, _)) in enumerate(KINDS.items()))).subquery(RESOURCE),
)


class _Campaigns(Entity):
    """Each goes by the number of what it is."""

    def name_of(self, row: Any) -> str:
        return f"{KINDS[row.kind][1]}-{row.number // MOST_KINDS}"

    def place_of(self, number: int) -> int:
        """Of the first kind; those of the others with this number stand beside it."""
        return number * MOST_KINDS

    def named(self, text: str) -> ColumnElement[bool]:
        """A number without its prefix is one of the first kind."""
        for place, (_, prefix) in enumerate(KINDS.values()):
            digits = text.upper().removeprefix(f"{prefix}-")
            if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST:
                return campaigns.c.number == int(digits) * MOST_KINDS + place
        return reference(campaigns, PREFIX, text, self.key)


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    return _among("state", values, STATES)


def _kinds(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    return _among("kind", values, tuple(KINDS))


def _among(name: str, values: Sequence[str], known: Sequence[str]) -> Clauses:
    if set(values) - set(known):
        raise BadRequest(f"{name} is one of {', '.join(known)}.")
    return [campaigns.c[name] == value for value in dict.fromkeys(values)]


def _titles(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    """Words of a title, in any case."""
    return [campaigns.c.title.icontains(value, autoescape=True) for value in dict.fromkeys(values)]


def _dress(_: Ask, __: Connection, rows: Rows) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in _PLAIN} for row in rows]


CAMPAIGNS = _Campaigns(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Campaign,
    table=campaigns,
    sorts={name: campaigns.c[name] for name in ("number", "created", "opens", "closes")},
    filters={"kind": Filter(_kinds, tuple(KINDS)), "state": Filter(_states, STATES), "title": Filter(_titles)},
    dress=_dress,
    facts=lambda _connection, row: {"state": row.state},
    owner=lambda _row: None,
)
