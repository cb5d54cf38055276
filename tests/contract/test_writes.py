"""Writes: a key an intent, a version a change, conditions before both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.contract.scene import Scene
from tests.contract.target import Target, new_key
from tests.contract.test_records import check_whole

OPENING = {"reference": "call 1", "subject": "Call", "channel": "phone"}


def open_ticket(scene: Scene, key: str, **more: Any) -> Any:
    return scene.write("POST", "/v1/tickets", OPENING | more, key=key)


def test_a_write_needs_a_key(scene: Scene):
    answer = scene.support.post("/v1/tickets", json=OPENING)
    assert (answer.status_code, answer.json()["type"]) == (428, "key-required")


def test_the_same_key_repeats_the_answer(scene: Scene):
    key = new_key()
    first, again = open_ticket(scene, key), open_ticket(scene, key)
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert "idempotent-replay" not in first.headers and again.headers["idempotent-replay"] == "true"
    assert first.headers["etag"] == '"1"'
    check_whole("tickets", again.json())


def test_a_repeated_answer_is_projected_anew(scene: Scene):
    key = new_key()
    ticket = open_ticket(scene, key).json()
    scene.write("POST", f"/v1/tickets/{ticket['id']}/pending", version=1)
    again = open_ticket(scene, key)
    assert (again.json()["state"], again.headers["etag"]) == ("pending", '"2"')


def test_the_same_key_with_another_body(scene: Scene):
    key = new_key()
    open_ticket(scene, key)
    answer = open_ticket(scene, key, subject="Another")
    assert (answer.status_code, answer.json()["type"]) == (409, "key-reused")


def test_the_same_key_at_once_does_it_once(scene: Scene):
    key = new_key()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: open_ticket(scene, key), range(4)))
    done = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.json()["id"] for answer in done}) == 1
    assert {answer.json()["type"] for answer in answers if answer not in done} <= {"in-flight"}


def test_a_key_belongs_to_its_employee(scene: Scene, target: Target):
    key = new_key()
    mine = open_ticket(scene, key).json()
    theirs = scene.write("POST", "/v1/tickets", OPENING, key=key, by=target.as_role("manager"))
    assert theirs.status_code == 201 and theirs.json()["id"] != mine["id"]


def test_what_became_of_an_intent(scene: Scene, target: Target):
    key = new_key()
    ticket = open_ticket(scene, key).json()
    found = scene.support.get(f"/v1/intents/{key}").json()
    assert found == {
        "key": key,
        "state": "done",
        "status": 201,
        "resource": "tickets",
        "id": ticket["id"],
        "version": 1,
    }
    assert target.as_role("privacy").get(f"/v1/intents/{key}").json()["state"] == "unknown"


def test_a_refused_write_leaves_no_intent(scene: Scene):
    key, ticket = new_key(), scene.ticket()
    assert scene.write("POST", f"/v1/tickets/{ticket['id']}/pending", version=99, key=key).status_code == 412
    assert scene.support.get(f"/v1/intents/{key}").json()["state"] == "unknown"
    assert scene.write("POST", f"/v1/tickets/{ticket['id']}/pending", version=1, key=key).status_code == 200


def test_a_change_needs_the_version(scene: Scene):
    ticket = scene.ticket()
    answer = scene.write("POST", f"/v1/tickets/{ticket['id']}/pending")
    assert (answer.status_code, answer.json()["type"]) == (428, "version-required")


def test_a_change_counts_the_version_up(scene: Scene):
    ticket = scene.ticket()
    answer = scene.write("POST", f"/v1/tickets/{ticket['id']}/pending", version=1)
    assert (answer.status_code, answer.headers["etag"], answer.json()["version"]) == (200, '"2"', 2)
    check_whole("tickets", answer.json())


def test_a_change_of_what_changed_meanwhile(scene: Scene):
    person = scene.person()
    case = scene.ticket(person)["id"]
    user = scene.user(person)
    path = f"/v1/users/{person['id']}"
    wish = {"set": {"name": "Nova Zimmer"}, "source": "self"}
    first = scene.write("PATCH", path, wish, version=user["version"], case=case)
    assert first.status_code == 200, first.text
    answer = scene.write("PATCH", path, wish | {"set": {"name": "Nova Zola"}}, version=user["version"], case=case)
    problem = answer.json()
    assert (answer.status_code, problem["type"], problem["version"]) == (412, "stale", first.json()["version"])
    [changed] = problem["changed"]
    assert set(changed) == {"field", "by", "at"} and (changed["field"], changed["by"]) == ("name", "you")


def test_what_is_not_allowed_is_refused_before_the_version_is_looked_at(scene: Scene):
    person = scene.person()
    wish = {"set": {"name": "Nova Zimmer"}, "source": "self"}
    answer = scene.write("PATCH", f"/v1/users/{person['id']}", wish, version=99)
    assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")
    assert answer.json()["because"]


def test_a_correction_once(scene: Scene):
    """PATCH takes a key, and works without one."""
    person, key = scene.person(), new_key()
    case = scene.ticket(person)["id"]
    path, wish = f"/v1/users/{person['id']}", {"set": {"city": "Dallas"}, "source": "employee"}
    version = scene.user(person)["version"]
    first = scene.write("PATCH", path, wish, version=version, case=case, key=key)
    again = scene.write("PATCH", path, wish, version=version, case=case, key=key)
    assert first.status_code == again.status_code == 200, again.text
    assert again.headers["idempotent-replay"] == "true"
    bare = scene.support.patch(
        path,
        json={"set": {"city": "Waco"}, "source": "self"},
        headers={"If-Match": first.headers["etag"], "Petworks-Case": case},
    )
    assert bare.status_code == 200, bare.text


def test_an_action_that_the_state_does_not_allow(scene: Scene):
    person = scene.person()
    path = f"/v1/users/{person['id']}"
    locked = scene.write(
        "POST", f"{path}/lock", {"reason": "takeover", "text": "called"}, version=scene.user(person)["version"]
    )
    assert (locked.status_code, locked.json()["state"]) == (200, "locked")
    again = scene.write("POST", f"{path}/lock", {"reason": "takeover"}, version=locked.json()["version"])
    assert (again.status_code, again.json()["type"]) == (409, "conflict")
    assert again.json()["because"]


def test_what_actions_say_is_so(scene: Scene):
    """An action that an answer allows goes through, and one that it doesn't is refused with that very sentence."""
    person = scene.person()
    user = scene.user(person)
    said = {action["name"]: action for action in user["actions"]}
    assert said["lock"]["allowed"] and not said["unlock"]["allowed"]
    refused = scene.write("POST", f"/v1/users/{person['id']}/unlock", {"reason": "mistake"}, version=user["version"])
    assert refused.status_code in (403, 409) and refused.json()["because"] == said["unlock"]["because"]
    done = scene.write("POST", f"/v1/users/{person['id']}/lock", {"reason": "fraud"}, version=user["version"])
    assert done.status_code == 200
