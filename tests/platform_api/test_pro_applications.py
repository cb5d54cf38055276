"""Pro applications: the queue, who may do what in which state, four eyes, the clock, and that only an approval makes a pro."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Table, select

from console.platform_api.application_clock import expire_unanswered
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import (
    EmployeeRole,
    EmployeeRow,
    FieldChange,
    MailRow,
    ProApplicationRow,
    RevealGrant,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.transaction import Transaction, own_work
from console.platform_api.vault_tables import DATA_KEY
from console.records.pro_applications import MISSING, OPEN, ApplicationState
from tests.platform_api.api import Api, employee_id, serving
from tests.platform_api.applications_made import (
    PROFILE,
    add_application,
    add_document,
    decided,
    is_pro,
    person_of,
)
from tests.platform_api.orders_made import claim, row_of
from tests.platform_api.people import add_person, log_of, post
from tests.platform_api.worked import Clock

LIST = "/v1/pro-applications"
HOSTILE = "\x1b]0;owned\x07[b]mark[/up] \u202etxt.exe 🐈 مرحبا\n" + "ж" * 9_000
LETTER = {"subject": "Your application", "body": "Please send us your insurance."}
BODIES: Mapping[str, dict[str, Any]] = {
    "claim": {}, "release": {}, "note": {"body": "looks fine"}, "recommend": {"recommendation": "approve"}, "ask": LETTER,
    "answered": {"reason": "by_phone"}, "approve": {}, "decline": {"reason": "documents"}, "reopen": {"reason": "appeal"},
    "withdraw": {"reason": "applicant_asked"},
}  # fmt: skip


def do(client: httpx.Client, application: str, action: str, version: int | None = 1, **more: Any) -> httpx.Response:
    """The action with a body that is right, unless a test says otherwise."""
    version = None if action in ("claim", "note") else version
    return post(client, f"{LIST}/{application}/{action}", {**BODIES[action], **more}, version=version)


def numbers(client: httpx.Client, **filters: Any) -> list[str]:
    answer = client.get(LIST, params=filters)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def look(client: httpx.Client, application: str) -> dict[str, Any]:
    answer = client.get(f"{LIST}/{application}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


# Reading


def test_an_application_is_read_whole_by_support_and_manager(api: Api, platform: Platform):
    application = add_application(platform, services=["boarding", "walking"])
    for name in ("support", "manager"):
        body = look(api.sign_in(name), application)
        assert {field: body[field] for field in PROFILE} == PROFILE
        assert (body["state"], body["services"], body["missing"]) == ("submitted", ["boarding", "walking"], [])
        assert {document["kind"] for document in body["documents"]} == {"insurance", "background_check", "licence"}
        assert (body["case"], body["assignee"], body["yours"], body["messages"]) == (None, None, False, [])


def test_what_is_unclear_text_comes_back_as_it_is(sqlite_api: Api):
    platform = sqlite_api.platform
    application = add_application(platform, profile=dict.fromkeys(PROFILE, HOSTILE))
    body = look(sqlite_api.sign_in("manager"), application)
    assert {body[field] for field in PROFILE} == {HOSTILE}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_said_and_found(api: Api, platform: Platform, name: str):
    whole = add_application(platform, services=["boarding"])
    profile = {name: ""} if name in PROFILE else {}
    lacking = add_application(platform, services=["boarding"], complete=bool(profile), profile=profile)
    for kind in {"licence", "insurance", "background_check"} - {name} if not profile else ():
        add_document(platform, lacking, kind)
    support = api.sign_in("support")
    assert look(support, lacking)["missing"] == [name]
    assert look(support, whole)["missing"] == []
    assert numbers(support, missing=name) == [lacking]


@pytest.mark.parametrize(
    ("state", "days", "missing", "expiring"),
    [
        ("received", 100, [], []),
        ("received", 10, [], ["insurance"]),
        ("received", -1, ["insurance"], []),
        ("pending", 100, ["insurance"], []),
        ("replaced", 100, ["insurance"], []),
    ],
)
def test_a_document_counts_while_it_is_received_and_holds(
    api: Api, platform: Platform, state: str, days: int, missing: list[str], expiring: list[str]
):
    application = add_application(platform, complete=False)
    add_document(platform, application, "background_check")
    expires = platform.clock() + timedelta(days=days)
    add_document(platform, application, "insurance", state=state, expires=expires)
    manager = api.sign_in("manager")
    body = look(manager, application)
    assert (body["missing"], body["expiring"]) == (missing, expiring)
    assert numbers(manager, missing="insurance") == ([application] if missing else [])


def test_a_licence_that_no_service_needs_is_not_missing_when_it_expires(sqlite_api: Api):
    platform = sqlite_api.platform
    application = add_application(platform, services=["walking"])
    add_document(platform, application, "licence", expires=platform.clock() - timedelta(days=1))
    manager = sqlite_api.sign_in("manager")
    assert look(manager, application)["missing"] == [] and numbers(manager, missing="licence") == []


# The queue


def test_the_queue_is_in_the_order_of_its_limits(api: Api, platform: Platform):
    now = platform.clock()
    made = [add_application(platform, received=now - timedelta(hours=hours)) for hours in (1, 30, 7)]
    manager = api.sign_in("manager")
    assert numbers(manager) == [made[1], made[2], made[0]]
    assert numbers(manager, sort="number") == made


@pytest.fixture
def queue(platform: Platform) -> Mapping[str, str]:
    """One application of each kind that a filter tells apart."""
    return {
        "boarding": add_application(platform, services=["boarding"], profile={"postcode": "SW1A 1AA"}),
        "lacking": add_application(platform, services=["walking", "boarding"], complete=False),
        "mine": add_application(platform, assignee="manager", recommendation="approve"),
        "theirs": add_application(platform, assignee="support", recommendation="decline"),
        "lapsed": add_application(platform, state="in_review"),
        "declined": decided(platform),
    }


NARROWED: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({"state": "in_review"}, {"mine", "theirs", "lapsed"}),
    ({"state": ["submitted", "declined"]}, {"boarding", "lacking", "declined"}),
    ({"service": "boarding"}, {"boarding", "lacking"}),
    ({"service": ["boarding", "walking"]}, {"boarding", "lacking", "mine", "theirs", "lapsed", "declined"}),
    ({"missing": "insurance"}, {"lacking"}),
    ({"postcode": "06604"}, {"lacking", "mine", "theirs", "lapsed", "declined"}),
    ({"postcode": "sw1a1aa"}, {"boarding"}),
    ({"postcode": "SW1"}, set()),
    ({"assignee": "me"}, {"mine"}),
    ({"assignee": "none"}, {"boarding", "lacking", "lapsed", "declined"}),
    ({"recommended": "approve"}, {"mine"}),
    ({"recommended": ["decline", "none"]}, {"boarding", "lacking", "theirs", "lapsed", "declined"}),
    ({"service": "boarding", "postcode": "06604", "missing": "insurance"}, {"lacking"}),
    ({"state": "in_review", "assignee": "none", "sort": "-number"}, {"lapsed"}),
)


def test_the_queue_is_narrowed(api: Api, queue: Mapping[str, str]):
    manager = api.sign_in("manager")
    for filters, expected in NARROWED:
        found = numbers(manager, **filters)
        assert sorted(found) == sorted(queue[name] for name in expected), filters


def test_the_queue_of_one_person_or_employee(api: Api, platform: Platform, queue: Mapping[str, str]):
    manager = api.sign_in("manager")
    assert numbers(manager, user=person_of(platform, queue["declined"])) == [queue["declined"]]
    assert numbers(manager, assignee=employee_id(platform, "support")) == [queue["theirs"]]
    assert manager.get(LIST, params={"user": "U-999"}).status_code == 404


WRONG: tuple[dict[str, Any], ...] = (
    {"state": "open"}, {"service": "racing"}, {"missing": "patience"}, {"missing": ["rates", "area"]}, {"recommended": "maybe"},
    {"assignee": ["me", "none"]}, {"postcode": ["1", "2"]}, {"sort": "person"}, {"business_name": "Happy Paws"},
)  # fmt: skip


def test_a_filter_that_there_is_none_of_is_refused(sqlite_api: Api):
    manager = sqlite_api.sign_in("manager")
    for wrong in WRONG:
        answer = manager.get(LIST, params=wrong)
        assert answer.status_code == 400 and "Happy" not in answer.text, wrong


# The states


ALLOWED: Mapping[str, frozenset[str]] = {
    "claim": OPEN, "release": frozenset({"in_review", "info_requested"}), "note": frozenset({"in_review", "info_requested"}),
    "recommend": frozenset({"in_review"}), "ask": frozenset({"in_review"}), "answered": frozenset({"info_requested"}),
    "approve": frozenset({"in_review"}), "decline": frozenset({"in_review"}), "reopen": frozenset({"declined"}), "withdraw": OPEN,
}  # fmt: skip
"""Written down a second time on purpose."""

LEADS_TO = {
    "ask": "info_requested", "answered": "submitted", "approve": "approved", "decline": "declined", "reopen": "reopened",
    "withdraw": "withdrawn",
}  # fmt: skip


@pytest.mark.parametrize("action", BODIES)
def test_every_action_in_every_state(sqlite_api: Api, action: str):
    platform = sqlite_api.platform
    who = "support" if action == "recommend" else "manager"
    client = sqlite_api.sign_in(who)
    for state in ApplicationState:
        application = add_application(platform, state=state, assignee=who)
        state_before = row_of(platform, ProApplicationRow, application).state
        if state != state_before:  # the builder takes what is claimed into review
            _set(platform, application, state=str(state))
        offered = {one["name"]: one["allowed"] for one in look(client, application)["actions"]}
        answer = do(client, application, action)
        fits = state in ALLOWED[action]
        assert answer.status_code == (200 if fits else 409), (action, state, answer.text)
        assert offered[action] == fits
        if fits and action in LEADS_TO:
            assert answer.json()["state"] == LEADS_TO[action]
        assert is_pro(platform, person_of(platform, application)) == (fits and action == "approve")


def _set(platform: Platform, application: str, **values: Any) -> None:
    found = table(ProApplicationRow)
    with platform.database.writing() as session:
        session.connection().execute(found.update().where(found.c.id == application).values(**values))


# Claims


def test_the_first_claim_opens_the_case_and_others_only_change_who_has_it(api: Api, platform: Platform):
    application = add_application(platform)
    manager, support = api.sign_in("manager"), api.sign_in("support")
    body = do(manager, application, "claim").json()
    assert (body["state"], body["yours"]) == ("in_review", True) and body["lease_until"]
    case = body["case"]
    ticket = manager.get(f"/v1/tickets/{case}").json()
    assert (ticket["about"], ticket["self_opened"], ticket["yours"]) == ("application", False, True)
    assert {link["number"] for link in ticket["links"]} == {body["number"], body["person"]}
    refused = do(support, application, "claim")
    assert refused.status_code == 403
    assert do(manager, application, "release", body["version"]).status_code == 200
    again = do(support, application, "claim").json()
    assert (again["case"], again["state"], again["yours"]) == (case, "in_review", True)


def test_claimed_at_once_by_two_it_is_one_of_theirs(api: Api, platform: Platform):
    application = add_application(platform)
    clients = [api.sign_in(name) for name in ("manager", "manager2")]
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda client: do(client, application, "claim").status_code, clients))
    assert sorted(codes) in ([200, 403], [200, 503])
    assert len(_cases(platform)) == 1


def _cases(platform: Platform) -> list[Any]:
    tickets = table(TicketRow)
    with platform.database.reading() as connection:
        return list(connection.execute(select(tickets).where(tickets.c.about == "application")))


def test_a_lease_that_lapses_is_taken_by_another_and_the_first_can_do_nothing_more(api: Api, platform: Platform):
    application = add_application(platform, assignee="manager")
    first, second = api.sign_in("manager"), api.sign_in("manager2")
    tickets, case = table(TicketRow), row_of(platform, ProApplicationRow, application).ticket
    with platform.database.writing() as session:
        past = {"lease_until": platform.clock() - timedelta(seconds=1)}
        session.connection().execute(tickets.update().where(tickets.c.id == case).values(**past))
    assert look(first, application)["assignee"] is None
    assert do(first, application, "approve").status_code == 403
    taken = do(second, application, "claim").json()
    assert taken["yours"] and taken["state"] == "in_review"
    refused = do(first, application, "approve", taken["version"])
    assert refused.status_code == 403 and "assigned" in refused.json()["conditions"]
    assert do(second, application, "approve", taken["version"]).status_code == 200


def test_a_case_that_is_released_or_decided_shows_nothing_more(api: Api, platform: Platform):
    for action in ("release", "decline"):
        application = add_application(platform, assignee="manager")
        case = row_of(platform, ProApplicationRow, application).ticket
        manager = api.sign_in("manager", case=case)
        person = person_of(platform, application)
        wish = {"fields": ["phone"], "case": case, "reason": "application"}
        assert post(manager, f"/v1/users/{person}/reveal", wish).status_code == 200
        assert do(manager, application, action).status_code == 200
        grants = table(RevealGrant)
        with platform.database.reading() as connection:
            until = connection.execute(select(grants.c.expires).where(grants.c.ticket == case)).scalar_one()
        assert until <= platform.clock()


def test_a_note_stands_in_the_thread(sqlite_api: Api):
    platform = sqlite_api.platform
    application = add_application(platform, assignee="support")
    support = sqlite_api.sign_in("support")
    assert do(support, application, "note", body=HOSTILE).status_code == 200
    [message] = look(support, application)["messages"]
    assert (message["kind"], message["by"], message["body"]) == ("note", "you", HOSTILE)
    assert do(support, application, "note", body="4242 4242 4242 4242").status_code == 422


# Stale


def test_a_stale_decision_conflicts(api: Api, platform: Platform):
    application = add_application(platform, assignee="manager")
    manager, support = api.sign_in("manager"), api.sign_in("support")
    assert do(support, application, "withdraw").status_code == 200
    refused = do(manager, application, "approve")
    assert refused.status_code == 412
    assert {change["field"]: change["by"] for change in refused.json()["changed"]} == {"state": "support"}
    assert not is_pro(platform, person_of(platform, application))


def test_a_decision_needs_the_version_that_was_seen(sqlite_api: Api):
    platform = sqlite_api.platform
    application = add_application(platform, assignee="manager")
    manager = sqlite_api.sign_in("manager")
    for action in ("release", "ask", "approve", "decline", "withdraw"):
        assert post(manager, f"{LIST}/{application}/{action}", BODIES[action]).status_code == 428


def test_decided_in_two_ways_at_once_it_is_decided_once(api: Api, platform: Platform):
    application = add_application(platform, assignee="manager")
    manager = api.sign_in("manager")
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda action: do(manager, application, action).status_code, ("approve", "decline")))
    assert sorted(codes) in ([200, 403], [200, 412], [200, 503])
    row = row_of(platform, ProApplicationRow, application)
    assert is_pro(platform, row.person) == (row.state == "approved")


def test_enter_pressed_twice_does_it_once(api: Api, platform: Platform):
    application = add_application(platform, assignee="manager")
    manager, path = api.sign_in("manager"), f"{LIST}/{application}/approve"
    answers = [post(manager, path, {"message": LETTER}, version=1, intent="one") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["message"] == answers[1].json()["message"]
    assert answers[1].headers["Idempotent-Replay"] == "true"
    assert len(_mails(platform)) == 1 and row_of(platform, ProApplicationRow, application).version == 2
    assert post(manager, path, {}, version=1, intent="one").status_code == 409


def _mails(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(table(MailRow))))


# Four eyes


def test_who_recommended_does_not_decide(api: Api, platform: Platform):
    application = add_application(platform, assignee="support")
    _add_role(platform, "support", "manager")
    both = api.sign_in("support")
    assert do(both, application, "recommend", text="All is there").status_code == 200
    for action in ("approve", "decline"):
        refused = do(both, application, action, 2)
        assert refused.status_code == 403 and refused.json()["conditions"] == ["not_recommender"]
    claim(platform, row_of(platform, ProApplicationRow, application).ticket, "manager")
    body = do(api.sign_in("manager"), application, "approve", 2).json()
    assert (body["recommendation"], body["state"]) == ("approve", "approved")
    assert body["recommended_by"] is not None and body["recommended_by"] != body["decided_by"]


def test_a_recommendation_stays_its_own_authors(api: Api, platform: Platform):
    """Otherwise another's could hide who recommended first, and they could decide after all."""
    application = add_application(platform, assignee="support")
    assert do(api.sign_in("support"), application, "recommend", recommendation="approve").status_code == 200
    claim(platform, row_of(platform, ProApplicationRow, application).ticket, "support2")
    refused = do(api.sign_in("support2"), application, "recommend", 2, recommendation="decline")
    assert refused.status_code == 409 and "recommended it already" in refused.json()["detail"]
    claim(platform, row_of(platform, ProApplicationRow, application).ticket, "support")
    changed = do(api.sign_in("support"), application, "recommend", 2, recommendation="decline")
    assert changed.json()["recommendation"] == "decline"


def _add_role(platform: Platform, name: str, role: str) -> None:
    with platform.database.writing() as session:
        session.add(EmployeeRole(employee=employee_id(platform, name), role=role, at=platform.clock()))


def test_who_declined_neither_reopens_nor_decides_again(api: Api, platform: Platform):
    application = decided(platform, by="manager")
    first, second = api.sign_in("manager"), api.sign_in("manager2")
    refused = do(first, application, "reopen")
    assert refused.status_code == 403 and refused.json()["conditions"] == ["not_decider"]
    assert do(second, application, "reopen", text="The insurance held after all").status_code == 200
    taken = do(first, application, "claim").json()
    for action in ("approve", "decline", "withdraw"):
        refused = do(first, application, action, taken["version"])
        assert refused.status_code == 403 and refused.json()["conditions"] == ["not_decider"]
    version = do(first, application, "release", taken["version"]).json()["version"]
    version = do(second, application, "claim").json()["version"]
    assert do(second, application, "approve", version).json()["state"] == "approved"


def test_a_reopened_one_waits_anew_with_a_case_of_its_own(api: Api, platform: Platform):
    application = add_application(platform, assignee="support", received=platform.clock() - timedelta(days=9))
    support, manager, other = api.sign_in("support"), api.sign_in("manager"), api.sign_in("manager2")
    assert do(support, application, "recommend", recommendation="decline", text="No").status_code == 200
    assert do(support, application, "release", 2).status_code == 200
    first = do(manager, application, "claim").json()["case"]
    assert do(manager, application, "decline", 4, text="Not yet").status_code == 200
    body = do(other, application, "reopen", 5, text="They appealed").json()
    assert (body["state"], body["recommendation"], body["decided"], body["reason"]) == ("reopened", None, None, None)
    assert body["recommended_by"] and body["decided_by"]
    assert (
        body["due"] > body["received"][:10] and row_of(platform, ProApplicationRow, application).due > platform.clock()
    )
    taken = do(other, application, "claim").json()
    assert taken["case"] != first and taken["state"] == "in_review"
    assert [message["body"] for message in taken["messages"]] == ["No", "Not yet", "They appealed"]
    assert [row.state for row in _cases(platform)] == ["solved", "open"]


@pytest.mark.parametrize("action", BODIES)
def test_nobody_works_on_their_own_application(sqlite_api: Api, action: str):
    platform = sqlite_api.platform
    who = "support" if action == "recommend" else "manager"
    application = add_application(platform, assignee=who)
    state = sorted(ALLOWED[action] - {"submitted"})[0]
    _set(platform, application, state=state)
    employees = table(EmployeeRow)
    with platform.database.writing() as session:
        own = {"person": person_of(platform, application)}
        session.connection().execute(
            employees.update().where(employees.c.id == employee_id(platform, who)).values(**own)
        )
    refused = do(sqlite_api.sign_in(who), application, action)
    assert refused.status_code == 403 and "not_self" in refused.json()["conditions"]


@pytest.mark.parametrize("name", ["support", "billing", "privacy", "auditor", "admin"])
def test_nobody_but_a_manager_decides(sqlite_api: Api, name: str):
    platform = sqlite_api.platform
    application = add_application(platform, assignee=name)
    for action in ("approve", "decline", "reopen"):
        assert do(sqlite_api.sign_in(name), application, action).status_code == 403
    assert not is_pro(platform, person_of(platform, application))


# The clock


def test_the_clock_stands_still_until_there_is_an_answer(api: Api, platform: Platform):
    application = add_application(platform, assignee="manager")
    manager = api.sign_in("manager")
    due = row_of(platform, ProApplicationRow, application).due
    body = do(manager, application, "ask").json()
    assert (body["state"], body["due"]) == ("info_requested", None) and body["stopped"] is not None
    asked = row_of(platform, ProApplicationRow, application).stopped
    _set(platform, application, stopped=asked - timedelta(hours=5))
    body = do(api.sign_in("support"), application, "answered", 2, text="Sent by post").json()
    row = row_of(platform, ProApplicationRow, application)
    assert (body["state"], body["stopped"], body["assignee"]) == ("submitted", None, None)
    assert timedelta(hours=5) <= row.due - due < timedelta(hours=5, minutes=5)
    assert [message["kind"] for message in look(manager, application)["messages"]] == ["out", "note"]


def test_the_applicant_is_asked_by_mail_or_not_at_all(sqlite_api: Api):
    platform = sqlite_api.platform
    application = add_application(platform, assignee="manager")
    manager = sqlite_api.sign_in("manager")
    wrongs: list[dict[str, Any]] = [
        {"body": ""},
        {"subject": ""},
        {"body": "4242 4242 4242 4242"},
        {"template": "nonsense"},
    ]
    for wrong in wrongs:
        assert do(manager, application, "ask", **wrong).status_code == 422
    silent = add_application(platform, add_person(platform, email="", google_email=""), assignee="manager")
    _forget_mail(platform, person_of(platform, silent))
    refused = do(manager, silent, "ask")
    assert refused.status_code == 409 and "address" in refused.json()["because"]
    assert row_of(platform, ProApplicationRow, silent).state == "in_review"
    body = do(manager, application, "ask", template="ask_details").json()
    [mail] = _mails(platform)
    assert (mail.id, mail.state, mail.template) == (body["message"], "waiting", "ask_details")
    assert timedelta(seconds=9) < mail.due - mail.at < timedelta(seconds=11)


def _forget_mail(platform: Platform, person: str) -> None:
    users = table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(sealed_contact=None))


@pytest.fixture
def unanswered(platform: Platform) -> str:
    days = timedelta(days=platform.rules.answer_days)
    return add_application(platform, state="info_requested", assignee="manager", stopped=platform.clock() - days)


def test_what_is_never_answered_expires_and_the_applicant_is_told(api: Api, platform: Platform, unanswered: str):
    waits = add_application(platform, state="info_requested", stopped=platform.clock() - timedelta(days=29))
    for _ in range(2):
        with own_work(platform) as work:
            expire_unanswered(work)
    row = row_of(platform, ProApplicationRow, unanswered)
    assert (row.state, row.decided_by, row.stopped) == ("expired", None, None) and row.decided is not None
    assert row_of(platform, TicketRow, row.ticket).state == "solved"
    assert row_of(platform, ProApplicationRow, waits).state == "info_requested"
    assert [(mail.template, mail.author, mail.person) for mail in _mails(platform)] == [("expired", None, row.person)]
    assert len(log_of(platform, "pro-applications:expire")) == 1


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("lost", ["undone", "failed"])
def test_whoever_was_never_asked_owes_no_answer(api: Api, platform: Platform, lost: str, again: bool):
    application, clock = add_application(platform, assignee="manager"), Clock(platform)
    asked = do(api.sign_in("manager"), application, "ask").json()["message"]
    mails = table(MailRow)
    with platform.database.writing() as session:
        session.connection().execute(mails.update().where(mails.c.id == asked).values(state=lost))
    clock.forward(days=20)
    if again:
        row, by, now = row_of(platform, ProApplicationRow, application), employee_id(platform, "manager"), clock()
        with platform.database.writing() as session:
            session.add(
                MailRow(
                    id=new_id(), state="sent", at=now, due=now, finished=now, topic="answer", author=by, person=row.person,
                    ticket=row.ticket,
                )
            )  # fmt: skip
    for days, expires in ((20, False), (20, again)):
        clock.forward(days=days)
        with own_work(platform) as work:
            expire_unanswered(work)
        expected = "expired" if expires else "info_requested"
        assert row_of(platform, ProApplicationRow, application).state == expected


def test_it_expires_also_when_nobody_can_be_told(platform: Platform, unanswered: str):
    _forget_mail(platform, person_of(platform, unanswered))
    with own_work(platform) as work:
        expire_unanswered(work)
    assert row_of(platform, ProApplicationRow, unanswered).state == "expired" and _mails(platform) == []


# The decision


def test_an_approval_makes_a_pro_and_says_so_everywhere(api: Api, platform: Platform):
    application = add_application(platform, assignee="manager")
    manager, person = api.sign_in("manager"), person_of(platform, application)
    body = do(manager, application, "approve", text="All is well", message={**LETTER, "template": "approved"}).json()
    assert (body["state"], body["assignee"], body["lease_until"]) == ("approved", None, None)
    assert body["decided"] and body["decided_by"] and body["reason"] is None and body["message"]
    assert [message["kind"] for message in body["messages"]] == ["note", "out"]
    user = manager.get(f"/v1/users/{person}").json()
    assert user["pro"] is True and user["version"] == 2
    [entry] = log_of(platform, "users:become-pro")
    assert body["number"] in entry.details
    assert [row.fields for row in _history(platform, person)] == [["pro"]]
    assert _cases(platform)[0].state == "solved"
    history = manager.get(f"{LIST}/{application}/history").json()["items"]
    assert history[0]["change"] == [{"field": "state", "before": "in_review", "after": "approved"}]


def _history(platform: Platform, record: str) -> list[Any]:
    changes = table(FieldChange)
    with platform.database.reading() as connection:
        return list(connection.execute(select(changes).where(changes.c.record == record)))


def test_who_is_a_pro_already_stays_one(sqlite_api: Api):
    platform = sqlite_api.platform
    application = add_application(platform, add_person(platform, pro=True), assignee="manager")
    assert do(sqlite_api.sign_in("manager"), application, "approve").status_code == 200
    row = row_of(platform, UserRow, person_of(platform, application))
    assert (row.pro, row.version) == (True, 1) and log_of(platform, "users:become-pro") == []


@pytest.mark.parametrize("lacking", ["insurance", "background_check", "licence", "rates"])
def test_nobody_is_approved_while_something_is_missing(sqlite_api: Api, lacking: str):
    platform = sqlite_api.platform
    profile = {lacking: ""} if lacking in PROFILE else {}
    application = add_application(
        platform, services=["grooming"], assignee="manager", complete=bool(profile), profile=profile
    )
    for kind in {"licence", "insurance", "background_check"} - {lacking} if not profile else ():
        add_document(platform, application, kind)
    refused = do(sqlite_api.sign_in("manager"), application, "approve")
    assert refused.status_code == 409 and lacking.replace("_", " ") in refused.json()["because"]
    assert not is_pro(platform, person_of(platform, application))
    assert do(sqlite_api.sign_in("manager"), application, "decline").status_code == 200


@pytest.mark.parametrize("state", ["locked", "suspended", "erased"])
def test_nobody_is_approved_whose_account_is_not_in_order(sqlite_api: Api, state: str):
    platform = sqlite_api.platform
    application = add_application(platform, add_person(platform, state=state), assignee="manager")
    refused = do(sqlite_api.sign_in("manager"), application, "approve")
    assert refused.status_code == 409 and state in refused.json()["because"]
    assert not is_pro(platform, person_of(platform, application))


def test_nobody_is_approved_who_is_suspended_in_the_same_moment(
    postgresql_platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    """After the account was looked at and before it is locked; SQLite has one writer at a time."""
    platform, users = postgresql_platform, table(UserRow)
    application = add_application(platform, assignee="manager")
    person, lock = person_of(platform, application), Transaction.lock

    def late(work: Transaction, found_in: Table, record: str) -> Any:
        if found_in is users:
            with platform.database.writing() as session:
                suspended = users.update().where(users.c.id == person).values(state="suspended")
                session.connection().execute(suspended)
        return lock(work, found_in, record)

    monkeypatch.setattr(Transaction, "lock", late)
    with serving(platform) as url, Api(url, platform) as api:
        refused = do(api.sign_in("manager"), application, "approve")
    assert refused.status_code == 409 and "suspended" in refused.json()["because"]
    assert not is_pro(platform, person)


@pytest.mark.parametrize("reason", ["because", "", None])
def test_a_decline_gives_a_reason_from_the_list(sqlite_api: Api, reason: str | None):
    platform = sqlite_api.platform
    application = add_application(platform, assignee="manager")
    assert do(sqlite_api.sign_in("manager"), application, "decline", reason=reason).status_code == 422


def test_a_decline_keeps_its_reason_text_and_letter(sqlite_api: Api):
    platform = sqlite_api.platform
    application = add_application(platform, assignee="manager")
    body = do(sqlite_api.sign_in("manager"), application, "decline", text=HOSTILE, message=LETTER).json()
    assert (body["state"], body["reason"]) == ("declined", "documents")
    assert [message.get("body") for message in body["messages"]] == [HOSTILE, LETTER["body"]]
    [entry] = log_of(platform, "pro-applications:decline")
    assert entry.reason == "documents" and entry.reason_hash is not None and "owned" not in entry.details


# Erased


def test_an_erased_applicant_leaves_an_application_that_can_still_be_closed(api: Api, platform: Platform):
    application = add_application(platform, assignee="manager")
    manager, person = api.sign_in("manager"), person_of(platform, application)
    assert do(manager, application, "note").status_code == 200
    _erase(platform, person)
    body = look(manager, application)
    assert not any(body.get(field) for field in PROFILE)
    assert [message["mask"] for message in body["messages"]] == ["(erased)"]
    assert do(manager, application, "ask", 2).status_code == 409
    assert do(manager, application, "decline", 2, text="gone").json()["state"] == "declined"


def _erase(platform: Platform, person: str) -> None:
    with platform.vault.database.writing() as session:
        session.connection().execute(DATA_KEY.delete().where(DATA_KEY.c.owner == person))
