"""The table in an app: keys, mouse, states, and the cursor that stays on its record."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot

from console.errors import ConnectionFailed, Problem
from console.text import line
from screens.parts.record_table import Column, RecordTable
from screens.parts.record_table.plan import page_size
from screens.parts.record_table.window import PAGES_KEPT
from tests.screens.listed import Listed, user

pytestmark = pytest.mark.anyio

COLUMNS = (
    Column("Number", 9, lambda found: Content(found.number), sort="number"),
    Column("Name", None, lambda found: line(found.name)),
    Column("E-mail", 24, lambda found: line(found.email), priority=2),
    Column("State", 10, lambda found: Content(found.state), priority=1),
)


class TableApp(App[None]):
    """A table alone on the screen, and what it said."""

    def __init__(self, source: Listed) -> None:
        super().__init__()
        self.source = source
        self.totals: list[str] = []
        self.rested: list[str] = []
        self.by_hand: list[bool] = []
        self.opened: list[str] = []
        self.sorts: list[str] = []
        self.failures: list[Exception] = []
        self.missing: list[str] = []

    def compose(self) -> ComposeResult:
        yield RecordTable(COLUMNS, what="users", hint="/ widens the filter")

    def on_mount(self) -> None:
        self.table.sort = "-number"
        self.table.show(self.source)

    @property
    def table(self) -> RecordTable:
        return self.query_one(RecordTable)

    @property
    def cursor(self) -> str | None:
        return self.table.cursor_record.number if self.table.cursor_record else None

    @property
    def shown(self) -> list[str]:
        """The lines on the screen, as text."""
        return [self.table.render_line(y).text.rstrip() for y in range(self.table.size.height)]

    def on_record_table_loaded(self, message: RecordTable.Loaded) -> None:
        self.totals.append(message.total)

    def on_record_table_highlighted(self, message: RecordTable.Highlighted) -> None:
        self.rested.append(message.record.number)
        self.by_hand.append(message.by_hand)

    def on_record_table_opened(self, message: RecordTable.Opened) -> None:
        self.opened.append(message.record.number)

    def on_record_table_sort_asked(self, message: RecordTable.SortAsked) -> None:
        self.sorts.append(message.sort)

    def on_record_table_not_in_list(self, message: RecordTable.NotInList) -> None:
        self.missing.append(message.number)

    def on_record_table_failed(self, message: RecordTable.Failed) -> None:
        self.failures.append(message.error)


@asynccontextmanager
async def running(source: Listed, size: tuple[int, int] = (100, 24)) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp(source)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield app, pilot


async def until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
    """Wait for something that the app will do by itself."""
    async with asyncio.timeout(10):
        while not happened():
            await pilot.pause(0.01)


def cursor_line(app: TableApp) -> int:
    return next(y for y, text in enumerate(app.shown) if text.startswith(">"))


async def test_rows_are_grey_until_they_come_and_then_the_cursor_is_on_the_first():
    source = Listed(range(1000, 0, -1))
    source.open.clear()
    async with running(source) as (app, pilot):
        await pilot.pause()
        assert all("░" in text for text in app.shown[1:])
        source.open.set()
        await until(pilot, lambda: app.totals)
        assert app.shown[1].startswith(">  U-1000")
        assert app.totals == ["1,000"]


async def test_a_long_wait_says_what_it_waits_for():
    source = Listed(range(1000, 0, -1))
    source.open.clear()
    async with running(source) as (app, pilot):
        await until(pilot, lambda: "waiting for users" in app.shown[-1])


async def test_an_estimate_is_never_shown_as_a_plain_total():
    async with running(Listed(range(1_048_576, 0, -1), exact=False)) as (app, pilot):
        await until(pilot, lambda: app.totals)
        assert app.totals[-1] == "about 1,049,000"


async def test_keys_move_the_cursor_and_only_a_rest_is_told():
    async with running(Listed(range(1000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.rested == ["U-1000"])
        await pilot.press("j", "down", "j", "k")
        assert app.cursor == "U-998"
        await until(pilot, lambda: app.rested == ["U-1000", "U-998"])


async def test_where_the_screen_puts_the_cursor_is_no_move_by_hand():
    """It would take away what the screen has just said."""
    async with running(Listed(range(1_000_000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.rested == ["U-1000000"])
        ways: tuple[Callable[[], None], ...] = (
            lambda: app.table.go_to("U-999998"),
            lambda: app.table.go_to("U-5"),
            lambda: app.table.show(Listed([7])),
        )
        for way in ways:
            before = len(app.rested)
            way()
            await until(pilot, lambda: len(app.rested) > before)  # noqa: B023 - awaited here
        assert app.by_hand == [False] * 4


@pytest.mark.parametrize("key", ["j", "G", "pagedown"])
async def test_a_key_is_a_move_by_hand(key: str):
    async with running(Listed(range(1_000_000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.rested)
        await pilot.press(key)
        await until(pilot, lambda: len(app.rested) == 2)
        assert app.by_hand == [False, True]


async def test_the_ends_of_ten_million_are_one_key_away():
    async with running(Listed(range(10_000_000, 0, -1), exact=False, drift=4321)) as (app, pilot):
        await until(pilot, lambda: app.cursor)
        await pilot.press("G")
        await until(pilot, lambda: app.cursor == "U-1")
        assert app.shown[-1].startswith(">  U-1")
        await pilot.press("k", "g")
        await until(pilot, lambda: app.cursor == "U-10000000")


async def test_scrolling_far_asks_for_a_place_and_drops_what_is_no_longer_needed():
    source = Listed(range(1_000_000, 0, -1))
    async with running(source) as (app, pilot):
        await until(pilot, lambda: app.totals)
        source.open.clear()
        app.table.scroll_to(y=300_000, animate=False)
        await until(pilot, lambda: source.asked[-1]["fraction"])
        app.table.scroll_to(y=600_000, animate=False)
        await until(pilot, lambda: source.cancelled)
        source.open.set()
        await until(pilot, lambda: "U-4000" in app.shown[1])
        assert app.cursor == "U-1000000"


async def test_a_key_after_scrolling_away_goes_on_from_the_cursor():
    async with running(Listed(range(1_000_000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        app.table.scroll_to(y=600_000, animate=False)
        await until(pilot, lambda: "U-4000" in app.shown[1])
        await pilot.press("j")
        await until(pilot, lambda: app.cursor == "U-999999")
        assert any(text.startswith(">  U-999999") for text in app.shown)


async def test_rows_that_arrive_above_do_not_move_the_cursor():
    source = Listed(range(1000, 0, -1))
    async with running(source) as (app, pilot):
        await until(pilot, lambda: app.totals)
        await pilot.press(*"jjjjj")
        before = cursor_line(app)
        source.numbers = range(1200, 0, -1)
        app.table.reload()
        await until(pilot, lambda: app.totals[-1] == "1,200")
        assert app.cursor == "U-995"
        assert cursor_line(app) == before


async def test_a_new_list_keeps_the_cursor_on_its_record_if_it_is_in_it():
    async with running(Listed(range(1000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        await pilot.press("j", "j")
        app.table.show(Listed(range(1000, 0, -2)))
        await until(pilot, lambda: app.totals[-1] == "500")
        assert app.cursor == "U-998"
        app.table.show(Listed(range(999, 0, -2)))
        await until(pilot, lambda: app.cursor == "U-999")


async def test_a_long_list_after_a_short_one_is_scrolled_to_the_record():
    async with running(Listed(range(5, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        app.table.show(Listed(range(1000, 0, -1)))
        await until(pilot, lambda: app.totals[-1] == "1,000")
        assert any(text.startswith(">  U-5") for text in app.shown)


async def test_a_record_that_left_the_list_leaves_the_cursor_where_it_was():
    source = Listed(range(1000, 0, -1))
    async with running(source) as (app, pilot):
        await until(pilot, lambda: app.totals)
        await pilot.press("j", "j")
        source.numbers = [number for number in range(1000, 0, -1) if number != 998]
        app.table.reload()
        await until(pilot, lambda: app.cursor == "U-997")


async def test_going_to_a_value_puts_the_cursor_on_the_first_record_there():
    async with running(Listed(range(1_000_000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        app.table.go_to_value("4711", lambda user: int(user.number[2:]) <= 4711)
        await until(pilot, lambda: app.cursor == "U-4711")


async def test_news_are_fetched_when_they_are_in_view_and_only_then():
    source = Listed(range(1000, 0, -1))
    async with running(source) as (app, pilot):
        await until(pilot, lambda: app.totals)
        asked = len(source.asked)
        app.table.heard_of({"id-1"})
        await pilot.pause()
        assert len(source.asked) == asked
        app.table.heard_of({"id-995"})
        await until(pilot, lambda: len(source.asked) > asked)
        source.numbers = range(1001, 0, -1)
        app.table.heard_of({"id-1001"}, created=True)
        await until(pilot, lambda: app.totals[-1] == "1,001")
        assert app.cursor == "U-1000"


async def test_a_record_that_is_filtered_out_leaves_its_place_to_its_neighbour():
    source = Listed(range(1000, 0, -1))
    async with running(source) as (app, pilot):
        await until(pilot, lambda: app.totals)
        await pilot.press("j", "j")
        before = cursor_line(app)
        source.gone = {998}
        app.table.reload()
        await until(pilot, lambda: app.cursor == "U-997")
        assert cursor_line(app) == before


async def test_jumping_to_a_number_and_to_one_that_is_not_there():
    async with running(Listed(range(1_000_000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        app.table.go_to("U-4711")
        await until(pilot, lambda: app.cursor == "U-4711")
        app.table.go_to("U-9999999")
        await until(pilot, lambda: app.missing == ["U-9999999"])
        assert app.cursor == "U-4711"
        assert any("U-4711" in text for text in app.shown)


async def test_marks_are_signs_and_stay_with_their_records():
    async with running(Listed(range(1000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        await pilot.press("space", "j", "space")
        assert app.table.marked == {"id-1000", "id-998"}
        assert app.shown[1].startswith(" * U-1000")
        await pilot.press("k", "space")
        assert app.table.marked == {"id-1000"}


async def test_a_record_out_of_sight_is_not_marked_blindly():
    async with running(Listed(range(1000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        app.table.scroll_to(y=60, animate=False)
        await pilot.press("space")
        assert app.table.marked == frozenset()
        assert app.shown[1].startswith(">  U-1000")
        app.table.scroll_to(y=700, animate=False)
        await until(pilot, lambda: "U-300" in app.shown[1])
        await pilot.press("space")
        await until(pilot, lambda: any(text.startswith(">  U-1000") for text in app.shown))
        assert app.table.marked == frozenset()


async def test_a_newer_state_is_drawn_in_place():
    async with running(Listed(range(1000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        app.table.refresh_record(user(999).model_copy(update={"state": "erased", "version": 2}))
        assert "erased" in app.shown[2]


async def test_a_click_moves_a_double_click_opens_and_a_title_sorts():
    async with running(Listed(range(1000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        await pilot.click(RecordTable, offset=(5, 4))
        assert app.cursor == "U-997"
        await pilot.click(RecordTable, offset=(5, 5), times=2)
        await until(pilot, lambda: app.opened == ["U-996"])
        await pilot.click(RecordTable, offset=(5, 0))
        await until(pilot, lambda: app.sorts == ["number"])


async def test_an_empty_list_says_so_and_what_widens_it():
    async with running(Listed([])) as (app, pilot):
        await until(pilot, lambda: app.totals == ["0"])
        assert "No users here." in app.shown[2]
        assert "/ widens the filter" in app.shown[3]
        await pilot.press("j", "G", "g", "space", "enter", "pagedown")
        assert app.cursor is None


async def test_a_failure_names_itself_the_request_and_the_key_to_try_again():
    source = Listed(range(1000, 0, -1))
    source.failure = Problem.of(500, {"title": "It broke.", "request_id": "req-77"})
    async with running(source) as (app, pilot):
        await until(pilot, lambda: app.failures)
        text = "\n".join(app.shown)
        assert "Can't load the users: It broke." in text
        assert "Request req-77." in text
        source.failure = None
        app.table.reload()
        await until(pilot, lambda: app.cursor == "U-1000")


async def test_offline_keeps_the_last_rows_and_tells_their_age():
    source = Listed(range(1000, 0, -1))
    async with running(source) as (app, pilot):
        await until(pilot, lambda: app.totals)
        source.failure = ConnectionFailed("no route")
        app.table.reload()
        await until(pilot, lambda: app.failures)
        assert "Offline: this is moments old" in app.shown[-1]
        assert "U-1000" in app.shown[1]
        source.failure = None
        app.table.reload()
        await until(pilot, lambda: "Offline" not in app.shown[-1])


async def test_a_list_that_was_cut_short_is_no_complete_one():
    async with running(Listed(range(20, 0, -1), exact=False)) as (app, pilot):
        await until(pilot, lambda: app.totals)
        assert app.totals[-1] == "first 20 of more"
        assert "first 20 of more" in app.shown[-1]


async def test_narrow_terminals_drop_columns_by_priority_and_lines_keep_their_width():
    async with running(Listed(range(1000, 0, -1)), size=(40, 12)) as (app, pilot):
        await until(pilot, lambda: app.totals)
        assert "E-mail" not in app.shown[0]
        assert "State" in app.shown[0]
        assert {app.table.render_line(y).cell_length for y in range(12)} == {40}


async def test_memory_is_the_same_after_walking_far():
    async with running(Listed(range(1_000_000, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        for _ in range(40):
            await pilot.press("pagedown", "pagedown")
            await until(pilot, lambda: app.table.cursor_record)
        assert app.cursor == f"U-{1_000_000 - 80 * 22}"
        assert len(app.table.window) <= PAGES_KEPT * page_size(24)
