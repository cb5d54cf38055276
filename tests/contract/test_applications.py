"""Pro applications: from the marketplace to a decision, their documents, letters to the applicant, and what the platform refuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.contract.scene import Scene
from tests.contract.target import CANARY, ROLES, Target

Json = dict[str, Any]
LETTER = {"subject": "Your insurance", "body": "Hello,\n\nplease send us your insurance."}
COMPLETE = ("insurance", "background_check")


def read(scene: Scene, application: Json, role: str = "support") -> Json:
    answer = scene.target.as_role(role).get(f"/v1/pro-applications/{application['number']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def act(
    scene: Scene, application: Json, action: str, body: Json | None = None, *, by: str = "support"
) -> httpx.Response:
    """With the version that it has now."""
    version = read(scene, application)["version"]
    path = f"/v1/pro-applications/{application['number']}/{action}"
    return scene.write("POST", path, body or {}, version=version, by=scene.target.as_role(by))


def done(answer: httpx.Response) -> Json:
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def test_an_application_comes_in_with_what_it_lacks(scene: Scene):
    application = scene.application()
    whole = read(scene, application)
    assert (whole["state"], whole["person"], whole["case"]) == ("submitted", application["person"]["number"], None)
    assert whole["missing"] == list(COMPLETE)
    assert whole["business_name"] == "Happy Paws"
    assert "https://cars.example/mine" in whole["answers"]
    scene.document(application["item"]["external_id"], "insurance")
    assert read(scene, application)["missing"] == ["background_check"]


def test_one_looks_another_decides_and_somebody_is_a_pro(scene: Scene):
    application = scene.application(*COMPLETE)
    assert done(act(scene, application, "claim"))["state"] == "in_review"
    assert done(act(scene, application, "recommend", {"recommendation": "approve"}))["recommendation"] == "approve"
    assert act(scene, application, "approve").status_code == 403
    assert done(act(scene, application, "release"))["assignee"] is None
    assert done(act(scene, application, "claim", by="manager"))["yours"] is True
    assert scene.user(application["person"])["pro"] is False
    approved = done(act(scene, application, "approve", {"text": "all there"}, by="manager"))
    assert (approved["state"], approved["lease_until"]) == ("approved", None)
    assert scene.user(application["person"])["pro"] is True
    assert scene.support.get(f"/v1/tickets/{approved['case']}").json()["state"] == "solved"


def test_what_lacks_something_is_not_approved(scene: Scene):
    application = scene.application("insurance")
    done(act(scene, application, "claim", by="manager"))
    refused = act(scene, application, "approve", by="manager")
    assert (refused.status_code, "background check" in refused.json()["because"].lower()) == (409, True)
    assert scene.user(application["person"])["pro"] is False


def test_asking_stops_the_clock_and_an_answer_starts_it(scene: Scene):
    application = scene.application()
    due = done(act(scene, application, "claim"))["due"]
    assert act(scene, application, "ask").status_code == 422
    asked = done(act(scene, application, "ask", LETTER))
    assert (asked["state"], asked["due"], bool(asked["stopped"])) == ("info_requested", None, True)
    assert LETTER["body"] in [message.get("body") for message in read(scene, application)["messages"]]
    back = done(act(scene, application, "answered", {"reason": "by_mail"}))
    assert (back["state"], back["stopped"]) == ("submitted", None)
    assert datetime.fromisoformat(back["due"]) > datetime.fromisoformat(due)


def test_a_decline_is_reopened_and_decided_by_others(scene: Scene):
    application = scene.application()
    done(act(scene, application, "claim", by="manager"))
    assert act(scene, application, "decline", {"reason": CANARY}, by="manager").status_code == 422
    assert done(act(scene, application, "decline", {"reason": "area"}, by="manager"))["reason"] == "area"
    refused = act(scene, application, "reopen", {"reason": "appeal"}, by="manager")
    assert (refused.status_code, bool(refused.json()["because"])) == (403, True)


def test_documents_are_opened_for_the_case_alone(scene: Scene):
    application = scene.application(*COMPLETE)
    path = f"/v1/application-documents/{application['documents'][0]['number']}"
    listed = scene.support.get("/v1/application-documents", params={"application": application["number"]}).json()[
        "items"
    ]
    assert {item["kind"] for item in listed} == set(COMPLETE)
    manager = scene.target.as_role("manager")
    case = done(act(scene, application, "claim", by="manager"))["case"]
    for by, status in ((scene.support, 403), (manager, 200)):
        answer = scene.write("POST", f"{path}/open", {"case": case, "purpose": "view"}, by=by)
        assert answer.status_code == status, answer.text
    assert answer.content == b"A policy of insurance."
    assert scene.write("POST", f"{path}/open", {"case": case, "purpose": CANARY}, by=manager).status_code == 422
    done(act(scene, application, "release", by="manager"))
    assert scene.write("POST", f"{path}/open", {"case": case, "purpose": "view"}, by=manager).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": "%%%"}, {"content": "UEsDBBQAAAAIAA=="}, {"content": ""}, {"kind": CANARY}, {"state": "replaced"}, {"application": CANARY},
        {"file_name": ""}, {"expires": "soon"}, {CANARY: 1}, {"content": 7}, {"content": "iVBORw0KGgo="},
    ],
    ids=str,
)  # fmt: skip
def test_documents_that_can_not_be_taken(scene: Scene, wrong: Json):
    item = {
        "external_id": "d",
        "application": scene.application()["item"]["external_id"],
        "kind": "insurance",
        "expires": "2040-01-01T00:00:00Z",
        "content": "QQ==",
    }
    answer = scene.target.as_role("service").post(
        "/v1/ingest/application-documents", json={"items": [{**item, **wrong}]}
    )
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": CANARY}, {"services": []}, {"services": [CANARY]}, {"state": "approved"}, {"business_name": ""}, {"postcode": "x" * 500},
        {"answers": CANARY}, {"answers": [{"question": "q"}]}, {"submitted_at": CANARY}, {"pro": True}, {"recommendation": "approve"},
    ],
    ids=str,
)  # fmt: skip
def test_applications_that_can_not_be_taken(scene: Scene, wrong: Json):
    item = {
        "external_id": "a",
        "person": scene.person()["item"]["external_id"],
        "services": ["walking"],
        "submitted_at": "2026-03-01T10:00:00Z",
    }
    answer = scene.target.as_role("service").post("/v1/ingest/pro-applications", json={"items": [{**item, **wrong}]})
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize(
    "params",
    [
        {"state": CANARY}, {"service": CANARY}, {"missing": CANARY}, {"missing": ["rates", "area"]}, {"assignee": CANARY},
        {"user": "U-999999999999"}, {"recommended": CANARY}, {"postcode": ["1", "2"]}, {"business_name": "Happy"},
    ],
    ids=str,
)  # fmt: skip
def test_filters_of_applications_that_are_none(target: Target, params: dict[str, Any]):
    assert target.as_role("support").get("/v1/pro-applications", params=params).status_code in (400, 404)


def test_filters_of_applications_choose(scene: Scene):
    application = scene.application("background_check")
    client = scene.support
    for params in (
        {"postcode": "78701", "service": "walking"}, {"missing": "insurance", "user": application["person"]["number"]},
        {"state": "submitted", "assignee": "none", "recommended": "none", "user": application["person"]["number"]},
    ):  # fmt: skip
        items = client.get("/v1/pro-applications", params={**params, "sort": "-number", "limit": "200"}).json()["items"]
        assert application["number"] in [item["number"] for item in items], params
    assert not client.get("/v1/pro-applications", params={"postcode": "00000"}).json()["items"]


def test_figures_are_for_managers_and_auditors(target: Target):
    params = {"by": "week", "since": "2026-01-01", "until": "2026-02-01"}
    for role in ROLES:
        answer = target.as_role(role).get("/v1/pro-applications/figures", params=params)
        assert answer.status_code == (200 if role in ("manager", "auditor") else 403), role
    assert (
        target.as_role("manager").get("/v1/pro-applications/figures", params={**params, "by": CANARY}).status_code
        == 400
    )


# Letters


def test_a_reply_goes_to_the_person_and_can_be_taken_back(scene: Scene):
    ticket = scene.ticket(scene.person())
    path = f"/v1/tickets/{ticket['number']}"
    sent = scene.write("POST", f"{path}/reply", LETTER)
    assert (sent.status_code, bool(sent.json()["due"])) == (200, True)
    undone = scene.write("POST", f"{path}/undo-reply", {"message": sent.json()["message"]})
    assert undone.status_code == 200, undone.text
    assert scene.write("POST", f"{path}/undo-reply", {"message": sent.json()["message"]}).status_code == 409
    for wrong in (
        {}, {"subject": "", "body": "x"}, {"subject": "a\nb", "body": "x"}, {"subject": "a", "body": "4111 1111 1111 1111"},
        {**LETTER, "template": CANARY}, {**LETTER, "to": CANARY}, {**LETTER, CANARY: 1},
    ):  # fmt: skip
        assert scene.write("POST", f"{path}/reply", wrong).status_code in (403, 422), wrong
    for action in ("undo-reply", "resend"):
        assert scene.write("POST", f"{path}/{action}", {"message": CANARY}).status_code in (404, 422)
        absent = {"message": "01930000-0000-7000-8000-000000000000"}
        assert scene.write("POST", f"{path}/{action}", absent).status_code == 404


def test_nobody_is_written_to_whom_the_ticket_is_not_about(scene: Scene):
    ticket = scene.ticket()
    refused = scene.write("POST", f"/v1/tickets/{ticket['number']}/reply", LETTER)
    assert refused.status_code == 409
    other = scene.person()["number"]
    assert scene.write("POST", f"/v1/tickets/{ticket['number']}/reply", {**LETTER, "to": other}).status_code in (
        403,
        409,
    )
