"""How a prize ends: handed over or forfeited. The winner's contact ends in the same transaction, and its key a moment later (P33).

The moment is for the mail that was written last: it goes out ten seconds after it was written, or is taken back. A forfeited prize goes to the
next reserve in the order of the draw. The last prize that is settled ends the contest.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, func, select

from console.platform_api import jobs
from console.platform_api.award_making import add_award, settle
from console.platform_api.awards import awards
from console.platform_api.cases import solve_case
from console.platform_api.contest_entries import entries
from console.platform_api.contest_jobs import contest_of
from console.platform_api.contests import CONTESTS
from console.platform_api.documents import dump_json, load
from console.platform_api.entry_exclusion import NOBODY
from console.platform_api.erasure_keeps import years_after
from console.platform_api.tables import KeptRow
from console.platform_api.transaction import Transaction
from console.records.awards import RESOURCE, AwardState
from console.records.contest_entries import RESOURCE as ENTRIES
from console.records.contest_entries import EntryState
from console.records.record import Category

PURGE = "award-purge"
"""The kind of durable work that takes a winner's key away."""

SOON = timedelta(minutes=1)

PRIZE_TAX = "prize_tax"
TAX = ("name", "street", "city", "postcode")
"""What tax law makes us keep of who won: who, where, and what it was worth."""


def end(
    work: Transaction, row: Row[Any], state: AwardState, reason: str | None = None
) -> tuple[dict[str, Any], str | None]:
    """All that ends with a locked award: the columns that the award itself becomes, and the award that follows if it was drawn again."""
    contest, entry = contest_of(work, row.contest), work.lock(entries, row.entry)
    handed = state is AwardState.AWARDED
    taxed = handed and _is_taxed(work, contest)
    if taxed:
        _keep_for_tax(work, row, contest)
    if entry is not None:
        became = EntryState.WON if handed else EntryState.LOST
        work.change(ENTRIES, entries, entry, **NOBODY, state=str(became))
    solve_case(work, row.ticket)
    jobs.enqueue(work, PURGE, f"{PURGE}:{row.id}", {"award": row.id}, work.now + SOON)
    again = None if handed else _draw_again(work, row, contest)
    settle(work, contest_of(work, row.contest), row.id)
    kept = row.taker if taxed else None
    values = {
        "state": str(state),
        "ended": work.now,
        "ended_by": work.employee,
        "reason": reason,
        "sealed_entry_contact": None,
        "taker": kept,
    }
    return values, again


def end_by_itself(work: Transaction, row: Row[Any], reason: str) -> None:
    """The platform's own: a winner who is gone has forfeited."""
    values, _ = end(work, row, AwardState.FORFEITED, reason)
    work.change(RESOURCE, awards, row, **values)
    work.entries.append(work.entry(RESOURCE, "forfeit", record=row.id, reason=reason))


def _draw_again(work: Transaction, row: Row[Any], contest: Row[Any]) -> str | None:
    """The next reserve who is still there; those before them are passed over, which the record shows."""
    drawn = select(func.max(awards.c.rank)).where(awards.c.contest == contest.id).scalar_subquery()
    waiting = entries.c.contest == contest.id, entries.c.rank > drawn, entries.c.gone.is_(None)
    following = select(entries).where(*waiting).order_by(entries.c.rank).limit(1).with_for_update()
    entry = work.connection.execute(following).first()
    return add_award(work, contest, entry, place=row.place) if entry is not None else None


def _is_taxed(work: Transaction, contest: Row[Any]) -> bool:
    """Whether tax law makes us keep who won it: from the value on that is set for its currency, and where none is, of any."""
    return bool(contest.prize_value >= max(work.platform.rules.tax_from.get(contest.currency, 1), 1))


def _keep_for_tax(work: Transaction, row: Row[Any], contest: Row[Any]) -> None:
    """Under a key of its own, until the law lets it go; no screen shows it."""
    record, vault = str(uuid5(UUID(row.id), PRIZE_TAX)), work.platform.vault
    contact = contact_of(work, row)
    vault.create([record])
    values = {name: contact[name] for name in TAX if name in contact}
    worth = {"contest": CONTESTS.name_of(contest), "value": contest.prize_value, "currency": contest.currency}
    work.session.add(
        KeptRow(
            id=record, person=row.entry, what=PRIZE_TAX, basis="tax", count=1, key_owner=record, until=years_after(work.now),
            sealed_kept=vault.keys_of([record])[record].seal("kept", record, "kept", dump_json({**values, **worth})),
        )
    )  # fmt: skip


def contact_of(work: Transaction, row: Row[Any]) -> dict[str, str]:
    """The winner's, while the award has it."""
    key = work.platform.vault.keys_of([row.entry]).get(row.entry)
    if key is None or row.sealed_entry_contact is None:
        return {}
    document = load(key.open(RESOURCE, row.id, str(Category.ENTRY_CONTACT), bytes(row.sealed_entry_contact)))
    return {name: value.value for name, value in document.items()}
