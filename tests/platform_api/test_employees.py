"""Employees and their roles: whom the admin changes, what excludes what, and that sessions end with it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import httpx
import pytest

from console.platform_api.tables import AuditEntry, ChangeRow, FieldChange, table
from tests.platform_api.api import PASSWORD, Api, email_of, employee_id

_keys = itertools.count()
NEW = {"email": "new@petworks.example", "name": "Zoë 🐕 O'Neil", "roles": ["support"], "password": PASSWORD}


def post(
    client: httpx.Client, path: str, body: Any = None, *, version: int | None = None, key: str = ""
) -> httpx.Response:
    headers = {"Idempotency-Key": key or f"key-{next(_keys)}"}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return client.post(f"/v1/employees{path}", json=body, headers=headers)


def number_of(admin: httpx.Client, name: str) -> str:
    found = admin.get("/v1/employees", params={"limit": 50}).json()["items"]
    return str(next(row["number"] for row in found if row["email"] == email_of(name)))


def test_the_list_and_its_filters(api: Api):
    admin = api.sign_in("admin")
    page = admin.get("/v1/employees").json()
    assert page["total"] == {"count": 14, "exact": True}
    billing = admin.get("/v1/employees", params={"role": "billing"}).json()["items"]
    assert [row["roles"] for row in billing] == [["billing"], ["billing"]]
    assert admin.get("/v1/employees", params={"disabled": "yes"}).json()["items"] == []
    several = admin.get("/v1/employees", params=[("role", "billing"), ("role", "admin")]).json()["items"]
    assert len(several) == 4


@pytest.mark.parametrize("params", [{"role": "king"}, {"disabled": "maybe"}, {"shoe": "1"}, {"sort": "password_hash"}])
def test_terms_that_there_are_none_of(sqlite_api: Api, params: dict[str, str]):
    assert sqlite_api.sign_in("admin").get("/v1/employees", params=params).status_code == 400


def test_one_employee(api: Api):
    admin = api.sign_in("admin")
    answer = admin.get(f"/v1/employees/{number_of(admin, 'support')}")
    found = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert (found["name"], found["roles"], found["disabled"]) == ("Support", ["support"], False)
    assert "password" not in answer.text
    assert {action["name"]: action["allowed"] for action in found["actions"]} == {
        **dict.fromkeys(("grant", "revoke", "name-deputy", "disable", "enable"), True),
        "end-deputy": False,  # they stand in for nobody
    }


def test_the_auditor_only_reads(api: Api):
    auditor = api.sign_in("auditor")
    assert auditor.get("/v1/employees").status_code == 200
    assert post(auditor, "", NEW).status_code == 403


@pytest.mark.parametrize("name", ["support", "billing", "manager", "privacy", "service"])
def test_others_see_no_employees(sqlite_api: Api, name: str):
    client = sqlite_api.sign_in(name)
    assert {client.get(path).status_code for path in ("/v1/employees", "/v1/employees/E-1")} == {403}


# New ones


def test_a_new_employee_signs_in(api: Api):
    answer = post(api.sign_in("admin"), "", NEW)
    assert answer.status_code == 201
    assert (answer.json()["email"], answer.json()["name"]) == (NEW["email"], NEW["name"])
    signed_in = api.post("/v1/auth/token", json={"grant_type": "password", "email": NEW["email"], "password": PASSWORD})
    assert signed_in.json()["employee"]["roles"] == ["support"]
    assert api.platform.vault.keys_of([answer.json()["id"]])


def test_a_new_employee_is_made_once_a_key(api: Api):
    admin = api.sign_in("admin")
    first, second = (post(admin, "", NEW, key="one intent") for _ in range(2))
    assert (first.json()["id"], second.status_code) == (second.json()["id"], 201)
    assert second.headers["idempotent-replay"] == "true"
    assert post(admin, "", {**NEW, "name": "Another"}, key="one intent").json()["type"] == "key-reused"


def test_addresses_are_taken_once(api: Api):
    admin = api.sign_in("admin")
    answer = post(admin, "", {**NEW, "email": "SUPPORT@petworks.example"})
    assert (answer.status_code, answer.json()["type"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a\u0007@petworks.example"}, "email"),
        ({"name": "  "}, "name"),
        ({"roles": ["admin", "support"]}, "roles"),
        ({"roles": ["auditor", "manager"]}, "roles"),
        ({"roles": ["service", "support"]}, "roles"),
        ({"password": "short"}, "password"),
    ],
)
def test_what_a_new_employee_lacks(sqlite_api: Api, change: dict[str, Any], where: str):
    answer = post(sqlite_api.sign_in("admin"), "", {**NEW, **change})
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert [error["where"] for error in answer.json()["errors"]] == [where]


@pytest.mark.parametrize(
    "change", [{"roles": ["king"]}, {"roles": "support"}, {"name": 5}, {"shoe": 1}, {"password": None}]
)
def test_what_is_no_employee_at_all(sqlite_api: Api, change: dict[str, Any]):
    assert post(sqlite_api.sign_in("admin"), "", {**NEW, **change}).status_code == 422


# Roles


def test_granting_and_revoking(api: Api):
    admin, number = api.sign_in("admin"), "E-"
    number = number_of(admin, "support")
    granted = post(admin, f"/{number}/grant", {"role": "billing"}, version=1)
    assert (granted.status_code, granted.json()["roles"]) == (200, ["billing", "support"])
    revoked = post(admin, f"/{number}/revoke", {"role": "support"}, version=2)
    assert (revoked.json()["roles"], revoked.headers["etag"]) == (["billing"], '"3"')


@pytest.mark.parametrize(("name", "role"), [("support", "auditor"), ("auditor", "support"), ("admin2", "billing")])
def test_roles_that_exclude_each_other(api: Api, name: str, role: str):
    admin = api.sign_in("admin")
    answer = post(admin, f"/{number_of(admin, name)}/grant", {"role": role}, version=1)
    assert answer.status_code == 409
    assert "excludes" in answer.json()["because"]


def test_what_they_have_already_or_not(sqlite_api: Api):
    admin = sqlite_api.sign_in("admin")
    number = number_of(admin, "support")
    assert post(admin, f"/{number}/grant", {"role": "support"}, version=1).status_code == 409
    assert post(admin, f"/{number}/revoke", {"role": "billing"}, version=1).status_code == 409
    assert post(admin, f"/{number}/enable", version=1).status_code == 409


@pytest.mark.parametrize(
    ("action", "body"), [("grant", {"role": "billing"}), ("revoke", {"role": "support"}), ("disable", None)]
)
def test_every_change_ends_their_sessions_and_nobody_elses(api: Api, action: str, body: Any):
    admin, theirs, others = api.sign_in("admin"), api.sign_in("support"), api.sign_in("support2")
    assert post(admin, f"/{number_of(admin, 'support')}/{action}", body, version=1).status_code == 200
    assert theirs.get("/v1/me").status_code == 401
    assert others.get("/v1/me").status_code == admin.get("/v1/me").status_code == 200


def test_disabling_and_enabling(api: Api):
    admin = api.sign_in("admin")
    number = number_of(admin, "support")
    wish = {"grant_type": "password", "email": email_of("support"), "password": PASSWORD}
    assert post(admin, f"/{number}/disable", version=1).json()["disabled"] is True
    assert api.post("/v1/auth/token", json=wish).status_code == 401
    assert post(admin, f"/{number}/enable", version=2).json()["disabled"] is False
    assert api.post("/v1/auth/token", json=wish).status_code == 200


@pytest.mark.parametrize("action", ["grant", "revoke", "disable", "enable"])
def test_nobody_changes_their_own_account(sqlite_api: Api, action: str):
    admin = sqlite_api.sign_in("admin")
    body = {"role": "admin"} if action in ("grant", "revoke") else None
    answer = post(admin, f"/{number_of(admin, 'admin')}/{action}", body, version=1)
    assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")
    assert "own account" in answer.json()["because"]


def test_changes_need_a_key_a_version_and_the_newest_one(sqlite_api: Api):
    admin = sqlite_api.sign_in("admin")
    number = number_of(admin, "support")
    assert admin.post(f"/v1/employees/{number}/disable", headers={"If-Match": '"1"'}).json()["type"] == "key-required"
    assert post(admin, f"/{number}/disable").json()["type"] == "version-required"
    post(admin, f"/{number}/grant", {"role": "billing"}, version=1)
    stale = post(admin, f"/{number}/disable", version=1)
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert [change["field"] for change in stale.json()["changed"]] == ["roles"]


def test_a_change_is_on_the_log_in_the_feed_and_in_the_history(api: Api):
    admin = api.sign_in("admin")
    post(admin, f"/{number_of(admin, 'support')}/grant", {"role": "billing"}, version=1)
    who = employee_id(api.platform, "support")
    entries, feed, changes = table(AuditEntry), table(ChangeRow), table(FieldChange)
    with api.platform.database.reading() as connection:
        row = connection.execute(entries.select().where(entries.c.action == "grant")).one()
        fed = connection.execute(feed.select()).one()
        kept = connection.execute(changes.select()).one()
    assert (row.actor, row.record, row.role, row.subject) == (employee_id(api.platform, "admin"), who, "admin", None)
    assert json.loads(row.details)["role"] == "billing"
    assert (fed.seq, fed.resource, fed.record, fed.version) == (row.seq, "employees", who, 2)
    assert (kept.record, kept.fields) == (who, ["roles"])


def test_two_admins_cannot_give_what_excludes_each_other(api: Api):
    """Both look at version 1: the second is stale, whoever it is."""
    first, second = api.sign_in("admin"), api.sign_in("admin2")
    employee = post(first, "", {**NEW, "roles": []}).json()["number"]
    assert post(first, f"/{employee}/grant", {"role": "auditor"}, version=1).status_code == 200
    assert post(second, f"/{employee}/grant", {"role": "support"}, version=1).status_code == 412
