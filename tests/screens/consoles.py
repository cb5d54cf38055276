"""The console as an employee meets it: the app itself, signed in to a real platform with sample people."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.app import App
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.session import Session
from console.settings import Settings
from screens.parts.base import PetworksScreen
from tests.platform_api.api import serving

PASSWORD = "correct horse battery"
USERS = 150


async def until(pilot: Pilot[int], happened: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something that the app will do by itself; when it doesn't, the screen says where it stands."""
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, on_screen(pilot.app)
        await pilot.pause(0.02)


def on_screen(app: App[int]) -> str:
    """All that is drawn now, line by line."""
    lines = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in line) for line in lines[: app.size.height])


@asynccontextmanager
async def signed_in(
    platform: Platform, role: str, *, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[int]]]:
    """The console of one role, on its start screen."""
    with serving(platform) as url:
        session = Session(Settings(url=url, environment="demo"))
        app = ConsoleApp(Settings(url=url, environment="demo"), session, demo=Demo(url, PASSWORD, role))
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(pilot, lambda: app.current_mode in app.tab_names and app.focused)
            yield app, pilot
        await session.close()


def screen_of(app: ConsoleApp, name: str) -> PetworksScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, PetworksScreen)
    assert name == screen.NAME
    return screen
