"""Privacy requests from the marketplace's form: by its own ids, its clock running since it was sent, and nothing asked that changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.platform_api.documents import load
from console.platform_api.platform import Platform
from console.platform_api.privacy_clocks import limits
from console.platform_api.tables import PrivacyRequestRow, TicketRow, UserRow, table
from console.records.privacy_requests import Kind, Regime
from console.records.users import Source
from tests.platform_api.api import Api
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, log_of
from tests.platform_api.privacy_made import add_request
from tests.platform_api.worked import Clock

PATH = "/v1/ingest/privacy-requests"
RECEIVED = datetime(2026, 11, 20, 9, tzinfo=UTC)
WRITTEN = "\x1b]0;owned\x07[b]mark[/up] \u202etxt.exe 🐈 http://evil.example "
HOSTILE = f"{WRITTEN}4111 1111 1111 1111"


@pytest.fixture
def clock(platform: Platform) -> Clock:
    clock = Clock(platform)
    clock.now = RECEIVED + timedelta(days=3)
    return clock


@pytest.fixture
def ada(platform: Platform, clock: Clock) -> str:
    """Whom the marketplace calls so; `gone` was erased."""
    person, gone = (add_person(platform, name="Ada", email=f"{name}@example.net", postcode="06604") for name in "ab")
    users = table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(external_id="ada"))
        session.connection().execute(
            users.update().where(users.c.id == gone).values(external_id="gone", state="erased")
        )
    return person


def item(external_id: str = "R-1", **more: Any) -> dict[str, Any]:
    found = {
        "external_id": external_id, "person": "ada", "kind": "access", "channel": "web", "received_at": "2026-11-20T09:00:00Z",
        "asker": "Ada", "reply_to": "ada@example.net", "words": "What do you have about me?", **more,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def send(api: Api, *items: Mapping[str, Any]) -> httpx.Response:
    return api.sign_in("service").post(PATH, json={"items": list(items)})


def outcomes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [result["outcome"] for result in answer.json()["results"]]


def mistakes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["where"].removeprefix("items.") for error in answer.json()["errors"]]


def existing(platform: Platform, state: str, kind: str = "access", **more: Any) -> str:
    """What `item()` sends, as it lies here in that state."""
    return add_request(
        platform, kind, state, received=RECEIVED, channel="web", asker="Ada", reply_to="ada@example.net", words=item()["words"],
        **{"external_id": "R-1", **more},
    )  # fmt: skip


def rows(platform: Platform) -> list[Any]:
    found = table(PrivacyRequestRow)
    with platform.database.reading() as connection:
        return list(connection.execute(select(found).order_by(found.c.number)))


def test_requests_come_in_with_their_clocks_and_the_same_again_is_no_news(api: Api, platform: Platform, ada: str):
    unknown = item("R-2", person=None, kind="concern", channel="email", words=HOSTILE, about_privacy=True)
    answer = send(api, item(signed_in=True), unknown)
    assert outcomes(answer) == ["created", "created"]
    assert outcomes(send(api, unknown, item(signed_in=True))) == ["unchanged", "unchanged"]
    first, second = rows(platform)
    found = limits(Regime.CTDPA, RECEIVED)
    assert (first.person, first.regime, first.signed_in, first.received) == (ada, "ctdpa", True, RECEIVED)
    assert (first.due, first.next_due, first.acknowledge_due, first.rule_version) == (
        found.due,
        found.due,
        None,
        found.rule_version,
    )
    assert (second.person, second.regime, second.next_due) == (
        None,
        "policy",
        limits(Regime.POLICY, RECEIVED).acknowledge_due,
    )
    assert [result["number"] for result in answer.json()["results"]] == ["PR-1", "PR-2"]
    logged = log_of(platform, "privacy-requests:ingest")
    assert [row.subject is not None for row in logged[:2]] == [True, False] and "ada@" not in str(logged)
    changes = api.sign_in("manager").get("/v1/changes", params={"after": 0}).json()["items"]
    assert {(one["resource"], one["id"]) for one in changes} >= {
        ("privacy-requests", row.id) for row in (first, second)
    }


def test_what_the_asker_wrote_is_kept_but_for_the_card(sqlite_api: Api):
    platform = sqlite_api.platform
    Clock(platform).now = RECEIVED + timedelta(days=1)
    assert outcomes(send(sqlite_api, item(person=None, words=HOSTILE))) == ["created"]
    request = rows(platform)[0]
    key = platform.vault.keys_of([request.id])[request.id]
    stored = load(key.open("privacy-requests", request.id, "thread", request.sealed_thread))["words"]
    assert (stored.value[: len(WRITTEN)], stored.source) == (WRITTEN, Source.SELF)
    assert "4111" not in stored.value


def test_an_opt_out_of_somebody_known_works_at_once(api: Api, platform: Platform, ada: str):
    answer = send(
        api,
        item(kind="opt_out", topics=["specials"], words=None),
        item("R-2", kind="opt_out", person=None),
    )
    assert outcomes(answer) == ["created", "created"]
    user = row_of(platform, UserRow, ada)
    assert (user.specials, user.products, user.opted_out) == (False, True, True)
    assert [(row.state, row.next_due) for row in rows(platform)] == [
        ("effective", limits(Regime.OPT_OUT, RECEIVED).due), ("received", limits(Regime.OPT_OUT, RECEIVED).due),
    ]  # fmt: skip


def test_what_was_asked_can_be_withdrawn_and_nothing_else_of_it_changes(api: Api, platform: Platform, ada: str):
    assert outcomes(send(api, item())) == ["created"]
    others: dict[str, Any] = {
        "kind": "delete", "channel": "phone", "received_at": "2026-11-20T09:00:01Z", "signed_in": True, "agent": True, "words": "Other",
        "asker": None, "reply_to": "eve@example.net",
    }  # fmt: skip
    for name, other in others.items():
        assert mistakes(send(api, item(**{name: other}))) == [f"0.{name}"]
    assert outcomes(send(api, item(state="withdrawn"), item("R-2"))) == ["updated", "created"]
    for again in (item(state="withdrawn"), item()):
        assert outcomes(send(api, again)) == ["unchanged"]
    row = rows(platform)[0]
    assert (row.state, row.reason, row.decided is not None, row.version) == ("withdrawn", "asker_asked", True, 2)
    history = api.sign_in("privacy").get(f"/v1/privacy-requests/{row.id}/history").json()["items"]
    assert [one["fields"] for one in history] == [["state"]]


def test_what_is_decided_cant_be_withdrawn_nor_a_concern_without_a_reply(sqlite_api: Api):
    platform = sqlite_api.platform
    Clock(platform).now = RECEIVED + timedelta(days=3)
    kinds = {
        "fulfilled": "access",
        "denied": "access",
        "erasing": "delete",
        "appealed": "access",
        "in_progress": "concern",
    }
    for state, kind in kinds.items():
        existing(platform, state, kind, external_id=f"R-{state}")
        withdrawn = item(f"R-{state}", person=None, kind=kind, state="withdrawn")
        assert mistakes(send(sqlite_api, withdrawn)) == ["0.state"], state


def test_a_withdrawal_ends_its_case(sqlite_api: Api):
    platform = sqlite_api.platform
    Clock(platform).now = RECEIVED + timedelta(days=3)
    request = existing(platform, "verifying", assignee="privacy")
    assert outcomes(send(sqlite_api, item(person=None, state="withdrawn"))) == ["updated"]
    case = row_of(platform, TicketRow, row_of(platform, PrivacyRequestRow, request).ticket)
    assert case.state == "solved"


def test_every_mistake_is_named_and_nothing_is_stored(api: Api, platform: Platform, ada: str, clock: Clock):
    answer = send(
        api,
        item("R-1"),
        item("R-1"),
        item("R-3", person="nobody"),
        item("R-4", received_at="2027-01-01T00:00:00Z"),
        item("R-5", received_at="2019-01-01T00:00:00Z"),
        item("R-6", state="withdrawn"),
        item("R-7", person="gone"),
    )
    assert mistakes(answer) == ["1.external_id", "2.person", "3.received_at", "4.received_at", "5.state", "6.person"]
    assert rows(platform) == []


def test_what_makes_no_sense_is_refused(sqlite_api: Api):
    nonsense: list[dict[str, Any]] = [
        {"channel": None}, {"received_at": None}, {"kind": "other"}, {"channel": "fax"}, {"topics": ["specials"]}, {"about_privacy": True},
        {"disputed": ["email"]}, {"signed_in": True, "person": None}, {"signed_in": True, "agent": True}, {"regime": "gdpr"}, {"due": "x"},
        {"reply_to": "nowhere"}, {"received_at": "2026-11-20T09:00:00"},
    ]  # fmt: skip
    for more in nonsense:
        assert send(sqlite_api, item(**more)).status_code == 422, more


def test_only_the_marketplace_sends_them(sqlite_api: Api):
    for name in ("support", "billing", "manager", "privacy", "auditor", "admin"):
        assert sqlite_api.sign_in(name).post(PATH, json={"items": [item()]}).status_code == 403


def test_every_kind_can_be_sent(sqlite_api: Api):
    Clock(sqlite_api.platform).now = RECEIVED + timedelta(days=3)
    answer = send(sqlite_api, *(item(f"R-{kind}", person=None, kind=str(kind)) for kind in Kind))
    assert outcomes(answer) == ["created"] * len(Kind)
