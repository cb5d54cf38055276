"""Privacy requests: the queue, the checklist, letters, decisions with the policy in force, four eyes, extensions, appeals, who is first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete

from console.platform_api.documents import load
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import (
    EmployeeRow,
    ErasurePlanRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    TicketRow,
    table,
)
from console.platform_api.vault_tables import DATA_KEY
from console.records.privacy_requests import ENDED, OPEN, RequestState
from tests.platform_api.api import Api, employee_id
from tests.platform_api.mailed import files, poster
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, log_of, post
from tests.platform_api.privacy_made import REPLY_TO, WORDS, add_request, claimed
from tests.platform_api.worked import Clock

LIST = "/v1/privacy-requests"
LETTER = {"subject": "Your request", "body": "Here is what we decided. You can turn to the Attorney General."}
WHY: Mapping[str, Any] = {"policy_version": "1", "message": LETTER}
DECISIONS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "unverifiable": ("access", "verifying", {**WHY, "reason": "no_answer"}),
    "deny": ("access", "in_progress", {**WHY, "reason": "others", "basis": "Section 4"}),
    "fulfil": ("concern", "in_progress", WHY),
    "fulfil-partly": ("access", "in_progress", {**WHY, "reason": "others", "basis": "Section 4"}),
    "uphold": ("access", "appealed", WHY),
    "reverse": ("access", "appealed", WHY),
}
"""Decision → the kind and state that it is shown with, and a body that is right."""


def look(client: httpx.Client, request: str) -> dict[str, Any]:
    answer = client.get(f"{LIST}/{request}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(client: httpx.Client, **filters: Any) -> list[str]:
    answer = client.get(LIST, params=filters)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def do(client: httpx.Client, request: str, action: str, body: Any = None, version: int = 1) -> httpx.Response:
    return post(client, f"{LIST}/{request}/{action}", {} if body is None else body, version=version)


def next_step(body: dict[str, Any]) -> tuple[str, str | None] | None:
    return next(((step["name"], step["action"]) for step in body["steps"] if step["state"] == "next"), None)


# The queue and the record


def test_a_claim_opens_the_case_and_the_texts_to_who_has_it(api: Api, platform: Platform):
    request = add_request(platform, person=add_person(platform), authority="A power of attorney")
    privacy = api.sign_in("privacy")
    before = look(privacy, request)
    assert "words" not in before and before["masks"]["reply_to"] == "m•••@•••.net"
    assert (before["masks"]["words"], before["masks"]["asker"]) == ("•••", "M••• G•••")
    taken = post(privacy, f"{LIST}/{request}/claim")
    assert taken.status_code == 200, taken.text
    body = look(privacy, request)
    assert (body["words"], body["reply_to"], body["yours"]) == (WORDS, REPLY_TO, True)
    assert body["authority"] == "A power of attorney"
    assert post(api.sign_in("privacy2"), f"{LIST}/{request}/claim").status_code == 403
    listed = api.sign_in("support").get(LIST).json()["items"]
    assert [(item["id"], item["masks"]) for item in listed] == [(request, {})]


def test_the_list_is_by_what_is_due_and_narrowed(api: Api, platform: Platform):
    now = platform.clock()
    person = add_person(platform)
    late = add_request(platform, "delete", received=now - timedelta(days=60), person=person)
    new = add_request(platform, "access", regime="gdpr")
    mine = add_request(platform, "correct", "in_progress", received=now - timedelta(days=3), assignee="privacy")
    over = add_request(platform, "access", "denied", received=now - timedelta(days=90))
    privacy = api.sign_in("privacy")
    assert ids(privacy) == [over, late, mine, new]
    assert ids(privacy, sort="-number") == [over, mine, new, late]
    assert ids(privacy, open="yes") == [late, mine, new]
    assert ids(privacy, overdue="yes") == [late]
    assert ids(privacy, kind="access", open="yes") == [new]
    assert ids(privacy, kind=["access", "delete"]) == [over, late, new]
    assert ids(privacy, regime="gdpr") == [new]
    assert ids(privacy, state=["in_progress", "denied"]) == [over, mine]
    assert (ids(privacy, assignee="me"), ids(privacy, assignee="none", open="yes")) == ([mine], [late, new])
    assert ids(api.sign_in("support"), user=person) == [late]
    for wrong in ({"state": "lost"}, {"overdue": "no"}, {"kind": "question"}, {"open": ["yes", "yes"]}):
        assert privacy.get(LIST, params=wrong).status_code == 400
    pages = [privacy.get(LIST, params={"limit": 1, "sort": "due"}).json()]
    while pages[-1]["next"]:
        pages.append(privacy.get(LIST, params={"limit": 1, "sort": "due", "cursor": pages[-1]["next"]}).json())
    assert [page["items"][0]["id"] for page in pages] == [over, late, mine, new]


def test_every_state_of_every_kind_has_at_most_one_next_step(sqlite_api: Api):
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    for kind in ("access", "correct", "delete", "opt_out", "concern"):
        for state in RequestState:
            body = look(privacy, add_request(platform, kind, state, person=person))
            following = [step for step in body["steps"] if step["state"] == "next"]
            assert len(following) == (0 if state in ENDED else 1), (kind, state, body["steps"])
            assert (body["next_due"] is None) == (state in ENDED) == (state not in OPEN)
            assert body["steps"][0]["name"] == "received" and body["steps"][0]["state"] == "done"


def test_the_next_step_of_a_request_to_see_delete_or_correct_is_what_its_parts_lack(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    person, now = add_person(platform), platform.clock()
    known: dict[str, Any] = {"person": person, "assignee": "privacy", "acknowledged": now}
    see, wipe, mend = (add_request(platform, kind, "in_progress", **known) for kind in ("access", "delete", "correct"))
    privacy = api.sign_in("privacy")

    def steps() -> list[tuple[str, str | None] | None]:
        return [next_step(look(privacy, request)) for request in (see, wipe, mend)]

    assert steps() == [("package_built", "build-package"), ("plan", "plan"), ("proposed", "propose")]
    change = new_id()
    with platform.database.writing() as session:
        session.add(PrivacyPackageRow(request=see, total=7, done=2))
        session.add(ErasurePlanRow(request=wipe, made=now, sha256="a" * 64, lines=[], stopped=True))
        session.add(ProposalRow(id=change, request=mend, person=person, field="city", at=now, by=person))
    assert steps() == [("package_built", None), ("plan", "plan"), ("applied", "apply")]
    assert (look(privacy, see)["package"]["done"], look(privacy, wipe)["plan"]["stopped"]) == (2, True)
    with platform.database.writing() as session:
        connection = session.connection()
        connection.execute(table(PrivacyPackageRow).update().values(state="built", built=now))
        connection.execute(table(ErasurePlanRow).update().values(stopped=False))
        connection.execute(table(ProposalRow).update().values(state="applied"))
    assert steps() == [
        ("package_released", "release-package"), ("submitted", "submit"), ("fulfilled", "fulfil"),
    ]  # fmt: skip


def test_its_texts_are_under_a_key_of_its_own(sqlite_api: Api):
    """They outlive the person's erasure, and die with that key."""
    api, platform = sqlite_api, sqlite_api.platform
    person, privacy = add_person(platform), api.sign_in("privacy")
    request = add_request(platform, "access", "in_progress", person=person, assignee="privacy")
    assert do(privacy, request, "note", {"body": "a thought"}).status_code == 200
    forget(platform, person)
    body = look(privacy, request)
    assert (body["words"], [message.get("body") for message in body["messages"]]) == (WORDS, ["a thought"])
    forget(platform, request)
    body = look(privacy, request)
    assert "words" not in body and [message.get("body") for message in body["messages"]] == [None]
    assert do(privacy, request, "message", LETTER, body["version"]).status_code == 409


def forget(platform: Platform, owner: str) -> None:
    with platform.vault.database.writing() as session:
        session.connection().execute(delete(DATA_KEY).where(DATA_KEY.c.owner == owner))


# Letters and clocks


def test_any_letter_tells_the_asker_that_it_came(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    privacy = api.sign_in("privacy")
    for action, body, state in (
        ("message", LETTER, "received"), ("acknowledge", {"message": LETTER}, "acknowledged"),
        ("ask-proof", {"message": LETTER}, "verifying"), ("extend", {"message": LETTER, "reason": "complex"}, "received"),
    ):  # fmt: skip
        request = add_request(platform, assignee="privacy")
        before = look(privacy, request)
        assert next_step(before) == ("acknowledged", "acknowledge") and before["next_due"] < before["due"]
        answer = do(privacy, request, action, body)
        after = answer.json()
        assert (answer.status_code, after["state"]) == (200, state), answer.text
        assert after["acknowledged"] and after["next_due"] == after["due"] and after["message_due"]
        assert [message["body"] for message in after["messages"]] == [LETTER["body"]]


def test_a_letter_goes_to_the_address_as_typed(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    time = Clock(platform)
    request = add_request(platform, reply_to="Else.Where@example.org", assignee="privacy")
    assert do(api.sign_in("privacy"), request, "acknowledge", {"message": LETTER}).status_code == 200
    time.forward(minutes=1)
    poster(platform).run_all()
    [sent] = files(platform)
    assert sent["To"] == "Else.Where@example.org" and sent["Subject"].startswith(LETTER["subject"])


def test_an_extension_is_once_inside_the_first_period_with_its_notice(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    privacy, now = api.sign_in("privacy"), platform.clock()
    request = add_request(platform, "access", "verified", assignee="privacy", regime="ctdpa", received=now)
    wish = {"reason": "complex", "message": LETTER}
    assert do(privacy, request, "extend", {"reason": "complex"}).status_code == 422
    assert do(privacy, request, "extend", {**wish, "reason": "tired"}).status_code == 422
    longer = do(privacy, request, "extend", wish).json()
    assert longer["extended"] and longer["due"] > (now + timedelta(days=89)).isoformat()
    again = do(privacy, request, "extend", wish, 2)
    assert (again.status_code, again.json()["because"]) == (409, "It was extended once already.")
    late = add_request(platform, "access", "verified", assignee="privacy", received=now - timedelta(days=46))
    assert do(privacy, late, "extend", wish).status_code == 409


def test_another_regime_is_counted_from_receipt_again(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    privacy, came = api.sign_in("privacy"), platform.clock() - timedelta(days=40)
    request = add_request(platform, "access", "verified", assignee="privacy", received=came)
    wish = {"regime": "gdpr", "reason": "residence", "text": "She lives in Gent."}
    assert do(privacy, request, "set-regime", {**wish, "reason": "whim"}).status_code == 422
    assert do(privacy, request, "set-regime", {**wish, "regime": "opt_out"}).status_code == 422
    body = do(privacy, request, "set-regime", wish).json()
    assert (body["regime"], body["regime_reason"], body["overdue"]) == ("gdpr", "residence", True)
    assert came.isoformat() < body["due"] < (came + timedelta(days=33)).isoformat()
    assert [message["body"] for message in body["messages"]] == ["She lives in Gent."]
    opt_out = add_request(platform, "opt_out", assignee="privacy")
    assert do(privacy, opt_out, "set-regime", wish).status_code == 409


def test_an_extension_with_its_notice_too_late_for_another_regime_is_none_in_it(sqlite_api: Api):
    """A month was over when it was told: the limit that was missed is not moved out of sight."""
    api, platform = sqlite_api, sqlite_api.platform
    privacy, came = api.sign_in("privacy"), platform.clock() - timedelta(days=40)
    late, early = (
        add_request(platform, "access", "verified", assignee="privacy", received=it) for it in (came, platform.clock())
    )
    for request in (late, early):
        assert do(privacy, request, "extend", {"reason": "complex", "message": LETTER}).status_code == 200
    wish = {"regime": "gdpr", "reason": "residence"}
    body = do(privacy, late, "set-regime", wish, 2).json()
    assert (body["overdue"], body["due"] < (came + timedelta(days=33)).isoformat()) == (True, True)
    body = do(privacy, early, "set-regime", wish, 2).json()
    assert (body["overdue"], body["due"] > (platform.clock() + timedelta(days=88)).isoformat()) == (False, True)


# Decisions (P13, P35)


@pytest.mark.parametrize("action", DECISIONS)
def test_p35_each_decision_cites_the_policy_in_force(sqlite_api: Api, action: str):
    api, platform = sqlite_api, sqlite_api.platform
    kind, state, body = DECISIONS[action]
    decider: dict[str, Any] = (
        {"decided_by": employee_id(platform, "manager"), "reason": "others"} if state == "appealed" else {}
    )
    request = add_request(platform, kind, state, assignee="privacy", **decider)
    privacy = api.sign_in("privacy")
    without = {name: value for name, value in body.items() if name != "policy_version"}
    assert do(privacy, request, action, without).status_code == 422
    other = do(privacy, request, action, {**body, "policy_version": "0"})
    assert (other.status_code, other.json()["policy_version"]) == (409, "1")
    if action not in ("reverse", "fulfil"):
        unsaid = {name: value for name, value in body.items() if name != "message"}
        assert do(privacy, request, action, unsaid).status_code == 422
    done = do(privacy, request, action, body)
    assert (done.status_code, done.json()["policy_version"]) == (200, "1"), done.text
    case = row_of(platform, TicketRow, claimed(platform, request, None))
    assert case.state == ("open" if action == "reverse" else "solved")
    [entry] = log_of(platform, f"privacy-requests:{action}")[-1:]
    assert json.loads(entry.details)["policy_version"] == "1"


def test_a_declining_has_its_reason_and_its_basis(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    privacy = api.sign_in("privacy")
    request = add_request(platform, "access", "in_progress", assignee="privacy")
    right = {**WHY, "reason": "kept_by_law", "basis": "Books are kept for seven years"}
    for wrong in ({"reason": "whim"}, {"basis": ""}, {"basis": None}, {"basis": "two\nlines"}, {"reason": None}):
        assert do(privacy, request, "deny", {**right, **wrong}).status_code == 422
    body = do(privacy, request, "deny", {**right, "text": "See the books."}).json()
    assert (body["state"], body["reason"], body["masks"]["basis"]) == ("denied", "kept_by_law", "•••")
    assert basis_of(platform, request) == right["basis"]
    assert body["decided_by"] and body["decided"] and body["next_due"] is None and body["assignee"] is None
    assert body["steps"][-1]["name"] == "denied" and next_step(body) is None


def basis_of(platform: Platform, request: str) -> str | None:
    row = row_of(platform, PrivacyRequestRow, request)
    key = platform.vault.keys_of([request])[request]
    found = load(key.open("privacy-requests", request, "thread", bytes(row.sealed_thread)))
    return found["basis"].value if "basis" in found else None


def test_p12_the_basis_is_sealed_with_the_request_s_own_texts(api: Api):
    """It is text that an employee types, and nobody knows whose names are in it."""
    platform, privacy, auditor = api.platform, api.sign_in("privacy"), api.sign_in("auditor")
    request = add_request(platform, "access", "in_progress", assignee="privacy", words="Please")
    assert (
        do(privacy, request, "deny", {**WHY, "reason": "others", "basis": "Zed Basiscanary's own"}).status_code == 200
    )
    assert basis_of(platform, request) == "Zed Basiscanary's own"
    row = row_of(platform, PrivacyRequestRow, request)
    assert "Basiscanary" not in repr(row) and b"Basiscanary" not in b"".join(it for it in row if isinstance(it, bytes))
    for path in (f"/v1/privacy-requests/{request}", "/v1/privacy-requests", "/v1/privacy-requests/figures"):
        assert "Basiscanary" not in auditor.get(path).text
    assert "Basiscanary" not in post(privacy, "/v1/privacy-requests/export", {"filters": {}}).text
    appealed = {"reason": "disagrees", "channel": "email", "received": platform.clock().isoformat()}
    assert do(privacy, request, "appeal", appealed, 2).status_code == 200
    done = do(api.sign_in("privacy2"), request, "reverse", WHY, 3)
    assert (done.status_code, basis_of(platform, request)) == (200, None), done.text


def test_p13_a_concern_is_not_closed_without_a_reply(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    privacy = api.sign_in("privacy")
    silent = {"policy_version": "1"}
    request = add_request(platform, "concern", "in_progress", assignee="privacy")
    for action, body in (("fulfil", silent), ("withdraw", {"reason": "twice"})):
        refused = do(privacy, request, action, body)
        assert (refused.status_code, "reply" in refused.json()["because"]) == (409, True)
    assert do(privacy, request, "deny", {**silent, "reason": "nothing", "basis": "None"}).status_code == 422
    assert next_step(look(privacy, request)) == ("acknowledged", "message")
    assert do(privacy, request, "message", LETTER).json()["replied"]
    assert do(privacy, request, "fulfil", silent, 2).json()["state"] == "fulfilled"
    another = add_request(platform, "concern", "in_progress", assignee="privacy")
    assert do(privacy, another, "fulfil", WHY).json()["state"] == "fulfilled"


def test_p13_a_concern_that_an_appeal_opened_again_needs_a_reply_of_its_own(api: Api, platform: Platform):
    clients = {name: api.sign_in(name) for name in ("support", "privacy", "manager")}
    request = add_request(platform, "concern", "in_progress", assignee="privacy")
    denied = do(clients["privacy"], request, "deny", {**WHY, "reason": "unfounded", "basis": "None"}).json()
    wish = {"reason": "disagrees", "channel": "phone", "received": platform.clock().isoformat()}
    appealed = do(clients["support"], request, "appeal", wish, denied["version"]).json()
    back = do(clients["manager"], request, "reverse", WHY, appealed["version"]).json()
    assert back["replied"] is None
    assert post(clients["privacy"], f"{LIST}/{request}/claim").status_code == 200
    begun = do(clients["privacy"], request, "begin", None, look(clients["privacy"], request)["version"]).json()
    silent = do(clients["privacy"], request, "fulfil", {"policy_version": "1"}, begun["version"])
    assert silent.status_code == 409 and "needs a reply" in silent.text
    assert do(clients["privacy"], request, "fulfil", WHY, begun["version"]).status_code == 200


def test_p7_that_an_opt_out_works_is_confirmed(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    privacy = api.sign_in("privacy")
    request = add_request(platform, "opt_out", "effective", person=add_person(platform), assignee="privacy")
    for action in ("begin", "unverifiable", "ask-proof", "deny", "fulfil"):
        body = {"fulfil": WHY, "ask-proof": {"message": LETTER}, "begin": {}}.get(
            action, {**WHY, "reason": "no_answer" if action == "unverifiable" else "others"}
        )
        body = {**body, "basis": "x"} if action == "deny" else body
        assert do(privacy, request, action, body).status_code == 409
    body = do(privacy, request, "confirm", {"message": LETTER}).json()
    assert (body["state"], body["next_due"], body["decided"] is not None) == ("confirmed", None, True)


# Appeals


@pytest.mark.parametrize(("second", "status"), [(-1, 422), (0, 200)])
def test_a_time_of_receipt_is_told_by_the_minute(sqlite_api: Api, second: int, status: int):
    """An appeal of 14:30 is none of before a decision of 14:30:20; one of 14:29:59 is."""
    platform, clock = sqlite_api.platform, Clock(sqlite_api.platform)
    clock.now = clock.now.replace(second=20)
    request = add_request(platform, "access", "denied", decided=clock.now)
    minute = clock.now.replace(second=0, microsecond=0)
    clock.forward(minutes=1)
    received = (minute + timedelta(seconds=second)).isoformat()
    wish = {"reason": "disagrees", "channel": "email", "received": received}
    support = sqlite_api.sign_in("support")
    assert do(support, request, "appeal", wish, look(support, request)["version"]).status_code == status


def test_an_appeal_is_decided_by_another_person_with_a_case_of_its_own(api: Api, platform: Platform):
    clients = {name: api.sign_in(name) for name in ("support", "privacy", "privacy2", "manager")}
    came = platform.clock() - timedelta(days=1)
    request = add_request(platform, "access", "verifying", assignee="privacy", received=came)
    body = {**WHY, "reason": "no_match"}
    denied = do(clients["privacy"], request, "unverifiable", body).json()
    wish = {
        "reason": "disagrees",
        "channel": "phone",
        "received": platform.clock().isoformat(),
        "text": "She is cross.",
    }
    before = (platform.clock() - timedelta(minutes=5)).isoformat()  # behind the request, and before the decision
    for wrong in ({"received": "2126-01-01T00:00:00Z"}, {"received": before}, {"channel": "pigeon"}):
        assert do(clients["support"], request, "appeal", {**wish, **wrong}, denied["version"]).status_code == 422
    appealed = do(clients["support"], request, "appeal", wish, denied["version"]).json()
    assert (appealed["state"], appealed["case"] != denied["case"]) == ("appealed", True)
    assert appealed["next_due"] == appealed["appeal_due"] and appealed["steps"][-1]["action"] == "uphold"
    for name, status in (("privacy", 403), ("support", 403)):
        assert do(clients[name], request, "uphold", WHY, appealed["version"]).status_code == status
        assert do(clients[name], request, "reverse", {"policy_version": "1"}, appealed["version"]).status_code == status
    silent = {**WHY, "message": {**LETTER, "body": "It stays as it is."}}
    assert do(clients["manager"], request, "uphold", silent, appealed["version"]).status_code == 422
    unsaid = do(clients["manager"], request, "reverse", {"policy_version": "1"}, appealed["version"])
    assert unsaid.status_code == 409 and "needs its letter" in unsaid.text
    back = do(clients["manager"], request, "reverse", {**WHY, "text": "Ask again."}, appealed["version"])
    assert (back.status_code, back.json()["state"], back.json()["reason"]) == (200, "reversed", None), back.text
    assert post(clients["privacy2"], f"{LIST}/{request}/claim").status_code == 200
    whole = look(clients["privacy2"], request)
    said = [message.get("body") for message in whole["messages"]]
    assert said == [LETTER["body"], "She is cross.", "Ask again.", LETTER["body"]]
    assert next_step(whole) == ("identified", "identify")
    again = do(clients["privacy2"], request, "unverifiable", body, whole["version"]).json()
    anew = {**wish, "received": platform.clock().isoformat()}
    assert do(clients["support"], request, "appeal", anew, again["version"]).status_code == 200
    kept = do(clients["privacy"], request, "uphold", WHY, again["version"] + 1).json()
    assert (kept["state"], kept["reason"], kept["next_due"]) == ("upheld", "no_match", None)
    assert [step["name"] for step in kept["steps"]] == ["received", "declined", "appeal_decided"]


def test_nobody_works_on_their_own(api: Api, platform: Platform):
    person, now = add_person(platform), platform.clock()
    with platform.database.writing() as session:
        mine = table(EmployeeRow).c.id == employee_id(platform, "privacy")
        session.connection().execute(table(EmployeeRow).update().where(mine).values(person=person))
    privacy = api.sign_in("privacy")
    known = add_request(platform, person=person, received=now)
    assert post(privacy, f"{LIST}/{known}/claim").status_code == 403
    unknown = add_request(platform, "opt_out", assignee="privacy")
    assert do(privacy, unknown, "identify", {"person": person}).status_code == 403
    assert do(api.sign_in("manager"), known, "withdraw", {"reason": "twice"}).status_code == 200


# Two at once


def test_of_two_officers_at_once_one_has_it(api: Api, platform: Platform):
    request = add_request(platform)
    clients = [api.sign_in(name) for name in ("privacy", "privacy2")]

    def claim(client: httpx.Client) -> int:
        return post(client, f"{LIST}/{request}/claim").status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(claim, clients)) == [200, 403]
    assert row_of(platform, PrivacyRequestRow, request).version == 2


def test_what_was_decided_in_the_meantime_is_a_conflict(sqlite_api: Api):
    api, platform = sqlite_api, sqlite_api.platform
    decided = add_request(platform, "access", "in_progress", assignee="privacy")
    privacy, other = api.sign_in("privacy"), api.sign_in("manager")
    body = {**WHY, "reason": "others", "basis": "Section 4"}
    assert do(other, decided, "withdraw", {"reason": "asker_asked"}).status_code == 200
    stale = do(privacy, decided, "deny", body)
    assert (stale.status_code, [change["field"] for change in stale.json()["changed"]]) == (412, ["state"])
    assert do(privacy, decided, "deny", body, 2).status_code == 403  # the claim ended with it
