"""Whoever is to approve a plan to erase is told before, what has changed since it was submitted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.platform_api.erasure_plan import differences
from console.platform_api.platform import Platform
from tests.platform_api.api import Api
from tests.platform_api.erased import NAME, Scene, lay_out
from tests.platform_api.orders_made import add_order
from tests.platform_api.people import add_ticket, log_of, post
from tests.platform_api.privacy_made import add_request
from tests.platform_api.test_erasure import of
from tests.platform_api.worked import Clock

LIST = "/v1/privacy-requests"


def submitted(api: Api) -> Scene:
    scene = lay_out(api.platform)
    privacy = api.sign_in("privacy")
    assert of(privacy, scene, "plan").status_code == 200
    assert of(privacy, scene, "submit").status_code == 200
    return scene


def compare(client: httpx.Client, request: str) -> dict[str, Any]:
    answer = client.get(f"{LIST}/{request}/plan")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_second_person_is_told_what_changed_since_it_was_submitted(api: Api, platform: Platform) -> None:
    scene, second = submitted(api), api.sign_in("privacy2")
    assert compare(second, scene.request) == {"fresh": True, "changes": []}
    add_ticket(platform, person=scene.person, message=f"It is {NAME} again.")
    add_order(platform, scene.person, state="confirmed")
    now = compare(second, scene.request)
    assert now["fresh"] is False
    found = {(each["effect"], each["what"]): (each["before"], each["after"]) for each in now["changes"]}
    assert found[("stops", "open_orders")] == (0, 1), found
    before, after = found[("deletes", "tickets")]
    assert after == before + 1
    assert NAME not in str(now)
    plan = second.get(f"{LIST}/{scene.request}").json()["plan"]["sha256"]
    assert of(second, scene, "approve", {"plan": plan}).status_code == 409
    details = [entry.details for entry in log_of(platform, "privacy-requests:compare-plan")]
    assert ['"fresh":true' in each for each in details] == [True, False]


def test_a_day_on_which_something_goes_counts_as_a_change() -> None:
    line = {
        "effect": "keeps",
        "what": "contact",
        "count": 1,
        "basis": "dispute_window",
        "key": "own",
        "until": "2026-12-01",
    }
    later = {**line, "until": "2026-12-02"}
    assert differences([line], [line]) == []
    [change] = differences([line], [later])
    assert (change["what"], change["before"], change["after"]) == ("contact", 1, 1)
    gone = {"effect": "keeps", "what": "contact", "basis": "dispute_window", "before": 1, "after": 0}
    assert differences([line], []) == [gone]
    assert differences([], [line]) == [gone | {"before": 0, "after": 1}]


def test_only_who_may_approve_it_and_only_while_it_waits(sqlite_api: Api) -> None:
    scene = submitted(sqlite_api)
    where = f"{LIST}/{scene.request}/plan"
    for name, status in (("privacy", 403), ("support", 403), ("auditor", 403), ("admin", 403), ("manager", 200)):
        assert sqlite_api.sign_in(name).get(where).status_code == status, name
    other = add_request(sqlite_api.platform, "delete", "in_progress", person=scene.person)
    assert sqlite_api.sign_in("manager").get(f"{LIST}/{other}/plan").status_code == 409
    nobody = add_request(sqlite_api.platform, "delete", "review")
    assert sqlite_api.sign_in("manager").get(f"{LIST}/{nobody}/plan").status_code == 409
    hidden = add_request(sqlite_api.platform, "concern", "in_progress", names=["manager"])
    assert sqlite_api.sign_in("manager").get(f"{LIST}/{hidden}/plan").status_code == 404


@pytest.mark.parametrize("minutes", [6, 9])
def test_a_password_too_old_to_approve_is_fresh_enough_to_look(sqlite_api: Api, minutes: int) -> None:
    scene, second = submitted(sqlite_api), sqlite_api.sign_in("privacy2")
    Clock(sqlite_api.platform).forward(seconds=timedelta(minutes=minutes).total_seconds())
    assert compare(second, scene.request)["fresh"]
    assert of(second, scene, "approve", {"plan": "0" * 64}).status_code in (401, 403)
    assert post(second, f"{LIST}/{scene.request}/plan").status_code == 403  # making one is another's
