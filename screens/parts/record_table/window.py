"""The rows in memory: one unbroken run of a list, grown page by page at either end and trimmed at the other.

Places are estimates until an end of the list has been seen; what neighbours what never is. When a place turns out wrong
the whole run shifts, and the shift is handed back so that the view can move with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Sequence
from dataclasses import dataclass

from console.records.record import Record
from screens.parts.record_table.source import Page

PAGES_KEPT = 8


@dataclass
class Slice:
    """What remains of one page: how many rows it holds, and the ways on from it."""

    rows: int
    previous: str | None
    next: str | None


class Window:
    """Rows `first` to `end` of a list that has `total` rows as far as anybody knows."""

    def __init__(self) -> None:
        self.first = 0
        self.total = 0
        self.exact = False
        self.cut_short = False
        self._rows: list[Record] = []
        self._slices: deque[Slice] = deque()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def end(self) -> int:
        """The row after the last one in memory."""
        return self.first + len(self._rows)

    @property
    def previous(self) -> str | None:
        return self._slices[0].previous if self._slices else None

    @property
    def next(self) -> str | None:
        return self._slices[-1].next if self._slices else None

    @property
    def whole(self) -> bool:
        """Whether all that there is to have of the list is in memory."""
        return self.previous is None and self.next is None

    @property
    def rows(self) -> Sequence[Record]:
        return self._rows

    def record(self, row: int) -> Record | None:
        """The record at a row, None while it isn't in memory."""
        place = row - self.first
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def row_of(self, id: str) -> int | None:
        """The row of a record by its id or its number."""
        for place, record in enumerate(self._rows):
            if id in (record.id, record.number):
                return self.first + place
        return None

    def replace(self, record: Record) -> int | None:
        """Put a newer state of a record in its place; its row, or None when it isn't in memory."""
        row = self.row_of(record.id)
        if row is not None:
            self._rows[row - self.first] = record
        return row

    def holds_any(self, ids: Container[str]) -> bool:
        """Whether any of these records is in memory."""
        return any(record.id in ids for record in self._rows)

    def open(self, page: Page, first: int | None = None) -> None:
        """Start again from one page, whose first record stands at row `first`, or where the page itself says."""
        self._rows = list(page.items)
        self._slices = deque([Slice(len(page.items), page.previous, page.next)])
        self.cut_short = self.whole and not page.total.exact
        self._count(page)
        self.first = page.first if first is None else first
        if first is None and page.next is None and page.previous is not None:
            self.first = self.total - len(page.items)
        self._settle()

    def append(self, page: Page) -> int:
        """Add the page that follows; how far the rows shifted."""
        fresh = self._unseen(page)
        self._rows.extend(fresh)
        self._slices.append(Slice(len(fresh), page.previous, page.next))
        self._count(page)
        self._trim_above()
        return self._settle()

    def prepend(self, page: Page) -> int:
        """Add the page that goes before; how far the rows shifted."""
        fresh = self._unseen(page)
        self._rows[:0] = fresh
        self._slices.appendleft(Slice(len(fresh), page.previous, page.next))
        self.first -= len(fresh)
        self._count(page)
        self._trim_below()
        return self._settle()

    def _unseen(self, page: Page) -> list[Record]:
        """A record that moved between two answers may come twice: it stays where it was first seen."""
        seen = {record.id for record in self._rows}
        return [record for record in page.items if record.id not in seen]

    def _count(self, page: Page) -> None:
        self.total, self.exact = page.total.count, page.total.exact

    def _trim_above(self) -> None:
        while len(self._slices) > PAGES_KEPT:
            gone = self._slices.popleft()
            del self._rows[: gone.rows]
            self.first += gone.rows

    def _trim_below(self) -> None:
        while len(self._slices) > PAGES_KEPT:
            gone = self._slices.pop()
            del self._rows[len(self._rows) - gone.rows :]

    def _settle(self) -> int:
        """Agree with the ends: nothing stands before row 0, the first record on it, the last on the last row."""
        shift = 0
        if self.previous is None:
            shift = -self.first
        elif self.first < 1:
            shift = 1 - self.first
        self.first += shift
        self.total = self.end if self.next is None else max(self.total, self.end + 1)
        return shift
