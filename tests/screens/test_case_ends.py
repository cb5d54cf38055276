"""The case in hand ends, however it ends: nothing that was revealed for it stays in clear anywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from textual.pilot import Pilot
from textual.widgets import Input

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import TicketRow, table
from console.raw import Raw
from screens.parts.case_keeper import CaseKeeper
from screens.parts.form import EditForm
from screens.users import UsersScreen
from tests.faults.proxy import Drop
from tests.platform_api.api import Api
from tests.platform_api.privacy_made import add_request
from tests.screens.consoles import on_screen, signed_in, signed_in_by_a_bad_line, until
from tests.screens.privacy import number_of, take
from tests.screens.test_people import edit, open_linked_person, reveal

pytestmark = pytest.mark.anyio


async def with_values_in_clear(app: ConsoleApp, pilot: Pilot[int]) -> tuple[UsersScreen, str]:
    """The users screen with a person in clear, and the e-mail that can be read there."""
    users = await open_linked_person(app, pilot)
    clear = (await reveal(app, pilot, users))["email"][:20]
    await until(pilot, lambda: clear in on_screen(app))
    return users, clear


async def is_put_down(app: ConsoleApp, pilot: Pilot[int], clear: str, why: str) -> None:
    await until(pilot, lambda: app.session.case is None)
    await until(pilot, lambda: "no case in hand" in on_screen(app).splitlines()[0])
    await until(pilot, lambda: why in on_screen(app))
    assert not app.revealed
    if why != "no longer linked":  # the claim is still there, and the thread may quote the value
        assert clear not in on_screen(app)


@pytest.mark.parametrize(
    ("key", "why"), [("d", "is solved"), ("release", "your claim on it has ended"), ("unlink", "no longer linked")]
)
async def test_a_deed_on_the_ticket_in_hand_that_ends_it_hides_what_was_revealed(
    seeded_platform: Platform, key: str, why: str
):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        _, clear = await with_values_in_clear(app, pilot)
        case = app.session.case
        assert case is not None
        await pilot.press("colon", *case.number, "enter")
        await until(pilot, lambda: app.screen.NAME == "tickets" and app.screen.record)  # type: ignore[attr-defined]
        if key == "d":
            await pilot.press("d")
        else:
            app.screen.do(key)  # type: ignore[attr-defined]
        await is_put_down(app, pilot, clear, why)
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen))
        assert clear not in on_screen(app)


async def test_a_ticket_that_was_solved_elsewhere_is_put_down_by_the_change_feed(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        _, clear = await with_values_in_clear(app, pilot)
        solve_elsewhere(app, seeded_platform)
        await is_put_down(app, pilot, clear, "is solved")


def solve_elsewhere(app: ConsoleApp, platform: Platform) -> None:
    case = app.session.case
    assert case is not None
    with Api(str(app.settings.url), platform) as api:
        mine = api.sign_in("support", case=case.id)
        version = mine.get(f"/v1/tickets/{case.id}").json()["version"]
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": "elsewhere"}
        assert mine.post(f"/v1/tickets/{case.id}/solved", headers=headers, json={}).status_code == 200


def let_the_claim_lapse(app: ConsoleApp, platform: Platform) -> None:
    assert app.session.case is not None
    tickets = table(TicketRow)
    with platform.database.writing() as session:
        lapsed = update(tickets).where(tickets.c.id == app.session.case.id)
        session.connection().execute(lapsed.values(lease_until=platform.clock() - timedelta(minutes=1)))


async def test_a_refusal_that_comes_of_a_lapsed_claim_puts_the_case_down(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users, clear = await with_values_in_clear(app, pilot)
        app.workers.cancel_group(app, "feed")
        let_the_claim_lapse(app, seeded_platform)
        form = await edit(app, pilot)
        form.query_one("#f-city", Input).value = "Old Lyme"
        await pilot.press("ctrl+s")
        await is_put_down(app, pilot, clear, "your claim on it has ended")
        assert users.record is not None
        assert "city" in app.drafts[users.record.number].values


async def test_a_claim_that_lapses_by_itself_is_noticed_when_its_time_is_over(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        _, clear = await with_values_in_clear(app, pilot)
        app.workers.cancel_group(app, "feed")
        let_the_claim_lapse(app, seeded_platform)
        app.case_watch = replace(app.case_watch, until=app.clock())
        await is_put_down(app, pilot, clear, "your claim on it has ended")


async def test_a_console_that_has_ended_hears_that_its_case_is_over(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await with_values_in_clear(app, pilot)
        case = app.session.case
        assert case is not None
    app.on_case_keeper_case_over(CaseKeeper.CaseOver(case.id, "is solved"))
    assert app.session.case == case  # nothing was drawn, and nothing raised


async def test_a_form_that_holds_values_goes_with_them_and_keeps_what_was_typed(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users, clear = await with_values_in_clear(app, pilot)
        form = await edit(app, pilot)
        assert form.query_one("#f-email", Input).value.startswith(clear)
        form.query_one("#f-city", Input).value = "Old Lyme"
        solve_elsewhere(app, seeded_platform)
        await until(pilot, lambda: not isinstance(app.screen, EditForm))
        await is_put_down(app, pilot, clear, "is solved")
        assert users.record is not None
        assert app.drafts[users.record.number].values == {"city": Raw("Old Lyme")}


async def test_what_a_claim_opened_goes_when_the_line_breaks_as_it_ends(seeded_platform: Platform):
    request = add_request(seeded_platform, asker="Maria Gómez")
    async with signed_in_by_a_bad_line(seeded_platform, "privacy") as (app, pilot, proxy):
        await take(app, pilot, number_of(seeded_platform, request))
        await until(pilot, lambda: "Maria Gómez" in on_screen(app))
        app.workers.cancel_group(app, "feed")
        proxy.faults = [Drop()] * 600
        assert app.connection.live and app.session.case is not None
        app.post_message(app.CaseOver(app.session.case.id, "its claim has run out"))
        await until(pilot, lambda: "is put down" in on_screen(app))
        await until(pilot, lambda: "Maria Gómez" not in on_screen(app), 60)


async def test_values_that_come_when_another_case_is_in_hand_are_not_shown(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        case = app.session.case
        assert case is not None
        await pilot.press("v")
        app.take_case(type(case)("another", "T-0", None, case.since))
        await until(pilot, lambda: not [each for each in users.workers if each.group == "default"])
        await pilot.pause()
        assert not app.revealed
