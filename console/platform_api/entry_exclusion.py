"""An entry that takes no part any more, before it is drawn. Its leaf stays, so that the list holds; a draw passes it over."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from console.platform_api.contest_jobs import change, contest_of
from console.platform_api.erasure_stops import held_takers
from console.platform_api.problems import Conflict
from console.platform_api.takers import contest_taker
from console.platform_api.transaction import Transaction
from console.records.contest_entries import EntryState
from console.records.contests import ContestState

NOBODY: dict[str, Any] = dict.fromkeys(("taker", "salt", "sealed_entry_contact"))
"""What becomes of the columns that lead to somebody."""


def is_held(work: Transaction, entry: Row[Any]) -> bool:
    """Whether it is of somebody under a legal hold: what leads to them stays then, and only its use ends."""
    return entry.taker in held_takers(work.platform.keys, work.connection, contest_taker)


def nobody(work: Transaction, entry: Row[Any]) -> dict[str, Any]:
    """The columns that change when a locked entry's purpose is over."""
    return {} if is_held(work, entry) else NOBODY


def locked_contest(work: Transaction, entry: Row[Any]) -> Row[Any]:
    """Of an entry that is to be taken out: Conflict once it is being drawn."""
    contest = contest_of(work, entry.contest)
    if contest.drawn_by is not None:
        raise Conflict("It is being drawn: a winner who may not win is ruled out.")
    return contest


def out_of(contest: Row[Any], reason: str) -> dict[str, Any]:
    """What the entry becomes; the record tells those that its closing fixed from those that came later."""
    return {"state": str(EntryState.INELIGIBLE), "reason": reason, "late": contest.entries_hash is not None}


def count_out(work: Transaction, contest: Row[Any], entry: Row[Any]) -> None:
    """Who takes part of a closed list is one less, and a draw that was prepared is prepared anew."""
    if contest.state == ContestState.OPEN:
        return
    counted = {}
    if contest.entries_hash is not None and entry.state == EntryState.ELIGIBLE:
        counted = {"eligible": contest.eligible - 1, "excluded": contest.excluded + 1}
    change(work, contest, gone=contest.gone + 1, **counted)
