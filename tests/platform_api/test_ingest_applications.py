"""Pro applications from the marketplace: upserted by its own ids, the applicant's own words, states only forward, and nobody a pro by it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from console.platform_api import blind
from console.platform_api.platform import Platform
from console.platform_api.tables import FieldChange, ProApplicationRow, TicketRow, UserRow, table
from console.records.pro_applications import OPEN, ApplicationState
from tests.platform_api.api import Api
from tests.platform_api.applications_made import PROFILE, add_application, is_pro, person_of
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, log_of

PATH = "/v1/ingest/pro-applications"
TEXTS = {name: text for name, text in PROFILE.items() if name != "answers"}
CONTENT = {"file_name": "policy.txt", "content": base64.b64encode(b"A policy.").decode()}
ANSWERS = [{"question": "Do you have a garden?", "answer": "Yes, a small one"}]
HOSTILE = "\x1b]0;owned\x07[b]mark[/up] \u202etxt.exe 🐈 مرحبا http://evil.example " + "ж" * 90


def item(external_id: Any = "A-1", **more: Any) -> dict[str, Any]:
    found = {
        "external_id": external_id, "person": "ada", "services": ["boarding", "walking"], "submitted_at": "2026-11-20T09:00:00Z",
        **TEXTS, "answers": ANSWERS,
    }  # fmt: skip
    return {name: value for name, value in {**found, **more}.items() if value is not None}


def send(api: Api, *items: Mapping[str, Any]) -> httpx.Response:
    return api.sign_in("service").post(PATH, json={"items": list(items)})


def outcomes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [result["outcome"] for result in answer.json()["results"]]


def known(platform: Platform, name: str, **fields: Any) -> str:
    """A person whom the marketplace calls so."""
    person, users = add_person(platform, **fields), table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(external_id=name))
    return person


def look(api: Api, application: str) -> dict[str, Any]:
    found: dict[str, Any] = api.sign_in("manager").get(f"/v1/pro-applications/{application}").json()
    return found


def existing(platform: Platform, state: str = "submitted", **more: Any) -> str:
    """What `item()` sends, as it lies here in that state."""
    person = known(platform, "ada")
    received = datetime(2026, 11, 20, 9, tzinfo=UTC)
    return add_application(
        platform, person, state, services=["boarding", "walking"], external_id="A-1", received=received, **more
    )


@pytest.fixture
def ada(platform: Platform) -> str:
    return known(platform, "ada")


# New ones


def test_an_application_comes_in_whole(api: Api, platform: Platform, ada: str):
    answer = send(api, item())
    assert outcomes(answer) == ["created"]
    body = look(api, answer.json()["results"][0]["id"])
    assert {name: body[name] for name in PROFILE} == PROFILE
    assert (body["state"], body["services"]) == ("submitted", ["boarding", "walking"])
    assert body["missing"] == ["insurance", "background_check", "licence"]
    hours = timedelta(hours=platform.rules.decide_hours)
    assert datetime.fromisoformat(body["due"]) - datetime.fromisoformat(body["received"]) == hours
    [entry] = log_of(platform, "pro-applications:ingest")
    assert set(TEXTS) < set(json.loads(entry.fields)) and not any(text in str(entry) for text in TEXTS.values())
    listed = api.sign_in("manager").get("/v1/pro-applications", params={"postcode": "06604"}).json()
    assert [one["id"] for one in listed["items"]] == [body["id"]]
    assert not is_pro(platform, ada)


def test_what_is_left_out_is_missing(api: Api, ada: str):
    answer = send(api, item(rates=None, answers=None, area=None))
    assert [name for name in look(api, answer.json()["results"][0]["id"])["missing"] if name in PROFILE] == [
        "area",
        "rates",
    ]


def test_sent_again_it_changes_nothing(api: Api, platform: Platform, ada: str):
    assert outcomes(send(api, item())) == ["created"]
    assert outcomes(send(api, item(), item("A-2"))) == ["unchanged", "created"]
    assert outcomes(send(api, {"external_id": "A-1"})) == ["unchanged"]
    with platform.database.reading() as connection:
        rows = list(connection.execute(select(table(ProApplicationRow))))
    assert [row.version for row in rows] == [1, 1]


def test_texts_are_kept_as_they_are_and_no_answer_passes_for_a_question(sqlite_api: Api):
    known(sqlite_api.platform, "ada")
    faked = {"question": "How\nmany?", "answer": "One\nAny complaints?\u2028  None\x85Ever\r\nNever"}
    unanswered = {"question": HOSTILE, "answer": ""}
    answer = send(sqlite_api, item(area=HOSTILE, answers=[faked, unanswered]))
    body = look(sqlite_api, answer.json()["results"][0]["id"])
    assert body["area"] == HOSTILE
    assert body["answers"] == f"How many?\n  One\n  Any complaints?\n    None\n  Ever\n  Never\n{HOSTILE.strip()}"


def test_card_numbers_are_blacked_out(sqlite_api: Api):
    known(sqlite_api.platform, "ada")
    text = "pay 4242 4242 4242 4242 here"
    names = ("business_name", "area", "experience", "rates")
    answer = send(sqlite_api, item(**dict.fromkeys(names, text), answers=[{"question": text, "answer": text}]))
    body = look(sqlite_api, answer.json()["results"][0]["id"])
    for name in (*names, "answers"):
        assert "4242" not in body[name] and body[name].startswith("pay "), name


NONSENSE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"person": "eve"}, "person"),
    ({"person": None}, "person"),
    ({"services": None}, "services"),
    ({"services": []}, "services"),
    ({"services": ["racing"]}, "services"),
    ({"submitted_at": None}, "submitted_at"),
    ({"submitted_at": "2099-01-01T00:00:00Z"}, "submitted_at"),
    ({"submitted_at": "yesterday"}, "submitted_at"),
    ({"state": "approved"}, "state"),
    ({"area": " "}, "area"),
    ({"postcode": "0" * 13}, "postcode"),
    ({"experience": 6}, "experience"),
    ({"answers": [{"question": "Why?"}]}, "answers"),
    ({"external_id": "A 1"}, "external_id"),
    ({"area": "\ud800"}, ""),
    *(({name: True}, "known") for name in ("pro", "decided_by", "recommendation", "received", "due")),
)
"""What is sent, and what the answer names."""


def test_nonsense_is_named_and_nothing_is_stored(sqlite_api: Api):
    known(sqlite_api.platform, "ada")
    service = sqlite_api.sign_in("service")
    for wrong, where in NONSENSE:
        body = json.dumps({"items": [item("A-0"), item(**wrong)]})
        answer = service.post(PATH, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), (wrong, answer.text)
        assert where in answer.text and "Bridgeport" not in answer.text, (wrong, answer.text)
    with sqlite_api.platform.database.reading() as connection:
        assert connection.execute(select(table(ProApplicationRow))).first() is None


def test_the_same_twice_in_one_request_is_refused(sqlite_api: Api):
    known(sqlite_api.platform, "ada")
    assert send(sqlite_api, item(), item()).status_code == 422


@pytest.mark.parametrize("state", ["erasing", "erased"])
def test_of_somebody_erased_no_application_comes_in(sqlite_api: Api, state: str):
    known(sqlite_api.platform, "ada", state=state)
    answer = send(sqlite_api, item())
    assert answer.status_code == 422 and "erased" in answer.text


@pytest.mark.parametrize("name", ["support", "manager", "admin"])
def test_only_the_marketplace_sends(sqlite_api: Api, name: str):
    assert sqlite_api.sign_in(name).post(PATH, json={"items": [item()]}).status_code == 403


# Changes


def test_what_changes_is_stored_with_its_history_and_version(api: Api, platform: Platform):
    application = existing(platform)
    assert outcomes(send(api, item(rates="30 dollars", services=["walking"]))) == ["updated"]
    body = look(api, application)
    assert (body["rates"], body["services"], body["version"], body["area"]) == (
        "30 dollars",
        ["walking"],
        2,
        PROFILE["area"],
    )
    [change] = _history(platform, application)
    assert change.fields == ["rates", "services"] and change.source == "self"
    history = api.sign_in("manager").get(f"/v1/pro-applications/{application}/history").json()["items"]
    assert history[0]["change"] == [{"field": "rates", "before": "•••", "after": "•••"}]


def _history(platform: Platform, record: str) -> list[Any]:
    changes = table(FieldChange)
    with platform.database.reading() as connection:
        return list(connection.execute(select(changes).where(changes.c.record == record)))


def test_what_changes_is_the_answer_that_the_clock_waits_for(api: Api, platform: Platform):
    application = existing(platform, "info_requested", assignee="support")
    before = row_of(platform, ProApplicationRow, application)
    assert outcomes(send(api, item())) == ["unchanged"]
    assert row_of(platform, ProApplicationRow, application).state == "info_requested"
    assert outcomes(send(api, item(experience="Seven years"))) == ["updated"]
    after = row_of(platform, ProApplicationRow, application)
    assert (after.state, after.stopped) == ("submitted", None)
    stood = after.due - before.due
    assert timedelta(0) < stood <= platform.clock() - before.stopped
    assert row_of(platform, TicketRow, after.ticket).assignee is None
    assert len(log_of(platform, "pro-applications:answered")) == 1


@pytest.mark.parametrize(("kind", "state"), [("insurance", "submitted"), ("background_check", "info_requested")])
def test_a_document_of_the_applicant_s_is_an_answer_too(sqlite_api: Api, kind: str, state: str):
    """The provider's is not."""
    application = existing(sqlite_api.platform, "info_requested", assignee="support", complete=False)
    sent = {"external_id": "D-1", "application": "A-1", "kind": kind, "state": "received"}
    holds = {**CONTENT, "expires": "2040-01-01T00:00:00Z"}
    more = {"provider": "Checkwell", "result": "clear"} if kind == "background_check" else holds
    body = {"items": [{**sent, **more}]}
    answer = sqlite_api.sign_in("service").post("/v1/ingest/application-documents", json=body)
    assert outcomes(answer) == ["created"]
    row = row_of(sqlite_api.platform, ProApplicationRow, application)
    assert row.state == state and (row.stopped is None) == (state == "submitted")


def test_a_decision_made_on_what_was_there_before_conflicts(api: Api, platform: Platform):
    application = existing(platform, assignee="manager")
    assert outcomes(send(api, item(rates="99 dollars"))) == ["updated"]
    headers = {"Idempotency-Key": "k", "If-Match": '"1"'}
    manager = api.sign_in("manager")
    refused = manager.post(f"/v1/pro-applications/{application}/decline", json={"reason": "area"}, headers=headers)
    assert refused.status_code == 412 and refused.json()["changed"][0]["field"] == "rates"


@pytest.mark.parametrize("sent", ["submitted", "withdrawn"])
def test_states_go_forward_alone(api: Api, platform: Platform, sent: str):
    for place, state in enumerate(ApplicationState):
        person = known(platform, f"P-{place}")
        application = add_application(platform, person, state, external_id=f"S-{place}")
        answer = send(api, {"external_id": f"S-{place}", "state": sent})
        row = row_of(platform, ProApplicationRow, application)
        if sent == "withdrawn" and state in OPEN:
            assert outcomes(answer) == ["updated"] and row.state == "withdrawn" and row.decided is not None
            assert row.ticket is None or row_of(platform, TicketRow, row.ticket).state == "solved"
        elif (sent == "withdrawn") == (state == "withdrawn") and (sent != "withdrawn" or state == "withdrawn"):
            assert outcomes(answer) == ["unchanged"] and row.state == state
        else:
            assert answer.status_code == 422 and row.state == state, (state, answer.text)


@pytest.mark.parametrize("state", ["approved", "declined", "withdrawn", "expired"])
def test_what_was_decided_on_stays_as_it_was(sqlite_api: Api, state: str):
    application = existing(sqlite_api.platform, state)
    assert outcomes(send(sqlite_api, item())) == ["unchanged"]
    for change in ({"rates": "1 dollar"}, {"services": ["walking"]}):
        answer = send(sqlite_api, item(**change))
        assert answer.status_code == 422 and state in answer.text
    assert look(sqlite_api, application)["rates"] == PROFILE["rates"]


def test_neither_the_person_nor_the_time_changes(sqlite_api: Api):
    existing(sqlite_api.platform)
    known(sqlite_api.platform, "eve")
    for change in ({"person": "eve"}, {"submitted_at": "2026-11-21T09:00:00Z"}):
        assert send(sqlite_api, item(**change)).status_code == 422


def test_of_an_erased_applicant_no_text_is_stored(sqlite_api: Api):
    platform = sqlite_api.platform
    application = existing(platform)
    person = person_of(platform, application)
    platform.vault._write("DELETE FROM data_key WHERE owner = #", [(platform.vault._native(person),)])
    before = row_of(platform, ProApplicationRow, application).sealed_profile
    assert outcomes(send(sqlite_api, item(rates="Another"))) == ["unchanged"]
    assert row_of(platform, ProApplicationRow, application).sealed_profile == before


def test_of_an_erased_applicant_nothing_is_indexed_again(sqlite_api: Api):
    platform = sqlite_api.platform
    person = person_of(platform, existing(platform))
    platform.vault._write("DELETE FROM data_key WHERE owner = #", [(platform.vault._native(person),)])
    assert outcomes(send(sqlite_api, item(business_name="Zebra Quixote"))) == ["unchanged"]
    words = blind.business_tokens(platform.keys, "Zebra Quixote")
    assert platform.vault.sharing(sorted(words), 1, 10) == ([], False)


# A pro only by approval (P24)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.fixed_dictionaries(
            {"external_id": st.sampled_from(["A-1", "A-2"])},
            optional={
                "state": st.sampled_from(["submitted", "withdrawn"]),
                "services": st.just(["walking"]),
                "rates": st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
            },
        ),
        max_size=6,
    )
)
def test_whatever_is_sent_makes_nobody_a_pro(sqlite_api: Api, sent: list[dict[str, Any]]):
    platform = sqlite_api.platform
    users = table(UserRow)
    with platform.database.reading() as connection:
        if connection.execute(select(users.c.id)).first() is None:
            known(platform, "ada")
    for one in sent:
        send(sqlite_api, {**item(), **one})
    with platform.database.reading() as connection:
        assert connection.execute(select(users.c.id).where(users.c.pro)).first() is None
