"""Taking in privacy requests: what is mandatory, which clock is proposed, whose it is, an opt-out that works at once, who may not see it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from console.platform_api.privacy_regime import by_place
from console.platform_api.tables import PrivacyRequestRow, TicketRow, UserRow
from tests.platform_api.api import Api
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, add_ticket, key, log_of, post
from tests.platform_api.privacy_made import add_request, claimed

LIST = "/v1/privacy-requests"
WORDS = "What do you have about me?\nAll of it, please."


def intake(platform: Platform, **more: Any) -> dict[str, Any]:
    """A body that is right, unless a test says otherwise; None leaves a field out."""
    known = {"kind": "access", "channel": "email", "received": platform.clock().isoformat(), "words": WORDS, **more}
    return {name: value for name, value in known.items() if value is not None}


def numbered(platform: Platform, person: str) -> str:
    return f"U-{row_of(platform, UserRow, person).number}"


def employee(client: httpx.Client) -> str:
    return str(client.get("/v1/me").json()["number"])


def test_each_of_four_roles_takes_one_in(sqlite_api: Api):
    platform = sqlite_api.platform
    person = add_person(platform)
    for name in ("support", "billing", "manager", "privacy"):
        body = intake(platform, person=numbered(platform, person), asker="Maria", reply_to="maria.gomez@example.net")
        answer = post(sqlite_api.sign_in(name), LIST, body)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert (made["state"], made["person"], made["regime"]) == ("received", numbered(platform, person), "ctdpa")
        assert made["next_due"] == made["due"] and made["overdue"] is False
        steps = [(step["name"], step["state"]) for step in made["steps"]]
        assert steps[:3] == [("received", "done"), ("identified", "done"), ("verified", "next")]
        assert "words" not in made and "reply_to" not in made
    for name in ("auditor", "admin"):
        assert post(sqlite_api.sign_in(name), LIST, intake(platform)).status_code == 403


WRONG: tuple[dict[str, Any], ...] = (
    {"channel": None}, {"received": None}, {"channel": "pigeon"}, {"kind": "question"}, {"person": "U-99999999"}, {"person": "maria"},
    {"names": ["E-1"]}, {"about_privacy": True}, {"topics": ["specials"]}, {"disputed": ["email"]}, {"authority": "a letter"},
    {"regime": "gdpr"}, {"regime": "opt_out", "regime_reason": "asked"}, {"regime": "gdpr", "regime_reason": "whim"},
    {"kind": "opt_out", "regime": "gdpr", "regime_reason": "asked"}, {"kind": "concern", "names": ["E-9999"]},
    {"words": "my card is 4111 1111 1111 1111"}, {"reply_to": "a\nb@example.net"}, {"received": "2126-01-01T00:00:00Z"},
    {"received": "1999-12-31T00:00:00Z"}, {"received": "2026-01-01"},
)  # fmt: skip


def test_what_is_missing_wrong_or_of_another_kind_is_refused(sqlite_api: Api):
    support = sqlite_api.sign_in("support")
    answers = [(wrong, post(support, LIST, intake(sqlite_api.platform, **wrong)).status_code) for wrong in WRONG]
    assert [found for found in answers if found[1] != 422] == []
    assert support.get(LIST).json()["total"]["count"] == 0


def test_p14_the_clock_runs_from_receipt_and_a_future_one_is_refused(api: Api, platform: Platform):
    support, came = api.sign_in("support"), platform.clock() - timedelta(days=60)
    late = post(support, LIST, intake(platform, received=came.isoformat())).json()
    assert late["overdue"] and late["rule_version"] and late["next_due"] < platform.clock().isoformat()
    soon = platform.clock() + timedelta(minutes=1)
    refused = post(support, LIST, intake(platform, received=soon.isoformat()))
    assert (refused.status_code, refused.json()["errors"][0]["where"]) == (422, "received")
    assert [item["number"] for item in support.get(LIST, params={"overdue": "yes"}).json()["items"]] == [late["number"]]


def test_the_same_intent_takes_in_one(api: Api, platform: Platform):
    support, intent, body = api.sign_in("support"), key(), intake(platform)
    one, two = (post(support, LIST, body, intent=intent).json()["number"] for _ in range(2))
    assert one == two and support.get(LIST).json()["total"]["count"] == 1


@pytest.mark.parametrize(
    ("postcode", "phone", "regime"),
    [
        ("06604", "+12035550142", "ctdpa"), ("90210-1234", "", "ccpa"), ("10001", "", "policy"), ("", "", "policy"),
        ("06604", "+4915112345678", "gdpr"), ("75001", "+33123456789", "gdpr"), ("٠٦٦٠٤", "", "policy"), ("ABCDE", "x", "policy"),
    ],
)  # fmt: skip
def test_the_regime_is_proposed_by_place(postcode: str, phone: str, regime: str):
    assert by_place(postcode, phone) == regime


def test_another_regime_needs_its_reason(api: Api, platform: Platform):
    body = intake(platform, regime="gdpr", regime_reason="asked")
    made = post(api.sign_in("support"), LIST, body).json()
    assert (made["regime"], made["regime_reason"], made["acknowledge_due"]) == ("gdpr", "asked", None)


# Opting out (P6, P7)


def test_p6_an_opt_out_of_somebody_known_works_at_once(api: Api, platform: Platform):
    person = add_person(platform, specials=True, products=True, policy_news=True)
    support, number = api.sign_in("support"), numbered(platform, person)
    made = post(support, LIST, intake(platform, kind="opt_out", channel="phone", person=number)).json()
    assert (made["state"], made["regime"], made["overdue"]) == ("effective", "opt_out", False)
    row = row_of(platform, UserRow, person)
    assert (row.specials, row.products, row.policy_news, row.opted_out) == (False, False, False, True)
    assert (row.opted_out_channel, row.version) == ("phone", 2)
    [entry] = log_of(platform, "users:opt-out")
    assert json.loads(entry.details)["request"] == made["number"] and entry.subject
    assert [step["name"] for step in made["steps"] if step["state"] == "next"] == ["confirmed"]
    changes = support.get(f"/v1/users/{person}/history").json()["items"]
    assert changes[0]["fields"] == ["opted_out", "policy_news", "products", "specials"]


def test_p6_one_of_somebody_unknown_works_as_soon_as_it_is_said_who_it_is(api: Api, platform: Platform):
    person = add_person(platform, specials=True, products=True, policy_news=True)
    support, privacy = api.sign_in("support"), api.sign_in("privacy")
    made = post(support, LIST, intake(platform, kind="opt_out", topics=["specials"])).json()
    assert made["state"] == "received" and made["topics"] == ["specials"]
    assert not row_of(platform, UserRow, person).opted_out
    version = post(privacy, f"{LIST}/{made['id']}/claim").json()["version"]
    path = f"{LIST}/{made['id']}/identify"
    known = post(privacy, path, {"person": numbered(platform, person)}, version=version)
    assert (known.status_code, known.json()["state"]) == (200, "effective"), known.text
    row = row_of(platform, UserRow, person)
    assert (row.specials, row.products, row.opted_out) == (False, True, True)


def test_nobody_erased_has_a_new_request(sqlite_api: Api):
    platform, support = sqlite_api.platform, sqlite_api.sign_in("support")
    for state in ("erasing", "erased"):
        person = add_person(platform, state=state)
        body = intake(platform, kind="opt_out", person=numbered(platform, person))
        assert post(support, LIST, body).status_code == 422


# From a ticket, and what is likely the same


def test_it_comes_from_a_ticket_that_one_sees(api: Api, platform: Platform):
    ticket = add_ticket(platform, "support", person=add_person(platform))
    support, number = api.sign_in("support"), f"T-{row_of(platform, TicketRow, ticket).number}"
    assert post(support, LIST, intake(platform, ticket=number)).json()["ticket"] == number
    assert post(api.sign_in("billing"), LIST, intake(platform, ticket=number)).status_code == 404
    assert post(support, LIST, intake(platform, ticket="T-999999")).status_code == 404


def test_likely_duplicates_are_shown_before_and_after(api: Api, platform: Platform):
    person, support = add_person(platform), api.sign_in("support")
    number = numbered(platform, person)
    first = post(support, LIST, intake(platform, person=number)).json()["number"]
    second = post(support, LIST, intake(platform, kind="delete", reply_to="Maria.Gomez@EXAMPLE.net")).json()["number"]
    hidden = add_request(platform, "concern", person=person, names=["support"])
    both = {"person": number, "reply_to": "maria.gomez@example.net"}
    for wish, found in (
        (both, [second, first]), ({**both, "kind": "access"}, [first]), ({"reply_to": "else@example.net"}, []), ({}, []),
        ({"person": "U-99999999"}, []),
    ):  # fmt: skip
        answer = post(support, f"{LIST}/alike", wish)
        assert [one["number"] for one in answer.json()["alike"]] == found, answer.text
    third = post(support, LIST, intake(platform, **both)).json()
    assert third["alike"] == [second, first]
    seen = api.sign_in("manager").get(f"{LIST}/{third['id']}").json()["alike"]
    assert len(seen) == 3 and f"PR-{row_of(platform, PrivacyRequestRow, hidden).number}" in seen


# Whose it is (P10), and concerns about privacy itself (P36)


def test_p10_who_is_found_takes_the_regime_and_the_case_along(api: Api, platform: Platform):
    person, other = add_person(platform), add_person(platform, email="b@example.net", postcode="90210")
    request = add_request(platform, assignee="privacy")
    privacy, case = api.sign_in("privacy"), claimed(platform, request)
    for version, found, regime in ((1, person, "ctdpa"), (2, other, "ccpa"), (3, None, "policy")):
        wish = {"person": numbered(platform, found) if found else None}
        body = post(privacy, f"{LIST}/{request}/identify", wish, version=version)
        assert (body.status_code, body.json()["regime"]) == (200, regime), body.text
        linked = privacy.get(f"/v1/tickets/{case}").json()["links"]
        assert [link["id"] for link in linked if link["resource"] == "users"] == ([found] if found else [])
    assert post(privacy, f"{LIST}/{request}/identify", {"person": "U-999999"}, version=4).status_code == 422


def test_p36_who_is_named_never_sees_it(api: Api, platform: Platform):
    names = ("support", "manager", "privacy", "auditor")
    clients = {name: api.sign_in(name) for name in names}
    numbers = [employee(clients[name]) for name in names]
    body = intake(platform, kind="concern", words="They read my mail.", names=numbers)
    told = post(clients["support"], LIST, body)
    assert (told.status_code, set(told.json())) == (201, {"number"}), told.text
    number = told.json()["number"]
    for client in clients.values():
        assert client.get(f"{LIST}/{number}").status_code == 404
        assert client.get(LIST).json()["items"] == []
    assert post(clients["privacy"], f"{LIST}/{number}/claim").status_code == 404
    assert api.sign_in("privacy2").get(f"{LIST}/{number}").status_code == 404  # a colleague of one who is named
    case = post(api.sign_in("manager2"), f"{LIST}/{number}/claim").json()["case"]
    for name in names[:3]:
        assert clients[name].get(f"/v1/tickets/{case}").status_code == 404
    other = api.sign_in("auditor2")
    assert other.get(f"{LIST}/{number}").status_code == 200
    assert {record for record, _ in told_of(other)} == {number}
    for client in clients.values():
        assert told_of(client) == []


@pytest.mark.parametrize("named", ["support", "privacy", None])
def test_p36_who_works_on_the_ticket_that_it_came_from_has_it_no_more(api: Api, platform: Platform, named: str | None):
    """Neither who is named, nor privacy's own where it is about privacy itself; anybody else goes on with it."""
    holder = named or "support"
    ticket = add_ticket(platform, holder, person=add_person(platform), message="They read my mail.")
    by = api.sign_in("manager")
    about = (
        {"names": [employee(api.sign_in("support"))]} if named == "support" else {"about_privacy": named == "privacy"}
    )
    made = post(by, LIST, intake(platform, kind="concern", ticket=ticket, **about))
    assert made.status_code == 201, made.text
    row = row_of(platform, TicketRow, ticket)
    assert (row.assignee is None, row.lease_until is None) == (named is not None, named is not None)


def told_of(client: httpx.Client) -> list[tuple[str | None, dict[str, Any]]]:
    """Record and details of what was done to privacy requests, as the log tells this employee."""
    rows = client.get("/v1/audit", params={"resource": "privacy-requests", "outcome": "done"}).json()["items"]
    return [(row["record"], row["details"]) for row in rows if not row["action"].endswith(":list") and row["record"]]


def test_p36_what_is_about_privacy_is_a_managers_and_the_others_are_privacys(api: Api, platform: Platform):
    about = add_request(platform, "concern", about_privacy=True)
    other = add_request(platform, "concern")
    manager, privacy = api.sign_in("manager"), api.sign_in("privacy")
    assert privacy.get(f"{LIST}/{about}").status_code == 404
    assert post(manager, f"{LIST}/{about}/claim").status_code == 200
    assert manager.get(f"{LIST}/{about}").json()["words"]
    assert post(manager, f"{LIST}/{other}/claim").status_code == 403
    assert post(privacy, f"{LIST}/{other}/claim").status_code == 200
    body = intake(platform, kind="concern", about_privacy=True)
    told, again = (post(privacy, LIST, body, intent="one") for _ in range(2))
    assert (set(told.json()), again.json(), again.status_code) == ({"number"}, told.json(), 201)
