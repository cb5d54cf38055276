"""Opening a ticket for somebody who called or wrote."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True)
class NewTicket:
    """`key` belongs to the intent: sent again it opens no second ticket."""

    reference: Raw
    subject: Raw
    channel: str
    key: str


class NewTicketDialog(ModalScreen[NewTicket | None]):
    """Answers what was typed, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("ctrl+s,f2", "save", "open it"),
    ]
    AUTO_FOCUS = "#subject"

    def __init__(self, channels: Sequence[str]) -> None:
        super().__init__()
        self._channels, self._key = channels, new_key()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -form"):
            yield Static(Content("New ticket"), classes="dialog-title")
            with Horizontal(classes="form-row"):
                yield Label(Content("Subject"))
                yield Input(id="subject", max_length=200, placeholder="what it is about")
            with Horizontal(classes="form-row"):
                yield Label(Content("Reference"))
                yield Input(id="reference", max_length=200, placeholder="number of the call, the letter, the mail")
            with Horizontal(classes="form-row"):
                yield Label(Content("Came by"))
                yield Select([(Content(each), each) for each in self._channels], allow_blank=False, value="phone")
            yield Static(id="dialog-error")
            yield Static(
                Content("It is yours at once. Reveals on tickets that you opened alone are few a day."),
                classes="dialog-hint",
            )
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Open it"), id="act", classes="-deed")

    @on(Button.Pressed, "#act")
    def action_save(self) -> None:
        subject, reference = (self.query_one(f"#{name}", Input).value.strip() for name in ("subject", "reference"))
        if not subject or not reference:
            self.query_one("#dialog-error", Static).update(Content("Subject and reference are both needed."))
            return
        self.dismiss(NewTicket(Raw(reference), Raw(subject), str(self.query_one(Select).value), self._key))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
