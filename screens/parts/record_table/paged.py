"""The loading half of the table: asks for pages ahead of the view, and drops requests that are no longer needed."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.timer import Timer
from textual.worker import Worker

from console.errors import NotFound, PetworksError
from screens.parts.job import Job
from screens.parts.record_table.plan import first_row, page_size, plan
from screens.parts.record_table.source import Ask, Page, Source
from screens.parts.record_table.status import Status, total_text
from screens.parts.record_table.window import Window

JUMP_REST = 0.06
"""Seconds that a far scroll must have rested before it is asked for: a drag passes over thousands of pages."""
LINES_AGE = 30.0
"""Seconds after which rows are drawn anew, because they tell relative times."""


class PagedView(ScrollView):
    """A scroll view over a source of any length; `place` says what happens once rows have landed."""

    @dataclass
    class Loaded(Message, namespace="record_table"):
        """Rows came; `total` is the honest count in words."""

        total: str

    @dataclass
    class Failed(Message, namespace="record_table"):
        """Rows didn't come."""

        error: PetworksError

    @dataclass
    class PageArrived(Message, bubble=False, namespace="record_table"):
        ask: Ask
        page: Page
        era: int

    @dataclass
    class PageFailed(Message, bubble=False, namespace="record_table"):
        ask: Ask
        error: PetworksError
        era: int

    def __init__(self, what: str, hint: str, id: str | None) -> None:
        super().__init__(id=id)
        self.window = Window()
        self.status = Status(what, hint)
        self._source: Source | None = None
        self._era = 0
        """Counts jumps: an answer from before the last one is for a view that is gone."""
        self._asked: Worker[None] | None = None
        self._jump: Timer | None = None
        self._travel = 1
        self._thumb = 0
        """Where the scrollbar was last drawn, in eighths of a cell: it can't show less."""
        self._drawn_at = monotonic()

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)

    @property
    def total_text(self) -> str:
        count = len(self.window) if self.window.cut_short else self.window.total
        return total_text(count, self.window.exact, self.window.cut_short)

    @property
    def body_height(self) -> int:
        """Lines for rows: without the titles, and the notice if there is one."""
        return max(1, self.size.height - 1 - bool(self.notice))

    @property
    def notice(self) -> tuple[str, Content] | None:
        """What stands below the rows now."""
        cut = len(self.window) if self.window.cut_short else None
        return self.status.notice(cut) if self.window.total else None

    def place(self, ask: Ask, shift: int) -> None:
        """Rows have landed: move cursor and view to where they belong."""

    def forget_lines(self) -> None:
        """All lines must be drawn anew."""

    def load(self, ask: Ask) -> None:
        """Ask for a page instead of whatever is under way."""
        self.cancel()
        self._fetch(ask)

    def cancel(self) -> None:
        """Nothing that is under way is needed any more."""
        self._era += 1
        if self._jump is not None:
            self._jump.stop()
            self._jump = None
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None

    def _fetch(self, ask: Ask) -> None:
        if self._source is None:
            return
        self.status.asked()
        self._asked = self.run_worker(Job(self._request(self._source, ask, self._era)), group="pages")

    async def _request(self, source: Source, ask: Ask, era: int) -> None:
        try:
            page = await ask.of(source, page_size(self.size.height or self.app.size.height))
        except PetworksError as error:
            self.post_message(self.PageFailed(ask, error, era))
        except Exception as error:  # noqa: BLE001 - a worker's exception would end the app; a list that failed says so instead
            broken = PetworksError(f"{type(error).__name__} in the console.", advice="Please report it.")
            self.post_message(self.PageFailed(ask, broken, era))
        else:
            self.post_message(self.PageArrived(ask, page, era))

    def on_record_table_page_arrived(self, message: PageArrived) -> None:
        if message.era != self._era:
            return
        self._asked = None
        self.status.answered()
        if message.ask.purpose == "go" and not _has(message.page, message.ask.around):
            self.missing(message.ask)
            return
        shift = self._land(message.ask, message.page)
        self.resize_list()
        self.place(message.ask, shift)
        self.post_message(self.Loaded(self.total_text))
        self.look_ahead()

    def _land(self, ask: Ask, page: Page) -> int:
        if ask.purpose == "next":
            return self.window.append(page)
        if ask.purpose == "previous":
            return self.window.prepend(page)
        self.window.open(page, first_row(ask, page, self.body_height))
        return 0

    def on_record_table_page_failed(self, message: PageFailed) -> None:
        if message.era != self._era:
            return
        self._asked = None
        if isinstance(message.error, NotFound) and message.ask.around:
            self.status.answered()
            self.missing(message.ask)
            return
        self.status.answered(message.error)
        self.resize_list()
        self.post_message(self.Failed(message.error))

    def missing(self, ask: Ask) -> None:
        """The record that a page was asked around is not there (any more)."""

    def resize_list(self) -> None:
        """Give the scrollbar the length of the list, and draw everything again."""
        lines = max(self.window.total, 0) + 1 + bool(self.notice)
        if self.virtual_size.height != lines:
            self.virtual_size = Size(1, lines)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Replaces the base's, which draws the scrollbar at every row, though the thumb of a long list hardly moves."""
        thumb = round(new_value * self.size.height * 8 / max(1, self.virtual_size.height))
        if thumb != self._thumb:
            self._thumb = thumb
            self.vertical_scrollbar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)
            self._travel = 1 if new_value > old_value else -1
            self.look_ahead()

    def look_ahead(self) -> None:
        """Ask for the page that the view needs next, if it needs one."""
        if self.status.error is not None or not self.window.total:
            return
        ask = plan(self.window, self.scroll_offset.y, self.body_height, self._travel)
        if ask is None:
            return
        if ask.purpose == "scroll":
            self._jump_soon()
        elif self._asked is None:
            self._fetch(ask)

    def _jump_soon(self) -> None:
        """Jump to where the view is, once it has rested."""
        self.cancel()
        self._jump = self.set_timer(JUMP_REST, self._jump_now)

    def _jump_now(self) -> None:
        self._jump = None
        ask = plan(self.window, self.scroll_offset.y, self.body_height, self._travel)
        if ask is not None:
            self._fetch(ask)

    def _tick(self) -> None:
        """Once a second: say what is waited for, and let relative times grow."""
        if monotonic() - self._drawn_at > LINES_AGE:
            self._drawn_at = monotonic()
            self.forget_lines()
            self.refresh()
        elif self.status.waiting_since is not None or self.status.offline:
            self.resize_list()


def _has(page: Page, id: str | None) -> bool:
    return id is None or any(id in (record.id, record.number) for record in page.items)
