"""Figures over time as bars with their numbers beside them: a row a day or week, a column a kind, all on one scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from textual.content import Content

from console.text import line

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_GAP = 2
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Kind:
    """A column: its bars stand under its name, so nothing hangs on the colour."""

    name: str
    style: str


@dataclass(frozen=True)
class Chart:
    """`rows`: the first day of each, and a value for each kind; `show` writes a value in its column, `measure` with what it is of.

    `name` tells one chart from another where there are several.
    """

    kinds: tuple[Kind, ...]
    rows: tuple[tuple[date, tuple[int, ...]], ...]
    totals: tuple[int, ...]
    show: Callable[[int], str]
    measure: Callable[[int], str]
    name: str = ""

    @property
    def largest(self) -> int:
        return max((value for _, values in self.rows for value in values), default=0)


class Figures(Protocol):
    """What there are charts of; days are those of `zone`, `until` the day after the last. `aside` is said beside them."""

    @property
    def by(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date: ...
    @property
    def charts(self) -> tuple[Chart, ...]: ...
    @property
    def aside(self) -> Content | None: ...


@dataclass(frozen=True)
class Layout:
    """The cells of a column: first its bar, then its number."""

    bar: int
    number: int

    @property
    def column(self) -> int:
        return self.bar + 1 + self.number


DAY_WIDTH = 11


def layout(chart: Chart, width: int) -> Layout:
    """As wide bars as fit beside the numbers; none where nothing fits. A column is never narrower than its name."""
    known = [value for _, values in chart.rows for value in values]
    number = max(len(chart.show(value)) for value in (*known, *chart.totals))
    spare = width - DAY_WIDTH - len(chart.kinds) * (_GAP + 1 + number)
    bar = max(0, min(40, spare // len(chart.kinds)))
    return Layout(bar, max(number, max(len(kind.name) for kind in chart.kinds) - 1 - bar))


def head(chart: Chart, width: int) -> Content:
    """The columns' names, which are the legend, and what all of it comes to."""
    shape = layout(chart, width)
    names, totals = [" " * DAY_WIDTH], ["together".ljust(DAY_WIDTH)]
    for kind, total in zip(chart.kinds, chart.totals, strict=True):
        names.append(" " * _GAP + kind.name.ljust(shape.column))
        totals.append(" " * _GAP + chart.show(total).rjust(shape.column))
    return Content.assemble(("".join(names), "dim"), "\n", ("".join(totals), "bold"))


def rows(chart: Chart, width: int) -> Content:
    """A line a day or week, newest first, so that the newest is in view."""
    shape = layout(chart, width)
    return Content("\n").join([_row(chart, start, values, shape) for start, values in reversed(chart.rows)])


def _row(chart: Chart, start: date, values: tuple[int, ...], shape: Layout) -> Content:
    parts = [Content(day(start).rjust(DAY_WIDTH)).stylize("dim")]
    for kind, value in zip(chart.kinds, values, strict=True):
        number = Content((chart.show(value) if value else "–").rjust(shape.number))
        drawn = (bar(value, chart.largest, shape.bar), kind.style)
        parts.append(Content.assemble(" " * _GAP, drawn, " ", number if value else number.stylize("dim")))
    return Content.assemble(*parts)


def bar(value: int, largest: int, width: int) -> str:
    """In eighths of a cell; whatever is more than nothing shows at least one, and what is less than nothing none."""
    if value <= 0 or largest <= 0:
        return " " * width
    eighths = max(1, round(value * width * 8 / largest))
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(width)[:width]


def day(at: date) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def scale(chart: Chart, width: int) -> str:
    """What a full bar stands for."""
    return f"a full bar is {chart.measure(chart.largest)}" if layout(chart, width).bar and chart.largest > 0 else ""


def period(figures: Figures) -> str:
    """From which day to which, and whose days those are."""
    zone = f", days of {line(figures.zone).plain}" if figures.zone else ""
    return f"{day(figures.since)} – {day(date.fromordinal(figures.until.toordinal() - 1))}{zone}"
