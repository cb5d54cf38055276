"""Something that is shown once and never again."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from console.text import line
from screens.parts.revealed import HoldsValues


class OneTime(HoldsValues[None]):
    """It goes when the console locks, and with nothing else: whoever tells it to a person may be at another window. Nothing keeps it."""

    LASTS = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "leave")]
    AUTO_FOCUS = "#cancel"

    def __init__(self, title: str, secret: str) -> None:
        super().__init__()
        self._title, self._secret = title, secret

    def compose(self) -> ComposeResult:
        said = (
            "It is shown this once, and kept nowhere. Tell it to the person, by phone or letter, not by e-mail: "
            "the link has gone that way. Without it the link opens nothing."
        )
        with Vertical(classes="dialog"):
            yield Static(line(self._title), classes="dialog-title")
            yield Static(line(self._secret).stylize("bold $revealed"), classes="dialog-text", id="secret")
            yield Static(Content(said), classes="dialog-text")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("I have told it, or noted it"), id="cancel")

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)

    @property
    def keeps(self) -> bool:
        return False

    def put_away(self) -> None:
        self.action_cancel()
