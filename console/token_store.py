"""Where the refresh token outlives the console: the system's keyring, never a file.

All consoles of one person at one platform share an entry, and take turns at its token: a refresh token works once.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import NamedTuple, Protocol

import platformdirs

from console.errors import ConnectionFailed

LIMIT = 3.0
"""Seconds that the keyring may take: D-Bus can hang."""
TURN_LIMIT = 30.0


class NotKept(Exception):
    """The keyring is absent, locked, too slow or not to be trusted; `str()` says which."""


class Kept(NamedTuple):
    """`nonce` goes with the token when it is used, so that the use can be repeated after a crash."""

    email: str
    refresh_token: str
    nonce: str


class TokenStore(Protocol):
    async def load(self) -> Kept | None: ...

    async def save(self, kept: Kept) -> None: ...

    async def forget(self) -> None: ...

    def turn(self) -> AbstractAsyncContextManager[None]: ...


class KeyringStore:
    """The entry of one profile and platform; each operation is a process that is killed after `limit` seconds."""

    def __init__(self, profile: str, url: str, *, limit: float = LIMIT) -> None:
        self._place = f"{profile} {url}"
        self._limit = limit

    async def load(self) -> Kept | None:
        answer = await self._order({"do": "load"})
        try:
            return Kept(answer["email"], *json.loads(answer["secret"]))
        except (KeyError, TypeError, ValueError):  # nothing, or not ours
            return None

    async def save(self, kept: Kept) -> None:
        secret = json.dumps([kept.refresh_token, kept.nonce])
        await self._order({"do": "save", "email": kept.email, "secret": secret})

    async def forget(self) -> None:
        await self._order({"do": "forget"})

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Alone among the consoles of this place: whoever uses the token puts its successor there before the next."""
        folder = platformdirs.user_state_path("petworks")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(self._place.encode()).hexdigest()[:16]
        lock = os.open(folder / f"{name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            await _take(lock)
            yield
        finally:
            os.close(lock)

    async def _order(self, order: dict[str, str]) -> dict[str, str]:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "console.keyring_child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # it is killed with whatever it has started
        )
        try:
            async with asyncio.timeout(self._limit):
                out, _ = await child.communicate(json.dumps(order | {"place": self._place}).encode())
        except TimeoutError:
            raise NotKept(f"The keyring did not answer within {self._limit:g} seconds.") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()
        return _read(out)


async def _take(lock: int) -> None:
    for _ in range(int(TURN_LIMIT / 0.05)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(0.05)
        else:
            return
    raise ConnectionFailed("Another console of yours has been renewing the sign-in for too long.")


def _read(out: bytes) -> dict[str, str]:
    try:
        answer: dict[str, str] = json.loads(out)
    except ValueError:
        raise NotKept("The keyring failed.") from None
    if "refused" in answer:
        raise NotKept(answer["refused"])
    return answer
