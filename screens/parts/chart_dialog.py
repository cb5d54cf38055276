"""The chart of a list: fetched anew for days or weeks, one currency at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from console.text import line
from screens.parts import chart
from screens.parts.chart import Figures
from screens.parts.problems import explain

GREY = "\n".join("░" * width for width in (44, 52, 30, 48, 36))
KEYS = "d days · w weeks · c currency · ctrl+r again · escape leaves"

Fetch = Callable[[str], Awaitable[Figures]]
"""`day` or `week` → the figures."""


class ChartDialog(ModalScreen[None]):
    """`of` says which records the sums are of, as the filter bar does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back"),
        Binding("d", "by('day')", "by day"),
        Binding("w", "by('week')", "by week"),
        Binding("c,tab", "currency", "next currency"),
        Binding("ctrl+r,f5", "reload", "reload"),
    ]
    AUTO_FOCUS = "#chart-scroll"

    @dataclass
    class Came(Message):
        figures: Figures

    @dataclass
    class Failed(Message):
        error: Exception

    def __init__(self, of: str, fetch: Fetch, by: str = "day") -> None:
        super().__init__()
        self._of, self._fetch, self._by = of, fetch, by
        self._figures: Figures | None = None
        self._currency = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="chart"):
            yield Static(id="chart-title", classes="dialog-title")
            yield Static(id="chart-about")
            yield Static(id="chart-head")
            with VerticalScroll(id="chart-scroll"):
                yield Static(id="chart-rows")
            yield Static(Content(KEYS), classes="dialog-hint")

    def on_mount(self) -> None:
        self.query_one("#chart-title", Static).update(line(f"Money of {self._of}"))
        self.action_reload()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    # Fetching

    def action_reload(self) -> None:
        self._figures = None
        self._say(Content(f"by {self._by}"), Content(GREY), "-waiting")
        self.run_worker(self._load(self._by), group="figures", exclusive=True, exit_on_error=False)

    async def _load(self, by: str) -> None:
        try:
            self.post_message(self.Came(await self._fetch(by)))
        except Exception as error:  # noqa: BLE001 - it is shown where the chart would be
            self.post_message(self.Failed(error))

    def on_chart_dialog_came(self, message: Came) -> None:
        self._figures = message.figures
        known = [sums.currency for sums in message.figures.busiest_first]
        if self._currency not in known:
            self._currency = known[0] if known else ""
        self._draw()

    def on_chart_dialog_failed(self, message: Failed) -> None:
        notice = explain(message.error, "add up the money")
        self._say(Content(""), notice.content(), f"-{notice.tone}")

    # Choosing

    def action_by(self, by: str) -> None:
        self._by = by
        self.action_reload()

    def action_currency(self) -> None:
        known = [sums.currency for sums in self._figures.busiest_first] if self._figures else []
        if known:
            self._currency = known[(known.index(self._currency) + 1) % len(known)]
            self._draw()

    # Drawing

    def _draw(self) -> None:
        figures = self._figures
        if figures is None:
            return
        sums = next((each for each in figures.busiest_first if each.currency == self._currency), None)
        about = f"by {figures.by}, {chart.period(figures)}"
        if sums is None:
            self._say(Content(about), Content("No money moved in this time. w shows weeks."), "-waiting")
            return
        width = max(40, self.query_one("#chart-scroll").scrollable_content_region.width)
        place = [each.currency for each in figures.busiest_first].index(sums.currency) + 1
        which = (
            f"{sums.currency} ({place} of {len(figures.busiest_first)})"
            if len(figures.busiest_first) > 1
            else sums.currency
        )
        said = [line(which).plain, about, chart.scale(sums, width)]
        self._say(Content(" · ".join(each for each in said if each)), chart.rows(sums, width), "")
        self.query_one("#chart-head", Static).update(chart.head(sums, width))

    def _say(self, about: Content, body: Content, tone: str) -> None:
        self.query_one("#chart-about", Static).update(about)
        self.query_one("#chart-head", Static).update(Content(""))
        rows = self.query_one("#chart-rows", Static)
        rows.set_classes(tone)
        rows.update(body)
