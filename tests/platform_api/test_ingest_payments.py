"""Payments, payouts and payout changes as the marketplace sends them, and the reviews that the rules open for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.platform_api.blind import last_four_token
from console.platform_api.platform import Platform
from console.platform_api.processors import built_in
from console.platform_api.review_work import settle_review
from console.platform_api.rules import Rules
from console.platform_api.tables import (
    OrderRow,
    PaymentReviewRow,
    PaymentRow,
    PayoutChangeRow,
    PayoutRow,
    TicketLink,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.orders_made import add_order, add_pair, row_of, sums_of
from tests.platform_api.people import log_of
from tests.platform_api.worked import jobs_left, worker

SENT: dict[str, Any] = {
    "external_id": "pay-1", "order": "order-1", "state": "captured", "amount": 10_000, "currency": "USD", "processor_reference": "ch_1a2b",
    "brand": "visa", "last_four": "4242",
}  # fmt: skip


@pytest.fixture
def order(platform: Platform) -> str:
    return add_order(platform, external_id="order-1")


def send(client: httpx.Client, *items: Any, what: str = "payments") -> httpx.Response:
    return client.post(f"/v1/ingest/{what}", json={"items": list(items)})


def results(client: httpx.Client, *items: Any, what: str = "payments") -> list[dict[str, Any]]:
    answer = send(client, *items, what=what)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def rows_in(platform: Platform, model: Any) -> list[Any]:
    found = table(model)
    with platform.database.reading() as connection:
        return list(connection.execute(select(found).order_by(found.c.id)))


def reviews(platform: Platform) -> list[tuple[str, str | None]]:
    return [(row.kind, row.rule) for row in rows_in(platform, PaymentReviewRow)]


# Payments


def test_a_payment_comes_whole(api: Api, platform: Platform, order: str):
    [result] = results(api.sign_in("service"), SENT)
    assert (result["external_id"], result["number"], result["outcome"]) == ("pay-1", "P-1", "created")
    row, ordered = row_of(platform, PaymentRow, result["id"]), row_of(platform, OrderRow, order)
    assert (row.state, row.amount, row.captured, row.order_id, row.payer) == (
        "captured",
        10_000,
        10_000,
        order,
        ordered.parent,
    )
    assert ordered.payment_state == "captured" and sums_of(platform, order) == {"captured": 10_000}
    body = api.sign_in("billing").get("/v1/payments/P-1").json()
    assert (body["brand"], body["last_four"], body["version"]) == ("visa", "4242", result["version"])
    assert b"4242" not in bytes(row.sealed_instrument)
    [entry] = log_of(platform, "payments:ingest")
    assert entry.subject == platform.vault.pseudonyms([row.payer])[row.payer] and "4242" not in entry.details


def test_the_payer_is_found_by_the_last_four(api: Api, platform: Platform, order: str):
    results(api.sign_in("service"), SENT)
    payer = row_of(platform, OrderRow, order).parent
    assert platform.vault.find([last_four_token(platform.keys, "4242")], before=None, limit=5) == [payer]


def test_sent_again_it_is_no_news(api: Api, platform: Platform, order: str):
    service = api.sign_in("service")
    first, again = results(service, SENT)[0], results(service, SENT)[0]
    assert again == {**first, "outcome": "unchanged"}
    assert results(service, {**SENT, "state": "pending"})[0]["outcome"] == "unchanged", "late, and no news"
    assert sums_of(platform, order) == {"captured": 10_000} and len(rows_in(platform, PaymentRow)) == 1


def test_it_moves_along_as_the_states_allow(api: Api, platform: Platform, order: str):
    service = api.sign_in("service")
    for state in ("pending", "authorized", "captured"):
        [result] = results(service, {**SENT, "state": state, **({"captured": 9_000} if state == "captured" else {})})
        row = row_of(platform, PaymentRow, result["id"])
        assert (
            row.state == state == row_of(platform, OrderRow, order).payment_state and result["version"] == row.version
        )
    assert (row.captured, sums_of(platform, order)) == (9_000, {"captured": 9_000})


def test_a_hold_for_an_order_that_is_gone_is_let_go_of_once_it_can_be_named(api: Api, platform: Platform, order: str):
    """The worker can't void what the processor doesn't know by name; so the name, when it comes, asks again."""
    service, held = api.sign_in("service"), {**SENT, "state": "authorized"}
    orders = table(OrderRow)
    with platform.database.writing() as session:
        session.connection().execute(orders.update().where(orders.c.id == order).values(state="cancelled"))
    [result] = results(service, {**held, "processor_reference": None})
    worker(platform).run_all()
    assert jobs_left(platform) == [] and row_of(platform, PaymentRow, result["id"]).state == "authorized"
    built_in(platform).add_payment(SENT["processor_reference"], 10_000, "USD", "authorized")
    results(service, held)
    worker(platform).run_all()
    assert row_of(platform, PaymentRow, result["id"]).state == "voided"


@pytest.mark.parametrize(
    ("first", "then"), [("failed", "captured"), ("voided", "captured"), ("captured", "failed"), ("failed", "voided")]
)
def test_what_contradicts_is_refused(api: Api, platform: Platform, order: str, first: str, then: str):
    service = api.sign_in("service")
    more = {"failed": {"failure": "card_declined"}}
    results(service, {**SENT, "state": first, **more.get(first, {})})
    answer = send(service, {**SENT, "state": then, **more.get(then, {})})
    assert answer.status_code == 422 and answer.json()["errors"] == [
        {"where": "items.0.state", "what": f"can't follow {first}"}
    ]
    assert rows_in(platform, PaymentRow)[0].state == first


@pytest.mark.parametrize(
    "change",
    [{"amount": 1}, {"currency": "EUR"}, {"kind": "fee"}, {"processor_reference": "ch_9z"}, {"order": "order-2"}],
)
def test_what_it_is_does_not_change(api: Api, platform: Platform, order: str, change: dict[str, Any]):
    add_order(platform, external_id="order-2")
    service = api.sign_in("service")
    results(service, SENT)
    answer = send(service, {**SENT, **change})
    assert answer.status_code == 422 and answer.json()["errors"][0]["where"] == f"items.0.{next(iter(change))}"


@pytest.mark.parametrize("change", [
    {"last_four": "4242424242424242"}, {"last_four": "42424"}, {"last_four": "424"}, {"last_four": "٤٢٤٢"}, {"last_four": 4242},
    {"last_four": "4242 4242 4242 4242"}, {"processor_reference": "4242424242424242"}, {"processor_reference": "5105105105105100"},
    {"processor_reference": "ch 1"}, {"amount": 0}, {"amount": -5}, {"amount": 10.5}, {"amount": "10"}, {"amount": 10**13},
    {"currency": "usd"}, {"currency": "DOLLAR"}, {"state": "refunded"}, {"state": "disputed"}, {"kind": "gift"}, {"order": "order-9"},
    {"captured": 10_001}, {"state": "pending", "captured": 5}, {"failure": "declined"}, {"state": "failed"},
    {"card_number": "4242424242424242"},
    {"created": "2199-01-01T00:00:00Z"}, {"created": "yesterday"}, {"created": 5}, {"refunded": 5}, {"external_id": ""}, {"brand": ""},
    {"failure": "The card of Maria was declined", "state": "failed"}, {"failure": "x4242424242424242", "state": "failed"},
    {"failure": "card_4242_4242_4242_4242", "state": "failed"},
])  # fmt: skip
def test_payments_that_can_not_be_taken(api: Api, platform: Platform, order: str, change: dict[str, Any]):
    answer = send(api.sign_in("service"), {**SENT, **change})
    assert answer.status_code == 422 and "4242424242424242" not in answer.text and "Maria" not in answer.text
    assert rows_in(platform, PaymentRow) == [] and rows_in(platform, PaymentReviewRow) == []


def test_one_mistake_refuses_all_and_names_each(api: Api, platform: Platform, order: str):
    other = {**SENT, "external_id": "pay-2"}
    answer = send(api.sign_in("service"), SENT, {**SENT, "brand": "amex"}, {**other, "order": "none"})
    assert [error["where"] for error in answer.json()["errors"]] == [
        "items.1.external_id",
        "items.2.order",
        "items.2.processor_reference",
    ]
    assert rows_in(platform, PaymentRow) == []


def test_a_card_number_in_a_label_is_blacked_out(api: Api, platform: Platform, order: str):
    results(api.sign_in("service"), {**SENT, "brand": "visa 4242 4242 4242 4242"})
    assert api.sign_in("billing").get("/v1/payments/P-1").json()["brand"] == "visa •••"


def test_a_pros_fee_is_the_pros(api: Api, platform: Platform, order: str):
    [result] = results(api.sign_in("service"), {**SENT, "kind": "fee"})
    ordered = row_of(platform, OrderRow, order)
    assert row_of(platform, PaymentRow, result["id"]).payer == ordered.pro and ordered.payment_state == "pending"


@pytest.mark.parametrize("name", ["support", "billing", "manager", "privacy", "auditor", "admin"])
@pytest.mark.parametrize("what", ["payments", "payouts", "payout-changes"])
def test_only_the_marketplace_feeds(sqlite_api: Api, name: str, what: str):
    assert send(sqlite_api.sign_in(name), SENT, what=what).status_code == 403


def test_the_same_sent_by_ten_at_once_is_one(api: Api, platform: Platform, order: str):
    clients = [api.sign_in("service") for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        codes = {answer.status_code for answer in pool.map(lambda client: send(client, SENT), clients)}
    assert 200 in codes and codes <= {200, 409, 503} and len(rows_in(platform, PaymentRow)) == 1
    assert sums_of(platform, order) == {"captured": 10_000}


def test_an_erased_payer_leaves_the_amounts(api: Api, platform: Platform, order: str):
    payer = row_of(platform, OrderRow, order).parent
    with platform.vault.database.writing() as session:
        owner = payer.replace("-", "") if not platform.database.sqlite else bytes.fromhex(payer.replace("-", ""))
        mark = "?" if platform.database.sqlite else "%s"
        session.connection().exec_driver_sql(f"DELETE FROM data_key WHERE owner = {mark}", (owner,))
    [result] = results(api.sign_in("service"), SENT)
    row = row_of(platform, PaymentRow, result["id"])
    assert (row.captured, row.sealed_instrument) == (10_000, None)


# The rules


def many(count: int, **change: Any) -> list[dict[str, Any]]:
    return [{**SENT, "external_id": f"pay-{n}", "processor_reference": f"ch_{n}", **change} for n in range(count)]


@pytest.mark.parametrize("kind", ["charge", "fee"])
def test_what_failed_is_looked_at_whoever_pays(api: Api, platform: Platform, order: str, kind: str):
    """P28: a pro's fee by the same rule as a parent's charge."""
    service, failed = api.sign_in("service"), {**SENT, "kind": kind, "state": "failed", "failure": "card_declined"}
    results(service, failed)
    results(service, failed)
    [review] = rows_in(platform, PaymentReviewRow)
    ordered = row_of(platform, OrderRow, order)
    payer = ordered.parent if kind == "charge" else ordered.pro
    assert (review.kind, review.person, review.state) == ("failed", payer, "open")
    case = row_of(platform, TicketRow, review.ticket)
    assert (case.about, case.owner, case.state, case.channel) == ("review", payer, "open", "platform")
    links = {(link.resource, link.record) for link in _links(platform, case.id)}
    assert links == {("payments", review.payment), ("orders", order), ("users", payer)}


def _links(platform: Platform, ticket: str) -> list[Any]:
    links = table(TicketLink)
    with platform.database.reading() as connection:
        return list(connection.execute(select(links).where(links.c.ticket == ticket)))


@pytest.mark.parametrize(("amount", "kinds"), [(99_999, []), (100_000, ["large"])])
def test_large_by_its_amount(api: Api, platform: Platform, order: str, amount: int, kinds: list[str]):
    results(api.sign_in("service"), {**SENT, "amount": amount})
    assert [kind for kind, _ in reviews(platform)] == kinds


def test_large_by_what_the_payer_usually_pays(api: Api, platform: Platform, order: str):
    platform.rules = replace(Rules(), repeated_count=100)
    service = api.sign_in("service")
    results(service, *many(3, amount=1_000))
    results(service, {**SENT, "external_id": "below", "processor_reference": "ch_b", "amount": 4_999})
    assert reviews(platform) == []
    results(service, {**SENT, "external_id": "above", "processor_reference": "ch_a", "amount": 50_000})
    assert reviews(platform) == [("large", "5 times what this payer usually pays, or more")]


def test_repeated_opens_one_review_for_a_series(api: Api, platform: Platform, order: str):
    service = api.sign_in("service")
    results(service, *many(2))
    assert reviews(platform) == []
    results(service, *many(5))
    assert [kind for kind, _ in reviews(platform)] == ["repeated"]


def hourly(platform: Platform, count: int, **change: Any) -> list[dict[str, Any]]:
    """So many equal payments, the latest of them now."""
    hours = [timedelta(hours=count - 1 - place) for place in range(count)]
    items = zip(many(count, **change), hours, strict=True)
    return [{**item, "created": (platform.clock() - before).isoformat()} for item, before in items]


def test_repeated_is_looked_at_once_however_long_it_goes_on(api: Api, platform: Platform, order: str):
    service = api.sign_in("service")
    for item in hourly(platform, 40):
        results(service, item)
    [review] = rows_in(platform, PaymentReviewRow)
    other = [
        {**item, "external_id": f"o{item['external_id']}", "processor_reference": None} for item in many(3, amount=55)
    ]
    results(service, *other)
    assert len(reviews(platform)) == 2, "of another amount it is another series"
    with own_work(platform) as work:
        settle_review(work, review.mark, "in_order")
    results(service, *[{**item, "brand": "mastercard"} for item in hourly(platform, 40)])
    assert len(reviews(platform)) == 2, "what had come by then was looked at with it"
    again = {**SENT, "external_id": "again", "processor_reference": "ch_again"}
    results(service, again)
    assert len(reviews(platform)) == 3


def test_far_apart_or_failed_is_not_repeated(api: Api, platform: Platform, order: str):
    now = platform.clock()
    apart = [{**item, "created": (now - timedelta(hours=13 * place)).isoformat()} for place, item in enumerate(many(3))]
    results(api.sign_in("service"), *apart)
    failed = many(3, amount=777, state="failed", failure="declined")
    results(
        api.sign_in("service"),
        *[{**item, "external_id": f"f{item['external_id']}", "processor_reference": None} for item in failed],
    )
    assert {kind for kind, _ in reviews(platform)} == {"failed"}


def test_the_rules_figures_are_the_companys(api: Api, platform: Platform, order: str):
    platform.rules = replace(Rules(), large={"USD": 500}, repeated_count=2)
    results(api.sign_in("service"), *many(2))
    assert sorted(kind for kind, _ in reviews(platform)) == ["large", "large", "repeated"]


# Payouts


PAYOUT: dict[str, Any] = {
    "external_id": "out-1", "pro": "pro-1", "order": "order-1", "state": "scheduled", "amount": 8_000, "currency": "USD",
    "bank": "First Harbor", "last_four": "9012",
}  # fmt: skip


@pytest.fixture
def pro(platform: Platform) -> str:
    parent, pro = add_pair(platform)
    with platform.database.writing() as session:
        users = table(UserRow)
        session.connection().execute(users.update().where(users.c.id == pro).values(external_id="pro-1"))
    add_order(platform, parent, pro, external_id="order-1")
    return pro


def test_a_payout_comes_and_moves_along(api: Api, platform: Platform, pro: str):
    service = api.sign_in("service")
    [first] = results(service, PAYOUT, what="payouts")
    assert (first["number"], first["outcome"]) == ("PO-1", "created")
    assert results(service, PAYOUT, what="payouts")[0]["outcome"] == "unchanged"
    assert results(service, {**PAYOUT, "state": "paid"}, what="payouts")[0]["outcome"] == "updated"
    body = api.sign_in("billing").get("/v1/payouts/PO-1").json()
    assert (body["state"], body["payout_last_four"], body["bank"], body["order"]) == (
        "paid",
        "9012",
        "First Harbor",
        "O-1",
    )
    masked = api.sign_in("manager").get("/v1/payouts/PO-1").json()
    assert "payout_last_four" not in masked and masked["masks"]["payout_last_four"] == "•••"
    assert api.sign_in("support").get("/v1/payouts/PO-1").status_code == 403


def test_a_payout_that_failed_is_looked_at(api: Api, platform: Platform, pro: str):
    results(api.sign_in("service"), {**PAYOUT, "state": "failed", "failure": "account_closed"}, what="payouts")
    [review] = rows_in(platform, PaymentReviewRow)
    assert (review.kind, review.person, review.rule, review.amount) == ("failed", pro, "payout_failed", 8_000)


@pytest.mark.parametrize("change", [
    {"pro": "nobody"}, {"order": "none"}, {"state": "lost"}, {"amount": 0}, {"last_four": "90123"}, {"last_four": "4242424242424242"},
    {"created": "2199-01-01T00:00:00Z"}, {"failure": "x4242424242424242", "state": "failed"},
])  # fmt: skip
def test_payouts_that_can_not_be_taken(api: Api, platform: Platform, pro: str, change: dict[str, Any]):
    answer = send(api.sign_in("service"), {**PAYOUT, **change}, what="payouts")
    assert answer.status_code == 422 and rows_in(platform, PayoutRow) == [] and "4242424242424242" not in answer.text


def test_another_amount_is_another_payout(api: Api, platform: Platform, pro: str):
    results(api.sign_in("service"), PAYOUT, what="payouts")
    assert send(api.sign_in("service"), {**PAYOUT, "amount": 1}, what="payouts").status_code == 422


def test_a_processors_reference_is_of_one_payout(api: Api, platform: Platform, pro: str):
    service, other = api.sign_in("service"), {**PAYOUT, "external_id": "out-2", "processor_reference": "po_1"}
    first = {**PAYOUT, "processor_reference": "po_1"}
    belongs = [{"where": "items.1.processor_reference", "what": "belongs to another payout"}]
    answer = send(service, first, other, what="payouts")
    assert (answer.status_code, answer.json()["errors"]) == (422, belongs) and rows_in(platform, PayoutRow) == []
    results(service, first, {**other, "processor_reference": None}, what="payouts")
    assert results(service, first, what="payouts")[0]["outcome"] == "unchanged"
    answer = send(service, first, other, what="payouts")
    assert (answer.status_code, answer.json()["errors"]) == (422, belongs)


@pytest.mark.parametrize(("state", "then", "status"), [
    ("scheduled", "held", 200), ("held", "scheduled", 200), ("held", "paid", 200), ("scheduled", "failed", 200), ("paid", "failed", 200),
    ("paid", "scheduled", 422), ("paid", "held", 422), ("failed", "scheduled", 422), ("failed", "held", 422), ("failed", "paid", 422),
])  # fmt: skip
def test_a_payout_goes_only_forward(api: Api, platform: Platform, pro: str, state: str, then: str, status: int):
    service = api.sign_in("service")
    results(service, {**PAYOUT, "state": state}, what="payouts")
    answer = send(service, {**PAYOUT, "state": then}, what="payouts")
    [row] = rows_in(platform, PayoutRow)
    assert (answer.status_code, row.state) == (status, then if status == 200 else state)
    if status == 422:
        assert answer.json()["errors"] == [{"where": "items.0.state", "what": f"can't follow {state}"}]


# Changes of where they go


def asked(platform: Platform, **change: Any) -> dict[str, Any]:
    now = platform.clock().isoformat()
    return {
        "external_id": "change-1",
        "pro": "pro-1",
        "asked": now,
        "old_last_four": "1111",
        "new_last_four": "2222",
        **change,
    }


def test_a_change_waits_its_hours_and_is_looked_at(api: Api, platform: Platform, pro: str):
    service, item = api.sign_in("service"), asked(platform)
    [result] = results(service, item, what="payout-changes")
    assert results(service, item, what="payout-changes")[0] == {**result, "outcome": "unchanged"}
    [change], [review] = rows_in(platform, PayoutChangeRow), rows_in(platform, PaymentReviewRow)
    assert (change.state, change.pro) == ("waiting", pro) and b"2222" not in bytes(change.sealed_instrument)
    assert (review.kind, review.due, review.payout_change, review.person) == (
        "payout_change",
        change.takes_effect,
        change.id,
        pro,
    )
    assert change.takes_effect - change.asked >= timedelta(hours=72)


def test_a_change_that_was_sent_late_waits_all_the_same(api: Api, platform: Platform, pro: str):
    item = asked(platform, asked=(platform.clock() - timedelta(days=30)).isoformat())
    results(api.sign_in("service"), item, what="payout-changes")
    assert rows_in(platform, PayoutChangeRow)[0].takes_effect - platform.clock() > timedelta(hours=71)


@pytest.mark.parametrize("change", [
    {"pro": "nobody"}, {"asked": "2199-01-01T00:00:00Z"}, {"new_last_four": "22222"}, {"new_last_four": None},
    {"takes_effect": "2026-01-01T00:00:00Z"},
])  # fmt: skip
def test_changes_that_can_not_be_taken(api: Api, platform: Platform, pro: str, change: dict[str, Any]):
    assert send(api.sign_in("service"), asked(platform, **change), what="payout-changes").status_code == 422
    assert rows_in(platform, PayoutChangeRow) == []


def test_another_account_is_another_change(api: Api, platform: Platform, pro: str):
    service = api.sign_in("service")
    results(service, asked(platform), what="payout-changes")
    assert send(service, asked(platform, new_last_four="3333"), what="payout-changes").status_code == 422
