"""Work that takes time on a list: one at a time, with progress on a line of its own, and `S` to stop it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from screens.parts.list_detail import ListDetailScreen
from screens.parts.problems import Notice
from screens.parts.progress import Progress, Steps


class WorkingScreen(ListDetailScreen):
    """`step` tells how far it is, `stopping` whether it is to end after what it is at."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("S", "stop", "stop", id="stop")]

    @dataclass
    class Stepped(Message):
        """The work is so far."""

        steps: Steps

    @dataclass
    class Idle(Message):
        """The work is over, or was left."""

        notice: Notice | None = None

    def __init__(self) -> None:
        super().__init__()
        self._at_work = self.stopping = False

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Progress()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "stop":
            return self._at_work
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        self.stopping = True

    @property
    def busy(self) -> bool:
        """Whether something is at work; it is said then."""
        if self._at_work:
            self.told("Something is at work here already.", "S stops it.")
        return self._at_work

    def step(self, steps: Steps) -> None:
        self.post_message(self.Stepped(steps))

    async def until_idle(self, job: Callable[[], Awaitable[Notice | None]]) -> None:
        """Run the work, and say at last what it has to say."""
        notice = None
        try:
            notice = await job()
        finally:
            self.post_message(self.Idle(notice))

    def on_working_screen_stepped(self, message: Stepped) -> None:
        self._set_at_work(True)
        self.query_one(Progress).show(message.steps)

    def on_working_screen_idle(self, message: Idle) -> None:
        self._set_at_work(False)
        self.stopping = False
        self.query_one(Progress).hide()
        if message.notice is not None:
            self.say(message.notice)

    def _set_at_work(self, running: bool) -> None:
        if running != self._at_work:
            self._at_work = running
            self.refresh_bindings()
