"""One line to type: a number, a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class Prompt(ModalScreen[str | None]):
    """Answers what was typed, or None; `check` says what is wrong with it, or nothing. `start` and `error` are of the try before."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]

    def __init__(
        self,
        title: Content,
        placeholder: str,
        check: Callable[[str], str],
        *,
        start: str = "",
        error: str = "",
        longest: int = 200,
    ) -> None:
        super().__init__()
        self._title, self._placeholder, self._check = title, placeholder, check
        self._start, self._error, self._longest = start, error, longest

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title")
            yield Input(self._start, placeholder=self._placeholder, max_length=self._longest, select_on_focus=False)
            yield Static(Content(self._error), id="dialog-error")
            yield Static(Content("enter does it · escape leaves"), classes="dialog-hint")

    @on(Input.Submitted)
    def _done(self, event: Input.Submitted) -> None:
        if wrong := self._check(event.value):
            self.query_one("#dialog-error", Static).update(Content(wrong))
        else:
            self.dismiss(event.value)

    def action_cancel(self) -> None:
        self.dismiss(None)
