"""How the filter of a list is served: as runs of indexes that are merged in its order, or from the few rows that a span leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, true, union_all

from console.platform_api.entities import Clauses, Entity
from console.platform_api.guard import Ask

FEW = 2_000
"""Rows that a span may leave for all else to be looked at in each of them: a few milliseconds."""

Clause = ColumnElement[bool]
Chosen = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Runs:
    """The same rows twice. `walked`: each clause lets an index be followed in the list's order; `counted`: that of one span serves it."""

    walked: list[Clause]
    counted: list[Clause]


def runs_of(ask: Ask, connection: Connection, entity: Entity, chosen: Chosen, sort: str) -> Runs:
    clauses = {key: entity.filters[key].clauses(ask, connection, values) for key, values in chosen.items()}
    spans = _spans(entity, clauses)
    few = _few(connection, entity, spans)
    if few is not None:
        every = and_(true(), *(or_(*alternatives) for alternatives in clauses.values()))
        found: list[Clause] = [and_(entity.table.c[entity.key].in_(few), by_no_index(every))]
        return Runs(found, found)
    for key, values in _facets(entity, chosen, sort, bool(spans)).items():
        clauses.setdefault(key, entity.filters[key].clauses(ask, connection, values))
    walked = {key: _beside(entity, key, alternatives, sort) for key, alternatives in clauses.items()}
    best = next((name for name in (*entity.sorts, *spans) if name in spans), sort)
    counted = {key: _beside(entity, key, alternatives, best) for key, alternatives in clauses.items()}
    bounds = _bounds(connection, entity, spans, sort)
    return Runs([and_(bounds, clause) for clause in _combined(walked)], _combined(counted))


def _combined(clauses: Mapping[str, Clauses]) -> list[Clause]:
    return [and_(true(), *combination) for combination in product(*clauses.values())]


def by_no_index(clause: Clause) -> Clause:
    """Looked at row by row. Without statistics SQLite would take the index of a long span, and sort all that is in it."""
    return case((clause, 1), else_=0) == 1


def _spans(entity: Entity, clauses: Mapping[str, Clauses]) -> dict[str, Clauses]:
    """Span → what its filters let through together."""
    found: dict[str, Clauses] = {}
    for key, alternatives in clauses.items():
        if span := entity.filters[key].span:
            found[span] = [and_(*pair) for pair in product(found.get(span, [true()]), alternatives)]
    return found


def _few(connection: Connection, entity: Entity, spans: Mapping[str, Clauses]) -> list[int] | None:
    """The numbers of the rows that one of the spans leaves, when there are no more than FEW."""
    number = entity.table.c[entity.key]
    for alternatives in spans.values():
        runs = [select(number).where(clause).limit(FEW + 1).subquery() for clause in alternatives]
        found = set(connection.execute(union_all(*(select(run) for run in runs))).scalars())
        if len(found) <= FEW:
            return sorted(found)
    return None


def _beside(entity: Entity, key: str, alternatives: Clauses, followed: str) -> Clauses:
    """A long span is looked at row by row while the index of another span or order is followed."""
    found = entity.filters[key]
    if not found.span or found.rare or found.span == followed:
        return alternatives
    return [by_no_index(clause) for clause in alternatives]


def _bounds(connection: Connection, entity: Entity, spans: Mapping[str, Clauses], sort: str) -> Clause:
    """In the order of numbers, a span that rises with them lies between two: all beyond is not walked through."""
    number = entity.table.c[entity.key]
    rising = [span for span in spans if any(it.rises for it in entity.filters.values() if it.span == span)]
    if not rising or entity.sorts[sort] is not number:
        return true()
    ends = []
    for span in rising:
        # Of an expression, so that the span's index answers: PostgreSQL would walk the numbers for the first that fits.
        row: Any = connection.execute(select(func.min(number + 0), func.max(number + 0)).where(or_(*spans[span]))).one()
        ends.append(number.between(*row))
    return and_(*ends)


def _facets(entity: Entity, chosen: Chosen, sort: str, spanned: bool) -> dict[str, tuple[str, ...]]:
    """All values of every facet, when the list is narrowed by one of them: as many runs as there are combinations."""
    taken = set(entity.facets) & set(chosen)
    by_number = entity.sorts[sort] is entity.table.c[entity.key]
    if not taken or (by_number and not spanned and len(taken) == 1 and taken <= entity.alone):
        return {}
    return {name: entity.filters[name].values for name in entity.facets}
