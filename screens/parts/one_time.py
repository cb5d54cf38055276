"""Something that is shown once and never again."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from console.text import line
from screens.parts.revealed import HoldsValues


class OneTime(HoldsValues, ModalScreen[None]):
    """It goes when the console locks; nothing keeps it."""

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

    def put_away(self) -> None:
        self.action_cancel()
