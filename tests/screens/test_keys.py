"""Keys are there for those who can use them at all, and say why when they can't be used now."""

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.errors import ConnectionFailed
from console.platform_api.platform import Platform
from screens.parts.foot import live_keys
from screens.parts.help import all_keys
from screens.parts.shell import Connection
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.test_people import open_linked_person

pytestmark = pytest.mark.anyio


async def open_users(app: ConsoleApp, pilot: Pilot[int]) -> UsersScreen:
    await pilot.press("2")
    await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)
    assert isinstance(app.screen, UsersScreen)
    return app.screen


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        ("support", {"reveal", "edit", "caller check", "case", "actions"}, {"stop"}),
        ("billing", {"reveal", "case"}, {"edit", "caller check"}),
        ("manager", {"reveal", "case"}, {"edit", "caller check"}),
        ("auditor", set(), {"reveal", "edit", "caller check", "case", "actions", "link to the case in hand"}),
    ],
)
async def test_foot_and_help_show_the_keys_that_the_role_has(
    seeded_platform: Platform, role: str, has: set[str], lacks: set[str]
):
    async with signed_in(seeded_platform, role) as (app, pilot):
        if "users" not in app.tab_names:
            return
        users = await open_users(app, pilot)
        await pilot.pause()
        shown = {does for _, does in [*live_keys(users), *all_keys(users)]}
        assert has <= shown
        assert not lacks & shown
        assert ("e edit" in on_screen(app)) == ("edit" in has)


async def test_v_says_why_nothing_can_be_revealed(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_linked_person(app, pilot)
        assert users.record is not None
        linked = users.record.number
        await pilot.press("escape", "j")
        await until(pilot, lambda: users.record and users.record.number != linked)
        for key in ("v", "V"):
            users.say(None)
            await pilot.press(key)
            await until(pilot, lambda: "can be revealed: Needs" in on_screen(app))
        assert not app.revealed


async def test_the_head_says_whose_console_it_is(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support", size=(80, 24)) as (app, pilot):
        name = app.session.me.name.typed
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.record)
        head = on_screen(app).splitlines()[0]
        assert name[:5] in head
        assert "support" in head
        assert "live" in head


async def test_a_detail_tells_its_age_while_offline_and_is_fetched_again_by_a_key(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_users(app, pilot)
        app.workers.cancel_group(app, "feed")
        await until(pilot, lambda: "Timeline" in on_screen(app))
        assert users.record is not None
        await pilot.pause(1.0)  # what is still on its way would make the detail young again
        users.post_message(UsersScreen.NotArrived(users.record.number, ConnectionFailed("gone")))
        await until(pilot, lambda: "Offline: this is moments old" in on_screen(app))
        assert users.detail.aged
        assert "Timeline" in on_screen(app)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not users.detail.aged)
        assert app.connection == Connection(live=True, heard=app.connection.heard)


async def test_reload_fetches_a_record_that_could_not_be_shown(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        users = await open_users(app, pilot)
        assert users.record is not None
        number = users.record.number
        users.record = None
        users.post_message(UsersScreen.NotArrived(number, ConnectionFailed("gone")))
        await until(pilot, lambda: users.detail.query("#detail-sections.-offline"))
        await pilot.press("f5")
        await until(pilot, lambda: users.record and users.record.number == number)
