"""Who of the sample's people asks privacy for something, and how far what they asked for is on its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Row

from console.platform_api.seed_privacy_courses import Course
from console.records.privacy_requests import ENDED, Kind, RequestState
from console.records.users import UserState

_S = RequestState


@dataclass(frozen=True)
class Draft:
    """One request on its way. Nothing has happened later than the sample ends."""

    id: str
    course: Course
    person: Row[Any] | None
    received: datetime
    until: datetime

    @property
    def decided(self) -> datetime | None:
        """When it ended, or was declined before the appeal."""
        over = self.course.state in (*ENDED, _S.APPEALED, _S.REVERSED)
        return min(self.received + timedelta(days=self.course.took), self.until) if over else None

    @property
    def appealed(self) -> datetime | None:
        """A while after the declining; what was upheld was decided after it."""
        if self.course.state == _S.UPHELD:
            return self.step(0.6)
        later = self.decided and self.decided + timedelta(days=9)
        return later if self.course.state in (_S.APPEALED, _S.REVERSED) else None

    @property
    def over(self) -> bool:
        return self.course.state in (*ENDED, _S.ERASING)

    @property
    def sent(self) -> bool:
        """Whether its plan has been sent to a second person."""
        return self.course.kind == Kind.DELETE and self.course.state in (_S.REVIEW, _S.ERASING, _S.FULFILLED)

    def step(self, part: float) -> datetime:
        """So far on the way from its receipt to its end, or to now."""
        moment: datetime = self.received + ((self.decided or self.until) - self.received) * part
        return moment.replace(microsecond=0)


class People:
    """Who is left to ask for something; nobody asks twice, but for what their state says they asked for."""

    def __init__(self, random: Random, rows: Sequence[Row[Any]], stopped: Callable[[str], bool]) -> None:
        self._stopped = stopped
        self._pools: dict[str, list[Row[Any]]] = {"erasing": [], "erased": [], "opted_out": [], "others": []}
        for row in rows:
            self._pools[_pool(row)].append(row)
        for pool in self._pools.values():
            random.shuffle(pool)

    def take(self, course: Course) -> Row[Any] | None:
        """Nothing stops the erasure of those for whom a plan is there."""
        pool, planned = self._pools[_wanted(course)], "plan" in course.more
        while pool:
            found = pool.pop()
            if not planned or not self._stopped(found.id):
                return found
        return None


def _pool(row: Row[Any]) -> str:
    if row.state in (UserState.ERASING, UserState.ERASED):
        return str(row.state)
    return "opted_out" if row.opted_out else "others"


def _wanted(course: Course) -> str:
    if course.kind == Kind.DELETE and course.state in (_S.ERASING, _S.FULFILLED):
        return "erasing" if course.state == _S.ERASING else "erased"
    return "opted_out" if course.kind == Kind.OPT_OUT else "others"
