"""Colleagues who have the same record open see each other's number, and nothing depends on it."""

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.records.tickets import Ticket
from screens.parts import presence
from screens.parts.list_detail import ListDetailScreen
from screens.parts.presence import others_words
from tests.platform_api.api import Api, serving
from tests.platform_api.test_presence import look, number_of, rows
from tests.screens.applications import add_queue, look_at
from tests.screens.applications import number_of as application_number
from tests.screens.consoles import on_screen, screen_of, signed_in, until

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "REST_SECONDS", 0.01)
    monkeypatch.setattr(presence, "SAY_SECONDS", 0.1)


def beside(platform: Platform, name: str, record: str, resource: str = "tickets") -> None:
    """A colleague's console has it open."""
    with serving(platform) as url, Api(url, platform) as api:
        assert look(api.sign_in(name), record, resource).status_code == 200


async def first_ticket(app: ConsoleApp, pilot: Pilot[int]) -> ListDetailScreen:
    screen = screen_of(app, "tickets")
    assert isinstance(screen, ListDetailScreen)
    await until(pilot, lambda: screen.record)
    return screen


async def test_who_else_looks_at_a_ticket_stands_in_its_head(seeded_platform: Platform) -> None:
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await first_ticket(app, pilot)
        assert isinstance(screen.record, Ticket)
        beside(seeded_platform, "manager", screen.record.number)
        said = f"{number_of(seeded_platform, 'manager')} is looking too"
        await until(pilot, lambda: said in on_screen(app))
        await pilot.press("j")
        await until(pilot, lambda: screen.record and said not in on_screen(app))


async def test_the_record_before_is_left(seeded_platform: Platform) -> None:
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await first_ticket(app, pilot)
        first = screen.record
        assert first is not None
        await until(pilot, lambda: [row.record for row in rows(seeded_platform)] == [first.id])
        await pilot.press("j")
        await until(pilot, lambda: screen.record and screen.record.id != first.id)
        second = screen.record
        assert second is not None
        await until(pilot, lambda: [row.record for row in rows(seeded_platform)] == [second.id])


async def test_another_tab_leaves_it_and_coming_back_is_there_again(seeded_platform: Platform) -> None:
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await first_ticket(app, pilot)
        await until(pilot, lambda: rows(seeded_platform))
        await pilot.press("2")
        await until(pilot, lambda: not rows(seeded_platform))
        await pilot.press("1")
        await until(pilot, lambda: rows(seeded_platform))


async def test_a_dialog_over_it_leaves_it_not(seeded_platform: Platform) -> None:
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await first_ticket(app, pilot)
        await until(pilot, lambda: rows(seeded_platform))
        [before] = rows(seeded_platform)
        await pilot.press("x")
        await until(pilot, lambda: len(app.screen_stack) > 1)
        await until(pilot, lambda: [row.until > before.until for row in rows(seeded_platform)] == [True])


async def test_applications_have_it_too(seeded_platform: Platform) -> None:
    [application] = add_queue(seeded_platform, 1)
    number = application_number(seeded_platform, application)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number)
        beside(seeded_platform, "support", number, "pro-applications")
        said = f"{number_of(seeded_platform, 'support')} is looking too"
        await until(pilot, lambda: said in on_screen(app))


async def test_a_platform_that_has_no_presence_is_no_matter(
    seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fails(*_: object) -> list[str]:
        asked.append(True)
        raise RuntimeError("not today")

    monkeypatch.setattr("console.platform_api.presence.look", fails)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await first_ticket(app, pilot)
        await until(pilot, lambda: len(asked) > 1)
        assert not screen.query_one("#notice").display
        assert "looking too" not in on_screen(app)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (("E-7",), "E-7 is looking too"),
        (("E-7", "E-9"), "E-7 and E-9 are looking too"),
        (("E-1", "E-2", "E-3", "E-4", "E-5"), "E-1, E-2, E-3 and 2 more are looking too"),
        (("E-\x1b[31m",), "E-␛[31m is looking too"),
    ],
)
async def test_words(others: tuple[str, ...], words: str) -> None:
    assert others_words(others) == words
