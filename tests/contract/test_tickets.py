"""A ticket from its opening to its end, and the claim on it."""

from __future__ import annotations

import pytest

from tests.contract.scene import Json, Scene
from tests.contract.target import Target
from tests.contract.test_records import check_whole


def act(scene: Scene, ticket: Json, action: str, body: Json | None = None, *, versioned: bool = True) -> Json:
    path = f"/v1/tickets/{ticket['id']}/{action}"
    answer = scene.write("POST", path, body, version=ticket["version"] if versioned else None)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    check_whole("tickets", found)
    assert answer.headers["etag"] == f'"{found["version"]}"' and found["version"] == ticket["version"] + 1
    return found


def test_opened_in_ones_own_hands(scene: Scene):
    ticket = scene.ticket()
    assert (ticket["state"], ticket["yours"], ticket["opened_by"], ticket["self_opened"]) == ("open", True, "you", True)
    assert ticket["assignee"] and ticket["lease_until"] and ticket["links"] == []
    assert (ticket["subject"], ticket["reference"], ticket["messages"]) == ("Call", "call 1", [])


def test_its_way(scene: Scene):
    ticket = scene.ticket()
    for action, state in (("pending", "pending"), ("reopen", "open"), ("solved", "solved"), ("closed", "closed")):
        ticket = act(scene, ticket, action)
        assert ticket["state"] == state
    assert not ticket["yours"]
    refused = scene.write("POST", f"/v1/tickets/{ticket['id']}/reopen", version=ticket["version"])
    assert (refused.status_code, refused.json()["type"]) == (409, "conflict")


def test_claim_renew_and_release(scene: Scene):
    ticket = act(scene, scene.ticket(), "release")
    assert (ticket["yours"], ticket["assignee"], ticket["lease_until"]) == (False, None, None)
    claimed = act(scene, ticket, "claim", versioned=False)
    assert claimed["yours"]
    assert act(scene, claimed, "renew", versioned=False)["lease_until"] >= claimed["lease_until"]


def test_a_claim_keeps_others_off(scene: Scene, target: Target):
    ticket = scene.ticket()
    other = target.as_role("privacy")
    refused = scene.write("POST", f"/v1/tickets/{ticket['id']}/claim", by=other)
    assert (refused.status_code, refused.json()["type"]) == (403, "not-allowed")
    seen = other.get(f"/v1/tickets/{ticket['id']}").json()
    assert (seen["yours"], seen["opened_by"]) == (False, "employee")
    assert "subject" not in seen and seen["masks"]["subject"]


def test_a_note(scene: Scene, target: Target):
    ticket = act(scene, scene.ticket(), "note", {"body": "Called back."}, versioned=False)
    [message] = ticket["messages"]
    assert (message["kind"], message["by"], message["body"]) == ("note", "you", "Called back.")
    [masked] = target.as_role("privacy").get(f"/v1/tickets/{ticket['id']}").json()["messages"]
    assert masked["mask"] and not masked.get("body")


def test_links(scene: Scene):
    person = scene.person()
    ticket = scene.ticket(person)
    assert ticket["links"] == [{"resource": "users", "id": person["id"], "number": person["number"]}]
    [listed] = scene.support.get("/v1/tickets", params={"user": person["number"]}).json()["items"]
    assert listed["id"] == ticket["id"] and listed["links"] == ticket["links"]
    assert act(scene, ticket, "unlink", {"resource": "users", "id": person["number"]})["links"] == []


@pytest.mark.parametrize("wish", [{"resource": "roles", "id": "1"}, {"resource": "users", "id": "U-999999999999"}])
def test_links_to_nothing(scene: Scene, wish: Json):
    ticket = scene.ticket()
    answer = scene.write("POST", f"/v1/tickets/{ticket['id']}/link", wish, version=1)
    assert answer.status_code in (400, 422)


def test_filters_by_who_works_on_it(scene: Scene):
    ticket = scene.ticket()
    mine = scene.support.get("/v1/tickets", params={"assignee": "me", "limit": 200}).json()["items"]
    assert ticket["id"] in [item["id"] for item in mine]
    nobodys = scene.support.get("/v1/tickets", params={"assignee": "none", "limit": 200}).json()["items"]
    assert ticket["id"] not in [item["id"] for item in nobodys]
    assert all(item["assignee"] is None for item in nobodys)
