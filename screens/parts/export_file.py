"""Into which file a list goes, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, Static

from console.text import line

FORMATS: Mapping[str, str] = {"csv": "CSV, for spreadsheets", "jsonl": "JSON, an object a line"}
"""Suffix → words."""


@dataclass(frozen=True)
class ExportFile:
    """Where to, and whether as CSV."""

    path: Path
    as_csv: bool


class ExportDialog(ModalScreen[ExportFile | None]):
    """Answers a file, or None; `said` is what is exported, `wrong` what came of the try before."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#file"

    def __init__(self, said: str, name: str, wrong: str = "") -> None:
        super().__init__()
        self._said, self._before, self._wrong = said, name, wrong

    def compose(self) -> ComposeResult:
        suffix = Path(self._before).suffix.lstrip(".")
        with Vertical(classes="dialog -form"):
            yield Static(Content("Export this list"), classes="dialog-title")
            yield Static(line(self._said), classes="dialog-text")
            with Horizontal(classes="form-row"):
                yield Label(Content("File"))
                yield Input(self._before, id="file", max_length=1000, select_on_focus=False)
            with Horizontal(classes="form-row"):
                yield Label(Content("As"))
                choices = [(Content(words), suffix) for suffix, words in FORMATS.items()]
                yield Select(choices, allow_blank=False, value=suffix if suffix in FORMATS else "csv", id="format")
            yield Static(Content(MEANS), classes="dialog-hint")
            yield Static(line(self._wrong), id="dialog-error")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Export"), id="act", classes="-deed")

    @on(Select.Changed)
    def _suffix_follows(self, event: Select.Changed) -> None:
        """A file that is called by one format's suffix gets the other's."""
        typed = self.query_one("#file", Input)
        if Path(typed.value).suffix.lstrip(".") in FORMATS:
            typed.value = str(Path(typed.value).with_suffix(f".{event.value}"))

    @on(Input.Submitted)
    @on(Button.Pressed, "#act")
    def _done(self) -> None:
        typed = self.query_one("#file", Input).value.strip()
        if not typed or typed.endswith("/"):
            self.query_one("#dialog-error", Static).update(Content("Name a file."))
            return
        self.dismiss(ExportFile(Path(typed).expanduser(), self.query_one("#format", Select).value == "csv"))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)


MEANS = (
    "What the list shows, masked as it is here; only you can read the file. It is logged. A file of that name is never "
    "written over."
)
