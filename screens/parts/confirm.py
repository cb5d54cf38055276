"""The question before a deed that matters: it names the effect, and Cancel is the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, Static

from screens.parts.held_key import HeldKey
from screens.parts.revealed import HoldsValues
from screens.parts.tick import Tick


@dataclass(frozen=True)
class Confirmed:
    """What was chosen and typed with the yes."""

    reason: str | None = None
    text: str = ""
    ticked: bool = False


class Confirm(ModalScreen[Confirmed | None]):
    """Answers `Confirmed` or None, and does nothing itself.

    `act` is the words on the button, `reasons` code → words under the label `choice`, `ask` the label of a free text, which `must` be given,
    `typed` a word that must be typed, `tick` what can be ticked beside it; `before` is what was chosen and typed when it was asked before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#cancel"

    def __init__(
        self,
        title: Content | str,
        effect: Content | str,
        act: str,
        *,
        reasons: Mapping[str, str] | None = None,
        choice: str = "Reason",
        ask: str = "",
        must: bool = False,
        typed: str = "",
        tick: str = "",
        before: Confirmed | None = None,
    ) -> None:
        super().__init__()
        self._title, self._effect, self._act, self._tick = _content(title), _content(effect), act, tick
        self._reasons, self._choice, self._ask, self._must, self._typed = reasons, choice, ask, must, typed
        self._before = before or Confirmed()
        self._held = HeldKey()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title")
            yield Static(self._effect, classes="dialog-text")
            yield from self._questions()
            yield Static(id="dialog-error")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content(self._act), id="act", classes="-deed")

    def _questions(self) -> ComposeResult:
        if self._reasons:
            yield Label(Content(self._choice))
            yield self._reason_list(self._reasons)
        if self._ask:
            yield Label(Content(self._ask))
            yield Input(self._before.text, id="text", max_length=2000, select_on_focus=False)
        if self._typed:
            yield Label(Content(f"Type {self._typed} to go on"))
            yield Input(id="typed", max_length=100)
        if self._tick:
            yield Tick(Content(self._tick), id="tick")

    def _reason_list(self, reasons: Mapping[str, str]) -> Select[str]:
        options: Any = [(Content(words), code) for code, words in reasons.items()]
        chosen = {"value": self._before.reason} if self._before.reason in reasons else {}
        return Select(options, id="reason", prompt="choose", **cast(Any, chosen))

    def on_key(self, event: Key) -> None:
        self._held.pressed(event.key)

    def action_cancel(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#cancel")
    def _cancelled(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#act")
    def _pressed(self) -> None:
        if self._held.repeats:
            return
        lack = self._lacking()
        if lack:
            self.query_one("#dialog-error", Static).update(Content(lack))
        else:
            ticked = any(each.value for each in self.query("#tick").results(Tick))
            self.dismiss(Confirmed(self._reason(), self._value("#text"), ticked))

    def _lacking(self) -> str:
        if self._reasons and self._reason() is None:
            return f"Choose a {self._choice.lower()} first."
        if self._must and not self._value("#text").strip():
            return f"{self._ask}: say something first."
        if self._typed and self._value("#typed").strip() != self._typed:
            return f"Type {self._typed} exactly."
        return ""

    def _reason(self) -> str | None:
        if not self._reasons:
            return None
        chosen = self.query_one("#reason", Select).value
        return chosen if isinstance(chosen, str) else None

    def _value(self, selector: str) -> str:
        found = self.query(selector).results(Input)
        return next((each.value for each in found), "")


class ConfirmValues(Confirm, HoldsValues[Confirmed | None]):
    """A question whose effect has values in clear: with them it goes, unanswered."""

    SHOWS = True

    @property
    def keeps(self) -> bool:
        return False

    def put_away(self) -> None:
        self.action_cancel()


def _content(words: Content | str) -> Content:
    return words if isinstance(words, Content) else Content(words)
