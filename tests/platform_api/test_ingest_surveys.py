"""Entries of surveys as the marketplace sends them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.surveys import RAW_KEPT, surveys
from console.platform_api.tables import SurveyEntryRow, SurveyTextRow, UserRow, table
from console.platform_api.takers import survey_taker
from tests.platform_api.api import Api
from tests.platform_api.contests_made import known_as
from tests.platform_api.people import add_person, post
from tests.platform_api.surveys_made import add_entry, add_survey, entry_of, number_of, row_of
from tests.telling import telling

_entries, _texts, _users = table(SurveyEntryRow), table(SurveyTextRow), table(UserRow)


@pytest.fixture
def service(api: Api) -> httpx.Client:
    return api.sign_in("service")


def item(platform: Platform, survey: str, **more: Any) -> dict[str, Any]:
    answers = [
        {"question": "q1", "answer": 9},
        {"question": "q2", "answer": "o1"},
        {"question": "q4", "answer": "fine"},
    ]
    return {
        "external_id": "entry-1", "survey": number_of(platform, survey), "submitted_at": platform.clock().isoformat(),
        "answers": answers, "demographics": {"gender": "female", "region": "0"}, **more,
    }  # fmt: skip


def another(platform: Platform, survey: str, **more: Any) -> dict[str, Any]:
    return item(platform, survey, external_id=new_id(), **more)


def send(service: httpx.Client, *items: dict[str, Any]) -> httpx.Response:
    return service.post("/v1/ingest/survey-entries", json={"items": list(items)})


def answered(*pairs: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"question": question, "answer": answer} for question, answer in pairs]


def test_an_entry_is_sealed_under_a_key_of_its_own(service: httpx.Client, platform: Platform) -> None:
    survey = add_survey(platform)
    [result] = send(service, item(platform, survey)).json()["results"]
    assert result["outcome"] == "created"
    row = entry_of(platform, result["id"])
    assert (row.state, row.taker) == ("submitted", None)
    assert platform.vault.keys_of([row.id])
    assert b"female" not in bytes(row.sealed_demographic) and b"o1" not in bytes(row.sealed_answers)
    assert row_of(platform, survey).entries == 1


def test_who_took_part_is_a_token_and_nothing_to_join(service: httpx.Client, platform: Platform) -> None:
    """P34: no column of an entry holds what a person's row holds."""
    person, survey = add_person(platform), add_survey(platform)
    with platform.database.writing() as session:
        session.connection().execute(update(_users).where(_users.c.id == person).values(external_id="user-1"))
    [result] = send(service, item(platform, survey, person="user-1")).json()["results"]
    entry = entry_of(platform, result["id"])
    assert entry.taker == survey_taker(platform.keys, person)
    with platform.database.reading() as connection:
        user = connection.execute(select(_users).where(_users.c.id == person)).one()
    assert not [value for value in entry if isinstance(value, str | bytes) and value in list(user)]
    assert person not in map(str, entry)
    assert str(entry.taker) not in service.get("/v1/changes", params={"after": 0}).text


def test_one_person_takes_part_once_in_a_survey(service: httpx.Client, platform: Platform) -> None:
    """Or nine of one's own would stand beside somebody's tenth. Who isn't signed in is nobody that could be known again."""
    one, other = add_survey(platform), add_survey(platform)
    known_as(platform, add_person(platform), "user-1")
    refused = send(service, another(platform, one, person="user-1"), another(platform, one, person="user-1"))
    said = {"where": "items.1.person", "what": "has taken part in the survey already"}
    assert (refused.status_code, refused.json()["errors"], row_of(platform, one).entries) == (422, [said], 0)
    first = another(platform, one, person="user-1")
    for sent in (first, another(platform, other, person="user-1"), another(platform, one), another(platform, one)):
        assert send(service, sent).status_code == 200
    again = send(service, another(platform, one), another(platform, one, person="user-1"))
    assert (again.status_code, again.json()["errors"]) == (422, [said])
    assert send(service, first).json()["results"][0]["outcome"] == "unchanged"
    assert row_of(platform, one).entries == 3


def test_of_two_requests_at_once_with_the_same_person_one_is_taken(service: httpx.Client, platform: Platform) -> None:
    survey = add_survey(platform)
    known_as(platform, add_person(platform), "user-1")
    sent = [another(platform, survey, person="user-1") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: send(service, one).status_code, sent))
    assert sorted(answers) == [200, 422, 422, 422] and row_of(platform, survey).entries == 1


def test_the_database_holds_one_entry_of_a_person_in_a_survey(platform: Platform) -> None:
    survey, person = add_survey(platform), add_person(platform)
    add_entry(platform, survey, person=person)
    with pytest.raises(IntegrityError):
        add_entry(platform, survey, person=person)


def test_the_same_again_is_the_same_entry(service: httpx.Client, platform: Platform) -> None:
    """Whatever it says: an entry is corrected never. After the closing too."""
    survey = add_survey(platform)
    [first] = send(service, item(platform, survey)).json()["results"]
    before = entry_of(platform, first["id"])
    [again] = send(service, item(platform, survey, answers=answered(("q1", 0)))).json()["results"]
    assert (again["id"], again["outcome"]) == (first["id"], "unchanged")
    with platform.database.writing() as session:
        session.connection().execute(update(surveys).values(state="closed", closed=platform.clock()))
    assert send(service, item(platform, survey)).json()["results"][0]["outcome"] == "unchanged"
    assert entry_of(platform, first["id"]) == before
    assert row_of(platform, survey).entries == 1


@pytest.mark.parametrize(
    "answers",
    [
        answered(("q9canary", 1)),
        answered(("q1", 11)),
        answered(("q1", "wrongcanary")),
        answered(("q1", True)),
        answered(("q1", 9.5)),
        answered(("q1", 9), ("q2", "wrongcanary")),
        answered(("q1", 9), ("q2", 1)),
        answered(("q1", 9), ("q3", 0)),
        answered(("q1", 9), ("q3", 6)),
        answered(("q1", 9), ("q4", 7)),
        answered(("q1", 9), ("q4", "  ")),
        answered(("q1", 9), ("q4", "x" * 10_001)),
        answered(("q1", 9), ("q1", 9)),
        answered(("q2", "o1")),
        [],
        {"q1": "wrongcanary"},
    ],
)
def test_answers_fit_the_questions_and_a_refusal_repeats_nothing(
    service: httpx.Client, platform: Platform, answers: Any
) -> None:
    survey = add_survey(platform)
    answer = send(service, item(platform, survey, answers=answers), item(platform, survey, external_id="entry-2"))
    assert answer.status_code == 422, answer.text
    assert "canary" not in answer.text
    assert row_of(platform, survey).entries == 0


@pytest.mark.parametrize(
    "demographics",
    [{"gender": "wrongcanary"}, {"age_band": "31"}, {"region": "06604"}, {"postcode": "06604"}, {"wrongcanary": "x"}],
)
def test_of_themselves_people_say_one_of_few_things(
    service: httpx.Client, platform: Platform, demographics: dict[str, str]
) -> None:
    """P23: closed lists, and of a postcode the first digit alone."""
    answer = send(service, item(platform, add_survey(platform), demographics=demographics))
    assert answer.status_code == 422
    assert "wrongcanary" not in answer.text and "06604" not in telling(answer.text)


def test_what_comes_at_the_wrong_time_is_refused_by_state(service: httpx.Client, platform: Platform) -> None:
    soon = platform.clock() + timedelta(days=1)
    late, early, over = add_survey(platform, "closed"), add_survey(platform, opens=soon), add_survey(platform, days=-1)
    told = {}
    for survey in (late, over):
        answer = send(service, item(platform, survey, submitted_at=(platform.clock() - timedelta(days=3)).isoformat()))
        told[answer.status_code] = answer.json()["errors"]
    assert told == {409: [{"where": "items.0.survey", "what": "is closed: it takes no more entries"}]}
    assert send(service, item(platform, early)).status_code == 422  # it was submitted before the first day
    assert send(service, item(platform, add_survey(platform, "draft"))).status_code == 422
    assert send(service, {**item(platform, late), "survey": "SV-999"}).status_code == 422
    assert send(service, {**item(platform, late), "survey": "wrongcanary"}).status_code == 422


@pytest.mark.parametrize("purged", [True, False], ids=["purged", "about to be"])
def test_what_is_sent_again_once_the_purge_is_due_changes_nothing(
    service: httpx.Client, platform: Platform, purged: bool
) -> None:
    """Nothing tells it any more from one that never came, and neither would stay; with it the rest of its batch is taken."""
    now = platform.clock()
    closed = now - RAW_KEPT
    over = add_survey(
        platform, "closed", opens=closed - timedelta(days=9), closed=closed, closes=closed, settled=closed,
        purged=now if purged else None,
    )  # fmt: skip
    fresh, before = add_survey(platform), row_of(platform, over)
    old = another(platform, over, person="erased", submitted_at=(closed - timedelta(days=1)).isoformat(), answers=[])
    answer = send(service, old, another(platform, fresh))
    assert answer.status_code == 200, answer.text
    found = answer.json()["results"]
    assert found[0] == {"external_id": old["external_id"], "outcome": "unchanged"} and found[1]["outcome"] == "created"
    assert row_of(platform, over) == before
    for wrong in (closed + timedelta(days=1), closed - timedelta(days=10)):
        assert send(service, another(platform, over, submitted_at=wrong.isoformat())).status_code in (409, 422)
    young = add_survey(platform, "closed", opens=closed - timedelta(days=9), closed=closed + timedelta(minutes=5))
    late = another(platform, young, submitted_at=(closed - timedelta(days=1)).isoformat())
    assert send(service, late).status_code == 409


def test_times_and_takers_make_sense(service: httpx.Client, platform: Platform) -> None:
    survey = add_survey(platform)
    future = (platform.clock() + timedelta(hours=1)).isoformat()
    assert send(service, item(platform, survey, submitted_at=future)).status_code == 422
    assert send(service, item(platform, survey, person="nobody-we-know")).status_code == 422
    twice = send(service, item(platform, survey), item(platform, survey))
    assert twice.json()["errors"] == [{"where": "items.1.external_id", "what": "stands twice in this request"}]


def test_nobody_who_is_being_erased_takes_part(service: httpx.Client, platform: Platform) -> None:
    person, survey = add_person(platform), add_survey(platform)
    with platform.database.writing() as session:
        gone = update(_users).where(_users.c.id == person).values(external_id="user-1", state="erasing")
        session.connection().execute(gone)
    answer = send(service, item(platform, survey, person="user-1"))
    assert answer.json()["errors"] == [{"where": "items.0.person", "what": "is not known"}]


def test_what_leads_to_somebody_is_out_of_the_texts(service: httpx.Client, platform: Platform) -> None:
    typed = "Mail kim@mail.example, ring +1 203 555 0142, card 4242 4242 4242 4242 \x1b[2J\u202e"
    answers = answered(("q1", 3), ("q4", typed))
    [result] = send(service, item(platform, add_survey(platform), answers=answers)).json()["results"]
    key = platform.vault.keys_of([result["id"]])[result["id"]]
    with platform.database.reading() as connection:
        text = connection.execute(select(_texts)).one()
    stored = telling(key.open("survey_texts", text.id, "answers", bytes(text.sealed_answers)).decode())
    for gone in ("kim", "mail.example", "555", "4242"):
        assert gone not in stored
    assert "\\u001b[2J\u202e" in stored  # what is drawn of it is the console's to decide


def test_how_many_began_only_rises(service: httpx.Client, platform: Platform) -> None:
    survey = add_survey(platform)
    number = number_of(platform, survey)
    outcomes = []
    for started in (30, 20, 30, 45):
        answer = service.post("/v1/ingest/surveys", json={"items": [{"survey": number, "started": started}]})
        outcomes.append(answer.json()["results"][0]["outcome"])
    assert outcomes == ["updated", "unchanged", "unchanged", "updated"]
    assert row_of(platform, survey).started == 45
    assert service.post("/v1/ingest/surveys", json={"items": [{"survey": "SV-999", "started": 1}]}).status_code == 422


def test_nobody_but_the_marketplace_sends_entries(api: Api, platform: Platform) -> None:
    sent = {"items": [item(platform, add_survey(platform))]}
    for name in ("support", "billing", "manager", "privacy", "auditor", "admin"):
        assert post(api.sign_in(name), "/v1/ingest/survey-entries", sent).status_code == 403
