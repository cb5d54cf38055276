"""An app that takes keys one after the other: each goes where the ones before it led, however fast they were typed.

Textual hands a key at once to what has the focus, while what the key before it does (enter goes to the next field) is still
on its way as a message. A burst, as a busy machine hands it over, would all go into the first field.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from time import monotonic

from textual import events, on
from textual.app import App
from textual.message import Message
from textual.widget import Widget

ROUNDS = 2
"""So often a message follows a key the way up: behind the key itself, and behind what it led to."""

SOON = 0.05
"""Seconds between two looks at whether what a key waits for can still come: it goes with a dialog that closes."""

LONGEST = 3.0
"""Seconds that a key waits for the one before it, at the most."""

Typed = events.Key | events.Paste


class TypeAheadApp(App[int]):
    """Override `takes_keys`; a screen that comes before there is anything to type into gives its keys to `keep_typed`."""

    class Followed(Message, bubble=True):
        """Goes the way of a key, behind it."""

        def __init__(self, number: int, rounds: int) -> None:
            super().__init__()
            self.number, self.rounds = number, rounds

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Typed] = deque()
        self._kept: list[Typed] = []
        self._number = 0
        self._under_way = 0
        """The number of the message that is on its way, or 0."""
        self._carrier: Widget | None = None
        """Where it set out."""

    @property
    def takes_keys(self) -> bool:
        """Whether there is something to type into."""
        return True

    def keep_typed(self, event: events.Key) -> None:
        """Keep a key until there is something to type into."""
        self._kept.append(events.Key(event.key, event.character))

    def forget_typed(self) -> None:
        """It was meant for something else than what comes."""
        self._kept.clear()

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, Typed) or event.is_forwarded:
            await super().on_event(event)
            return
        self._waiting.append(event)
        if self._under_way:
            self._watch()
        else:
            await self._go_on()

    def begin_typing(self) -> None:
        """Hand over what was kept, once the screen that came has done what it begins with."""
        self._follow(ROUNDS)

    async def _go_on(self) -> None:
        """Hand over what waits, until a key is under way."""
        while not self._under_way:
            if self.takes_keys:
                self._waiting.extendleft(reversed(self._kept))
                self._kept.clear()
            if not self._waiting:
                return
            event = self._waiting.popleft()
            await super().on_event(event)
            if event.is_forwarded:  # else it was for the app itself, and is done
                self._follow(ROUNDS)

    def _follow(self, rounds: int) -> None:
        self._number += 1
        self._carrier = self.focused or self.screen
        goes = bool(rounds) and self._carrier.post_message(self.Followed(self._number, rounds))
        self._under_way = self._number if goes else 0
        if goes and self._waiting:
            self._watch()

    @on(Followed)
    async def _came_behind_a_key(self, message: Followed) -> None:
        if message.number == self._under_way and self.screen_stack:  # at the end there is none any more
            self._follow(message.rounds - 1)
            await self._go_on()

    def _watch(self) -> None:
        self.set_timer(SOON, partial(self._look_after, self._under_way, monotonic() + LONGEST))

    async def _look_after(self, number: int, end: float) -> None:
        """No key waits for what can't come any more."""
        if number != self._under_way or not self.screen_stack:
            return
        on_its_way = self._carrier is not None and self._carrier.is_attached and self._carrier.is_running
        if on_its_way and monotonic() < end:
            self.set_timer(SOON, partial(self._look_after, number, end))
        else:
            self._under_way = 0
            await self._go_on()
