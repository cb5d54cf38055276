"""A prize that was drawn becomes an award with its case; and a contest whose last prize is settled is done with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, exists, select, true, update

from console.platform_api import jobs
from console.platform_api.awards import awards
from console.platform_api.cases import open_case
from console.platform_api.contest_entries import entries
from console.platform_api.contest_jobs import change, say
from console.platform_api.ids import new_id
from console.platform_api.mail import LAST_LETTER
from console.platform_api.tables import AwardRow
from console.platform_api.transaction import Transaction
from console.records.awards import OPEN, RESOURCE
from console.records.contest_entries import RESOURCE as ENTRIES
from console.records.contest_entries import EntryState
from console.records.contests import ContestState
from console.records.record import Category

PURGE = "contest-purge"
"""The kind of durable work that takes all contact of a contest away."""

NOTIFY_WITHIN = timedelta(days=7)
"""How soon a winner should be told."""


def add_award(work: Transaction, contest: Row[Any], entry: Row[Any], place: int) -> str:
    """The entry has won this place. Its contact is sealed anew for the award, under the entry's own key, and the platform opens a case."""
    award, resource = new_id(), RESOURCE
    ticket = open_case(work, "award", [(resource, award)], entry.id, subject=f"CT-{contest.number}: prize {place}")
    work.session.add(
        AwardRow(
            id=award, contest=contest.id, entry=entry.id, place=place, rank=entry.rank, drawn=work.now, due=work.now + NOTIFY_WITHIN,
            ticket=ticket, taker=entry.taker, sealed_entry_contact=_contact(work, entry, award),
        )
    )  # fmt: skip
    work.session.flush()
    work.created(resource, award)
    work.change(ENTRIES, entries, entry, state=str(EntryState.WON))
    work.entries.append(
        work.entry(resource, "drawn", person=entry.id, record=award, details={"place": place, "rank": entry.rank})
    )
    return award


def _contact(work: Transaction, entry: Row[Any], award: str) -> bytes | None:
    key = work.platform.vault.keys_of([entry.id]).get(entry.id)
    if key is None or entry.sealed_entry_contact is None:
        return None
    kind = str(Category.ENTRY_CONTACT)
    document = key.open(ENTRIES, entry.id, kind, bytes(entry.sealed_entry_contact))
    return key.seal(RESOURCE, award, kind, document)


def settle(work: Transaction, contest: Row[Any], settled: str | None = None) -> None:
    """Once no prize waits any more, nobody's contact has a purpose: the purge is asked for in the same transaction.

    `settled`: the award that this very transaction ends. Its winner's last letter may be on its way still.
    """
    others = awards.c.id != settled if settled is not None else true()
    waits = exists().where(awards.c.contest == contest.id, awards.c.state.in_(sorted(OPEN)), others)
    if work.connection.execute(select(waits)).scalar() or contest.awarded is not None:
        return
    change(work, contest, state=str(ContestState.AWARDED), awarded=work.now)
    say(work, contest.id, "all-awarded")
    due = work.now + LAST_LETTER if settled is not None else work.now
    jobs.enqueue(work, PURGE, f"{PURGE}:{contest.id}", {"contest": contest.id}, due)


def give_ranks(work: Transaction, drawn: list[Row[Any]]) -> None:
    for rank, entry in enumerate(drawn, 1):
        work.connection.execute(update(entries).where(entries.c.id == entry.id).values(rank=rank))
