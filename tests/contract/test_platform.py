"""What the platform says of itself and of whoever is signed in; the change feed."""

from __future__ import annotations

from typing import Any

import pytest

from console.records import RECORDS
from console.records.reasons import REASONS
from tests.contract.scene import Scene
from tests.contract.target import ROLES, Target, new_key


def test_health(target: Target):
    answer = target.nobody.get("/health")
    assert answer.json() == {"status": "ok", "database": "ok", "audit": "ok"}


def test_the_offer(target: Target):
    offer = target.nobody.get("/v1").json()
    assert offer["version"] == "1" and offer["environment"]
    assert set(offer["resources"]) >= set(RECORDS)
    assert set(offer["roles"]) == set(ROLES)
    for name in REASONS:
        assert offer[f"{name}_reasons"] and all(isinstance(label, str) for label in offer[f"{name}_reasons"].values())


def test_each_resource_that_is_offered(target: Target):
    for name, offered in target.offer["resources"].items():
        assert name in RECORDS, f"{name} is not in the contract"
        assert set(offered) == {"states", "actions", "sorts", "filters", "prefix"}
        assert offered["prefix"].isupper() and "list" in offered["actions"]
    offered_by = target.offer["resources"].items()
    prefixes = [offered["prefix"] for name, offered in offered_by if name != "campaigns"]  # records of two others
    assert len(set(prefixes)) == len(prefixes)


WITHIN = {
    "payments", "refunds", "payouts", "application-documents", "policy-versions", "campaigns",
    "survey-entries", "contests", "contest-entries", "awards",
}  # fmt: skip
"""Seen where they belong: in an order, in a review, with a person, on the screen of surveys."""

SCREENS = {*RECORDS, "policy"} - WITHIN
"""What has a screen of its own."""


@pytest.mark.parametrize("role", ROLES)
def test_me(target: Target, role: str):
    me = target.as_role(role).get("/v1/me").json()
    assert {"id", "number", "name", "email", "roles", "screens", "start", "may", "version"} <= set(me)
    assert me["roles"] == [role] and me["email"] == target.email(role) and me["version"] == "1"
    assert set(me["screens"]) == {name for name in SCREENS if "list" in me["may"].get(name, [])}
    assert me["start"] in (me["screens"] or [None])
    for resource in set(me["may"]) - {"policy"}:  # a page, and no list of records
        actions = me["may"][resource]
        assert set(actions) <= set(target.offer["resources"][resource]["actions"])


# The change feed


def feed(scene: Scene, **params: Any) -> dict[str, Any]:
    found: dict[str, Any] = scene.support.get("/v1/changes", params=params).json()
    assert set(found) == {"items", "last"}
    for item in found["items"]:
        assert set(item) == {"seq", "resource", "id", "version"}
    return found


def test_the_feed_begins_with_its_end(scene: Scene):
    assert feed(scene)["items"] == []


def test_the_feed_tells_of_writes_in_their_order(scene: Scene):
    last = feed(scene)["last"]
    first, second = scene.ticket(), scene.ticket()
    scene.write("POST", f"/v1/tickets/{first['id']}/pending", version=first["version"])
    found = feed(scene, after=last)
    told = [(item["id"], item["version"]) for item in found["items"] if item["id"] in (first["id"], second["id"])]
    assert told == [(first["id"], 1), (second["id"], 1), (first["id"], 2)]
    assert found["last"] == found["items"][-1]["seq"]
    sequence = [item["seq"] for item in found["items"]]
    assert sequence == sorted(sequence) and sequence[0] > last


def test_the_feed_in_small_steps_loses_nothing(scene: Scene):
    last = feed(scene)["last"]
    made = [scene.ticket()["id"] for _ in range(3)]
    end, told = feed(scene)["last"], []
    while last < end:
        found = feed(scene, after=last, limit=1)
        told += [item["id"] for item in found["items"]]
        assert found["last"] > last
        last = found["last"]
    assert [record for record in told if record in made] == made


@pytest.mark.parametrize(
    "params", [{"after": "-1"}, {"after": "x"}, {"limit": "0"}, {"limit": "1001"}, {"before": "1"}]
)
def test_what_the_feed_does_not_take(target: Target, params: dict[str, str]):
    assert target.as_role("support").get("/v1/changes", params=params).status_code in (400, 422)


# Intents


def test_an_intent_that_nobody_had(target: Target):
    key = new_key()
    found = target.as_role("support").get(f"/v1/intents/{key}").json()
    assert found == {"key": key, "state": "unknown", "status": None, "resource": None, "id": None, "version": None}
