"""How the table looks in each of its states: pictures that a person has looked at. `--snapshot-update` makes them anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.pilot import Pilot

from console.app import style_sheet
from console.errors import ConnectionFailed, Problem
from screens.parts.themes import DARK
from tests.screens.listed import Listed
from tests.screens.parts.test_record_table import TableApp, until

Compare = Callable[..., bool]
Before = Callable[[Pilot[Any]], Awaitable[None]]
SIZE = (90, 16)


class Styled(TableApp):
    """The table in the console's own style sheet and colours."""

    CSS_PATH = style_sheet()

    def __init__(self, source: Listed) -> None:
        super().__init__(source)
        self.register_theme(DARK)
        self.theme = DARK.name


def app_of(pilot: Pilot[Any]) -> Styled:
    app = pilot.app
    assert isinstance(app, Styled)
    return app


async def rows_came(pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: app_of(pilot).totals)


def test_loading(snap_compare: Compare):
    source = Listed(range(1000, 0, -1))
    source.open.clear()
    assert snap_compare(Styled(source), terminal_size=SIZE)


def test_rows_with_cursor_and_marks(snap_compare: Compare):
    async def before(pilot: Pilot[Any]) -> None:
        await rows_came(pilot)
        await pilot.press("j", "space", "space", "j")

    assert snap_compare(Styled(Listed(range(1000, 0, -1))), terminal_size=SIZE, run_before=before)


def test_empty(snap_compare: Compare):
    assert snap_compare(Styled(Listed([])), terminal_size=SIZE, run_before=rows_came)


def test_failed(snap_compare: Compare):
    async def before(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: app_of(pilot).failures)

    source = Listed(range(1000, 0, -1))
    source.failure = Problem.of(503, {"title": "The platform is busy.", "request_id": "req-77"})
    assert snap_compare(Styled(source), terminal_size=SIZE, run_before=before)


def test_offline(snap_compare: Compare):
    async def before(pilot: Pilot[Any]) -> None:
        await rows_came(pilot)
        app_of(pilot).source.failure = ConnectionFailed("No connection.")
        app_of(pilot).table.reload()
        await until(pilot, lambda: app_of(pilot).failures)

    assert snap_compare(Styled(Listed(range(1000, 0, -1))), terminal_size=SIZE, run_before=before)


def test_cut_short(snap_compare: Compare):
    assert snap_compare(Styled(Listed(range(20, 0, -1), exact=False)), terminal_size=SIZE, run_before=rows_came)


def test_narrow(snap_compare: Compare):
    assert snap_compare(Styled(Listed(range(1000, 0, -1))), terminal_size=(44, 12), run_before=rows_came)
