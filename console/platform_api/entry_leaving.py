"""Somebody leaves a contest: they withdraw their entry, or are erased. The draw's verification holds all the same.

Of who left, nothing stays but their leaf, whose salt is gone: it leads to nobody. Before the draw it is passed over; a reserve who left is
passed over too; a winner who left has forfeited. The caller takes the key from the vault.

Somebody under a legal hold isn't erased, but may withdraw all the same: they take part in nothing any more, and what leads to them stays with
its key until the hold is lifted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, update

from console.platform_api import rewrap_job
from console.platform_api.award_ending import end_by_itself
from console.platform_api.awards import awards
from console.platform_api.contest_entries import contests, entries
from console.platform_api.contest_jobs import contest_of
from console.platform_api.entry_exclusion import NOBODY, count_out, nobody, out_of
from console.platform_api.erasure_stops import freed_takers
from console.platform_api.takers import contest_taker
from console.platform_api.transaction import Transaction
from console.records.awards import OPEN
from console.records.contest_entries import RESOURCE, UNDRAWN

ERASED = "erased"
AT_ONCE = 200
"""Entries in one transaction: each may end a prize."""


def leave(work: Transaction, entry: Row[Any], why: str) -> None:
    """The award is locked first, then the contest: a draw has the entry whole or not at all."""
    award = open_award(work, [entry.id])
    if award is not None:
        end_by_itself(work, award, why)
    contest = contest_of(work, entry.contest)
    takes_part = entry.state in UNDRAWN and contest.drawn is None  # who took part in a draw did, whatever they do later
    out = out_of(contest, why) if takes_part else {}
    work.change(RESOURCE, entries, entry, **nobody(work, entry), **out, gone=work.now)
    if takes_part:
        count_out(work, contest, entry)


def sweep(work: Transaction) -> None:
    """Who left while a legal hold was on them goes once it is lifted."""
    free = freed_takers(work.platform.keys, work.connection, contest_taker)
    mine = entries.c.taker.in_(free), entries.c.gone.is_not(None), entries.c.salt.is_not(None)
    left = select(entries.c.id).where(*mine).order_by(entries.c.number).limit(AT_ONCE)
    ids = list(work.connection.execute(left).scalars()) if free else []
    if not ids:
        return
    work.platform.vault.forget(ids)
    rewrap_job.ask(work)
    for row in _locked(work, ids):
        work.change(RESOURCE, entries, row, **NOBODY)
    work.entries.append(work.entry(RESOURCE, "left", details={"count": len(ids)}))


def open_award(work: Transaction, ids: list[str]) -> Row[Any] | None:
    """What these entries have won and nobody handed over yet, locked; the first of it."""
    return next(iter(_open_awards(work, ids)), None)


def leave_all(work: Transaction, taker: int) -> int:
    """Some of what an erased person entered, everywhere: how many, 0 when there is none left. The marketplace's own ids go too."""
    mine = select(entries).where(entries.c.taker == taker).order_by(entries.c.number).limit(AT_ONCE)
    ids = [row.id for row in work.connection.execute(mine)]
    for award in list(_open_awards(work, ids)):
        end_by_itself(work, award, ERASED)
    for row in _locked(work, ids):
        leave(work, row, ERASED)
    work.platform.vault.forget(ids)
    work.connection.execute(update(entries).where(entries.c.id.in_(ids)).values(external_id=None))
    if ids:
        work.entries.append(work.entry(RESOURCE, "left", details={"count": len(ids)}))
    return len(ids)


def _open_awards(work: Transaction, ids: list[str]) -> Sequence[Row[Any]]:
    mine = awards.c.entry.in_(ids), awards.c.state.in_(sorted(OPEN))
    return work.connection.execute(select(awards).where(*mine).order_by(awards.c.number).with_for_update()).all()


def _locked(work: Transaction, ids: list[str]) -> Sequence[Row[Any]]:
    """Contests before entries, each in the order of their numbers."""
    held = select(entries.c.contest).where(entries.c.id.in_(ids))
    work.connection.execute(
        select(contests.c.id).where(contests.c.id.in_(held)).order_by(contests.c.number).with_for_update()
    ).all()
    chosen = select(entries).where(entries.c.id.in_(ids)).order_by(entries.c.number)
    return work.connection.execute(chosen.with_for_update()).all()
