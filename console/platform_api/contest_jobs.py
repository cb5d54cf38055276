"""What a contest's durable work has in common: batches of entries, how far it is, and what the log and the feed hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from console.platform_api.contest_entries import contests, entries
from console.platform_api.platform import Platform
from console.platform_api.stretches import stretches
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


def went_on(work: Transaction, row: Row[Any], more: int) -> None:
    """How far it is, without a version of its own: nobody's form is stale for that."""
    work.connection.execute(update(contests).where(contests.c.id == row.id).values(done=row.done + more))


def say(work: Transaction, contest: str, how: str, **details: Any) -> None:
    work.entries.append(work.entry(RESOURCE, how, record=contest, details=details))


def batches(platform: Platform, *which: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """These entries of a closed contest, each condition AT_ONCE of them, by their numbers. What left them since is in no batch."""
    with platform.database.reading() as connection:
        return stretches(connection, entries.c.number, AT_ONCE, *which)


def leaf_stretches(connection: Connection, contest: str) -> list[ColumnElement[bool]]:
    """The list of a closed contest, each condition READ_AT_ONCE of its entries, by their leaves."""
    return stretches(connection, entries.c.leaf, READ_AT_ONCE, entries.c.contest == contest)


def by_leaf(connection: Connection, contest: str, *columns: Any) -> Iterator[Any]:
    """All entries of a closed contest as its list has them."""
    for stretch in leaf_stretches(connection, contest):
        yield from connection.execute(select(entries.c.leaf, *columns).where(stretch).order_by(entries.c.leaf))
