"""The locked console: it shows nothing but whose it is, and asks the password."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content

from console.session import Session
from console.text import line
from screens.sign_in import SignInScreen


class LockScreen(SignInScreen):
    """The same employee goes on where they were; another signs in, and the drafts are gone."""

    ACT: ClassVar[str] = "Unlock"
    AUTO_FOCUS = "#password"

    def __init__(self, session: Session) -> None:
        super().__init__(session.environment, Content("locked"), line(session.me.email).plain)
