"""A list of real records in memory that speaks the table's protocol, with waits and faults to order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import floor

from console.errors import PetworksError, Problem
from console.records.record import Record
from console.records.users import User

NAMES = (
    "Maria Gómez",
    "李小龙",
    "O'Brien",
    "Нина Ким",
    "🐶 Walker",
    "ด.ช. สมชาย",
    "Zoë von Überlang-Hausen",
    "عمر",
    "A",
)
EPOCH = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class ListTotal:
    count: int
    exact: bool


@dataclass(frozen=True)
class ListPage:
    items: Sequence[Record]
    next: str | None
    previous: str | None
    total: ListTotal
    first: int


def user(number: int) -> User:
    """The user of a number: the same record each time, and names of the real world's variety."""
    return User.model_validate(
        {
            "id": f"id-{number}",
            "number": f"U-{number}",
            "version": 1,
            "state": ("active", "active", "active", "locked", "suspended")[number % 5],
            "registered": EPOCH - timedelta(hours=number),
            "name": NAMES[number % len(NAMES)],
            "email": f"person{number}@example.com",
        }
    )


@dataclass
class Listed:
    """Users by falling number. `drift` is how far an estimated place is off; answers wait while `open` is clear."""

    numbers: Sequence[int]
    exact: bool = True
    drift: int = 0
    asked: list[dict[str, object]] = field(default_factory=list)
    failure: PetworksError | None = None
    open: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0
    gone: set[int] = field(default_factory=set)
    """Numbers that exist and still have a place, but are no longer in the list: pages leave them out."""

    def __post_init__(self) -> None:
        self.open.set()

    async def page(
        self,
        *,
        cursor: str | None = None,
        around: str | None = None,
        at: str | None = None,
        fraction: float | None = None,
        end: bool = False,
        limit: int,
    ) -> ListPage:
        self.asked.append({"cursor": cursor, "around": around, "at": at, "fraction": fraction, "end": end})
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failure is not None:
            raise self.failure
        return self.slice(self._start(cursor, around, at, fraction, end, limit), limit)

    def slice(self, start: int, limit: int) -> ListPage:
        count = len(self.numbers)
        start = max(0, min(start, count))
        stop = min(count, start + limit)
        items = [user(number) for number in self.numbers[start:stop] if number not in self.gone]
        following = f"after:{items[-1].number}" if items and stop < count else None
        before = f"before:{items[0].number}" if items and start > 0 else None
        total = count if self.exact else max(len(items), count + self.drift)
        first = start + self.drift if following and before else total - len(items) if before else 0
        return ListPage(items, following, before, ListTotal(total, self.exact), max(0, first))

    def _start(
        self, cursor: str | None, around: str | None, at: str | None, fraction: float | None, end: bool, limit: int
    ) -> int:
        if end:
            return len(self.numbers) - limit
        if fraction is not None:
            return floor(fraction * len(self.numbers)) - limit // 3
        if at is not None:
            return self._after(int(at) + 1) - limit // 3
        if around is not None:
            return self._place(around) - limit // 3
        if cursor is not None:
            way, _, number = cursor.partition(":")
            place = self._after(int(number[2:]))
            return place if way == "after" else self._before(int(number[2:]), limit)
        return 0

    def _after(self, number: int) -> int:
        """The place of the first record below a number: by search, so that ten million are as quick as ten."""
        low, high = 0, len(self.numbers)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.numbers[middle] >= number else (low, middle)
        return low

    def _before(self, number: int, limit: int) -> int:
        return self._after(number + 1) - limit

    def _place(self, id: str) -> int:
        number = int(id.split("-")[1])
        place = self._after(number + 1)
        if place >= len(self.numbers) or self.numbers[place] != number:
            raise Problem.of(404, {"type": "not-found", "title": "Not found", "status": 404, "request_id": "req-1"})
        return place
