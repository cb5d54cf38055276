"""The log by the API: every look and every refusal is there, values are not."""

from __future__ import annotations

import json
from itertools import pairwise

import httpx
import pytest

from tests.contract.scene import Json, Scene
from tests.contract.target import CANARY, Target


def newest(client: httpx.Client, **filters: str) -> Json:
    rows: list[Json] = client.get("/v1/audit", params={"limit": 1, **filters}).json()["items"]
    return rows[0]


def test_a_look_is_there_at_once(scene: Scene, target: Target):
    person = scene.person()
    scene.user(person)
    row = newest(scene.support, actor="me", resource="users", action="read")
    assert (row["action"], row["outcome"], row["record"]) == ("users:read", "done", person["number"])
    assert row["subject"] and {"name:mask", "email:mask"} <= set(row["fields"])
    assert row["actor"] == scene.support.get("/v1/me").json()["number"]
    assert not {"prev", "hash"} & set(row)


def test_a_refusal_is_there(scene: Scene, target: Target):
    assert scene.support.get("/v1/employees").status_code == 403
    row = newest(scene.support, actor="me", outcome="refused")
    assert (row["action"], row["outcome"]) == ("employees:list", "refused")


def test_no_value_is_there(scene: Scene, target: Target):
    person = scene.person()
    scene.support.post("/v1/users/search", json={"email": person["email"]})
    row = newest(scene.support, actor="me", action="search")
    assert person["email"] not in json.dumps(row)
    assert row["details"]["hits"] == 1


def test_roles_see_their_rows(target: Target):
    number = target.as_role("support").get("/v1/me").json()["number"]
    for row in target.as_role("support").get("/v1/audit", params={"limit": 100}).json()["items"]:
        assert row["actor"] == number


def test_the_auditor_sees_the_chain(target: Target):
    auditor = target.as_role("auditor")
    rows = auditor.get("/v1/audit", params={"limit": 20}).json()["items"]
    for later, earlier in pairwise(rows):
        assert later["seq"] == earlier["seq"] + 1 and later["prev"] == earlier["hash"]
        assert later["number"] == later["id"] == f"A-{later['seq']}"
    assert not any(str(row["record"] or "").startswith("U-") for row in rows)
    assert auditor.get(f"/v1/audit/{rows[0]['seq']}").json()["hash"] == rows[0]["hash"]


def test_the_head(target: Target):
    head = target.as_role("auditor").get("/v1/audit/head").json()
    assert set(head) == {"seq", "hash"} and bytes.fromhex(head["hash"])
    assert target.as_role("auditor").get(f"/v1/audit/{head['seq']}").json()["hash"] == head["hash"]


def test_the_head_is_the_auditors(target: Target):
    for role in ("support", "manager", "privacy", "admin", "billing"):
        assert target.as_role(role).get("/v1/audit/head").status_code == 403
        assert target.as_role(role).post("/v1/audit/export", json={}).status_code == 403


def test_an_export(target: Target):
    answer = target.lately("auditor").post("/v1/audit/export", json={})
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))


def test_an_export_with_filters(target: Target):
    answer = target.lately("auditor").post("/v1/audit/export", json={"action": "sign-in", "outcome": "done"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines and all((line["action"], line["outcome"]) == ("sign-in", "done") for line in lines)


@pytest.mark.parametrize(
    "filters", [{"since": CANARY}, {CANARY: "1"}, {"limit": "1"}, {"sort": "number"}, {"cursor": "x"}]
)
def test_what_an_export_does_not_take(target: Target, filters: Json):
    assert target.lately("auditor").post("/v1/audit/export", json=filters).status_code == 400


def test_a_row_cannot_be_changed(target: Target):
    for role in ("auditor", "admin"):
        for method in ("PUT", "PATCH", "DELETE", "POST"):
            assert target.as_role(role).request(method, "/v1/audit/1").status_code == 405
