"""`:` goes to a record by its number, or to a screen by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

PREFIXES = {
    "U": "users",
    "T": "tickets",
    "PA": "pro-applications",
    "PD": "pro-applications",
    "O": "orders",
    "PR": "privacy-requests",
    "SV": "surveys",
    "CT": "surveys",
    "AW": "surveys",
    "SE": "surveys",
    "CE": "surveys",
    "A": "audit",
    "E": "employees",
    "RV": "payment-reviews",
    "RC": "reconciliations",
    "PV": "policy",
    "GA": "google-access",
    "D": "disclosures",
}
"""The letters before a number → the screen of such records, or that leads to them; a screen's own letters come first."""

WORDS = {
    "user": "users",
    "ticket": "tickets",
    "application": "pro-applications",
    "pros": "pro-applications",
    "order": "orders",
    "privacy": "privacy-requests",
    "survey": "surveys",
    "contest": "surveys",
    "contests": "surveys",
    "employee": "employees",
    "log": "audit",
    "payments": "payment-reviews",
    "review": "payment-reviews",
    "reconciliation": "reconciliations",
    "rules": "policy",
    "google": "google-access",
    "told": "disclosures",
}
"""What people type besides the screens' own names."""

LETTERS = {"contest": "CT", "contests": "CT"}
"""Words for records that are not the first kind of their screen → the letters of their numbers."""


@dataclass(frozen=True)
class Place:
    """A screen, and the number of a record on it or a filter of its list, or nothing for the screen alone."""

    screen: str
    number: str = ""
    those: str = ""


def parse(typed: str, screens: Sequence[str]) -> Place | str:
    """The place, or a sentence that says what is wrong; only the screens that the employee has are offered."""
    words = typed.strip().lstrip(":").split()
    if not words or len(words) > 2:
        return f"A number like T-204, or a screen: {', '.join(screens)}."
    prefix, dash, digits = words[0].upper().partition("-")
    if dash and len(words) == 1:
        return _place(PREFIXES.get(prefix, ""), digits, screens, words[0], prefix)
    name = WORDS.get(words[0].lower(), words[0].lower())
    if len(words) == 1:
        return Place(name) if name in screens else f"There is no screen “{words[0]}” for you: {', '.join(screens)}."
    letters = LETTERS.get(words[0].lower(), "")
    return _place(name, words[1].upper().rpartition("-")[2], screens, words[0], letters)


def _place(name: str, digits: str, screens: Sequence[str], typed: str, prefix: str = "") -> Place | str:
    if name not in screens:
        return f"“{typed}” is of no screen that you have: {', '.join(screens)}."
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        return f"“{digits}” is no number."
    letters = prefix or next(letters for letters, screen in PREFIXES.items() if screen == name)
    return Place(name, f"{letters}-{int(digits)}")


class Jump(ModalScreen[Place | None]):
    """One line at the foot; answers a place, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]

    def __init__(self, screens: Sequence[str]) -> None:
        super().__init__()
        self._screens = screens

    def compose(self) -> ComposeResult:
        yield Static(id="jump-error")
        with Horizontal(id="jump"):
            yield Label(Content(":"))
            yield Input(placeholder="ticket 204, U-1048233, audit", max_length=60)

    @on(Input.Submitted)
    def _go(self, event: Input.Submitted) -> None:
        place = parse(event.value, self._screens)
        if isinstance(place, Place):
            self.dismiss(place)
        else:
            self.query_one("#jump-error", Static).update(Content(place))

    def action_cancel(self) -> None:
        self.dismiss(None)
