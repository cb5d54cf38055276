"""Surveys: made and opened by a manager, answered through the marketplace, told as counts that hide small cells."""

from __future__ import annotations

from typing import Any

from tests.contract.scene import Scene
from tests.contract.target import Target, new_key


def entry(survey: dict[str, Any], **more: Any) -> dict[str, Any]:
    answers = [{"question": "q1", "answer": 9}, {"question": "q2", "answer": "o1"}]
    return {
        "external_id": new_key(),
        "survey": survey["number"],
        "submitted_at": survey["opens"],
        "answers": answers,
        **more,
    }


def test_a_survey_goes_from_its_draft_to_its_closing(target: Target) -> None:
    scene = Scene(target)
    manager, survey = target.as_role("manager"), scene.survey()
    path = f"/v1/surveys/{survey['number']}"
    assert (survey["state"], [question["id"] for question in survey["questions"]]) == ("draft", ["q1", "q2"])
    early = target.as_role("service").post("/v1/ingest/survey-entries", json={"items": [entry(survey)]})
    assert early.status_code == 422
    opened = scene.write("POST", f"{path}/open", version=survey["version"], by=manager)
    assert (opened.status_code, opened.json()["state"]) == (200, "open"), opened.text
    again = scene.write("POST", f"{path}/open", version=survey["version"], by=manager)
    assert again.status_code == 412
    items = [entry(survey) for _ in range(12)]
    assert {result["outcome"] for result in scene.ingest(*items, what="survey-entries")} == {"created"}
    assert {result["outcome"] for result in scene.ingest(*items, what="survey-entries")} == {"unchanged"}
    listed = manager.get("/v1/survey-entries", params={"survey": survey["number"]}).json()
    assert listed["total"] == {"count": 12, "exact": True}
    closed = scene.write("POST", f"{path}/close", version=opened.json()["version"], by=manager)
    assert (closed.status_code, closed.json()["state"], closed.json()["entries"]) == (200, "closed", 12)
    late = target.as_role("service").post("/v1/ingest/survey-entries", json={"items": [entry(survey)]})
    assert (late.status_code, late.json()["errors"][0]["where"]) == (409, "items.0.survey")


def test_figures_hide_small_cells_and_nobody_else_has_them(target: Target) -> None:
    manager = target.as_role("manager")
    closed = manager.get("/v1/surveys", params={"state": "closed", "limit": 50}).json()["items"]
    assert closed
    for survey in closed:
        for by in ({}, {"by": "gender"}, {"by": "week"}):
            answer = manager.get(f"/v1/surveys/{survey['number']}/figures", params=by)
            found = answer.json()
            if not found["told"]:  # its last entries are being counted
                continue
            lines = [question["answers"] for question in found["questions"]]
            lines += [question["answers"] for group in found["groups"] for question in group["questions"]]
            assert all(it["count"] is None or it["count"] >= found["least"] for line in lines for it in line)
    for role in ("support", "billing", "privacy", "auditor", "admin"):
        assert target.as_role(role).get(f"/v1/surveys/{closed[0]['number']}/figures").status_code == 403


def test_campaigns_are_listed_with_their_kind(target: Target) -> None:
    manager, survey = target.as_role("manager"), Scene(target).survey()
    page = manager.get("/v1/campaigns", params={"kind": "survey", "state": "draft", "limit": 1}).json()
    assert (page["items"][0]["number"], page["items"][0]["kind"]) == (survey["number"], "survey")
    assert manager.get("/v1/campaigns", params={"user": "U-1"}).status_code == 400
