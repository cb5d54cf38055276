"""The shell: signing in, tabs, jumps, help, lock, what it refuses to keep, and how it ends."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from console.app import ConsoleApp, style_sheet
from console.platform_api.platform import Platform
from console.raw import Raw
from console.session import Session
from console.settings import Settings
from screens.lock import LockScreen
from screens.parts.help import Help
from screens.parts.jump import Jump
from screens.parts.shell import Draft
from screens.sign_in import SignInScreen
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.platform_api.api import Api, serving
from tests.screens.consoles import PASSWORD, on_screen, signed_in, until

pytestmark = pytest.mark.anyio


async def sign_in(app: ConsoleApp, pilot: Pilot[int], email: str, password: str) -> None:
    await until(pilot, lambda: isinstance(app.screen, SignInScreen))
    app.screen.query_one("#email", Input).value = email
    app.screen.query_one("#password", Input).focus().value = password
    await pilot.press("enter")


async def unlock(app: ConsoleApp, pilot: Pilot[int], email: str = "support@petworks.example") -> None:
    await until(pilot, lambda: isinstance(app.screen, LockScreen))
    app.screen.query_one("#email", Input).value = email
    app.screen.query_one("#password", Input).focus().value = PASSWORD
    await pilot.press("enter")
    await until(pilot, lambda: app.current_mode in app.tab_names and app.focused)


# Signing in


async def test_a_wrong_password_is_refused_in_one_sentence_and_the_right_one_opens_the_start_screen(
    seeded_platform: Platform,
):
    with serving(seeded_platform) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings))
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await sign_in(app, pilot, "support@petworks.example", "wrong")
            await until(pilot, lambda: "no e-mail and password that we know together" in on_screen(app))
            assert app.screen.query_one("#password", Input).value == ""
            await sign_in(app, pilot, "support@petworks.example", PASSWORD)
            await until(pilot, lambda: isinstance(app.screen, TicketsScreen))


async def test_without_a_platform_the_sign_in_says_that_there_is_no_connection():
    settings = Settings(url="http://127.0.0.1:9", environment="staging")
    app = ConsoleApp(settings, Session(settings))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await sign_in(app, pilot, "support@petworks.example", PASSWORD)
        await until(pilot, lambda: "No connection" in on_screen(app))
        assert "STAGING" in on_screen(app)


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        ("support", ("1 Tickets", "2 Users", "7 Audit"), ("8 Employees",)),
        ("auditor", ("7 Audit",), ("1 Tickets",)),
    ],
)
async def test_tabs_are_those_of_the_role_with_the_same_numbers(
    seeded_platform: Platform, role: str, has: tuple[str, ...], lacks: tuple[str, ...]
):
    async with signed_in(seeded_platform, role) as (app, pilot):
        await until(pilot, lambda: has[0] in on_screen(app))
        tabs = on_screen(app).splitlines()[1]
        assert all(tab in tabs for tab in has)
        assert not any(tab in tabs for tab in lacks)


async def test_in_the_demo_one_key_switches_the_role(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await pilot.press("f10")
        await until(pilot, lambda: app.session.me.roles == ("billing",) and app.current_mode in app.tab_names)
        await until(pilot, lambda: "billing" in on_screen(app).splitlines()[0])


# Going


async def test_jumps_lead_to_a_record_and_nonsense_leads_nowhere(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await pilot.press("colon", *"bogus", "enter")
        assert isinstance(app.screen, Jump)
        await until(pilot, lambda: "There is no screen" in on_screen(app))
        app.screen.query_one(Input).value = "user 7"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)
        assert "U-7" in on_screen(app)


async def test_a_jump_to_what_is_not_there_says_so(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await pilot.press("colon", *"U-999999", "enter")
        await until(pilot, lambda: "no such record" in on_screen(app))


async def test_help_lists_the_live_keys(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, Help) and "take in hand" in on_screen(app))
        await pilot.press("f1", "escape")
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen))


async def test_keys_can_be_changed_in_the_settings(seeded_platform: Platform):
    with serving(seeded_platform) as url:
        settings = Settings(url=url, environment="demo", keys={"help": "h"})
        app = ConsoleApp(settings, Session(settings))
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await sign_in(app, pilot, "support@petworks.example", PASSWORD)
            await until(pilot, lambda: isinstance(app.screen, TicketsScreen))
            await pilot.press("h")
            await until(pilot, lambda: isinstance(app.screen, Help))


# The lock


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_the_lock_wipes_what_is_in_clear_and_the_same_employee_goes_on_with_the_drafts(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        app.revealed.keep("some-id", {"name": Raw("Maria")}, app.clock() + timedelta(minutes=30))
        app.drafts["U-1"] = Draft(app.session.me.id, {"name": Raw("Marta")})
        await pilot.press("2", "ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, LockScreen))
        assert not app.revealed
        assert "U-" not in on_screen(app)
        await pilot.press("1", "escape", "ctrl+p")
        assert isinstance(app.screen, LockScreen)
        await unlock(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, UsersScreen))
        assert "U-1" in app.drafts


async def test_another_employee_at_the_lock_finds_no_drafts_and_no_case(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        app.drafts["U-1"] = Draft(app.session.me.id, {"name": Raw("Marta")})
        await pilot.press("f9")
        await unlock(app, pilot, "manager@petworks.example")
        assert not app.drafts
        assert app.session.case is None
        await until(pilot, lambda: "manager" in on_screen(app).splitlines()[0])


async def test_the_lock_works_inside_a_dialog(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await pilot.press("n", "a", "ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, LockScreen))


async def test_it_locks_by_itself_and_values_go_out_of_focus_before(seeded_platform: Platform):
    clock = Clock()
    with serving(seeded_platform) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), clock=clock)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await sign_in(app, pilot, "support@petworks.example", PASSWORD)
            await until(pilot, lambda: isinstance(app.screen, TicketsScreen))
            app.revealed.keep("some-id", {"name": Raw("Maria")}, clock.now + timedelta(minutes=30))
            app.on_app_blur()
            clock.now += timedelta(seconds=61)
            await until(pilot, lambda: not app.revealed)
            assert isinstance(app.screen, TicketsScreen)
            clock.now += timedelta(minutes=15)
            await until(pilot, lambda: isinstance(app.screen, LockScreen))


async def test_a_session_that_was_ended_elsewhere_wipes_the_screen_and_says_so(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        with Api(str(app.settings.url), seeded_platform) as api:
            api.headers["Authorization"] = f"Bearer {await app.session.access()}"
            assert api.delete("/v1/auth/token").status_code == 204
        await pilot.press("ctrl+r", "7")
        await until(pilot, lambda: isinstance(app.screen, SignInScreen))
        await until(pilot, lambda: "Your session has ended" in on_screen(app))
        assert "T-" not in on_screen(app)


# What it leaves behind


def pictures(folder: Path) -> list[Path]:
    return list(folder.glob("*.svg"))


async def test_no_pictures_no_files_and_no_passwords_are_kept(seeded_platform: Platform, tmp_path: Path):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        assert app.save_screenshot("shot.svg", str(tmp_path)) == ""
        app.action_screenshot()
        app.deliver_screenshot(path=str(tmp_path))
        app.deliver_text(tmp_path / "text", save_directory=tmp_path)
        await pilot.pause()
        assert not pictures(tmp_path)
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert "Screenshot" not in titles
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, LockScreen))
        app.screen.query_one("#password", Input).value = "secret"
        app.copy_to_clipboard("secret")
        assert app.clipboard != "secret"


async def test_a_crash_ends_with_a_report_that_quotes_nothing(seeded_platform: Platform):
    with serving(seeded_platform) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings))

        def crash() -> None:
            raise ValueError("maria@example.com")

        with pytest.raises(ValueError, match="maria"):  # noqa: PT012 - the pilot raises what ended the app
            async with app.run_test(size=(120, 40)) as pilot:
                app.call_later(crash)
                await pilot.pause()
        assert app.return_code == 1
        report = "".join(str(each) for each in app._exit_renderables)
        assert "maria" not in report


async def test_a_worker_that_fails_is_told_and_ends_nothing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):

        async def fail() -> None:
            raise ZeroDivisionError("maria@example.com")

        screen = app.screen
        assert isinstance(screen, TicketsScreen)
        screen.work(fail(), "count to three")
        await until(pilot, lambda: "Could not count to three" in on_screen(app))
        assert "maria" not in on_screen(app)


def test_the_style_sheet_is_found_from_any_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    assert style_sheet().is_absolute()
    assert "Head" in style_sheet().read_text()
