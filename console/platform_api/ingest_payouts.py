"""Payouts to pros, and changes of where they go, as the marketplace sends them. A change waits its hours before it is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.ingest_batch import (
    Mistakes,
    Outcome,
    answers,
    by_external_id,
    finish,
    ingesting,
    open_keys,
    refuse_twice,
    seal_new,
)
from console.platform_api.payouts import changes, last_fours_of, payouts
from console.platform_api.review_rules import look_at_change, look_at_payout
from console.platform_api.tables import OrderRow, PayoutChangeRow, PayoutRow, UserRow, table
from console.platform_api.transaction import Transaction
from console.platform_api.vault import OwnerKey
from console.records.payouts import PREFIX, RESOURCE

_orders, _users = table(OrderRow), table(UserRow)

FIXED = ("amount", "currency")
FOLLOWS = ("state", "arrives", "failure", "processor_reference")
"""What may change from one time to the next: the bank's part is the marketplace's to tell."""

BEFORE: dict[str, tuple[str, ...]] = {
    "scheduled": ("held",),
    "held": ("scheduled",),
    "paid": ("scheduled", "held"),
    "failed": ("scheduled", "held", "paid"),
}
"""State → those that it may follow. What was paid may still come back from the pro's bank."""


@dataclass(frozen=True)
class SentPayout:
    """`pro` and `order`: external ids."""

    external_id: str
    pro: str
    order: str | None
    state: str
    amount: int
    currency: str
    created: datetime | None = None
    arrives: datetime | None = None
    failure: str | None = None
    processor_reference: str | None = None
    bank: str | None = field(default=None, repr=False)
    last_four: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SentChange:
    external_id: str
    pro: str
    asked: datetime
    old_last_four: str | None = field(default=None, repr=False)
    new_last_four: str | None = field(default=None, repr=False)


# Payouts


def ingest_payouts(ask: Ask, items: Sequence[SentPayout]) -> list[dict[str, Any]]:
    with ingesting(ask) as work:
        known = by_external_id(work.connection, payouts, [item.external_id for item in items], lock=True)
        orders = by_external_id(work.connection, _orders, [item.order for item in items])
        pros = by_external_id(work.connection, _users, [item.pro for item in items])
        keys = _keys(work, pros, known)
        references = _references(work.connection, items)
        _check_payouts(ask, items, known, orders, pros, references)
        outcomes = [_payout(work, item, known.get(item.external_id), orders, pros, keys) for item in items]
        for item, outcome in zip(items, outcomes, strict=True):
            if item.state == "failed" and outcome.outcome != "unchanged":
                look_at_payout(work, outcome.id)
        finish(ask, work, outcomes)
        return answers(work.connection, payouts, PREFIX, outcomes)


Rows = dict[str, Row[Any]]


def _keys(work: Transaction, pros: Rows, known: Rows) -> Mapping[str, OwnerKey]:
    return open_keys(
        work.platform, work.connection, [*(row.id for row in pros.values()), *(row.pro for row in known.values())]
    )


def _references(connection: Connection, items: Sequence[SentPayout]) -> dict[str, str]:
    """The processor's reference → external id of the payout that has it."""
    sent = [item.processor_reference for item in items if item.processor_reference]
    having = select(payouts.c.processor_reference, payouts.c.external_id).where(payouts.c.processor_reference.in_(sent))
    return {reference: external or "" for reference, external in connection.execute(having)}


def _check_payouts(
    ask: Ask, items: Sequence[SentPayout], known: Rows, orders: Rows, pros: Rows, references: dict[str, str]
) -> None:
    mistakes = Mistakes()
    refuse_twice(mistakes, items)
    for place, item in enumerate(items):
        if item.pro not in pros:
            mistakes.add(place, "pro", "is not known")
        if item.order is not None and item.order not in orders:
            mistakes.add(place, "order", "is not known")
        elif item.order is not None and item.pro in pros and orders[item.order].pro != pros[item.pro].id:
            mistakes.add(place, "pro", "is not the pro of the order")
        if item.created is not None and item.created > ask.now:
            mistakes.add(place, "created", "lies in the future")
        reference = item.processor_reference
        if reference is not None and references.setdefault(reference, item.external_id) != item.external_id:
            mistakes.add(place, "processor_reference", "belongs to another payout")
        for where, what in _contradicts(item, known.get(item.external_id)):
            mistakes.add(place, where, what)
    mistakes.refuse()


def _contradicts(item: SentPayout, row: Row[Any] | None) -> list[tuple[str, str]]:
    if row is None:
        return []
    found = [(name, "is another than before") for name in FIXED if getattr(row, name) != getattr(item, name)]
    if item.state != row.state and row.state not in BEFORE[item.state]:
        found.append(("state", f"can't follow {row.state}"))
    return found


def _payout(
    work: Transaction, item: SentPayout, row: Row[Any] | None, orders: Rows, pros: Rows, keys: Mapping[str, OwnerKey]
) -> Outcome:
    pro = str(pros[item.pro].id)
    values = {"bank": item.bank, "payout_last_four": item.last_four}
    if row is None:
        payout = new_id()
        work.session.add(
            PayoutRow(
                id=payout, external_id=item.external_id, state=item.state, pro=pro, order_id=orders[item.order].id if item.order else None,
                amount=item.amount, currency=item.currency, created=item.created or work.now, arrives=item.arrives, failure=item.failure,
                processor_reference=item.processor_reference, sealed_instrument=seal_new(work, keys.get(pro), (RESOURCE, payout), values),
            )
        )  # fmt: skip
        work.session.flush()
        work.created(RESOURCE, payout)
        return Outcome(item.external_id, payout, "created", pro, ("state", "amount"))
    columns = {name: getattr(item, name) for name in FOLLOWS if getattr(item, name) not in (None, getattr(row, name))}
    before = None if row.sealed_instrument is None else bytes(row.sealed_instrument)
    sealed = seal_new(work, keys.get(row.pro), (RESOURCE, row.id), values, before)
    columns |= {} if sealed is None else {"sealed_instrument": sealed}
    if columns:
        work.change(RESOURCE, payouts, row, **columns)
    return Outcome(item.external_id, row.id, "updated" if columns else "unchanged", row.pro, tuple(columns))


# Changes of where they go


def ingest_changes(ask: Ask, items: Sequence[SentChange]) -> list[dict[str, Any]]:
    """The wait begins when the platform hears of it: a change that was sent late is no sooner in force."""
    with ingesting(ask) as work:
        known = by_external_id(work.connection, changes, [item.external_id for item in items], lock=True)
        pros = by_external_id(work.connection, _users, [item.pro for item in items])
        _check_changes(ask, items, known, pros)
        keys = _keys(work, pros, known)
        outcomes = [_change(work, item, known.get(item.external_id), pros, keys) for item in items]
        for outcome in outcomes:
            if outcome.outcome == "created":
                look_at_change(work, outcome.id)
        finish(ask, work, outcomes)
        return answers(work.connection, changes, None, outcomes)


def _check_changes(ask: Ask, items: Sequence[SentChange], known: Rows, pros: Rows) -> None:
    mistakes = Mistakes()
    refuse_twice(mistakes, items)
    for place, item in enumerate(items):
        if item.pro not in pros:
            mistakes.add(place, "pro", "is not known")
        if item.asked > ask.now:
            mistakes.add(place, "asked", "lies in the future")
        row = known.get(item.external_id)
        if row is None:
            continue
        if item.pro in pros and pros[item.pro].id != row.pro:
            mistakes.add(place, "pro", "is another than before")
        stored = last_fours_of(ask.platform, row)
        if item.new_last_four not in (None, stored.get("new_last_four", item.new_last_four)):
            mistakes.add(place, "new_last_four", "is another than before: send it as a change of its own")
    mistakes.refuse()


def _change(
    work: Transaction, item: SentChange, row: Row[Any] | None, pros: Rows, keys: Mapping[str, OwnerKey]
) -> Outcome:
    pro = str(pros[item.pro].id)
    if row is not None:
        return Outcome(item.external_id, row.id, "unchanged", pro)
    change, waits = new_id(), timedelta(hours=work.platform.rules.payout_change_hours)
    values = {"old_last_four": item.old_last_four, "new_last_four": item.new_last_four}
    work.session.add(
        PayoutChangeRow(
            id=change, external_id=item.external_id, pro=pro, asked=item.asked, takes_effect=work.now + waits,
            sealed_instrument=seal_new(work, keys.get(pro), ("payout_changes", change), values),
        )
    )  # fmt: skip
    work.session.flush()
    return Outcome(item.external_id, change, "created", pro, ("takes_effect",))
