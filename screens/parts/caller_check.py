"""What a caller says of themselves, compared by the platform: the console never learns the value, only match or no match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, Static

from console.client import new_key
from console.raw import Raw

COMPARED: Mapping[str, str] = {"phone": "Phone", "email": "E-mail", "postcode": "Postcode"}
"""Field → label, of what can be compared."""


@dataclass(frozen=True)
class Said:
    """What the caller said; `key` belongs to the intent: sent again it costs no second try."""

    field: str
    said: Raw
    key: str


class CallerCheckDialog(ModalScreen[Said | None]):
    """Answers what the caller said, or None; `outcome` tells of the try before."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#said"

    def __init__(self, number: str, case: str, field: str = "phone", outcome: str = "") -> None:
        super().__init__()
        self._number, self._case, self._field, self._outcome = number, case, field, outcome
        self._key = new_key()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -form"):
            yield Static(Content(f"Caller check of {self._number}"), classes="dialog-title")
            yield Static(Content(self._outcome), classes="dialog-text", id="outcome")
            with Horizontal(classes="form-row"):
                yield Label(Content("Compare"))
                choices = [(Content(label), name) for name, label in COMPARED.items()]
                yield Select(choices, allow_blank=False, value=self._field)
            with Horizontal(classes="form-row"):
                yield Label(Content("They say"))
                yield Input(id="said", max_length=200)
            hint = (
                f"For {self._case}: five tries a ticket, each on the log. You are told match or no match, nothing else."
            )
            yield Static(Content(hint), classes="dialog-hint")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Leave"), id="cancel")
                yield Button(Content("Compare"), id="act", classes="-deed")

    def on_mount(self) -> None:
        self.query_one("#outcome").display = bool(self._outcome)

    @on(Input.Submitted)
    @on(Button.Pressed, "#act")
    def _compare(self) -> None:
        said = self.query_one("#said", Input).value.strip()
        if said:
            self.dismiss(Said(str(self.query_one(Select).value), Raw(said), self._key))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
