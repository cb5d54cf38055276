"""A letter by post tells nobody anything until it is said to be sent: no reply (P13), no acknowledgement, no notice of an extension."""

from __future__ import annotations

import json

import httpx

from console.platform_api.mail_senders.seam import Refused
from console.platform_api.platform import Platform
from console.platform_api.privacy_letter_reminders import remind_of_letters
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.people import add_person, log_of, post
from tests.platform_api.privacy_made import add_request
from tests.platform_api.test_privacy_letters import LETTER, LIST, write
from tests.platform_api.test_privacy_proof import look, unsent
from tests.platform_api.test_privacy_undo import GENERAL, undo
from tests.platform_api.test_privacy_unsent import DECIDED, done, goes, resend
from tests.platform_api.worked import Clock, worker

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
    assert (now["state"], unsent(now), next_step(now)) == ("in_progress", [], ["message"])


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
        assert late or now["next_due"] == now["due"]


def test_any_other_decision_by_post_stands_and_its_letter_is_next(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, state="in_progress", assignee="privacy", reply_to=STREET)
    why = {"reason": "nothing", "basis": "section 4", **DECIDED}
    written = write(privacy, request, "deny", LETTER, **why).json()
    assert (written["state"], written["replied"], next_step(written)) == ("denied", None, ["posted"])
    now = posted(privacy, request, written["message"])
    assert now["replied"] is not None and next_step(now) == []


# Reminders


def sweep(platform: Platform) -> list[tuple[str, str, str]]:
    """(record, message, who is told) of each reminder that this sweep raised."""
    before = len(log_of(platform, "privacy-requests:remind"))
    with own_work(platform) as work:
        remind_of_letters(work)
    raised = log_of(platform, "privacy-requests:remind")[before:]
    return [(row.record, json.loads(row.details)["message"], row.told) for row in raised]


def test_a_letter_that_waits_to_be_posted_or_failed_for_a_day_is_named_once(api: Api, platform: Platform) -> None:
    clock, privacy = Clock(platform), api.sign_in("privacy")
    by_post = add_request(platform, "concern", "in_progress", assignee="privacy", reply_to=STREET)
    by_mail = add_request(platform, state="in_progress", assignee="privacy", reply_to="ada@no_host.example.org")
    waits, fails = (write(privacy, each, "message", LETTER).json()["message"] for each in (by_post, by_mail))
    goes(platform, fails, Refused)
    clock.forward(hours=23)
    assert sweep(platform) == []
    clock.forward(hours=2)
    assert sorted(sweep(platform)) == sorted([(by_post, waits, "privacy"), (by_mail, fails, "privacy")])
    assert sweep(platform) == []
    again = api.sign_in("privacy")
    assert post(again, f"{LIST}/{by_post}/claim").status_code == 200
    said = [each["body"] for each in look(again, by_post)["messages"] if each["kind"] == "note"]
    assert len(said) == 1 and "waits to be posted" in said[0]


def test_one_that_was_posted_or_taken_back_is_not_named(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    clock = Clock(platform)
    gone, back = (
        add_request(platform, "concern", "in_progress", assignee="privacy", reply_to=STREET) for _ in range(2)
    )
    first, second = (write(privacy, each, "message", LETTER).json()["message"] for each in (gone, back))
    assert undo(privacy, back, second).status_code == 200
    posted(privacy, gone, first)
    clock.forward(days=2)
    assert sweep(platform) == []


def test_one_that_fails_again_is_named_again(sqlite_api: Api) -> None:
    platform, clock = sqlite_api.platform, Clock(sqlite_api.platform)
    request = add_request(platform, state="in_progress", assignee="privacy", reply_to="ada@no_host.example.org")
    message = write(sqlite_api.sign_in("privacy"), request, "message", LETTER).json()["message"]
    for _ in range(2):
        goes(platform, message, Refused)
        clock.forward(days=1)
        worker(platform).one_turn()
        assert sweep(platform) == []
        again = sqlite_api.sign_in("privacy")
        post(again, f"{LIST}/{request}/claim")
        assert resend(again, platform, request, message).status_code == 200
    named = [json.loads(row.details).get("message") for row in log_of(platform, "privacy-requests:remind")]
    assert named.count(message) == 2


# In sight


def test_what_reached_nobody_is_marked_in_the_list_and_found_by_it(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    by_post = add_request(platform, "concern", "in_progress", assignee="privacy", reply_to=STREET)
    by_mail = add_request(platform, state="in_progress", assignee="privacy")
    fine = add_request(platform, state="in_progress", assignee="privacy")
    goes(platform, write(privacy, fine, "message", LETTER).json()["message"])
    letters = {each: write(privacy, each, "message", LETTER).json()["message"] for each in (by_post, by_mail)}
    goes(platform, letters[by_mail], Refused)
    for sort in ("due", "-number"):
        found = {each["id"]: each for each in privacy.get(LIST, params={"unsent": "yes", "sort": sort}).json()["items"]}
        assert set(found) == {by_post, by_mail}
    told = {each: [(one["state"], one["failure"]) for one in found[each]["unsent"]] for each in found}
    assert told == {by_post: [("to_post", None)], by_mail: [("failed", "smtp_550")]}
    assert privacy.get(LIST, params={"unsent": "no"}).status_code == 400
    failed = look(privacy, by_mail)
    assert [step["name"] for step in failed["steps"] if step["state"] == "next"] == ["letter_sent"]
    later = write(privacy, by_mail, "message", LETTER).json()["message"]
    goes(platform, later)
    now = look(privacy, by_mail)
    assert unsent(now) == [letters[by_mail]] and next_step(now) != ["posted"]


def test_a_letter_that_failed_is_sent_again_also_when_its_case_is_over(api: Api, platform: Platform) -> None:
    privacy = api.sign_in("privacy")
    request = add_request(platform, state="in_progress", assignee="privacy")
    why = {"reason": "nothing", "basis": "section 4", **DECIDED}
    message = write(privacy, request, "deny", LETTER, **why).json()["message"]
    path, body = f"{LIST}/{request}/resend-letter", {"message": message}
    assert post(privacy, path, body).status_code == 409  # it is on its way
    goes(platform, message, Refused)
    for name in ("manager", "support", "auditor", "admin"):
        assert post(api.sign_in(name), path, body).status_code in (403, 404), name
    again = post(api.sign_in("privacy2"), path, body)
    assert again.status_code == 200 and again.json()["unsent"] == [], again.text
    assert look(privacy, request)["replied"] is None
    goes(platform, message)
    assert look(privacy, request)["replied"] is not None
    logged = [row for row in log_of(platform, "privacy-requests:resend-letter") if row.outcome == "done"]
    assert [(row.record, message in row.details) for row in logged] == [(request, True)]
