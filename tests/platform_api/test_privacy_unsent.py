"""A letter that could not be sent tells nobody anything: what it stood for doesn't hold until it was sent again (P13, P7, and the clocks)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from console.platform_api.mail_senders.seam import LastWord, Letter, Refused, Unsure
from console.platform_api.platform import Platform
from console.platform_api.privacy_clocks import limits
from console.platform_api.tables import PrivacyRequestRow, TicketRow
from console.records.privacy_requests import Regime
from tests.platform_api.api import Api
from tests.platform_api.mailed import poster, state_of
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, log_of, post
from tests.platform_api.privacy_made import add_request
from tests.platform_api.test_privacy_letters import LETTER, LIST, write
from tests.platform_api.test_privacy_proof import look, unsent
from tests.platform_api.worked import Clock

DECIDED = {"policy_version": "1"}


class Failing:
    """A mail server that says for good that there is no such address, or breaks off behind the last word."""

    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    name = "failing"

    def send(self, letter: Letter, last_word: LastWord) -> None:
        if self.error is Unsure:
            last_word()
        raise self.error("smtp_550")

    def was_sent(self, message_id: str) -> bool | None:
        return None


def goes(platform: Platform, message: str, error: type[Exception] | None = None) -> None:
    clock = platform.clock if isinstance(platform.clock, Clock) else Clock(platform)
    clock.forward(seconds=11)
    poster(platform, Failing(error) if error is not None else None).run_all()
    ends: dict[type[Exception] | None, str] = {None: "sent", Refused: "failed", Unsure: "unknown"}
    assert state_of(platform, message)[0] == ends[error]


def resend(client: httpx.Client, platform: Platform, request: str, message: str) -> httpx.Response:
    case = row_of(platform, PrivacyRequestRow, request).ticket
    return post(client, f"/v1/tickets/{case}/resend", {"message": message})


def done(client: httpx.Client, request: str, action: str, body: dict[str, Any]) -> httpx.Response:
    return post(client, f"{LIST}/{request}/{action}", body, version=look(client, request)["version"])


@pytest.mark.parametrize("error", [Refused, Unsure])
def test_p13_a_reply_that_failed_is_none_until_it_is_sent_again(
    api: Api, platform: Platform, error: type[Exception]
) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy")
    message = write(privacy, request, "message", LETTER).json()["message"]
    goes(platform, message, error)
    assert look(privacy, request)["replied"] is None
    for action, body in (("fulfil", DECIDED), ("withdraw", {"reason": "twice"})):
        refused = done(privacy, request, action, body)
        assert refused.status_code == 409 and "needs a reply" in refused.text, action
    assert resend(privacy, platform, request, message).status_code == 200
    assert done(privacy, request, "fulfil", DECIDED).status_code == 409  # it waits to go
    goes(platform, message)
    assert look(privacy, request)["replied"] is not None
    assert done(privacy, request, "fulfil", DECIDED).json()["state"] == "fulfilled"


def test_p13_a_reply_that_went_stays_one_when_a_later_letter_fails(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy")
    first = write(privacy, request, "message", LETTER).json()["message"]
    goes(platform, first)
    replied = look(privacy, request)["replied"]
    goes(platform, write(privacy, request, "message", LETTER).json()["message"], Refused)
    assert look(privacy, request)["replied"] == replied
    assert done(privacy, request, "fulfil", DECIDED).status_code == 200


def test_p13_a_concern_that_a_failed_letter_closed_is_open_again(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy")
    before = look(privacy, request)
    message = write(privacy, request, "fulfil", LETTER, **DECIDED).json()["message"]
    assert row_of(platform, TicketRow, row_of(platform, PrivacyRequestRow, request).ticket).state == "solved"
    goes(platform, message, Refused)
    now = look(privacy, request)
    assert (now["state"], now["replied"], now["decided"], now["next_due"]) == (
        "in_progress",
        None,
        None,
        before["next_due"],
    )
    case = row_of(platform, TicketRow, row_of(platform, PrivacyRequestRow, request).ticket)
    assert (case.state, case.lease_until) == ("open", None)
    [entry] = log_of(platform, "privacy-requests:letter-lost")
    assert entry.record == request and '"reopened":true' in entry.details
    assert post(privacy, f"{LIST}/{request}/claim").status_code == 200
    assert resend(privacy, platform, request, message).status_code == 200
    goes(platform, message)
    assert done(privacy, request, "fulfil", DECIDED).json()["state"] == "fulfilled"


def test_p7_an_opt_out_is_not_confirmed_by_a_letter_that_failed(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "opt_out", "effective", person=add_person(platform), assignee="privacy")
    due = look(privacy, request)["next_due"]
    goes(platform, write(privacy, request, "confirm", LETTER).json()["message"], Refused)
    now = look(privacy, request)
    assert (now["state"], now["next_due"], now["decided"]) == ("effective", due, None)


def test_the_first_limit_runs_until_a_letter_went(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, assignee="privacy")
    before = look(privacy, request)
    message = write(privacy, request, "acknowledge", LETTER).json()["message"]
    assert look(privacy, request)["next_due"] == before["due"]
    goes(platform, message, Refused)
    now = look(privacy, request)
    assert (now["acknowledged"], now["next_due"]) == (None, before["acknowledge_due"])
    resend(privacy, platform, request, message)
    goes(platform, message)
    now = look(privacy, request)
    assert now["acknowledged"] is not None and now["next_due"] == before["due"]


def test_an_extension_whose_notice_failed_is_none(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    received = platform.clock()
    due = limits(Regime.POLICY, received).due
    clocks: dict[str, Any] = {"acknowledged": received, "due": due, "next_due": due}
    request = add_request(platform, state="in_progress", received=received, assignee="privacy", **clocks)
    before = look(privacy, request)
    message = write(privacy, request, "extend", LETTER, reason="complex").json()["message"]
    assert look(privacy, request)["due"] > before["due"]
    goes(platform, message, Refused)
    now = look(privacy, request)
    assert (now["due"], now["next_due"], now["extended"]) == (before["due"], before["due"], None)
    assert write(privacy, request, "extend", LETTER, reason="complex").status_code == 200


def test_a_decision_whose_letter_failed_stands_and_its_letter_is_still_to_be_sent(api: Api, platform: Platform) -> None:
    """Another way, when the address takes none: nothing that was decided is lost from sight."""
    privacy = api.sign_in("privacy")
    request = add_request(platform, state="in_progress", assignee="privacy")
    why = {"reason": "nothing", "basis": "section 4", **DECIDED}
    message = write(privacy, request, "deny", LETTER, **why).json()["message"]
    goes(platform, message, Refused)
    now = look(privacy, request)
    assert (now["state"], now["replied"], unsent(now)) == ("denied", None, [message])
    assert privacy.get(f"{LIST}/{request}/letters/{message}").json()["body"] == LETTER["body"]
    said = post(privacy, f"{LIST}/{request}/posted", {"message": message})
    assert said.status_code == 200, said.text
    assert (unsent(said.json()), state_of(platform, message)[0]) == ([], "sent")
    assert said.json()["replied"] is not None


def test_p13_a_concern_whose_asker_no_mail_reaches_is_closed_once_they_were_told_another_way(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy", reply_to="ada@no_host.example.org")
    message = write(privacy, request, "message", LETTER).json()["message"]
    goes(platform, message, Refused)
    assert post(privacy, f"{LIST}/{request}/posted", {"message": message}).status_code == 200
    assert done(privacy, request, "fulfil", DECIDED).json()["state"] == "fulfilled"


def test_what_fails_after_an_appeal_reopens_nothing(sqlite_api: Api) -> None:
    """Its case is another by then, and somebody else decides."""
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy")
    why = {"reason": "nothing", "basis": "section 4", **DECIDED}
    message = write(privacy, request, "deny", LETTER, **why).json()["message"]
    body = {"reason": "disagrees", "channel": "phone", "received": platform.clock().isoformat()}
    appealed = done(privacy, request, "appeal", body)
    assert appealed.status_code == 200, appealed.text
    goes(platform, message, Refused)
    now = look(privacy, request)
    assert (now["state"], now["replied"]) == ("appealed", None)
