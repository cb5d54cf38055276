"""Figures of a queue by day or week, as the platform answers them, and the screen whose key shows them as a chart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from textual.binding import Binding, BindingType
from textual.content import Content

from screens.parts.chart import Chart, Figures, Kind
from screens.parts.chart_dialog import ChartDialog, Words
from screens.parts.doing import DoingScreen

SPANS: Mapping[str, timedelta] = {"day": timedelta(days=30), "week": timedelta(weeks=12)}
"""How far back the chart goes."""


class Figure(BaseModel):
    """What the platform adds later is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Bucket(Figure):
    """A day or a week, by its first day; what is counted in it are the fields of a subclass, in the order of its chart's kinds."""

    start: date

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(getattr(self, name) for name in type(self).model_fields if name != "start")


class Course(Figure):
    """What the platform answers of a stretch of time. Override `KINDS`, `measure` and `buckets`, and `aside` for what is said beside."""

    KINDS: ClassVar[tuple[Kind, ...]]

    by: str
    zone: str = ""
    since: date
    until: date
    buckets: tuple[Bucket, ...] = ()

    def measure(self, value: int) -> str:
        raise NotImplementedError

    @property
    def charts(self) -> tuple[Chart, ...]:
        """None of a time in which nothing happened."""
        rows = tuple((bucket.start, bucket.values) for bucket in self.buckets)
        totals = tuple(sum(values) for values in zip(*(values for _, values in rows), strict=True))
        return (Chart(self.KINDS, rows, totals, count, self.measure),) if any(totals) else ()

    @property
    def aside(self) -> Content | None:
        return None


def count(value: int) -> str:
    return f"{value:,}"


def days(median: float | None) -> str:
    return "–" if median is None else f"{median:.1f}"


class FiguresScreen(DoingScreen):
    """Override the class variables and `figures_of`: `c` shows the figures to whoever may see them."""

    FIGURES: ClassVar[str] = ""
    """Over the chart."""
    FIGURES_WORDS: ClassVar[Words]

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "figures", "figures", id="figures")]

    def figures_of(self, answer: Mapping[str, Any]) -> Figures:
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "figures":
            return "figures" in self.session.me.may.get(self.COLLECTION, ())
        return super().check_action(action, parameters)

    def action_figures(self) -> None:
        self.app.push_screen(ChartDialog(self.FIGURES, self._figures, self.FIGURES_WORDS, "week"))

    async def _figures(self, by: str) -> Figures:
        since = self.shell.clock().date() - SPANS[by]
        answer = await self.client.get(f"/v1/{self.COLLECTION}/figures", params={"by": by, "since": str(since)})
        return self.figures_of(answer.body)
