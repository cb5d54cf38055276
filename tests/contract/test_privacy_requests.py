"""Privacy requests: taken in with their time of receipt, kept to the clock, decided under the policy in force."""

from __future__ import annotations

from typing import Any

from tests.contract.scene import Scene
from tests.contract.target import Target

LETTER = {"subject": "Your request", "body": "Hello,\n\nthis is our answer."}


def policy(target: Target) -> str:
    [label] = [
        item["label"]
        for item in target.as_role("privacy").get("/v1/policy-versions").json()["items"]
        if item["in_force"]
    ]
    return str(label)


def act(scene: Scene, request: dict[str, Any], action: str, body: Any = None, role: str = "privacy") -> Any:
    by = scene.target.as_role(role)
    path = f"/v1/privacy-requests/{request['number']}"
    version = by.get(path).json()["version"]
    return scene.write("POST", f"{path}/{action}", body, version=version, by=by)


def test_one_goes_from_receipt_to_a_denial_that_is_appealed(target: Target) -> None:
    scene = Scene(target)
    request = scene.request(scene.person(), words="What do you have about me?")
    assert (request["state"], request["regime"], request["overdue"]) == ("received", "policy", True)
    assert request["due"].startswith("2026-04-16T0")  # 45 days, to the end of the day in New York
    assert [step["name"] for step in request["steps"] if step["state"] == "next"] == ["acknowledged"]
    decision = {"reason": "no_right", "basis": "section 4", "message": LETTER}
    assert act(scene, request, "claim").status_code == 200
    assert act(scene, request, "deny", decision).status_code == 422
    stale = act(scene, request, "deny", {**decision, "policy_version": "of another time"})
    assert (stale.status_code, stale.json()["because"][:19]) == (409, "The policy changed:")
    denied = act(scene, request, "deny", {**decision, "policy_version": policy(target)})
    assert (denied.status_code, denied.json()["state"], denied.json()["next_due"]) == (200, "denied", None)
    wish = {"reason": "disagrees", "channel": "letter", "received": denied.json()["decided"]}
    appealed = act(scene, request, "appeal", wish, role="support")
    assert (appealed.status_code, appealed.json()["state"]) == (200, "appealed")
    own = act(scene, request, "uphold", {"message": LETTER, "policy_version": policy(target)})
    assert (own.status_code, own.json()["type"]) == (403, "not-allowed")


def test_what_is_missing_or_still_to_come_is_refused(target: Target) -> None:
    scene = Scene(target)
    wish = {"kind": "access", "channel": "phone", "received": "2026-03-01T10:00:00Z"}
    for wrong in ({"received": "2199-01-01T00:00:00Z"}, {"channel": None}, {"kind": "zqxcanary"}, {"received": None}):
        answer = scene.write("POST", "/v1/privacy-requests", {**wish, **wrong})
        assert answer.status_code == 422, wrong


def test_an_opt_out_works_at_once(target: Target) -> None:
    scene, person = Scene(target), Scene(target).person()
    request = scene.request(person, "opt_out")
    assert (request["state"], request["regime"]) == ("effective", "opt_out")
    assert scene.user(person)["opted_out"] is True
