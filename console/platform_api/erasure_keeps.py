"""What of an erased person stays (P12): on which basis, until when, and under which key.

Amounts and dates of payments stay without a name. Whatever still has a name in it is sealed under a key of its own, which goes
when its time is over, and no screen shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from console.platform_api import projection, rewrap_job
from console.platform_api.documents import dump_json
from console.platform_api.kept_hashes import OPT_OUT, hashes_of
from console.platform_api.platform import Platform
from console.platform_api.tables import (
    AwardRow,
    KeptRow,
    PaymentRow,
    PayoutRow,
    PrivacyRequestRow,
    RefundRow,
    SurveyEntryRow,
    table,
)
from console.platform_api.takers import Takers
from console.platform_api.transaction import Transaction
from console.platform_api.users import USERS
from console.platform_api.vault import OwnerKey
from console.records.payouts import PayoutState
from console.records.record import Category
from console.records.survey_entries import EntryState
from console.records.users import UserState

kept = table(KeptRow)
_payments, _payouts, _refunds = table(PaymentRow), table(PayoutRow), table(RefundRow)
_awards = table(AwardRow)
_requests, _entries = table(PrivacyRequestRow), table(SurveyEntryRow)

DISPUTE_WINDOW = timedelta(days=120)
"""How long after a capture a bank may still take the money back."""

BOOKS_YEARS = 7
"""Years after the one of the last entry for which books and records for tax are kept."""

OWN, HASH, REQUEST = "own", "hash", "request"
"""What stays under: a key of its own, nothing but a keyed hash, the key of its request."""

REQUESTS = "requests"
"""Kept for 24 months from the end of the last one, which is that of the erasure itself: its end sets the time."""

SURVEY_COUNTS = "survey_counts"
"""Answers that were counted already: the counts can't be told apart by person, so nothing of theirs is left in them that could go."""

CONTACT = ("name", "email", "phone")
TAX = ("name", "street", "city", "postcode")


@dataclass(frozen=True)
class Keep:
    """One thing that stays. `fields`: of the profile, sealed under a key of its own."""

    what: str
    basis: str
    count: int
    key: str | None = None
    until: datetime | None = None
    fields: Sequence[str] = field(default=())


def keeps_of(
    connection: Connection, row: Row[Any], now: datetime, takers: Takers, *, banned: bool | None = None
) -> list[Keep]:
    """`takers`: what the person's entries know them by. `banned`: whether the person was suspended when it was approved; None: as it stands."""
    found = [*_books(connection, row.id), *_dispute(connection, row.id, now), *_tax(connection, row.id, now)]
    hashes = (
        (OPT_OUT, "opt_out", row.opted_out),
        ("ban_hash", "ban", row.state == UserState.SUSPENDED if banned is None else banned),
    )
    found += [Keep(what, basis, 1, HASH) for what, basis, holds in hashes if holds]
    counted = _entries.c.taker == takers.survey, _entries.c.state == str(EntryState.AGGREGATED)
    answers = _count(connection, _entries, and_(*counted))
    found += [Keep(SURVEY_COUNTS, "nobodys", answers)] if answers else []
    found += _prizes(connection, takers.contest)
    requests = _count(connection, _requests, _requests.c.person == row.id)
    found += [Keep(REQUESTS, "records_of_requests", requests, REQUEST)] if requests else []
    return [*found, Keep("tombstone", "stay_erased", 1)]


def _prizes(connection: Connection, taker: int) -> list[Keep]:
    """What tax law asks for of who won: sealed under a key of its own since the prize was handed over (see `award_ending`)."""
    taxed = (
        select(kept.c.person).where(kept.c.basis == "tax", kept.c.person == _awards.c.entry).exists()
    )  # else a hold keeps it
    won = _awards.c.taker == taker, _awards.c.state == "awarded", taxed
    count, last = connection.execute(select(func.count(), func.max(_awards.c.ended)).where(*won)).one()
    return [Keep("prizes", "tax", count, until=years_after(last))] if count else []


def _books(connection: Connection, person: str) -> list[Keep]:
    """Payments, refunds and payouts: amounts, dates, the processor's reference."""
    count, last = 0, None
    for found_in, owner, at in (
        (_payments, "payer", "created"),
        (_refunds, "payer", "requested"),
        (_payouts, "pro", "created"),
    ):
        some, latest = connection.execute(
            select(func.count(), func.max(found_in.c[at])).where(found_in.c[owner] == person)
        ).one()
        count, last = count + some, max(filter(None, (last, latest)), default=None)
    return [Keep("payments", "accounting", count, until=years_after(last))] if last is not None else []


def _dispute(connection: Connection, person: str, now: datetime) -> list[Keep]:
    last = connection.execute(select(func.max(_payments.c.captured_at)).where(_payments.c.payer == person)).scalar()
    if last is None or last + DISPUTE_WINDOW <= now:
        return []
    return [Keep("contact", "dispute_window", 1, OWN, last + DISPUTE_WINDOW, CONTACT)]


def _tax(connection: Connection, person: str, now: datetime) -> list[Keep]:
    paid = _payouts.c.pro == person, _payouts.c.state == str(PayoutState.PAID)
    last = connection.execute(select(func.max(_payouts.c.created)).where(*paid)).scalar()
    until = years_after(last) if last is not None else None
    return [Keep("tax_records", "tax", 1, OWN, until, TAX)] if until is not None and until > now else []


def years_after(last: datetime) -> datetime:
    return datetime(last.year + BOOKS_YEARS + 1, 1, 1, tzinfo=UTC)


def _count(connection: Connection, found_in: Any, clause: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(found_in).where(clause)).scalar_one())


# Keeping it


def keep(work: Transaction, row: Row[Any], keeps: Sequence[Keep], request: str | None) -> None:
    """Its keys are there before the rows are; ids follow from the person and what it is, so that a second try makes no second one."""
    key = work.platform.vault.keys_of([row.id]).get(row.id)
    for it in keeps:
        record = str(uuid5(UUID(row.id), it.what))
        if work.connection.execute(select(kept.c.id).where(kept.c.id == record)).first() is not None:
            continue
        if it.fields and key is None:  # after a restore: what it would keep can't be opened any more
            continue
        owner = _owner(work.platform, row, it, record, key)
        sealed = _sealed(work.platform, row, it, record, key) if it.fields else None
        work.session.add(
            KeptRow(
                id=record, person=row.id, request=request, what=it.what, basis=it.basis, count=it.count, key_owner=owner,
                until=it.until, sealed_kept=sealed,
            )
        )  # fmt: skip


def _owner(platform: Platform, row: Row[Any], it: Keep, record: str, key: OwnerKey | None) -> str | None:
    if it.key not in (OWN, HASH):
        return None
    platform.vault.create([record])
    if it.key == HASH:
        platform.vault.index(record, _hashes(platform, row, key))
    return record


def key_of(row: Row[Any]) -> str | None:
    """What something that is kept stays under."""
    if row.what == REQUESTS:
        return REQUEST
    if row.key_owner is None:
        return None
    return OWN if row.sealed_kept is not None else HASH


def _hashes(platform: Platform, row: Row[Any], key: OwnerKey | None) -> list[int]:
    """By which somebody who comes again with the same address is known."""
    contact = projection.open_document(USERS, row, Category.CONTACT, key)
    return hashes_of(platform.keys, {name: value.value for name, value in contact.items()})


def _sealed(platform: Platform, row: Row[Any], it: Keep, record: str, key: OwnerKey | None) -> bytes | None:
    values = _values(row, it.fields, key)
    own = platform.vault.keys_of([record]).get(record)
    return own.seal("kept", record, "kept", dump_json(values)) if own is not None and values else None


def _values(row: Row[Any], fields: Sequence[str], key: OwnerKey | None) -> Mapping[str, str]:
    kinds = (Category.IDENTITY, Category.CONTACT, Category.LOCALITY, Category.ADDRESS)
    documents = [projection.open_document(USERS, row, kind, key) for kind in kinds]
    return {name: value.value for document in documents for name, value in document.items() if name in fields}


# Its end


def expire(work: Transaction) -> None:
    """What has been kept long enough goes with its key; of a prize, what leads from it to who won it goes too."""
    over = kept.c.until.is_not(None), kept.c.until <= work.now
    rows = work.connection.execute(select(kept).where(*over).order_by(kept.c.until).limit(100)).all()
    if not rows:
        return
    work.platform.vault.erase([row.key_owner for row in rows if row.key_owner is not None])
    rewrap_job.ask(work)
    work.connection.execute(kept.delete().where(or_(*(kept.c.id == row.id for row in rows))))
    won = _awards.c.entry.in_([row.person for row in rows])  # of a prize, that is its entry
    work.connection.execute(update(_awards).where(won).values(taker=None))
    for row in rows:
        work.entries.append(work.entry("users", "kept-gone", details={"what": row.what, "basis": row.basis}))
