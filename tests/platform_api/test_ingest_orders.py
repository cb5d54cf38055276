"""Orders from the marketplace: upserted once, sealed, on the log and in the feed; refused whole when something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update

from console.platform_api.documents import Value, load
from console.platform_api.ids import id_bytes
from console.platform_api.masks import HIDDEN
from console.platform_api.order_items import load_items
from console.platform_api.platform import Platform
from console.platform_api.tables import ChangeRow, FieldChange, JobRow, OrderEvent, OrderRow, UserRow, table
from console.records.users import Source
from tests.platform_api.api import Api
from tests.platform_api.orders_made import add_pair, add_payment, events_of, row_of
from tests.platform_api.people import log_of, post

PERSONAL = ("pet_name", "care_notes", "items", "address")
WALK: Mapping[str, Any] = {
    "external_id": "o-1", "parent": "ada", "pro": "pia", "service": "walking", "place": "elsewhere", "pet": "cat", "pet_name": "Canaryline",
    "care_notes": "Afraid of canaries", "items": [{"name": "Walk", "quantity": 2, "amount": 4_000}, {"name": "Bath", "amount": 6_000}],
    "address": "1 Canary Row\nCanaryville", "placed": "2026-03-01T10:00:00Z", "starts": "2026-03-02T12:00:00+01:00",
    "ends": "2026-03-02T13:00:00+01:00", "amount": 10_000, "currency": "USD",
}  # fmt: skip


@pytest.fixture
def marketplace(api: Api, platform: Platform) -> httpx.Client:
    """The marketplace, whose users ada and pia are known here."""
    users = table(UserRow)
    with platform.database.writing() as session:
        for person, name in zip(add_pair(platform), ("ada", "pia"), strict=True):
            session.connection().execute(update(users).where(users.c.id == person).values(external_id=name))
    return api.sign_in("service")


def with_sources(**fields: Any) -> dict[str, Any]:
    found = {name: value for name, value in fields.items() if value is not None}
    return {**found, "sources": {name: "self" for name in PERSONAL if name in found}}


def send(client: httpx.Client, *items: Mapping[str, Any]) -> httpx.Response:
    return client.post("/v1/ingest/orders", json={"items": [dict(item) for item in items]})


def feed(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = send(client, with_sources(**fields))
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["results"][0]
    return result


def stored(platform: Platform, order: str) -> dict[str, Value]:
    row = row_of(platform, OrderRow, order)
    key = platform.vault.keys_of([row.parent])[row.parent]
    return {
        name: value
        for kind in ("service", "address")
        if (sealed := getattr(row, f"sealed_{kind}")) is not None
        for name, value in load(key.open("orders", order, kind, bytes(sealed))).items()
    }


def count(platform: Platform, *models: Any) -> list[int]:
    with platform.database.reading() as connection:
        return [len(connection.execute(select(table(model))).all()) for model in models]


def test_a_new_order(api: Api, marketplace: httpx.Client, platform: Platform) -> None:
    made = feed(marketplace, **WALK)
    assert (made["outcome"], made["number"], made["version"], made["external_id"]) == ("created", "O-1", 1, "o-1")
    body = api.sign_in("support").get("/v1/orders/O-1").json()
    assert (body["state"], body["parent"], body["pro"], body["place"], body["pet"]) == (
        "placed", "U-1", "U-2", "elsewhere", "cat",
    )  # fmt: skip
    assert (body["pet_name"], body["care_notes"], body["amount"]) == ("Canaryline", "Afraid of canaries", 10_000)
    assert [(item["line"], item["name"], item["quantity"], item["amount"]) for item in body["items"]] == [
        (1, "Walk", 2, 4_000), (2, "Bath", 1, 6_000),
    ]  # fmt: skip
    assert body["starts"] == "2026-03-02T11:00:00Z"
    assert [(event["kind"], event["at"]) for event in body["timeline"]] == [("placed", "2026-03-01T10:00:00Z")]


def test_values_have_a_source_and_stand_sealed(marketplace: httpx.Client, platform: Platform) -> None:
    order = feed(marketplace, **WALK)["id"]
    values = stored(platform, order)
    assert set(values) == set(PERSONAL) and {value.source for value in values.values()} == {Source.SELF}
    row = row_of(platform, OrderRow, order)
    assert not [column for column in row if "anary" in str(column)]
    assert not [entry for entry in log_of(platform, "orders:ingest") if "anary" in entry.details]


def test_the_same_again_changes_nothing(marketplace: httpx.Client, platform: Platform) -> None:
    made = feed(marketplace, **WALK, trouble="payment")
    before = count(platform, OrderRow, ChangeRow, FieldChange, OrderEvent)
    again = feed(marketplace, **WALK, trouble="payment")
    assert again == {**made, "outcome": "unchanged"}
    assert count(platform, OrderRow, ChangeRow, FieldChange, OrderEvent) == before


def test_an_update_keeps_what_was_not_sent(api: Api, marketplace: httpx.Client, platform: Platform) -> None:
    order = feed(marketplace, **WALK)["id"]
    first = stored(platform, order)
    later = feed(marketplace, external_id="o-1", state="confirmed", pet_name="Canarysecond")
    assert (later["outcome"], later["version"]) == ("updated", 2)
    now = stored(platform, order)
    assert now["pet_name"].value == "Canarysecond"
    assert {name: now[name] for name in first if name != "pet_name"} == {
        name: value for name, value in first.items() if name != "pet_name"
    }
    [change] = api.sign_in("support").get(f"/v1/orders/{order}/history").json()["items"]
    assert change["fields"] == ["pet_name", "state"] and change["role"] == "service"
    assert change["change"] == [{"field": "pet_name", "before": "•••", "after": "•••"}]


def test_the_course_of_an_order(marketplace: httpx.Client, platform: Platform) -> None:
    order = feed(marketplace, **WALK)["id"]
    for state in ("confirmed", "completed", "closed"):
        assert feed(marketplace, external_id="o-1", state=state)["outcome"] == "updated"
    assert [event.kind for event in events_of(platform, order)] == ["placed", "confirmed", "completed", "closed"]
    assert row_of(platform, OrderRow, order).version == 4


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("confirmed", "placed", 422), ("completed", "in_service", 422), ("closed", "cancelled", 422), ("cancelled", "confirmed", 422),
        ("cancelled", "cancelled", 200), ("completed", "cancelled", 200), ("placed", "closed", 200), ("closed", "closed", 200),
    ],
)  # fmt: skip
def test_only_forward(marketplace: httpx.Client, platform: Platform, before: str, after: str, status: int) -> None:
    order = feed(marketplace, **WALK, state=before)["id"]
    answer = send(marketplace, {"external_id": "o-1", "state": after})
    assert answer.status_code == status
    assert row_of(platform, OrderRow, order).state == (after if status == 200 else before)
    if status == 422:
        assert answer.json()["errors"] == [{"where": "items.0.state", "what": f"can't follow {before}"}]


def test_cancelled_by_the_marketplace_releases_what_is_held(marketplace: httpx.Client, platform: Platform) -> None:
    order = feed(marketplace, **WALK)["id"]
    payment = add_payment(platform, order, "authorized")
    feed(marketplace, external_id="o-1", state="cancelled")
    with platform.database.reading() as connection:
        [job] = connection.execute(select(table(JobRow))).all()
    assert (job.kind, job.ids) == ("void", {"payment": payment})


def test_all_results_in_order(marketplace: httpx.Client) -> None:
    feed(marketplace, **{**WALK, "external_id": "o-2"})
    names = ["o-3", "o-2", "o-1"]
    answer = send(marketplace, *(with_sources(**{**WALK, "external_id": name}) for name in names))
    results = answer.json()["results"]
    assert [(result["external_id"], result["outcome"]) for result in results] == [
        ("o-3", "created"), ("o-2", "unchanged"), ("o-1", "created"),
    ]  # fmt: skip


def test_each_change_is_on_the_log_and_in_the_feed(api: Api, marketplace: httpx.Client) -> None:
    support = api.sign_in("support")
    start = support.get("/v1/changes").json()["last"]
    made = feed(marketplace, **WALK, trouble="address")
    seen = support.get("/v1/changes", params={"after": start}).json()["items"]
    assert [(item["resource"], item["version"]) for item in seen] == [("orders", 2), ("tickets", 1)]
    assert seen[0]["id"] == made["id"] and made["version"] == 2
    rows = api.sign_in("auditor").get("/v1/audit", params={"action": "ingest"}).json()["items"]
    assert [(row["action"], row["record"], row["role"]) for row in rows] == [("orders:ingest", "O-1", "service")]


# Trouble


def test_trouble_is_raised_once_for_each_reason(api: Api, marketplace: httpx.Client, platform: Platform) -> None:
    order = feed(marketplace, **WALK, trouble="address")["id"]
    support = api.sign_in("support")
    assert support.get(f"/v1/orders/{order}").json()["trouble_ticket"] == "T-1"
    assert post(support, f"/v1/orders/{order}/resolve", {"text": "found"}, version=2).status_code == 200
    assert feed(marketplace, **WALK, trouble="address")["outcome"] == "unchanged"
    assert not row_of(platform, OrderRow, order).trouble
    assert feed(marketplace, external_id="o-1", trouble="incident")["outcome"] == "updated"
    assert feed(marketplace, external_id="o-1", trouble="no_show")["outcome"] == "unchanged", "in trouble already"
    assert support.get(f"/v1/orders/{order}").json()["trouble_reason"] == "incident"
    assert support.get("/v1/tickets").json()["total"]["count"] == 2


# What is refused


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"parent": "nobody"}, "items.0.parent"), ({"pro": "nobody"}, "items.0.pro"), ({"pro": "ada"}, "items.0.pro"),
    ({"parent": None}, "items.0.parent"), ({"service": None}, "items.0.service"), ({"currency": None}, "items.0.currency"),
    ({"placed": "2999-01-01T00:00:00Z"}, "items.0.placed"), ({"ends": "2026-03-01T00:00:00Z"}, "items.0.ends"),
    ({"items": None, "amount": None}, "items.0.items"), ({"amount": 9_999}, "body.items.0"), ({"amount": None}, "body.items.0"),
    ({"state": "lost"}, "body.items.0.state"), ({"place": "moon"}, "body.items.0.place"), ({"pet": "dragon"}, "body.items.0.pet"),
    ({"service": "magic"}, "body.items.0.service"), ({"trouble": "bored"}, "body.items.0.trouble"),
    ({"currency": "usd"}, "body.items.0.currency"),
    ({"starts": "2026-03-02"}, "body.items.0.starts"), ({"version": 3}, "body.items.0"), ({"number": "O-9"}, "body.items.0"),
    ({"payment_state": "captured"}, "body.items.0"), ({"pet_name": " "}, "body.items.0.pet_name"),
    ({"items": [], "amount": 0}, "body.items.0.items"),
    ({"items": [{"name": "x", "amount": -1}], "amount": -1}, "body.items.0.items.0.amount"),
]  # fmt: skip


def test_what_can_not_be(marketplace: httpx.Client, platform: Platform) -> None:
    """All on one platform, as none leaves anything behind."""
    for fields, where in WRONG:
        answer = send(marketplace, with_sources(**{**WALK, **fields}))
        assert answer.status_code == 422, (fields, answer.text)
        assert where in [error["where"] for error in answer.json()["errors"]], (fields, answer.text)
        assert "anary" not in answer.text and count(platform, OrderRow) == [0], fields


def test_no_value_without_its_source(marketplace: httpx.Client, platform: Platform) -> None:
    """P1."""
    sourceless: list[dict[str, str]] = [
        {}, {"pet_name": "self"}, {"pet_name": "google"}, {"pet_name": "employee"}, {"parent": "self"},
    ]  # fmt: skip
    for sources in sourceless:
        answer = send(marketplace, {**WALK, "sources": sources})
        assert answer.status_code == 422 and count(platform, OrderRow) == [0], sources


def test_one_wrong_order_and_nothing_is_stored(marketplace: httpx.Client, platform: Platform) -> None:
    good, bad = with_sources(**WALK), with_sources(**{**WALK, "external_id": "o-2", "parent": "nobody"})
    answer = send(marketplace, good, bad, good)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == ["items.1.parent", "items.2.external_id"]
    assert count(platform, OrderRow, ChangeRow) == [0, 0]


@pytest.mark.parametrize(
    ("fields", "where"),
    [({"parent": "pia"}, "parent"), ({"currency": "EUR"}, "currency"), ({"ends": "2026-03-01T00:00:00Z"}, "ends")],
)
def test_what_stays_as_it_was(marketplace: httpx.Client, fields: dict[str, Any], where: str) -> None:
    feed(marketplace, **WALK)
    answer = send(marketplace, {"external_id": "o-1", **fields})
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [f"items.0.{where}"]


@pytest.mark.parametrize("role", ["support", "billing", "manager", "privacy", "auditor", "admin"])
def test_only_the_marketplace_feeds(sqlite_api: Api, role: str) -> None:
    assert send(sqlite_api.sign_in(role), with_sources(**WALK)).status_code == 403


def test_card_numbers_are_blacked_out_and_the_rest_is_kept(
    api: Api, marketplace: httpx.Client, platform: Platform
) -> None:
    """P16: a microchip number passes."""
    number, chip = "4111 1111 1111 1111", "985141000123456"
    order = feed(
        marketplace, **{
            **WALK, "pet_name": f"Rex {number}", "care_notes": f"pay with {number}, chip {chip}", "address": f"1 Elm St {number}",
            "items": [{"name": f"Walk {number}", "amount": 10_000}],
        },
    )["id"]  # fmt: skip
    values = {name: value.value for name, value in stored(platform, order).items()}
    assert values["care_notes"] == f"pay with {HIDDEN}, chip {chip}" and values["pet_name"] == f"Rex {HIDDEN}"
    assert values["address"] == f"1 Elm St {HIDDEN}" and load_items(values["items"])[0]["name"] == f"Walk {HIDDEN}"


def test_hostile_text_comes_out_as_it_came_in(api: Api, marketplace: httpx.Client) -> None:
    hostile = "\x1b[31m<script>[b]\u202e🐕‍🦺 مرحبا " + "é" * 9_000
    order = feed(marketplace, **{**WALK, "care_notes": hostile})["id"]
    assert api.sign_in("support").get(f"/v1/orders/{order}").json()["care_notes"] == hostile


def test_an_erased_parent_is_not_fed_again(api: Api, marketplace: httpx.Client, platform: Platform) -> None:
    order = feed(marketplace, **WALK)["id"]
    parent = row_of(platform, OrderRow, order).parent
    with platform.vault.database.writing() as session:
        native = id_bytes(parent) if platform.vault.database.sqlite else parent
        session.connection().execute(text("DELETE FROM data_key WHERE owner = :owner"), {"owner": native})
    before = row_of(platform, OrderRow, order).sealed_service
    assert feed(marketplace, **{**WALK, "pet_name": "Back"}, state="confirmed")["outcome"] == "updated"
    found = row_of(platform, OrderRow, order)
    assert (found.state, found.sealed_service) == ("confirmed", before)
    made = feed(marketplace, **{**WALK, "external_id": "o-2"})
    row = row_of(platform, OrderRow, made["id"])
    assert (row.sealed_service, row.sealed_address, row.amount) == (None, None, 10_000)


def test_ten_at_once_make_one_order(api: Api, marketplace: httpx.Client, platform: Platform) -> None:
    with ThreadPoolExecutor(10) as pool:
        clients = [api.sign_in("service") for _ in range(10)]
        answers = list(pool.map(lambda client: send(client, with_sources(**WALK)).status_code, clients))
    assert set(answers) <= {200, 409} and 200 in answers
    assert count(platform, OrderRow, OrderEvent) == [1, 1]


def test_an_order_moves_in_time(marketplace: httpx.Client, platform: Platform) -> None:
    order = feed(marketplace, **WALK)["id"]
    moment = datetime(2026, 3, 5, 9, tzinfo=UTC)
    feed(marketplace, external_id="o-1", starts=moment.isoformat(), ends=moment.isoformat())
    row = row_of(platform, OrderRow, order)
    assert (row.starts, row.ends, row.placed) == (moment, moment, datetime(2026, 3, 1, 10, tzinfo=UTC))
