"""Answering by mail: who may, to whom, what the thread shows, taking it back, sending it again, and what it begins as."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.platform_api.mail_senders.seam import LastWord, Letter, MailError, NotNow, Refused, Unsure
from console.platform_api.mail_templates import TEMPLATES
from console.platform_api.platform import Platform
from console.platform_api.tables import UserRow, table
from tests.platform_api.api import Api
from tests.platform_api.mailed import files, poster, row_of, state_of
from tests.platform_api.people import MARIA, add_person, add_ticket, key, log_of, post
from tests.platform_api.worked import Clock, jobs_left
from tests.telling import telling

ANSWER = {"subject": "Your question", "body": "It is mended.\nTry again."}


def answered(api: Api, person: str, **more: Any) -> tuple[str, str, httpx.Client]:
    """A ticket of support's, the message that answers it, and support."""
    ticket, support = add_ticket(api.platform, "support", person=person), api.sign_in("support")
    answer = post(support, f"/v1/tickets/{ticket}/reply", {**ANSWER, **more})
    assert answer.status_code == 200, answer.text
    return ticket, answer.json()["message"], support


def entry(client: httpx.Client, ticket: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = client.get(f"/v1/tickets/{ticket}").json()["messages"]
    return found[-1]


class Failing:
    """A sender that fails with this, before or after the last word."""

    name = "failing"

    def __init__(self, error: MailError) -> None:
        self.error, self.asked = error, 0

    def send(self, letter: Letter, last_word: LastWord) -> None:
        self.asked += 1
        if isinstance(self.error, Unsure):
            last_word()
        raise self.error

    def was_sent(self, message_id: str) -> bool | None:
        return None


def test_an_answer_is_told_with_its_message_and_stands_in_the_thread(api: Api) -> None:
    person, clock = add_person(api.platform), Clock(api.platform)
    ticket, message, support = answered(api, person)
    shown = entry(support, ticket)
    assert (shown["id"], shown["kind"], shown["by"], shown["mail"]) == (message, "out", "you", "waiting")
    assert (shown["subject"], shown["body"]) == (ANSWER["subject"], ANSWER["body"])
    assert shown["due"] and not files(api.platform)
    clock.forward(seconds=10)
    poster(api.platform).run_all()
    shown = entry(support, ticket)
    assert (shown["mail"], shown["due"], shown["failure"]) == ("sent", None, None)
    [mail] = files(api.platform)
    assert (mail["To"], mail["Subject"]) == (MARIA["email"], "Your question [T-1]")
    assert mail["Auto-Submitted"] is None and mail["Message-ID"] == f"<{message}@petworks.example>"
    assert row_of(api.platform, message).sealed_thread is None, "the thread alone keeps what it said"


def test_the_feed_tells_that_it_went(api: Api) -> None:
    clock = Clock(api.platform)
    ticket, _, support = answered(api, add_person(api.platform))
    before = support.get("/v1/changes", params={"after": 0}).json()["last"]
    clock.forward(seconds=10)
    poster(api.platform).run_all()
    told = support.get("/v1/changes", params={"after": before}).json()["items"]
    assert ("tickets", ticket) in [(each["resource"], each["id"]) for each in told]


def test_the_log_says_that_and_to_whom_and_never_what(api: Api) -> None:
    person = add_person(api.platform)
    _, message, _ = answered(api, person)
    [row] = log_of(api.platform, "tickets:reply")
    assert row.outcome == "done" and message in str(row.details)
    assert api.platform.vault.pseudonyms([person])[person] in str(row.details) and person not in str(row)
    assert "mended" not in str(row) and "question" not in str(row) and MARIA["email"] not in str(row)


def test_who_has_not_claimed_it_does_not_answer(api: Api) -> None:
    ticket = add_ticket(api.platform, "support", person=add_person(api.platform))
    for name in ("support2", "manager", "privacy"):
        answer = post(api.sign_in(name), f"/v1/tickets/{ticket}/reply", ANSWER)
        assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed"), name
    assert post(api.sign_in("auditor"), f"/v1/tickets/{ticket}/reply", ANSWER).status_code == 403
    assert jobs_left(api.platform) == []


def test_a_ticket_that_is_done_is_not_answered(api: Api) -> None:
    ticket, support = add_ticket(api.platform, "support", person=add_person(api.platform)), api.sign_in("support")
    assert post(support, f"/v1/tickets/{ticket}/solved", version=1).status_code == 200
    assert post(support, f"/v1/tickets/{ticket}/reply", ANSWER).status_code in (403, 409)
    assert jobs_left(api.platform) == []


# To whom (P3)


def test_nobody_linked_is_nobody_to_answer(api: Api) -> None:
    ticket = add_ticket(api.platform, "support")
    answer = post(api.sign_in("support"), f"/v1/tickets/{ticket}/reply", ANSWER)
    assert answer.status_code == 409 and "Link the person first" in answer.json()["because"]


def test_it_goes_to_nobody_whom_the_case_is_not_about(api: Api) -> None:
    person, other = add_person(api.platform), add_person(api.platform, email="other@example.net")
    ticket, support = add_ticket(api.platform, "support", person=person), api.sign_in("support")
    for to in ("U-2", other, "U-99", "nonsense", "T-1"):
        answer = post(support, f"/v1/tickets/{ticket}/reply", {**ANSWER, "to": to})
        assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed"), to
    assert post(support, f"/v1/tickets/{ticket}/reply", {**ANSWER, "to": "U-1"}).status_code == 200


def test_of_several_it_goes_to_the_one_who_is_named(api: Api) -> None:
    one, two = (add_person(api.platform, email=f"{name}@example.net") for name in ("one", "two"))
    clock = Clock(api.platform)
    ticket = add_ticket(api.platform, "support", opened_by="support", links=[("users", one), ("users", two)])
    support, path = api.sign_in("support"), f"/v1/tickets/{ticket}/reply"
    unsaid = post(support, path, ANSWER)
    assert unsaid.status_code == 422 and unsaid.json()["errors"][0]["where"] == "to"
    assert post(support, path, {**ANSWER, "to": "U-2"}).status_code == 200
    clock.forward(seconds=10)
    poster(api.platform).run_all()
    assert [mail["To"] for mail in files(api.platform)] == ["two@example.net"]


def test_the_owner_is_answered_where_others_are_linked_too(api: Api) -> None:
    owner, other = add_person(api.platform), add_person(api.platform, email="other@example.net")
    ticket = add_ticket(api.platform, "support", person=owner, links=[("users", other)])
    clock = Clock(api.platform)
    assert post(api.sign_in("support"), f"/v1/tickets/{ticket}/reply", ANSWER).status_code == 200
    clock.forward(seconds=10)
    poster(api.platform).run_all()
    assert [mail["To"] for mail in files(api.platform)] == [MARIA["email"]]


# What is taken


@pytest.mark.parametrize(
    "wish",
    [
        {}, {"subject": "x"}, {"body": "x"}, {**ANSWER, "subject": ""}, {**ANSWER, "body": ""}, {**ANSWER, "body": " \n "},
        {**ANSWER, "subject": "a\r\nBcc: other@example.net"}, {**ANSWER, "subject": "a\nb"}, {**ANSWER, "subject": "a\u2028b"},
        {**ANSWER, "body": "\x1b[31mred"}, {**ANSWER, "body": "\x00"}, {**ANSWER, "subject": "x" * 151},
        {**ANSWER, "body": "x" * 10_001}, {**ANSWER, "template": "none such"}, {**ANSWER, "template": 7}, {**ANSWER, "to": 1},
        {**ANSWER, "cc": "other@example.net"}, {**ANSWER, "body": "4111 1111 1111 1111"}, {**ANSWER, "subject": "4111111111111111"},
    ],
)  # fmt: skip
def test_what_is_not_taken(sqlite_api: Api, wish: dict[str, Any]) -> None:
    ticket = add_ticket(sqlite_api.platform, "support", person=add_person(sqlite_api.platform))
    answer = post(sqlite_api.sign_in("support"), f"/v1/tickets/{ticket}/reply", wish)
    assert answer.status_code in (400, 422), answer.text
    assert "4111" not in telling(answer.text) and jobs_left(sqlite_api.platform) == []


def test_an_answer_needs_its_key_and_is_one_for_each(api: Api) -> None:
    ticket, support = add_ticket(api.platform, "support", person=add_person(api.platform)), api.sign_in("support")
    path, intent = f"/v1/tickets/{ticket}/reply", key()
    assert support.post(path, json=ANSWER).status_code == 428
    first, again = (post(support, path, ANSWER, intent=intent) for _ in range(2))
    assert first.json()["message"] == again.json()["message"] and first.json()["due"] == again.json()["due"]
    assert len(jobs_left(api.platform)) == 1


@pytest.mark.parametrize(
    ("changes", "status", "because"),
    [
        ({"sealed_contact": None}, 409, "There is no e-mail address to write to."),
        ({"state": "erased"}, 403, "The account is erased."),
        ({"state": "erasing"}, 403, "The account is erased."),
    ],
)
def test_who_can_t_or_may_not_be_written_to_is_not(api: Api, changes: Any, status: int, because: str) -> None:
    ticket, support = add_ticket(api.platform, "support", person=changed(api.platform, changes)), api.sign_in("support")
    answer = post(support, f"/v1/tickets/{ticket}/reply", ANSWER)
    assert (answer.status_code, answer.json()["because"]) == (status, because)
    assert jobs_left(api.platform) == []


def changed(platform: Platform, changes: dict[str, Any], person: str | None = None) -> str:
    """A person (a new one, if none is named) whose row is so."""
    found, users = person or add_person(platform), table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == found).values(**changes))
    return found


# Undoing


def test_undone_in_time_it_never_goes(api: Api) -> None:
    clock = Clock(api.platform)
    ticket, message, support = answered(api, add_person(api.platform))
    clock.forward(seconds=9)
    undone = post(support, f"/v1/tickets/{ticket}/undo-reply", {"message": message})
    assert undone.status_code == 200 and entry(support, ticket)["mail"] == "undone"
    clock.forward(minutes=5)
    poster(api.platform).run_all()
    assert files(api.platform) == [] and jobs_left(api.platform) == []
    assert state_of(api.platform, message) == ("undone", None)
    again = post(support, f"/v1/tickets/{ticket}/undo-reply", {"message": message})
    assert (again.status_code, again.json()["because"]) == (409, "It was undone before.")


def test_what_has_gone_is_not_undone(api: Api) -> None:
    clock = Clock(api.platform)
    ticket, message, support = answered(api, add_person(api.platform))
    clock.forward(seconds=10)
    poster(api.platform).run_all()
    late = post(support, f"/v1/tickets/{ticket}/undo-reply", {"message": message})
    assert late.status_code == 409 and "gone out" in late.json()["because"]


def test_a_message_of_another_ticket_is_none_of_this_one(api: Api) -> None:
    _, message, support = answered(api, add_person(api.platform))
    other = add_ticket(api.platform, "support", person=add_person(api.platform))
    for action in ("undo-reply", "resend"):
        assert post(support, f"/v1/tickets/{other}/{action}", {"message": message}).status_code == 404
        assert post(support, f"/v1/tickets/{other}/{action}", {"message": other}).status_code == 404
        assert post(support, f"/v1/tickets/{other}/{action}", {"message": "1"}).status_code == 404


# Sending again


@pytest.mark.parametrize(("error", "state"), [(Refused("smtp_550"), "failed"), (Unsure("no_answer"), "unknown")])
def test_what_did_not_go_or_may_not_have_is_sent_again_by_a_person(api: Api, error: MailError, state: str) -> None:
    clock = Clock(api.platform)
    ticket, message, support = answered(api, add_person(api.platform))
    clock.forward(seconds=10)
    failing = Failing(error)
    for _ in range(3):
        poster(api.platform, failing).run_all()
        clock.forward(hours=2)
    assert failing.asked == 1, "nobody but a person sends it again"
    support = api.sign_in("support")
    assert post(support, f"/v1/tickets/{ticket}/claim").status_code == 200
    shown = entry(support, ticket)
    assert (shown["mail"], shown["failure"]) == (state, error.code)
    intent = key()
    for _ in range(2):
        sent = post(support, f"/v1/tickets/{ticket}/resend", {"message": message}, intent=intent)
        assert sent.status_code == 200, sent.text
    poster(api.platform).run_all()
    [mail] = files(api.platform)
    assert mail["Message-ID"] == f"<{message}@petworks.example>"
    assert state_of(api.platform, message) == ("sent", None)
    assert post(support, f"/v1/tickets/{ticket}/resend", {"message": message}).status_code == 409


def test_what_may_go_later_waits_longer_each_time_and_at_last_has_failed(api: Api) -> None:
    clock = Clock(api.platform)
    ticket, message, support = answered(api, add_person(api.platform))
    clock.forward(seconds=10)
    failing = Failing(NotNow("smtp_451"))
    poster(api.platform, failing).run_all()
    shown = entry(support, ticket)
    assert (shown["mail"], shown["failure"], failing.asked) == ("waiting", "smtp_451", 1)
    started, waits = clock.now, []
    while jobs_left(api.platform):
        due = jobs_left(api.platform)[0].due
        waits.append(due - clock.now)
        clock.now = due
        poster(api.platform, failing).run_all()
    assert waits[0] == timedelta(seconds=5) and max(waits) == timedelta(hours=1) and waits == sorted(waits)
    assert timedelta(days=2) <= clock.now - started < timedelta(days=2, hours=2)
    assert state_of(api.platform, message) == ("failed", "smtp_451")


# What it begins as


def draft(client: httpx.Client, ticket: str, template: str, **more: str) -> httpx.Response:
    return client.get(f"/v1/tickets/{ticket}/drafts", params={"template": template, **more})


def test_a_draft_has_the_name_only_while_it_is_revealed_for_this_case(api: Api) -> None:
    person, clock = add_person(api.platform), Clock(api.platform)
    ticket, other = (add_ticket(api.platform, "support", person=person) for _ in range(2))
    support = api.sign_in("support")
    assert draft(support, ticket, "acknowledge").json()["body"].startswith("Hello,\n")
    wish = {"fields": ["phone"], "case": ticket, "reason": "answer_ticket"}
    assert support.post(f"/v1/users/{person}/reveal", json=wish).status_code == 200
    assert draft(support, ticket, "acknowledge").json()["body"].startswith(f"Hello {MARIA['name']},\n")
    assert draft(support, other, "acknowledge").json()["body"].startswith("Hello,\n")
    shown, hidden = log_of(api.platform, "tickets:draft")[1], log_of(api.platform, "tickets:draft")[2]
    assert (shown.fields, hidden.fields) == ('["name"]', "[]")
    assert shown.subject == api.platform.vault.pseudonyms([person])[person]
    clock.forward(minutes=31)
    support = api.sign_in("support")
    assert post(support, f"/v1/tickets/{ticket}/claim").status_code == 200
    assert draft(support, ticket, "acknowledge").json()["body"].startswith("Hello,\n")


def test_a_name_is_put_in_as_it_is_and_not_looked_at(api: Api) -> None:
    person = add_person(api.platform, name="$reason ${missing} {0} %s")
    ticket, support = add_ticket(api.platform, "support", person=person), api.sign_in("support")
    wish = {"fields": ["name"], "case": ticket, "reason": "answer_ticket"}
    assert support.post(f"/v1/users/{person}/reveal", json=wish).status_code == 200
    assert draft(support, ticket, "solved").json()["body"].startswith("Hello $reason ${missing} {0} %s,\n")


def test_drafts_are_of_what_is_offered_and_for_who_has_the_case(api: Api) -> None:
    ticket, support = add_ticket(api.platform, "support", person=add_person(api.platform)), api.sign_in("support")
    offered = support.get("/v1").json()["templates"]
    codes = [code for of in offered.values() for code in of]
    assert set(TEMPLATES) - set(codes) == {"email_changed", "phone_changed", "order_corrected"}
    for code in codes:
        answer = draft(support, ticket, code)
        assert answer.status_code == 200 and "$" not in answer.text, code
        sent = {name: answer.json()[name] for name in ("subject", "body", "template")}
        assert post(support, f"/v1/tickets/{ticket}/reply", sent).status_code == 200, code
    for wrong in ({"template": "none"}, {"template": "email_changed"}, {}, {"template": "solved", "x": "y"}):
        assert support.get(f"/v1/tickets/{ticket}/drafts", params=wrong).status_code == 400
    assert draft(support, ticket, "declined", reason="none").status_code == 400
    assert "background check" in draft(support, ticket, "declined", reason="background").json()["body"]
    assert draft(api.sign_in("support2"), ticket, "solved").status_code == 403


def test_an_address_that_goes_before_it_is_sent_stops_it(api: Api) -> None:
    person, clock = add_person(api.platform), Clock(api.platform)
    ticket, message, support = answered(api, person)
    changed(api.platform, {"state": "erased"}, person)
    clock.forward(seconds=10)
    poster(api.platform).run_all()
    assert state_of(api.platform, message) == ("failed", "not_wanted") and files(api.platform) == []
    assert entry(support, ticket)["failure"] == "not_wanted"


# Once the case is done


def done_with(api: Api) -> tuple[str, str]:
    """A ticket that was answered and solved at once; the message."""
    ticket, message, support = answered(api, add_person(api.platform))
    version = support.get(f"/v1/tickets/{ticket}").json()["version"]
    assert post(support, f"/v1/tickets/{ticket}/solved", version=version).status_code == 200
    return ticket, message


def test_what_was_written_last_is_undone_by_who_wrote_it_alone(api: Api) -> None:
    """As the letter of a decision is, which ends its case."""
    ticket, message = done_with(api)
    other = post(api.sign_in("support2"), f"/v1/tickets/{ticket}/undo-reply", {"message": message})
    assert (other.status_code, other.json()["type"]) == (403, "not-allowed")
    undone = post(api.sign_in("support"), f"/v1/tickets/{ticket}/undo-reply", {"message": message})
    assert undone.status_code == 200 and undone.json()["assignee"] is None
    assert state_of(api.platform, message) == ("undone", None)


def test_what_failed_after_that_is_sent_again_by_whoever_sees_it(api: Api) -> None:
    clock = Clock(api.platform)
    ticket, message = done_with(api)
    clock.forward(seconds=10)
    poster(api.platform, Failing(Refused("smtp_550"))).run_all()
    again = post(api.sign_in("support2"), f"/v1/tickets/{ticket}/resend", {"message": message})
    assert again.status_code == 200 and again.json()["assignee"] is None, again.text
    poster(api.platform).run_all()
    assert state_of(api.platform, message) == ("sent", None)
