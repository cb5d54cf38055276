"""Somebody leaves a contest: they withdraw their entry, or are erased. The draw's verification holds all the same.

Of who left, nothing stays but their leaf, whose salt is gone: it leads to nobody. Before the draw it is passed over; a reserve who left is
passed over too; a winner who left has forfeited. The caller takes the key from the vault.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from console.platform_api.award_ending import end_by_itself
from console.platform_api.awards import awards
from console.platform_api.contest_entries import entries
from console.platform_api.contest_jobs import contest_of
from console.platform_api.entry_exclusion import NOBODY, count_out
from console.platform_api.transaction import Transaction
from console.records.awards import OPEN
from console.records.contest_entries import RESOURCE, UNDRAWN, EntryState


def leave(work: Transaction, entry: Row[Any], why: str) -> None:
    """The award is locked first, then the contest: a draw has the entry whole or not at all."""
    award = open_award(work, [entry.id])
    if award is not None:
        end_by_itself(work, award, why)
    contest = contest_of(work, entry.contest)
    takes_part = entry.state in UNDRAWN and entry.rank is None
    out = {"state": str(EntryState.INELIGIBLE), "reason": why} if takes_part else {}
    work.change(RESOURCE, entries, entry, **NOBODY, **out, gone=work.now)
    if takes_part:
        count_out(work, contest, entry)


def open_award(work: Transaction, ids: list[str]) -> Row[Any] | None:
    """What these entries have won and nobody handed over yet, locked; the first of it."""
    mine = awards.c.entry.in_(ids), awards.c.state.in_(sorted(OPEN))
    found = select(awards).where(*mine).order_by(awards.c.number).with_for_update()
    return work.connection.execute(found).first()
