"""A letter by post tells nobody anything until it is said to be sent: no reply (P13), no acknowledgement, no notice of an extension."""

from __future__ import annotations

import httpx

from console.platform_api.platform import Platform
from tests.platform_api.api import Api
from tests.platform_api.people import add_person, log_of, post
from tests.platform_api.privacy_made import add_request
from tests.platform_api.test_privacy_letters import LETTER, LIST, write
from tests.platform_api.test_privacy_proof import look
from tests.platform_api.test_privacy_undo import GENERAL, undo
from tests.platform_api.test_privacy_unsent import DECIDED, done
from tests.platform_api.worked import Clock

STREET = "3 High Street, Hartford"


def posted(client: httpx.Client, request: str, message: str) -> dict[str, object]:
    answer = post(client, f"{LIST}/{request}/posted", {"message": message})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def next_step(body: dict[str, object]) -> list[object]:
    steps: list[dict[str, object]] = body["steps"]  # type: ignore[assignment]
    return [step["action"] for step in steps if step["state"] == "next"]


def test_p13_a_concern_is_answered_by_post_once_the_letter_is_said_to_be_sent(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy", reply_to=STREET)
    written = write(privacy, request, "message", LETTER).json()
    assert (written["replied"], written["acknowledged"], next_step(written)) == (None, None, ["posted"])
    for action, body in (("fulfil", DECIDED), ("withdraw", {"reason": "twice"})):
        assert done(privacy, request, action, body).status_code == 409, action
    now = posted(privacy, request, written["message"])
    assert now["replied"] is not None and now["acknowledged"] is not None and next_step(now) == ["fulfil"]
    assert done(privacy, request, "fulfil", DECIDED).json()["state"] == "fulfilled"


def test_p13_a_concern_ends_with_its_letter_by_post_when_that_is_said_to_be_sent(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    for action, more, end in (
        ("fulfil", DECIDED, "fulfilled"),
        ("deny", {"reason": "nothing", "basis": "section 4", **DECIDED}, "denied"),
    ):
        request = add_request(platform, "concern", "in_progress", assignee="privacy", reply_to=STREET)
        due = look(privacy, request)["next_due"]
        written = write(privacy, request, action, LETTER, **more).json()
        assert (written["state"], written["decided"], written["next_due"]) == ("in_progress", None, due), action
        assert written["assignee"] is not None and next_step(written) == ["posted"]
        now = posted(api.sign_in("privacy2"), request, written["message"])
        assert (now["state"], now["reason"], now["policy_version"]) == (end, more.get("reason"), "1")
        assert now["decided"] == now["replied"] is not None and now["assignee"] is None
        assert now["decided_by"] == log_of(platform, f"privacy-requests:{action}")[0].actor or now["decided_by"]


def test_p7_an_opt_out_is_confirmed_by_post_when_that_is_said_to_be_sent(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(
        platform, "opt_out", "effective", person=add_person(platform), assignee="privacy", reply_to=STREET
    )
    written = write(privacy, request, "confirm", LETTER).json()
    assert (written["state"], next_step(written)) == ("effective", ["posted"])
    assert posted(privacy, request, written["message"])["state"] == "confirmed"


def test_an_appeal_of_a_concern_is_upheld_by_post_for_the_reason_that_stood(sqlite_api: Api) -> None:
    platform, manager = sqlite_api.platform, sqlite_api.sign_in("manager")
    request = add_request(
        platform, "concern", "appealed", assignee="privacy", reply_to=STREET, reason="nothing", about_privacy=True
    )
    written = write(manager, request, "uphold", GENERAL, **DECIDED).json()
    assert (written["state"], written["reason"]) == ("appealed", "nothing")
    now = posted(manager, request, written["message"])
    assert (now["state"], now["reason"]) == ("upheld", "nothing")


def test_a_letter_that_would_end_it_is_taken_back_and_ends_nothing(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy", reply_to=STREET)
    message = write(privacy, request, "fulfil", LETTER, **DECIDED).json()["message"]
    assert undo(privacy, request, message).status_code == 200
    now = look(privacy, request)
    assert (now["state"], now["to_post"], next_step(now)) == ("in_progress", [], ["message"])


def test_what_was_done_since_the_letter_was_written_is_not_undone_by_it(sqlite_api: Api) -> None:
    """Somebody decided meanwhile: it counts as the letter that it is, and ends nothing."""
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "concern", "in_progress", assignee="privacy", reply_to=STREET)
    first = write(privacy, request, "fulfil", LETTER, **DECIDED).json()["message"]
    why = {"reason": "nothing", "basis": "section 4", **DECIDED}
    second = write(privacy, request, "deny", LETTER, **why).json()["message"]
    assert posted(privacy, request, second)["state"] == "denied"
    assert posted(privacy, request, first)["state"] == "denied"


def test_the_first_limit_runs_until_a_letter_by_post_is_said_to_be_sent(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, assignee="privacy", reply_to=STREET)
    before = look(privacy, request)
    written = write(privacy, request, "acknowledge", LETTER).json()
    assert (written["acknowledged"], written["next_due"]) == (None, before["acknowledge_due"])
    assert next_step(written) == ["posted"]
    now = posted(privacy, request, written["message"])
    assert now["acknowledged"] is not None and now["next_due"] == before["due"]


def test_an_extension_holds_when_its_notice_by_post_is_said_to_be_sent_in_time(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    clock = Clock(platform)
    for late in (False, True):
        privacy = sqlite_api.sign_in("privacy")
        request = add_request(
            platform, state="in_progress", acknowledged=clock.now, assignee="privacy", reply_to=STREET
        )
        before = look(privacy, request)
        written = write(privacy, request, "extend", LETTER, reason="complex").json()
        assert (written["extended"], written["due"]) == (None, before["due"])
        clock.forward(days=46 if late else 1)
        now = posted(sqlite_api.sign_in("privacy"), request, written["message"])
        assert (now["extended"] is None, now["due"] == before["due"]) == (late, late)
        assert now["next_due"] == now["due"]


def test_any_other_decision_by_post_stands_and_its_letter_is_next(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, state="in_progress", assignee="privacy", reply_to=STREET)
    why = {"reason": "nothing", "basis": "section 4", **DECIDED}
    written = write(privacy, request, "deny", LETTER, **why).json()
    assert (written["state"], written["replied"], next_step(written)) == ("denied", None, ["posted"])
    now = posted(privacy, request, written["message"])
    assert now["replied"] is not None and next_step(now) == []
