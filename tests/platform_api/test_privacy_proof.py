"""Who asks: signed in or by matching points, what proves nothing, five wrong values, and that what was said is kept nowhere."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from console.platform_api.tables import CallerCheck, UserRow, table
from tests.platform_api.api import Api
from tests.platform_api.orders_made import add_order
from tests.platform_api.people import MARIA, START, add_person, log_of, post
from tests.platform_api.privacy_made import add_request
from tests.telling import telling

LIST = "/v1/privacy-requests"
EMAIL, PHONE, POSTCODE = (
    {"field": name, "value": value}
    for name, value in (("email", " MARIA.gomez@example.net"), ("phone", "(203) 555-0142"), ("postcode", "0 6604"))
)
WRONG = {"field": "phone", "value": "+12035550199"}


def look(client: httpx.Client, request: str) -> dict[str, Any]:
    answer = client.get(f"{LIST}/{request}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def unsent(body: dict[str, Any]) -> list[str]:
    """Ids of the letters that have reached nobody."""
    return [each["id"] for each in body["unsent"]]


def verify(client: httpx.Client, request: str, *points: dict[str, str], **more: Any) -> httpx.Response:
    body = {"method": "points", "points": list(points), **more}
    return post(client, f"{LIST}/{request}/verify", body, version=look(client, request)["version"])


def errors(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["where"] for error in answer.json()["errors"]]


def test_specific_values_need_three_points_and_a_declaration_and_they_add_up(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    order = add_order(platform, parent=person)
    request, privacy = add_request(platform, "access", person=person, assignee="privacy"), api.sign_in("privacy")
    assert errors(verify(privacy, request, EMAIL, PHONE, POSTCODE)) == ["declaration"]
    first = verify(privacy, request, EMAIL, WRONG, declaration=True)
    assert first.status_code == 200, first.text
    body = first.json()
    assert (body["proven"], body["matched"], body["needed"], body["left"]) == (False, 1, 3, 4)
    assert (body["state"], body["verified"]) == ("received", None)
    second = verify(privacy, request, POSTCODE, {"field": "order", "value": order}, declaration=True).json()
    assert (second["state"], second["verified_by"], second["points"], second["proven"]) == (
        "verified",
        "points",
        3,
        True,
    )
    entries = log_of(platform, "privacy-requests:verify")
    said = " ".join(f"{entry.details} {entry.fields}" for entry in entries) + str(body)
    assert len(entries) == 2 and "0199" not in telling(said) and "06604" not in telling(said)


def test_what_is_said_to_be_wrong_proves_nothing(api: Api, platform: Platform) -> None:
    request = add_request(platform, "correct", person=add_person(platform), assignee="privacy")
    privacy = api.sign_in("privacy")
    assert errors(verify(privacy, request, EMAIL, PHONE)) == ["disputed"]
    assert errors(verify(privacy, request, EMAIL, PHONE, disputed=["gender"])) == ["disputed"]
    assert errors(verify(privacy, request, EMAIL, PHONE, disputed=["email"])) == ["points"]
    assert checks(platform) == []
    one = verify(privacy, request, PHONE, disputed=["email"]).json()
    assert (one["proven"], one["disputed"]) == (False, ["email"])
    assert errors(verify(privacy, request, EMAIL, POSTCODE)) == ["points"]  # it stays disputed
    assert verify(privacy, request, POSTCODE).json()["state"] == "verified"


def test_a_caller_check_of_the_disputed_value_does_not_count_either(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    request, privacy = add_request(platform, "correct", person=person, assignee="privacy"), api.sign_in("privacy")
    said = {"field": "email", "said": MARIA["email"], "case": look(privacy, request)["case"]}
    assert post(privacy, f"/v1/users/{person}/caller-check", said).json()["match"]
    assert not verify(privacy, request, PHONE, disputed=["email"]).json()["proven"]


def test_five_wrong_values_are_all_whoever_is_asked_about(api: Api, platform: Platform) -> None:
    request, privacy = (
        add_request(platform, "delete", person=add_person(platform), assignee="privacy"),
        api.sign_in("privacy"),
    )
    wrong = [{**WRONG, "field": name} for name in ("email", "phone", "postcode", "order")]
    assert verify(privacy, request, *wrong, declaration=True).json()["left"] == 1
    assert verify(privacy, request, *wrong, declaration=True).json()["left"] == 0
    assert len(checks(platform)) == 5  # what was offered together with the fifth wrong one is not compared
    assert verify(privacy, request, EMAIL, PHONE, POSTCODE, declaration=True).status_code == 429
    assert look(privacy, request)["state"] == "received"


@pytest.mark.parametrize(
    "points",
    [
        [],
        [EMAIL, EMAIL],
        [{"field": "gender", "value": "woman"}],
        [{"field": "street", "value": "12 Fairfield Avenue"}],
    ],
)
def test_points_are_different_ones_of_those_offered(sqlite_api: Api, points: list[dict[str, str]]) -> None:
    platform = sqlite_api.platform
    request = add_request(platform, "correct", person=add_person(platform), assignee="privacy")
    privacy = sqlite_api.sign_in("privacy")
    assert errors(verify(privacy, request, *points, disputed=["name"])) == ["points"]
    assert set(privacy.get("/v1").json()["verification_points"]) == {"email", "phone", "postcode", "order"}


def test_somebody_else_s_order_is_no_point(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person, pro, other = (add_person(platform) for _ in range(3))
    theirs, others = add_order(platform, parent=other, pro=person), add_order(platform, parent=other, pro=pro)
    request = add_request(platform, person=person, assignee="privacy")
    for order, matched in ((others, 0), (theirs, 1)):
        said = verify(privacy, request, {"field": "order", "value": order}, declaration=True)
        assert said.json()["matched"] == matched


def test_signed_in_counts_only_for_who_was_and_an_agent_shows_their_authority(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    signed, not_signed, agent, shown = (
        add_request(platform, person=person, assignee="privacy", **more)
        for more in ({"signed_in": True}, {}, {"signed_in": True, "agent": True}, {"signed_in": True, "agent": True, "authority": "A letter."})
    )  # fmt: skip
    answers = [verify(privacy, request, method="signed_in") for request in (signed, not_signed, agent, shown)]
    assert [answer.status_code for answer in answers] == [200, 409, 409, 200]
    assert answers[0].json()["verified_by"] == "signed_in"
    nobody = add_request(platform, assignee="privacy")
    assert verify(privacy, nobody, EMAIL, declaration=True).status_code == 409
    assert verify(sqlite_api.sign_in("privacy2"), not_signed, EMAIL, declaration=True).status_code == 403


def test_what_came_from_google_proves_nothing(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    from_google(platform, person)
    request = add_request(platform, "correct", person=person, assignee="privacy")
    assert verify(privacy, request, EMAIL, PHONE, disputed=["name"]).json()["matched"] == 0


def test_a_caller_check_of_what_came_from_google_tells_and_proves_nothing(api: Api, platform: Platform) -> None:
    """It would tell by its match what nobody here may read (P8), and count as a point besides."""
    person, privacy = add_person(platform), api.sign_in("privacy")
    from_google(platform, person)
    request = add_request(platform, "correct", person=person, assignee="privacy")
    said = {"field": "email", "said": MARIA["email"], "case": look(privacy, request)["case"]}
    assert post(privacy, f"/v1/users/{person}/caller-check", said).json()["match"] is False
    assert verify(privacy, request, POSTCODE, disputed=["name"]).json()["matched"] == 1


def test_p10_no_reason_tells_who_is_known_before_it_is_proven(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    letter = {"subject": "Your request", "body": "We don't do it."}
    wish = {"policy_version": "1", "message": letter, "basis": "section 4"}
    for person in (None, add_person(platform)):
        request = add_request(platform, "delete", person=person, assignee="privacy")
        assert look(privacy, request)["deny_reasons"] == ["no_right", "unfounded"]
        for reason in ("nothing", "others", "kept_by_law", "right_already"):
            body = {**wish, "reason": reason}
            refused = post(
                privacy, f"/v1/privacy-requests/{request}/deny", body, version=look(privacy, request)["version"]
            )
            assert errors(refused) == ["reason"], reason
    body = {**wish, "reason": "no_right"}
    assert (
        post(
            privacy, f"/v1/privacy-requests/{request}/deny", body, version=look(privacy, request)["version"]
        ).status_code
        == 200
    )
    certain = add_request(platform, "delete", signed_in=True, assignee="privacy")
    body = {**wish, "reason": "nothing"}
    assert "nothing" in look(privacy, certain)["deny_reasons"]
    assert post(privacy, f"/v1/privacy-requests/{certain}/deny", body, version=1).status_code == 200


def from_google(platform: Platform, person: str) -> None:
    """The person's e-mail address and phone number were taken from Google."""
    from console.platform_api.documents import Value, dump
    from console.records.users import Source

    document = {name: Value(MARIA[name], Source.GOOGLE, START) for name in ("email", "phone")}
    sealed = platform.vault.keys_of([person])[person].seal("users", person, "contact", dump(document))
    users = table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(sealed_contact=sealed))


def checks(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(table(CallerCheck).select()))
