"""What stands on the screen until the platform has answered for the first time."""

from __future__ import annotations

from typing import Any, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Static

from screens.parts.type_ahead import TypeAheadApp

GREY = "\n".join("░" * width for width in (48, 56, 40, 52, 44))


class Starting(Screen[Any]):
    """The frame at once, grey rows, and what it waits for."""

    def __init__(self, environment: str, where: Content) -> None:
        super().__init__()
        self._environment, self._where = environment, where

    def compose(self) -> ComposeResult:
        with Horizontal(id="head-line"):
            yield Static(Content("petworks"), id="brand")
            yield Static(Content(self._environment), id="environment", classes=f"-{self._environment.lower()}")
            yield Static(Content.assemble("connecting to ", self._where), id="toward")
        yield Static(Content(GREY), classes="-waiting")

    def on_key(self, event: Key) -> None:
        """What is typed is for the screen that comes."""
        event.stop()
        cast(TypeAheadApp, self.app).keep_typed(event)
