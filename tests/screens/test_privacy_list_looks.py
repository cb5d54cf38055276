"""What stands beside privacy requests looks like, at 120x40 and at 80x24: legal holds, values from Google, disclosures, a deputy."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.disclosures import COURIER, PROCESSOR, disclose
from console.platform_api.platform import Platform
from console.platform_api.tables import PrivacyRequestRow
from console.platform_api.transaction import own_work
from console.session import Session
from console.settings import Settings
from screens.disclosures import DisclosuresScreen
from screens.employees import EmployeesScreen
from screens.policy import PolicyScreen
from tests.platform_api.api import Api, serving
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person
from tests.platform_api.privacy_made import add_request
from tests.platform_api.test_google_access import asked as ask_for
from tests.screens.applications import answer, question, say
from tests.screens.consoles import NOW, PASSWORD, until
from tests.screens.settled import settled
from tests.screens.test_looks import ready
from tests.screens.test_privacy_lists import at_access, at_person, choose, user_number

pytestmark = pytest.mark.usefixtures("utc")

HOSTILE = "[b]Sue[/b] \x1b]8;;https://evil.example\x07here \u202egnp.exe 🐶 李小龙"

Step = Callable[[ConsoleApp, Pilot[int], Platform], Awaitable[None]]


async def a_legal_hold_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    number = user_number(platform, add_person(platform))
    await ready(app, pilot)
    screen = await at_person(app, pilot, number)
    await pilot.press("x")
    await choose(app, pilot, "hold")
    answer(await question(app, pilot), "court", HOSTILE)
    await say(app, pilot, "! A court or authority asks for it")
    await settled(pilot)
    screen.detail.show_timeline([], None, NOW)  # how often one has looked depends on how fast that was


async def at_values_from_google(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    """Asked for by the privacy officer."""
    person = add_person(platform)
    request = add_request(platform, "access", person=person, assignee="privacy")
    with serving(platform) as url, Api(url, platform) as api:
        case = str(row_of(platform, PrivacyRequestRow, request).ticket)
        made = ask_for(api.sign_in("privacy"), person, case, evidence=HOSTILE)
    await ready(app, pilot)
    await at_access(app, pilot, made.json()["number"])


async def values_from_google_to_allow_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await at_values_from_google(app, pilot, platform)


async def values_from_google_to_withdraw_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await at_values_from_google(app, pilot, platform)
    await question(app, pilot, "w")


async def what_others_were_told_of_the_auditor(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    person = add_person(platform)
    with own_work(platform) as work:
        disclose(work, PROCESSOR, ("amount", "token"), "refund", person, "RF-1")
        disclose(work, COURIER, ("name", "street", "city", "postcode"), "prize", None, "AW-1")  # pseudonyms are random
    await ready(app, pilot)
    await pilot.press("9")
    await until(pilot, lambda: isinstance(app.screen, PolicyScreen) and app.screen.table.status.heard)
    await pilot.press("D")
    await until(pilot, lambda: isinstance(app.screen, DisclosuresScreen) and app.screen.record)


async def a_deputy_of_an_admin(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    screen = app.screen
    assert isinstance(screen, EmployeesScreen)
    screen.go_to("E-2")
    await until(pilot, lambda: screen.record and screen.record.number == "E-2")
    await pilot.press("x")
    await choose(app, pilot, "name-deputy")
    await choose(app, pilot, "erasure")
    answer(await question(app, pilot))
    await say(app, pilot, "! for erasures, until")


STATES: tuple[Step, ...] = (
    a_legal_hold_of_privacy, values_from_google_to_allow_of_a_manager, values_from_google_to_withdraw_of_privacy,
    what_others_were_told_of_the_auditor, a_deputy_of_an_admin,
)  # fmt: skip
SIZES = {"120x40": (120, 40), "80x24": (80, 24)}
LOOKS = [(state, size) for state in STATES for size in SIZES.values()]


@pytest.mark.parametrize(
    ("state", "size"), LOOKS, ids=[f"{state.__name__}-{width}x{height}" for state, (width, height) in LOOKS]
)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    role = next(each for each in ("privacy", "manager", "auditor", "admin") if state.__name__.endswith(each))
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, role), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot, still)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
