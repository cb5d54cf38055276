"""Erasing again, after a restore, whoever the ledger's file says must stay erased."""

from __future__ import annotations

import logging

from sqlalchemy import Connection, select

from console.platform_api.erasing import BEGIN, Erasure, advance, erasures, users
from console.platform_api.erasure_job import settle
from console.platform_api.erasure_ledger import ErasureLedger
from console.platform_api.platform import Platform
from console.platform_api.transaction import own_work
from console.records.users import UserState

log = logging.getLogger("petworks.platform")


def brought_back(platform: Platform) -> list[Erasure]:
    """Those in the file who are in the databases as if nothing had been, or half. Who isn't there at all needs nothing."""
    found = ErasureLedger(platform.data).persons()
    locked = platform.vault.keys_of(list(found))
    with platform.database.reading() as connection:
        there = {person: state for person in found for state in [_state(connection, person)] if state is not None}
        done = set(connection.execute(select(erasures.c.person).where(erasures.c.finished.is_not(None))).scalars())
    erased = {person for person, state in there.items() if state == UserState.ERASED} & done
    return [Erasure(person, found[person]) for person in found if person in locked or person in there.keys() - erased]


def say_brought_back(platform: Platform) -> None:
    """For a process that begins: somebody who was erased is there again as if nothing had been."""
    with platform.database.reading() as connection:
        states = [_state(connection, person) for person in ErasureLedger(platform.data).persons()]
    count = sum(state is not None and state not in (UserState.ERASING, UserState.ERASED) for state in states)
    if count:
        log.error(
            "%s who were erased are there again, as after a restore. Run: petworks platform replay-erasures", count
        )


def _state(connection: Connection, person: str) -> str | None:
    return connection.execute(select(users.c.state).where(users.c.id == person)).scalar()


def replay(platform: Platform, erasure: Erasure) -> None:
    """Whatever step it had got to: each does nothing where nothing is left to do."""
    step: str | None = BEGIN
    while step is not None:
        with own_work(platform) as work:
            step = advance(work, erasure, step)


def replay_all(platform: Platform) -> int:
    """How many were brought back, and are gone again."""
    found = brought_back(platform)
    for erasure in found:
        replay(platform, erasure)
    if found:
        settle(platform)
    return len(found)
