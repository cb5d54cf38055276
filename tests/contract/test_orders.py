"""Orders and money: what an order holds for whom, refunds with their second person, and what the platform refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.scene import Scene
from tests.contract.target import CANARY, ROLES, Target, new_key

Json = dict[str, Any]
INSTRUMENTS = {"brand", "last_four", "bank", "payout_last_four"}


def read(scene: Scene, order: Json, role: str = "support") -> Json:
    found: Json = scene.target.as_role(role).get(f"/v1/orders/{order['number']}").json()
    return found


# Orders


def test_an_order_is_whole_for_those_who_handle_it(scene: Scene):
    order = scene.order()
    payment = scene.payment(order)
    whole = read(scene, order)
    assert [item["name"] for item in whole["items"]] == ["Walk", "Bath 🛁"]
    assert (whole["parent"], whole["pro"], whole["amount"]) == (
        order["parent"]["number"],
        order["pro"]["number"],
        10_000,
    )
    assert (whole["pet_name"], whole["payment_state"]) == ("Biscuit", "captured")
    assert [paid["number"] for paid in whole["payments"]] == [payment["number"]]
    assert set(whole["masks"]) == {"address"}
    assert {"placed", "captured"} <= {event["kind"] for event in whole["timeline"]} | {"placed"}


def test_what_was_paid_with_is_billing_s_and_masked_for_managers(scene: Scene):
    order = scene.order()
    scene.payment(order)
    shown = {}
    for role in ("support", "billing", "manager"):
        [paid] = read(scene, order, role)["payments"]
        shown[role] = (INSTRUMENTS & set(paid), INSTRUMENTS & set(paid["masks"]))
    kinds = {"brand", "last_four"}
    assert shown == {"support": (set(), set()), "billing": (kinds, set()), "manager": (set(), kinds)}
    assert read(scene, order, "privacy")["payments"] == []


def test_an_order_is_found_by_number_reference_and_card(scene: Scene):
    order = scene.order()
    payment = scene.payment(order, last_four="0931")
    billing = scene.target.as_role("billing")
    for terms in (
        {"number": order["number"]},
        {"processor_reference": payment["item"]["processor_reference"]},
        {"last_four": "0931"},
    ):
        answer = billing.post("/v1/orders/search", json=terms)
        assert order["number"] in [item["number"] for item in answer.json()["items"]], terms
    assert scene.support.post("/v1/orders/search", json={"last_four": "0931"}).status_code == 403
    for wrong in ({}, {"address": "1 Elm St"}, {"number": "O-1", "last_four": "0931"}, {"last_four": CANARY}):
        assert billing.post("/v1/orders/search", json=wrong).status_code in (400, 422)


def test_trouble_is_a_case_that_ends_with_it(scene: Scene):
    order = scene.order()
    path = f"/v1/orders/{order['number']}"
    raised = scene.write(
        "POST", f"{path}/trouble", {"reason": "incident", "text": "limps"}, version=read(scene, order)["version"]
    )
    assert raised.status_code == 200, raised.text
    case = raised.json()["trouble_ticket"]
    ticket = scene.support.get(f"/v1/tickets/{case}").json()
    assert (ticket["about"], ticket["channel"], ticket["state"]) == ("order", "platform", "open")
    assert {link["number"] for link in ticket["links"]} == {
        order["number"],
        order["parent"]["number"],
        order["pro"]["number"],
    }
    version = read(scene, order)["version"]
    assert scene.write("POST", f"{path}/trouble", {"reason": "incident"}, version=version).status_code == 409
    ended = scene.write("POST", f"{path}/resolve", {"text": "all is well"}, version=version)
    assert (ended.status_code, ended.json()["trouble"]) == (200, False)
    assert scene.support.get(f"/v1/tickets/{case}").json()["state"] == "solved"


def test_the_address_opens_for_a_case_of_the_order(scene: Scene):
    order = scene.order()
    path = f"/v1/orders/{order['number']}"
    raised = scene.write("POST", f"{path}/trouble", {"reason": "address"}, version=read(scene, order)["version"]).json()
    wish = {"fields": ["address"], "case": raised["trouble_ticket"], "reason": "order_trouble"}
    assert scene.write("POST", f"{path}/reveal", wish).status_code == 403
    assert scene.write("POST", f"/v1/tickets/{raised['trouble_ticket']}/claim").status_code == 200
    opened = scene.write("POST", f"{path}/reveal", wish)
    assert opened.json()["values"] == {"address": "1 Elm St\nHamden"}


def test_cancelling_is_support_s_until_the_service_has_begun(scene: Scene):
    order = scene.order()
    path = f"/v1/orders/{order['number']}/cancel"
    begun = {**order["item"], "state": "in_service"}
    assert scene.ingest(begun, what="orders")[0]["outcome"] == "updated"
    wish, version = {"reason": "parent_asked"}, read(scene, order)["version"]
    refused = scene.write("POST", path, wish, version=version)
    assert (refused.status_code, bool(refused.json()["because"])) == (403, True)
    manager = scene.target.as_role("manager")
    done = scene.write("POST", path, wish, version=version, by=manager)
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")


@pytest.mark.parametrize(
    "params",
    [
        {"state": CANARY}, {"trouble": CANARY}, {"payment_state": CANARY}, {"service": CANARY}, {"since": CANARY}, {"until": "yesterday"},
        {"amount": CANARY}, {"amount": "5..x"}, {"amount": ".."}, {"user": "U-999999999999"}, {"street": "1 Elm St"},
    ],
    ids=str,
)  # fmt: skip
def test_filters_of_orders_that_are_none(target: Target, params: dict[str, str]):
    assert target.as_role("support").get("/v1/orders", params=params).status_code in (400, 404)


def test_filters_of_orders_choose(target: Target):
    client = target.as_role("billing")
    for item in client.get("/v1/orders", params={"amount": "5000..9000", "state": "closed"}).json()["items"]:
        assert 5_000 <= item["amount"] <= 9_000 and item["state"] == "closed"
    for item in client.get("/v1/orders", params={"trouble": "yes"}).json()["items"]:
        assert item["trouble"] and item["trouble_ticket"]


# Money


def test_figures_are_of_the_days_asked_for(target: Target):
    params = {"by": "day", "since": "2026-01-01", "until": "2026-01-15"}
    for role in ROLES:
        answer = target.as_role(role).get("/v1/orders/figures", params=params)
        assert answer.status_code == (200 if role in ("billing", "manager", "auditor") else 403), role
    assert target.as_role("billing").get("/v1/orders/figures", params={**params, "by": CANARY}).status_code == 400


def test_a_refund_that_support_asks_for_waits_for_somebody_else(scene: Scene):
    order = scene.order()
    payment = scene.payment(order)
    asked = scene.refund(payment, 2_500)
    refund = f"/v1/refunds/{asked['refund']}"
    assert (asked["reserved"], asked["left"]) == (2_500, 7_500)
    waiting = scene.support.get(refund).json()
    assert (waiting["state"], waiting["needs"], waiting["yours"], waiting["note"]) == (
        "requested",
        "billing",
        True,
        "as agreed",
    )
    billing = scene.target.lately("billing")
    reviews = billing.get("/v1/payment-reviews", params={"kind": "refund", "state": "open", "limit": "200"}).json()[
        "items"
    ]
    assert order["number"] in [item["order"] for item in reviews]
    approved = scene.write("POST", f"{refund}/approve", version=waiting["version"], by=billing)
    assert approved.status_code == 200, approved.text
    assert approved.json()["state"] in ("approved", "processing", "succeeded")
    again = scene.write("POST", f"{refund}/approve", version=waiting["version"], by=billing)
    assert again.status_code in (409, 412)


def test_nobody_decides_what_they_asked_for(scene: Scene):
    manager = scene.target.lately("manager")
    asked = scene.refund(scene.payment(scene.order()), by=manager)
    refund = f"/v1/refunds/{asked['refund']}"
    for decision, body in (("approve", None), ("reject", {"reason": "not_due"})):
        refused = scene.write("POST", f"{refund}/{decision}", body, version=1, by=manager)
        assert (refused.status_code, bool(refused.json()["because"])) == (403, True), decision
    rejected = scene.write(
        "POST", f"{refund}/reject", {"reason": "not_due"}, version=1, by=scene.target.as_role("billing")
    )
    assert (rejected.status_code, rejected.json()["state"]) == (200, "rejected")


def test_what_can_not_be_refunded(scene: Scene):
    payment = scene.payment(scene.order())
    path = f"/v1/payments/{payment['number']}/refund"
    wishes: list[Json] = [
        {"amount": 10_001}, {"amount": 0}, {"amount": -1}, {"amount": 1.5}, {"amount": "1"}, {"amount": 100, "reason": CANARY},
        {"amount": 100, "lines": {"9": 100}}, {"amount": 100, "lines": {"1": 50}}, {"amount": 5_000, "lines": {"1": 5_000}},
        {"amount": 100, "text": "card 4111 1111 1111 1111"}, {"amount": 100, CANARY: 1},
    ]  # fmt: skip
    for wish in wishes:
        answer = scene.write("POST", path, {"reason": "goodwill", **wish})
        assert answer.status_code == 422, wish
    assert scene.support.get(f"/v1/payments/{payment['number']}").json()["reserved"] == 0


def test_the_preview_says_what_will_happen_and_does_nothing(scene: Scene):
    payment = scene.payment(scene.order())
    answer = scene.write(
        "POST", f"/v1/payments/{payment['number']}/refund-preview", {"amount": 4_000, "lines": {"1": 4_000}}
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["left_before"], found["left_after"], found["goes"], found["approver"]) == (
        10_000,
        6_000,
        "approval",
        "billing",
    )
    assert found["because"]
    assert scene.support.get(f"/v1/payments/{payment['number']}").json()["reserved"] == 0


def test_a_key_asks_for_one_refund(scene: Scene):
    payment = scene.payment(scene.order())
    key, wish = new_key(), {"amount": 1_000, "reason": "goodwill"}
    first, second = (scene.write("POST", f"/v1/payments/{payment['number']}/refund", wish, key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["refund"] == second.json()["refund"]
    assert scene.support.get(f"/v1/payments/{payment['number']}").json()["reserved"] == 1_000


# Reviews, reports, the processor's webhooks


def test_reviews_are_worked_on_by_who_claimed_them(scene: Scene):
    scene.refund(scene.payment(scene.order()))
    billing = scene.target.lately("billing")
    [review] = billing.get("/v1/payment-reviews", params={"kind": "large", "state": "open", "limit": "1"}).json()[
        "items"
    ][:1]
    path = f"/v1/payment-reviews/{review['number']}"
    claimed = scene.write("POST", f"{path}/claim", by=billing)
    if claimed.status_code == 403:  # somebody of the sample data has it
        assert claimed.json()["because"]
        return
    assert (claimed.status_code, claimed.json()["yours"]) == (200, True)
    noted = scene.write("POST", f"{path}/note", {"body": "looked at it"}, by=billing)
    assert "looked at it" in [message.get("body") for message in noted.json()["messages"]]
    version = noted.json()["version"]
    assert scene.write("POST", f"{path}/settle", {"outcome": CANARY}, version=version, by=billing).status_code == 422
    assert scene.write("POST", f"{path}/release", version=version, by=billing).status_code == 200


@pytest.mark.parametrize(
    "report",
    [b"", b"\xff\xfe", b"a,b\n1,2\n", f"{CANARY},{CANARY}\n1,2\n".encode(), b"balance_transaction_id\n" + b"x" * 5_000],
    ids=["empty", "binary", "of other columns", "a canary", "long"],
)
def test_reports_that_can_not_be_read(scene: Scene, report: bytes):
    billing, headers = scene.target.as_role("billing"), {"Idempotency-Key": new_key(), "Content-Type": "text/csv"}
    answer = billing.post("/v1/reconciliations", content=report, headers=headers)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("signature", ["", "t=1,v1=00", CANARY])
def test_webhooks_without_a_signature_that_holds(target: Target, signature: str):
    headers = {"Stripe-Signature": signature} if signature else {}
    body = {"id": "evt_1", "type": "charge.refunded", "data": {"object": {"id": CANARY}}}
    answer = target.nobody.post("/v1/webhooks/processor", json=body, headers=headers)
    assert 400 <= answer.status_code < 500
