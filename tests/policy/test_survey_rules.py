"""The privacy policy's promises about surveys, each tried over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from console.platform_api.ids import new_id
from console.records.employees import Role
from tests.access.world import Employee, Person, World
from tests.platform_api.surveys_made import CHOICE, add_entry, add_survey, close, number_of

GENDER, MEN, OTHERS = {"gender": "female"}, {"gender": "male"}, {"gender": "nonbinary"}


def counts(answer: Any, question: str) -> dict[str, int | None]:
    found = next(it for it in answer["questions"] if it["id"] == question)
    return {it["answer"]: it["count"] for it in found["answers"]}


@pytest.mark.parametrize(("size", "told"), [(9, False), (10, True)])
def test_p23_a_cell_of_nine_is_suppressed_and_one_of_ten_is_not(world: World, size: int, told: bool) -> None:
    """And so is what would tell it by subtraction."""
    question = {**CHOICE, "id": "q1", "optional": False}
    survey = add_survey(world.platform, questions=[question])
    groups: tuple[tuple[dict[str, str], tuple[int, int, int]], ...] = (
        ({}, (20, 15, 20)), (GENDER, (15, 12, size)), (MEN, (11, 20, 14)), (OTHERS, (12, 13, 14)),
    )  # fmt: skip
    for said, numbers in groups:
        for option, number in zip(("o1", "o2", "o3"), numbers, strict=True):
            for _ in range(number):
                add_entry(world.platform, survey, answers={"q1": option}, said=said)
    close(world.platform, survey)
    manager, path = world.employee(Role.MANAGER), f"/v1/surveys/{number_of(world.platform, survey)}"
    whole = manager.get(f"{path}/figures").json()
    assert counts(whole, "q1") == {"o1": 58, "o2": 60, "o3": 48 + size}
    told_of = {it["value"]: it for it in manager.get(f"{path}/figures", by="gender").json()["groups"]}
    women, cells = counts(told_of["female"], "q1"), [counts(it, "q1") for it in told_of.values()]
    if told:
        assert women == {"o1": 15, "o2": 12, "o3": 10}
        assert None not in [count for group in cells for count in group.values()]
        return
    assert women["o3"] is None
    assert list(women.values()).count(None) >= 2  # or the group's size would tell
    assert [group["o3"] for group in cells].count(None) >= 2  # or the question's total would
    assert [count for group in cells for count in group.values()].count(None) < 12


def test_p23_it_is_taken_only_if_somebody_says_it_and_shown_to_nobody(world: World) -> None:
    survey = add_survey(world.platform)
    service = world.employee(Role.SERVICE)
    bare = {
        "external_id": new_id(), "survey": number_of(world.platform, survey), "submitted_at": world.clock().isoformat(),
        "answers": [{"question": "q1", "answer": 9}],
    }  # fmt: skip
    said = {**bare, "external_id": new_id(), "demographics": {"age_band": "65+", "gender": "nonbinary"}}
    results = service.post("/v1/ingest/survey-entries", {"items": [bare, said]}).json()["results"]
    assert [result["outcome"] for result in results] == ["created", "created"]
    for role in Role:
        employee = world.employee(role)
        for path in (f"survey-entries/{results[1]['number']}", "survey-entries", f"surveys/{bare['survey']}"):
            assert "nonbinary" not in employee.get(f"/v1/{path}").text


# P31

ELSEWHERE = (
    "tickets", "orders", "payments", "payment-reviews", "refunds", "pro-applications", "privacy-requests", "users", "payouts",
    "disclosures",
)  # fmt: skip


def seen(world: World, employees: dict[Role, Employee], person: Person, payment: str) -> dict[str, Any]:
    """What each role's queues, limits and gates say, and the person's own record."""
    found: dict[str, Any] = {}
    for role, employee in employees.items():
        for name in ELSEWHERE:
            answer = employee.get(f"/v1/{name}", limit=200)
            found[f"{role} {name}"] = (answer.status_code, answer.json().get("items"), answer.json().get("total"))
        for path in (f"users/{person.number}", f"users/{person.number}/contact?topic=specials&service=walking", "me"):
            found[f"{role} {path}"] = employee.get(f"/v1/{path}").json()
        preview = employee.post(f"/v1/payments/{payment}/refund-preview", {"amount": 1_000})
        found[f"{role} refund"] = preview.json()
    for answer in found.values():
        if isinstance(answer, dict):
            answer.pop("request_id", None)
    return found


def test_p31_a_survey_s_entry_changes_nothing_elsewhere(world: World) -> None:
    """Whoever takes part, says what they are and writes an angry text is served as anybody is."""
    person = world.person()
    payment = world.payment(world.order(person)).number
    external, survey = world.external(person), add_survey(world.platform)
    employees = {role: world.employee(role) for role in (Role.SUPPORT, Role.BILLING, Role.MANAGER, Role.PRIVACY)}
    before = seen(world, employees, person, payment)
    item = {
        "external_id": new_id(), "survey": number_of(world.platform, survey), "person": external,
        "submitted_at": world.clock().isoformat(), "demographics": {"age_band": "65+", "gender": "female", "region": "0"},
        "answers": [{"question": "q1", "answer": 0}, {"question": "q4", "answer": "Refund me, or I sue you!"}],
    }  # fmt: skip
    assert world.employee(Role.SERVICE).post("/v1/ingest/survey-entries", {"items": [item]}).status_code == 200
    close(world.platform, survey)
    assert seen(world, employees, person, payment) == before


# P34


def test_p34_no_role_is_shown_what_anybody_answered(world: World) -> None:
    """Not in an entry, a list, a history or the log; of managers the figures and, once there are ten, the texts without anybody."""
    word = "answeredcanaryword"
    survey = add_survey(world.platform)
    entry = add_entry(world.platform, survey, text=word, said={"age_band": "65+"}, person=world.person().id)
    close(world.platform, survey)
    number = number_of(world.platform, survey)
    paths = (
        f"survey-entries/{entry}", "survey-entries?limit=200", f"surveys/{number}", f"surveys/{number}/figures",
        f"surveys/{number}/figures?by=age_band", f"surveys/{number}/texts?question=q4", "campaigns", "audit?limit=200", "changes?after=0",
    )  # fmt: skip
    for role in Role:
        employee = world.employee(role)
        answers = [employee.get(f"/v1/{path}") for path in paths]
        answers.append(employee.post(f"/v1/surveys/{number}/export"))
        answers.append(employee.reveal(world.person(), "answers", resource="survey-entries"))
        assert not [answer for answer in answers if word in answer.text]
        allowed = [answer.status_code for answer in answers[:2]]
        assert allowed == [200 if role in (Role.MANAGER, Role.PRIVACY, Role.AUDITOR) else 403] * 2
