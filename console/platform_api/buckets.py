"""Days and weeks of a zone as spans of time. The day that the clocks change is 23 or 25 hours long, and counts as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from console.platform_api.columns import EPOCH
from console.platform_api.problems import BadRequest

MOST = 400
DEFAULT_DAYS = 30
MICROSECOND = timedelta(microseconds=1)
STEPS = {"day": timedelta(days=1), "week": timedelta(days=7)}
_FIRST, _LAST = date(1971, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Run:
    """Buckets one after the other that are equally long, the first one being number `first`: one division finds a moment's bucket."""

    first: int
    start: datetime
    end: datetime
    width: timedelta

    @property
    def count(self) -> int:
        return (self.end - self.start) // self.width

    @property
    def microseconds(self) -> int:
        """The width, as databases count."""
        return self.width // MICROSECOND


def microseconds(moment: datetime) -> int:
    """As the databases hold a moment."""
    return (moment - EPOCH) // MICROSECOND


@dataclass(frozen=True)
class Buckets:
    """`days` are the first days of the buckets, and the day after the last; `bounds` the moments at which those begin."""

    by: str
    zone: str
    days: tuple[date, ...]
    bounds: tuple[datetime, ...]

    def __len__(self) -> int:
        return len(self.days) - 1

    def runs(self) -> list[Run]:
        widths = [end - start for start, end in pairwise(self.bounds)]
        found, first = [], 0
        for width, alike in groupby(widths):
            last = first + sum(1 for _ in alike)
            found.append(Run(first, self.bounds[first], self.bounds[last], width))
            first = last
        return found


def buckets(by: str, since: str | None, until: str | None, zone: ZoneInfo, now: datetime) -> Buckets:
    """From the day `since` to the day before `until`; the last 30 days by default. Weeks are whole ones, from Monday.

    BadRequest for days that are none, and for more buckets than anyone looks at.
    """
    if by not in STEPS:
        raise BadRequest(f"by is {' or '.join(STEPS)}.")
    end = _day("until", until) or now.astimezone(zone).date() + timedelta(days=1)
    start = _day("since", since) or end - timedelta(days=DEFAULT_DAYS)
    if not _FIRST <= start < end <= _LAST:
        raise BadRequest("since is a day before until.")
    if by == "week":
        start -= timedelta(days=start.weekday())
    if (end - start) / STEPS[by] > MOST:
        raise BadRequest(f"That is more than {MOST} of them: narrow since and until, or ask by week.")
    days = _days(start, end, STEPS[by])
    return Buckets(by, zone.key, tuple(days), tuple(_begins(day, zone) for day in days))


def _day(name: str, given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadRequest(f"{name} is a day, as 2026-11-22.") from None


def _days(start: date, end: date, step: timedelta) -> Sequence[date]:
    found = [start]
    while found[-1] < end:
        found.append(found[-1] + step)
    return found


def _begins(day: date, zone: ZoneInfo) -> datetime:
    """Midnight there; where the clocks skip it, the moment at which they do."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
