"""How many privacy requests came and how they ended: a chart by week, beside it what is due, overdue and how long it took, by kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content

from console.text import line
from screens.parts import privacy_words as words
from screens.parts.chart import Kind
from screens.parts.chart_dialog import Words
from screens.parts.figures import Bucket, Course, Figure, FiguresScreen, days

WORDS = Words("count the privacy requests", "No privacy request came, and none ended, in this time. w shows weeks.")

LABEL, NUMBER = 14, 7


class Ended(Bucket):
    received: int = 0
    fulfilled: int = 0
    partly_fulfilled: int = 0
    declined: int = 0
    withdrawn: int = 0


class OfKind(Figure):
    """`count`: received in this time; the others are of now."""

    kind: str
    count: int = 0
    open: int = 0
    overdue: int = 0
    median_days: float | None = None


class PrivacyFigures(Course):
    """Medians are in days, of what ended in this time, from its receipt."""

    KINDS = (
        Kind("received", "$text-accent"),
        Kind("fulfilled", "$text-success"),
        Kind("in part", "$text-warning"),
        Kind("declined", "$text-error"),
        Kind("withdrawn", "$text-muted"),
    )

    buckets: tuple[Ended, ...] = ()
    median_days: float | None = None
    late: int = 0
    kinds: tuple[OfKind, ...] = ()
    open: int = 0
    overdue: int = 0
    due_soon: int = 0

    def measure(self, value: int) -> str:
        return "1 request" if value == 1 else f"{value:,} requests"

    @property
    def aside(self) -> Content | None:
        return Content("\n").join(list(self._aside()))

    def _aside(self) -> Iterator[Content]:
        yield Content("Now").stylize("bold $accent")
        yield _row("open", f"{self.open:,}")
        yield _row("due in 7 days", f"{self.due_soon:,}")
        yield _row("! overdue" if self.overdue else "overdue", f"{self.overdue:,}", _bad(self.overdue))
        yield Content("")
        yield Content("In this time").stylize("bold $accent")
        yield _row("! ended late" if self.late else "ended late", f"{self.late:,}", _bad(self.late))
        yield _row("took, days*", days(self.median_days))
        yield Content("")
        yield Content.assemble(("By kind".ljust(LABEL), "bold $accent"), (_cells("open", "over", "days*"), "dim"))
        for each in self.kinds:
            cells = _cells(f"{each.open:,}", f"{each.overdue:,}", days(each.median_days))
            yield Content.assemble("  ", (words.kind(each.kind).ljust(LABEL - 2), "dim"), cells)
        yield Content("")
        yield Content("* half of them took no longer").stylize("dim")


def _bad(count: int) -> str:
    return "bold $text-error" if count else ""


def _cells(*values: str) -> str:
    return "".join(value.rjust(NUMBER) for value in values)


def _row(label: str, number: str, style: str = "") -> Content:
    shown = number.rjust(NUMBER * 3)
    return Content.assemble(
        "  ", (line(label).plain.ljust(LABEL - 2), style or "dim"), (shown, style) if style else shown
    )


class PrivacyFiguresScreen(FiguresScreen):
    """Mixed into the screen of privacy requests."""

    FIGURES = "Privacy requests"
    FIGURES_WORDS = WORDS

    def figures_of(self, answer: Mapping[str, Any]) -> PrivacyFigures:
        return PrivacyFigures.model_validate(answer)
