"""Values from Google in the console: asked for with a case, allowed by a second person, then revealed."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import UserRow
from screens.parts.pick import Pick
from screens.users import UsersScreen
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import MARIA, add_person
from tests.platform_api.privacy_made import add_request
from tests.screens.applications import answer, question, say
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.privacy import number_of, take

pytestmark = pytest.mark.anyio


async def at(app: ConsoleApp, pilot: Pilot[int], number: str) -> UsersScreen:
    await pilot.press("2")
    await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.table.cursor_record)
    screen = app.screen
    assert isinstance(screen, UsersScreen)
    screen.go_to(number)
    await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


async def pick(app: ConsoleApp, pilot: Pilot[int], *wanted: str) -> None:
    """One list after the other."""
    for each in wanted:
        await until(pilot, lambda each=each: isinstance(app.screen, Pick) and each in on_screen(app))  # type: ignore[misc]
        options = app.screen.query_one(OptionList)
        ids = [option.id or "" for option in options.options]
        options.highlighted = next(place for place, known in enumerate(ids) if known.startswith(each_id(each)))
        await pilot.press("enter")


def each_id(words: str) -> str:
    return {"Values from Google": "google-access", "Ask for them": "ask", "Allow GA": "allow "}[words]


async def test_one_asks_and_another_allows(seeded_platform: Platform) -> None:
    person = add_person(seeded_platform)
    number = f"U-{row_of(seeded_platform, UserRow, person).number}"
    request = add_request(seeded_platform, "access", person=person)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, request))
        screen = await at(app, pilot, number)
        assert "second person" in screen.record.withheld["google_email"]  # type: ignore[union-attr]
        await pilot.press("x")
        await pick(app, pilot, "Values from Google", "Ask for them")
        asked = await question(app, pilot)
        answer(asked, "consent", "She agreed by mail.")
        await say(app, pilot, "GA-7 is asked for")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await at(app, pilot, number)
        await pilot.press("x")
        await pick(app, pilot, "Values from Google", "Allow GA")
        asked = await question(app, pilot)
        assert "She agreed by mail." in on_screen(app) and "The person agreed" in on_screen(app)
        answer(asked)
        await say(app, pilot, "GA-7: allowed.")
        await pilot.press("x")
        await pick(app, pilot, "Values from Google")
        await say(app, pilot, "Nobody asks for what came from Google")
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, request))
        screen = await at(app, pilot, number)
        assert "google_email" not in screen.record.withheld  # type: ignore[union-attr]
        assert MARIA["google_email"] not in on_screen(app)
