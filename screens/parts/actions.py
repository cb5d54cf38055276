"""The list of all actions of a record, those that are not allowed with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.records.record import Action
from console.text import line


class ActionList(ModalScreen[str | None]):
    """Answers the chosen action's name, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,x", "cancel", "cancel"),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(self, title: Content, actions: Sequence[Action], words: Mapping[str, str]) -> None:
        super().__init__()
        self._title, self._actions, self._words = title, actions, words

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title")
            yield OptionList(*(self._option(action) for action in self._actions))
            yield Static(Content("enter does it · escape leaves"), classes="dialog-hint")

    def _option(self, action: Action) -> Option:
        words = self._words.get(action.name, action.name.replace("-", " ").capitalize())
        if action.allowed:
            return Option(Content(words), id=action.name)
        because = line(action.because)
        return Option(Content.assemble((words, "dim"), "\n    ", because.stylize("dim")), id=action.name, disabled=True)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()
