"""Lists of any length: keyset pages by row values, sealed cursors, jumps, honest totals. No OFFSET, no COUNT over the whole.

A place in a list is (sort value, number): numbers are unique, so every place is. A filter is answered by a run of an index for each
combination of its values (of all facets, once one is chosen), merged: `state IN (…) ORDER BY number` would walk the whole table for
rare states, and so would a pair of filters that no index has together (at a million users 10 times as long).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, literal, select, tuple_, union_all

from console.platform_api import cursors
from console.platform_api.listing import Listing, Params, Place, is_time, limit_of, single
from console.platform_api.places import place_around, place_at, place_of_fraction
from console.platform_api.problems import BadRequest
from console.platform_api.totals import position, total


@dataclass(frozen=True)
class Found:
    rows: list[Row[Any]]
    before: bool
    after: bool


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
    clauses = [clause if beyond is None else and_(clause, beyond) for clause in listing.alternatives]
    if len(clauses) == 1:
        return list(connection.execute(select(listing.entity.table).where(*clauses).order_by(*order).limit(count)))
    columns = (listing.column.label("value"), listing.number.label("number"))
    runs = [select(*columns).where(clause).order_by(*order).limit(count) for clause in clauses]
    places = [tuple(found) for found in connection.execute(union_all(*(select(run.subquery()) for run in runs)))]
    return _rows(connection, listing, sorted(places, reverse=down)[:count])


def _rows(connection: Connection, listing: Listing, places: list[Any]) -> list[Row[Any]]:
    """The rows at these places: of all the runs' rows only those that the page shows are read whole."""
    numbers = [number for _, number in places]
    found = connection.execute(select(listing.entity.table).where(listing.number.in_(numbers)))
    rows = {getattr(row, listing.number.name): row for row in found}
    return [rows[number] for number in numbers if number in rows]


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


# The answer


def sealed_cursor(listing: Listing, row: Row[Any], forward: bool, counted: tuple[int, bool], index: int) -> str:
    value, number = listing.place_of(row)
    text = value.isoformat() if isinstance(value, datetime) else value
    place = {"v": text, "n": number, "f": forward, "c": counted[0], "x": counted[1], "i": index}
    return cursors.seal(listing.ask.platform.keys.cursor, listing.signature, place, listing.ask.now)


def opened_cursor(listing: Listing, cursor: str) -> dict[str, Any]:
    place = cursors.unseal(listing.ask.platform.keys.cursor, listing.signature, cursor, listing.ask.now)
    if is_time(listing):
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
    cursor = single(params, "cursor")
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
    if around := single(params, "around"):
        place = place_around(connection, listing, around)
    elif at := single(params, "at"):
        place = place_at(listing, at)
    elif fraction := single(params, "fraction"):
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
