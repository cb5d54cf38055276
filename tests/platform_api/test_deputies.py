"""Deputies: named by the admin for a day, on the log and told to the auditor; they see counts and bases, decide, and do nothing else."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from tests.platform_api.api import Api
from tests.platform_api.people import MARIA, add_person, add_ticket, log_of, post
from tests.platform_api.privacy_made import REPLY_TO, WORDS, add_request
from tests.platform_api.test_employees import number_of
from tests.platform_api.test_google_access import ASKED, asked, decide
from tests.platform_api.test_privacy_proof import look
from tests.platform_api.worked import Clock


def named(api: Api, name: str, purpose: str, action: str = "name-deputy", by: str = "admin") -> httpx.Response:
    admin = api.sign_in(by)
    number = number_of(api.sign_in("admin"), name)
    version = api.sign_in("admin").get(f"/v1/employees/{number}").json()["version"]
    return post(admin, f"/v1/employees/{number}/{action}", {"purpose": purpose}, version=version)


def to_approve(api: Api, person: str) -> tuple[str, str]:
    """A request to delete that waits for a second person, and its plan's hash."""
    request = add_request(api.platform, "delete", "in_progress", person=person, assignee="privacy")
    privacy = api.sign_in("privacy")
    assert post(privacy, f"/v1/privacy-requests/{request}/plan").status_code == 200
    sent = post(privacy, f"/v1/privacy-requests/{request}/submit", version=look(privacy, request)["version"])
    assert sent.status_code == 200, sent.text
    return request, sent.json()["plan"]["sha256"]


def approve(client: httpx.Client, request: str, plan: str) -> httpx.Response:
    return post(
        client, f"/v1/privacy-requests/{request}/approve", {"plan": plan}, version=look(client, request)["version"]
    )


def allowed(record: dict[str, Any]) -> set[str]:
    return {action["name"] for action in record["actions"] if action["allowed"]}


def test_a_deputy_approves_an_erasure_and_it_ends_with_the_day(api: Api, platform: Platform) -> None:
    clock, person = Clock(platform), add_person(platform)
    request, plan = to_approve(api, person)
    support = api.sign_in("support")
    refused = approve(support, request, plan)
    assert refused.status_code == 403 and "deputy" in refused.json()["detail"]
    made = named(api, "support", "erasure")
    assert made.status_code == 200, made.text
    assert [one["purpose"] for one in made.json()["deputy"]] == ["erasure"]
    assert [one["purpose"] for one in support.get("/v1/me").json()["deputy"]] == ["erasure"]
    assert named(api, "support", "erasure").status_code == 409
    assert approve(api.sign_in("support2"), request, plan).status_code == 403  # nobody else
    clock.forward(days=1, seconds=1)
    support = api.sign_in("support")
    assert support.get("/v1/me").json()["deputy"] == []
    assert approve(support, request, plan).status_code == 403
    assert named(api, "support", "erasure").status_code == 200
    done = approve(api.sign_in("support"), request, plan)
    assert done.status_code == 200, done.text
    assert done.json()["state"] == "erasing"
    assert [
        json.loads(row.details)["deputy"]
        for row in log_of(platform, "privacy-requests:approve")
        if row.outcome == "done"
    ] == [True]


def test_the_auditor_is_told_of_it_and_the_admin_ends_it(sqlite_api: Api) -> None:
    platform, person = sqlite_api.platform, add_person(sqlite_api.platform)
    request, plan = to_approve(sqlite_api, person)
    assert named(sqlite_api, "billing", "erasure").status_code == 200
    assert "send-back" in allowed(look(sqlite_api.sign_in("billing"), request))
    ended = named(sqlite_api, "billing", "erasure", "end-deputy")
    assert ended.status_code == 200 and ended.json()["deputy"] == []
    assert approve(sqlite_api.sign_in("billing"), request, plan).status_code == 403
    assert named(sqlite_api, "billing", "erasure", "end-deputy").status_code == 409
    told = sqlite_api.sign_in("auditor").get("/v1/audit", params={"told": "auditor"}).json()["items"]
    assert [row["action"] for row in told] == ["employees:end-deputy", "employees:name-deputy"]
    assert told[1]["details"]["purpose"] == "erasure"
    assert {row.told for row in log_of(platform, "employees:name-deputy")} == {"auditor"}


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("manager", "second persons anyway"),
        ("privacy", "second persons anyway"),
        ("auditor", "support or billing"),
        ("service", "support or billing"),
        ("admin2", "support or billing"),
    ],
)
def test_only_who_has_another_role_stands_in(sqlite_api: Api, name: str, because: str) -> None:
    answer = named(sqlite_api, name, "erasure")
    assert answer.status_code == 409 and because in answer.text


def test_nobody_names_themself_and_nobody_but_the_admin_names(sqlite_api: Api) -> None:
    assert named(sqlite_api, "admin", "google").status_code == 403
    assert named(sqlite_api, "support2", "google", by="manager").status_code == 403
    assert named(sqlite_api, "support", "google", by="auditor").status_code == 403
    assert named(sqlite_api, "support", "everything").status_code == 422
    assert named(sqlite_api, "support", "google").status_code == 200


def test_a_deputy_for_google_sees_the_ground_alone_and_allows_it(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "privacy", person=person)
    access = asked(api.sign_in("privacy"), person, case).json()
    support = api.sign_in("support")
    assert support.get("/v1/google-access").json()["items"] == []
    assert support.get(f"/v1/google-access/{access['number']}").status_code == 404
    assert decide(support, access).status_code == 404
    assert named(api, "support", "erasure").status_code == 200  # for something else
    assert decide(support, access).status_code == 404
    assert named(api, "support", "google").status_code == 200
    seen = support.get(f"/v1/google-access/{access['number']}").json()
    assert (seen["ground"], seen["state"]) == ("consent", "asked")
    assert ASKED["evidence"] not in str(seen) and "evidence" not in str(seen["masks"])
    done = decide(support, access)
    assert done.status_code == 200 and done.json()["state"] == "allowed"
    assert (
        post(
            support,
            f"/v1/users/{person}/reveal",
            {"fields": ["google_email"], "case": case, "reason": "privacy_request"},
        ).status_code
        == 403
    )


def test_a_deputy_sees_counts_and_bases_and_nothing_that_was_said(sqlite_api: Api) -> None:
    request, _ = to_approve(sqlite_api, add_person(sqlite_api.platform))
    assert named(sqlite_api, "support", "erasure").status_code == 200
    support = sqlite_api.sign_in("support")
    seen = look(support, request)
    assert {line["effect"] for line in seen["plan"]["lines"]} >= {"deletes", "keeps"}
    assert allowed(seen) == {"approve", "send-back", "withdraw"}  # who works in support withdraws, deputy or not
    text = str(seen)
    assert not any(word in text for word in (WORDS, REPLY_TO, "Maria", MARIA["email"]))


def test_a_deputy_gives_the_password_too(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    clock, person = Clock(platform), add_person(platform)
    request, plan = to_approve(sqlite_api, person)
    assert named(sqlite_api, "support", "erasure").status_code == 200
    support = sqlite_api.sign_in("support")
    clock.forward(minutes=6)
    old = approve(support, request, plan)
    assert (old.status_code, old.json()["type"]) == (401, "fresh-sign-in")
