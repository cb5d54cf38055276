"""Letters that reached nobody stand in plain sight, in the list and in the detail, with what to do about each."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from console.app import ConsoleApp
from console.platform_api.mail_senders.seam import Refused
from console.platform_api.platform import Platform
from screens.parts.filter_language import Filter
from tests.platform_api.api import Api, serving
from tests.platform_api.mailed import state_of
from tests.platform_api.privacy_made import add_request
from tests.platform_api.test_privacy_letters import LETTER, write
from tests.platform_api.test_privacy_unsent import DECIDED, goes
from tests.screens.applications import say
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.privacy import look_at, number_of, open_screen, shown
from tests.screens.test_privacy_lists import choose

pytestmark = pytest.mark.anyio

DENIED = {"reason": "right_already", "basis": "section 4", **DECIDED}


def denied(platform: Platform, reply_to: str) -> tuple[str, str]:
    """A request that was denied by a letter to there; its number, and the letter's id."""
    request = add_request(platform, state="in_progress", assignee="privacy", reply_to=reply_to)
    with serving(platform) as url, Api(url, platform) as api:
        version = api.sign_in("privacy").get("/v1/policy-versions", params={"sort": "-number"}).json()["items"]
        label = next(each["label"] for each in version if each["in_force"])
        written = write(api.sign_in("privacy"), request, "deny", LETTER, **{**DENIED, "policy_version": label})
    assert written.status_code == 200, written.text
    return number_of(platform, request), str(written.json()["message"])


def words(app: ConsoleApp) -> str:
    return " ".join(on_screen(app).split())


async def marked(app: ConsoleApp, pilot: Pilot[int], *marks: str) -> None:
    """In the list, filtered by it."""
    screen = await open_screen(app, pilot)
    screen.show_filtered(Filter({"unsent": ("yes",)}))
    await until(pilot, lambda: all(mark in words(app) for mark in marks))


async def test_one_that_failed_is_marked_named_and_sent_again(seeded_platform: Platform) -> None:
    number, message = denied(seeded_platform, "ada@no_host.example.org")
    goes(seeded_platform, message, Refused)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await marked(app, pilot, "✗ denied", "✗ not sent")
        await look_at(app, pilot, number)
        await say(app, pilot, "→ Send the letter that failed again, or by post")
        await say(app, pilot, "by e-mail: the address can't be written to")
        await pilot.press("a")
        await choose(app, pilot, "again")
        await say(app, pilot, "it goes out again")
        assert state_of(seeded_platform, message)[0] == "waiting"


async def test_one_by_post_is_next_until_it_is_said_to_be_posted(seeded_platform: Platform) -> None:
    number, message = denied(seeded_platform, "3 High Street, Hartford")
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await marked(app, pilot, "✉ denied", "✉ to be posted")
        screen = await look_at(app, pilot, number)
        await say(app, pilot, "→ Post the letter, and say that it was posted")
        await pilot.press("a")
        await until(pilot, lambda: bool(app.screen.query("#act")))
        app.screen.query_one("#act", Button).press()
        await say(app, pilot, "it went by post")
        assert not shown(screen).unsent
        assert state_of(seeded_platform, message)[0] == "sent"
