"""A chart: fetched anew for days or weeks; where there are several (one a currency), one at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.text import line
from screens.parts import chart
from screens.parts.chart import Chart, Figures
from screens.parts.chart_frame import GREY, ChartFrame
from screens.parts.job import Job
from screens.parts.problems import explain

ASIDE = 40
"""The width of what stands beside the chart, as the style sheet has it."""


@dataclass(frozen=True)
class Words:
    """What is done by fetching it, as in "add up the money"; what is said of nothing; what `c` goes through, if anything."""

    doing: str
    nothing: str
    several: str = ""

    @property
    def keys(self) -> str:
        several = f"c {self.several}" if self.several else ""
        said = ("d days", "w weeks", several, "ctrl+r again", "escape leaves")
        return " · ".join(each for each in said if each)


MONEY = Words("add up the money", "No money moved in this time. w shows weeks.", "currency")

Fetch = Callable[[str], Awaitable[Figures]]
"""`day` or `week` → the figures."""


class ChartDialog(ChartFrame):
    """`title` says what it is of; beside the bars stands what the figures say besides, below them where it is narrow."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "by('day')", "by day"),
        Binding("w", "by('week')", "by week"),
        Binding("c,tab", "next_chart", "next chart"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own annotation

    @dataclass
    class Came(Message):
        figures: Figures

    @dataclass
    class Failed(Message):
        error: Exception

    def __init__(self, title: str, fetch: Fetch, words: Words = MONEY, by: str = "day") -> None:
        super().__init__(title)
        self._fetch, self._words, self._by = fetch, words, by
        self._figures: Figures | None = None
        self._name = ""

    @property
    def keys(self) -> str:
        return self._words.keys

    def rows(self) -> ComposeResult:
        """With room for what stands aside."""
        with Container(id="chart-body"):
            yield from super().rows()
            yield Static(id="chart-aside")

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    # Fetching

    def action_reload(self) -> None:
        self._figures = None
        self._show_aside(None)
        self._say(Content(f"by {self._by}"), Content(GREY), "-waiting")
        self.run_worker(Job(self._load(self._by)), group="figures", exclusive=True, exit_on_error=False)

    async def _load(self, by: str) -> None:
        try:
            self.post_message(self.Came(await self._fetch(by)))
        except Exception as error:  # noqa: BLE001 - it is shown where the chart would be
            self.post_message(self.Failed(error))

    def on_chart_dialog_came(self, message: Came) -> None:
        self._figures = message.figures
        known = [each.name for each in message.figures.charts]
        if self._name not in known:
            self._name = known[0] if known else ""
        self._draw()

    def on_chart_dialog_failed(self, message: Failed) -> None:
        notice = explain(message.error, self._words.doing)
        self._say(Content(""), notice.content(), f"-{notice.tone}")

    # Choosing

    def action_by(self, by: str) -> None:
        self._by = by
        self.action_reload()

    def action_next_chart(self) -> None:
        known = [each.name for each in self._figures.charts] if self._figures else []
        if self._name in known:
            self._name = known[(known.index(self._name) + 1) % len(known)]
            self._draw()

    # Drawing

    def _draw(self) -> None:
        figures = self._figures
        if figures is None:
            return
        self._show_aside(figures.aside)
        shown = next((each for each in figures.charts if each.name == self._name), None)
        about = f"by {figures.by}, {chart.period(figures)}"
        if shown is None:
            self._say(Content(about), Content(self._words.nothing), "-waiting")
            return
        width = self._room(figures.aside is not None)
        said = [_which(figures, shown), about, chart.scale(shown, width)]
        about = " · ".join(each for each in said if each)
        self._say(Content(about), chart.rows(shown, width), "", chart.head(shown, width))

    def _room(self, aside: bool) -> int:
        """For the chart: what stands aside takes its own, unless it stands below."""
        width = self.query_one("#chart-scroll").scrollable_content_region.width
        return max(40, width - ASIDE if aside and self.has_class("-wide") else width)

    def _say(self, about: Content, body: Content, tone: str, head: Content | None = None) -> None:
        self.say_above(about, head or Content(""))
        self.say_rows(body, tone)

    def _show_aside(self, said: Content | None) -> None:
        aside = self.query_one("#chart-aside", Static)
        aside.display = said is not None
        aside.update(said or Content(""))


def _which(figures: Figures, shown: Chart) -> str:
    """The chart's name, and which of several it is."""
    charts, name = figures.charts, line(shown.name).plain
    place = [each.name for each in charts].index(shown.name) + 1
    return f"{name} ({place} of {len(charts)})" if len(charts) > 1 else name
