"""The list of records, of any length: what screens call, marks, keys and mouse."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from console.records.record import Record
from screens.parts.record_table.columns import Column
from screens.parts.record_table.cursor import CursorView
from screens.parts.record_table.source import Ask, Reached, Source


class RecordTable(CursorView, can_focus=True):
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
    class Opened(Message):
        """Enter, or a double click."""

        record: Record

    @dataclass
    class MarksChanged(Message):
        marked: frozenset[str]

    @dataclass
    class SortAsked(Message):
        """A title was clicked whose column can be sorted by."""

        sort: str

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
            self._move_to(row, by_hand=False)
        elif len(self.window) and self.window.whole:
            self.post_message(self.NotInList(id))
        else:
            self.load(Ask("go", around=id))

    def go_to_value(self, at: str, reached: Reached) -> None:
        """Put the cursor on the first record that has reached a value of the field by which the list is sorted."""
        self.load(Ask("go", at=at, reached=reached, by_hand=True))

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
                self.load(Ask("go", around=self._record.id, by_hand=True))
            return
        self._move_to(self._row + step)

    def action_screens(self, screens: int) -> None:
        self._move_to(self._row + screens * max(1, self.body_height - 1))

    def action_top(self) -> None:
        if self.window.previous is None and len(self.window):
            self._move_to(0)
        else:
            self.load(Ask("go", by_hand=True))

    def action_bottom(self) -> None:
        if self.window.next is None and len(self.window):
            self._move_to(self.window.total - 1)
        else:
            self.load(Ask("go", end=True, by_hand=True))

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

    def _marks_changed(self) -> None:
        self.post_message(self.MarksChanged(self.marked))
