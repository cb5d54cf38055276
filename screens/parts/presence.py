"""Who else has the shown record open: the platform is told of one's own look and tells of the others', by number."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from console.errors import PetworksError
from console.text import line
from screens.parts.job import Job
from screens.parts.list_detail import ListDetailScreen

REST_SECONDS = 1.0
"""Who walks through a list looks at nothing."""

SAY_SECONDS = 25.0
"""Well within what the platform keeps it for."""


NAMED = 3
"""Colleagues who are named; of more it is told how many."""


class PresenceScreen(ListDetailScreen):
    """Mixed in where colleagues work on one queue; a heading is passed through `with_others`. Nothing depends on it: what can't be
    said is not said, and lapses on the platform."""

    @dataclass
    class Heard(Message):
        """The platform was told, and told of the others."""

        record: str
        others: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        self._told_of = ""
        """The id of the record that the platform was told of."""
        self._colleagues: tuple[str, ...] = ()
        self._rest: Timer | None = None

    def with_others(self, heading: Content) -> Content:
        """The heading, and below it who is looking too."""
        if not self._colleagues or self.record is None or self.record.id != self._told_of:
            return heading
        return Content.assemble(heading, "\n", (others_words(self._colleagues), "$text-warning"))

    # When

    def on_mount(self) -> None:
        self.set_interval(SAY_SECONDS, self._tell_again)

    def on_screen_suspend(self) -> None:
        """Another tab is shown, or the lock; under a dialog the record is looked at still."""
        if not self._is_shown:
            self._leave()

    def on_screen_resume(self) -> None:
        self._tell_soon()

    def on_list_detail_screen_arrived(self, message: ListDetailScreen.Arrived) -> None:
        if message.record.id != self._told_of:
            self._leave()
            self._tell_soon()

    def on_list_detail_screen_not_arrived(self, _: ListDetailScreen.NotArrived) -> None:
        self._leave()

    @property
    def _is_shown(self) -> bool:
        return self.shell.current_mode == self.NAME

    def _tell_soon(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST_SECONDS, self._tell_again)

    def _tell_again(self) -> None:
        if self.record is None or not self._is_shown:
            self._leave()
        else:
            self._quietly(self._tell(self.record.id))

    def _leave(self) -> None:
        """Not there any more, where nothing is known of the others either."""
        if self._told_of:
            left, self._told_of, self._colleagues = self._told_of, "", ()
            self._quietly(self._untell(left))

    # What is said

    def _quietly(self, work: Coroutine[Any, Any, None]) -> None:
        self.run_worker(Job(work), group="presence", exit_on_error=False)

    async def _tell(self, record: str) -> None:
        with suppress(PetworksError):
            self.post_message(self.Heard(record, await self.client.looking(self.COLLECTION, record)))

    async def _untell(self, record: str) -> None:
        with suppress(PetworksError):
            await self.client.left(self.COLLECTION, record)

    def on_presence_screen_heard(self, message: Heard) -> None:
        if self.record is None or self.record.id != message.record or not self._is_shown:
            self._quietly(self._untell(message.record))
            return
        changed = self._colleagues != message.others
        self._told_of, self._colleagues = message.record, message.others
        if changed:
            self.redraw()


def others_words(others: Sequence[str]) -> str:
    """As in "E-7 and E-9 are looking too"."""
    names = [line(each).plain for each in others[:NAMED]]
    if len(others) > NAMED:
        names.append(f"{len(others) - NAMED} more")
    *first, last = names
    together = f"{', '.join(first)} and {last}" if first else last
    return f"{together} {'is' if len(others) == 1 else 'are'} looking too"
