"""One list as it was asked for: what of an entity, narrowed by which filters, in which order; and what its parameters may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, select

from console import access
from console.platform_api.clauses import Asker, scope
from console.platform_api.columns import Moment
from console.platform_api.entities import Entity
from console.platform_api.guard import Ask
from console.platform_api.problems import BadRequest
from console.platform_api.runs import runs_of

MOST = 200
DEFAULT = 50

Place = tuple[Any, int]
"""(sort value, number)"""
Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Listing:
    """One list: what of the entity, in which order. `alternatives` together are the filter, and so are `counted` (see `runs`)."""

    ask: Ask
    entity: Entity
    sort: str
    descending: bool
    alternatives: tuple[ColumnElement[bool], ...]
    counted: tuple[ColumnElement[bool], ...]
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
    runs = runs_of(ask, connection, entity, chosen, name)
    walked, counted = (tuple(and_(rows, clause) for clause in clauses) for clauses in (runs.walked, runs.counted))
    signature = f"{entity.resource}|{sort}|{chosen}|{ask.actor.role}|{ask.actor.id}"
    return Listing(ask, entity, name, sort.startswith("-"), walked, counted, bool(chosen or scoped), signature)


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
