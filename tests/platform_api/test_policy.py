"""GET /v1/policy: the rules as they are written down, each with what can be counted of it now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import DisclosureRow, ErasureRow, GoogleAccessRow, KeptRow
from console.policy import FIGURES, RULES
from tests.platform_api.api import Api, employee_id
from tests.platform_api.people import add_person
from tests.platform_api.privacy_made import add_request


def counted(who: httpx.Client) -> dict[str, int]:
    """Figure → number, as this employee is told."""
    items = who.get("/v1/policy").raise_for_status().json()["items"]
    return {figure["name"]: figure["value"] for item in items for figure in item["figures"]}


def add_rows(platform: Platform, *rows: Any) -> None:
    with platform.database.writing() as session:
        session.add_all(rows)


def rule_of(who: httpx.Client, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in who.get("/v1/policy").json()["items"] if each["name"] == name)
    return found


def test_every_rule_is_told_with_where_it_is_kept_and_what_shows_it(sqlite_api: Api) -> None:
    answer = sqlite_api.sign_in("auditor").get("/v1/policy").json()
    assert [item["name"] for item in answer["items"]] == [rule.name for rule in RULES]
    assert (answer["version"]["number"], answer["version"]["label"]) == ("PV-1", "1")
    for item, rule in zip(answer["items"], RULES, strict=True):
        assert (item["promise"], item["rule"]) == (rule.promise, rule.rule)
        assert (item["enforced"], item["shown_by"]) == (list(rule.enforced), list(rule.shown_by))
        assert [figure["name"] for figure in item["figures"]] == list(rule.figures)
    assert set(counted(sqlite_api.sign_in("auditor"))) == set(FIGURES)


def test_what_was_done_today_is_counted_and_yesterday_s_is_not(api: Api) -> None:
    person, platform = add_person(api.platform), api.platform
    now = platform.clock()
    for days in (1, 0):
        row = DisclosureRow(
            id=new_id(), at=now - timedelta(days=days), recipient="processor", fields=["token"], purpose="refund"
        )
        add_rows(platform, row)
    support = api.sign_in("support")
    wish = {"channel": "email", "topics": ["specials"]}
    support.post(f"/v1/users/{person}/opt-out", json=wish, headers=intent()).raise_for_status()
    assert support.get("/v1/policy").status_code == 403
    before = counted(api.sign_in("manager"))
    assert (before["disclosures_today"], before["opt_outs_today"], before["refusals_today"]) == (1, 1, 1)
    assert before["reveals_today"] == 0
    tomorrow = now + timedelta(days=1)
    platform.clock = lambda: tomorrow
    after = counted(api.sign_in("manager"))
    assert (after["disclosures_today"], after["opt_outs_today"], after["refusals_today"]) == (0, 0, 0)
    assert after["opted_out"] == before["opted_out"]


def intent() -> dict[str, str]:
    return {"Idempotency-Key": new_id(), "If-Match": '"1"'}


def test_requests_that_are_open_and_those_that_are_overdue(api: Api) -> None:
    platform, now = api.platform, api.platform.clock()
    add_request(platform, "access")
    add_request(platform, "access", next_due=now - timedelta(minutes=1))
    add_request(platform, "access", "fulfilled", next_due=now - timedelta(days=1))
    add_request(platform, "delete", received=now - timedelta(days=40), next_due=now + timedelta(days=5))
    found = counted(api.sign_in("privacy"))
    assert (found["open_access"], found["overdue_access"]) == (2, 1)
    assert (found["open_delete"], found["overdue_delete"], found["received_month"]) == (1, 0, 3)
    rule = rule_of(api.sign_in("privacy"), "P10")
    assert rule["alarm"]
    assert not rule_of(api.sign_in("privacy"), "P12")["alarm"]


def test_a_concern_about_privacy_is_in_no_count_of_privacy_s_nor_of_who_is_named(sqlite_api: Api) -> None:
    add_request(sqlite_api.platform, "concern", about_privacy=True, names=["manager2"])
    add_request(sqlite_api.platform, "concern", names=["privacy2"])
    seen = {
        name: counted(sqlite_api.sign_in(name)) for name in ("manager", "manager2", "auditor", "privacy", "privacy2")
    }
    assert {name: found["open_concern"] for name, found in seen.items()} == {
        "manager": 2, "manager2": 1, "auditor": 2, "privacy": 1, "privacy2": 0,
    }  # fmt: skip
    assert {name: found.get("about_privacy_open") for name, found in seen.items()} == {
        "manager": 1, "manager2": 0, "auditor": 1, "privacy": None, "privacy2": None,
    }  # fmt: skip


def test_what_is_kept_too_long_alarms_and_what_is_kept_in_time_does_not(api: Api) -> None:
    platform, now = api.platform, api.platform.clock()
    person = new_id()
    kept: dict[str, Any] = {"person": person, "what": "payments", "basis": "accounting", "count": 3}
    add_rows(platform, KeptRow(id=new_id(), until=now + timedelta(days=1), **kept))
    add_rows(platform, ErasureRow(id=new_id(), person=person, begun=now, finished=now, epoch=1))
    add_rows(platform, ErasureRow(id=new_id(), person=new_id(), begun=now, epoch=1))
    by: dict[str, Any] = {
        "person": person,
        "ticket": new_id(),
        "ground": "consent",
        "asked": now,
        "asked_by": employee_id(platform, "privacy"),
    }
    for until in (now + timedelta(hours=1), now - timedelta(hours=1)):
        add_rows(platform, GoogleAccessRow(id=new_id(), state="allowed", until=until, **by))
    auditor = api.sign_in("auditor")
    found = counted(auditor)
    assert (found["erased"], found["kept_too_long"], found["google_allowed"]) == (1, 0, 1)
    assert not rule_of(auditor, "P12")["alarm"]
    add_rows(platform, KeptRow(id=new_id(), until=now - timedelta(days=1), **kept))
    assert counted(auditor)["kept_too_long"] == 1
    assert rule_of(auditor, "P12")["alarm"]


def test_a_look_at_the_policy_is_on_the_log(sqlite_api: Api) -> None:
    sqlite_api.sign_in("manager").get("/v1/policy").raise_for_status()
    [entry] = sqlite_api.sign_in("auditor").get("/v1/audit", params={"resource": "policy"}).json()["items"]
    assert (entry["action"], entry["outcome"], entry["details"]) == ("policy:list", "done", {"count": 37})


@pytest.mark.parametrize("role", ["support", "billing", "admin", "service"])
def test_the_policy_screen_is_nothing_to_the_others(role: str, sqlite_api: Api) -> None:
    assert sqlite_api.sign_in(role).get("/v1/policy").status_code == 403
