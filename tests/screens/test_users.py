"""The users screen, in the console, against a real platform."""

import asyncio
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from screens.parts.filter_bar import FilterBar, FilterInput
from screens.parts.pick import Pick
from screens.parts.record_table import RecordTable
from screens.users import UsersScreen
from tests.platform_api.people import log_of
from tests.screens.consoles import USERS, on_screen, select, signed_in, until

pytestmark = pytest.mark.anyio


async def open_users(app: ConsoleApp, pilot: Pilot[int]) -> UsersScreen:
    await pilot.press("2")
    await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.table.cursor_record)
    screen = app.screen
    assert isinstance(screen, UsersScreen)
    return screen


async def type_filter(pilot: Pilot[int], text: str) -> None:
    await pilot.press("slash")
    pilot.app.screen.query_one(FilterInput).value = text
    await pilot.press("enter")


def shown_numbers(screen: UsersScreen) -> list[str]:
    return [record.number for record in screen.table.window.rows]


async def test_the_list_is_masked_newest_first_with_its_total(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        assert shown_numbers(screen)[:2] == [f"U-{USERS}", f"U-{USERS - 1}"]
        await until(pilot, lambda: f"{USERS}" in on_screen(app).splitlines()[2])
        assert "•••" in on_screen(app)


async def test_a_look_shows_the_person_beside_the_list(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: screen.record and screen.record.number == f"U-{USERS - 2}")
        await until(pilot, lambda: "Contact" in on_screen(app) and "you looked" in on_screen(app))


async def test_whoever_is_gone_to_is_looked_at_once_also_when_the_list_comes_first(
    seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        fetch, list_is_here, asked = app.session.client.record, asyncio.Event(), []

        async def after_the_list(collection: str, number: str, **given: Any) -> Any:
            asked.append(number)
            await list_is_here.wait()
            return await fetch(collection, number, **given)

        monkeypatch.setattr(app.session.client, "record", after_the_list)
        await pilot.press("colon", *"U-7", "enter")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.table.cursor_record)
        screen = app.screen
        assert isinstance(screen, UsersScreen)
        await until(pilot, lambda: screen.table.cursor_record and screen.table.cursor_record.number == "U-7")
        row = screen.table.cursor_record
        assert row is not None
        screen.table.post_message(RecordTable.Highlighted(row, False))  # as it does when the cursor has rested
        screen.table.post_message(RecordTable.Opened(row))
        await pilot.pause()
        list_is_here.set()
        await until(pilot, lambda: screen.record)
    assert asked.count("U-7") == 1 and len(log_of(seeded_platform, "users:read")) == 1


async def test_a_filter_is_completed_and_narrows_the_list(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await type_filter(pilot, "pro:y")
        await until(pilot, lambda: screen.filter.words == "pro:yes" and len(screen.table.window))
        assert all(getattr(record, "pro", False) for record in screen.table.window.rows)
        assert "/ pro:yes" in on_screen(app)


async def test_a_filter_that_makes_no_sense_says_so_and_changes_nothing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await type_filter(pilot, "stat:active")
        await until(pilot, lambda: "There is no stat: here" in on_screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is screen.table)
        assert screen.filter.words == ""


async def test_a_number_finds_one_person_and_an_empty_filter_shows_all_again(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await type_filter(pilot, "u-7")
        await until(pilot, lambda: shown_numbers(screen) == ["U-7"])
        assert "/ search by number" in on_screen(app)
        await type_filter(pilot, "")
        await until(pilot, lambda: len(screen.table.window) > 1)
        assert screen.table.cursor_record is not None
        assert screen.table.cursor_record.number == "U-7"


async def test_what_was_searched_for_stands_nowhere_and_comes_back_by_no_key(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await type_filter(pilot, "nobody.at.all@example.com")
        await until(pilot, lambda: "No users here" in on_screen(app))
        assert "nobody.at.all" not in on_screen(app)
        await pilot.press("slash", "up")
        assert screen.query_one(FilterInput).value == ""


async def test_names_are_searched_for_with_a_case_in_hand_only(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await open_users(app, pilot)
        await type_filter(pilot, "name:maria")
        await until(pilot, lambda: "take a case in hand first" in on_screen(app))


async def test_another_order_keeps_the_cursor_on_its_person(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: screen.record and screen.record.number == f"U-{USERS - 2}")
        await pilot.press("s", "j", "enter")
        await until(pilot, lambda: screen.sort == "number" and len(screen.table.window))
        await until(pilot, lambda: screen.table.cursor_record and "oldest first" in on_screen(app))
        assert screen.table.cursor_record is not None
        assert screen.table.cursor_record.number == f"U-{USERS - 2}"


async def test_going_to_a_date(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        screen.post_message(UsersScreen.SortChosen("registered"))
        await until(pilot, lambda: screen.sort == "registered" and len(screen.table.window))
        await pilot.press("at", *"2999-01-01", "enter")
        await until(
            pilot, lambda: screen.table.cursor_record == screen.table.window.record(screen.table.window.total - 1)
        )


async def test_a_narrow_terminal_shows_the_list_or_the_person(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support", size=(80, 24)) as (app, pilot):
        screen = await open_users(app, pilot)
        assert not screen.detail.display
        await pilot.press("enter")
        await until(pilot, lambda: screen.detail.display and "Contact" in on_screen(app))
        assert not screen.table.display
        await pilot.press("escape")
        await until(pilot, lambda: screen.table.display)


async def test_a_lock_asks_for_a_reason_and_shows_in_the_list(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await type_filter(pilot, "state:active")
        await until(pilot, lambda: screen.record and screen.record.find_action("lock").allowed)
        screen.do("lock")
        await until(pilot, lambda: app.screen.query("#act"))
        await select(pilot, "#reason", "takeover")
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: screen.record and getattr(screen.record, "state", "") == "locked")
        await until(pilot, lambda: "locked" in on_screen(app))


async def test_what_others_change_comes_by_itself_and_leaves_the_cursor(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await until(pilot, lambda: screen.record is not None and app.session.offer is not None)
        await pilot.press("j")
        other = screen.table.window.rows[4]
        await pilot.pause(0.5)
        await app.session.client.act(
            "users", other.id, "opt-out", {"topics": ["specials"], "channel": "email"}, version=other.version
        )
        await until(pilot, lambda: (found := screen.table.find_record(other.id)) and found.version > other.version)
        assert screen.table.cursor_record is not None
        assert screen.table.cursor_record.number == f"U-{USERS - 1}"


async def lock_marked(app: ConsoleApp, pilot: Pilot[int], screen: UsersScreen) -> None:
    """`x`, lock, with a reason, and yes."""
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, Pick))
    app.screen.dismiss("lock")
    await until(pilot, lambda: app.screen.query("#act"))
    await select(pilot, "#reason", "takeover")
    app.screen.query_one("#act", Button).press()
    await until(pilot, lambda: app.screen is screen)


async def test_one_deed_on_all_marked_after_a_dry_run(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await type_filter(pilot, "state:locked")
        await until(pilot, lambda: screen.filter.words and len(screen.table.window))
        await pilot.press("space")
        locked = set(screen.table.marked)
        await type_filter(pilot, "state:active")
        await until(pilot, lambda: screen.filter.words == "state:active" and len(screen.table.window))
        await pilot.press("space", "space", "space")
        marked = screen.table.marked - locked
        await until(pilot, lambda: f"* {len(marked) + 1} marked" in on_screen(app))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        app.screen.dismiss("lock")
        await until(pilot, lambda: "Lock 3 users" in on_screen(app) and "Not allowed for 1" in on_screen(app))
        await select(pilot, "#reason", "takeover")
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "Lock: 3 done." in on_screen(app))
        assert screen.table.marked == frozenset()
        states = [(await app.session.client.record("users", id)).state for id in marked]
        assert states == ["locked"] * 3


async def test_what_failed_stays_marked_and_is_tried_again_alone(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_users(app, pilot)
        await type_filter(pilot, "state:active")
        await until(pilot, lambda: screen.filter.words == "state:active" and len(screen.table.window))
        await pilot.press("space", "space")
        first = screen.table.window.rows[0]
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        app.screen.dismiss("lock")
        await until(pilot, lambda: app.screen.query("#act"))
        await app.session.client.act(
            "users", first.id, "opt-out", {"topics": ["products"], "channel": "web"}, version=first.version
        )
        await select(pilot, "#reason", "takeover")
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "Lock: 1 done, 1 failed" in on_screen(app))
        assert screen.table.marked == {first.id}
        await lock_marked(app, pilot, screen)
        await until(pilot, lambda: "Lock: 1 done." in on_screen(app))


async def test_the_auditor_finds_nobody(seeded_platform: Platform):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        if "users" in app.tab_names:
            screen = await open_users(app, pilot)
            assert screen.query_one(FilterBar).vocabulary.terms == ()
