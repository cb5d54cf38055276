"""A package goes to the person's own address, or with a second person: one officer alone can't ask, prove and release to themself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from tests.platform_api.api import Api
from tests.platform_api.mailed import files, poster
from tests.platform_api.packages_made import LETTER, package_of
from tests.platform_api.people import MARIA, add_person, add_ticket, log_of, post
from tests.platform_api.privacy_made import add_request, claimed
from tests.platform_api.test_privacy_letters import LIST
from tests.platform_api.test_privacy_proof import EMAIL, PHONE, POSTCODE, look, verify
from tests.platform_api.worked import Clock, worker

OWN = "officer@elsewhere.example.org"
"""Where the officer reads their own mail."""

VALUES = ("email", "phone", "postcode")


def do(client: httpx.Client, request: str, action: str, body: Any = None) -> httpx.Response:
    return post(client, f"{LIST}/{request}/{action}", body, version=look(client, request)["version"])


def take_in(client: httpx.Client, platform: Platform, **more: Any) -> str:
    asked = {
        "kind": "access",
        "channel": "phone",
        "received": (platform.clock() - timedelta(hours=1)).isoformat(),
        **more,
    }
    made = post(client, LIST, asked)
    assert made.status_code == 201, made.text
    assert post(client, f"{LIST}/{made.json()['id']}/claim").status_code == 200
    return str(made.json()["id"])


def prove(client: httpx.Client, request: str, values: dict[str, str]) -> None:
    points = [{"field": name, "value": values[name]} for name in VALUES]
    proven = do(client, request, "verify", {"method": "points", "points": points, "declaration": True})
    assert proven.status_code == 200 and proven.json()["proven"], proven.text


def reveal(client: httpx.Client, person: str, case: str) -> dict[str, str]:
    wish = {"fields": list(VALUES), "case": case, "reason": "privacy_request"}
    shown = post(client, f"/v1/users/{person}/reveal", wish)
    assert shown.status_code == 200, shown.text
    values: dict[str, str] = shown.json()["values"]
    return values


def build(client: httpx.Client, platform: Platform, request: str) -> None:
    if look(client, request)["state"] == "verified":
        assert do(client, request, "begin").status_code == 200
    built = do(client, request, "build-package")
    assert built.status_code == 200, built.text
    worker(platform).run_all()


def release(client: httpx.Client, request: str) -> httpx.Response:
    return do(client, request, "release-package", {"message": LETTER})


def sent_to(platform: Platform) -> list[str]:
    Clock(platform).forward(minutes=10)
    poster(platform).run_all()
    return [str(message["To"]) for message in files(platform)]


def test_one_officer_alone_gets_nobody_s_data(api: Api, platform: Platform) -> None:
    """The whole attack: a made-up request, proven with what was looked up, released to an address of the officer's own."""
    victim, officer = add_person(platform), api.sign_in("privacy")
    request = take_in(officer, platform, person=victim, reply_to=OWN, asker="Maria Gómez")
    case = look(officer, request)["case"]
    prove(officer, request, reveal(officer, victim, case))
    build(officer, platform, request)
    refused = release(officer, request)
    assert refused.status_code == 403 and refused.json()["conditions"] == ["second_allowed"]
    assert do(officer, request, "allow-release").status_code == 403
    assert post(officer, f"{LIST}/{request}/release", version=look(officer, request)["version"]).status_code == 200
    put_back = do(officer, request, "allow-release")  # nor without the claim
    assert put_back.status_code == 403 and put_back.json()["conditions"] == ["not_involved"]
    assert sent_to(platform) == [] and package_of(platform, request).state == "built"
    assert {row.outcome for row in log_of(platform, "privacy-requests:release-package")} == {"refused"}


def test_a_colleague_s_request_is_not_released_to_oneself_either(api: Api, platform: Platform) -> None:
    """Whoever takes over what a colleague proved still can't send it to a strange address by themself."""
    victim = add_person(platform)
    request = add_request(platform, "access", "in_progress", person=victim, assignee="privacy", reply_to=OWN)
    officer = api.sign_in("privacy")
    build(officer, platform, request)
    assert look(officer, request)["package"]["second"] == "address"
    assert release(officer, request).status_code == 403


@pytest.mark.parametrize("source", ["self", "employee"])
def test_an_address_that_an_employee_wrote_is_not_the_person_s_own(sqlite_api: Api, source: str) -> None:
    """Else the officer would correct the victim's address first, as said by the victim."""
    platform, officer = sqlite_api.platform, sqlite_api.sign_in("privacy")
    victim = add_person(platform)
    case = add_ticket(platform, "privacy", person=victim)
    headers = {"Petworks-Case": case, "If-Match": '"1"'}
    changed = officer.patch(f"/v1/users/{victim}", json={"set": {"email": OWN}, "source": source}, headers=headers)
    assert changed.status_code == 200, changed.text
    for reply_to in (OWN, ""):
        request = add_request(platform, "access", "in_progress", person=victim, assignee="privacy", reply_to=reply_to)
        build(officer, platform, request)
        assert release(officer, request).status_code == 403, reply_to


def test_to_the_person_s_own_address_it_goes_without_a_second_person(api: Api, platform: Platform) -> None:
    person, officer = add_person(platform), api.sign_in("privacy")
    request = take_in(officer, platform, person=person, reply_to=MARIA["email"].upper())
    prove(officer, request, {name: MARIA[name] for name in VALUES})
    build(officer, platform, request)
    assert look(officer, request)["package"]["second"] is None
    released = release(officer, request)
    assert released.status_code == 200, released.text


def test_to_who_was_signed_in_it_goes_wherever_they_said(sqlite_api: Api) -> None:
    platform, officer = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(
        platform, person=add_person(platform), assignee="privacy", signed_in=True, reply_to="new@example.org"
    )
    assert do(officer, request, "verify", {"method": "signed_in"}).status_code == 200
    build(officer, platform, request)
    assert release(officer, request).status_code == 200


def test_who_had_looked_the_person_up_proves_nothing_by_themself(sqlite_api: Api) -> None:
    """Even to the own address, and for whichever case they looked: somebody else looks at it."""
    platform, officer = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    values = reveal(officer, person, add_ticket(platform, "privacy", person=person))
    request = take_in(officer, platform, person=person, reply_to=MARIA["email"])
    prove(officer, request, values)
    build(officer, platform, request)
    seen = look(officer, request)
    assert seen["package"]["second"] == "looked_up"
    assert [step["name"] for step in seen["steps"] if step["state"] == "next"] == ["release_allowed"]
    refused = release(officer, request)
    assert refused.status_code == 403 and "looked the person up" in refused.text
    second = sqlite_api.sign_in("privacy2")
    assert do(second, request, "allow-release").status_code == 200
    assert release(officer, request).status_code == 200


def test_another_person_allows_it_for_where_it_goes_now(api: Api, platform: Platform) -> None:
    clock, person = Clock(platform), add_person(platform)
    request = add_request(platform, "access", "in_progress", person=person, assignee="privacy", reply_to=OWN)
    officer, manager = api.sign_in("privacy"), api.sign_in("manager")
    build(officer, platform, request)
    clock.forward(minutes=6)
    old = do(manager, request, "allow-release")
    assert (old.status_code, old.json()["type"]) == (401, "fresh-sign-in")
    manager = api.sign_in("manager")
    seen = look(manager, request)
    assert OWN not in str(seen) and seen["masks"]["reply_to"]
    allowed = do(manager, request, "allow-release")
    assert allowed.status_code == 200, allowed.text
    assert allowed.json()["package"]["allowed_by"] is not None
    assert do(api.sign_in("privacy2"), request, "allow-release").status_code == 409
    officer = api.sign_in("privacy")
    build(officer, platform, request)  # another package has to be allowed anew
    assert release(officer, request).status_code == 403
    assert do(manager, request, "allow-release").status_code == 200
    assert release(officer, request).status_code == 200
    assert sent_to(platform) == [OWN]


def test_who_compared_a_point_of_the_proof_does_not_allow_it(api: Api, platform: Platform) -> None:
    """They know the value, also when somebody else found it proven in the end."""
    person, officer, first = add_person(platform), api.sign_in("privacy"), api.sign_in("privacy2")
    request = add_request(platform, person=person, reply_to=OWN, assignee="privacy2")
    assert verify(first, request, POSTCODE, declaration=True).json()["proven"] is False
    assert do(first, request, "release").status_code == 200
    assert post(officer, f"{LIST}/{request}/claim").status_code == 200
    assert verify(officer, request, EMAIL, PHONE, declaration=True).json()["proven"] is True
    build(officer, platform, request)
    refused = do(first, request, "allow-release")
    assert refused.status_code == 403 and refused.json()["conditions"] == ["not_involved"]
    assert not next(each for each in look(first, request)["actions"] if each["name"] == "allow-release")["allowed"]
    assert do(api.sign_in("manager"), request, "allow-release").status_code == 200


def test_who_allowed_it_does_not_release_it(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    request = add_request(
        platform, "access", "in_progress", person=add_person(platform), assignee="privacy", reply_to=OWN
    )
    build(sqlite_api.sign_in("privacy"), platform, request)
    second = sqlite_api.sign_in("privacy2")
    assert do(second, request, "allow-release").status_code == 200
    claimed(platform, request, "privacy2")
    assert release(second, request).status_code == 403


def test_an_address_that_changed_since_is_looked_at_again(sqlite_api: Api) -> None:
    """It was the person's own when the package was built, and isn't any more."""
    platform, officer = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    request = add_request(platform, "access", "in_progress", person=person, assignee="privacy", reply_to="")
    build(officer, platform, request)
    case = add_ticket(platform, "privacy", person=person)
    headers = {"Petworks-Case": case, "If-Match": '"1"'}
    changed = officer.patch(f"/v1/users/{person}", json={"set": {"email": OWN}, "source": "self"}, headers=headers)
    assert changed.status_code == 200, changed.text
    moved = release(officer, request)
    assert moved.status_code == 409 and "build it anew" in moved.text


def test_nobody_allows_a_package_for_an_address_that_is_another_by_now(sqlite_api: Api) -> None:
    platform, officer = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    case = add_ticket(platform, "privacy", person=person)
    for version, address in ((1, OWN), (2, "another@example.org")):
        headers = {"Petworks-Case": case, "If-Match": f'"{version}"'}
        body = {"set": {"email": address}, "source": "employee"}
        assert officer.patch(f"/v1/users/{person}", json=body, headers=headers).status_code == 200
        if version == 1:
            request = add_request(platform, "access", "in_progress", person=person, assignee="privacy", reply_to="")
            build(officer, platform, request)
            assert look(officer, request)["package"]["second"] == "address"
    moved = do(sqlite_api.sign_in("privacy2"), request, "allow-release")
    assert moved.status_code == 409 and "build it anew" in moved.text


@pytest.mark.parametrize("name", ["support", "billing", "auditor", "admin"])
def test_no_other_role_allows_it(sqlite_api: Api, name: str) -> None:
    platform = sqlite_api.platform
    request = add_request(
        platform, "access", "in_progress", person=add_person(platform), assignee="privacy", reply_to=OWN
    )
    build(sqlite_api.sign_in("privacy"), platform, request)
    answer = post(sqlite_api.sign_in(name), f"{LIST}/{request}/allow-release", version=1)
    assert answer.status_code == 403
