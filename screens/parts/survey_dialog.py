"""The figures of a survey over the whole screen: a question at a time, all together or by what people said of themselves, or by week."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from console.errors import Problem
from console.text import line
from screens.parts import survey_chart
from screens.parts.chart_frame import GREY, ChartFrame
from screens.parts.job import Job
from screens.parts.problems import Notice, explain
from screens.parts.survey_figures import SurveyFigures

CONFLICT = 409
KEYS = "left, right question · b breakdown · d entries a day · ctrl+r again · escape leaves"

Fetch = Callable[[str], Awaitable[SurveyFigures]]
"""A breakdown, or nothing → the figures."""


class SurveyDialog(ChartFrame):
    """`fetch` gets the figures by a breakdown. While no answer is told it begins with the entries a day, and says why at each question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,n,l", "turn(1)", "next question"),
        Binding("left,p,h", "turn(-1)", "question before"),
        Binding("b", "break_down", "breakdown"),
        Binding("d", "days", "entries a day"),
    ]

    @dataclass
    class Came(Message):
        figures: SurveyFigures
        by: str

    @dataclass
    class Failed(Message):
        error: Exception
        by: str

    def __init__(self, title: str, fetch: Fetch, by: str = "") -> None:
        super().__init__(title)
        self._fetch, self._by = fetch, by
        self._figures: SurveyFigures | None = None
        self._place = 1
        """0 is the entries a day, then come the questions."""

    @property
    def keys(self) -> str:
        return KEYS

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    # Fetching

    def action_reload(self) -> None:
        self._figures = None
        self._say(Content(survey_chart.BREAKDOWNS[self._by]), Content(""), Content(GREY), "-waiting")
        self.run_worker(Job(self._load(self._by)), group="figures", exclusive=True, exit_on_error=False)

    async def _load(self, by: str) -> None:
        try:
            self.post_message(self.Came(await self._fetch(by), by))
        except Exception as error:  # noqa: BLE001 - it is shown where the chart would be
            self.post_message(self.Failed(error, by))

    def on_survey_dialog_came(self, message: Came) -> None:
        if message.by == self._by:
            self._figures = message.figures
            if not message.figures.told and not message.by:
                self._place = 0
            self._draw()

    def on_survey_dialog_failed(self, message: Failed) -> None:
        if message.by == self._by:
            notice = _why(message.error, survey_chart.BREAKDOWNS[self._by])
            said = Content.assemble(notice.content(), "\n\n", ("b shows another breakdown.", "dim"))
            self._say(Content(survey_chart.BREAKDOWNS[self._by]), Content(""), said, f"-{notice.tone}")

    # Choosing

    def action_break_down(self) -> None:
        known = list(survey_chart.BREAKDOWNS)
        self._by = known[(known.index(self._by) + 1) % len(known)]
        self._place = max(self._place, 1)
        self.action_reload()

    def action_turn(self, step: int) -> None:
        figures = self._figures
        if figures is not None and figures.questions:
            pages = len(figures.questions)
            self._place = (max(self._place, 1) - 1 + step) % pages + 1
            self._draw()
            self.query_one("#chart-scroll").scroll_home(animate=False)

    def action_days(self) -> None:
        """There and back."""
        self._place = 0 if self._place else 1
        self._draw()

    # Drawing

    def _draw(self) -> None:
        figures = self._figures
        if figures is None:
            return
        width = max(40, self.query_one("#chart-scroll").scrollable_content_region.width - 1)
        place = min(self._place, len(figures.questions))
        body = self._days(figures, width) if place == 0 else self._question(figures, place, width)
        self._say(self._about(figures, place), self._head(figures, place), Content("\n").join(list(body)), "")

    def _about(self, figures: SurveyFigures, place: int) -> Content:
        counted = f"{figures.counted:,} of {figures.entries:,} entries counted"
        if place == 0:
            return Content(f"entries a day · {figures.entries:,} entries, days of {line(figures.zone).plain}")
        which = f"question {place} of {len(figures.questions)}"
        return Content(f"{which} · {survey_chart.BREAKDOWNS[figures.by or '']} · {counted}")

    def _head(self, figures: SurveyFigures, place: int) -> Content:
        return line(figures.questions[place - 1].text).stylize("bold") if place else Content("")

    def _days(self, figures: SurveyFigures, width: int) -> Iterator[Content]:
        if not any(each.entries for each in figures.days):
            yield Content("No entry came yet.").stylize("dim")
        else:
            yield from survey_chart.day_lines(figures.days, width)

    def _question(self, figures: SurveyFigures, place: int, width: int) -> Iterator[Content]:
        asked = figures.questions[place - 1]
        if not figures.told:
            yield line(figures.because).stylize("dim italic")
        elif figures.by and not figures.groups:
            yield Content("Nobody said anything of this.").stylize("dim")
        elif figures.groups:
            yield from survey_chart.group_lines(asked, figures.groups, figures.by or "", width, figures.least)
        else:
            yield from survey_chart.bars(survey_chart.answer_bars(asked, asked), width, figures.least)
            yield from survey_chart.summary(asked)

    def _say(self, about: Content, head: Content, body: Content, tone: str) -> None:
        self.say_above(about, head)
        self.say_rows(body, tone)


def _why(error: Exception, by: str) -> Notice:
    """What is not told yet is no failure."""
    if isinstance(error, Problem) and error.status == CONFLICT:
        return Notice("not-allowed", str(error))
    return explain(error, f"count the answers {by}")
