"""The commands that talk to the platform without a screen: sign-in, sign-out, whoami, audit export."""

from __future__ import annotations

import asyncio
import getpass
import signal
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import IO

from console.client import path
from console.errors import FreshSignIn, NotSignedIn, PetworksError
from console.export import created, csv_head, csv_record, json_line
from console.plain import safe_line
from console.raw import Raw
from console.session import Session
from console.settings import Settings

FILTERS = ("actor", "resource", "action", "outcome", "since", "until")
COLUMNS = (
    *("seq", "at", "actor", "role", "resource", "action", "outcome", "subject", "record", "case", "fields", "reason"),
    *("told", "details", "prev", "hash"),
)
"""Of the audit log's CSV; what a platform adds stands in the last cell of its row."""


def run(work: Callable[[Session], Awaitable[None]], settings: Settings) -> int:
    async def with_session() -> None:
        async with Session.open(settings) as session:
            await work(session)

    signal.signal(signal.SIGINT, _interrupt)
    asyncio.run(with_session())
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    """At once: asyncio's own handler waits for the loop, which stands still while somebody is asked for a password."""
    raise KeyboardInterrupt


async def sign_in(session: Session, email: str | None) -> None:
    await _by_password(session, email)
    if not session.remembers:
        why = session.why_not
        await session.sign_out()
        raise PetworksError(why, advice="Nothing could keep the sign-in. Open petworks and sign in there.")
    _say(f"Signed in as {_typed(session.me.name)}, {session.environment}.")


async def sign_out(session: Session) -> None:
    await session.sign_out()
    _say("Signed out.")


async def whoami(session: Session) -> None:
    if not await session.resume():
        raise NotSignedIn(401, {"title": session.why_not or "Nobody is signed in."})
    me = session.me
    _say(f"{_typed(me.name)} <{_typed(me.email)}>  {safe_line(', '.join(me.roles))}  {session.environment}")


async def export(session: Session, arguments: Namespace) -> None:
    """The log into a new file; a sign-in is asked for when there is none, or none fresh enough."""
    if not await session.resume():
        await _by_password(session, None)
    chosen = {name: value for name in FILTERS if (value := getattr(arguments, name)) is not None}
    as_csv = (arguments.format or arguments.file.suffix.lstrip(".")) == "csv"
    with created(arguments.file) as file:
        try:
            rows = await _write(session, chosen, file, as_csv)
        except FreshSignIn:
            await _by_password(session, session.me.email.typed)
            rows = await _write(session, chosen, file, as_csv)
    _say(f"{rows:,} rows are in {arguments.file}.")


async def _write(session: Session, chosen: dict[str, str], file: IO[bytes], as_csv: bool) -> int:
    rows = 0
    async with session.client.stream(path("audit", "export"), chosen) as stream:
        file.write(csv_head(COLUMNS) if as_csv else b"")
        async for record in stream.rows():
            file.write(csv_record(COLUMNS, record) if as_csv else json_line(record))
            rows += 1
            _progress(rows)
    _progress(rows, last=True)
    return rows


async def _by_password(session: Session, email: str | None) -> None:
    if not sys.stdin.isatty():
        raise NotSignedIn(401, {"title": "Nobody is signed in."})
    email = email or input("E-mail: ").strip()  # noqa: ASYNC250 - nothing else waits
    await session.sign_in(email, getpass.getpass(f"Password of {safe_line(email)}: "))


def _typed(raw: Raw) -> str:
    return safe_line(raw)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _progress(rows: int, *, last: bool = False) -> None:
    """On standard error, and only where somebody is looking."""
    if sys.stderr.isatty() and (last or rows % 1000 == 0):
        sys.stderr.write(f"\r{rows:,} rows" + ("\n" if last else ""))
        sys.stderr.flush()
