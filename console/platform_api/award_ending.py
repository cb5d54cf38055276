"""How a prize ends: handed over or forfeited. The winner's contact ends in the same transaction, and its key a moment later (P33).

The moment is for the mail that was written last: it goes out ten seconds after it was written, or is taken back. A forfeited prize goes to the
next reserve in the order of the draw. The last prize that is settled ends the contest.

Of a winner under a legal hold the contact has no use any more from then on, but stays with its key; a sweep takes both once the hold is lifted.
"""

from __future__ import annotations

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
from console.platform_api.entry_exclusion import is_held, nobody
from console.platform_api.erasure_keeps import years_after
from console.platform_api.mail import LAST_LETTER
from console.platform_api.tables import KeptRow, table
from console.platform_api.transaction import Transaction
from console.records.awards import RESOURCE, AwardState
from console.records.contest_entries import RESOURCE as ENTRIES
from console.records.contest_entries import EntryState
from console.records.record import Category

PURGE = "award-purge"
"""The kind of durable work that takes a winner's key away."""

_kept = table(KeptRow)

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
        work.change(ENTRIES, entries, entry, **nobody(work, entry), state=str(became))
    solve_case(work, row.ticket)
    gone = {} if entry is not None and is_held(work, entry) else cleared(row, taxed)
    if gone:
        jobs.enqueue(work, PURGE, f"{PURGE}:{row.id}", {"award": row.id}, work.now + LAST_LETTER)
    again = None if handed else _draw_again(work, row, contest)
    settle(work, contest_of(work, row.contest), row.id)
    values = {"state": str(state), "ended": work.now, "ended_by": work.employee, "reason": reason, **gone}
    return values, again


def cleared(row: Row[Any], taxed: bool) -> dict[str, Any]:
    """The columns of an award whose contact goes. Who won stays known, by a token, as long as tax law makes us keep it."""
    return {"sealed_entry_contact": None, "taker": row.taker if taxed else None}


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


def is_kept_for_tax(work: Transaction, award: str) -> bool:
    return work.connection.execute(select(_kept.c.id).where(_kept.c.id == _tax_record(award))).first() is not None


def _tax_record(award: str) -> str:
    return str(uuid5(UUID(award), PRIZE_TAX))


def _keep_for_tax(work: Transaction, row: Row[Any], contest: Row[Any]) -> None:
    """Under a key of its own, until the law lets it go; no screen shows it."""
    record, vault = _tax_record(row.id), work.platform.vault
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
