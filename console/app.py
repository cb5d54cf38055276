"""ConsoleApp: signs in, holds the screens that the role has, and the keys that work everywhere.

Screens talk to it by the signals of `screens.parts.shell.Shell`; it evaluates no rule, it shows what `/v1/me` says.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from console import editor
from console.errors import NotSignedIn, PetworksError
from console.session import Session
from console.settings import Settings
from console.text import line
from screens import SCREENS
from screens.parts.base import PetworksScreen
from screens.parts.going import GoingApp
from screens.parts.head import TABS, title_of
from screens.parts.job import Job
from screens.parts.problems import Notice, explain
from screens.parts.saved_documents import remove_leftovers
from screens.parts.shell import Clock, SessionEnded, utc_now
from screens.parts.starting import Starting
from screens.parts.styles import KeptStylesheet
from screens.parts.themes import DARK, THEMES
from screens.parts.witness import known_as
from screens.sign_in import SignInAsked, SignInScreen

if TYPE_CHECKING:
    from console.demo import Demo


def style_sheet() -> Path:
    """console.tcss: at the root of a working copy, inside the package in a wheel."""
    here = Path(__file__).resolve().parent
    packaged = here / "console.tcss"
    return packaged if packaged.exists() else here.parent / "console.tcss"


class ConsoleApp(GoingApp):
    """The console of one employee at a time."""

    TITLE = "petworks"
    CSS_PATH = style_sheet()
    ENABLE_COMMAND_PALETTE = True

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"tab('{name}')", title, show=False, id=f"tab-{name}") for name, (key, title) in TABS.items()),
        Binding("t", "case", "case", id="case"),
        Binding("colon", "jump", "jump", key_display=":", id="jump"),
        Binding("question_mark", "help", "help", show=False, id="help"),
        Binding("f1", "help", "help", show=False, priority=True, id="help-everywhere"),
        Binding("ctrl+p,f2", "command_palette", "palette", show=False, id="palette"),
        Binding("ctrl+g,f9", "lock", "lock", show=False, priority=True, id="lock"),
        Binding("ctrl+d,f10", "next_role", "role (demo)", show=False, id="next-role"),
    ]

    @dataclass
    class SignedIn(Message):
        """The platform took the sign-in, by password or by the token that was kept."""

    @dataclass
    class SignInFailed(Message):
        """It did not; None when there was only nothing to resume."""

        error: Exception | None

    def __init__(
        self, settings: Settings, session: Session, *, demo: Demo | None = None, clock: Clock = utc_now
    ) -> None:
        super().__init__(session, clock=clock, idle=timedelta(minutes=settings.idle_lock_minutes))
        self.stylesheet = KeptStylesheet(variables=self.get_css_variables())
        self.settings, self.demo = settings, demo
        self.platform = known_as(settings, demo=demo is not None)
        self._owner: tuple[str, tuple[str, ...]] | None = None
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in THEMES else DARK.name
        self.set_keymap(dict(settings.keys))

    def get_default_screen(self) -> Screen[Any]:
        return Starting(self.session.environment, line(self.settings.url))

    def on_mount(self) -> None:
        remove_leftovers()
        self._end_on_signals()
        self.run_worker(Job(self._start()), exit_on_error=False)

    async def on_unmount(self) -> None:
        self.saved_documents.clear()
        await self.session.close()

    def _end_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._end_on, number)

    def _end_on(self, number: int) -> None:
        self.exit(return_code=128 + number)

    @property
    def takes_keys(self) -> bool:
        return not isinstance(self.screen, Starting)

    # Signing in

    async def _start(self) -> None:
        try:
            if self.demo is not None:
                await self.session.sign_in(*self.demo.credentials(self.demo.role))
            elif not await self.session.resume():
                self.post_message(self.SignInFailed(None))
                return
            self.post_message(self.SignedIn())
        except Exception as error:  # noqa: BLE001 - whatever it is, the sign-in screen says so
            self.post_message(self.SignInFailed(error))

    @on(SignInAsked)
    def _sign_in(self, message: SignInAsked) -> None:
        self.run_worker(
            Job(self._try(message.email, message.password)), group="sign-in", exclusive=True, exit_on_error=False
        )

    async def _try(self, email: str, password: str) -> None:
        try:
            await self.session.sign_in(email, password)
            self.post_message(self.SignedIn())
        except Exception as error:  # noqa: BLE001 - as above
            self.post_message(self.SignInFailed(error))

    async def on_console_app_sign_in_failed(self, message: SignInFailed) -> None:
        await self._show_sign_in(_sign_in_notice(message.error) if message.error is not None else None)

    async def _show_sign_in(self, notice: Notice | None) -> None:
        """The sign-in screen, or the lock if that is what asked, with what came of it."""
        self.forget_typed()  # it may be a password, and the first field shows what is typed
        if isinstance(self.screen, SignInScreen):
            self.screen.say(notice)
            return
        if "sign-in" not in self._modes:
            where = line(self.settings.url)
            self.add_mode("sign-in", lambda: SignInScreen(self.session.environment, where))
        await self.switch_mode("sign-in")
        assert isinstance(self.screen, SignInScreen)
        self.screen.say(notice)

    async def on_console_app_signed_in(self) -> None:
        """Open the start screen; the same employee with the same roles goes on where they were."""
        me = self.session.me
        self.used()
        same = self._owner == (me.id, tuple(me.roles))
        leaving = self.current_mode
        if not same:
            await self._leave()
            await self._build_screens()
        place = None if same else self.last_place()
        await self.switch_mode(self._place if same else place.screen if place else self._first_screen())
        for mode in ("lock", "sign-in"):
            if mode == leaving:
                await self.remove_mode(mode)
        self.heard(live=True)
        if same:
            self.current.action_reload()
        elif place is not None:
            self.current.come_back(place)
        self.say_damaged()
        if self.session.why_not and self.demo is None:
            self.current.told("You will be asked to sign in again next time.", self.session.why_not)
        self.follow()
        self.begin_typing()

    async def _leave(self) -> None:
        """Off the screens, so that they can go: the one that is shown can't."""
        if "starting" not in self._modes:
            self.add_mode("starting", self.get_default_screen)
        if self.current_mode in self.tab_names:
            await self.switch_mode("starting")

    async def _build_screens(self) -> None:
        """The screens of these roles, in menu order; those of whoever was here before go, drafts and all."""
        for name in self.tab_names:
            await self.remove_mode(name)
        me = self.session.me
        if self._owner is not None and self._owner[0] != me.id:
            self.drafts.clear()
        self.take_case(None)
        self.tab_names = tuple(name for name in SCREENS if name in me.screens)
        for name in self.tab_names:
            self.add_mode(name, SCREENS[name])
        self._owner = (me.id, tuple(me.roles))
        self.refresh_bindings()

    def _first_screen(self) -> str:
        start = self.session.me.start
        return start if start in self.tab_names else self.tab_names[0]

    @on(SessionEnded)
    async def _session_ended(self, message: SessionEnded) -> None:
        if isinstance(self.screen, SignInScreen):
            return
        self.hide()
        await self._show_sign_in(explain(message.error, "go on"))

    # The demo's roles, the palette, and the way out

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "next_role":
            return self.demo is not None
        return super().check_action(action, parameters)

    async def action_next_role(self) -> None:
        if self.demo is not None:
            self.demo.next_role()
            self.hide()
            self.run_worker(Job(self._start()), group="sign-in", exclusive=True, exit_on_error=False)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        if isinstance(screen, PetworksScreen):
            yield from screen.commands()
        for name in self.tab_names:
            yield SystemCommand(
                title_of(name), "Go to this screen", lambda name=name: self.call_later(self.action_tab, name)
            )
        yield SystemCommand("Lock", "Hide everything and ask the password", self.action_lock)
        yield SystemCommand("Case in hand", "Take a ticket in hand or put it down", self.action_case)
        yield SystemCommand("Keys", "What works here now", self.action_help)
        for theme in THEMES:
            yield SystemCommand(
                f"Colours: {theme}", "Change the colours", lambda theme=theme: setattr(self, "theme", theme)
            )
        if self.demo is not None:
            yield SystemCommand("Next role", "Sign in as the next role, in the demo only", self.action_next_role)
        yield SystemCommand("Sign out", "End the session", self.action_sign_out)
        yield SystemCommand("Quit", "Leave the console", self.action_quit)

    def action_sign_out(self) -> None:
        self.hide()
        self.run_worker(Job(self._sign_out()), exit_on_error=False)

    async def _sign_out(self) -> None:
        self._owner = None
        self.drafts.clear()
        try:
            await self.session.sign_out()
        except PetworksError as error:
            self.post_message(self.SignInFailed(error))
        else:
            self.post_message(self.SignInFailed(None))


def _sign_in_notice(error: Exception) -> Notice:
    if isinstance(error, NotSignedIn):
        return Notice("not-allowed", "That is no e-mail and password that we know together.", "", error.request_id)
    return explain(error, "sign in")


def run(settings: Settings, demo: Demo | None = None) -> int:
    """Open the console and stay until it is left; the exit code."""
    editor.sweep()
    session = Session.open(settings, remember=demo is None)
    app = ConsoleApp(settings, session, demo=demo)
    try:
        app.run()
    finally:
        app.saved_documents.clear()  # however it ended
    return app.return_code or 0
