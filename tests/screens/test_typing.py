"""Keys that are typed faster than the console gets on, or before there is anything to type into: each goes where the ones before it lead."""

import asyncio

import pytest
from textual import events
from textual.widgets import Input

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.session import Session
from console.settings import Settings
from console.views import LastPlace
from screens.parts.base import PetworksScreen
from screens.parts.help import Help
from screens.parts.pick import Pick
from screens.parts.starting import Starting
from screens.sign_in import SignInScreen
from screens.surveys import SurveysScreen
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.platform_api.api import serving
from tests.screens.campaigns import open_screen
from tests.screens.consoles import PASSWORD, signed_in, until
from tests.screens.privacy import form
from tests.screens.settled import settled

pytestmark = pytest.mark.anyio

NAMED = {"\r": "enter", "/": "slash", "\x7f": "backspace", "@": "at", ".": "full_stop", " ": "space", "+": "plus"}


def type_at_once(app: ConsoleApp, text: str) -> None:
    """As a terminal hands over what was typed while the console was at something else: all in one go."""
    for character in text:
        app.post_message(events.Key(NAMED.get(character, character), character))


async def test_what_is_typed_into_a_form_in_one_go_stands_in_its_fields(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await open_screen(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("down", "enter")
        asked = await form(app, pilot)
        type_at_once(app, "A year\rFood\r640.00\r\r\x7f2\r\x7f1\rnow\r+3d")
        await until(pilot, lambda: asked.query_one("#q-closes", Input).value == "+3d")
        found = {name: value.typed for name, value in asked.typed().items()}
        assert found["title"] == "A year" and found["prize"] == "Food" and found["prize_value"] == "640.00"
        assert (found["currency"], found["places"], found["reserves"], found["opens"]) == ("USD", "2", "1", "now")


async def test_a_password_that_is_typed_ahead_is_never_in_the_clear_field(seeded_platform: Platform):
    with serving(seeded_platform) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings))
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await until(pilot, lambda: isinstance(app.screen, SignInScreen) and app.focused)
            email = app.screen.query_one("#email", Input)
            type_at_once(app, f"support@petworks.example\r{PASSWORD}\r")
            await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.table.cursor_record)
            assert email.value == "support@petworks.example"


class Late(ConsoleApp):
    """The console, at a platform that answers when a test says so."""

    def __init__(self, url: str, role: str) -> None:
        settings = Settings(url=url, environment="demo")
        super().__init__(settings, Session(settings), demo=Demo(url, PASSWORD, role))
        self.answers = asyncio.Event()

    async def _start(self) -> None:
        await self.answers.wait()
        await super()._start()


async def test_keys_of_before_the_first_answer_lead_where_they_would_have(seeded_platform: Platform):
    with serving(seeded_platform) as url:
        app = Late(url, "manager")
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            assert isinstance(app.screen, Starting)
            await pilot.press("6")
            type_at_once(app, "/")
            app.answers.set()
            await until(pilot, lambda: isinstance(app.screen, SurveysScreen) and app.screen.bar.has_class("-open"))


async def lead(url: str, typed: str, screen: type[PetworksScreen]) -> None:
    """What was typed before the first answer leads to this screen, which is left for a person then."""
    app = Late(url, "manager")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        type_at_once(app, typed)
        app.answers.set()
        await until(pilot, lambda: isinstance(app.screen, screen) and app.focused and app.screen.session.me)
        await settled(pilot)
        assert isinstance(app.screen, screen)
        app.views.leave(LastPlace("users", "U-7"))


async def test_keys_win_over_the_place_that_was_left(seeded_platform: Platform):
    with serving(seeded_platform) as url:
        await lead(url, "6", SurveysScreen)
        await lead(url, "", UsersScreen)
        await lead(url, "6", SurveysScreen)


async def test_what_is_typed_before_the_sign_in_goes_nowhere(seeded_platform: Platform):
    """It may be a password."""
    with serving(seeded_platform) as url:
        app = Late(url, "manager")
        app.demo = None
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            assert isinstance(app.screen, Starting)
            await pilot.press(*"secret")
            app.answers.set()
            await until(pilot, lambda: isinstance(app.screen, SignInScreen) and app.focused)
            assert app.screen.query_one("#email", Input).value == ""
            type_at_once(app, "a")
            await until(pilot, lambda: app.screen.query_one("#email", Input).value == "a")


async def test_keys_behind_one_that_closes_a_dialog_are_not_lost(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_screen(app, pilot)
        await until(pilot, lambda: screen.table.cursor_record)
        for _ in range(5):
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(app.screen, Help))
            first = screen.table.cursor_record
            for key in ("escape", "j"):
                app.post_message(events.Key(key, None if key == "escape" else key))
            await until(pilot, lambda first=first: screen.table.cursor_record is not first)  # type: ignore[misc]
