"""Surveys: making, editing, opening and closing them; who may; and their list with contests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from tests.platform_api.api import Api
from tests.platform_api.contests_made import add_contest
from tests.platform_api.people import log_of, post
from tests.platform_api.surveys_made import add_entry, add_survey, number_of, row_of
from tests.telling import telling

HOSTILE = "\x1b]0;x[bold]Ünï\u202e {ζ} =1+1 🐾"


def wish(platform: Platform, **more: Any) -> dict[str, Any]:
    now = platform.clock()
    return {
        "title": "How are we doing?", "opens": now.isoformat(), "closes": (now + timedelta(days=14)).isoformat(),
        "questions": [
            {"kind": "nps", "text": "Would you recommend us?"},
            {"kind": "choice", "text": "Which service?", "optional": True, "options": ["Walking", "Grooming"]},
            {"kind": "scale", "text": "How was it?", "low": 1, "high": 5, "low_label": "bad", "high_label": "good"},
            {"kind": "text", "text": "What else?", "optional": True},
        ],
        **more,
    }  # fmt: skip


@pytest.fixture
def manager(api: Api) -> httpx.Client:
    return api.sign_in("manager")


def made(manager: httpx.Client, platform: Platform, **more: Any) -> dict[str, Any]:
    answer = post(manager, "/v1/surveys", wish(platform, **more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


# Making


def test_a_survey_is_made_as_a_draft_with_its_questions_numbered(manager: httpx.Client, platform: Platform) -> None:
    survey = made(manager, platform)
    assert (survey["state"], survey["entries"], survey["version"]) == ("draft", 0, 1)
    assert [question["id"] for question in survey["questions"]] == ["q1", "q2", "q3", "q4"]
    assert survey["questions"][1]["options"] == [
        {"code": "o1", "label": "Walking"},
        {"code": "o2", "label": "Grooming"},
    ]
    assert survey["questions"][2]["low_label"] == "bad"
    assert {action["name"]: action["allowed"] for action in survey["actions"]} == {
        "edit": True, "open": True, "close": False, "figures": False, "texts": False, "export": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        {"kind": "rating", "text": "?"},
        {"kind": "choice", "text": "?"},
        {"kind": "choice", "text": "?", "options": ["one"]},
        {"kind": "choice", "text": "?", "options": ["one", "one"]},
        {"kind": "nps", "text": "?", "options": ["one", "two"]},
        {"kind": "scale", "text": "?"},
        {"kind": "scale", "text": "?", "low": 3, "high": 3},
        {"kind": "scale", "text": "?", "low": -1, "high": 3},
        {"kind": "text", "text": "?", "low": 1, "high": 3},
        {"kind": "text", "text": " "},
        {"kind": "text", "text": "Is your card 4242 4242 4242 4242?"},
        {"kind": "text", "text": "wrongcanary", "wrongcanary": 1},
    ],
)
def test_a_question_is_whole_or_refused(manager: httpx.Client, platform: Platform, question: dict[str, Any]) -> None:
    answer = post(manager, "/v1/surveys", wish(platform, questions=[question]))
    assert answer.status_code == 422
    assert "wrongcanary" not in answer.text and "4242" not in telling(answer.text)


def test_dates_follow_each_other(manager: httpx.Client, platform: Platform) -> None:
    now = platform.clock()
    early, late = (now - timedelta(days=9)).isoformat(), (now + timedelta(days=9)).isoformat()
    far = (now + timedelta(days=500)).isoformat()
    for opens, closes in ((late, late), (late, early), (early, early), (early, far)):
        assert post(manager, "/v1/surveys", wish(platform, opens=opens, closes=closes)).status_code == 422


def test_a_title_is_what_was_typed(manager: httpx.Client, platform: Platform) -> None:
    typed = HOSTILE.replace("\x1b", "")
    survey = made(manager, platform, title=typed)
    listed = manager.get("/v1/surveys").json()["items"][0]
    assert survey["title"] == listed["title"] == typed
    assert "questions" not in listed
    assert (
        post(manager, "/v1/surveys", wish(platform, title=HOSTILE)).status_code == 422
    )  # one line without control characters


# Editing


def test_a_draft_is_edited_and_an_open_survey_is_not(manager: httpx.Client, platform: Platform) -> None:
    survey = made(manager, platform)
    path, new = f"/v1/surveys/{survey['number']}", wish(platform, title="Another title")
    edited = post(manager, f"{path}/edit", new, version=1)
    assert (edited.status_code, edited.json()["title"], edited.json()["version"]) == (200, "Another title", 2)
    opened = post(manager, f"{path}/open", version=2)
    assert (opened.json()["state"], opened.json()["policy_version"]) == ("open", "1")
    refused = post(manager, f"{path}/edit", new, version=3)
    assert (refused.status_code, refused.json()["because"]) == (409, "It is open; this goes only from draft.")


def test_of_two_managers_at_once_the_second_is_told(api: Api, manager: httpx.Client, platform: Platform) -> None:
    survey, other = made(manager, platform), api.sign_in("manager2")
    path = f"/v1/surveys/{survey['number']}"
    assert post(manager, f"{path}/edit", wish(platform, title="Mine"), version=1).status_code == 200
    stale = post(other, f"{path}/edit", wish(platform, title="Theirs"), version=1)
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert "title" in {change["field"] for change in stale.json()["changed"]}
    assert row_of(platform, survey["id"]).title == "Mine"
    assert post(other, f"{path}/open").status_code == 428


def test_the_same_intent_makes_one_survey(manager: httpx.Client, platform: Platform) -> None:
    body = wish(platform)
    first, again = (post(manager, "/v1/surveys", body, intent="once") for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Idempotent-Replay"] == "true"


# Opening and closing


def test_what_is_over_already_is_not_opened(manager: httpx.Client, platform: Platform) -> None:
    survey = add_survey(platform, "draft", days=-1)
    answer = post(manager, f"/v1/surveys/{survey}/open", version=1)
    assert (answer.status_code, answer.json()["because"]) == (409, "Its last day is over: set another one first.")


def test_a_closed_survey_stays_closed(manager: httpx.Client, platform: Platform) -> None:
    number = number_of(platform, add_survey(platform))
    closed = post(manager, f"/v1/surveys/{number}/close", version=1)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert closed.json()["closed_by"] == manager.get("/v1/me").json()["number"]
    assert closed.json()["purge_due"] is not None
    for action in ("open", "close"):
        assert post(manager, f"/v1/surveys/{number}/{action}", version=2).status_code == 409
    [row] = log_of(platform, "surveys:close")
    assert (row.role, row.outcome) == ("manager", "done")


# Lists


def test_entries_are_listed_without_anybody_in_them(manager: httpx.Client, platform: Platform) -> None:
    survey = add_survey(platform)
    add_entry(platform, survey, text="canaryword", said={"gender": "female"})
    page = manager.get("/v1/survey-entries", params={"survey": number_of(platform, survey)})
    [item] = page.json()["items"]
    assert set(item) == {"id", "number", "version", "state", "survey", "submitted", "aggregated", "purged", "masks"}
    assert "canaryword" not in page.text and "female" not in page.text and item["masks"] == {}
    assert manager.get("/v1/survey-entries", params={"state": "aggregated"}).json()["items"] == []


@pytest.mark.parametrize("name", ["user", "person", "taker", "external_id", "gender"])
def test_no_list_is_narrowed_to_a_person(manager: httpx.Client, platform: Platform, name: str) -> None:
    """P34."""
    number = number_of(platform, add_survey(platform, "closed"))
    for path in ("survey-entries", "surveys", "campaigns", f"surveys/{number}/figures", f"surveys/{number}/texts"):
        assert manager.get(f"/v1/{path}", params={name: "U-1"}).status_code == 400


def test_contests_stand_beside_surveys_and_both_are_found_by_words_of_their_title(
    manager: httpx.Client, platform: Platform
) -> None:
    survey, contest = (
        add_survey(platform, "open", title="50% off? Ask!"),
        add_contest(platform, "open", title="A year of food"),
    )
    both = manager.get("/v1/campaigns", params={"sort": "created"}).json()["items"]
    assert {(it["kind"], it["id"], it["number"].partition("-")[0]) for it in both} == {
        ("survey", survey, "SV"),
        ("contest", contest, "CT"),
    }
    number = next(it["number"] for it in both if it["kind"] == "contest")
    assert manager.get(f"/v1/campaigns/{number}").json()["id"] == contest
    for words, found in (("YEAR OF", [contest]), ("0% off", [survey]), ("%", [survey]), ("_", []), ("[b]\x1b", [])):
        answer = manager.get("/v1/campaigns", params={"title": words})
        assert [it["id"] for it in answer.json()["items"]] == found, words


def test_campaigns_are_surveys_by_their_own_numbers(api: Api, manager: httpx.Client, platform: Platform) -> None:
    one, two = add_survey(platform, "open"), add_survey(platform, "draft")
    items = manager.get("/v1/campaigns").json()["items"]
    assert [(it["kind"], it["number"], it["id"], it["state"]) for it in items] == [
        ("survey", number_of(platform, two), two, "draft"), ("survey", number_of(platform, one), one, "open"),
    ]  # fmt: skip
    for named in (one, number_of(platform, one), number_of(platform, one).lower()):
        assert manager.get(f"/v1/campaigns/{named}").json()["id"] == one
    assert manager.get("/v1/campaigns/SV-99").status_code == manager.get("/v1/campaigns/T-1").status_code == 404
    for narrowed in ({"state": "open"}, {"kind": "survey", "state": "open"}):
        assert [it["id"] for it in manager.get("/v1/campaigns", params=narrowed).json()["items"]] == [one]
    assert manager.get("/v1/campaigns", params={"kind": "raffle"}).status_code == 400
    for sort in ("number", "created", "-opens", "closes"):
        pages = manager.get("/v1/campaigns", params={"sort": sort, "limit": 1})
        after = manager.get("/v1/campaigns", params={"sort": sort, "limit": 1, "cursor": pages.json()["next"]})
        assert {pages.json()["items"][0]["id"], after.json()["items"][0]["id"]} == {one, two}
    around = manager.get("/v1/campaigns", params={"around": number_of(platform, one)})
    assert one in [it["id"] for it in around.json()["items"]]
    assert api.sign_in("support").get("/v1/campaigns").status_code == 403
