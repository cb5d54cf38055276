"""Orders: lists, an order whole, search, notes, cancelling; and what each role gets of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from console.platform_api import money, order_search
from console.platform_api.platform import Platform
from console.platform_api.tables import JobRow, OrderRow, PaymentRow, UserRow, table
from console.platform_api.transaction import own_work
from console.records.orders import OrderState
from tests.platform_api.api import Api, employee_id
from tests.platform_api.orders_made import (
    add_dispute,
    add_order,
    add_pair,
    add_payment,
    add_payout,
    add_refund,
    claim,
    events_of,
    row_of,
)
from tests.platform_api.people import add_people, add_ticket, key, log_of, post
from tests.telling import telling

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = "\x1b[31m<b>[red]\u202eevil\u202c 🐕‍🦺 مرحبا " + "x" * 9_000


@pytest.fixture
def support(api: Api) -> httpx.Client:
    return api.sign_in("support")


def listed(client: httpx.Client, **params: Any) -> list[str]:
    answer = client.get("/v1/orders", params=params)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


def whole(client: httpx.Client, order: str) -> dict[str, Any]:
    answer = client.get(f"/v1/orders/{order}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def cancel(client: httpx.Client, order: str, reason: str = "parent_asked", **more: Any) -> httpx.Response:
    version = whole(client, order)["version"]
    return post(client, f"/v1/orders/{order}/cancel", {"reason": reason, **more}, version=version)


# Lists


def many(platform: Platform) -> None:
    """O-1 … O-12: two a day, of two parents and a pro, in turns of states, trouble and payment states."""
    parent, pro = add_pair(platform)
    [other] = add_people(platform, [{"name": "Otto Other"}])
    states = ("placed", "confirmed", "closed")
    for place in range(12):
        add_order(
            platform, (parent, other)[place % 2], pro if place < 11 else parent, state=states[place % 3], trouble=place % 4 == 0,
            payment_state=("captured", "disputed")[place % 2], starts=NOON + timedelta(days=place // 2), amount=1_000 * (place + 1),
            service=("walking", "sitting")[place // 6],
        )  # fmt: skip


def numbers(*wanted: int) -> list[str]:
    return [f"O-{number}" for number in wanted]


def test_lists_are_narrowed_and_ordered(support: httpx.Client, platform: Platform) -> None:
    many(platform)
    assert listed(support) == numbers(*range(12, 0, -1))
    assert listed(support, state="closed") == numbers(12, 9, 6, 3)
    assert listed(support, trouble="yes") == numbers(9, 5, 1)
    assert listed(support, trouble="yes", state=["placed", "confirmed"]) == numbers(5, 1)
    assert listed(support, payment_state="disputed", trouble="no", sort="number") == numbers(2, 4, 6, 8, 10, 12)
    assert listed(support, service="sitting", sort="-amount") == numbers(12, 11, 10, 9, 8, 7)
    assert listed(support, state="placed", sort="starts") == numbers(1, 4, 7, 10)
    assert listed(support, since="2026-03-02", until="2026-03-04", sort="starts") == numbers(3, 4, 5, 6)
    assert listed(support, since="2026-03-03T12:00:00Z", until="2026-03-03T12:00:01Z") == numbers(6, 5)
    assert listed(support, until="2026-03-01T12:00:00Z") == []
    assert listed(support, amount="2000..4000") == numbers(4, 3, 2)
    assert listed(support, amount="11000..") == numbers(12, 11)
    assert listed(support, amount="..1000") == listed(support, amount="1000") == numbers(1)
    assert listed(support, user="U-3") == numbers(12, 10, 8, 6, 4, 2)
    assert listed(support, user="U-1") == numbers(12, 11, 9, 7, 5, 3, 1), "as the parent and as the pro"
    assert listed(support, user="U-2", state="placed", amount="1..8000") == numbers(7, 4, 1)


@pytest.mark.parametrize("few", [2_000, 0])
def test_no_filter_hides_or_doubles_what_another_way_shows(
    support: httpx.Client, platform: Platform, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every combination, against the plain list filtered here; also when spans are too long to be read whole."""
    monkeypatch.setattr("console.platform_api.runs.FEW", few)
    many(platform)
    every = support.get("/v1/orders", params={"limit": 200}).json()["items"]
    for state, trouble, payment, sort, span in product(
        (None, "placed"), (None, "yes", "no"), (None, "disputed"), ("number", "-starts", "amount"), (False, True)
    ):
        chosen = {"state": state, "trouble": trouble, "payment_state": payment}
        params = {name: value for name, value in chosen.items() if value} | ({"amount": "3000..9000"} if span else {})
        wanted = [
            item
            for item in every
            if state in (None, item["state"])
            and trouble in (None, "yes" if item["trouble"] else "no")
            and payment in (None, item["payment_state"])
            and (not span or 3_000 <= item["amount"] <= 9_000)
        ]
        name = sort.removeprefix("-")
        order = [(item[name] if name != "number" else 0, int(item["number"][2:]), item["number"]) for item in wanted]
        order.sort(reverse=sort.startswith("-"))
        answer = support.get("/v1/orders", params={**params, "sort": sort}).json()
        assert [item["number"] for item in answer["items"]] == [number for _, _, number in order], params
        assert answer["total"] == {"count": len(wanted), "exact": True}


def test_long_spans_are_the_same_list(
    support: httpx.Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(platform)
    person = row_of(platform, UserRow, add_people(platform, [{"name": "Both Sides"}])[0])
    add_order(platform, person.id, person.id, state="placed")
    ways: list[dict[str, Any]] = [
        {"since": "2026-03-02", "trouble": "no", "sort": "starts"}, {"amount": "2000..9000", "since": "2026-03-02", "sort": "-amount"},
        {"user": "U-1", "state": ["placed", "closed"]}, {"until": "2026-03-05", "payment_state": "captured"},
        {"user": f"U-{person.number}"}, {"user": person.id, "state": "placed"},
    ]  # fmt: skip
    short = [listed(support, **way) for way in ways]
    monkeypatch.setattr("console.platform_api.runs.FEW", 0)
    assert [listed(support, **way) for way in ways] == short
    assert all(short)


@pytest.mark.parametrize("trouble", [{}, {"trouble": "no"}, {"amount": "1..5000"}])
def test_pages_meet(support: httpx.Client, platform: Platform, trouble: dict[str, str]) -> None:
    many(platform)
    seen, cursor = [], None
    while True:
        params: dict[str, Any] = {**trouble, "limit": 2, "sort": "starts", **({"cursor": cursor} if cursor else {})}
        body = support.get("/v1/orders", params=params).json()
        seen += [item["number"] for item in body["items"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert seen == listed(support, sort="starts", **trouble)


@pytest.mark.parametrize(
    "params",
    [
        {"state": "broken"}, {"trouble": "maybe"}, {"payment_state": "won't"}, {"service": "magic"}, {"since": "yesterday"}, {"until": ""},
        {"amount": "-5"}, {"amount": "5..x"}, {"amount": ".."}, {"amount": ""}, {"amount": "1" * 30}, {"amount": "٣"}, {"sort": "pet_name"},
        {"street": "12 Main"}, {"since": "0001-01-01T00:00:00+14:00"}, {"amount": ["1", "2"]}, {"sort": "placed"},
    ],
)  # fmt: skip
def test_lists_that_there_are_none_of(support: httpx.Client, params: dict[str, Any]) -> None:
    assert support.get("/v1/orders", params=params).status_code == 400


def test_a_list_by_nobody(support: httpx.Client) -> None:
    assert support.get("/v1/orders", params={"user": "U-99"}).status_code == 404


def test_a_list_holds_nothing_personal(support: httpx.Client, platform: Platform) -> None:
    add_order(platform)
    answer = support.get("/v1/orders")
    [item] = answer.json()["items"]
    assert (item["parent"], item["pro"], item["amount"], item["currency"]) == ("U-1", "U-2", 10_000, "USD")
    assert item["masks"] == {} and not {"pet_name", "care_notes", "items", "address", "payments", "timeline"} & set(
        item
    )
    assert not [word for word in ("Biscuit", "thunder", "Fairfield", "Walk") if word in answer.text]


# One order


def test_an_order_whole(api: Api, platform: Platform) -> None:
    order = add_order(platform)
    payment = add_payment(platform, order)
    add_refund(platform, payment, 1_500, "succeeded", lines={"2": 1_500})
    add_payout(platform, order)
    body = whole(api.sign_in("billing"), order)
    assert (body["number"], body["pet_name"], body["care_notes"]) == ("O-1", "Biscuit", "Afraid of thunder")
    assert [(item["line"], item["name"], item["quantity"], item["amount"], item["refunded"]) for item in body["items"]] == [
        (1, "Walk in the park", 2, 4_000, 0), (2, "Bath", 1, 6_000, 1_500),
    ]  # fmt: skip
    assert "address" not in body and body["masks"]["address"] == "•••" and body["withheld"]["address"]
    [paid], [back], [payout] = body["payments"], body["refunds"], body["payouts"]
    assert (paid["last_four"], paid["order"], paid["refunded"], back["amount"]) == ("4242", "O-1", 1_500, 1_500)
    assert {action["name"] for action in paid["actions"]} == {"refund"} and payout["payout_last_four"] == "9012"


@pytest.mark.parametrize(
    ("role", "money", "payouts", "instrument"),
    [
        ("support", True, False, None),
        ("billing", True, True, "4242"),
        ("manager", True, True, "•••"),
        ("privacy", False, False, None),
    ],
)
def test_what_of_the_money_a_role_sees(
    api: Api, platform: Platform, role: str, money: bool, payouts: bool, instrument: str | None
) -> None:
    order = add_order(platform)
    payment = add_payment(platform, order, "disputed")
    add_refund(platform, payment)
    add_dispute(platform, payment)
    add_payout(platform, order)
    body = whole(api.sign_in(role), order)
    assert bool(body["payments"]) is money and bool(body["disputes"]) is money and bool(body["payouts"]) is payouts
    assert bool(body["refunds"]) is (role != "privacy")
    shown = body["payments"][0] if body["payments"] else {"masks": {}}
    assert (shown.get("last_four") or shown["masks"].get("last_four")) == instrument, "P27: absent, masked or in full"


@pytest.mark.parametrize("role", ["auditor", "admin", "service"])
def test_roles_without_orders(api: Api, platform: Platform, role: str) -> None:
    order = add_order(platform)
    client = api.sign_in(role)
    assert client.get("/v1/orders").status_code == client.get(f"/v1/orders/{order}").status_code == 403


def test_tickets_are_named_only_to_whom_they_exist(api: Api, platform: Platform) -> None:
    order = add_order(platform)
    person = row_of(platform, OrderRow, order).parent
    add_ticket(platform, person=person, links=[("orders", order)])
    hidden = add_ticket(platform, person=person, links=[("orders", order)])
    from console.platform_api.tables import TicketRow

    with platform.database.writing() as session:
        session.connection().execute(
            update(table(TicketRow)).where(table(TicketRow).c.id == hidden).values(about="review")
        )
    seen = {
        role: [t["number"] for t in whole(api.sign_in(role), order)["tickets"]] for role in ("support", "billing", "privacy")
    }  # fmt: skip
    assert seen == {"support": ["T-1"], "billing": ["T-2", "T-1"], "privacy": ["T-1"]}


def test_an_erased_parent_leaves_the_order_and_no_texts(support: httpx.Client, platform: Platform) -> None:
    order = add_order(platform)
    assert post(support, f"/v1/orders/{order}/note", {"body": "Biscuit bites"}).status_code == 200
    parent = row_of(platform, OrderRow, order).parent
    from sqlalchemy import text

    from console.platform_api.ids import id_bytes

    with platform.vault.database.writing() as session:
        native = id_bytes(parent) if platform.vault.database.sqlite else parent
        session.connection().execute(text("DELETE FROM data_key WHERE owner = :owner"), {"owner": native})
    answer = support.get(f"/v1/orders/{order}")
    body = answer.json()
    assert body["items"] == [] and "pet_name" not in body and body["amount"] == 10_000
    assert [(event["kind"], event["body"]) for event in body["timeline"]] == [("note", None)]
    assert post(support, f"/v1/orders/{order}/note", {"body": "the account is gone"}).json()["timeline"][-1][
        "body"
    ] == ("the account is gone")


# Search


def hits(client: httpx.Client, **terms: Any) -> list[str]:
    answer = client.post("/v1/orders/search", json=terms)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


def test_search_by_number_and_reference(support: httpx.Client, platform: Platform) -> None:
    first, second = add_order(platform), add_order(platform)
    add_payment(platform, first, processor_reference="pi_one")
    payment = add_payment(platform, second, "disputed", processor_reference="pi_two")
    add_refund(platform, payment, processor_reference="re_two")
    add_dispute(platform, payment, processor_reference="dp_two")
    assert hits(support, number="O-2") == hits(support, number=" o-2 ") == hits(support, number=second) == ["O-2"]
    assert hits(support, processor_reference="pi_one") == ["O-1"]
    assert hits(support, processor_reference="re_two") == hits(support, processor_reference="dp_two") == ["O-2"]
    assert hits(support, number="O-99") == hits(support, processor_reference="pi_none") == []
    details = [row.details for row in log_of(platform, "orders:search")]
    assert not [details_of for details_of in details if "pi_" in details_of or "re_" in details_of]


@pytest.mark.parametrize("term", ["\x00", "pi\x00_one", "\ud800", "' OR 1=1 --", "%", "_" * 254, "\u202epi_one", "٣"])
def test_hostile_terms_find_nothing(support: httpx.Client, platform: Platform, term: str) -> None:
    add_payment(platform, add_order(platform), processor_reference="pi_one")
    for kind in ("number", "processor_reference"):
        answer = support.post(
            "/v1/orders/search", content=json.dumps({kind: term}), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (200, 400, 422), answer.text
        assert answer.status_code != 200 or answer.json()["items"] == []


def test_search_by_last_four_is_billings(api: Api, platform: Platform) -> None:
    orders = [add_order(platform) for _ in range(3)]
    for order, last_four in zip(orders, ("4242", "0005", "4242"), strict=True):
        add_payment(platform, order, last_four=last_four)
    add_payment(platform, orders[1], kind="fee", last_four="7777")
    first = row_of(platform, OrderRow, orders[0])
    add_payment(platform, add_order(platform, first.parent, first.pro), last_four="1111")
    billing = api.sign_in("billing")
    assert hits(billing, last_four="4242") == ["O-3", "O-1"]
    assert hits(billing, last_four="0005") == hits(billing, last_four="7777") == ["O-2"]
    assert hits(billing, last_four="1234") == []
    for role in ("support", "manager", "privacy"):
        assert api.sign_in(role).post("/v1/orders/search", json={"last_four": "4242"}).status_code == 403
    done = [row for row in log_of(platform, "orders:search-card") if row.outcome == "done"]
    assert len(done) == 4 and not [row for row in done if "4242" in row.details]


def test_search_by_last_four_is_capped(api: Api, platform: Platform) -> None:
    parent, pro = add_pair(platform)
    for _ in range(22):
        add_payment(platform, add_order(platform, parent, pro))
    body = api.sign_in("billing").post("/v1/orders/search", json={"last_four": "4242"}).json()
    assert [item["number"] for item in body["items"]] == [f"O-{number}" for number in range(22, 2, -1)]
    assert body["total"] == {"count": 20, "exact": False}


@pytest.mark.parametrize(("looked_through", "exact"), [(2, False), (3, True)])
def test_search_by_last_four_that_was_cut_says_so(
    api: Api, platform: Platform, monkeypatch: pytest.MonkeyPatch, looked_through: int, exact: bool
) -> None:
    monkeypatch.setattr(order_search, "LOOKED_THROUGH", looked_through)
    parent, pro = add_pair(platform)
    for last_four in ("4242", "1111", "4242"):
        add_payment(platform, add_order(platform, parent, pro), last_four=last_four)
    body = api.sign_in("billing").post("/v1/orders/search", json={"last_four": "4242"}).json()
    assert [item["number"] for item in body["items"]] == (["O-3", "O-1"] if exact else ["O-3"])
    assert body["total"] == {"count": len(body["items"]), "exact": exact}


@pytest.mark.parametrize(
    "terms",
    [
        {}, {"street": "12 Fairfield Avenue"}, {"address": "12 Fairfield Avenue"}, {"number": "O-1", "last_four": "4242"}, {"pet_name": "Rex"},
        {"last_four": "42"}, {"last_four": "٤٢٤٢"}, {"name": "Ada"},
    ],
)  # fmt: skip
def test_nobody_searches_orders_by_street_or_name(api: Api, platform: Platform, terms: dict[str, str]) -> None:
    """P25: a street is reached through an order with an open case alone."""
    add_order(platform)
    assert api.sign_in("billing").post("/v1/orders/search", json=terms).status_code == 400


# Notes


@pytest.mark.parametrize("role", ["support", "billing", "manager"])
def test_a_note(api: Api, platform: Platform, role: str) -> None:
    order, client = add_order(platform), api.sign_in(role)
    body = post(client, f"/v1/orders/{order}/note", {"body": HOSTILE}).json()
    [event] = body["timeline"]
    assert (event["kind"], event["by"], event["body"], body["version"]) == ("note", "you", HOSTILE, 2)
    assert whole(api.sign_in("privacy"), order)["timeline"][0]["by"] == role
    [stored] = events_of(platform, order)
    assert stored.owner == row_of(platform, OrderRow, order).parent and b"evil" not in bytes(stored.sealed_service)


def test_the_same_note_twice_is_one(support: httpx.Client, platform: Platform) -> None:
    order, intent = add_order(platform), key()
    for _ in range(2):
        post(support, f"/v1/orders/{order}/note", {"body": "once"}, intent=intent)
    assert len(whole(support, order)["timeline"]) == 1


@pytest.mark.parametrize(
    "body", [{}, {"body": ""}, {"body": "x" * 10_001}, {"body": 7}, {"body": "x", "kind": "placed"}, []]
)
def test_notes_that_are_none(support: httpx.Client, platform: Platform, body: Any) -> None:
    assert post(support, f"/v1/orders/{add_order(platform)}/note", body).status_code == 422


def test_a_card_number_is_not_taken_and_not_repeated(support: httpx.Client, platform: Platform) -> None:
    """P16."""
    order = add_order(platform)
    note = {"body": "her card is 4111 1111-1111 1111"}
    reason = {"reason": "payment", "text": "４１１１１１１１１１１１１１１１"}
    for path, body in (("note", note), ("trouble", reason), ("resolve", {"text": "4111111111111111"})):
        answer = post(support, f"/v1/orders/{order}/{path}", body, version=1)
        assert answer.status_code == 422 and "card number" in answer.text and "1111" not in telling(answer.text)
    assert post(support, f"/v1/orders/{order}/note", {"body": "chip 985141000123456"}).status_code == 200
    assert not [row for row in log_of(platform, "orders:note") if "1111" in row.details]


# Cancelling


@pytest.mark.parametrize(
    ("role", "state", "status"),
    [
        ("support", "placed", 200), ("support", "confirmed", 200), ("support", "in_service", 403), ("support", "completed", 403),
        ("support", "closed", 403), ("manager", "placed", 200), ("manager", "in_service", 200), ("manager", "completed", 200),
        ("manager", "closed", 409), ("manager", "cancelled", 409), ("billing", "placed", 403), ("privacy", "placed", 403),
    ],
)  # fmt: skip
def test_who_cancels_what(api: Api, platform: Platform, role: str, state: str, status: int) -> None:
    order = add_order(platform, state=state)
    answer = cancel(api.sign_in(role), order)
    assert answer.status_code == status
    assert (row_of(platform, OrderRow, order).state == "cancelled") is (status == 200 or state == "cancelled")


def test_cancelling_releases_what_is_held(support: httpx.Client, platform: Platform) -> None:
    order = add_order(platform)
    held = add_payment(platform, order, "authorized")
    add_payment(platform, order, "captured", kind="fee")
    body = cancel(support, order, text="She called").json()
    assert body["state"] == "cancelled" and [event["kind"] for event in body["timeline"]] == ["cancelled"]
    assert (body["timeline"][0]["reason"], body["timeline"][0]["body"]) == ("parent_asked", "She called")
    with platform.database.reading() as connection:
        jobs = connection.execute(select(table(JobRow))).all()
    assert [(job.kind, job.ids) for job in jobs] == [("void", {"payment": held})]
    [row] = log_of(platform, "orders:cancel")
    assert row.reason == "parent_asked" and "She called" not in row.details


def test_a_hold_that_comes_after_the_end_is_released(support: httpx.Client, platform: Platform) -> None:
    order = add_order(platform)
    payment = add_payment(platform, order, "pending")
    cancel(support, order)
    with own_work(platform) as work:
        row = work.lock(table(PaymentRow), payment)
        assert row is not None
        money.authorize(work, row)
        work.entries.append(work.entry("payments", "authorized", record=payment))
    with platform.database.reading() as connection:
        [job] = connection.execute(select(table(JobRow))).all()
    assert (job.kind, job.ids) == ("void", {"payment": payment})


def test_cancelling_needs_its_version_its_key_and_a_reason(support: httpx.Client, platform: Platform) -> None:
    order = add_order(platform)
    path = f"/v1/orders/{order}/cancel"
    assert post(support, path, {"reason": "parent_asked"}).status_code == 428
    assert support.post(path, json={"reason": "parent_asked"}, headers={"If-Match": '"1"'}).status_code == 428
    assert post(support, path, {"reason": "bored"}, version=1).status_code == 422
    post(support, f"/v1/orders/{order}/note", {"body": "meanwhile"})
    assert post(support, path, {"reason": "parent_asked"}, version=1).status_code == 412
    assert row_of(platform, OrderRow, order).state == OrderState.CONFIRMED


@pytest.mark.parametrize("party", ["parent", "pro"])
@pytest.mark.parametrize(
    ("path", "body"),
    [("note", {"body": "x"}), ("trouble", {"reason": "other"}), ("cancel", {"reason": "mistake"})],
)
def test_nobody_acts_on_an_order_of_their_own(
    api: Api, platform: Platform, party: str, path: str, body: dict[str, str]
) -> None:
    order = add_order(platform)
    from console.platform_api.tables import EmployeeRow

    employees = table(EmployeeRow)
    with platform.database.writing() as session:
        person = getattr(row_of(platform, OrderRow, order), party)
        mine = employees.c.id == employee_id(platform, "support")
        session.connection().execute(update(employees).where(mine).values(person=person))
    client = api.sign_in("support")
    answer = post(client, f"/v1/orders/{order}/{path}", body, version=1)
    assert answer.status_code == 403 and "of their own" in answer.json()["because"]
    actions = {action["name"]: action["allowed"] for action in whole(client, order)["actions"]}
    assert not actions[path]


# History and the log


def test_history_tells_what_changed_in_which_role(api: Api, platform: Platform) -> None:
    order = add_order(platform)
    support = api.sign_in("support")
    post(support, f"/v1/orders/{order}/trouble", {"reason": "no_show"}, version=1)
    cancel(api.sign_in("manager"), order)
    items = support.get(f"/v1/orders/{order}/history").json()["items"]
    assert [(item["by"], item["version"]) for item in items] == [("manager", 3), ("you", 2)]
    assert "state" in items[0]["fields"] and "trouble" in items[1]["fields"]


def test_history_has_pages(support: httpx.Client, platform: Platform) -> None:
    order = add_order(platform)
    for place in range(23):
        post(support, f"/v1/orders/{order}/note", {"body": f"{place}"})
    first = support.get(f"/v1/orders/{order}/history").json()
    second = support.get(f"/v1/orders/{order}/history", params={"cursor": first["next"]}).json()
    versions = [item["version"] for item in (*first["items"], *second["items"])]
    assert versions == list(range(24, 1, -1)) and second["next"] is None


def test_the_log_names_orders_by_number(api: Api, platform: Platform) -> None:
    order = add_order(platform)
    support = api.sign_in("support")
    post(support, f"/v1/orders/{order}/note", {"body": "x"})
    rows = support.get("/v1/audit", params={"resource": "orders"}).json()["items"]
    assert {(row["action"], row["record"]) for row in rows} == {("orders:note", "O-1")}


def test_the_feed_tells_of_orders_to_those_who_see_them(api: Api, platform: Platform) -> None:
    order = add_order(platform)
    support, auditor = api.sign_in("support"), api.sign_in("auditor")
    start = support.get("/v1/changes").json()["last"]
    post(support, f"/v1/orders/{order}/trouble", {"reason": "no_show"}, version=1)
    seen = support.get("/v1/changes", params={"after": start}).json()["items"]
    assert [(item["resource"], item["version"]) for item in seen] == [("orders", 2), ("tickets", 1)]
    assert auditor.get("/v1/changes", params={"after": start}).json()["items"] == []


def test_tickets_are_linked_to_orders(api: Api, platform: Platform) -> None:
    order = add_order(platform)
    ticket = add_ticket(platform, "support")
    support, billing = api.sign_in("support"), api.sign_in("billing")
    assert billing.get(f"/v1/tickets/{ticket}").status_code == 404
    link = {"resource": "orders", "id": "O-1"}
    body = post(support, f"/v1/tickets/{ticket}/link", link, version=1).json()
    assert body["links"] == [{"resource": "orders", "id": order, "number": "O-1"}]
    assert billing.get(f"/v1/tickets/{ticket}").status_code == 200
    assert (
        post(support, f"/v1/tickets/{ticket}/link", {"resource": "payments", "id": "P-1"}, version=2).status_code == 400
    )
    claim(platform, ticket, "support")
    assert post(support, f"/v1/tickets/{ticket}/unlink", link, version=2).json()["links"] == []


@pytest.mark.parametrize(("role", "named"), [("billing", "last_four"), ("manager", "last_four:mask")])
def test_the_log_says_what_personal_values_an_order_showed(api: Api, platform: Platform, role: str, named: str) -> None:
    order = add_order(platform)
    add_payment(platform, order)
    whole(api.sign_in(role), order)
    [row] = log_of(platform, "orders:read")
    assert {"pet_name", "care_notes", "items", "timeline", "address:mask", named} <= set(json.loads(row.fields))
    assert "4242" not in row.fields


def test_a_jump_in_an_order_of_many_values_says_about_where_it_is(
    support: httpx.Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample knows three of twelve amounts, which fall while the numbers rise."""
    monkeypatch.setattr("console.platform_api.totals.SAMPLES", 3)
    monkeypatch.setattr("console.platform_api.totals.SAMPLE_ROWS", 1)
    parent, pro = add_pair(platform)
    for place in range(12):
        add_order(platform, parent, pro, amount=12_000 - 1_000 * place)
    near_the_end = support.get("/v1/orders", params={"sort": "amount", "around": "O-2", "limit": 3}).json()
    near_the_start = support.get("/v1/orders", params={"sort": "amount", "around": "O-10", "limit": 3}).json()
    assert [item["number"] for item in near_the_end["items"]] == numbers(3, 2, 1)
    assert near_the_start["first"] < 5 < near_the_end["first"]
