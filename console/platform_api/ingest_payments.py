"""Payments as the marketplace sends them: upserted by its own id, moved along as the states allow, looked at by the review rules.

What comes late or twice is no news; what contradicts what is known (another amount, captured after it failed) is refused. Once a
payment is captured its amounts are the platform's own: refunds and disputes never come this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from console.platform_api import money
from console.platform_api.blind import last_four_token
from console.platform_api.guard import Ask
from console.platform_api.holds import release_if_cancelled
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
from console.platform_api.review_rules import look_at_payment
from console.platform_api.tables import OrderRow, PaymentRow, table
from console.platform_api.transaction import Transaction
from console.records.payments import PREFIX, RESOURCE, PaymentState

_payments, _orders = table(PaymentRow), table(OrderRow)

SENT_STATES = ("pending", "authorized", "captured", "failed", "voided")

PASSED = {
    PaymentState.PENDING: {"pending"},
    PaymentState.AUTHORIZED: {"pending", "authorized"},
    PaymentState.FAILED: {"pending", "authorized", "failed"},
    PaymentState.VOIDED: {"pending", "authorized", "voided"},
}
"""State → what of it is no news. A payment that is captured or beyond has passed all up to captured."""

CAPTURED_PASSED = {"pending", "authorized", "captured"}

FIXED = ("kind", "amount", "currency")
"""What a payment is from its first day on."""


@dataclass(frozen=True)
class SentPayment:
    """`order`: the order's external id. `captured`: what of the amount, all of it unless said."""

    external_id: str
    order: str
    kind: str
    state: str
    amount: int
    currency: str
    captured: int | None = None
    created: datetime | None = None
    captured_at: datetime | None = None
    failure: str | None = None
    processor_reference: str | None = None
    brand: str | None = field(default=None, repr=False)
    last_four: str | None = field(default=None, repr=False)


def ingest_payments(ask: Ask, items: Sequence[SentPayment]) -> list[dict[str, Any]]:
    """The results in the order of the items."""
    with ingesting(ask) as work:
        batch = _Batch(work, items)
        batch.check(ask)
        outcomes = [batch.one(item) for item in items]
        for outcome in outcomes:
            if outcome.outcome != "unchanged":
                look_at_payment(work, outcome.id)
        finish(ask, work, outcomes)
        return answers(work.connection, _payments, PREFIX, outcomes)


class _Batch:
    """One request's payments; all that it changes is locked at its start, payments before orders."""

    def __init__(self, work: Transaction, items: Sequence[SentPayment]) -> None:
        self.work, self.items = work, items
        connection = work.connection
        self.known = by_external_id(connection, _payments, [item.external_id for item in items], lock=True)
        self.orders = by_external_id(connection, _orders, [item.order for item in items], lock=True)
        parties = [party for order in self.orders.values() for party in (order.parent, order.pro)]
        self.keys = open_keys(work.platform, connection, [*parties, *(row.payer for row in self.known.values())])
        references = [item.processor_reference for item in items if item.processor_reference]
        rows = connection.execute(
            select(_payments.c.processor_reference, _payments.c.external_id).where(
                _payments.c.processor_reference.in_(references)
            )
        )
        self.references: dict[str, str] = {reference: external or "" for reference, external in rows}

    def check(self, ask: Ask) -> None:
        mistakes = Mistakes()
        refuse_twice(mistakes, self.items)
        for place, item in enumerate(self.items):
            for where, what in self._wrong(item, ask.now):
                mistakes.add(place, where, what)
        mistakes.refuse()

    def _wrong(self, item: SentPayment, now: datetime) -> list[tuple[str, str]]:
        found = [("order", "is not known")] if item.order not in self.orders else []
        for name in ("created", "captured_at"):
            if (moment := getattr(item, name)) is not None and moment > now:
                found.append((name, "lies in the future"))
        if item.captured is not None and (item.captured > item.amount or item.state != PaymentState.CAPTURED):
            found.append(("captured", "is at most the amount, of a payment that is captured"))
        if (item.failure is not None) != (item.state == PaymentState.FAILED):
            found.append(("failure", "stands with a payment that failed, and with no other"))
        reference = item.processor_reference
        if reference is not None and self.references.setdefault(reference, item.external_id) != item.external_id:
            found.append(("processor_reference", "belongs to another payment"))
        return found + self._contradicts(item)

    def _contradicts(self, item: SentPayment) -> list[tuple[str, str]]:
        row = self.known.get(item.external_id)
        if row is None:
            return []
        found = [(name, "is another than before") for name in FIXED if getattr(row, name) != getattr(item, name)]
        if item.order in self.orders and self.orders[item.order].id != row.order_id:
            found.append(("order", "is another than before"))
        if item.processor_reference is not None and row.processor_reference not in (None, item.processor_reference):
            found.append(("processor_reference", "is another than before"))
        if not _is_passed(row, item.state) and row.state not in money.BEFORE_MONEY:
            found.append(("state", f"can't follow {row.state}"))
        return found

    def one(self, item: SentPayment) -> Outcome:
        row = self.known.get(item.external_id)
        if row is None:
            return self._created(item)
        columns = self._news(item, row)
        moves = not _is_passed(row, item.state)
        if columns:
            self.work.change(RESOURCE, _payments, row, **columns)
        if moves:
            self._advance(self._locked(row.id), item)
        if "processor_reference" in columns:  # without it the processor could not be told to let go of a hold
            release_if_cancelled(self.work, row.order_id)
        fields = (*columns, *(("state",) if moves else ()))
        return Outcome(item.external_id, row.id, "updated" if fields else "unchanged", row.payer, fields)

    def _created(self, item: SentPayment) -> Outcome:
        order, payment = self.orders[item.order], new_id()
        payer = str(order.parent if item.kind == "charge" else order.pro)
        sealed = self._instrument(item, payer, payment, None)
        row = PaymentRow(
            id=payment, external_id=item.external_id, kind=item.kind, order_id=order.id, payer=payer,
            created=item.created or self.work.now, amount=item.amount, currency=item.currency,
            processor_reference=item.processor_reference, sealed_instrument=sealed,
        )  # fmt: skip
        self._advance(money.begin(self.work, row), item)
        return Outcome(item.external_id, payment, "created", payer, ("state", "amount"))

    def _news(self, item: SentPayment, row: Row[Any]) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        if item.processor_reference is not None and row.processor_reference is None:
            columns["processor_reference"] = item.processor_reference
        before = None if row.sealed_instrument is None else bytes(row.sealed_instrument)
        sealed = self._instrument(item, row.payer, row.id, before)
        return columns if sealed is None else {**columns, "sealed_instrument": sealed}

    def _instrument(self, item: SentPayment, payer: str, payment: str, before: bytes | None) -> bytes | None:
        """Sealed under whoever pays; the vault's row comes first: a hint that leads to nobody harms nobody."""
        values = {"brand": item.brand, "last_four": item.last_four}
        sealed = seal_new(self.work, self.keys.get(payer), (RESOURCE, payment), values, before)
        if sealed is not None and item.last_four is not None:
            self.work.platform.vault.index(payer, [last_four_token(self.work.platform.keys, item.last_four)])
        return sealed

    def _advance(self, row: Row[Any], item: SentPayment) -> None:
        """From where it is to the state that was sent."""
        if item.state == row.state:
            return
        if item.state == PaymentState.AUTHORIZED:
            money.authorize(self.work, row)
        elif item.state == PaymentState.CAPTURED:
            amount = item.amount if item.captured is None else item.captured
            money.capture(self.work, row, amount, item.captured_at or item.created)
        elif item.state == PaymentState.FAILED:
            money.fail(self.work, row, item.failure or "failed")
        else:
            money.void(self.work, row)

    def _locked(self, payment: str) -> Row[Any]:
        row = self.work.lock(_payments, payment)
        assert row is not None
        return row


def _is_passed(row: Row[Any], state: str) -> bool:
    return state in PASSED.get(PaymentState(row.state), CAPTURED_PASSED)
