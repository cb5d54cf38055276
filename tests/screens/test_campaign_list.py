"""The list of surveys and contests: with the mouse, its keys in the help, and what it says and keeps when it could not be loaded."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from textual import events
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widgets import Button, Static

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import SurveyRow, table
from screens.parts.help import Help, all_keys
from screens.parts.pick import Pick
from screens.parts.record_table import RecordTable
from screens.surveys import SurveysScreen
from tests.faults.proxy import Drop
from tests.screens.applications import say
from tests.screens.campaigns import open_screen, rows
from tests.screens.consoles import on_screen, signed_in, signed_in_by_a_bad_line, until
from tests.screens.privacy import fill, form

pytestmark = pytest.mark.anyio

HEAD = 0
"""The table's own line of titles."""


async def listed(app: ConsoleApp, pilot: Pilot[int]) -> SurveysScreen:
    screen = await open_screen(app, pilot)
    await until(pilot, lambda: len(rows(screen)) >= 12 and screen.record)
    return screen


# The mouse


async def test_a_click_shows_a_row_beside_and_a_double_click_goes_into_it(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await listed(app, pilot)
        third, fourth = rows(screen)[2], rows(screen)[3]
        await pilot.click(RecordTable, offset=(8, HEAD + 3))
        await until(pilot, lambda: screen.record and screen.record.number == third.number)
        assert not screen.has_class("-inside")
        await pilot.click(RecordTable, offset=(8, HEAD + 4), times=2)
        await until(pilot, lambda: screen.record and screen.record.number == fourth.number)
        assert screen.has_class("-inside") and screen.detail.has_focus


async def test_the_wheel_scrolls_the_list_and_leaves_the_cursor_on_its_record(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager", size=(120, 12)) as (app, pilot):
        screen = await listed(app, pilot)
        first = screen.table.cursor_record
        at = screen.table.region.offset + Offset(8, 3)
        for _ in range(3):
            app.post_message(events.MouseScrollDown(None, at.x, at.y, 0, 1, 0, False, False, False, at.x, at.y))
        await until(pilot, lambda: screen.table.scroll_y > 0)
        assert screen.table.cursor_record is first


async def test_a_click_on_a_column_s_title_sorts_by_it_and_another_turns_it_round(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await listed(app, pilot)
        place = on_screen(app).splitlines()[screen.table.region.y].index("Closes") - screen.table.region.x
        for sort, falling in (("-closes", True), ("closes", False)):
            await pilot.click(RecordTable, offset=(place, HEAD))
            await until(pilot, lambda sort=sort: screen.sort == sort and len(rows(screen)) >= 12)  # type: ignore[misc]
            assert SurveysScreen.ORDERS[sort] in on_screen(app)
            found = [each.closes for each in rows(screen) if each.closes is not None]
            assert found == sorted(found, reverse=falling)


# The help


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        ("manager", {"next step", "new", "figures", "breakdowns", "free texts", "entries", "sort", "filter"}, set()),
        ("auditor", {"figures", "entries", "sort", "filter"}, {"next step", "new", "breakdowns", "free texts"}),
    ],
)
async def test_the_help_shows_the_keys_that_work_here(
    seeded_platform: Platform, role: str, has: set[str], lacks: set[str]
):
    async with signed_in(seeded_platform, role) as (app, pilot):
        screen = await listed(app, pilot)
        live = all_keys(screen)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, Help))
        told = str(app.screen.query(Static)[1].content)
        assert [each.split(maxsplit=1)[0] for each in told.splitlines()] == [keys.split()[0] for keys, _ in live]
        assert has <= {does for _, does in live} and not lacks & {does for _, does in live}
        assert "Keys · Surveys" in on_screen(app)


# What could not be loaded


async def test_a_list_that_never_came_says_what_to_do_and_comes_when_the_platform_is_back(seeded_platform: Platform):
    async with signed_in_by_a_bad_line(seeded_platform, "manager") as (app, pilot, proxy):
        proxy.faults = [Drop()] * 600
        await pilot.press("6")
        await until(pilot, lambda: "ctrl+r" in on_screen(app) and "No connection" in on_screen(app), 60)
        proxy.faults = []
        await pilot.press("ctrl+r")
        screen = app.screen
        assert isinstance(screen, SurveysScreen)
        await until(pilot, lambda: len(rows(screen)) >= 12 and "No connection" not in on_screen(app), 60)


@contextmanager
def broken(platform: Platform) -> Iterator[None]:
    """The platform answers 500: a table of its own is not where it looks for it."""

    def rename(old: str, new: str) -> None:
        with platform.database.writing() as session:
            session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    name = table(SurveyRow).name
    rename(name, f"{name}_elsewhere")
    yield
    rename(f"{name}_elsewhere", name)


async def test_a_platform_that_fails_names_the_request_and_the_key_and_loses_nothing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await listed(app, pilot)
        await pilot.press("slash")
        screen.bar.typing.value = "kind:survey"
        await pilot.press("enter")
        await until(pilot, lambda: {each.kind for each in rows(screen)} == {"survey"})
        shown = [each.number for each in rows(screen)]
        with broken(seeded_platform):
            await pilot.press("ctrl+r")
            await until(pilot, lambda: "ctrl+r" in on_screen(app) and "equest" in on_screen(app))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: [each.number for each in rows(screen)] == shown)
        assert "kind:survey" in on_screen(app)


async def test_a_draft_that_could_not_be_sent_is_there_again(seeded_platform: Platform):
    async with signed_in_by_a_bad_line(seeded_platform, "manager") as (app, pilot, proxy):
        screen = await listed(app, pilot)
        for sent in (False, True):
            await pilot.press("n")
            await until(pilot, lambda: isinstance(app.screen, Pick))
            await pilot.press("down", "enter")
            asked = await form(app, pilot)
            if not sent:
                fill(
                    asked,
                    title="A prize",
                    prize="Food",
                    prize_value="64.00",
                    opens="now",
                    closes="+3d",
                    rules="One each.",
                )
                proxy.faults = [Drop()] * 600
            assert asked.typed()["prize"].typed == "Food"
            asked.query_one("#act", Button).press()
            if not sent:
                await until(pilot, lambda: app.screen is screen and "No answer came" in on_screen(app), 60)
                proxy.faults = []
        await say(app, pilot, "the draft is saved")
