"""Privacy requests on a platform, and the console of somebody who works on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Button, Input, Select, TextArea

from console.app import ConsoleApp
from console.platform_api import erasure_plan
from console.platform_api.platform import Platform
from console.platform_api.tables import ErasurePlanRow, PrivacyPackageRow, PrivacyRequestRow
from console.records.privacy_requests import PrivacyRequest
from screens.parts.composer_dialog import Composer
from screens.parts.question_form import QuestionForm
from screens.parts.tick import Tick
from screens.privacy_requests import PrivacyRequestsScreen
from tests.platform_api.orders_made import row_of
from tests.screens.consoles import until


def number_of(platform: Platform, request: str) -> str:
    return f"PR-{row_of(platform, PrivacyRequestRow, request).number}"


def state_of(platform: Platform, request: str) -> str:
    return str(row_of(platform, PrivacyRequestRow, request).state)


async def open_screen(app: ConsoleApp, pilot: Pilot[int]) -> PrivacyRequestsScreen:
    await pilot.press("5")
    await until(pilot, lambda: isinstance(app.screen, PrivacyRequestsScreen) and app.screen.table.status.heard)
    assert isinstance(app.screen, PrivacyRequestsScreen)
    return app.screen


async def look_at(app: ConsoleApp, pilot: Pilot[int], number: str) -> PrivacyRequestsScreen:
    screen = await open_screen(app, pilot)
    screen.go_to(number)
    await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


async def take(app: ConsoleApp, pilot: Pilot[int], number: str) -> PrivacyRequestsScreen:
    screen = await look_at(app, pilot, number)
    await pilot.press("t")
    await until(pilot, lambda: app.session.case is not None and shown(screen).yours)
    return screen


def shown(screen: PrivacyRequestsScreen) -> PrivacyRequest:
    assert isinstance(screen.record, PrivacyRequest)
    return screen.record


def rows(screen: PrivacyRequestsScreen) -> list[PrivacyRequest]:
    return [each for each in screen.table.window.rows if isinstance(each, PrivacyRequest)]


async def form(app: ConsoleApp, pilot: Pilot[int], key: str = "") -> QuestionForm:
    """The form that a key opens."""
    if key:
        await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, QuestionForm) and app.screen.query("#act"))
    asked = app.screen
    assert isinstance(asked, QuestionForm)
    await until(pilot, lambda: all(len(each.children) == 2 for each in asked.query(".form-row")))
    await until(pilot, lambda: all(each.query("#label") for each in asked.query("SelectCurrent")))
    return asked


def fill(asked: QuestionForm, **values: str | bool) -> None:
    for name, value in values.items():
        widget = asked.query_one(f"#q-{name}")
        if isinstance(widget, TextArea):
            widget.text = str(value)
        else:
            assert isinstance(widget, Input | Select | Tick)
            widget.value = value


async def send(app: ConsoleApp, pilot: Pilot[int], asked: QuestionForm) -> None:
    """Press its button, and wait until it is gone."""
    asked.query_one("#act", Button).press()
    await until(pilot, lambda: app.screen is not asked)


async def letter(app: ConsoleApp, pilot: Pilot[int]) -> Composer:
    """The composer, as it is opened."""
    await until(pilot, lambda: isinstance(app.screen, Composer) and app.screen.query("#act"))
    composer = app.screen
    assert isinstance(composer, Composer)
    return composer


def add_plan(platform: Platform, request: str, *, stopped: bool = False) -> None:
    """A plan as the platform makes it, with a line of each effect."""
    until_when = (platform.clock() + timedelta(days=7 * 365)).isoformat()
    lines: list[dict[str, Any]] = [
        {"effect": "deletes", "what": "profile", "count": 1},
        {"effect": "deletes", "what": "messages", "count": 14},
        {"effect": "redacts", "what": "messages", "count": 3},
        {
            "effect": "keeps",
            "what": "payments",
            "count": 6,
            "basis": "accounting",
            "key": "own",
            "until": until_when,
        },
    ]
    if stopped:
        lines.append({"effect": "stops", "what": "open_orders", "count": 2})
    whole = [{"basis": None, "key": None, "until": None, **each} for each in lines]
    with platform.database.writing() as session:
        session.add(
            ErasurePlanRow(request=request, made=platform.clock(), sha256="5a" * 32, stopped=stopped, lines=whole)
        )


def plan_of_today(platform: Platform, request: str, person: str) -> None:
    """The plan that the platform would make now, as it was submitted."""
    with platform.database.writing() as session:
        lines = erasure_plan.make_plan(platform, session.connection(), person, request)
        erasure_plan.store_plan(session.connection(), request, lines, platform.clock())


def add_package(platform: Platform, request: str, **columns: Any) -> None:
    with platform.database.writing() as session:
        session.add(PrivacyPackageRow(request=request, **columns))
