"""What is done with a person: found, revealed, checked, corrected, contacted."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contract.scene import Json, Scene
from tests.contract.target import CANARY, Target


def search(scene: Scene, **terms: Any) -> httpx.Response:
    return scene.support.post("/v1/users/search", json=terms)


def found(scene: Scene, **terms: Any) -> Json:
    answer = search(scene, **terms)
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()
    assert set(page) == {"items", "next", "previous", "total", "first"}
    return page


def reveal(scene: Scene, person: Json, case: str, *fields: str, reason: str | None = "answer_ticket") -> httpx.Response:
    wish = {"fields": fields, "case": case, "reason": reason}
    return scene.support.post(f"/v1/users/{person['id']}/reveal", json=wish)


def check(scene: Scene, person: Json, case: str, field: str, said: str, key: str | None = None) -> httpx.Response:
    wish = {"case": case, "field": field, "said": said}
    return scene.write("POST", f"/v1/users/{person['id']}/caller-check", wish, key=key)


def backed_case(scene: Scene, person: Json) -> str:
    """A case that the person stands behind, so that it doesn't count as one that its opener made up."""
    case = str(scene.ticket(person)["id"])
    assert check(scene, person, case, "postcode", person["postcode"]).json()["match"]
    return case


# Finding


@pytest.mark.parametrize("kind", ["number", "email", "phone"])
def test_found_by(scene: Scene, kind: str):
    person = scene.person()
    [hit] = found(scene, **{kind: person[kind]})["items"]
    assert hit["id"] == person["id"]
    assert "email" in hit["masks"] and "email" not in hit


def test_a_name_needs_a_case(scene: Scene):
    answer = search(scene, name=scene.person()["name"])
    assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")


def test_found_by_name(scene: Scene):
    person = scene.person()
    case = scene.ticket()["id"]
    surname = person["name"].split()[1]
    page = found(scene, name=surname, case=case)
    [hit] = page["items"]
    assert (hit["id"], hit["city"], hit["last_service"]) == (person["id"], "Austin", None)
    assert page["total"] == {"count": 1, "exact": True}
    assert found(scene, name=surname, case=case, city="Boston")["items"] == []
    assert len(found(scene, name=surname, case=case, postcode=person["postcode"])["items"]) == 1


def test_nobody_found(scene: Scene):
    assert found(scene, email=f"{CANARY}@mail.example")["items"] == []


# Revealing


def test_revealed_for_a_case(scene: Scene):
    person = scene.person()
    case = backed_case(scene, person)
    answer = reveal(scene, person, case, "name", "email")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["grant"] == "new"
    assert set(told) == {"values", "missing", "expires", "grant"}
    assert told["values"] == {"name": person["name"], "email": person["email"]}
    held = reveal(scene, person, case, "phone", reason=None).json()
    assert held["grant"] == "held" and held["expires"] == told["expires"]


def test_a_reveal_needs_its_case(scene: Scene):
    person = scene.person()
    for case in (scene.ticket()["id"], "T-1"):
        answer = reveal(scene, person, case, "name")
        assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")
        assert answer.json()["because"]


def test_a_reveal_ends(scene: Scene):
    person = scene.person()
    case = backed_case(scene, person)
    assert reveal(scene, person, case, "name").json()["grant"] == "new"
    assert scene.support.delete("/v1/reveals").status_code == 204
    assert reveal(scene, person, case, "name", reason=None).status_code == 422
    assert reveal(scene, person, case, "name").json()["grant"] == "new"


def test_a_reveal_needs_a_reason_that_is_offered(scene: Scene):
    person = scene.person()
    case = backed_case(scene, person)
    assert reveal(scene, person, case, "name", reason=CANARY).status_code == 422


# Caller check


def test_five_tries(scene: Scene):
    person = scene.person()
    case = scene.ticket(person)["id"]
    answers = [check(scene, person, case, "phone", "+1 212 555 0000").json() for _ in range(5)]
    assert answers == [{"match": False, "left": left} for left in (4, 3, 2, 1, 0)]
    assert check(scene, person, case, "phone", person["phone"]).status_code == 429


def test_one_try_an_intent(scene: Scene):
    person = scene.person()
    case = scene.ticket(person)["id"]
    first, again = (check(scene, person, case, "email", person["email"], key=str(case)) for _ in range(2))
    assert first.json() == again.json() == {"match": True, "left": 4}
    assert again.headers["idempotent-replay"] == "true"


def test_a_phone_in_another_form(scene: Scene):
    person = scene.person()
    case = scene.ticket(person)["id"]
    bare = person["phone"].removeprefix("+1").replace(" ", "")
    assert check(scene, person, case, "phone", f"({bare[:3]}) {bare[3:]}").json()["match"]


# Correcting


def test_an_email_needs_two_checks_on_other_values(scene: Scene):
    person = scene.person()
    case = backed_case(scene, person)
    path, wish = f"/v1/users/{person['id']}", {"set": {"email": "new@mail.example"}, "source": "self"}
    refused = scene.write("PATCH", path, wish, version=scene.user(person)["version"], case=case)
    assert refused.status_code == 403 and refused.json()["because"]
    assert check(scene, person, case, "phone", person["phone"]).json()["match"]
    done = scene.write("PATCH", path, wish, version=scene.user(person)["version"], case=case)
    assert done.status_code == 200, done.text
    assert done.json()["masks"]["email"] and "new@mail.example" not in done.text


# Contact


def contact(scene: Scene, person: Json, **params: str) -> Json:
    answer: Json = scene.support.get(f"/v1/users/{person['id']}/contact", params=params).json()
    assert set(answer) == {"allowed", "because"} and answer["because"]
    return answer


def test_an_opt_out_is_effective_at_once(scene: Scene):
    person = scene.person()
    assert contact(scene, person, topic="specials", service="grooming")["allowed"]
    assert not contact(scene, person, topic="specials", service="walking")["allowed"]
    wish = {"topics": ["specials"], "channel": "phone"}
    done = scene.write("POST", f"/v1/users/{person['id']}/opt-out", wish, version=scene.user(person)["version"])
    assert (done.json()["opted_out"], done.json()["specials"], done.json()["opted_out_channel"]) == (
        True,
        False,
        "phone",
    )
    assert not contact(scene, person, topic="specials", service="grooming")["allowed"]
    assert all(contact(scene, person, topic=topic)["allowed"] for topic in ("order", "answer", "security", "breach"))


def test_an_opt_in_needs_the_persons_request(scene: Scene):
    person = scene.person()
    case = scene.ticket(person)["id"]
    path, wish = f"/v1/users/{person['id']}/opt-in", {"topics": ["specials"]}
    version = scene.user(person)["version"]
    assert scene.write("POST", path, wish, version=version, case=case).status_code == 403
    assert check(scene, person, case, "postcode", person["postcode"]).json()["match"]
    assert scene.write("POST", path, wish, version=version, case=case).status_code == 200


@pytest.mark.parametrize("params", [{}, {"topic": CANARY}, {"topic": "specials", "service": CANARY}, {CANARY: "1"}])
def test_what_the_gate_does_not_take(scene: Scene, params: dict[str, str]):
    [user] = scene.support.get("/v1/users", params={"limit": 1, "state": "active"}).json()["items"]
    assert scene.support.get(f"/v1/users/{user['id']}/contact", params=params).status_code == 400


# History


def test_a_history(scene: Scene):
    person = scene.person()
    case = scene.ticket(person)["id"]
    wish = {"set": {"name": "Nova Zimmer"}, "source": "self"}
    scene.write("PATCH", f"/v1/users/{person['id']}", wish, version=scene.user(person)["version"], case=case)
    page = scene.support.get(f"/v1/users/{person['id']}/history").json()
    assert set(page) == {"items", "next"}
    for item in page["items"]:
        assert {"at", "by", "role", "action", "fields", "case", "outcome", "change"} <= set(item)
    assert [item["at"] for item in page["items"]] == sorted((item["at"] for item in page["items"]), reverse=True)
    [change] = [change for item in page["items"] for change in item["change"]]
    assert set(change) == {"field", "before", "after"} and "Zimmer" not in str(page)


# Ingest


def test_ingest_says_what_became_of_each(scene: Scene):
    person = scene.person()
    assert person["outcome"] == "created" and person["number"].startswith("U-")
    [same] = scene.ingest(person["item"])
    [other] = scene.ingest(person["item"] | {"city": "Dallas"})
    assert (same["outcome"], other["outcome"]) == ("unchanged", "updated")
    assert same["id"] == other["id"] == person["id"] and other["version"] > same["version"]
    assert set(same) == {"external_id", "id", "number", "version", "outcome"}


def test_ingest_is_the_services_alone(target: Target):
    for role in ("support", "admin", "manager"):
        assert target.as_role(role).post("/v1/ingest/users", json={"items": []}).status_code == 403
