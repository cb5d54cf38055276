"""The drawing half of the table: what stands on which line, for the cursor, the marks and the state of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style

from console.records.record import Record
from screens.parts.record_table.columns import Column
from screens.parts.record_table.lines import Lines
from screens.parts.record_table.paged import PagedView


class DrawnView(PagedView):
    """Line 0 has the titles, the last one the notice if there is one; its components are styled in console.tcss."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--header",
        "record-table--row",
        "record-table--cursor",
        "record-table--marked",
        "record-table--dimmed",
        "record-table--placeholder",
        "record-table--notice",
        "record-table--error",
        "record-table--hint",
    }

    def __init__(self, columns: Sequence[Column], what: str, hint: str, id: str | None) -> None:
        super().__init__(what, hint, id)
        self.sort: str | None = None
        """The field that the list is sorted by, with - before it when it falls: for the arrow in the titles."""
        self._lines = Lines(columns, self._component)
        self._styles_found: dict[str, Style] = {}
        self._row = 0
        self._record: Record | None = None
        self._marks: set[str] = set()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Hand out the drawn lines themselves, past Textual's own cache.

        That cache is by line of the screen, so a scroll by one row misses in all of them; these are by record,
        and what the compositor computes from a line stays with it. 10 ms a scrolling key became 4.
        """
        self._lines.fit(self.scrollable_content_region.width, self.region.width)
        background = self.background_colors[1]
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        left, right = crop.column_span
        return strips if (left, right) == (0, self.region.width) else [strip.crop(left, right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        if y == 0:
            return self._lines.header(self.sort)
        if y > self.body_height:
            return self._notice_line()
        if not self.window.total:
            return self._instead(y - 1)
        return self._row_line(self.scroll_offset.y + y - 1)

    def _row_line(self, row: int) -> Strip:
        record = self.window.record(row)
        if record is None:
            return self._lines.placeholder() if row < self.window.total else self._lines.blank()
        here = record is self._record or (self._record is None and row == self._row)
        return self._lines.row(record, (here, record.id in self._marks, self.status.offline))

    def _instead(self, place: int) -> Strip:
        """No rows: grey ones while they are on their way, else why there are none."""
        lines = self.status.instead()
        if not lines:
            waiting = self.status.notice(None) if place == self.body_height - 1 else None
            return self._lines.text(waiting[1], waiting[0]) if waiting else self._lines.placeholder()
        if 1 <= place <= len(lines):
            component, text = lines[place - 1]
            return self._lines.text(text, component)
        return self._lines.blank()

    def _notice_line(self) -> Strip:
        notice = self.notice
        return self._lines.text(notice[1], notice[0]) if notice else self._lines.blank()

    def _refresh_row(self, row: int) -> None:
        y = row - self.scroll_offset.y + 1
        if 0 < y <= self.body_height:
            self.refresh(Region(0, y, self.size.width, 1))

    def forget_lines(self) -> None:
        self._lines.forget()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles_found.clear()
        self._lines.forget()

    def _component(self, name: str) -> Style:
        if name not in self._styles_found:
            self._styles_found[name] = self.get_visual_style(f"record-table--{name}")
        return self._styles_found[name]
