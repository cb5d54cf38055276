"""The change feed and what became of a write."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest

from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import ChangeRow, TicketRow
from tests.platform_api.api import Api, employee_id


def feed(platform: Platform, rows: Collection[tuple[int, str, str]]) -> None:
    with platform.database.writing() as session:
        session.add_all(
            ChangeRow(seq=seq, resource=resource, record=record, version=1) for seq, resource, record in rows
        )


def test_an_empty_feed(api: Api):
    support = api.sign_in("support")
    assert support.get("/v1/changes").json() == {"items": [], "last": 0}
    assert support.get("/v1/changes", params={"after": 5}).json() == {"items": [], "last": 0}


def test_without_a_place_there_is_only_the_last(api: Api):
    feed(api.platform, [(3, "users", new_id()), (7, "users", new_id())])
    assert api.sign_in("support").get("/v1/changes").json() == {"items": [], "last": 7}


def test_changes_come_in_order_page_by_page(api: Api):
    ids = [new_id() for _ in range(5)]
    feed(api.platform, [(seq, "users", record) for seq, record in enumerate(ids, 1)])
    support, seen, after = api.sign_in("support"), [], 0
    for _ in range(3):
        page = support.get("/v1/changes", params={"after": after, "limit": 2}).json()
        seen += page["items"]
        after = page["last"]
    assert [(item["seq"], item["id"]) for item in seen] == list(enumerate(ids, 1))
    assert set(seen[0]) == {"seq", "resource", "id", "version"}
    assert after == 5


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_a_write_of_many_records_is_never_cut(api: Api, limit: int):
    feed(api.platform, [(1, "users", new_id()), *((2, "users", new_id()) for _ in range(4)), (3, "users", new_id())])
    support, seen, after = api.sign_in("support"), [], 0
    while after < 3:
        page = support.get("/v1/changes", params={"after": after, "limit": limit}).json()
        seen += page["items"]
        after = page["last"]
    assert [item["seq"] for item in seen] == [1, 2, 2, 2, 2, 3]
    assert len({item["id"] for item in seen}) == 6


def test_each_role_hears_of_what_exists_for_it(api: Api):
    user, ticket, mine = new_id(), new_id(), new_id()
    api.platform.vault.create([user])
    now, billing = api.platform.clock(), employee_id(api.platform, "billing")
    with api.platform.database.writing() as session:
        session.add(TicketRow(id=ticket, channel="web", opened=now, owner=user))
        until = now + timedelta(minutes=30)
        session.add(TicketRow(id=mine, channel="web", opened=now, owner=user, assignee=billing, lease_until=until))
    feed(api.platform, [(1, "users", user), (2, "tickets", ticket), (3, "tickets", mine), (4, "employees", new_id())])

    def heard(name: str) -> list[tuple[str, str]]:
        answer = api.sign_in(name).get("/v1/changes", params={"after": 0}).json()
        assert answer["last"] == 4
        return [(item["resource"], item["id"]) for item in answer["items"]]

    assert heard("support") == [("users", user), ("tickets", ticket), ("tickets", mine)]
    assert heard("billing") == [("users", user), ("tickets", mine)]
    assert heard("service") == []
    assert [resource for resource, _ in heard("admin")] == ["employees"]
    pseudonym = api.platform.vault.pseudonyms([user])[user]
    assert heard("auditor")[0] == ("users", pseudonym)


def test_the_auditor_hears_nothing_of_the_erased(sqlite_api: Api):
    feed(sqlite_api.platform, [(1, "users", new_id())])
    assert sqlite_api.sign_in("auditor").get("/v1/changes", params={"after": 0}).json() == {"items": [], "last": 1}


@pytest.mark.parametrize(
    "params", [{"after": "-1"}, {"after": "9" * 30}, {"after": "x"}, {"limit": "0"}, {"limit": "1001"}]
)
def test_places_that_there_are_none_of(sqlite_api: Api, params: dict[str, str]):
    assert sqlite_api.sign_in("support").get("/v1/changes", params=params).status_code == 422


# Intents


def test_what_became_of_a_write(api: Api):
    admin, key = api.sign_in("admin"), "an intent / of mine"
    headers = {"Idempotency-Key": key, "If-Match": '"1"'}
    done = admin.post(f"/v1/employees/{employee_id(api.platform, 'support')}/disable", headers=headers).json()
    found = admin.get("/v1/intents/an%20intent%20%2F%20of%20mine").json()
    assert found == {
        "key": key,
        "state": "done",
        "status": 200,
        "resource": "employees",
        "id": done["id"],
        "version": 2,
    }


def test_nobody_elses_and_those_never_done_are_unknown(api: Api):
    admin = api.sign_in("admin")
    headers = {"Idempotency-Key": "mine", "If-Match": '"1"'}
    admin.post(f"/v1/employees/{employee_id(api.platform, 'support')}/disable", headers=headers)
    for client, key in ((api.sign_in("admin2"), "mine"), (admin, "never")):
        found = client.get(f"/v1/intents/{key}")
        assert (found.status_code, found.json()["state"]) == (200, "unknown")


def test_a_write_that_was_refused_is_unknown(sqlite_api: Api):
    admin = sqlite_api.sign_in("admin")
    headers = {"Idempotency-Key": "stale", "If-Match": '"9"'}
    admin.post(f"/v1/employees/{employee_id(sqlite_api.platform, 'support')}/disable", headers=headers)
    assert admin.get("/v1/intents/stale").json()["state"] == "unknown"


def test_a_key_that_is_too_long(sqlite_api: Api):
    assert sqlite_api.sign_in("support").get("/v1/intents/" + "x" * 65).status_code == 422
