"""The figures of applications in the console: a chart by week with medians and reasons beside it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.errors import ConnectionFailed
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow, table
from console.session import Session
from console.settings import Settings
from screens.parts.application_figures import Figures
from screens.parts.chart_dialog import ChartDialog
from tests.platform_api.api import serving
from tests.screens.applications import open_screen
from tests.screens.consoles import NOW, PASSWORD, on_screen, signed_in, until
from tests.screens.settled import settled
from tests.screens.test_looks import ready

applications = table(ProApplicationRow)

ENDED = ("approved", "approved", "approved", "declined", "declined", "withdrawn", "expired")
REASONS = ("documents", "experience", "area")


def add(platform: Platform, count: int) -> None:
    """So many in place of all that were there: one every twenty hours, most of them decided within days, three that wait too long."""
    now = platform.clock()
    with platform.database.writing() as session:
        session.connection().execute(delete(applications))
        if count:
            session.connection().execute(insert(applications), [_one(now, place) for place in range(count)])


def _one(now: datetime, place: int) -> dict[str, Any]:
    received = now - timedelta(hours=20 * place + 90)
    state = "submitted" if place < 3 else ENDED[place % len(ENDED)]
    decided = None if place < 3 else received + timedelta(hours=18 + 7 * (place % 11))
    reason = REASONS[place % 3] if state == "declined" else None
    return {
        "id": new_id(), "person": new_id(), "received": received, "due": received + timedelta(days=3), "state": state,
        "decided": decided, "reason": reason,
    }  # fmt: skip


async def open_figures(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await open_screen(app, pilot)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(app.screen, ChartDialog) and came(app))
    await pilot.pause()


def came(app: ConsoleApp) -> bool:
    return "together" in on_screen(app) or "No application came" in on_screen(app)


@pytest.mark.anyio
async def test_by_week_first_then_by_day(seeded_platform: Platform) -> None:
    add(seeded_platform, 40)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await open_figures(app, pilot)
        said = on_screen(app)
        assert "by week" in said and "received" in said and "together" in said
        assert "Documents are missing" in said and "overdue" in said
        await pilot.press("d")
        await until(pilot, lambda: "by day" in on_screen(app) and "together" in on_screen(app))
        await pilot.press("c")  # there is one chart alone
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ChartDialog))


@pytest.mark.anyio
async def test_of_nothing_and_when_they_did_not_come(seeded_platform: Platform) -> None:
    add(seeded_platform, 0)
    async with signed_in(seeded_platform, "manager", size=(80, 24)) as (app, pilot):
        await open_figures(app, pilot)
        assert "No application came" in on_screen(app)
        app.screen.post_message(ChartDialog.Failed(ConnectionFailed("gone")))
        await until(pilot, lambda: "could not count the applications" in on_screen(app))


@pytest.mark.anyio
async def test_support_has_no_figures(seeded_platform: Platform) -> None:
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_screen(app, pilot)
        assert not screen.check_action("figures", ())


def test_what_a_newer_platform_says_besides_is_no_matter() -> None:
    """And what is typed into a reason is drawn as text."""
    figures = Figures.model_validate(
        {
            "by": "week",
            "since": "2026-11-02",
            "until": "2026-11-09",
            "reasons": [{"reason": "\x1b[31m[b]new", "count": 2}],
            "new": 1,
        }
    )
    assert figures.charts == ()
    assert figures.aside is not None
    assert "\x1b" not in figures.aside.plain
    assert "[b]new" in figures.aside.plain


# What it looks like

STATES = {"figures_of_applications": 60, "no_figures_of_applications": 0}
SIZES = ((120, 40), (80, 24))


@pytest.mark.usefixtures("utc")
@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(
    still: Platform, snap_compare: Callable[..., bool], state: str, size: tuple[int, int]
) -> None:
    add(still, STATES[state])
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, "manager"), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await ready(app, pilot)
            await open_figures(app, pilot)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
