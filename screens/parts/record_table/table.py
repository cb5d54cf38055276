"""The list of records, of any length: a cursor that stays on its record, marks, keys and mouse."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from console.records.record import Record
from screens.parts.record_table.columns import Column
from screens.parts.record_table.drawn import DrawnView
from screens.parts.record_table.source import Ask, Reached, Source

REST = 0.25
"""Seconds that the cursor must have rested before the screen hears of it: a held key opens no records."""


class RecordTable(DrawnView, can_focus=True):
    """Its messages tell the screen what happened; it never changes a record by itself."""

    DEFAULT_CSS = """
    RecordTable { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="open"),
        Binding("space", "mark", "mark", id="mark"),
        Binding("j,down", "move(1)", "down", show=False, id="down"),
        Binding("k,up", "move(-1)", "up", show=False, id="up"),
        Binding("pagedown", "screens(1)", "a screen down", show=False, id="page-down"),
        Binding("pageup", "screens(-1)", "a screen up", show=False, id="page-up"),
        Binding("g,home", "top", "first", show=False, id="first"),
        Binding("G,end", "bottom", "last", show=False, id="last"),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor has rested on a record; not `by_hand` when it is there because the one before left the list."""

        record: Record
        by_hand: bool = True

    @dataclass
    class Opened(Message):
        """Enter, or a double click."""

        record: Record

    @dataclass
    class NotInList(Message):
        """The record that was to be gone to is not in this list, as filtered."""

        number: str

    @dataclass
    class MarksChanged(Message):
        marked: frozenset[str]

    @dataclass
    class SortAsked(Message):
        """A title was clicked whose column can be sorted by."""

        sort: str

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

    # What screens call

    @property
    def cursor_record(self) -> Record | None:
        """The record under the cursor, as last heard of."""
        return self._record

    @property
    def marked(self) -> frozenset[str]:
        return frozenset(self._marks)

    def show(self, source: Source, *, columns: Sequence[Column] | None = None) -> None:
        """Start on another list; the cursor stays on its record if that is in it."""
        self._source = source
        if columns is not None:
            self._lines.use(columns)
        self.window = type(self.window)()
        self.status.error = self.status.heard = None
        self.resize_list()
        self.load(Ask("show", around=self._record.id) if self._record else Ask("show"))

    def reload(self) -> None:
        """Fetch again what is in view; rows that came above don't move what the eye is on."""
        held = self._held()
        self.load(Ask("reload", around=held[1].id, row=held[0]) if held else Ask("show"))

    def go_to(self, id: str) -> None:
        """Put the cursor on the record of an id or a number; `NotInList` when it isn't there."""
        row = self.window.row_of(id)
        if row is not None:
            self._move_to(row)
        elif len(self.window) and self.window.whole:
            self.post_message(self.NotInList(id))
        else:
            self.load(Ask("go", around=id))

    def go_to_value(self, at: str, reached: Reached) -> None:
        """Put the cursor on the first record that has reached a value of the field by which the list is sorted."""
        self.load(Ask("go", at=at, reached=reached))

    def heard_of(self, ids: Container[str], *, created: bool = False) -> None:
        """Others changed these records: fetch again if any is in memory, or if the new ones belong at the top in view."""
        if self.window.holds_any(ids) or (created and self.window.previous is None and self.scroll_offset.y == 0):
            self.reload()

    def find_record(self, id: str) -> Record | None:
        """The record of an id as the list has it, while it is in memory."""
        row = self.window.row_of(id)
        return None if row is None else self.window.record(row)

    def refresh_record(self, record: Record) -> None:
        """Draw a newer state of a record in its place."""
        row = self.window.replace(record)
        if self._record is not None and self._record.id == record.id:
            self._record = record
        if row is not None:
            self._refresh_row(row)

    def walk(self, step: int) -> None:
        """One record further, as `[` and `]` do from the detail."""
        self.action_move(step)

    def keep_marks(self, ids: frozenset[str]) -> None:
        """Unmark all but these."""
        self._marks &= ids
        self.refresh()
        self._marks_changed()

    # Keys and mouse

    def action_move(self, step: int) -> None:
        if self._record is not None and self.window.row_of(self._record.id) is None:
            self._steps += step
            if self._steps == step:
                self.load(Ask("go", around=self._record.id))
            return
        self._move_to(self._row + step)

    def action_screens(self, screens: int) -> None:
        self._move_to(self._row + screens * max(1, self.body_height - 1))

    def action_top(self) -> None:
        if self.window.previous is None and len(self.window):
            self._move_to(0)
        else:
            self.load(Ask("go"))

    def action_bottom(self) -> None:
        if self.window.next is None and len(self.window):
            self._move_to(self.window.total - 1)
        else:
            self.load(Ask("go", end=True))

    def action_open(self) -> None:
        if self._record is not None:
            self.post_message(self.Opened(self._record))

    def action_mark(self) -> None:
        """Mark or unmark, and step on; a record that is out of sight is only brought into view."""
        if self._record is None:
            return
        if not 0 <= self._row - self.scroll_offset.y < self.body_height:
            self.action_move(0)
            return
        self._marks ^= {self._record.id}
        self._refresh_row(self._row)
        self._marks_changed()
        self._move_to(self._row + 1)

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            column = self._lines.column_at(event.x)
            if column is not None and column.sort is not None:
                self.post_message(self.SortAsked(column.sort))
            return
        row = self.scroll_offset.y + event.y - 1
        if event.y > self.body_height or self.window.record(row) is None:
            return
        self._move_to(row)
        if event.chain == 2:
            self.action_open()

    def on_resize(self, event: events.Resize) -> None:
        self._scroll_into_view()
        self.look_ahead()

    # The cursor

    def _move_to(self, row: int) -> None:
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
        self._rested_later()

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

    def _marks_changed(self) -> None:
        self.post_message(self.MarksChanged(self.marked))

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
        self._rested_later()
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
