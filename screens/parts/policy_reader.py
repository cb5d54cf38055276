"""The text of a policy version, to read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.records.policy_versions import PolicyVersion
from console.text import block, exact, line


class PolicyReader(ModalScreen[None]):
    """It was typed somewhere: what is in it reaches the terminal as text alone."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "back", "back")]
    AUTO_FOCUS = "#reader-scroll"

    def __init__(self, version: PolicyVersion) -> None:
        super().__init__()
        self._version = version

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="reader"):
            yield Static(title_of(self._version), classes="dialog-title")
            with VerticalScroll(id="reader-scroll"):
                yield Static(block(self._version.text, cap=100_000), id="reader-text")
            yield Static(Content("arrows scroll · escape leaves"), classes="dialog-hint")

    def action_back(self) -> None:
        self.dismiss(None)


def title_of(version: PolicyVersion) -> Content:
    said = "in force since" if version.in_force else "effective"
    when = exact(version.effective) if version.effective else "–"
    return Content.assemble(line(version.number), "  version ", line(version.label), f", {said} {when}")
