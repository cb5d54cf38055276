"""What privacy requests look like, at 120x40 and at 80x24, against a real platform on which the time stands still."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.platform_api.tables import UserRow
from console.session import Session
from console.settings import Settings
from screens.privacy_requests import PrivacyRequestsScreen
from tests.platform_api.api import serving
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person
from tests.platform_api.privacy_made import add_request
from tests.screens.applications import question
from tests.screens.consoles import NOW, PASSWORD, until
from tests.screens.privacy import add_package, add_plan, fill, form, open_screen, plan_of_today, send, shown
from tests.screens.settled import settled
from tests.screens.test_looks import ready

pytestmark = pytest.mark.usefixtures("utc")

HOSTILE = "[b]Sue[/b] \x1b]8;;https://evil.example\x07here \u202egnp.exe 🐶 李小龙"
WORDS = "Please delete all that you have about me.\n  See https://evil.example/form [link=x]here[/link]\n"

Step = Callable[[ConsoleApp, Pilot[int], Platform], Awaitable[None]]


def queue(platform: Platform) -> str:
    """One of each kind, of one person, with limits of their own; the filter that shows them alone."""
    person = add_person(platform, email="sue@example.net")
    first = add_request(
        platform, "delete", "in_progress", number=9_001, person=person, received=NOW - timedelta(days=48), assignee="privacy",
        next_due=NOW - timedelta(days=3, hours=1), words=WORDS, asker=HOSTILE, acknowledged=NOW - timedelta(days=40), regime="ctdpa",
    )  # fmt: skip
    add_plan(platform, first, stopped=True)
    others: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
        ("access", "in_progress", 3, {"regime": "ccpa", "acknowledged": NOW}),
        ("correct", "verified", 30, {"regime": "gdpr", "agent": True, "assignee": "privacy2", "acknowledged": NOW}),
        ("concern", "received", 24 * 8 + 1, {}),
        ("delete", "review", 24 * 25 + 1, {"regime": "policy", "acknowledged": NOW}),
        ("opt_out", "effective", 24 * 30 + 1, {}),
    )
    for place, (kind, state, hours, more) in enumerate(others):
        due = NOW + timedelta(hours=hours, minutes=5)
        came = NOW - timedelta(days=9, hours=place)
        made = add_request(
            platform, kind, state, number=9_002 + place, person=person, received=came, next_due=due, **more
        )
        if state == "review":
            add_plan(platform, made)
        elif kind == "access":
            add_package(platform, made, done=5, total=20)
    return f"user:U-{row_of(platform, UserRow, person).number} open:yes"


async def filtered(app: ConsoleApp, pilot: Pilot[int], typed: str, count: int, first: str) -> PrivacyRequestsScreen:
    await ready(app, pilot)
    screen = await open_screen(app, pilot)
    await pilot.press("slash")
    screen.bar.typing.value = typed
    await pilot.press("enter")
    await until(pilot, lambda: len(screen.table.window) == count and screen.record and shown(screen).number == first)
    return screen


async def ours(
    app: ConsoleApp, pilot: Pilot[int], platform: Platform, number: str = "PR-9001"
) -> PrivacyRequestsScreen:
    """The queue of one person, quiet, with one of it beside."""
    screen = await filtered(app, pilot, queue(platform), 6, "PR-9001")
    if number != "PR-9001":
        screen.go_to(number)
        await until(pilot, lambda: screen.record and shown(screen).number == number)
    return screen


async def the_queue_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform)


async def a_plan_that_is_stopped_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform)
    await pilot.press("enter", "t")
    await until(pilot, lambda: app.session.case is not None)


async def a_package_being_built_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform, "PR-9002")


async def one_to_approve_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    person = add_person(platform, email="gone@example.net")
    request = add_request(
        platform, "delete", "review", number=9_010, person=person, received=NOW - timedelta(days=9), acknowledged=NOW,
        next_due=NOW + timedelta(days=25, minutes=5),
    )  # fmt: skip
    plan_of_today(platform, request, person)
    await filtered(app, pilot, f"user:U-{row_of(platform, UserRow, person).number}", 1, "PR-9010")
    await question(app, pilot, "a")


async def one_whose_plan_is_old_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform, "PR-9005")
    await question(app, pilot, "a")


async def one_to_amend_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    """An agent's, whose name can't be drawn as it was typed."""
    add_request(
        platform, "access", "verified", number=9_011, received=NOW - timedelta(days=9), acknowledged=NOW, asker=HOSTILE, agent=True,
        authority="A power of attorney.\nSigned.", next_due=NOW + timedelta(days=25, minutes=5), assignee="privacy",
    )  # fmt: skip
    await filtered(app, pilot, "state:verified assignee:me", 1, "PR-9011")
    await form(app, pilot, "C")


async def one_taken_in_with_faults_of_support(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform)
    asked = await form(app, pilot, "n")
    fill(asked, kind="access", channel="letter", received="last week", words="Tell me what you know.")
    await send(app, pilot, asked)
    await form(app, pilot)


async def who_asks_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    person = add_person(platform, email="asks@example.net")
    made: dict[str, Any] = {"assignee": "privacy", "acknowledged": NOW, "received": NOW}
    add_request(platform, "access", "verifying", number=9_000, person=person, **made)
    screen = await ours(app, pilot, platform, "PR-9000")
    await until(pilot, lambda: shown(screen).yours)
    await form(app, pilot, "a")


async def one_to_deny_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform)
    await question(app, pilot, "d")


STATES: tuple[Step, ...] = (
    the_queue_of_privacy, a_plan_that_is_stopped_of_privacy, a_package_being_built_of_privacy, one_to_approve_of_a_manager,
    one_whose_plan_is_old_of_a_manager, one_to_amend_of_privacy,
    one_taken_in_with_faults_of_support, who_asks_of_privacy, one_to_deny_of_privacy,
)  # fmt: skip
SIZES = {"120x40": (120, 40), "80x24": (80, 24)}
LOOKS = [(state, size) for state in STATES for size in SIZES.values()]


@pytest.mark.parametrize(
    ("state", "size"), LOOKS, ids=[f"{state.__name__}-{width}x{height}" for state, (width, height) in LOOKS]
)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    role = next(each for each in ("support", "privacy", "manager") if state.__name__.endswith(each))
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, role), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot, still)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
