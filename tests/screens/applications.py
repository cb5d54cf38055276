"""Applications on a platform, and the console of somebody who works on them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from textual.pilot import Pilot
from textual.widgets import Button, Input, Select

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow, TicketRow, table
from console.records.pro_applications import ProApplication
from screens.parts.confirm import Confirm
from screens.pro_applications import ProApplicationsScreen
from tests.platform_api.api import Api
from tests.platform_api.applications_made import add_application
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import post
from tests.screens.consoles import until
from tests.screens.money import flat

LONG_AGO = timedelta(days=900)
HERE = "99501"
"""The postcode of a test's own applications: a filter by it shows no others."""


def number_of(platform: Platform, application: str) -> str:
    return f"PA-{row_of(platform, ProApplicationRow, application).number}"


def state_of(platform: Platform, application: str) -> str:
    return str(row_of(platform, ProApplicationRow, application).state)


def add_queue(platform: Platform, count: int, **more: Any) -> list[str]:
    """Complete applications that wait since long ago, the first one longest; all of one postcode."""
    began = platform.clock() - LONG_AGO
    return [
        add_application(platform, received=began + timedelta(hours=place), profile={"postcode": HERE}, **more)
        for place in range(count)
    ]


async def open_screen(app: ConsoleApp, pilot: Pilot[int]) -> ProApplicationsScreen:
    await pilot.press("3")
    await until(pilot, lambda: isinstance(app.screen, ProApplicationsScreen) and app.screen.table.status.heard)
    assert isinstance(app.screen, ProApplicationsScreen)
    return app.screen


async def look_at(app: ConsoleApp, pilot: Pilot[int], number: str) -> ProApplicationsScreen:
    screen = await open_screen(app, pilot)
    screen.go_to(number)
    await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


async def only_ours(app: ConsoleApp, pilot: Pilot[int]) -> ProApplicationsScreen:
    """The queue of the test's own applications."""
    screen = await open_screen(app, pilot)
    await pilot.press("slash")
    screen.bar.typing.value = f"state:submitted,in_review,reopened postcode:{HERE}"
    await pilot.press("enter")
    await until(pilot, lambda: len(screen.table.window) and screen.record)
    return screen


def shown(screen: ProApplicationsScreen) -> ProApplication:
    assert isinstance(screen.record, ProApplication)
    return screen.record


def rows(screen: ProApplicationsScreen) -> list[ProApplication]:
    return [each for each in screen.table.window.rows if isinstance(each, ProApplication)]


async def take(app: ConsoleApp, pilot: Pilot[int], number: str) -> ProApplicationsScreen:
    screen = await look_at(app, pilot, number)
    await pilot.press("t")
    await until(pilot, lambda: app.session.case is not None and shown(screen).yours)
    return screen


async def question(app: ConsoleApp, pilot: Pilot[int], key: str = "") -> Confirm:
    """The question that a key asks."""
    if key:
        await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
    asked = app.screen
    assert isinstance(asked, Confirm)
    await until(pilot, lambda: all(each.query("#label") for each in asked.query("SelectCurrent")))
    return asked


def answer(asked: Confirm, reason: str = "", text: str = "") -> None:
    if reason:
        asked.query_one("#reason", Select).value = reason
    if text:
        asked.query_one("#text", Input).value = text
    asked.query_one("#act", Button).press()


async def say(app: ConsoleApp, pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: words in flat(app))


def lapse(platform: Platform, application: str) -> None:
    """The claim on its case has run out."""
    tickets, case = table(TicketRow), row_of(platform, ProApplicationRow, application).ticket
    past = platform.clock() - timedelta(minutes=1)
    with platform.database.writing() as session:
        session.connection().execute(update(tickets).where(tickets.c.id == case).values(lease_until=past))


async def as_another(app: ConsoleApp, platform: Platform, who: str, application: str, *deeds: tuple[str, Any]) -> None:
    """Somebody else does these things to it, wherever they sit."""

    def work() -> None:
        with Api(str(app.settings.url), platform) as api:
            client = api.sign_in(who)
            for name, body in deeds:
                version = row_of(platform, ProApplicationRow, application).version
                done = post(client, f"/v1/pro-applications/{application}/{name}", body, version=version)
                assert done.status_code == 200, done.text

    await asyncio.to_thread(work)


async def marked(screen: ProApplicationsScreen, pilot: Pilot[int], count: int) -> None:
    screen.table.focus()
    await pilot.press("g", *["space"] * count)
    await until(pilot, lambda: len(screen.table.marked) == count)
