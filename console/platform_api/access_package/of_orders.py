"""The person's orders and money. What the other side of an order said stays out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, false

from console.platform_api.access_package.gathering import Gathering, Item, columns
from console.platform_api.access_package.section import Rows, Section
from console.platform_api.numbers import numbers_of
from console.platform_api.order_items import ITEMS, load_items
from console.platform_api.reconciliations import note_place
from console.platform_api.tables import (
    DisputeRow,
    OrderEvent,
    OrderRow,
    PaymentReviewRow,
    PaymentRow,
    PayoutChangeRow,
    PayoutRow,
    RefundRow,
    ReportLineRow,
    table,
)
from console.platform_api.vault import OwnerKey

_orders, _events, _payments, _refunds = table(OrderRow), table(OrderEvent), table(PaymentRow), table(RefundRow)
_disputes, _lines, _reviews = table(DisputeRow), table(ReportLineRow), table(PaymentReviewRow)
_payouts, _changes = table(PayoutRow), table(PayoutChangeRow)

Keys = Mapping[str, OwnerKey | None]


def _is(found_in: Table, column: str) -> Any:
    def mine(gathering: Gathering) -> ColumnElement[bool]:
        return found_in.c[column] == gathering.person if gathering.person is not None else false()

    return mine


# Orders


def _ordered(gathering: Gathering, rows: Rows) -> list[Item]:
    ids = [row.id for row in rows]
    events, changes = gathering.grouped(_events, "order_id", ids, by="at"), gathering.changes("orders", ids)
    owners = {row.parent for row in rows} | {event.owner for found in events.values() for event in found}
    keys = gathering.keys_of(owners)
    return [
        {
            **_order(gathering, keys, row),
            "what_happened": [_event(gathering, keys, event) for event in events.get(row.id, [])],
            **changes.get(row.id, {}),
        }
        for row in rows
    ]


def _order(gathering: Gathering, keys: Keys, row: Row[Any]) -> Item:
    service = gathering.texts(keys, row.parent, ("orders", row.id, "service"), row.sealed_service)
    address = gathering.texts(keys, row.parent, ("orders", row.id, "address"), row.sealed_address)
    if ITEMS in service:
        lines = load_items(service[ITEMS])
        service[ITEMS] = [{**line, "currency": row.currency} for line in lines]
    return {
        "number": f"O-{row.number}",
        **columns(
            row, "external_id", "state", "trouble", "trouble_reason", "trouble_since", "service", "place", "pet", "placed", "starts",
            "ends", "amount", "currency", "payment_state",
        ),
        **address,
        **service,
    }  # fmt: skip


def _event(gathering: Gathering, keys: Keys, row: Row[Any]) -> Item:
    return {
        **columns(row, "at", "kind", "role", "amount", "currency", "number", "reason"),
        **gathering.texts(keys, row.owner, ("order_events", row.id, "service"), row.sealed_service),
    }


# Payments, with what was given back or disputed


def _paid(gathering: Gathering, rows: Rows) -> list[Item]:
    ids = [row.id for row in rows]
    refunds, disputes = gathering.grouped(_refunds, "payment", ids), gathering.grouped(_disputes, "payment", ids)
    lines = gathering.grouped(_lines, "payment", ids, by="line")
    keys = gathering.keys_of({gathering.person, *(line.owner for found in lines.values() for line in found)})
    orders = numbers_of(gathering.connection, _orders, "O", [row.order_id for row in rows])
    changes = gathering.changes("payments", ids)
    given_back = gathering.changes("refunds", [refund.id for found in refunds.values() for refund in found])
    return [
        {
            **_payment(gathering, keys, row),
            "order": orders.get(row.order_id),
            "refunds": [
                _refund(gathering, keys, refund) | given_back.get(refund.id, {}) for refund in refunds.get(row.id, [])
            ],
            "disputes": [_dispute(dispute) for dispute in disputes.get(row.id, [])],
            "reconciled": [_line(gathering, keys, line) for line in lines.get(row.id, [])],
            **changes.get(row.id, {}),
        }
        for row in rows
    ]


def _payment(gathering: Gathering, keys: Keys, row: Row[Any]) -> Item:
    plain = columns(
        row, "external_id", "state", "kind", "created", "captured_at", "amount", "captured", "refunded", "lost", "currency", "failure",
        "processor_reference",
    )  # fmt: skip
    place = ("payments", row.id, "instrument")
    return {"number": f"P-{row.number}", **plain, **gathering.texts(keys, row.payer, place, row.sealed_instrument)}


def _refund(gathering: Gathering, keys: Keys, row: Row[Any]) -> Item:
    return {
        "number": f"RF-{row.number}",
        **columns(
            row, "state", "amount", "currency", "reason", "requested", "requested_role", "decided", "finished", "failure",
            "processor_reference",
        ),
        **gathering.texts(keys, row.payer, ("refunds", row.id, "service"), row.sealed_service),
    }  # fmt: skip


def _dispute(row: Row[Any]) -> Item:
    return columns(
        row, "state", "reason", "amount", "currency", "opened", "evidence_due", "closed", "processor_reference"
    )


def _line(gathering: Gathering, keys: Keys, row: Row[Any]) -> Item:
    """A line of the processor's balance report."""
    plain = columns(row, "result", "category", "currency", "gross", "expected")
    return {**plain, **gathering.texts(keys, row.owner, note_place(row), row.sealed_note)}


def _reviewed(gathering: Gathering, rows: Rows) -> list[Item]:
    changes = gathering.changes("payment-reviews", [row.id for row in rows])
    return [
        {
            "number": f"RV-{row.number}",
            **columns(row, "kind", "state", "opened", "due", "amount", "currency", "rule", "outcome", "settled"),
            **changes.get(row.id, {}),
        }
        for row in rows
    ]


# What a pro is paid


def _paid_out(gathering: Gathering, rows: Rows) -> list[Item]:
    keys, orders = gathering.keys_of({gathering.person}), [row.order_id for row in rows]
    numbers = numbers_of(gathering.connection, _orders, "O", orders)
    changes = gathering.changes("payouts", [row.id for row in rows])
    return [
        {
            "number": f"PO-{row.number}",
            **columns(
                row,
                "external_id",
                "state",
                "amount",
                "currency",
                "created",
                "arrives",
                "failure",
                "processor_reference",
            ),
            "order": numbers.get(row.order_id or ""),
            **gathering.texts(keys, row.pro, ("payouts", row.id, "instrument"), row.sealed_instrument),
            **changes.get(row.id, {}),
        }
        for row in rows
    ]


def _changed(gathering: Gathering, rows: Rows) -> list[Item]:
    keys = gathering.keys_of({gathering.person})
    return [
        {
            **columns(row, "state", "asked", "takes_effect"),
            **gathering.texts(keys, row.pro, ("payout_changes", row.id, "instrument"), row.sealed_instrument),
        }
        for row in rows
    ]


ORDERS = Section("orders", "What you ordered", _orders, _is(_orders, "parent"), _ordered)
AS_PRO = Section("orders_as_pro", "What was ordered from you", _orders, _is(_orders, "pro"), _ordered)
PAYMENTS = Section("payments", "Payments", _payments, _is(_payments, "payer"), _paid)
REVIEWS = Section("payment_reviews", "Payments that were looked into", _reviews, _is(_reviews, "person"), _reviewed)
PAYOUTS = Section("payouts", "Payouts", _payouts, _is(_payouts, "pro"), _paid_out)
ACCOUNTS = Section(
    "payout_changes", "Changes of your payout account", _changes, _is(_changes, "pro"), _changed, key="id"
)
