"""The list of all actions of a record, those that are not allowed with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from console.records.record import Action
from console.text import line
from screens.parts.pick import Pick


class ActionList(Pick):
    """Answers the chosen action's name, or None."""

    def __init__(self, number: str, actions: Sequence[Action], words: Mapping[str, str]) -> None:
        options = [_option(action, words) for action in actions]
        super().__init__(Content(f"{number} · actions"), options, "enter does it · escape leaves")


def _option(action: Action, words: Mapping[str, str]) -> Option:
    said = words.get(action.name, line(action.name.replace("-", " ")).plain.capitalize())
    if action.allowed:
        return Option(Content(said), id=action.name)
    because = line(action.because).stylize("dim")
    return Option(Content.assemble((said, "dim"), "\n    ", because), id=action.name, disabled=True)
