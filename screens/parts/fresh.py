"""Deeds that need a fresh password: it is asked for where the platform says so, and the same intent goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from console.errors import FreshSignIn, NotSignedIn, TooMany
from console.text import line
from screens.parts.list_detail import ListDetailScreen
from screens.parts.password_again import PasswordAgain

T = TypeVar("T")


class FreshScreen(ListDetailScreen):
    """`freshly` does a thing, and asks for the password in between if it has to."""

    async def freshly(self, doing: str, deed: Callable[[], Awaitable[T]]) -> T:
        """What the deed answers; FreshSignIn when the password was asked for and not given."""
        try:
            return await deed()
        except FreshSignIn:
            if not await self._sign_in_again(doing):
                raise
        return await deed()

    async def _sign_in_again(self, doing: str) -> bool:
        wrong = ""
        while (typed := await self.app.push_screen_wait(PasswordAgain(doing, wrong))) is not None:
            try:
                await self.session.sign_in(self.session.me.email.typed, typed)
            except TooMany as error:
                wrong = line(str(error)).plain
            except NotSignedIn:
                wrong = "That was not your password."
            else:
                return True
        return False
