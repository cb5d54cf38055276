"""Changing what the asker gave after intake: where letters go then, which proof falls with it, and that nothing keeps what stood there."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import LargeBinary, select
from sqlmodel import SQLModel

from console.platform_api.documents import load
from console.platform_api.mail_senders.seam import Refused, Unsure
from console.platform_api.platform import Platform
from console.platform_api.privacy_alike import asker_token
from console.platform_api.tables import MailRow, PackagePart, PrivacyPackageRow, PrivacyRequestRow, table
from console.platform_api.vault import VaultError
from console.records.reasons import REASONS
from tests.platform_api.api import Api
from tests.platform_api.mailed import files, state_of
from tests.platform_api.orders_made import add_order, row_of
from tests.platform_api.packages_made import package_of
from tests.platform_api.people import MARIA, add_person, log_of, post
from tests.platform_api.privacy_made import REPLY_TO, add_request, claimed
from tests.platform_api.test_privacy_letters import LETTER, LIST, write
from tests.platform_api.test_privacy_posted import STREET, next_step, posted
from tests.platform_api.test_privacy_proof import EMAIL, PHONE, POSTCODE, errors, look, unsent, verify
from tests.platform_api.test_privacy_undo import undo
from tests.platform_api.test_privacy_unsent import DECIDED, done, goes, resend
from tests.platform_api.test_second_person import OWN, build, prove, release, take_in
from tests.platform_api.worked import Clock, worker

NEW = "maria.new@example.org"
THEIRS = {name: MARIA[name] for name in ("email", "phone", "postcode")}
DECLINED = {"reason": "no_right", "basis": "section 4", **DECIDED}
NOTHING_PROVEN = {"verified": None, "verified_by": None, "points": 0, "verifier": None, "signed_in": False}


def amend(
    client: httpx.Client, request: str, reason: str = "typo", *, at: int | None = None, **given: Any
) -> httpx.Response:
    body = {"reason": reason, **given}
    return post(client, f"{LIST}/{request}/amend", body, version=at or look(client, request)["version"])


def amended(client: httpx.Client, request: str, reason: str = "typo", **given: Any) -> dict[str, Any]:
    answer = amend(client, request, reason, **given)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def refused(answer: httpx.Response) -> str:
    assert answer.status_code == 409, answer.text
    return str(answer.json()["title"] + answer.json().get("detail", ""))


def hinders(client: httpx.Client, request: str) -> str:
    return next(str(each["because"]) for each in look(client, request)["actions"] if each["name"] == "amend")


def opened(platform: Platform, owner: str) -> str:
    """Whatever the owner's key opens, in all tables."""
    key = platform.vault.keys_of([owner])[owner]
    found: list[str] = []
    with platform.database.reading() as connection:
        for each in SQLModel.metadata.tables.values():
            sealed = [column.name for column in each.c if isinstance(column.type, LargeBinary)]
            for row in connection.execute(select(each)) if sealed else ():
                places = _places(each.name, row)
                found += [text for name in sealed for text in _tried(key, places, getattr(row, name))]
        found += [json.dumps(row.effects) for row in connection.execute(select(table(MailRow)))]
    return "\n".join(found)


def _places(name: str, row: Any) -> list[tuple[str, str, str]]:
    known = row._mapping
    kind = {"privacy_requests": "privacy-requests", "field_changes": known.get("resource", "")}.get(name, name)
    record = str(known.get("record") or known.get("id") or "")
    return [(kind, record, category) for category in ("contact", "thread", "change", "reason")]


def _tried(key: Any, places: list[tuple[str, str, str]], sealed: Any) -> list[str]:
    found = []
    for place in places if sealed is not None else ():
        try:
            found.append(key.open(*place, bytes(sealed)).decode())
        except VaultError:
            continue
    return found


# What changes


def test_an_address_with_a_typo_is_put_right_before_anything_is_proven(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    typed = "mria.gomez@example.net"
    asked = {"kind": "access", "channel": "email", "received": (platform.clock() - timedelta(hours=1)).isoformat()}
    request = str(post(privacy, LIST, {**asked, "reply_to": typed, "asker": "Mria", "words": "Show me."}).json()["id"])
    assert post(privacy, f"{LIST}/{request}/claim").status_code == 200
    before = look(privacy, request)
    now = amended(privacy, request, reply_to=REPLY_TO, asker="Maria Gómez", text="They rang up.")
    assert (now["reply_to"], now["asker"], now["words"]) == (REPLY_TO, "Maria Gómez", "Show me.")
    assert now["proof_taken_back"] is False
    unchanged = ("state", "received", "due", "acknowledge_due", "next_due", "regime", "rule_version", "acknowledged")
    assert {name: now[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert "They rang up." in str(now["messages"])
    [entry] = log_of(platform, "privacy-requests:amend")
    assert (entry.reason, json.loads(entry.fields)) == ("typo", ["asker", "reply_to"])
    said = f"{entry.fields} {entry.details}"
    assert not [value for value in (typed, REPLY_TO, "Mria", "Maria") if value in said]
    assert typed not in opened(platform, request) and "Mria" not in opened(platform, request)
    [change] = [
        each["change"] for each in privacy.get(f"{LIST}/{request}/history").json()["items"] if "asker" in each["fields"]
    ]
    assert change == [{"field": name, "before": None, "after": None} for name in ("asker", "reply_to")]
    alike = post(privacy, f"{LIST}/alike", {"reply_to": REPLY_TO, "person": None}).json()["alike"]
    assert [each["number"] for each in alike] == [now["number"]]
    assert post(privacy, f"{LIST}/alike", {"reply_to": typed}).json()["alike"] == []
    goes(platform, write(privacy, request, "acknowledge", LETTER).json()["message"])
    assert [str(message["To"]) for message in files(platform)] == [REPLY_TO]


def test_a_replay_says_the_same_and_what_is_kept_of_an_intent_has_no_value(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, assignee="privacy", signed_in=True)
    intent, body = "0" * 32, {"reason": "typo", "reply_to": NEW}
    first, again = (post(privacy, f"{LIST}/{request}/amend", body, version=1, intent=intent) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert first.json()["proof_taken_back"] is again.json()["proof_taken_back"] is True
    assert again.headers.get("Idempotent-Replayed") == "true" or again.json()["version"] == first.json()["version"]
    kept = SQLModel.metadata.tables["intents"]
    with platform.database.reading() as connection:
        rows = connection.execute(select(kept)).all()
    assert rows and NEW not in str(rows) and REPLY_TO not in str(rows)
    assert len(log_of(platform, "privacy-requests:amend")) == 1


def test_two_officers_at_once_are_a_conflict(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, assignee="privacy")
    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(amend, privacy, request, at=1, reply_to=f"{n}@example.org") for n in range(2)]
        answers = sorted((each.result() for each in tries), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, 412]
    assert {each["field"] for each in answers[1].json()["changed"]} == {"reply_to"}
    assert look(privacy, request)["reply_to"] == answers[0].json()["reply_to"]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "body"),
        ({"reply_to": None}, "body"),
        ({"asker": None, "reply_to": NEW}, "body"),
        ({"reply_to": REPLY_TO}, "reply_to"),
        ({"reply_to": f"{NEW}\r\nBcc: {OWN}"}, "reply_to"),
        ({"reply_to": "a@example.org\x1b[2J"}, "reply_to"),
        ({"reply_to": "\x1b]8;;http://example.org\x07x"}, "reply_to"),
        ({"reply_to": " "}, "reply_to"),
        ({"reply_to": "a" * 255}, "reply_to"),
        ({"asker": "A\u2028B"}, "asker"),
        ({"asker": "4111 1111 1111 1111"}, "asker"),
        ({"authority": "a" * 10_001}, "authority"),
        ({"authority": "A letter.\x07"}, "authority"),
        ({"words": "Other words."}, "body"),
        ({"signed_in": True, "reply_to": NEW}, "body"),
        ({"reply_to": [NEW]}, "reply_to"),
    ],
)
def test_it_is_checked_as_at_intake(sqlite_api: Api, given: dict[str, Any], where: str) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, assignee="privacy", agent=True)
    assert [each.rpartition(".")[2] for each in errors(amend(privacy, request, **given))] == [where]
    assert look(privacy, request)["version"] == 1
    for reason in ("", "because", "other"):
        assert amend(privacy, request, reason, reply_to=NEW).status_code == 422


def test_ten_thousand_letters_and_any_script_are_kept_as_typed(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, assignee="privacy", agent=True)
    texts = {"authority": "ש" * 9_999 + "\n", "asker": "מריה \u202eגומז [bold]x[/]", "reply_to": '"a b"@example.org'}
    now = amended(privacy, request, "authority_came", **texts)
    assert {name: now[name] for name in texts} == texts


def test_the_reasons_are_offered(sqlite_api: Api) -> None:
    offered = sqlite_api.sign_in("privacy").get("/v1").json()["amend_reasons"]
    assert offered == dict(REASONS["amend"])


# Who


def test_only_who_works_on_it_changes_it_and_nobody_else_sees_more_by_it(api: Api, platform: Platform) -> None:
    request = add_request(platform, person=add_person(platform), assignee="privacy")
    concern = add_request(platform, "concern", assignee="manager", about_privacy=True)
    for name, status in (("support", 403), ("billing", 403), ("manager", 403), ("privacy2", 403), ("auditor", 403)):
        answer = amend(api.sign_in(name), request, at=1, reply_to=NEW)
        assert (answer.status_code, NEW in answer.text) == (status, False), name
    assert amend(api.sign_in("privacy"), concern, at=1, reply_to=NEW).status_code == 404
    assert amended(api.sign_in("manager"), concern, reply_to=NEW)["reply_to"] == NEW
    assert look(api.sign_in("privacy"), request)["reply_to"] == REPLY_TO
    assert {entry.outcome for entry in log_of(platform, "privacy-requests:amend")} == {"refused", "done"}


# The proof


@pytest.mark.parametrize("state", ["verified", "in_progress"])
@pytest.mark.parametrize(
    ("columns", "back_to"),
    [
        ({}, "received"),
        ({"acknowledged": True}, "acknowledged"),
        ({"acknowledged": True, "appeal_due": True}, "reversed"),
    ],
)
def test_another_address_takes_the_proof_back(
    sqlite_api: Api, state: str, columns: dict[str, bool], back_to: str
) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    marks: dict[str, Any] = {name: platform.clock() + timedelta(days=name == "appeal_due") for name in columns}
    request = add_request(platform, "delete", state, person=add_person(platform), assignee="privacy", **marks)
    _set_next(platform, request)
    due = look(privacy, request)["next_due"]
    now = amended(privacy, request, reply_to=NEW)
    assert (now["state"], now["proof_taken_back"], now["next_due"]) == (back_to, True, due)
    assert {name: now[name] for name in NOTHING_PROVEN} == NOTHING_PROVEN
    assert done(privacy, request, "begin", {}).status_code == 409
    assert "nothing" not in now["deny_reasons"]


def _set_next(platform: Platform, request: str) -> None:
    """The limit as the platform itself keeps it in that state."""
    row, found = row_of(platform, PrivacyRequestRow, request), table(PrivacyRequestRow)
    due = row.appeal_due or (row.due if row.acknowledged else min(row.acknowledge_due, row.due))
    with platform.database.writing() as session:
        session.execute(found.update().where(found.c.id == request).values(next_due=due))


def test_another_name_takes_nothing_back(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(
        platform, "delete", "in_progress", person=add_person(platform), assignee="privacy", signed_in=True
    )
    now = amended(privacy, request, asker="María Gómez")
    assert (now["state"], now["points"], now["signed_in"], now["proof_taken_back"]) == ("in_progress", 3, True, False)


def test_what_matched_before_proves_nothing_for_another_address_and_wrong_values_are_not_forgiven(
    api: Api, platform: Platform
) -> None:
    """Else one more value, and even a wrong one, would prove it for whoever the address was changed for."""
    privacy, person = api.sign_in("privacy"), add_person(platform)
    request = add_request(platform, "access", person=person, assignee="privacy")
    wrong = {**PHONE, "value": "+12035550199"}
    assert verify(privacy, request, EMAIL, PHONE, wrong | {"field": "postcode"}, declaration=True).json()["left"] == 4
    assert verify(privacy, request, POSTCODE, declaration=True).json()["state"] == "verified"
    assert amended(privacy, request, reply_to=NEW)["state"] == "received"
    again = verify(privacy, request, wrong, declaration=True).json()
    assert (again["proven"], again["matched"], again["left"]) == (False, 0, 3)
    order = {"field": "order", "value": add_order(platform, parent=person)}
    assert verify(privacy, request, EMAIL, order, declaration=True).json()["matched"] == 2
    assert verify(privacy, request, POSTCODE, declaration=True).json()["state"] == "verified"


def test_what_matched_so_far_falls_too_when_it_was_not_enough_yet(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "access", person=add_person(platform), assignee="privacy")
    assert verify(privacy, request, EMAIL, PHONE, declaration=True).json()["matched"] == 2
    amended(privacy, request, reply_to=NEW)
    assert verify(privacy, request, POSTCODE, declaration=True).json()["matched"] == 1


def test_who_was_signed_in_did_not_ask_for_another_address(api: Api, platform: Platform) -> None:
    """Else an officer would change it to their own, and nobody but them would have to say that it is the person."""
    officer = api.sign_in("privacy")
    for state in ("received", "verified"):
        request = add_request(
            platform, "access", state, person=add_person(platform), assignee="privacy", signed_in=True
        )
        now = amended(officer, request, reply_to=OWN)
        assert (now["state"], now["signed_in"], now["proof_taken_back"]) == ("received", False, True)
        assert verify(officer, request, method="signed_in").status_code == 409
        prove(officer, request, THEIRS)
        build(officer, platform, request)
        assert look(officer, request)["package"]["second"] == "address"
        assert release(officer, request).json()["conditions"] == ["second_allowed"]


def test_who_changed_the_address_is_no_second_person_for_it(api: Api, platform: Platform) -> None:
    """Nor by handing the case to a colleague, who sees a request that is proven and asks them to allow it."""
    officer, colleague = api.sign_in("privacy"), api.sign_in("privacy2")
    request = add_request(platform, person=add_person(platform), assignee="privacy")
    amended(officer, request, reply_to=OWN)
    assert post(officer, f"{LIST}/{request}/release", version=look(officer, request)["version"]).status_code == 200
    assert post(colleague, f"{LIST}/{request}/claim").status_code == 200
    prove(colleague, request, THEIRS)
    build(colleague, platform, request)
    answer = done(officer, request, "allow-release", {})
    assert answer.status_code == 403 and answer.json()["conditions"] == ["not_involved"]
    assert done(api.sign_in("manager"), request, "allow-release", {}).status_code == 200


@pytest.mark.parametrize("text", ["Another power of attorney.", None])
def test_another_authority_takes_the_proof_of_an_agent_back(sqlite_api: Api, text: str | None) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(
        platform, "correct", "verified", person=add_person(platform), assignee="privacy", agent=True, signed_in=True,
        authority="A letter.",
    )  # fmt: skip
    now = amended(privacy, request, "authority_came" if text else "authority_gone", authority=text)
    assert (now["state"], now["verified"], now["proof_taken_back"]) == ("received", None, True)
    assert now["signed_in"] is True and now.get("authority") == text
    assert "A letter." not in opened(platform, request)
    assert verify(privacy, request, method="signed_in", disputed=["name"]).status_code == (200 if text else 409)


def test_an_authority_that_came_lets_the_agent_prove_who_they_ask_for(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "correct", person=add_person(platform), assignee="privacy", agent=True)
    assert verify(privacy, request, PHONE, POSTCODE, disputed=["name"]).status_code == 409
    assert amended(privacy, request, "authority_came", authority="It is signed.")["proof_taken_back"] is False
    assert verify(privacy, request, PHONE, POSTCODE, disputed=["name"]).json()["state"] == "verified"
    other = add_request(platform, "correct", assignee="privacy")
    assert errors(amend(privacy, other, "authority_came", authority="It is signed.")) == ["authority"]


# What can't be gone back from


@pytest.mark.parametrize(
    ("kind", "state", "because"),
    [
        ("delete", "review", "sent back first"),
        ("delete", "erasing", "being erased"),
        ("access", "fulfilled", "every letter has gone"),
        ("access", "denied", "every letter has gone"),
        ("access", "upheld", "every letter has gone"),
        ("concern", "withdrawn", "every letter has gone"),
        ("opt_out", "confirmed", "every letter has gone"),
    ],
)
def test_where_it_is_too_late_it_says_why_and_is_not_offered(
    sqlite_api: Api, kind: str, state: str, because: str
) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, kind, state, person=add_person(platform), assignee="privacy")
    assert because in hinders(privacy, request)
    for name, text in (("reply_to", NEW), ("asker", "Maria")):
        assert because in refused(amend(privacy, request, **dict[str, Any]({name: text})))
    assert row_of(platform, PrivacyRequestRow, request).asker_token is None


def test_what_is_purged_is_changed_no_more(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "access", "denied", assignee="privacy", purged=platform.clock())
    assert "purged" in refused(amend(privacy, request, reply_to=NEW))


# A package


def test_a_package_that_is_built_goes_with_it_and_one_that_is_released_is_in_the_way(
    api: Api, platform: Platform
) -> None:
    officer, person = api.sign_in("privacy"), add_person(platform)
    request = take_in(officer, platform, person=person, reply_to=MARIA["email"], asker="Mria")
    prove(officer, request, THEIRS)
    assert done(officer, request, "begin", {}).status_code == 200
    assert done(officer, request, "build-package", {}).status_code == 200
    assert "being built" in refused(amend(officer, request, asker="Maria"))
    worker(platform).run_all()
    now = amended(officer, request, asker="Maria")
    assert (now["state"], now["package"], now["verified_by"]) == ("in_progress", None, "points")
    with platform.database.reading() as connection:
        assert connection.execute(select(table(PackagePart))).first() is None
    build(officer, platform, request)
    goes(platform, str(release(officer, request).json()["message"]))
    for name, text in (("reply_to", OWN), ("asker", "Mary")):
        assert "released" in refused(amend(officer, request, **dict[str, Any]({name: text})))
    assert "released" in hinders(officer, request)
    build(officer, platform, request)
    assert amended(officer, request, reply_to=OWN)["state"] == "acknowledged"
    assert look(officer, request)["package"] is None


def test_a_link_that_still_opens_is_in_the_way_of_what_has_ended_too(sqlite_api: Api) -> None:
    """Its letter may have failed: sent again to another address, it would take the package there."""
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request, message = _released(privacy, platform)
    assert done(privacy, request, "fulfil", DECIDED).status_code == 200
    assert "send the letter by post" in refused(amend(privacy, request, reply_to=OWN))
    Clock(platform).forward(days=15)
    privacy = sqlite_api.sign_in("privacy")
    assert amended(privacy, request, reply_to=OWN)["state"] == "fulfilled"
    assert unsent(look(privacy, request)) == [message]


def test_the_link_of_what_was_denied_after_all_is_dead_for_good(sqlite_api: Api) -> None:
    """An appeal could make it work again, and its letter goes to the new address."""
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request, _ = _released(privacy, platform)
    assert write(privacy, request, "deny", LETTER, **DECLINED).status_code == 200
    goes(platform, _newest(platform, request))
    amended(privacy, request, reply_to=OWN)
    with platform.database.reading() as connection:
        assert connection.execute(select(table(PrivacyPackageRow))).first() is None


def _released(officer: httpx.Client, platform: Platform) -> tuple[str, str]:
    """To the person's own address, by a letter that failed."""
    request = take_in(officer, platform, person=add_person(platform), reply_to=MARIA["email"])
    prove(officer, request, THEIRS)
    build(officer, platform, request)
    message = str(release(officer, request).json()["message"])
    goes(platform, message, Refused)
    assert package_of(platform, request).state == "released"
    return request, message


def _newest(platform: Platform, request: str) -> str:
    found = table(MailRow)
    with platform.database.reading() as connection:
        wanted = select(found.c.id).where(found.c.request == request).order_by(found.c.id.desc())
        return str(connection.execute(wanted).scalars().first())


# Letters


def test_while_a_letter_is_on_its_way_the_address_stays(api: Api, platform: Platform) -> None:
    """Else taking it back would bring the request back as it was, with another address."""
    privacy = api.sign_in("privacy")
    for reply_to in (REPLY_TO, STREET):
        request = add_request(platform, assignee="privacy", reply_to=reply_to, agent=True)
        message = write(privacy, request, "acknowledge", LETTER).json()["message"]
        assert "on its way" in refused(amend(privacy, request, reply_to=NEW))
        assert look(privacy, request)["reply_to"] == reply_to
        amended(privacy, request, "authority_came", authority="It is signed.", asker="Maria")
        assert undo(privacy, request, message).status_code == 200
        assert amended(privacy, request, reply_to=NEW)["authority"] == "It is signed."


@pytest.mark.parametrize("error", [Refused, Unsure])
def test_a_letter_that_failed_is_sent_again_to_the_address_as_corrected(
    api: Api, platform: Platform, error: type[Exception]
) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy")
    message = write(privacy, request, "message", LETTER).json()["message"]
    goes(platform, message, error)
    amended(privacy, request, "new_address", reply_to=NEW)
    assert REPLY_TO not in opened(platform, request)
    assert resend(privacy, platform, request, message).status_code == 200
    goes(platform, message)
    assert [str(each["To"]) for each in files(platform)] == [NEW]
    assert look(privacy, request)["replied"] is not None


def test_a_decision_that_reached_nobody_gets_its_address_after_the_end(api: Api, platform: Platform) -> None:
    privacy, other = api.sign_in("privacy"), api.sign_in("privacy2")
    request = add_request(platform, "delete", "in_progress", person=add_person(platform), assignee="privacy")
    message = write(privacy, request, "deny", LETTER, **DECLINED).json()["message"]
    goes(platform, message, Refused)
    before = look(other, request)
    now = amended(other, request, "new_address", reply_to=NEW)
    assert (now["state"], now["decided"], now["next_due"]) == ("denied", before["decided"], before["next_due"])
    assert "reply_to" not in now and NEW not in json.dumps(now)
    assert post(other, f"{LIST}/{request}/resend-letter", {"message": message}).status_code == 200
    goes(platform, message)
    assert [str(each["To"]) for each in files(platform)] == [NEW]
    assert "every letter has gone" in refused(amend(other, request, reply_to=OWN))


def test_what_was_declined_is_proven_anew_when_it_is_decided_anew(api: Api, platform: Platform) -> None:
    """Else the way round: an address changed after the end, an appeal, and the data go there on the proof of before."""
    privacy, manager = api.sign_in("privacy"), api.sign_in("manager")
    request = add_request(platform, "access", "in_progress", person=add_person(platform), assignee="privacy")
    goes(platform, write(privacy, request, "deny", LETTER, **DECLINED).json()["message"], Refused)
    now = amended(privacy, request, reply_to=OWN)
    assert (now["state"], now["verified"], now["proof_taken_back"]) == ("denied", None, True)
    appealed = {"reason": "disagrees", "channel": "email", "received": platform.clock().isoformat()}
    assert done(privacy, request, "appeal", appealed).json()["state"] == "appealed"
    assert write(manager, request, "reverse", LETTER, **DECIDED).json()["state"] == "reversed"
    assert post(privacy, f"{LIST}/{request}/claim").status_code == 200
    assert done(privacy, request, "begin", {}).status_code == 409


def test_while_an_appeal_runs_the_proof_falls_and_the_appeal_goes_on(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy2")
    request = add_request(platform, "access", "appealed", person=add_person(platform), assignee="privacy2")
    before = look(privacy, request)
    now = amended(privacy, request, reply_to=NEW)
    assert (now["state"], now["verified"], now["next_due"]) == ("appealed", None, before["next_due"])


def test_what_was_fulfilled_keeps_the_record_of_its_proof(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "correct", "in_progress", person=add_person(platform), assignee="privacy")
    message = write(privacy, request, "message", LETTER).json()["message"]
    goes(platform, message, Refused)
    _ended(platform, request)
    now = amended(privacy, request, reply_to=NEW)
    assert (now["state"], now["points"], now["proof_taken_back"]) == ("fulfilled", 3, False)
    assert "ended" in refused(amend(privacy, _agents(platform), "authority_came", authority="It is signed."))


def _ended(platform: Platform, request: str) -> None:
    found = table(PrivacyRequestRow)
    with platform.database.writing() as session:
        ended = {"state": "fulfilled", "decided": platform.clock()}
        session.execute(found.update().where(found.c.id == request).values(**ended))


def _agents(platform: Platform) -> str:
    """An agent's, ended, with a letter that failed."""
    request = add_request(platform, "access", "denied", agent=True)
    case = claimed(platform, request, None)
    with platform.database.writing() as session:
        session.add(
            MailRow(
                id=request, at=platform.clock(), due=platform.clock(), topic="answer", person=request, request=request, ticket=case,
                state="failed",
            )
        )  # fmt: skip
    return request


def test_who_can_be_written_to_by_post_alone_gets_the_failed_letter_by_post(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy")
    message = write(privacy, request, "message", LETTER).json()["message"]
    goes(platform, message, Refused)
    now = amended(privacy, request, "new_address", reply_to=STREET, asker="Mrs Gómez")
    assert [(each["state"], each["failure"]) for each in now["unsent"]] == [("to_post", None)]
    assert next_step(now) == ["posted"] and state_of(platform, message)[0] == "to_post"
    assert resend(privacy, platform, request, message).status_code == 409
    printed = privacy.get(f"{LIST}/{request}/letters/{message}").json()
    assert printed["to"] == {"asker": "Mrs Gómez", "reply_to": STREET} and printed["body"] == LETTER["body"]
    assert posted(privacy, request, message)["replied"] is not None


def test_a_letter_by_post_that_waits_keeps_no_authority_that_was_taken_out(sqlite_api: Api) -> None:
    """A decision that is to be taken back whole is remembered with what stood on the record."""
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy2")
    request = add_request(
        platform, "correct", "appealed", person=add_person(platform), assignee="privacy2", agent=True, authority="A letter.",
        basis="section 4", reply_to=STREET,
    )  # fmt: skip
    message = write(privacy, request, "reverse", LETTER, **DECIDED).json()["message"]
    assert "sealed_thread" in str(_effects(platform, message))
    amended(privacy, request, "authority_gone", authority=None)
    assert _effects(platform, message)["columns"]["sealed_thread"] == [None, ""]
    assert undo(privacy, request, message).status_code == 409
    assert "basis" not in look(privacy, request)


def _effects(platform: Platform, message: str) -> Any:
    return row_of(platform, MailRow, message).effects


def test_the_token_of_likely_duplicates_is_that_of_the_new_address(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    first, second = (add_request(platform, assignee="privacy") for _ in range(2))
    numbers = [amended(privacy, request, reply_to=NEW)["number"] for request in (first, second)]
    assert look(privacy, first)["alike"] == [numbers[1]]
    assert row_of(platform, PrivacyRequestRow, first).asker_token == asker_token(platform.keys, NEW)


def test_a_sealed_letter_has_the_new_address_alone(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, assignee="privacy")
    message = write(privacy, request, "acknowledge", LETTER).json()["message"]
    goes(platform, message, Refused)
    amended(privacy, request, reply_to=NEW)
    key, row = platform.vault.keys_of([request])[request], row_of(platform, MailRow, message)
    texts = load(key.open("mail", message, "thread", bytes(row.sealed_thread)))
    assert (texts["address"].value, texts["subject"].value) == (NEW, LETTER["subject"])
