"""What a contest's durable work has in common: batches of entries, how far it is, and what the log and the feed hear of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from console.platform_api.contest_entries import contests, entries
from console.platform_api.transaction import Transaction
from console.records.contests import RESOURCE

AT_ONCE = 5_000
"""Entries in one transaction: some tenths of a second."""

READ_AT_ONCE = 20_000


def contest_of(work: Transaction, contest: str) -> Row[Any]:
    """Locked: whoever takes an entry in, or out, waits."""
    row = work.lock(contests, contest)
    if row is None:
        raise RuntimeError("there is no such contest")
    return row


def change(work: Transaction, row: Row[Any], **values: Any) -> None:
    work.change(RESOURCE, contests, row, **values)


def went_on(work: Transaction, contest: str, done: int) -> None:
    """How far it is, without a version of its own: nobody's form is stale for that."""
    work.connection.execute(update(contests).where(contests.c.id == contest).values(done=done))


def say(work: Transaction, contest: str, how: str, **details: Any) -> None:
    work.entries.append(work.entry(RESOURCE, how, record=contest, details=details))


def next_numbers(work: Transaction, after: int, *which: Any) -> Sequence[int]:
    """The next entries of these, behind a number: what was changed before is not walked through again to find them."""
    some = select(entries.c.number).where(*which, entries.c.number > after).order_by(entries.c.number).limit(AT_ONCE)
    return work.connection.execute(some).scalars().all()


def by_leaf(connection: Connection, contest: str, *columns: Any) -> Iterator[Any]:
    """All entries of a closed contest as its list has them: by their leaves, a stretch at a time."""
    after = b""
    while True:
        mine = entries.c.contest == contest, entries.c.leaf > after
        chosen = select(entries.c.leaf, *columns).where(*mine).order_by(entries.c.leaf).limit(READ_AT_ONCE)
        rows = connection.execute(chosen).all()
        yield from rows
        if len(rows) < READ_AT_ONCE:
            return
        after = rows[-1].leaf
