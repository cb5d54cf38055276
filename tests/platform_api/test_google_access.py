"""What came from Google (P8, P9): no role sees or uses it but on one of three grounds, allowed by a second person, for one case and a day."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from console.records.employees import Role
from tests.platform_api.api import Api
from tests.platform_api.orders_made import claim
from tests.platform_api.people import MARIA, add_person, add_ticket, log_of, post
from tests.platform_api.worked import Clock

ASKED = {"ground": "consent", "evidence": "She agreed by mail on 3 March."}
FIELDS = {"fields": ["google_email"], "reason": "privacy_request"}


def reveal(client: httpx.Client, person: str, case: str) -> httpx.Response:
    return post(client, f"/v1/users/{person}/reveal", {**FIELDS, "case": case})


def asked(client: httpx.Client, person: str, case: str, **more: Any) -> httpx.Response:
    return post(client, "/v1/google-access", {**ASKED, "person": person, "case": case, **more})


def decide(client: httpx.Client, access: dict[str, Any], action: str = "allow", body: Any = None) -> httpx.Response:
    return post(client, f"/v1/google-access/{access['number']}/{action}", body, version=access["version"])


def test_it_takes_a_ground_and_a_second_person_and_ends_with_the_day(api: Api, platform: Platform) -> None:
    person, clock = add_person(platform), Clock(platform)
    case, other = add_ticket(platform, "privacy", person=person), add_ticket(platform, "privacy", person=person)
    privacy, manager = api.sign_in("privacy"), api.sign_in("manager")
    refused = reveal(privacy, person, case)
    assert refused.status_code == 403 and "second person" in refused.json()["detail"]
    made = asked(privacy, person, case)
    assert made.status_code == 201, made.text
    access = made.json()
    assert (access["state"], access["ground"], access["evidence"]) == ("asked", "consent", ASKED["evidence"])
    assert asked(privacy, person, case).status_code == 409
    assert decide(privacy, access).status_code == 403  # not by who asked
    assert reveal(privacy, person, case).status_code == 403
    allowed = decide(manager, access)
    assert allowed.status_code == 200, allowed.text
    assert decide(manager, access).status_code in (409, 412)
    shown = reveal(privacy, person, case)
    assert shown.json()["values"] == {"google_email": MARIA["google_email"]}, shown.text
    assert reveal(privacy, person, other).status_code == 403  # for this case alone
    claim(platform, case, "privacy2")
    assert reveal(api.sign_in("privacy2"), person, case).status_code == 403  # for who asked alone
    claim(platform, case, "privacy")
    clock.forward(days=1, seconds=1)
    case = add_ticket(platform, "privacy", person=person)
    assert reveal(api.sign_in("privacy"), person, case).status_code == 403
    assert MARIA["google_email"] not in "".join(str(row) for row in log_of(platform, "users:reveal"))
    assert [row.fields for row in log_of(platform, "users:reveal") if row.outcome == "done"] == ['["google_email"]']


def test_it_is_asked_for_with_a_case_of_the_person_and_may_be_refused(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person, stranger = add_person(platform), add_person(platform, email="other@example.net")
    case, foreign = add_ticket(platform, "privacy", person=person), add_ticket(platform, "privacy2", person=person)
    assert asked(privacy, stranger, case).status_code == 403
    assert asked(privacy, person, foreign).status_code == 403
    assert asked(privacy, person, case, ground="curiosity").status_code == 422
    assert asked(privacy, person, case, evidence="").status_code == 422
    access = asked(privacy, person, case, ground="legal").json()
    assert (
        decide(sqlite_api.sign_in("privacy2"), access, "refuse", {"text": "No letter of a court."}).status_code == 200
    )
    assert reveal(privacy, person, case).status_code == 403
    assert asked(privacy, person, case).status_code == 201  # anew, on another ground
    auditor = sqlite_api.sign_in("auditor").get("/v1/google-access").json()["items"]
    assert [item["state"] for item in auditor] == ["asked", "refused"]
    assert "evidence" not in str(auditor) and "U-" not in str(auditor)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SERVICE, Role.PRIVACY)])
def test_no_other_role_sees_asks_or_finds_it(sqlite_api: Api, role: Role) -> None:
    platform, client = sqlite_api.platform, sqlite_api.sign_in(str(role))
    person = add_person(platform)
    case = add_ticket(platform, str(role), person=person)
    assert reveal(client, person, case).status_code in (403, 404)
    assert asked(client, person, case).status_code == 403
    for path in (f"/v1/users/{person}", "/v1/users"):
        assert MARIA["google_email"] not in client.get(path, headers={"Petworks-Case": case}).text
    if role in (Role.SUPPORT, Role.BILLING, Role.MANAGER):
        found = post(client, "/v1/users/search", {"email": MARIA["google_email"]})
        assert found.json()["items"] == []


def test_who_asked_withdraws_it_and_gives_back_what_was_allowed(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "privacy", person=person)
    privacy, second = api.sign_in("privacy"), api.sign_in("privacy2")
    first = asked(privacy, person, case).json()
    assert decide(second, first, "withdraw").status_code == 403
    withdrawn = decide(privacy, first, "withdraw")
    assert withdrawn.status_code == 200 and withdrawn.json()["state"] == "withdrawn"
    assert decide(second, withdrawn.json()).status_code == 409
    allowed = decide(second, asked(privacy, person, case).json()).json()
    assert reveal(privacy, person, case).status_code == 200
    assert decide(privacy, allowed, "withdraw").status_code == 200
    assert reveal(privacy, person, case).status_code == 403


def test_what_is_over_by_itself_is_not_withdrawn(api: Api, platform: Platform) -> None:
    person, clock = add_person(platform), Clock(platform)
    case = add_ticket(platform, "privacy", person=person)
    made = asked(api.sign_in("privacy"), person, case).json()
    allowed = decide(api.sign_in("privacy2"), made).json()
    clock.forward(days=1, seconds=1)
    privacy = api.sign_in("privacy")
    offered = {each["name"]: each for each in privacy.get(f"/v1/google-access/{made['number']}").json()["actions"]}
    assert "day is over" in offered["withdraw"]["because"]
    assert decide(privacy, allowed, "withdraw").status_code == 409
