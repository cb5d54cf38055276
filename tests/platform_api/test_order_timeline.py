"""Of an order's timeline and items each role reads only what it may of the money (P27): who has no refunds sees none on the order."""

from __future__ import annotations

import pytest

from console.platform_api.order_events import add_event
from console.platform_api.platform import Platform
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.orders_made import add_order, add_payment, add_refund

OF_ORDERS = {"placed", "confirmed", "note", "trouble", "resolved", "cancelled", "closed"}
OF_MONEY = {
    "captured", "payment_failed", "payment_voided", "refund_requested", "refund_approved", "refund_rejected", "refund_failed", "refunded",
    "refund_returned", "disputed", "dispute_won", "dispute_lost",
}  # fmt: skip


@pytest.mark.parametrize(
    ("role", "money"), [("support", True), ("billing", True), ("manager", True), ("privacy", False)]
)
def test_what_happened_to_the_money_is_for_who_reads_the_money(
    api: Api, platform: Platform, role: str, money: bool
) -> None:
    order = add_order(platform)
    add_refund(platform, add_payment(platform, order), 1_500, "succeeded", lines={"2": 1_500})
    with own_work(platform) as work:
        for kind in sorted(OF_ORDERS | OF_MONEY):
            add_event(work, order, kind, amount=1_234 if kind in OF_MONEY else None)
    body = api.sign_in(role).get(f"/v1/orders/{order}").json()
    assert {event["kind"] for event in body["timeline"]} == (OF_ORDERS | OF_MONEY if money else OF_ORDERS)
    assert [item.get("refunded") for item in body["items"]] == ([0, 1_500] if money else [None, None])
