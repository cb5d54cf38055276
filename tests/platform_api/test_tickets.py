"""Tickets as cases: opened, claimed, linked, worked on and closed; and what a claim is worth once it lapses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from console.platform_api.platform import Platform
from tests.platform_api.api import Api
from tests.platform_api.people import MARIA, add_person, add_ticket, key, log_of, post

OPENING = {"subject": "Can't log in", "reference": "call 12:40", "channel": "phone"}


def version_of(client: httpx.Client, ticket: str) -> int:
    return int(client.get(f"/v1/tickets/{ticket}").json()["version"])


def test_an_opened_ticket_is_claimed_by_its_opener(api: Api) -> None:
    support = api.sign_in("support")
    answer = post(support, "/v1/tickets", OPENING)
    body = answer.json()
    assert answer.status_code == 201 and body["number"] == "T-1" and body["yours"] and body["self_opened"]
    assert (body["subject"], body["reference"], body["opened_by"]) == ("Can't log in", "call 12:40", "you")


def test_opening_twice_with_one_intent_is_one_ticket(api: Api) -> None:
    support, intent = api.sign_in("support"), key()
    first, again = (post(support, "/v1/tickets", OPENING, intent=intent) for _ in range(2))
    assert first.json()["id"] == again.json()["id"] and again.status_code == 201
    assert support.get("/v1/tickets").json()["total"]["count"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {}, {**OPENING, "channel": "fax"}, {**OPENING, "subject": ""}, {**OPENING, "subject": "x" * 201}, {**OPENING, "state": "closed"},
        {**OPENING, "subject": 7}, [], "text",
    ],
)  # fmt: skip
def test_tickets_that_cannot_be_opened(api: Api, body: object) -> None:
    assert post(api.sign_in("support"), "/v1/tickets", body).status_code == 422


def test_only_one_of_ten_claims_wins(api: Api, platform: Platform) -> None:
    ticket = add_ticket(platform)
    clients = [api.sign_in(name) for name in ("support", "support2") * 5]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda client: post(client, f"/v1/tickets/{ticket}/claim"), clients))
    winners = [index for index, answer in enumerate(answers) if answer.status_code == 200]
    assert winners and len({index % 2 for index in winners}) == 1, "one employee has it, who may ask for it again"
    assert {answer.status_code for answer in answers} == {200, 403}


def test_a_claim_lapses_and_work_renews_it(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    ticket = add_ticket(platform, "support", person=person)
    start = platform.clock()
    platform.clock = lambda: start + timedelta(minutes=29)
    assert post(api.sign_in("support"), f"/v1/tickets/{ticket}/note", {"body": "still at it"}).status_code == 200
    platform.clock = lambda: start + timedelta(minutes=58)
    assert post(api.sign_in("support2"), f"/v1/tickets/{ticket}/claim").status_code == 403
    wish = {"fields": ["name"], "case": ticket, "reason": "answer_ticket"}
    assert api.sign_in("support").post(f"/v1/users/{person}/reveal", json=wish).status_code == 200, (
        "a reveal is work, too"
    )
    platform.clock = lambda: start + timedelta(minutes=87)
    assert post(api.sign_in("support2"), f"/v1/tickets/{ticket}/claim").status_code == 403
    platform.clock = lambda: start + timedelta(minutes=89)
    assert post(api.sign_in("support2"), f"/v1/tickets/{ticket}/claim").status_code == 200
    assert api.sign_in("support").post(f"/v1/users/{person}/reveal", json=wish).status_code == 403


def test_the_thread_is_blacked_out_until_claimed(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    mail = (
        f"I am {MARIA['name']} of {MARIA['street']}, write to {MARIA['email']} or call 203-555-0142. Biscuit is fine."
    )
    ticket = add_ticket(platform, person=person, message=mail)
    support = api.sign_in("support")
    [message] = support.get(f"/v1/tickets/{ticket}").json()["messages"]
    assert "body" not in message and "Biscuit is fine" in message["mask"]
    assert not [word for word in ("Maria", "Gómez", "Fairfield", "@", "0142") if word in message["mask"]]
    post(support, f"/v1/tickets/{ticket}/claim")
    assert support.get(f"/v1/tickets/{ticket}").json()["messages"][0]["body"] == mail
    assert "body" not in api.sign_in("support2").get(f"/v1/tickets/{ticket}").json()["messages"][0]


def test_billing_sees_only_tickets_about_orders(api: Api, platform: Platform) -> None:
    hidden = add_ticket(platform)
    shown = add_ticket(platform, links=[("orders", "01890000-0000-7000-8000-000000000001")])
    billing = api.sign_in("billing")
    assert [item["id"] for item in billing.get("/v1/tickets").json()["items"]] == [shown]
    assert (
        billing.get(f"/v1/tickets/{hidden}").status_code == 404
        and billing.get(f"/v1/tickets/{shown}").status_code == 200
    )


def test_links_are_made_and_taken_back(api: Api, platform: Platform) -> None:
    person, support = add_person(platform), api.sign_in("support")
    ticket = post(support, "/v1/tickets", OPENING).json()["id"]
    body = {"resource": "users", "id": "U-1"}
    assert post(support, f"/v1/tickets/{ticket}/link", body).status_code == 428
    linked = post(support, f"/v1/tickets/{ticket}/link", body, version=1).json()
    assert [(link["id"], link["number"]) for link in linked["links"]] == [(person, "U-1")] and linked[
        "subject"
    ] == OPENING["subject"]
    assert post(support, f"/v1/tickets/{ticket}/link", body, version=2).status_code == 409
    assert (
        post(support, f"/v1/tickets/{ticket}/link", {"resource": "users", "id": "U-99"}, version=2).status_code == 422
    )
    assert post(support, f"/v1/tickets/{ticket}/link", {"resource": "moons", "id": "U-1"}, version=2).status_code == 400
    assert post(support, f"/v1/tickets/{ticket}/unlink", body, version=2).json()["links"] == []


def test_a_case_that_ends_hides_what_was_revealed_for_it(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    wish = {"fields": ["name"], "reason": "answer_ticket"}
    for ending in ("solved", "release", "unlink"):
        ticket = add_ticket(platform, "support", person=person)
        support = api.sign_in("support")
        path = f"/v1/users/{person}/reveal"
        assert support.post(path, json={**wish, "case": ticket}).status_code == 200
        body = {"resource": "users", "id": person} if ending == "unlink" else None
        assert (
            post(support, f"/v1/tickets/{ticket}/{ending}", body, version=version_of(support, ticket)).status_code
            == 200
        )
        assert support.post(path, json={**wish, "case": ticket}).status_code == 403


def test_states_move_only_as_drawn(api: Api, platform: Platform) -> None:
    ticket, support = add_ticket(platform, "support"), api.sign_in("support")
    for action, status in (
        ("closed", 409),
        ("reopen", 409),
        ("pending", 200),
        ("reopen", 200),
        ("solved", 200),
        ("pending", 403),
    ):
        assert (
            post(support, f"/v1/tickets/{ticket}/{action}", version=version_of(support, ticket)).status_code == status
        )
    assert (
        post(support, f"/v1/tickets/{ticket}/closed", version=version_of(support, ticket)).json()["state"] == "closed"
    )
    assert post(support, f"/v1/tickets/{ticket}/claim").status_code == 409
    claim = next(
        action for action in support.get(f"/v1/tickets/{ticket}").json()["actions"] if action["name"] == "claim"
    )
    assert not claim["allowed"] and "It is closed" in claim["because"]


def test_a_solved_ticket_has_no_claim_and_anybody_reopens_it(api: Api, platform: Platform) -> None:
    ticket, support, other = add_ticket(platform, "support"), api.sign_in("support"), api.sign_in("support2")
    solved = post(support, f"/v1/tickets/{ticket}/solved", version=1).json()
    assert solved["assignee"] is None and not solved["yours"]
    reopened = post(other, f"/v1/tickets/{ticket}/reopen", version=2).json()
    assert reopened["state"] == "open" and reopened["yours"]


def test_others_cannot_work_on_a_claimed_ticket(api: Api, platform: Platform) -> None:
    ticket, other = add_ticket(platform, "support"), api.sign_in("support2")
    for action, body in (
        ("note", {"body": "x"}),
        ("release", None),
        ("solved", None),
        ("pending", None),
        ("renew", None),
    ):
        assert post(other, f"/v1/tickets/{ticket}/{action}", body, version=1).status_code == 403
    refused = [row for row in log_of(platform, "tickets:note") if row.outcome == "refused"]
    assert len(refused) == 1 and refused[0].record == ticket


@pytest.mark.parametrize("body", [{"body": ""}, {"body": "x" * 10_001}, {"body": None}, {"text": "x"}, {}])
def test_notes_that_cannot_be(api: Api, platform: Platform, body: object) -> None:
    ticket = add_ticket(platform, "support")
    assert post(api.sign_in("support"), f"/v1/tickets/{ticket}/note", body).status_code == 422


def test_hostile_text_comes_back_as_it_was_typed(api: Api, platform: Platform) -> None:
    text = (
        "\x1b]52;c;aGk=\x07[red]x[/] <b> \u202eabc\u202c \U0001f600 =cmd|' /C calc'!A0 {{7*7}} '; DROP TABLE users; --"
    )
    ticket, support = add_ticket(platform, "support"), api.sign_in("support")
    assert post(support, f"/v1/tickets/{ticket}/note", {"body": text}).status_code == 200
    assert support.get(f"/v1/tickets/{ticket}").json()["messages"][-1]["body"] == text


def test_lists_are_narrowed(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    mine, free, about = (
        add_ticket(platform, "support"),
        add_ticket(platform),
        add_ticket(platform, "support2", person=person),
    )
    support = api.sign_in("support")

    def ids(**params: str) -> list[str]:
        return [item["id"] for item in support.get("/v1/tickets", params=params).json()["items"]]

    assert (ids(assignee="me"), ids(assignee="none"), ids(user="U-1")) == ([mine], [free], [about])
    assert (
        ids(state="open") == [about, free, mine]
        and ids(state="closed") == []
        and ids(sort="opened") == [mine, free, about]
    )
    assert support.get("/v1/tickets", params={"state": "lost"}).status_code == 400
