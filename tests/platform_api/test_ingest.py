"""What the marketplace sends: upserted once, sealed, on the log and in the feed; and refused whole when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from console.platform_api import blind
from console.platform_api.audit_log import audit
from console.platform_api.documents import Value, load
from console.platform_api.platform import Platform
from console.platform_api.tables import ChangeRow, FieldChange, UserRow, table
from console.records.record import SEALED, categories
from console.records.users import Source, User
from tests.platform_api.api import Api

users, changes, field_changes = table(UserRow), table(ChangeRow), table(FieldChange)

ANNA: Mapping[str, Any] = {
    "external_id": "pw-1", "name": "Anna Canary", "email": "anna@canary.example", "phone": "(203) 555-0142", "city": "Canaryville",
    "google_email": "canary@gmail.example", "interests": ["walking"],
}  # fmt: skip


def with_sources(**fields: Any) -> dict[str, Any]:
    item = {**fields}
    personal = [name for name in item if categories(User).get(name) in SEALED]
    return {**item, "sources": {name: "google" if name == "google_email" else "self" for name in personal}}


def send(client: httpx.Client, *items: Mapping[str, Any]) -> httpx.Response:
    return client.post("/v1/ingest/users", json={"items": [dict(item) for item in items]})


def feed(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = send(client, with_sources(**fields))
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["results"][0]
    return result


def stored(platform: Platform, user: str) -> dict[str, Value]:
    """All values of one user, opened."""
    key = platform.vault.keys_of([user])[user]
    row = row_of(platform, user)
    return {
        name: value
        for kind in ("identity", "contact", "locality", "address", "demographic", "google")
        if (sealed := row[f"sealed_{kind}"]) is not None
        for name, value in load(key.open("users", user, kind, bytes(sealed))).items()
    }


def row_of(platform: Platform, user: str) -> Mapping[str, Any]:
    with platform.database.reading() as connection:
        return dict(connection.execute(select(users).where(users.c.id == user)).one()._mapping)


def count(platform: Platform, *tables: Any) -> list[int]:
    with platform.database.reading() as connection:
        return [len(connection.execute(select(found)).all()) for found in tables]


@pytest.fixture
def marketplace(api: Api) -> httpx.Client:
    return api.sign_in("service")


def test_a_new_user(marketplace: httpx.Client, platform: Platform):
    made = feed(marketplace, **ANNA, registered="2025-03-01T12:00:00+01:00")
    assert (made["outcome"], made["version"], made["external_id"]) == ("created", 1, "pw-1")
    values = stored(platform, made["id"])
    assert {name: value.value for name, value in values.items()} == {n: ANNA[n] for n in values}
    assert values["google_email"].source is Source.GOOGLE
    assert values["name"].source is Source.SELF
    row = row_of(platform, made["id"])
    assert made["number"] == f"U-{row['number']}"
    assert (row["state"], row["pro"], row["opted_out"], row["specials"], row["policy_news"]) == (
        "active",
        False,
        False,
        True,
        True,
    )
    assert (row["interests"], row["registered"]) == (["walking"], datetime(2025, 3, 1, 11, tzinfo=UTC))


def test_is_found_and_not_shown_in_bulk(api: Api, marketplace: httpx.Client):
    made = feed(marketplace, **ANNA)
    support = api.sign_in("support")
    found = support.post("/v1/users/search", json={"phone": "203 555 0142"})
    assert [item["id"] for item in found.json()["items"]] == [made["id"]]
    assert "anary" not in found.text
    assert support.post("/v1/users/search", json={"email": "canary@gmail.example"}).json()["items"] == []


def test_the_same_again_changes_nothing(marketplace: httpx.Client, platform: Platform):
    made = feed(marketplace, **ANNA)
    before = count(platform, users, changes, field_changes)
    again = feed(marketplace, **ANNA)
    assert again == {**made, "outcome": "unchanged"}
    assert count(platform, users, changes, field_changes) == before


def test_an_update_keeps_what_was_not_sent(marketplace: httpx.Client, platform: Platform):
    made = feed(marketplace, **ANNA)
    first = stored(platform, made["id"])
    later = feed(marketplace, external_id="pw-1", email="anna@new.example", street="1 Elm St")
    assert (later["outcome"], later["version"], later["id"]) == ("updated", 2, made["id"])
    now = stored(platform, made["id"])
    assert now["email"].value == "anna@new.example"
    assert now["street"].value == "1 Elm St"
    assert {name: now[name] for name in first if name != "email"} == {n: v for n, v in first.items() if n != "email"}


def test_an_update_moves_the_index(marketplace: httpx.Client, platform: Platform):
    made = feed(marketplace, external_id="pw-1", name="Anna Lee", email="anna@old.example")
    feed(marketplace, external_id="pw-1", name="Anna Lee Kim", email="anna@new.example")

    def found(*tokens: int) -> list[str]:
        return platform.vault.find(list(tokens), before=None, limit=5)

    assert found(blind.email_token(platform.keys, "anna@old.example")) == []
    assert found(blind.email_token(platform.keys, "anna@new.example")) == [made["id"]]
    assert found(*blind.sought_tokens(platform.keys, "anna lee kim")) == [made["id"]]


def test_each_change_leaves_its_traces(marketplace: httpx.Client, platform: Platform):
    made = feed(marketplace, **ANNA)
    feed(marketplace, external_id="pw-1", email="anna@new.example", interests=["sitting"])
    with platform.database.reading() as connection:
        rows = connection.execute(select(audit).where(audit.c.action == "ingest").order_by(audit.c.seq)).all()
        fed = connection.execute(select(changes).order_by(changes.c.seq)).all()
        change = connection.execute(select(field_changes)).one()
    pseudonym = platform.vault.pseudonyms([made["id"]])[made["id"]]
    assert [(row.subject, json.loads(row.details)["outcome"]) for row in rows] == [
        (pseudonym, "created"),
        (pseudonym, "updated"),
    ]
    assert [(row.seq, row.record, row.version) for row in fed] == [
        (rows[0].seq, made["id"], 1),
        (rows[1].seq, made["id"], 2),
    ]
    assert json.loads(rows[1].fields) == change.fields == ["email", "interests"]
    assert (change.version, change.source, change.role) == (2, "self", "service")
    key = platform.vault.keys_of([made["id"]])[made["id"]]
    opened = json.loads(key.open("users", made["id"], "change", bytes(change.sealed_change)))
    assert opened == {"email": ["anna@canary.example", "anna@new.example"]}
    assert "anary" not in str([tuple(row) for row in rows])
    assert made["id"] not in str([tuple(row) for row in rows])


def test_many_at_once(marketplace: httpx.Client, platform: Platform):
    items = [with_sources(external_id=f"pw-{n}", name=f"Person {n}", email=f"p{n}@example.com") for n in range(500)]
    results = send(marketplace, *items).json()["results"]
    assert [result["external_id"] for result in results] == [item["external_id"] for item in items]
    assert len({result["number"] for result in results}) == 500
    items[7] = with_sources(external_id="pw-7", name="Somebody Else")
    again = send(marketplace, *items).json()["results"]
    assert [result["outcome"] for result in again].count("unchanged") == 499
    assert again[7] == {**results[7], "version": 2, "outcome": "updated"}


@pytest.mark.parametrize("refused", [["specials"], ["specials", "products", "policy_news"]])
def test_an_opt_out_is_taken_over_and_never_cleared(marketplace: httpx.Client, platform: Platform, refused: list[str]):
    made = feed(marketplace, external_id="pw-1", name="Anna", **dict.fromkeys(refused, False))
    row = row_of(platform, made["id"])
    assert row["opted_out"] is True
    assert row["opted_out_channel"] == "web"
    assert abs(row["opted_out_at"] - datetime.now(UTC)) < timedelta(minutes=5)
    assert [name for name in ("specials", "products", "policy_news") if not row[name]] == refused
    assert feed(marketplace, external_id="pw-1", **dict.fromkeys(refused, True))["outcome"] == "unchanged"
    assert row_of(platform, made["id"]) == row


def test_a_later_opt_out_is_a_change(marketplace: httpx.Client, platform: Platform):
    made = feed(marketplace, external_id="pw-1", name="Anna")
    assert feed(marketplace, external_id="pw-1", products=False)["outcome"] == "updated"
    assert row_of(platform, made["id"])["products"] is False


@pytest.mark.parametrize("state", ["erasing", "erased"])
def test_who_asked_to_be_erased_is_not_fed_again(marketplace: httpx.Client, platform: Platform, state: str):
    made = feed(marketplace, **ANNA)
    with platform.database.writing() as session:
        session.connection().execute(update(users).where(users.c.id == made["id"]).values(state=state))
    before = row_of(platform, made["id"])
    assert feed(marketplace, external_id="pw-1", email="anna@back.example")["outcome"] == "unchanged"
    assert row_of(platform, made["id"]) == before
    assert platform.vault.find([blind.email_token(platform.keys, "anna@back.example")], before=None, limit=1) == []


GOOD = {"external_id": "pw-9", "name": "Canary", "sources": {"name": "self"}}


@pytest.mark.parametrize(
    "item",
    [
        {"external_id": "pw-1", "name": "Canary"},
        {"external_id": "pw-1", "name": "Canary", "sources": {}},
        {"external_id": "pw-1", "name": "Canary", "email": "c@canary.example", "sources": {"name": "self"}},
        {"external_id": "pw-1", "sources": {"name": "self"}},
        {"external_id": "pw-1", "name": "Canary", "sources": {"name": "google"}},
        {"external_id": "pw-1", "name": "Canary", "sources": {"name": "employee"}},
        {"external_id": "pw-1", "google_email": "c@canary.example", "sources": {"google_email": "self"}},
        {"external_id": "pw-1", "name": "Canary", "sources": {"name": "self", "Canary": "self"}},
        {**GOOD, "pro": True},
        {**GOOD, "state": "suspended"},
        {**GOOD, "number": 7},
        {**GOOD, "opted_out": False},
        {**GOOD, "Canary": 1},
        {**GOOD, "name": 7},
        {**GOOD, "name": ""},
        {**GOOD, "name": " \t"},
        {**GOOD, "name": "Canary" * 40},
        {**GOOD, "name": None, "sources": {"name": "self"}},
        {**GOOD, "specials": "no"},
        {**GOOD, "specials": 0},
        {**GOOD, "interests": ["canary sitting"]},
        {**GOOD, "interests": "walking"},
        {**GOOD, "external_id": ""},
        {**GOOD, "external_id": "pw 1"},
        {**GOOD, "external_id": 1},
        {**GOOD, "external_id": "x" * 101},
        {"name": "Canary", "sources": {"name": "self"}},
        {"external_id": "pw-1", "email": "canary", "sources": {"email": "self"}},
        {"external_id": "pw-1", "phone": "canary", "sources": {"phone": "self"}},
        {**GOOD, "registered": "2199-01-01T00:00:00Z"},
        {**GOOD, "registered": "2024-01-01T00:00:00"},
        {**GOOD, "registered": "0001-01-01T00:00:00+23:00"},
        {**GOOD, "registered": 1_700_000_000},
        {**GOOD, "registered": "Canary"},
    ],
)
def test_one_bad_user_refuses_all_and_quotes_nothing(sqlite_api: Api, item: Mapping[str, Any]):
    answer = send(sqlite_api.sign_in("service"), GOOD, {**item})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert "canary" not in answer.text.lower()
    assert count(sqlite_api.platform, users) == [0]


@pytest.mark.parametrize(
    "body",
    [
        {"items": []}, {"items": [GOOD] * 501}, {"items": [GOOD, GOOD]}, {"items": [GOOD], "dry": True}, {}, [], {"items": {"0": GOOD}},
    ],
)  # fmt: skip
def test_a_bad_request_is_refused(sqlite_api: Api, body: Any):
    answer = sqlite_api.sign_in("service").post("/v1/ingest/users", json=body)
    assert answer.status_code == 422, answer.text
    assert count(sqlite_api.platform, users) == [0]


@pytest.mark.parametrize(
    "body",
    [b'{"items":[{"external_id":"a","name":"\\ud800"}]}', b'{"items":[{"name":"\\u0000"}]}', b'{"items":NaN}', b"{"],
)
def test_what_no_database_can_hold_is_refused(sqlite_api: Api, body: bytes):
    headers = {"Content-Type": "application/json"}
    assert sqlite_api.sign_in("service").post("/v1/ingest/users", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize(
    "name", ["\x1b]0;owned\x07Eve", "[/]", "\u202eevil", "<script>", "Line\nBreak", "=1+1", "é" * 200]
)
def test_what_people_typed_is_kept_as_typed(sqlite_api: Api, name: str):
    made = feed(sqlite_api.sign_in("service"), external_id="pw-1", name=name)
    assert stored(sqlite_api.platform, made["id"])["name"].value == name


@pytest.mark.parametrize("role", ["support", "billing", "manager", "privacy", "auditor", "admin"])
def test_the_marketplace_alone_feeds(sqlite_api: Api, role: str):
    assert send(sqlite_api.sign_in(role), GOOD).status_code == 403
    assert count(sqlite_api.platform, users) == [0]


def test_the_marketplace_sees_nothing(sqlite_api: Api):
    marketplace = sqlite_api.sign_in("service")
    made = feed(marketplace, **ANNA)
    assert marketplace.get("/v1/users").status_code == 403
    assert marketplace.get(f"/v1/users/{made['id']}").status_code == 403
    assert marketplace.post("/v1/users/search", json={"email": ANNA["email"]}).status_code == 403
