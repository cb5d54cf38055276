"""Sums over time as bars with their numbers beside them: a row a day or week, a column a kind of money, all on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict
from textual.content import Content

from console.text import amount, line, money

KINDS = ("captured", "refunded", "disputed")
"""What there are sums of."""
STYLES = {"captured": "$text-success", "refunded": "$text-warning", "disputed": "$text-error"}
"""Colours beside the words: each bar stands under its name, so nothing hangs on them."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_GAP = 2
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Bucket(BaseModel):
    """A day or a week, by its first day; minor units."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    start: date
    captured: int = 0
    refunded: int = 0
    disputed: int = 0

    def of(self, kind: str) -> int:
        return int(getattr(self, kind))


class Sums(BaseModel):
    """All of one currency."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    currency: str
    buckets: tuple[Bucket, ...] = ()
    captured: int = 0
    refunded: int = 0
    disputed: int = 0


class Figures(BaseModel):
    """What the platform answers; days are those of `zone`, `until` the day after the last."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    by: str
    zone: str = ""
    since: date
    until: date
    currencies: tuple[Sums, ...] = ()

    @property
    def busiest_first(self) -> tuple[Sums, ...]:
        """Sums of different currencies can't be compared; on how many days there was any, can."""
        return tuple(sorted(self.currencies, key=lambda sums: -sum(bucket.captured > 0 for bucket in sums.buckets)))


@dataclass(frozen=True)
class Layout:
    """The cells of a column: first its bar, then its number."""

    bar: int
    number: int

    @property
    def column(self) -> int:
        return self.bar + 1 + self.number


DAY_WIDTH = 11


def layout(sums: Sums, width: int) -> Layout:
    """As wide bars as fit beside the numbers; none where nothing fits."""
    known = [each.of(kind) for each in sums.buckets for kind in KINDS] + [getattr(sums, kind) for kind in KINDS]
    number = max(len(amount(value, sums.currency)) for value in known)
    spare = width - DAY_WIDTH - len(KINDS) * (_GAP + 1 + number)
    return Layout(max(0, min(40, spare // len(KINDS))), number)


def head(sums: Sums, width: int) -> Content:
    """The columns' names, which are the legend, and what all of it comes to."""
    shape = layout(sums, width)
    names, totals = [" " * DAY_WIDTH], ["together".ljust(DAY_WIDTH)]
    for kind in KINDS:
        names.append(" " * _GAP + kind.ljust(shape.column))
        totals.append(" " * _GAP + amount(getattr(sums, kind), sums.currency).rjust(shape.column))
    return Content.assemble(("".join(names), "dim"), "\n", ("".join(totals), "bold"))


def rows(sums: Sums, width: int) -> Content:
    """A line a day or week, newest first, so that the newest is in view."""
    shape, largest = layout(sums, width), _largest(sums)
    return Content("\n").join([_row(each, sums.currency, shape, largest) for each in reversed(sums.buckets)])


def _row(bucket: Bucket, currency: str, shape: Layout, largest: int) -> Content:
    parts = [Content(day(bucket.start).rjust(DAY_WIDTH)).stylize("dim")]
    for kind in KINDS:
        value = bucket.of(kind)
        number = Content((amount(value, currency) if value else "–").rjust(shape.number))
        drawn = (bar(value, largest, shape.bar), STYLES[kind])
        parts.append(Content.assemble(" " * _GAP, drawn, " ", number if value else number.stylize("dim")))
    return Content.assemble(*parts)


def _largest(sums: Sums) -> int:
    return max((each.of(kind) for each in sums.buckets for kind in KINDS), default=0)


def bar(value: int, largest: int, width: int) -> str:
    """In eighths of a cell; whatever is more than nothing shows at least one, and what is less than nothing none."""
    if value <= 0 or largest <= 0:
        return " " * width
    eighths = max(1, round(value * width * 8 / largest))
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(width)[:width]


def day(at: date) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def scale(sums: Sums, width: int) -> str:
    """What a full bar stands for."""
    largest = _largest(sums)
    return f"a full bar is {money(largest, sums.currency)}" if layout(sums, width).bar and largest else ""


def period(figures: Figures) -> str:
    """From which day to which, and whose days those are."""
    zone = f", days of {line(figures.zone).plain}" if figures.zone else ""
    return f"{day(figures.since)} – {day(date.fromordinal(figures.until.toordinal() - 1))}{zone}"
