"""What a detail says of the time goes on while nobody presses a key, and what the platform is at is looked at to its end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from console.platform_api.platform import Platform
from screens.parts import list_detail
from tests.platform_api.people import add_person
from tests.platform_api.privacy_made import add_request
from tests.screens.applications import say
from tests.screens.consoles import signed_in, until
from tests.screens.privacy import add_package, look_at, number_of, shown, take
from tests.screens.test_privacy_work import send_letter

pytestmark = pytest.mark.anyio


async def test_the_seconds_of_a_letter_are_counted(seeded_platform: Platform):
    request = add_request(seeded_platform)
    async with signed_in(seeded_platform, "privacy", size=(140, 70)) as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, request))
        await pilot.press("a")
        await send_letter(app, pilot)
        await say(app, pilot, "u takes it back")
        app.workers.cancel_group(app, "feed")
        later = app.clock() + timedelta(seconds=20)
        app.clock = lambda: later
        await say(app, pilot, "goes out now")


async def test_how_long_a_claim_lasts_is_said_anew(seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(list_detail, "AGES", 0.0)
    request = add_request(seeded_platform)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        await say(app, pilot, "yours for")
        until_when = shown(screen).lease_until
        assert until_when is not None
        app.workers.cancel_group(app, "feed")
        app.clock = lambda: until_when
        app.used()
        await say(app, pilot, "the claim has run out")


async def test_a_slow_answer_is_waited_for(seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(list_detail, "UNDER_WAY", 0.0)
    person, now = add_person(seeded_platform, email="s@example.net"), seeded_platform.clock()
    request = add_request(seeded_platform, "access", "in_progress", person=person, acknowledged=now)
    add_package(seeded_platform, request, person=person, state="building", done=1, total=9)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await look_at(app, pilot, number_of(seeded_platform, request))
        assert screen.at_work
        asked, answers, fetch = 0, asyncio.Event(), app.session.client.record

        async def slow(*args: Any, **more: Any) -> Any:
            nonlocal asked
            asked += 1
            await answers.wait()
            return await fetch(*args, **more)

        monkeypatch.setattr(app.session.client, "record", slow)
        await until(pilot, lambda: asked == 1)
        for _ in range(3):
            screen._time_passes()
            await pilot.pause()
        before = screen.record
        assert asked == 1
        answers.set()
        await until(pilot, lambda: screen.record is not None and screen.record is not before)
