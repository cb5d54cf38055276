"""Who is signed in: the employee, the tokens, the case in hand.

An access token lives for minutes and is renewed without being asked for; its refresh token works once. That is kept in
the system's keyring, or, without one, in memory until the console closes: `remembers` and `why_not` say which.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, SecretStr

from console.client import Client, Offer, Patience, Transport, path
from console.client.answers import model
from console.client.requests import json_bytes
from console.client.transport import Request
from console.errors import ConnectionFailed, NotSignedIn, PetworksError
from console.raw import Raw
from console.settings import ENVIRONMENTS, Settings
from console.token_store import Kept, KeyringStore, NotKept, TokenStore

EARLY = 30.0
"""Seconds before its end that an access token counts as ended."""


class Me(BaseModel):
    """The employee, as `GET /v1/me` tells."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    number: str
    name: Raw
    email: Raw
    roles: tuple[str, ...]
    screens: tuple[str, ...]
    start: str
    may: dict[str, tuple[str, ...]] = {}
    version: str = "1"


@dataclass(frozen=True)
class CaseInHand:
    """What the employee works on; reveals and writes are done for it."""

    id: str
    number: str
    subject: Raw | None
    since: datetime


class _Tokens(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    access_token: SecretStr
    refresh_token: SecretStr
    expires_in: float


class Session:
    """One employee at one platform; the client takes its tokens from here."""

    def __init__(
        self, settings: Settings, *, store: TokenStore | None = None, patience: Patience | None = None
    ) -> None:
        url = settings.platform
        self._transport = Transport(url, proxy=settings.proxy, ca_file=settings.ca_file)
        self.client = Client(url, self, transport=self._transport, patience=patience)
        self.environment = settings.environment.upper()
        self.case: CaseInHand | None = None
        self.offer: Offer | None = None
        self._me: Me | None = None
        self._store = store
        self.why_not = "" if store else "The demo's sign-in is not kept."
        self._access, self._access_ends = "", 0.0
        self._kept: Kept | None = None
        self._renewing = asyncio.Lock()
        self._renewals = 0

    @classmethod
    def open(cls, settings: Settings, *, remember: bool = True) -> Self:
        return cls(settings, store=KeyringStore(settings.profile, settings.platform) if remember else None)

    @property
    def remembers(self) -> bool:
        """Whether the next console finds this sign-in."""
        return not self.why_not

    @property
    def me(self) -> Me:
        """The employee; after the session has ended, the one whom the drafts on the screen belong to."""
        if self._me is None:
            raise _not_signed_in()
        return self._me

    # Coming and going

    async def sign_in(self, email: str, password: str) -> None:
        """Begins a session and ends the one before; NotSignedIn when e-mail or password is wrong, TooMany when locked."""
        before = self._access
        grant = {"grant_type": "password", "email": email, "password": password, "nonce": secrets.token_urlsafe(16)}
        tokens = await self._ask_for_tokens(grant)
        async with self._turn():
            await self._take(email, tokens)
        if before:
            with suppress(PetworksError):
                await self._end(before)
        await self._enter()

    async def resume(self) -> bool:
        """Goes on with the sign-in of the keyring; False when there is none, or it has ended."""
        try:
            await self._renew("")
        except NotSignedIn:
            return False
        await self._enter()
        return True

    async def sign_out(self) -> None:
        """The token is forgotten here whatever the platform says; an error says that it may still be good there."""
        try:
            if self._access or await self._is_kept():
                await self._end(await self.access())
        except NotSignedIn:
            pass
        finally:
            self.case = None
            await self._forget()

    async def close(self) -> None:
        await self.client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _enter(self) -> None:
        """Who is it, and where: the graver of what the settings and the platform say."""
        offer, told = await asyncio.gather(self.client.offer(), self.client.get(path("me")))
        self.offer, self._me = offer, model(Me, told.body)
        self.environment = max(self.environment, (offer.environment or "").upper(), key=_gravity)

    async def _end(self, access: str) -> None:
        headers = {"Authorization": f"Bearer {access}"}
        await self.client.once(Request("DELETE", path("auth", "token"), (), headers))

    # Tokens, as the client asks for them

    async def access(self) -> str:
        if self._access and time.monotonic() < self._access_ends:
            return self._access
        if not self._access and self._kept is None:
            raise _not_signed_in()
        return await self._renew(self._access)

    async def renew(self, refused: str) -> str:
        return await self._renew(refused)

    async def _renew(self, refused: str) -> str:
        """One renewal at a time: who waited for it takes what it brought, the same token though it may be."""
        before = self._renewals
        async with self._renewing:
            if self._access and (self._renewals != before or self._access != refused):
                return self._access
            async with self._turn():
                kept = await self._newest()
                if kept is None:
                    raise _not_signed_in()
                await self._exchange(kept)
            return self._access

    async def _exchange(self, kept: Kept) -> None:
        grant = {"grant_type": "refresh_token", "refresh_token": kept.refresh_token, "nonce": kept.nonce}
        try:
            tokens = await self._ask_again(grant)
        except NotSignedIn:
            await self._forget()
            raise
        await self._take(kept.email, tokens)

    async def _ask_again(self, grant: Mapping[str, str]) -> _Tokens:
        """A lost answer is asked for with the same nonce, which repeats it: no theft."""
        try:
            return await self._ask_for_tokens(grant)
        except ConnectionFailed:
            return await self._ask_for_tokens(grant)

    async def _ask_for_tokens(self, grant: Mapping[str, str]) -> _Tokens:
        answer = await self.client.once(Request("POST", path("auth", "token"), (), {}, json_bytes(grant)))
        return model(_Tokens, answer.body)

    async def _take(self, email: str, tokens: _Tokens) -> None:
        """The next nonce is kept with the token, so that even a crash can repeat the next use."""
        self._renewals += 1
        self._access = tokens.access_token.get_secret_value()
        self._access_ends = time.monotonic() + max(0.0, tokens.expires_in - EARLY)
        self._kept = Kept(email, tokens.refresh_token.get_secret_value(), secrets.token_urlsafe(16))
        if self._store is not None:
            try:
                await self._store.save(self._kept)
                self.why_not = ""
            except NotKept as error:
                self.why_not = str(error)

    # Where they are kept

    async def _newest(self) -> Kept | None:
        """What another console put into the keyring after using the token is newer than what is known here."""
        if self._store is None or (self._kept is not None and not self.remembers):
            return self._kept
        try:
            return await self._store.load()
        except NotKept as error:
            self.why_not = str(error)
            return self._kept

    async def _is_kept(self) -> bool:
        self._kept = self._kept or await self._newest()
        return self._kept is not None

    async def _forget(self) -> None:
        self._access, self._kept = "", None
        if self._store is not None:
            with suppress(NotKept):
                await self._store.forget()

    def _turn(self) -> AbstractAsyncContextManager[None]:
        return self._store.turn() if self._store is not None else nullcontext()


def _gravity(environment: str) -> int:
    name = environment.lower()
    return ENVIRONMENTS.index(name) if name in ENVIRONMENTS else -1


def _not_signed_in() -> NotSignedIn:
    return NotSignedIn(401, {"type": "not-signed-in", "title": "You are not signed in."})
