"""What pro applications look like, at 120x40 and at 80x24 (the queue at 200x60 too), against a real platform on which the time stands still."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow, table
from console.session import Session
from console.settings import Settings
from screens.parts.bulk_results import Results
from screens.parts.stale import StaleDecision
from screens.pro_applications import ProApplicationsScreen
from tests.platform_api.api import employee_id, serving
from tests.platform_api.applications_made import add_application, add_document
from tests.platform_api.people import add_person
from tests.screens.applications import HERE, answer, as_another, lapse, marked, open_screen, question, shown
from tests.screens.consoles import NOW, PASSWORD, on_screen, until
from tests.screens.settled import settled
from tests.screens.test_looks import ready

pytestmark = pytest.mark.usefixtures("utc")

HOSTILE = "[b]Paws[/b] \x1b]8;;https://evil.example\x07here \u202egnp.exe 🐶"
ANSWERS = (
    "Do you have a garden?\n  Yes: https://evil.example/garden\nWhich animals do you not take?\n  [link=x]Snakes[/link]"
)
PHONES = ("+12035550200", "+12035550201", "+12035550202", "+12035550142")
"""Of those who apply after the first; the last is the first one's too."""

Step = Callable[[ConsoleApp, Pilot[int], Platform], Awaitable[None]]


def queue(platform: Platform) -> list[str]:
    """Six applications of one postcode in the states that wait, their numbers their own; the first lacks most."""
    support = employee_id(platform, "support")
    person = add_person(platform, email="twice@example.net")
    add_application(
        platform, person, "declined", number=9_000, reason="documents", decided=NOW - timedelta(days=200),
        received=NOW - timedelta(days=210), decided_by=employee_id(platform, "manager2"), complete=False,
        profile={"postcode": HERE, "business_name": "Bridgeport Tails"},
    )  # fmt: skip
    first = add_application(
        platform, person, number=9_001, services=("boarding", "grooming"), complete=False, received=NOW - timedelta(hours=75),
        profile={"business_name": HOSTILE, "answers": ANSWERS, "postcode": HERE, "rates": ""},
    )  # fmt: skip
    add_document(platform, first, "insurance", number=9_001, expires=NOW + timedelta(days=12, hours=3))
    add_document(platform, first, "licence", number=9_002, expires=NOW - timedelta(days=3, hours=3))
    add_document(platform, first, "background_check", number=9_003, state="pending")
    made = [
        add_application(
            platform,
            add_person(platform, email=f"{place}@example.net", phone=PHONES[place], street=f"{place} Elm Street"),
            number=9_002 + place,
            received=NOW - timedelta(hours=hours),
            profile=_named(name),
            **more,  # type: ignore[arg-type]
        )
        for place, (hours, name, more) in enumerate(
            (
                (70, "Harbour Walks", {"recommendation": "approve", "recommended_by": support}),
                (50, "李小龙 Dog School", {"state": "in_review", "assignee": "manager2"}),
                (20, "Zoë von Überlang-Hausens Hundehotel", {"services": ("boarding", "walking", "sitting")}),
                (1, "Paws & Co", {"complete": False}),
            )
        )
    ]
    return [first, *made]


def _named(name: str) -> dict[str, str]:
    return {"business_name": name, "postcode": HERE}


async def ours(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> tuple[ProApplicationsScreen, list[str]]:
    """The queue, filtered by its postcode, quiet."""
    made = queue(platform)
    await ready(app, pilot)
    screen = await open_screen(app, pilot)
    await pilot.press("slash")
    screen.bar.typing.value = f"postcode:{HERE} state:submitted,in_review,reopened"
    await pilot.press("enter")
    await until(pilot, lambda: screen.record and shown(screen).number == "PA-9001")
    await settle_history(pilot, screen)
    return screen, made


async def settle_history(pilot: Pilot[int], screen: ProApplicationsScreen) -> None:
    await until(pilot, lambda: "Timeline" in str(screen.detail.query_one("#detail-timeline").render()))


async def the_queue_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform)


async def an_application_that_lacks_much(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform)
    await pilot.press("enter")


async def one_in_next_item_mode(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    screen, _ = await ours(app, pilot, platform)
    await pilot.press("n")
    await until(pilot, lambda: app.session.case is not None and shown(screen).yours)
    await settle_history(pilot, screen)


async def to_approve_one(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    screen, _ = await ours(app, pilot, platform)
    screen.go_to("PA-9002")
    await until(pilot, lambda: screen.record and shown(screen).number == "PA-9002")
    await pilot.press("t")
    await until(pilot, lambda: shown(screen).yours)
    await question(app, pilot, "a")


async def to_decline_one(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await one_in_next_item_mode(app, pilot, platform)
    await question(app, pilot, "d")


async def one_that_was_decided_meanwhile(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    _, made = await ours(app, pilot, platform)
    await pilot.press("n")
    await until(pilot, lambda: app.session.case is not None)
    asked = await question(app, pilot, "d")
    lapse(platform, made[0])
    await as_another(app, platform, "manager2", made[0], ("claim", {}), ("decline", {"reason": "conduct"}))
    answer(asked, "documents")
    await until(pilot, lambda: isinstance(app.screen, StaleDecision) and app.screen.query("#cancel"))


async def many_to_approve(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    screen, _ = await ours(app, pilot, platform)
    await marked(screen, pilot, 5)
    await pilot.press("x")
    await until(pilot, lambda: "a dry run comes first" in on_screen(app))
    app.screen.dismiss("approve")
    await question(app, pilot)


async def what_came_of_many(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await many_to_approve(app, pilot, platform)
    found = await question(app, pilot)
    await as_another(app, platform, "manager2", id_of(platform, 9_002), ("claim", {}))
    answer(found)
    await until(pilot, lambda: isinstance(app.screen, Results) and app.screen.query("#act"))


def id_of(platform: Platform, number: int) -> str:
    found = table(ProApplicationRow)
    with platform.database.reading() as connection:
        return str(connection.execute(select(found.c.id).where(found.c.number == number)).scalar_one())


async def a_clock_that_stands_still_of_support(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    add_application(
        platform, number=9_001, state="info_requested", assignee="support", stopped=NOW - timedelta(days=2, hours=1),
        received=NOW - timedelta(days=3), profile=_named("Harbour Walks"), complete=False,
    )  # fmt: skip
    await ready(app, pilot)
    screen = await open_screen(app, pilot)
    await pilot.press("slash")
    screen.bar.typing.value = f"postcode:{HERE} state:info_requested"
    await pilot.press("enter")
    await until(pilot, lambda: screen.record and shown(screen).number == "PA-9001")
    await settle_history(pilot, screen)


async def to_recommend_one_of_support(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    screen, _ = await ours(app, pilot, platform)
    await pilot.press("t")
    await until(pilot, lambda: shown(screen).yours)
    await question(app, pilot, "r")


async def one_in_masks_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ours(app, pilot, platform)


STATES: tuple[Step, ...] = (
    the_queue_of_a_manager, an_application_that_lacks_much, one_in_next_item_mode, to_approve_one, to_decline_one,
    one_that_was_decided_meanwhile, many_to_approve, what_came_of_many, a_clock_that_stands_still_of_support,
    to_recommend_one_of_support, one_in_masks_of_privacy,
)  # fmt: skip
SIZES = {"120x40": (120, 40), "80x24": (80, 24)}
LOOKS = [(state, size) for state in STATES for size in SIZES.values()] + [(the_queue_of_a_manager, (200, 60))]


@pytest.mark.parametrize(
    ("state", "size"), LOOKS, ids=[f"{state.__name__}-{width}x{height}" for state, (width, height) in LOOKS]
)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    role = next((each for each in ("support", "privacy") if state.__name__.endswith(each)), "manager")
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, role), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot, still)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
