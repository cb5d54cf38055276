"""Lists of any length: keyset pages by row values, sealed cursors, jumps, honest totals. No OFFSET, no COUNT over the whole.

A place in a list is (sort value, number): numbers are unique, so every place is. A filter is answered by a run of an index for each
combination of its values (of all facets, once one is chosen), merged: `state IN (…) ORDER BY number` would walk the whole table for
rare states, and so would a pair of filters that no index has together (at a million users 10 times as long).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, func, literal, or_, select, tuple_, union_all

from console import access
from console.platform_api import cursors
from console.platform_api.clauses import Asker, scope
from console.platform_api.columns import Moment
from console.platform_api.entities import Entity, by_pseudonym, known_as
from console.platform_api.guard import Ask
from console.platform_api.lookup import reference
from console.platform_api.problems import BadRequest, NotFound

MOST = 200
DEFAULT = 50
EXACT_UP_TO = 2_500
"""Counting this many rows of an index takes a fraction of a millisecond; beyond it the total is estimated."""
SAMPLES = 16
SAMPLE_ROWS = 64
ESTIMATES_KEPT = 1_000

Place = tuple[Any, int]
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


@dataclass(frozen=True)
class Found:
    rows: list[Row[Any]]
    before: bool
    after: bool


def listing(ask: Ask, connection: Connection, entity: Entity, params: Params, asker: Asker) -> Listing:
    """Reads the filter and the order from the parameters; BadRequest for one that there is none of."""
    given = _single(params, "sort")
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
    given = _single(params, "limit") or str(DEFAULT)
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= MOST):
        raise BadRequest(f"limit is a whole number from 1 to {MOST}.")
    return int(given)


def _single(params: Params, name: str) -> str | None:
    values = params.get(name, ())
    if len(values) > 1:
        raise BadRequest(f"{name} can be given once.")
    return values[0] if values else None


# Fetching


def _after(listing: Listing, place: Place | None, forward: bool, inclusive: bool) -> ColumnElement[bool] | None:
    if place is None:
        return None
    down = listing.descending is forward
    if listing.column is listing.number:
        left, right = listing.number, place[1]
    else:
        left, right = tuple_(listing.column, listing.number), tuple_(*_literals(listing, place))  # type: ignore[assignment]
    if inclusive:
        return left <= right if down else left >= right
    return left < right if down else left > right


def _literals(listing: Listing, place: Place) -> tuple[Any, Any]:
    return literal(place[0], listing.column.type), literal(place[1], listing.number.type)


def fetch(
    connection: Connection,
    listing: Listing,
    place: Place | None,
    count: int,
    *,
    forward: bool = True,
    inclusive: bool = False,
) -> list[Row[Any]]:
    """Up to `count` rows beyond a place, in the list's order when forward, else reversed."""
    down = listing.descending is forward
    keys = [listing.number] if listing.column is listing.number else [listing.column, listing.number]
    order = [key.desc() if down else key.asc() for key in keys]
    beyond = _after(listing, place, forward, inclusive)
    runs = [
        select(listing.entity.table)
        .where(clause if beyond is None else and_(clause, beyond))
        .order_by(*order)
        .limit(count)
        for clause in listing.alternatives
    ]
    if len(runs) == 1:
        return list(connection.execute(runs[0]))
    found = list(connection.execute(union_all(*(select(run.subquery()) for run in runs))))
    found.sort(key=listing.place_of, reverse=down)
    return found[:count]


def first_page(connection: Connection, listing: Listing, limit: int) -> Found:
    rows = fetch(connection, listing, None, limit + 1)
    return Found(rows[:limit], before=False, after=len(rows) > limit)


def last_page(connection: Connection, listing: Listing, limit: int) -> Found:
    rows = fetch(connection, listing, None, limit + 1, forward=False)
    return Found(rows[:limit][::-1], before=len(rows) > limit, after=False)


def page_beyond(connection: Connection, listing: Listing, place: Place, limit: int, forward: bool) -> Found:
    rows = fetch(connection, listing, place, limit + 1, forward=forward)
    more = len(rows) > limit
    rows = rows[:limit]
    return Found(rows, True, more) if forward else Found(rows[::-1], more, True)


def page_around(connection: Connection, listing: Listing, place: Place, limit: int) -> Found:
    """The page with the place a third of the way down; filled from the other side at either end."""
    after = fetch(connection, listing, place, limit + 1, inclusive=True)
    before = fetch(connection, listing, place, limit + 1, forward=False)
    above = min(len(before), max(limit // 3, limit - len(after)))
    below = min(len(after), limit - above)
    return Found(before[:above][::-1] + after[:below], len(before) > above, len(after) > below)


# Jumps


def place_around(connection: Connection, listing: Listing, named: str) -> Place:
    entity = listing.entity
    sought = reference(entity.table, entity.prefix, known_as(listing.ask, entity.resource, named), entity.key)
    found = connection.execute(select(entity.table).where(sought)).first()
    if found is None:
        raise NotFound("The record to show isn't there.")
    return listing.place_of(found)


def place_at(listing: Listing, value: str) -> Place:
    """The place of a sort value: a number, or a date or time. Ties: the end that the order reaches first."""
    number = 2**62 if listing.descending else 0
    if listing.column is listing.number:
        digits = value.upper().removeprefix(f"{listing.entity.prefix}-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise BadRequest("at is a number in this order.")
        if by_pseudonym(listing.ask, listing.entity.resource):  # the page would tell whose pseudonym it is
            raise BadRequest("Numbers are not known to your role.")
        return int(digits), int(digits)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        if _is_time(listing):
            raise BadRequest("at is a date in this order, as 2026-11-22.") from None
        return value, number
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC), number


def _is_time(listing: Listing) -> bool:
    return isinstance(listing.column.type, Moment)


def ends(connection: Connection, listing: Listing) -> tuple[int, int] | None:
    """The lowest and the highest number of the whole table; None when it is empty."""
    low = connection.execute(select(listing.number).order_by(listing.number).limit(1)).scalar()
    high = connection.execute(select(listing.number).order_by(listing.number.desc()).limit(1)).scalar()
    return None if low is None or high is None else (low, high)


def place_of_fraction(connection: Connection, listing: Listing, fraction: float) -> Place | None:
    """About the place at a fraction of the list: numbers rise with time and have no gaps to speak of."""
    found = ends(connection, listing)
    if found is None:
        return None
    low, high = found
    step = round((high - low) * fraction)
    target = high - step if listing.descending else low + step
    if listing.column is listing.number:
        return target, target
    if not _is_time(listing):
        return _place_in_groups(connection, listing, fraction)
    row = connection.execute(
        select(listing.entity.table).where(listing.number >= target).order_by(listing.number).limit(1)
    ).first()
    return listing.place_of(row) if row is not None else None


def _place_in_groups(connection: Connection, listing: Listing, fraction: float) -> Place | None:
    """The same in an order by a few values (states): find the group, then the number within it."""
    groups: list[tuple[Any, float, float]] = remembered(connection, listing, "groups", group_shares)
    for value, start, share in groups:
        if fraction <= start + share or value == groups[-1][0]:
            within = (fraction - start) / share if share else 0.0
            low, high = ends(connection, listing) or (0, 0)
            step = round((high - low) * min(max(within, 0.0), 1.0))
            return value, high - step if listing.descending else low + step
    return None


def group_shares(connection: Connection, listing: Listing) -> list[tuple[Any, float, float]]:
    """(value, start, share) of each value of the sort column in the list's order, from the sample."""
    values = sorted(row.value for row in sample(connection, listing))
    if listing.descending:
        values.reverse()
    kinds = list(dict.fromkeys(values))
    return [(kind, values.index(kind) / len(values), values.count(kind) / len(values)) for kind in kinds]


# Totals


def sample(connection: Connection, listing: Listing) -> list[Row[Any]]:
    """(number, sort value) of blocks of rows from places spread evenly over the whole table, whatever the filter."""
    found = ends(connection, listing)
    if found is None:
        return []
    low, high = found
    starts = [low + (high - low) * index // SAMPLES for index in range(SAMPLES)]
    columns = (listing.number.label("place"), listing.column.label("value"))
    blocks = [
        select(*columns).where(listing.number >= start).order_by(listing.number).limit(SAMPLE_ROWS) for start in starts
    ]
    return list(connection.execute(union_all(*(select(block.subquery()) for block in blocks))))


_estimates: dict[tuple[str, str, str], tuple[datetime, Any]] = {}


def remembered(
    connection: Connection, listing: Listing, what: str, estimate: Callable[[Connection, Listing], Any]
) -> Any:
    """An estimate from the sample, made anew every minute: scrolling and filtering need it at every page."""
    key = (str(connection.engine.url), listing.signature, what)
    until, value = _estimates.get(key, (listing.ask.now, None))
    if until <= listing.ask.now:
        value = estimate(connection, listing)
        if len(_estimates) > ESTIMATES_KEPT:
            _estimates.clear()
        _estimates[key] = (listing.ask.now + timedelta(minutes=1), value)
    return value


def _count_up_to(connection: Connection, listing: Listing, most: int) -> int:
    runs = [select(listing.number).where(clause).limit(most).subquery() for clause in listing.alternatives]
    inner = union_all(*(select(run) for run in runs)).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(inner)).scalar() or 0


def _share(connection: Connection, listing: Listing) -> float:
    """The part of the whole table that the filter lets through, by the sample."""
    numbers = [row.place for row in sample(connection, listing)]
    matching = (
        select(func.count())
        .select_from(listing.entity.table)
        .where(or_(*listing.alternatives), listing.number.in_(numbers))
    )
    return (connection.execute(matching).scalar() or 0) / max(len(numbers), 1)


def total(connection: Connection, listing: Listing) -> tuple[int, bool]:
    """(rows, whether that is exact): counted up to EXACT_UP_TO, beyond that the table's span times the sampled share."""
    counted = _count_up_to(connection, listing, EXACT_UP_TO + 1)
    if counted <= EXACT_UP_TO:
        return counted, True
    low, high = ends(connection, listing) or (0, 0)
    span = high - low + 1
    if not listing.filtered:
        return span, False
    share: float = remembered(connection, listing, "share", _share)
    return max(counted, round(span * share)), False


def position(connection: Connection, listing: Listing, place: Place, count: int) -> int:
    """The estimated index of a place in the list."""
    low, high = ends(connection, listing) or (0, 0)
    span = max(high - low, 1)
    share = (high - place[1] if listing.descending else place[1] - low) / span
    if listing.column is not listing.number and not _is_time(listing):
        for value, start, part in remembered(connection, listing, "groups", group_shares):
            if value == place[0]:
                share = start + part * share
    return round(min(max(share, 0.0), 1.0) * max(count - 1, 0))


# The answer


def sealed_cursor(listing: Listing, row: Row[Any], forward: bool, counted: tuple[int, bool], index: int) -> str:
    value, number = listing.place_of(row)
    text = value.isoformat() if isinstance(value, datetime) else value
    place = {"v": text, "n": number, "f": forward, "c": counted[0], "x": counted[1], "i": index}
    return cursors.seal(listing.ask.platform.keys.cursor, listing.signature, place, listing.ask.now)


def opened_cursor(listing: Listing, cursor: str) -> dict[str, Any]:
    place = cursors.unseal(listing.ask.platform.keys.cursor, listing.signature, cursor, listing.ask.now)
    if _is_time(listing):
        place["v"] = datetime.fromisoformat(place["v"])
    return place


@dataclass(frozen=True)
class Pages:
    """A page of rows with what an answer says around it."""

    rows: list[Row[Any]]
    next: str | None
    previous: str | None
    total: tuple[int, bool]
    first: int

    def answer(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        count, exact = self.total
        around = {"next": self.next, "previous": self.previous, "first": self.first}
        return {"items": items, "total": {"count": count, "exact": exact}, **around}


def find_page(connection: Connection, listing: Listing, params: Params) -> Pages:
    """The page that the parameters ask for."""
    limit = limit_of(params)
    cursor = _single(params, "cursor")
    if cursor is not None:
        return _continued(connection, listing, cursor, limit)
    counted = total(connection, listing)
    found = _jump(connection, listing, params, limit)
    if not found.before:
        index = 0
    elif not found.after:
        index = max(counted[0] - len(found.rows), 0)
    else:
        index = position(connection, listing, listing.place_of(found.rows[0]), counted[0])
    return _pages(listing, found, counted, index)


def _jump(connection: Connection, listing: Listing, params: Params, limit: int) -> Found:
    if "end" in params:
        return last_page(connection, listing, limit)
    place: Place | None = None
    if around := _single(params, "around"):
        place = place_around(connection, listing, around)
    elif at := _single(params, "at"):
        place = place_at(listing, at)
    elif fraction := _single(params, "fraction"):
        place = place_of_fraction(connection, listing, _fraction(fraction))
    if place is None:
        return first_page(connection, listing, limit)
    return page_around(connection, listing, place, limit)


def _fraction(given: str) -> float:
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise BadRequest("fraction is a number from 0 to 1.")
    return value


def _continued(connection: Connection, listing: Listing, cursor: str, limit: int) -> Pages:
    """A page beyond a cursor; the total travels in the cursor, so that scrolling counts nothing."""
    place = opened_cursor(listing, cursor)
    forward = bool(place["f"])
    found = page_beyond(connection, listing, (place["v"], place["n"]), limit, forward)
    index = place["i"] + 1 if forward else place["i"] - len(found.rows)
    if not found.before or not found.rows:
        index = 0
    return _pages(listing, found, (place["c"], place["x"]), max(index, 0))


def _pages(listing: Listing, found: Found, counted: tuple[int, bool], index: int) -> Pages:
    rows = found.rows
    last = index + len(rows) - 1
    after = sealed_cursor(listing, rows[-1], True, counted, last) if rows and found.after else None
    before = sealed_cursor(listing, rows[0], False, counted, index) if rows and found.before else None
    return Pages(rows, after, before, counted, index)
