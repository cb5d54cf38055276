"""What the policy looks like, at 120x40 and at 80x24, against a real platform on which the time stands still."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.platform_api.tables import PolicyVersionRow, PrivacyRequestRow, table
from console.session import Session
from console.settings import Settings
from screens.parts.confirm import Confirm
from screens.parts.policy_posting import question
from screens.parts.policy_reader import PolicyReader
from screens.policy import PolicyScreen
from tests.platform_api.api import serving
from tests.platform_api.privacy_made import add_request
from tests.screens.consoles import NOW, PASSWORD, on_screen, until
from tests.screens.settled import settled
from tests.screens.test_looks import ready

pytestmark = pytest.mark.usefixtures("utc")

Step = Callable[[ConsoleApp, Pilot[int]], Awaitable[None]]


def known(platform: Platform) -> None:
    """The published version alone, and a few requests: two to see data, of which one is overdue, and a concern."""
    versions, requests = table(PolicyVersionRow), table(PrivacyRequestRow)
    with platform.database.writing() as session:
        session.connection().execute(delete(versions).where(versions.c.number > 1))
        session.connection().execute(delete(requests))
    add_request(platform, "access", received=NOW - timedelta(days=3))
    add_request(platform, "access", received=NOW - timedelta(days=20))
    add_request(platform, "concern", received=NOW - timedelta(days=1))


async def the_rules(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    await pilot.press("9")
    await until(pilot, lambda: isinstance(app.screen, PolicyScreen) and app.screen.record)


async def a_rule_that_needs_attention(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await the_rules(app, pilot)
    screen = app.screen
    assert isinstance(screen, PolicyScreen)
    screen.go_to("P10")
    await until(pilot, lambda: screen.record and screen.record.number == "P10")


async def the_text_in_force(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await the_rules(app, pilot)
    await pilot.press("o")
    await until(pilot, lambda: isinstance(app.screen, PolicyReader) and "INFORMATION COLLECTION" in on_screen(app))


async def to_post_a_version(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await the_rules(app, pilot)
    app.push_screen(question("2026-11", "This privacy policy discloses [the] privacy practices for Petworks.\n" * 4))
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#typed"))


STATES: tuple[Step, ...] = (the_rules, a_rule_that_needs_attention, the_text_in_force, to_post_a_version)
SIZES = {"120x40": (120, 40), "80x24": (80, 24)}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    known(still)
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, "privacy"), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
