"""One list as it was asked for: what of an entity, narrowed by which filters, in which order; and what its parameters may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, select

from console import access
from console.platform_api.clauses import Asker, scope
from console.platform_api.columns import Moment
from console.platform_api.entities import Entity
from console.platform_api.guard import Ask
from console.platform_api.problems import BadRequest

MOST = 200
DEFAULT = 50

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
    sort = f"-{next(iter(entity.sorts))}" if given is None else given
    name = sort.removeprefix("-")
    if name not in entity.sorts:
        raise BadRequest(f"There is no such order; {', '.join(entity.sorts)} are, with - for descending.")
    chosen = {key: tuple(values) for key, values in sorted(params.items()) if key in entity.filters}
    wanted = {**_facets(entity, chosen), **chosen}
    clauses = [entity.filters[key].clauses(ask, connection, values) for key, values in wanted.items()]
    scoped = access.row_scope(ask.actor.roles, entity.resource)
    rows = scope(scoped, asker)
    alternatives = tuple(and_(rows, *combination) for combination in product(*clauses))
    signature = f"{entity.resource}|{sort}|{chosen}|{ask.actor.role}|{ask.actor.id}"
    return Listing(ask, entity, name, sort.startswith("-"), alternatives, bool(chosen or scoped), signature)


def _facets(entity: Entity, chosen: Params) -> dict[str, tuple[str, ...]]:
    """All values of every facet, when the list is narrowed by one of them: as many runs as there are combinations."""
    if not set(entity.facets) & set(chosen):
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
