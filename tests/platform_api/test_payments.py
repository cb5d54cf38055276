"""Payments as lists and records: who sees what of them, what can be refunded, and what others see of instruments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from console.platform_api.rules import Rules
from tests.platform_api.api import Api
from tests.platform_api.orders_made import add_order, add_pair, add_payment, add_payout, add_refund
from tests.platform_api.people import post
from tests.telling import telling


def numbers(client: httpx.Client, query: str = "") -> list[str]:
    answer = client.get(f"/v1/payments?{query}")
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


def refund_action(client: httpx.Client, payment: str) -> dict[str, Any]:
    actions: list[dict[str, Any]] = client.get(f"/v1/payments/{payment}").json()["actions"]
    return next(action for action in actions if action["name"] == "refund")


def test_billing_sees_all_of_it(api: Api, platform: Platform):
    order = add_order(platform)
    add_payment(platform, order, "partially_refunded", refunded=1_500)
    body = api.sign_in("billing").get("/v1/payments/P-1").json()
    assert (body["state"], body["order"], body["payer"], body["kind"]) == ("partially_refunded", "O-1", "U-1", "charge")
    assert (body["captured"], body["refunded"], body["reserved"], body["lost"], body["left"]) == (
        10_000,
        1_500,
        0,
        0,
        8_500,
    )
    assert (body["brand"], body["last_four"], body["currency"]) == ("visa", "4242", "USD")


@pytest.mark.parametrize(("name", "shown"), [("support", "absent"), ("manager", "mask"), ("billing", "full")])
def test_instruments_go_to_billing_and_masked_to_managers(api: Api, platform: Platform, name: str, shown: str):
    """P27: for the others the keys are absent, in lists as in records."""
    order = add_order(platform)
    add_payment(platform, order)
    add_payout(platform, order)
    client = api.sign_in(name)
    for body in (client.get("/v1/payments/P-1").json(), client.get("/v1/payments").json()["items"][0]):
        assert ("last_four" in body) == (shown == "full") and ("last_four" in body["masks"]) == (shown == "mask")
        assert shown == "full" or "4242" not in telling(str(body))
    payout = client.get("/v1/payouts/PO-1")
    assert payout.status_code == (403 if name == "support" else 200)
    assert shown == "full" or "9012" not in telling(payout.text)


@pytest.mark.parametrize("name", ["privacy", "auditor", "admin", "service"])
def test_the_others_see_no_payment(sqlite_api: Api, sqlite_platform: Platform, name: str):
    add_payment(sqlite_platform, add_order(sqlite_platform))
    client = sqlite_api.sign_in(name)
    assert client.get("/v1/payments").status_code == 403 and client.get("/v1/payments/P-1").status_code == 403


def test_lists_by_state_kind_order_and_person(api: Api, platform: Platform):
    parent, pro = add_pair(platform)
    order = add_order(platform, parent, pro)
    add_payment(platform, order, "failed")
    add_payment(platform, order)
    add_payment(platform, order, kind="fee")
    add_payment(platform, add_order(platform), "disputed")
    billing = api.sign_in("billing")
    assert numbers(billing) == ["P-4", "P-3", "P-2", "P-1"]
    assert numbers(billing, "state=failed&state=disputed") == ["P-4", "P-1"]
    assert numbers(billing, "kind=fee") == ["P-3"] and numbers(billing, "order=O-1&state=captured") == ["P-3", "P-2"]
    assert numbers(billing, "user=U-2") == ["P-3"] and numbers(billing, "sort=number&limit=1") == ["P-1"]


@pytest.mark.parametrize(("query", "status"), [
    ("state=won", 400), ("state=gone", 400), ("kind=gift", 400), ("order=O-9", 404), ("user=U-9", 404), ("order=O-1&order=O-2", 400),
    ("last_four=4242", 400), ("sort=amount", 400),
])  # fmt: skip
def test_lists_that_can_not_be_asked_for(sqlite_api: Api, query: str, status: int):
    assert sqlite_api.sign_in("billing").get(f"/v1/payments?{query}").status_code == status


@pytest.mark.parametrize(
    ("state", "left"), [("captured", 10_000), ("pending", 0), ("disputed", 0), ("lost", 0), ("refunded", 0)]
)
def test_left_is_what_can_be_refunded_now(api: Api, platform: Platform, state: str, left: int):
    payment = add_payment(platform, add_order(platform), state, refunded=10_000 if state == "refunded" else 0)
    billing = api.sign_in("billing")
    assert billing.get(f"/v1/payments/{payment}").json()["left"] == left
    assert refund_action(billing, payment)["allowed"] == (left > 0)
    assert bool(refund_action(billing, payment)["because"]) == (left == 0)


def test_what_is_asked_for_is_not_left(api: Api, platform: Platform):
    payment = add_payment(platform, add_order(platform))
    add_refund(platform, payment, 4_000)
    add_refund(platform, payment, 6_000, "approved")
    billing = api.sign_in("billing")
    assert billing.get(f"/v1/payments/{payment}").json()["left"] == 0
    assert "asked for" in refund_action(billing, payment)["because"]


def test_while_disputed_by_the_companys_rule(api: Api, platform: Platform):
    payment = add_payment(platform, add_order(platform), "disputed")
    platform.rules = replace(Rules(), refund_while_disputed=True)
    assert refund_action(api.sign_in("billing"), payment)["allowed"]


def test_the_feed_tells_of_the_payment_its_order_and_the_refund(api: Api, platform: Platform):
    payment = add_payment(platform, add_order(platform))
    billing = api.sign_in("billing")
    after = billing.get("/v1/changes").json()["last"]
    post(billing, f"/v1/payments/{payment}/refund", {"amount": 5, "reason": "goodwill"})
    told = billing.get(f"/v1/changes?after={after}").json()["items"]
    assert {item["resource"] for item in told} == {"payments", "orders", "refunds"}
    assert len({item["seq"] for item in told}) == 1
    versions = {item["resource"]: item["version"] for item in told}
    assert billing.get(f"/v1/payments/{payment}").json()["version"] == versions["payments"]
    assert billing.get("/v1/orders/O-1").json()["version"] == versions["orders"]
