"""Signing in with e-mail and password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, Label, Static

from screens.parts.problems import Notice


@dataclass
class SignInAsked(Message):
    """An employee gave e-mail and password; the app signs in."""

    email: str
    password: str


class SignInScreen(Screen[None]):
    """Asks, and tells the app; `say` shows what came of it."""

    ACT: ClassVar[str] = "Sign in"
    AUTO_FOCUS = "#email"

    def __init__(self, environment: str, where: Content, email: str = "") -> None:
        super().__init__()
        self._environment, self._where, self._email = environment, where, email

    def compose(self) -> ComposeResult:
        with Vertical(classes="sign-in"):
            with Horizontal(classes="sign-in-head"):
                yield Static(Content("petworks"), id="brand")
                yield Static(Content(self._environment), id="environment", classes=f"-{self._environment.lower()}")
                yield Static(self._where, id="platform")
            yield Label(Content("E-mail"))
            yield Input(self._email, id="email", max_length=254)
            yield Label(Content("Password"))
            yield Input(id="password", password=True, max_length=1024)
            yield Static(id="sign-in-notice")
            yield Button(Content(self.ACT), id="act", classes="-deed")

    @on(Input.Submitted, "#email")
    def _to_password(self) -> None:
        self.query_one("#password").focus()

    @on(Input.Submitted, "#password")
    @on(Button.Pressed, "#act")
    def _ask(self) -> None:
        email, password = self.query_one("#email", Input), self.query_one("#password", Input)
        if not email.value or not password.value:
            self.say(Notice("said", "E-mail and password are both needed."))
            return
        self.say(Notice("said", "One moment …"))
        self.post_message(SignInAsked(email.value.strip(), password.value))
        password.value = ""

    def say(self, notice: Notice | None) -> None:
        """Show what came of it, or nothing."""
        place = self.query_one("#sign-in-notice", Static)
        place.set_classes(f"-{notice.tone}" if notice else "")
        place.update(notice.content() if notice else Content(""))
