"""Opting out of what we write about, and in again."""

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
from textual.widgets import Button, Label, Select, Static

from screens.parts.tick import Tick

TOPIC_WORDS: Mapping[str, str] = {"specials": "Specials", "products": "Products", "policy_news": "Policy news"}
CHANNEL_WORDS: Mapping[str, str] = {
    "phone": "by phone",
    "email": "by e-mail",
    "letter": "by letter",
    "web": "on the web",
}


@dataclass(frozen=True)
class TopicsAnswer:
    """The topics, and how the person told us; no channel when opting in."""

    topics: tuple[str, ...]
    channel: str = ""


class TopicsDialog(ModalScreen[TopicsAnswer | None]):
    """Answers topics and channel, or None; `out` is whether it is an opt-out, which starts with all topics."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#cancel"

    def __init__(self, number: str, *, out: bool) -> None:
        super().__init__()
        self._number, self._out = number, out

    def compose(self) -> ComposeResult:
        words = "out of" if self._out else "in to"
        with Vertical(classes="dialog -form"):
            yield Static(Content(f"Opt {self._number} {words}"), classes="dialog-title")
            for name, label in TOPIC_WORDS.items():
                yield Tick(Content(label), self._out, id=f"topic-{name}")
            if self._out:
                with Horizontal(classes="form-row"):
                    yield Label(Content("They told us"))
                    channels = [(Content(label), name) for name, label in CHANNEL_WORDS.items()]
                    yield Select(channels, allow_blank=False, value="phone")
            yield Static(Content(OUT_MEANS if self._out else IN_MEANS), classes="dialog-hint")
            yield Static(id="dialog-error")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Opt out" if self._out else "Opt in"), id="act", classes="-deed")

    @on(Button.Pressed, "#act")
    def _done(self) -> None:
        topics = tuple(name for name in TOPIC_WORDS if self.query_one(f"#topic-{name}", Tick).value)
        if not topics:
            self.query_one("#dialog-error", Static).update(Content("Choose at least one."))
            return
        channel = str(self.query_one(Select).value) if self._out else ""
        self.dismiss(TopicsAnswer(topics, channel))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)


OUT_MEANS = "From now on nothing of this is sent to this person. Messages about their own orders and safety still are."
IN_MEANS = "Only when the person asked for it, in the case in hand."
