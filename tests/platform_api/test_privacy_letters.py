"""Letters of privacy requests: to whom they go, what they tell, and that they outlive the person's key but not the request's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from console.platform_api import privacy_letters
from console.platform_api.mail import Letter
from console.platform_api.platform import Platform, utc_now
from console.platform_api.problems import Problem
from console.platform_api.tables import MailRow, PrivacyRequestRow, table
from console.platform_api.transaction import own_work
from tests.platform_api import forked
from tests.platform_api.api import Api, Place
from tests.platform_api.mailed import files, poster, state_of
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import MARIA, add_person, post
from tests.platform_api.privacy_made import add_request, claimed
from tests.platform_api.test_privacy_proof import from_google, look
from tests.platform_api.worked import Clock, jobs_left

LIST = "/v1/privacy-requests"
LETTER = {"subject": "Your request", "body": "We look into it.\n"}
STRANGER = "stranger@example.org"


def draft(client: httpx.Client, request: str, template: str, **more: str) -> httpx.Response:
    return client.get(f"{LIST}/{request}/drafts", params={"template": template, **more})


def write(client: httpx.Client, request: str, action: str, letter: dict[str, Any], **more: Any) -> httpx.Response:
    version = look(client, request)["version"]
    body = letter if action == "message" else {"message": letter, **more}
    return post(client, f"{LIST}/{request}/{action}", body, version=version)


def sent(platform: Platform) -> list[EmailMessage]:
    clock = Clock(platform)
    clock.forward(seconds=11)
    poster(platform).run_all()
    assert jobs_left(platform) == []
    return files(platform)


def texts_of(message: EmailMessage) -> tuple[str, str]:
    return str(message["Subject"]).rpartition(" [")[0], message.get_content()


def test_who_is_known_and_who_is_not_get_the_same_letters_at_the_address_they_gave(
    api: Api, platform: Platform
) -> None:
    person = add_person(platform)
    known = add_request(platform, person=person, assignee="privacy", reply_to="one@example.org")
    unknown = add_request(platform, assignee="privacy", reply_to="two@example.org")
    privacy = api.sign_in("privacy")
    for request in (known, unknown):
        wish = draft(privacy, request, "acknowledge_request").json()
        assert write(privacy, request, "acknowledge", wish).json()["state"] == "acknowledged"
        assert write(privacy, request, "ask-proof", draft(privacy, request, "ask_proof").json()).status_code == 200
    letters = {str(message["To"]): message for message in sent(platform)}
    assert len(files(platform)) == 4 and set(letters) == {"one@example.org", "two@example.org"}
    mine, theirs = ([texts_of(m) for m in files(platform) if m["To"] == to] for to in letters)
    assert sorted(mine) == sorted(theirs)
    assert not any(word in str(mine) for word in ("Maria", MARIA["email"], "account is", "PR-"))
    assert [message["mail"] for message in look(privacy, known)["messages"]] == ["sent", "sent"]


def test_the_dates_of_a_letter_do_not_tell_by_whose_law_a_person_is_known(sqlite_api: Api) -> None:
    """Until it is proven who asks: a month in place of 45 days would say that somebody from Europe has an account here."""
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform, phone="+32 470 12 34 56")
    asked = {"kind": "delete", "channel": "email", "received": (platform.clock() - timedelta(days=1)).isoformat()}
    bodies, requests = [], []
    for more in ({"person": person}, {}):
        made = post(privacy, LIST, {**asked, "reply_to": STRANGER, **more})
        assert made.status_code == 201, made.text
        requests.append(made.json()["id"])
        claimed(platform, requests[-1])
        codes = ("acknowledge_request", "extend", "uphold")
        bodies.append([draft(privacy, requests[-1], code).json()["body"] for code in codes])
    assert look(privacy, requests[0])["regime"] == "gdpr" and look(privacy, requests[1])["regime"] == "policy"
    assert bodies[0] == bodies[1]


def test_it_goes_though_the_person_is_erased_and_not_when_the_request_is_purged(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    kept, purged = (add_request(platform, person=person, assignee="privacy", reply_to=STRANGER) for _ in range(2))
    privacy = api.sign_in("privacy")
    ids = [write(privacy, request, "message", LETTER).json()["message"] for request in (kept, purged)]
    for owner in (person, purged):
        with platform.vault.database.writing() as session:
            owned = platform.vault._native(owner)
            mark = "?" if platform.vault.database.sqlite else "%s"
            session.connection().exec_driver_sql(f"DELETE FROM data_key WHERE owner = {mark}", (owned,))
    assert [str(message["To"]) for message in sent(platform)] == [STRANGER]
    assert [state_of(platform, message) for message in ids] == [("sent", None), ("failed", "erased")]


def test_without_an_address_it_goes_to_the_account_only_once_it_is_proven(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person, googled = add_person(platform, email="ada@example.org"), add_person(platform)
    from_google(platform, googled)
    requests = [
        add_request(platform, person=person, assignee="privacy", reply_to=""),
        add_request(platform, person=person, assignee="privacy", reply_to="3 High Street, Hartford"),
        add_request(platform, state="in_progress", person=googled, assignee="privacy", reply_to=""),  # P9
        add_request(platform, state="in_progress", person=person, assignee="privacy", reply_to=""),
        add_request(platform, person=person, signed_in=True, assignee="privacy", reply_to=""),
    ]
    answers = [write(privacy, request, "message", LETTER).json() for request in requests]
    assert [answer.get("by_post", False) for answer in answers] == [True, True, True, False, False]
    assert [message["body"] for message in look(privacy, requests[0])["messages"]] == [LETTER["body"]]
    assert [str(message["To"]) for message in sent(platform)] == ["ada@example.org"] * 2


def test_it_needs_the_open_case_of_that_very_request(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    request, other = (add_request(platform, person=person, reply_to=STRANGER) for _ in range(2))
    case = claimed(platform, request)
    assert codes(platform, other, case) == "other_case"
    assert codes(platform, request, case) == ""
    reply = post(privacy, f"/v1/tickets/{case}/reply", {"subject": "A", "body": "B"})
    assert reply.status_code == 409 and "from the privacy request" in reply.text
    withdrawn = {"reason": "twice"}
    version = look(privacy, request)["version"]
    assert post(privacy, f"{LIST}/{request}/withdraw", withdrawn, version=version).status_code == 200
    assert codes(platform, request, case) == "case_done"
    assert write(privacy, request, "message", LETTER).status_code in (403, 409)


def codes(platform: Platform, request: str, case: str) -> str:
    """Why the platform may not write about the request in this case."""
    row = row_of(platform, PrivacyRequestRow, request)
    try:
        with own_work(platform) as work:
            privacy_letters.send_by_itself(work, row, case, Letter(**LETTER))
    except Problem as problem:
        return str(problem.members["code"])
    return ""


def test_drafts_have_dates_of_the_regime_and_say_to_whom_to_turn(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    late = datetime(2026, 3, 1, 4, tzinfo=UTC)  # the day before, in Connecticut and California
    request = add_request(
        platform,
        person=add_person(platform),
        assignee="privacy",
        received=late,
        regime="ccpa",
        signed_in=True,
        due=late + timedelta(days=45),
    )
    offered = privacy.get("/v1").json()["templates"]["privacy-requests"]
    assert {"acknowledge_request", "ask_proof", "unverifiable", "deny", "extend", "uphold", "confirm"} <= set(offered)
    for code in offered:
        answer = draft(privacy, request, code)
        assert answer.status_code == 200 and "$" not in answer.text, code
        assert "Maria" not in answer.text and MARIA["email"] not in answer.text
    assert "since 28 February 2026" in draft(privacy, request, "acknowledge_request").json()["body"]
    assert "by 29 May 2026" in draft(privacy, request, "extend").json()["body"]
    assert "kept" not in draft(privacy, request, "deny").text
    assert "must keep it" in draft(privacy, request, "deny", reason="kept_by_law").json()["body"]
    uphold = draft(privacy, request, "uphold").json()
    assert "Attorney General of California" in uphold["body"]
    for wrong in (
        {"template": "solved"},
        {"template": "none"},
        {},
        {"template": "deny", "reason": "x"},
        {"template": "deny", "to": "x"},
    ):
        assert privacy.get(f"{LIST}/{request}/drafts", params=wrong).status_code == 400
    assert draft(sqlite_api.sign_in("privacy2"), request, "deny").status_code == 403


def test_a_lost_appeal_names_the_attorney_general(sqlite_api: Api) -> None:
    platform, second = sqlite_api.platform, sqlite_api.sign_in("privacy2")
    request = add_request(platform, state="appealed", person=add_person(platform), assignee="privacy2")
    bare = write(second, request, "uphold", LETTER, policy_version="1")
    assert bare.status_code == 422 and "Attorney General" in bare.text
    assert look(second, request)["messages"] == []
    assert (
        write(second, request, "uphold", draft(second, request, "uphold").json(), policy_version="1").status_code == 200
    )


@pytest.mark.parametrize("step", ["written", "recorded, not committed"])
def test_a_letter_killed_on_its_way_is_never_sent_twice(
    sqlite_platform: Platform, sqlite_place: Place, step: str
) -> None:
    """The demo's folder knows what it has; a mail server doesn't say, and a person decides (see `test_mail`)."""
    platform = sqlite_platform
    platform.clock = lambda: utc_now() - timedelta(minutes=1)
    request = add_request(platform, reply_to=STRANGER)
    assert codes(platform, request, claimed(platform, request)) == ""
    platform.clock = utc_now
    killed = forked.run("tests.platform_api.killed_mail_worker", str(sqlite_place.data), "-", step)
    assert killed.returncode == -9, killed.said
    clock = Clock(platform)
    for _ in range(3):
        clock.forward(minutes=3)
        poster(platform).run_all()
    assert [str(message["To"]) for message in files(platform)] == [STRANGER]
    with platform.database.reading() as connection:
        assert [row.state for row in connection.execute(table(MailRow).select())] == ["sent"]
