"""Revealing, correcting, caller checks and opting out, in the console against a real platform."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Checkbox, Input, Static

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.raw import Raw
from console.records.tickets import Ticket
from console.records.users import User
from screens.lock import LockScreen
from screens.parts.caller_check import CallerCheckDialog
from screens.parts.form import EditForm
from screens.parts.reveal import RevealDialog
from screens.parts.stale import StaleDialog
from screens.parts.topics import TopicsDialog
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.platform_api.api import Api
from tests.screens.consoles import on_screen, select, signed_in, until

pytestmark = pytest.mark.anyio


async def open_linked_person(app: ConsoleApp, pilot: Pilot[int]) -> UsersScreen:
    """Take a free ticket about one person in hand, and open the person."""
    await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.record)
    tickets = app.screen
    assert isinstance(tickets, TicketsScreen)
    rows = [record for record in tickets.table.window.rows if isinstance(record, Ticket)]
    ticket = next(each for each in rows if each.assignee is None and len(each.links) == 1)
    tickets.table.go_to(ticket.number)
    await until(pilot, lambda: tickets.record and tickets.record.number == ticket.number)
    await pilot.press("t")
    await until(pilot, lambda: app.session.case)
    await pilot.press("o")
    await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)
    users = app.screen
    assert isinstance(users, UsersScreen)
    await until(pilot, lambda: users.record and users.record.number == ticket.links[0].number)
    return users


async def reveal(app: ConsoleApp, pilot: Pilot[int], users: UsersScreen) -> dict[str, str]:
    """What is in clear after `v`."""
    assert users.record is not None
    found = users.record
    await pilot.press("v")
    await until(pilot, lambda: app.revealed.of(found.id))
    return {name: value.typed for name, value in app.revealed.of(found.id).items()}


async def edit(app: ConsoleApp, pilot: Pilot[int]) -> EditForm:
    await pilot.press("e")
    await until(pilot, lambda: isinstance(app.screen, EditForm) and app.screen.query("#f-name"))
    assert isinstance(app.screen, EditForm)
    return app.screen


async def test_without_a_case_in_hand_nothing_is_revealed(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)
        await pilot.press("v")
        await until(pilot, lambda: "There is no case in hand" in on_screen(app))
        assert not app.revealed


async def test_a_reveal_shows_the_values_and_logs_them_and_putting_the_case_down_hides_them(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        clear = await reveal(app, pilot, users)
        await until(pilot, lambda: clear["email"][:20] in on_screen(app))
        await until(pilot, lambda: "you revealed" in on_screen(app))
        app.take_case(None)
        await until(pilot, lambda: clear["email"][:20] not in on_screen(app))
        assert not app.revealed


async def test_the_lock_hides_what_was_revealed(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        clear = await reveal(app, pilot, users)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, LockScreen))
        assert clear["email"][:20] not in on_screen(app)
        assert not app.revealed


async def test_the_dialog_says_what_a_reveal_means_and_cancel_reveals_nothing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await open_linked_person(app, pilot)
        await pilot.press("V")
        await until(pilot, lambda: isinstance(app.screen, RevealDialog) and "It is logged" in on_screen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen))
        assert not app.revealed
        await pilot.press("V")
        await until(pilot, lambda: isinstance(app.screen, RevealDialog))
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: app.revealed)


async def test_a_correction_is_saved_and_shows_in_the_timeline(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        await reveal(app, pilot, users)
        form = await edit(app, pilot)
        form.query_one("#f-city", Input).value = "Old Lyme"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is saved: city" in on_screen(app))
        await until(pilot, lambda: "Old Lyme" in on_screen(app))


async def test_an_address_needs_caller_checks_and_the_draft_stays(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        clear = await reveal(app, pilot, users)
        form = await edit(app, pilot)
        form.query_one("#f-email", Input).value = "new@example.com"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "two matched caller checks" in on_screen(app))
        for name in ("phone", "postcode"):
            await check_caller(app, pilot, name, clear[name])
        form = await edit(app, pilot)
        assert form.query_one("#f-email", Input).value == "new@example.com"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is saved: email" in on_screen(app))


async def check_caller(app: ConsoleApp, pilot: Pilot[int], name: str, said: str) -> None:
    await pilot.press("c")
    await until(pilot, lambda: isinstance(app.screen, CallerCheckDialog) and app.screen.query("#said"))
    await select(pilot, "Select", name)
    app.screen.query_one("#said", Input).value = said
    app.screen.query_one("#act", Button).press()
    await until(pilot, lambda: "✓ match" in on_screen(app))
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(app.screen, UsersScreen))


async def test_a_caller_who_is_wrong_is_told_apart_and_tries_are_counted(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await open_linked_person(app, pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CallerCheckDialog) and app.screen.query("#said"))
        app.screen.query_one("#said", Input).value = "+1 202 555 0000"
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "NO match" in on_screen(app) and "4 tries left" in on_screen(app))


async def test_what_the_platform_refuses_stands_at_its_field(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        await reveal(app, pilot, users)
        form = await edit(app, pilot)
        form.query_one("#f-phone", Input).value = "not a phone"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is not form and isinstance(app.screen, EditForm))
        await until(pilot, lambda: str(app.screen.query_one("#e-phone", Static).render()))
        assert app.screen.query_one("#f-phone", Input).value == "not a phone"


async def test_a_write_that_others_got_ahead_of_shows_both_sides_and_overwrites_nothing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        await reveal(app, pilot, users)
        app.workers.cancel_group(app, "feed")
        form = await edit(app, pilot)
        change_city_elsewhere(app, seeded_platform, users)
        form.query_one("#f-city", Input).value = "Mystic"
        form.query_one("#f-name", Input).value = "Marta Gómez"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, StaleDialog) and app.screen.query("#k-city"))
        assert not app.screen.query_one("#k-city", Checkbox).value
        assert app.screen.query_one("#k-name", Checkbox).value
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "is saved: name" in on_screen(app))
        assert isinstance(users.record, User)
        assert users.record.version == 3


async def test_v_shows_what_others_wrote_by_a_logged_reveal(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        app.workers.cancel_group(app, "feed")
        form = await edit(app, pilot)
        change_city_elsewhere(app, seeded_platform, users)
        form.query_one("#f-city", Input).value = "Mystic"
        form.query_one("#f-name", Input).value = "Marta Gómez"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, StaleDialog) and app.screen.query("#k-city"))
        assert "Essex" not in on_screen(app)
        app.screen.query_one("#k-city", Checkbox).value = True
        await pilot.press("v")
        await until(pilot, lambda: "Essex" in on_screen(app))
        assert app.screen.query_one("#k-city", Checkbox).value
        assert users.record is not None
        assert app.revealed.of(users.record.id)["city"] == Raw("Essex")
        app.take_case(None)
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and "Essex" not in on_screen(app))


async def test_v_says_why_theirs_can_not_be_shown(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        app.workers.cancel_group(app, "feed")
        form = await edit(app, pilot)
        change_city_elsewhere(app, seeded_platform, users)
        form.query_one("#f-city", Input).value = "Mystic"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, StaleDialog) and app.screen.query("#k-city"))
        app.session.case = None
        await pilot.press("v")
        await until(pilot, lambda: "Take a case in hand first" in on_screen(app))


def change_city_elsewhere(app: ConsoleApp, platform: Platform, users: UsersScreen) -> None:
    case, found = app.session.case, users.record
    assert case is not None
    assert found is not None
    with Api(str(app.settings.url), platform) as api:
        other = api.sign_in("support", case=case.id)
        headers = {"If-Match": f'"{found.version}"'}
        body = {"set": {"city": "Essex"}, "source": "employee"}
        assert other.patch(f"/v1/users/{found.id}", json=body, headers=headers).status_code == 200


async def test_opting_out_of_everything_that_was_ticked(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        users.do("opt-out")
        await until(pilot, lambda: isinstance(app.screen, TopicsDialog) and app.screen.query("#topic-products"))
        app.screen.query_one("#topic-products", Checkbox).value = False
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: isinstance(users.record, User) and users.record.opted_out)
        assert isinstance(users.record, User)
        assert users.record.specials is False
