"""The cursor, which stays on its record wherever rows land, and tells when it rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from textual.message import Message
from textual.timer import Timer

from console.records.record import Record
from screens.parts.record_table.columns import Column
from screens.parts.record_table.drawn import DrawnView
from screens.parts.record_table.source import Ask

REST = 0.25
"""Seconds that the cursor must have rested before the screen hears of it: a held key opens no records."""


class CursorView(DrawnView):
    """Rows come and go around it; the record decides where it is."""

    @dataclass
    class Highlighted(Message, namespace="record_table"):
        """The cursor has rested on a record; `by_hand` when a key or the mouse moved it there, and not the list or the screen."""

        record: Record
        by_hand: bool = True

    @dataclass
    class NotInList(Message, namespace="record_table"):
        """The record that was to be gone to is not in this list, as filtered."""

        number: str

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        what: str = "records",
        hint: str = "/ widens the filter",
        id: str | None = None,
    ) -> None:
        super().__init__(columns, what, hint, id)
        self._rest: Timer | None = None
        self._moved_at, self._by_hand = 0.0, True
        self._steps = 0
        """Steps to take once the cursor's record, which was out of memory, is back."""

    def _move_to(self, row: int, *, by_hand: bool = True) -> None:
        """Put the cursor on a row that is in this list, loaded or not."""
        row = max(0, min(row, self.window.total - 1))
        if not self.window.total:
            return
        if row == self._row and self._record is self.window.record(row):
            self._scroll_into_view()
            return
        self._travel = 1 if row >= self._row else -1
        before, self._row, self._record = self._row, row, self.window.record(row)
        self._refresh_row(before)
        self._refresh_row(row)
        self._scroll_into_view()
        self._rested_later(by_hand=by_hand)

    def _scroll_into_view(self) -> None:
        top, height = self.scroll_offset.y, self.body_height
        if self._row < top:
            self._scroll_to_row(self._row)
        elif self._row >= top + height:
            self._scroll_to_row(self._row - height + 1)

    def _scroll_to_row(self, row: int) -> None:
        """By force: a list that was short a moment ago has no scrollbar yet, and wouldn't scroll without one."""
        self.scroll_to(y=row, animate=False, force=True)

    def _rested_later(self, *, by_hand: bool = True) -> None:
        """Wait for the cursor to rest. One timer runs on: a new one at every key would cost more than the move."""
        self._moved_at, self._by_hand = monotonic(), by_hand
        if self._rest is None:
            self._rest = self.set_timer(REST, self._maybe_rested)

    def _maybe_rested(self) -> None:
        left = self._moved_at + REST - monotonic()
        self._rest = self.set_timer(left, self._maybe_rested) if left > 0.001 else None
        if self._rest is None and self._record is not None:
            self.post_message(self.Highlighted(self._record, self._by_hand))

    # Where rows land

    def _held(self) -> tuple[int, Record] | None:
        """What the eye is on: the cursor's record when it is in view, else the first record in view."""
        top = self.scroll_offset.y
        if self._record is not None and top <= self._row < top + self.body_height:
            return self._row, self._record
        rows = range(top, top + self.body_height)
        return next(((row, found) for row in rows if (found := self.window.record(row)) is not None), None)

    def place(self, ask: Ask, shift: int) -> None:
        """Find the cursor again, and move the view so that what is on the screen stays where it is."""
        if shift:
            self._row += shift
            self._scroll_to_row(self.scroll_offset.y + shift)
        if ask.purpose in ("show", "go"):
            self._arrive(ask)
        elif ask.purpose == "reload":
            self._stay(ask)
        elif ask.purpose == "scroll":
            self._bring_into_view(ask)
        self._find_cursor()

    def _arrive(self, ask: Ask) -> None:
        """The cursor goes to the record asked for, the last one, or the first of the page."""
        row = self._row_asked_for(ask)
        steps, self._steps = self._steps, 0
        self._row, self._record = row, self.window.record(row)
        self._scroll_to_row(max(0, row - self.body_height // 2))
        self._rested_later(by_hand=ask.by_hand)
        if steps:
            self._move_to(row + steps)

    def _row_asked_for(self, ask: Ask) -> int:
        found = self.window.row_of(ask.around) if ask.around else None
        if found is not None:
            return found
        if ask.reached is not None:
            there = (row for row, record in enumerate(self.window.rows, self.window.first) if ask.reached(record))
            return next(there, self.window.end - 1)
        return self.window.end - 1 if ask.end else self.window.first

    def _stay(self, ask: Ask) -> None:
        """The record that was held is drawn on the line where it was; when it has gone, its neighbour is."""
        found = self.window.row_of(ask.around or "")
        if found is not None and ask.row is not None:
            self._scroll_to_row(self.scroll_offset.y + found - ask.row)
        elif self._record is not None and self._record.id == ask.around:
            self._record = None
            self._rested_later(by_hand=False)

    def _bring_into_view(self, ask: Ask) -> None:
        """A page asked for by place may land a little off: the view goes to the rows, not the rows to the view."""
        top = self.scroll_offset.y
        if top < self.window.first or top + self.body_height > self.window.end:
            last = max(self.window.first, self.window.end - self.body_height)
            self._scroll_to_row(max(self.window.first, min(top, last)))

    def _find_cursor(self) -> None:
        """Rows may have moved: the record decides where the cursor is, or the row, where no record was known."""
        row = self.window.row_of(self._record.id) if self._record else None
        if row is not None:
            self._row, self._record = row, self.window.record(row)
        elif self._record is None:
            self._row = max(0, min(self._row, self.window.total - 1))
            self._record = self.window.record(self._row)

    def missing(self, ask: Ask) -> None:
        """Say so when it was asked for; look elsewhere when it was only the place to hold on to."""
        self._steps = 0
        if ask.purpose == "go":
            self.post_message(self.NotInList(ask.around or ""))
            return
        self._record = None
        if ask.purpose == "reload" and self.window.total:
            self.load(Ask("scroll", fraction=self._row / self.window.total, row=self.scroll_offset.y))
        else:
            self.load(Ask("show"))
