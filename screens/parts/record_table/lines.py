"""Drawing: a record becomes one line of segments, and keeps it until something about it changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from console.records.record import Record
from screens.parts.record_table.columns import GAP, GUTTER, Column, Placed, cell, layout

LINES_KEPT = 1024

Look = tuple[bool, bool, bool]
"""Under the cursor, marked, dimmed."""


class Lines:
    """Draws rows of one width in the table's styles; `style` gives a component's look by its name."""

    def __init__(self, columns: Sequence[Column], style: Callable[[str], Style]) -> None:
        self._columns = columns
        self._style = style
        self._width = 0
        self._full = 0
        self._placed: tuple[Placed, ...] = ()
        self._drawn: dict[tuple[str, Look], tuple[Record, Strip]] = {}
        self._blank: Strip | None = None

    def fit(self, width: int, full: int) -> None:
        """Columns share `width` cells; lines are `full` cells long, the rest lies under the scrollbar."""
        if (width, full) != (self._width, self._full):
            self._width, self._full = width, full
            self._placed = layout(self._columns, width)
            self.forget()

    def use(self, columns: Sequence[Column]) -> None:
        """Draw other columns from now on."""
        self._columns, self._width = columns, 0

    def forget(self) -> None:
        """Styles, widths or relative times have changed: draw all lines anew."""
        self._drawn.clear()
        self._blank = None

    def row(self, record: Record, look: Look) -> Strip:
        """The line of a record, from the last drawing when that was of the same state."""
        known = self._drawn.get((record.id, look))
        if known is not None and known[0] is record:
            return known[1]
        if len(self._drawn) >= LINES_KEPT:
            self._drawn.clear()
        strip = self._row(record, look)
        self._drawn[record.id, look] = (record, strip)
        return strip

    def _row(self, record: Record, look: Look) -> Strip:
        cursor, marked, dimmed = look
        style = self._style("cursor" if cursor else "marked" if marked else "dimmed" if dimmed else "row")
        signs = Content(f"{'>' if cursor else ' '}{'*' if marked else ' '} ")
        cells = [cell(placed.column.cell(record), placed) for placed in self._placed]
        return self._line(signs, cells, style)

    def header(self, sort: str | None) -> Strip:
        """The titles; an arrow stands at the one that the list is sorted by."""
        titles = [cell(Content(_title(placed.column, sort)), placed) for placed in self._placed]
        return self._line(Content(" " * GUTTER), titles, self._style("header"))

    def placeholder(self) -> Strip:
        """A row that hasn't come yet: a grey bar in each column, so that the list has its shape at once."""
        if self._blank is None:
            bars = [Content("░" * max(1, placed.width * 2 // 3)) for placed in self._placed]
            cells = [cell(bar, placed) for bar, placed in zip(bars, self._placed, strict=True)]
            self._blank = self._line(Content(" " * GUTTER), cells, self._style("placeholder"))
        return self._blank

    def blank(self) -> Strip:
        return Strip.blank(self._full, self._style("row").rich_style)

    def text(self, content: Content, component: str) -> Strip:
        """A sentence of the table's own, below or instead of the rows."""
        style = self._style(component)
        return self._line(Content(" " * GUTTER), [content.truncate(max(0, self._width - GUTTER), ellipsis=True)], style)

    def column_at(self, x: int) -> Column | None:
        """The column whose title stands at a cell of the line."""
        left = GUTTER
        for placed in self._placed:
            if left <= x < left + placed.width + GAP:
                return placed.column
            left += placed.width + GAP
        return None

    def _line(self, signs: Content, cells: Sequence[Content], style: Style) -> Strip:
        rich_style = style.rich_style
        gap = Segment(" " * GAP, rich_style)
        segments = signs.render_segments(style)
        for place, content in enumerate(cells):
            segments += [gap] if place else []
            segments += content.render_segments(style)
        return Strip(segments).adjust_cell_length(self._full, rich_style)


def _title(column: Column, sort: str | None) -> str:
    if column.sort is None or sort is None or sort.removeprefix("-") != column.sort:
        return column.title
    return f"{column.title} {'▼' if sort.startswith('-') else '▲'}"
