"""One list as it was asked for: what of an entity, narrowed by which filters, in which order; and what its parameters may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, case, or_, select, true, union_all

from console import access
from console.platform_api.clauses import Asker, scope
from console.platform_api.columns import Moment
from console.platform_api.entities import Clauses, Entity
from console.platform_api.guard import Ask
from console.platform_api.problems import BadRequest

MOST = 200
DEFAULT = 50
FEW = 2_000
"""Rows that a span may leave for all else to be looked at in each of them: a few milliseconds."""

Place = tuple[Any, int]
"""(sort value, number)"""
Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Listing:
    """One list: what of the entity, in which order. `alternatives` together are the filter, each served by an index."""

    ask: Ask
    entity: Entity
    sort: str
    descending: bool
    alternatives: tuple[ColumnElement[bool], ...]
    filtered: bool
    signature: str

    @property
    def column(self) -> Column[Any]:
        found: Column[Any] = self.entity.sorts[self.sort]
        return found

    @property
    def number(self) -> Column[Any]:
        found: Column[Any] = self.entity.table.c[self.entity.key]
        return found

    def place_of(self, row: Row[Any]) -> Place:
        return getattr(row, self.column.name), getattr(row, self.number.name)


def listing(ask: Ask, connection: Connection, entity: Entity, params: Params, asker: Asker) -> Listing:
    """Reads the filter and the order from the parameters; BadRequest for one that there is none of."""
    given = single(params, "sort")
    sort = (entity.first_sort or f"-{next(iter(entity.sorts))}") if given is None else given
    name = sort.removeprefix("-")
    if name not in entity.sorts:
        raise BadRequest(f"There is no such order; {', '.join(entity.sorts)} are, with - for descending.")
    chosen = {key: tuple(values) for key, values in sorted(params.items()) if key in entity.filters}
    scoped = access.row_scope(ask.actor.roles, entity.resource)
    rows = scope(scoped, asker)
    alternatives = tuple(and_(rows, clause) for clause in _alternatives(ask, connection, entity, chosen, name))
    signature = f"{entity.resource}|{sort}|{chosen}|{ask.actor.role}|{ask.actor.id}"
    return Listing(ask, entity, name, sort.startswith("-"), alternatives, bool(chosen or scoped), signature)


def _alternatives(
    ask: Ask, connection: Connection, entity: Entity, chosen: Params, sort: str
) -> list[ColumnElement[bool]]:
    """The filter as clauses of which each is one run of an index, or as one clause over the few rows that a span leaves."""
    clauses = {key: entity.filters[key].clauses(ask, connection, values) for key, values in chosen.items()}
    few = _few(connection, entity, clauses)
    if few is not None:
        every = and_(true(), *(or_(*alternatives) for alternatives in clauses.values()))
        # Inside CASE no index serves it: without statistics SQLite would prefer one over the few numbers.
        return [and_(entity.table.c[entity.key].in_(few), case((every, 1), else_=0) == 1)]
    for key, values in _facets(entity, chosen, sort).items():
        clauses.setdefault(key, entity.filters[key].clauses(ask, connection, values))
    return [and_(true(), *combination) for combination in product(*clauses.values())]


def _few(connection: Connection, entity: Entity, clauses: Mapping[str, Clauses]) -> list[int] | None:
    """The numbers of the rows that one of the spans leaves, when there are no more than FEW."""
    spans: dict[str, Clauses] = {}
    for key, alternatives in clauses.items():
        if span := entity.filters[key].span:
            spans[span] = [and_(*pair) for pair in product(spans.get(span, [true()]), alternatives)]
    number = entity.table.c[entity.key]
    for alternatives in spans.values():
        runs = [select(number).where(clause).limit(FEW + 1).subquery() for clause in alternatives]
        found = set(connection.execute(union_all(*(select(run) for run in runs))).scalars())
        if len(found) <= FEW:
            return sorted(found)
    return None


def _facets(entity: Entity, chosen: Params, sort: str) -> dict[str, tuple[str, ...]]:
    """All values of every facet, when the list is narrowed by one of them: as many runs as there are combinations."""
    taken = set(entity.facets) & set(chosen)
    by_number = entity.sorts[sort] is entity.table.c[entity.key]
    if not taken or (by_number and len(taken) == 1 and taken <= entity.alone):
        return {}
    return {name: entity.filters[name].values for name in entity.facets}


KNOWN = frozenset({"sort", "limit", "cursor", "around", "at", "fraction", "end"})
JUMPS = ("cursor", "around", "at", "fraction", "end")


def check_names(entity: Entity, params: Params) -> None:
    unknown = set(params) - KNOWN - set(entity.filters)
    if unknown:
        raise BadRequest(
            f"There is no such parameter: this list takes {', '.join(sorted(set(entity.filters) | KNOWN))}."
        )
    if sum(name in params for name in JUMPS) > 1:
        raise BadRequest(f"Only one of {', '.join(JUMPS)} at a time.")


def limit_of(params: Params) -> int:
    given = single(params, "limit") or str(DEFAULT)
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= MOST):
        raise BadRequest(f"limit is a whole number from 1 to {MOST}.")
    return int(given)


def single(params: Params, name: str) -> str | None:
    values = params.get(name, ())
    if len(values) > 1:
        raise BadRequest(f"{name} can be given once.")
    return values[0] if values else None


def is_time(listing: Listing) -> bool:
    return isinstance(listing.column.type, Moment)


def ends(connection: Connection, listing: Listing) -> tuple[int, int] | None:
    """The lowest and the highest number of the whole table; None when it is empty."""
    low = connection.execute(select(listing.number).order_by(listing.number).limit(1)).scalar()
    high = connection.execute(select(listing.number).order_by(listing.number.desc()).limit(1)).scalar()
    return None if low is None or high is None else (low, high)
