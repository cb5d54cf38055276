"""How many applications came, how each ended and how long that took: a chart by week, with medians and reasons beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field
from textual.content import Content

from console.text import line
from screens.parts.chart import Kind
from screens.parts.chart_dialog import Words
from screens.parts.figures import Bucket, Course, Figure, FiguresScreen, days

WORDS = Words("count the applications", "No application came, and none ended, in this time. w shows weeks.")

LABEL, NUMBER = 22, 6


class Ended(Bucket):
    received: int = 0
    approved: int = 0
    declined: int = 0
    withdrawn: int = 0
    expired: int = 0


class Outcome(Figure):
    outcome: str
    count: int = 0
    median_days: float | None = None


class Reason(Figure):
    reason: str | None = None
    count: int = 0


class Figures(Course):
    """Medians are in days, of what was decided in this time, from its receipt."""

    KINDS = (
        Kind("received", "$text-accent"),
        Kind("approved", "$text-success"),
        Kind("declined", "$text-error"),
        Kind("withdrawn", "$text-warning"),
        Kind("expired", "$text-muted"),
    )

    buckets: tuple[Ended, ...] = ()
    median_days: float | None = None
    outcomes: tuple[Outcome, ...] = ()
    reasons: tuple[Reason, ...] = ()
    open: int = 0
    overdue: int = 0
    reason_words: Mapping[str, str] = Field(default_factory=dict, exclude=True)
    """What the platform calls the reasons."""

    def measure(self, value: int) -> str:
        return "1 application" if value == 1 else f"{value:,} applications"

    @property
    def aside(self) -> Content | None:
        return Content("\n").join(list(self._aside()))

    def _aside(self) -> Iterator[Content]:
        yield Content("Now").stylize("bold $accent")
        yield _row("open", str(self.open))
        yield _row("overdue", str(self.overdue), "bold $text-error" if self.overdue else "")
        yield Content("")
        yield _head("Decided", "days*")
        yield _row("all", days(self.median_days), between=str(sum(each.count for each in self.outcomes)))
        for each in self.outcomes:
            yield _row(line(each.outcome).plain, days(each.median_days), between=str(each.count))
        yield from self._reasons()
        yield Content("")
        yield Content("* half of them took no longer").stylize("dim")

    def _reasons(self) -> Iterator[Content]:
        if self.reasons:
            yield Content("")
            yield Content("Declined because").stylize("bold $accent")
        for each in self.reasons:
            words = self.reason_words.get(each.reason or "", each.reason or "no reason given")
            yield from _wrapped(line(words).plain, str(each.count))


def _head(title: str, last: str) -> Content:
    return Content.assemble((title.ljust(LABEL), "bold $accent"), (f"{'':>{NUMBER}}{last:>{NUMBER}}", "dim"))


def _row(label: str, last: str, style: str = "", *, between: str = "") -> Content:
    numbers = f"{between:>{NUMBER}}{last:>{NUMBER}}"
    return Content.assemble("  ", (label.ljust(LABEL - 2), "dim"), (numbers, style) if style else numbers)


def _wrapped(label: str, number: str) -> Iterator[Content]:
    """A reason in as many lines as it takes, its count behind the last."""
    words, lines = label.split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        lines[-1:] = [longer] if len(longer) <= LABEL + NUMBER - 3 else [lines[-1], word]
    for each in lines[:-1]:
        yield Content.assemble("  ", (each, "dim"))
    yield Content.assemble("  ", (lines[-1].ljust(LABEL + NUMBER - 2), "dim"), f"{number:>{NUMBER}}")


class ApplicationFiguresScreen(FiguresScreen):
    """Mixed into the screen of applications."""

    FIGURES = "Pro applications"
    FIGURES_WORDS = WORDS

    def figures_of(self, answer: Mapping[str, Any]) -> Figures:
        return Figures.model_validate({**answer, "reason_words": self.reasons("decline_reasons")})
