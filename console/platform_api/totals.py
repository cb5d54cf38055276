"""How long a list is and where in it a place is, without counting it: exact while it is short, estimated from a sample beyond."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, union_all

from console.platform_api.listing import Listing, Place, ends, is_time

EXACT_UP_TO = 2_500
"""Counting this many rows of an index takes a fraction of a millisecond; beyond it the total is estimated."""
SAMPLES = 16
SAMPLE_ROWS = 64
ESTIMATES_KEPT = 1_000


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
    runs = [select(listing.number).where(clause).limit(most).subquery() for clause in listing.counted]
    inner = union_all(*(select(run) for run in runs)).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(inner)).scalar() or 0


def _share(connection: Connection, listing: Listing) -> float:
    """The part of the whole table that the filter lets through, by the sample."""
    numbers = [row.place for row in sample(connection, listing)]
    matching = (
        select(func.count()).select_from(listing.entity.table).where(or_(*listing.counted), listing.number.in_(numbers))
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
    if listing.column is not listing.number and not is_time(listing):
        share = _share_before(listing, remembered(connection, listing, "groups", group_shares), place[0], share)
    return round(min(max(share, 0.0), 1.0) * max(count - 1, 0))


def _share_before(listing: Listing, groups: list[tuple[Any, float, float]], value: Any, share: float) -> float:
    """The part of the list before a value and `share` of its own group; a value that the sample lacks stands between two groups."""
    for found, start, part in groups:
        if found == value:
            return start + part * share
        if found < value if listing.descending else found > value:
            return start
    return 1.0 if groups else share


def group_shares(connection: Connection, listing: Listing) -> list[tuple[Any, float, float]]:
    """(value, start, share) of each value of the sort column in the list's order, from the sample."""
    values = sorted(row.value for row in sample(connection, listing))
    if listing.descending:
        values.reverse()
    counts, start, found = Counter(values), 0, []
    for kind, count in counts.items():
        found.append((kind, start / len(values), count / len(values)))
        start += count
    return found
