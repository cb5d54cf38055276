"""The password once more, for what the platform allows only soon after it was given."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static


class PasswordAgain(ModalScreen[str | None]):
    """Answers what was typed, or None; `wrong` is what came of the try before."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]
    AUTO_FOCUS = "Input"

    def __init__(self, doing: str, wrong: str = "") -> None:
        super().__init__()
        self._doing, self._wrong = doing, wrong

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content("Your password, please"), classes="dialog-title")
            yield Static(
                Content(
                    f"To {self._doing}, your password is needed again: you gave it too long ago. Nothing is done yet."
                ),
                classes="dialog-text",
            )
            with Horizontal(classes="form-row"):
                yield Label(Content("Password"))
                yield Input(password=True, max_length=256, id="password")
            yield Static(Content(self._wrong), id="dialog-error")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Go on"), id="act", classes="-deed")

    @on(Input.Submitted)
    @on(Button.Pressed, "#act")
    def _done(self) -> None:
        typed = self.query_one(Input).value
        if typed:
            self.dismiss(typed)
        else:
            self.query_one("#dialog-error", Static).update(Content("The password is needed."))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
