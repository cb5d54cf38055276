"""The keys that work here now, from the live bindings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

Keys = Sequence[tuple[str, str]]


class Help(ModalScreen[None]):
    """All keys, those not in the foot too; arrows scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,f1", "dismiss", "back")]

    def __init__(self, title: str, keys: Keys) -> None:
        super().__init__()
        self._title, self._keys = title, keys

    def compose(self) -> ComposeResult:
        widest = max((len(key) for key, _ in self._keys), default=0)
        lines = [Content.assemble((key.rjust(widest), "bold"), "  ", does) for key, does in self._keys]
        with Vertical(classes="dialog"):
            yield Static(Content(f"Keys · {self._title}"), classes="dialog-title")
            with VerticalScroll(classes="dialog-scroll"):
                yield Static(Content("\n").join(lines))
            yield Static(Content("They can be changed in the config file. The mouse works too."), classes="dialog-hint")


def all_keys(screen: Screen[Any]) -> list[tuple[str, str]]:
    """All keys of each action that works now with what it does; those that can be changed (the console's own) first."""
    ours: dict[str, tuple[list[str], str]] = {}
    found: dict[str, tuple[list[str], str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if active.enabled and binding.description and not binding.system:
            keys, _ = (ours if binding.id else found).setdefault(binding.action, ([], binding.description))
            keys.append(screen.app.get_key_display(binding))
    return [(" ".join(dict.fromkeys(keys)), does) for keys, does in [*ours.values(), *found.values()]]
