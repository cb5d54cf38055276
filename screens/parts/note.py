"""A text of several lines: a note on a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static, TextArea

from console.raw import Raw

LONGEST = 10_000
"""Characters of a note."""


@dataclass(frozen=True)
class NoteAnswer:
    """What was typed, and whether to save it; what is not saved is kept as a draft."""

    text: Raw
    save: bool


class NoteDialog(ModalScreen[NoteAnswer]):
    """Answers the text; `draft` is what was typed before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "keep as draft"),
        Binding("ctrl+s,f2", "save", "save"),
    ]
    AUTO_FOCUS = "TextArea"

    def __init__(self, title: Content, draft: Raw) -> None:
        super().__init__()
        self._title, self._draft = title, draft

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -wide"):
            yield Static(self._title, classes="dialog-title")
            yield TextArea(self._draft.typed, tab_behavior="focus")
            yield Static(id="dialog-error")
            with Horizontal(classes="dialog-buttons"):
                yield Static(Content("ctrl+s or F2 saves"), classes="dialog-hint")
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Save"), id="act", classes="-deed")

    @property
    def _text(self) -> str:
        return self.query_one(TextArea).text.strip()

    @on(Button.Pressed, "#act")
    def action_save(self) -> None:
        lack = "Write something first." if not self._text else ""
        if len(self._text) > LONGEST:
            lack = f"At most {LONGEST:,} characters; these are {len(self._text):,}."
        if lack:
            self.query_one("#dialog-error", Static).update(Content(lack))
        else:
            self.dismiss(NoteAnswer(Raw(self._text), save=True))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(NoteAnswer(Raw(self._text), save=False))
