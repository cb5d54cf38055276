"""The console as an employee meets it: the app itself, signed in to a real platform with sample people."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from textual._context import visible_screen_stack
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Select

from console.app import ConsoleApp
from console.client import Patience
from console.demo import Demo
from console.platform_api.platform import Platform
from console.session import Session
from console.settings import Settings
from screens.parts.base import PetworksScreen
from tests.faults.proxy import FaultProxy
from tests.platform_api.api import serving

PASSWORD = "correct horse battery"
USERS = 150
NOW = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
"""When time stands still: half an hour after the end of the sample data."""


async def until(pilot: Pilot[int], happened: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something that the app will do by itself; when it doesn't, the screen says where it stands."""
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, on_screen(pilot.app)
        await pilot.pause(0.02)


async def select(pilot: Pilot[Any], selector: str, value: object) -> None:
    """Choose a value of a list that opens; it takes one only once all of it is there."""
    await until(pilot, lambda: pilot.app.screen.query(f"{selector} #label"))
    pilot.app.screen.query_one(selector, Select).value = value


def on_screen(app: App[int]) -> str:
    """All that is drawn now, line by line, with what a dialog lets through: what is drawn here is kept, and drawn again as it is."""
    visible_screen_stack.set(app._background_screens)
    lines = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in line) for line in lines[: app.size.height])


@asynccontextmanager
async def signed_in(
    platform: Platform, role: str, *, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[int]]]:
    """The console of one role, on its start screen."""
    with serving(platform) as url:
        async with _console(url, role, size) as (app, pilot):
            yield app, pilot


@asynccontextmanager
async def signed_in_by_a_bad_line(
    platform: Platform, role: str
) -> AsyncIterator[tuple[ConsoleApp, Pilot[int], FaultProxy]]:
    """The same, with a network in between that loses what a test tells it to; the console gives up within seconds."""
    with serving(platform) as url:
        async with (
            FaultProxy(int(url.rpartition(":")[2])) as proxy,
            _console(proxy.url, role, (120, 40), HURRIED) as (
                app,
                pilot,
            ),
        ):
            yield app, pilot, proxy


HURRIED = Patience(attempt=2.0, call=10.0, tries=2, pause=0.01)


@asynccontextmanager
async def _console(
    url: str, role: str, size: tuple[int, int], patience: Patience | None = None
) -> AsyncIterator[tuple[ConsoleApp, Pilot[int]]]:
    settings = Settings(url=url, environment="demo")
    session = Session(settings, patience=patience)
    app = ConsoleApp(settings, session, demo=Demo(url, PASSWORD, role))
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.current_mode in app.tab_names and app.focused)
        yield app, pilot
    await session.close()


def screen_of(app: ConsoleApp, name: str) -> PetworksScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, PetworksScreen)
    assert name == screen.NAME
    return screen
