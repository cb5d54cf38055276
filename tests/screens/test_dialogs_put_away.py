"""Dialogs with values in clear go when these must: at the lock, with the case, out of focus; and each of them once."""

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from screens.lock import LockScreen
from screens.parts.guarded import UNFOCUSED
from screens.parts.help import Help
from screens.parts.one_time import OneTime
from screens.privacy_requests import PrivacyRequestsScreen
from tests.platform_api.people import add_person
from tests.platform_api.privacy_made import add_request
from tests.platform_api.worked import worker
from tests.screens.applications import answer, question, say
from tests.screens.consoles import PASSWORD, on_screen, signed_in, until
from tests.screens.privacy import fill, form, number_of, send, shown, take
from tests.screens.test_case_ends import with_values_in_clear
from tests.screens.test_people import edit
from tests.screens.test_privacy_work import send_letter

pytestmark = pytest.mark.anyio

STORED, PROPOSED = "Hartford", "Bridgeport"


async def lock_and_come_back(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await pilot.press("ctrl+g")
    await until(pilot, lambda: isinstance(app.screen, LockScreen) and app.screen.query(Input))
    app.screen.query(Input).last().value = PASSWORD
    app.screen.query_one(Button).press()
    await until(pilot, lambda: app.current_mode in app.tab_names)


def look_away(app: ConsoleApp, _: Pilot[int]) -> None:
    """For longer than anything stays in clear."""
    app.on_app_blur()
    assert app._blurred is not None
    app._blurred -= UNFOCUSED


async def before_it_is_applied(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> PrivacyRequestsScreen:
    """A correction side by side with what is stored, in clear for the case in hand."""
    person = add_person(platform, email="old@example.net", city=STORED)
    now = platform.clock()
    request = add_request(platform, "correct", "in_progress", person=person, disputed=["city"], acknowledged=now)
    screen = await take(app, pilot, number_of(platform, request))
    asked = await form(app, pilot, "a")
    fill(asked, field="city", value=PROPOSED)
    await send(app, pilot, asked)
    await say(app, pilot, "→ Apply the corrections")
    await pilot.press("v")
    await until(pilot, lambda: app.revealed)
    app.wipe()  # hidden meanwhile: the grant at the platform goes on
    await until(pilot, lambda: STORED not in on_screen(app))
    await question(app, pilot, "a")
    await say(app, pilot, f"{STORED} → {PROPOSED}")
    return screen


@pytest.mark.parametrize("how", [look_away, lambda app, _: app.take_case(None)], ids=["unfocused", "case over"])
async def test_what_is_stored_goes_with_the_question_that_shows_it(
    seeded_platform: Platform, how: Callable[[ConsoleApp, Pilot[int]], object]
):
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await before_it_is_applied(app, pilot, seeded_platform)
        how(app, pilot)
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: STORED not in on_screen(app))
        assert "apply" in [step.action for step in shown(screen).steps]  # nothing was done by it


async def test_a_locked_console_comes_back_without_the_question_that_showed_values(seeded_platform: Platform):
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await before_it_is_applied(app, pilot, seeded_platform)
        await lock_and_come_back(app, pilot)
        assert app.screen is screen and STORED not in on_screen(app)


async def test_a_passphrase_stays_while_it_is_told_and_goes_at_the_lock(seeded_platform: Platform):
    person = add_person(seeded_platform, email="sees@example.net")
    request = add_request(
        seeded_platform, "access", "in_progress", person=person, acknowledged=seeded_platform.clock(), reply_to="sees@example.net"
    )  # fmt: skip
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        answer(await question(app, pilot, "a"))
        await until(pilot, lambda: shown(screen).package is not None)
        await asyncio.to_thread(worker(seeded_platform).run_all)
        await say(app, pilot, "→ Release the package")
        await pilot.press("v")
        await until(pilot, lambda: app.revealed)
        answer(await question(app, pilot, "a"))
        await send_letter(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, OneTime) and app.screen.query("#secret"))
        look_away(app, pilot)
        await until(pilot, lambda: not app.revealed)
        app.take_case(None)
        assert isinstance(app.screen, OneTime)
        await lock_and_come_back(app, pilot)
        assert app.screen_stack == [screen]


async def test_a_form_goes_with_the_help_that_lies_over_it(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users, clear = await with_values_in_clear(app, pilot)
        asked = await edit(app, pilot)
        assert asked.query_one("#f-email", Input).value.startswith(clear)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, Help))
        await lock_and_come_back(app, pilot)
        assert app.screen_stack == [users]
        assert clear not in on_screen(app)


async def test_a_form_that_is_left_twice_takes_nothing_else_away(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users, _ = await with_values_in_clear(app, pilot)
        asked = await edit(app, pilot)
        asked.query_one("#cancel", Button).press()
        asked.query_one("#cancel", Button).press()
        await until(pilot, lambda: app.screen is users)
        await until(pilot, lambda: not asked.is_running)
        assert app.is_running and app.screen_stack == [users]
