"""A letter that is taken back takes back what hangs on it, and stays when something was built on it: nothing stands on a letter nobody sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from console.platform_api.tables import FieldChange, PrivacyPackageRow, PrivacyRequestRow, TicketRow, table
from tests.platform_api.api import Api
from tests.platform_api.mailed import files, poster, state_of
from tests.platform_api.orders_made import row_of
from tests.platform_api.packages_made import LETTER as LINKED
from tests.platform_api.packages_made import built, link_in_mail
from tests.platform_api.people import add_person, log_of, post
from tests.platform_api.privacy_made import add_request
from tests.platform_api.test_privacy_letters import LETTER, LIST, write
from tests.platform_api.test_privacy_proof import look, unsent
from tests.platform_api.worked import Clock

DECIDED = {"policy_version": "1"}
GENERAL = {"subject": "Your appeal", "body": "Turn to the Attorney General."}


def undo(client: httpx.Client, request: str, message: str) -> httpx.Response:
    return post(client, f"{LIST}/{request}/undo-letter", {"message": message})


@dataclass(frozen=True)
class Way:
    """An action that sends a letter, and the request that it is done to."""

    action: str
    kind: str
    state: str
    more: dict[str, Any] = field(default_factory=dict)
    by: str = "privacy"
    letter: dict[str, str] = field(default_factory=lambda: LETTER)


WAYS = [
    Way("message", "concern", "in_progress"),
    Way("acknowledge", "concern", "received"),
    Way("ask-proof", "access", "received"),
    Way("extend", "access", "in_progress", {"reason": "complex"}),
    Way("confirm", "opt_out", "effective"),
    Way("unverifiable", "access", "verifying", {"reason": "no_answer", **DECIDED}),
    Way("deny", "access", "in_progress", {"reason": "others", "basis": "section 4", **DECIDED}),
    Way("fulfil", "concern", "in_progress", DECIDED),
    Way("fulfil-partly", "correct", "in_progress", {"reason": "others", "basis": "section 4", **DECIDED}),
    Way("uphold", "access", "appealed", DECIDED, "privacy2", GENERAL),
]
MOVING = {"version", "lease_until"}
"""What tells that something was done, and doesn't come back."""


def stands(platform: Platform, request: str) -> dict[str, Any]:
    """The request's row and that of its case."""
    row = row_of(platform, PrivacyRequestRow, request)
    case = row_of(platform, TicketRow, row.ticket)
    found = {**{f"case {name}": value for name, value in case._asdict().items() if name not in MOVING}, **row._asdict()}
    return {name: value for name, value in found.items() if name not in MOVING}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.action)
def test_all_that_hangs_on_a_letter_comes_back_with_it(api: Api, platform: Platform, way: Way) -> None:
    request = add_request(platform, way.kind, way.state, person=add_person(platform), assignee="privacy")
    before, client = stands(platform, request), api.sign_in(way.by)
    done = write(client, request, way.action, way.letter, **way.more)
    assert done.status_code == 200, done.text
    assert stands(platform, request) != before
    undone = undo(client, request, done.json()["message"])
    assert undone.status_code == 200, undone.text
    assert stands(platform, request) == before
    assert undone.json()["yours"] == (way.by == "privacy")
    Clock(platform).forward(seconds=11)
    poster(platform).run_all()
    assert files(platform) == [] and state_of(platform, done.json()["message"]) == ("undone", None)
    assert [row.outcome for row in log_of(platform, "privacy-requests:undo-letter")] == ["done"]
    again = write(client, request, way.action, way.letter, **way.more)
    assert again.status_code == 200, again.text


def test_p13_an_undone_reply_answers_no_concern(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", person=add_person(platform), assignee="privacy")
    reply = write(privacy, request, "message", LETTER).json()["message"]
    assert undo(privacy, request, reply).status_code == 200
    assert look(privacy, request)["replied"] is None
    ends = [("fulfil", DECIDED), ("withdraw", {"reason": "twice"})]
    for action, body in ends:
        answer = post(privacy, f"{LIST}/{request}/{action}", body, version=look(privacy, request)["version"])
        assert answer.status_code == 409 and "needs a reply" in answer.text, action


@pytest.mark.parametrize("action", ["fulfil", "withdraw"])
def test_p13_a_reply_on_which_a_concern_was_closed_is_not_taken_back(api: Api, platform: Platform, action: str) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", person=add_person(platform), assignee="privacy")
    reply = write(privacy, request, "message", LETTER).json()["message"]
    body = DECIDED if action == "fulfil" else {"reason": "twice"}
    closed = post(privacy, f"{LIST}/{request}/{action}", body, version=look(privacy, request)["version"])
    assert closed.status_code == 200, closed.text
    refused = undo(privacy, request, reply)
    assert refused.status_code == 409 and "strength" in refused.text
    assert state_of(platform, reply) == ("waiting", None)


def test_a_package_is_not_released_by_a_letter_that_was_taken_back(api: Api, platform: Platform) -> None:
    request = built(api, add_person(platform))
    privacy = api.sign_in("privacy")
    released = write(privacy, request, "release-package", LINKED)
    link = link_in_mail(platform, request)
    assert undo(privacy, request, released.json()["message"]).status_code == 200
    found = table(PrivacyPackageRow)
    with platform.database.reading() as connection:
        assert connection.execute(found.select().where(found.c.request == request)).first() is None
    assert api.get(link[link.index("/v1/") :]).status_code == 404
    early = post(privacy, f"{LIST}/{request}/fulfil", DECIDED, version=look(privacy, request)["version"])
    assert early.status_code == 409 and "package comes first" in early.text
    again = post(privacy, f"{LIST}/{request}/build-package", version=look(privacy, request)["version"])
    assert again.status_code == 200, again.text


def _closes(client: httpx.Client, request: str) -> httpx.Response:
    return post(client, f"{LIST}/{request}/fulfil", DECIDED, version=look(client, request)["version"])


def _builds_anew(client: httpx.Client, request: str) -> httpx.Response:
    return post(client, f"{LIST}/{request}/build-package", version=look(client, request)["version"])


def _writes_again(client: httpx.Client, request: str) -> httpx.Response:
    return write(client, request, "message", LETTER)


@pytest.mark.parametrize("built_on", [_closes, _builds_anew, _writes_again])
def test_what_was_built_on_keeps_its_letter(sqlite_api: Api, built_on: Callable[..., httpx.Response]) -> None:
    request = built(sqlite_api, add_person(sqlite_api.platform))
    privacy = sqlite_api.sign_in("privacy")
    message = write(privacy, request, "release-package", LINKED).json()["message"]
    done = built_on(privacy, request)
    assert done.status_code == 200, done.text
    assert undo(privacy, request, message).status_code == 409
    assert state_of(sqlite_api.platform, message) == ("waiting", None)


def test_letters_are_taken_back_from_the_last_to_the_first(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "concern", person=add_person(platform), assignee="privacy")
    before = stands(platform, request)
    first = write(privacy, request, "acknowledge", LETTER).json()["message"]
    second = write(privacy, request, "message", LETTER).json()["message"]
    refused = undo(privacy, request, first)
    assert refused.status_code == 409 and "later letter" in refused.text
    assert [undo(privacy, request, message).status_code for message in (second, first)] == [200, 200]
    assert stands(platform, request) == before


def test_an_extension_that_was_moved_on_stays(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, state="in_progress", person=add_person(platform), assignee="privacy")
    message = write(privacy, request, "extend", LETTER, reason="complex").json()["message"]
    regime = {"regime": "gdpr", "reason": "residence"}
    moved = post(privacy, f"{LIST}/{request}/set-regime", regime, version=look(privacy, request)["version"])
    assert moved.status_code == 200
    assert undo(privacy, request, message).status_code == 409


def test_only_who_wrote_it_takes_it_back_and_only_in_time(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request, other = (add_request(platform, person=add_person(platform), assignee="privacy") for _ in range(2))
    message = write(privacy, request, "acknowledge", LETTER).json()["message"]
    assert undo(sqlite_api.sign_in("privacy2"), request, message).status_code == 403
    assert undo(sqlite_api.sign_in("manager"), request, message).status_code == 403
    assert undo(sqlite_api.sign_in("support"), request, message).status_code == 403
    for wrong in (message[:-1], "x", row_of(platform, PrivacyRequestRow, request).ticket):
        assert undo(privacy, request, wrong).status_code == 404
    assert undo(privacy, other, message).status_code == 404
    case = row_of(platform, PrivacyRequestRow, request).ticket
    by_ticket = post(privacy, f"/v1/tickets/{case}/undo-reply", {"message": message})
    assert by_ticket.status_code == 409 and "from the privacy request" in by_ticket.text
    Clock(platform).forward(seconds=11)
    poster(platform).run_all()
    assert undo(privacy, request, message).status_code == 409
    assert look(privacy, request)["state"] == "acknowledged"


def test_one_that_failed_and_is_sent_again_is_not_taken_back(sqlite_api: Api) -> None:
    """What it brought about stood for days: it goes again, or not at all."""
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy", reply_to="ada@no_host.example.org")
    message = write(privacy, request, "message", LETTER).json()["message"]
    Clock(platform).forward(seconds=11)
    poster(platform).run_all()
    assert state_of(platform, message) == ("failed", "address")
    case = row_of(platform, PrivacyRequestRow, request).ticket
    assert post(privacy, f"/v1/tickets/{case}/resend", {"message": message}).status_code == 200
    assert state_of(platform, message)[0] == "waiting"
    assert undo(privacy, request, message).status_code == 409


def test_it_stands_in_the_history(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, person=add_person(platform), assignee="privacy")
    undo(privacy, request, write(privacy, request, "acknowledge", LETTER).json()["message"])
    changes = table(FieldChange)
    with platform.database.reading() as connection:
        rows = connection.execute(changes.select().where(changes.c.record == request).order_by(changes.c.version)).all()
    assert [("state" in row.fields) for row in rows] == [True, True]


# By post


def test_a_letter_by_post_is_printed_also_when_the_request_has_ended(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    street = "3 High Street, Hartford"
    request = add_request(platform, state="in_progress", assignee="privacy", reply_to=street, asker="Ada Lovelace")
    done = write(privacy, request, "deny", LETTER, reason="nothing", basis="section 4", **DECIDED).json()
    assert done["by_post"] and done["state"] == "denied" and done["messages"] == []
    assert unsent(look(privacy, request)) == [done["message"]]
    path = f"{LIST}/{request}/letters/{done['message']}"
    printed = api.sign_in("privacy2").get(path)
    assert printed.status_code == 200, printed.text
    assert (printed.json()["body"], printed.json()["to"]) == (
        LETTER["body"],
        {"asker": "Ada Lovelace", "reply_to": street},
    )
    assert [row.fields for row in log_of(platform, "privacy-requests:print-letter")] == ['["asker","reply_to"]']
    for name in ("support", "billing", "manager", "auditor", "admin"):
        assert api.sign_in(name).get(path).status_code in (403, 404), name
        assert post(api.sign_in(name), f"{LIST}/{request}/posted", {"message": done["message"]}).status_code in (
            403,
            404,
        )
    sent = post(api.sign_in("privacy2"), f"{LIST}/{request}/posted", {"message": done["message"]})
    assert sent.status_code == 200 and unsent(sent.json()) == []
    assert privacy.get(path).status_code == 404
    assert post(privacy, f"{LIST}/{request}/posted", {"message": done["message"]}).status_code == 409
    assert undo(privacy, request, done["message"]).status_code == 409


def test_a_letter_by_post_is_taken_back_in_the_same_time(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    first, second = (add_request(platform, "concern", "in_progress", assignee="privacy", reply_to="") for _ in range(2))
    early, late = (write(privacy, request, "message", LETTER).json()["message"] for request in (first, second))
    assert undo(privacy, first, early).status_code == 200
    assert unsent(look(privacy, first)) == [] and look(privacy, first)["replied"] is None
    Clock(platform).forward(seconds=11)
    assert undo(privacy, second, late).status_code == 409
    assert unsent(look(privacy, second)) == [late]


def test_a_manager_prints_what_they_wrote_to_who_appealed(sqlite_api: Api) -> None:
    platform, manager = sqlite_api.platform, sqlite_api.sign_in("manager")
    request = add_request(platform, state="appealed", assignee="privacy", reply_to="")
    message = write(manager, request, "uphold", GENERAL, **DECIDED).json()["message"]
    assert manager.get(f"{LIST}/{request}/letters/{message}").json()["body"] == GENERAL["body"]
    assert post(manager, f"{LIST}/{request}/posted", {"message": message}).status_code == 200
