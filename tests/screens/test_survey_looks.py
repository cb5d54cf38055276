"""What surveys and contests look like, against a real platform on which the time stands still; hostile texts stand in the sample data."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.records.campaigns import Campaign
from console.session import Session
from console.settings import Settings
from screens.parts.campaign_entries import EntriesDialog
from screens.parts.survey_dialog import SurveyDialog
from screens.parts.survey_editor import SurveyEditor
from screens.surveys import SurveysScreen
from tests.platform_api.api import serving
from tests.screens.applications import question
from tests.screens.campaigns import look_at, open_screen, rows
from tests.screens.consoles import NOW, PASSWORD, on_screen, until
from tests.screens.privacy import form
from tests.screens.settled import settled
from tests.screens.test_looks import ready

pytestmark = pytest.mark.usefixtures("utc")

Step = Callable[[ConsoleApp, Pilot[int], Platform], Awaitable[None]]


async def the_one(app: ConsoleApp, pilot: Pilot[int], kind: str, state: str, most: bool = True) -> SurveysScreen:
    """Of the sample data, with the most entries or the fewest; quiet."""
    await ready(app, pilot)
    screen = await open_screen(app, pilot)
    await until(pilot, lambda: len(rows(screen)) >= 6)

    def size(each: Campaign) -> int:
        return each.entries if most else -each.entries

    found = max((each for each in rows(screen) if (each.kind, each.state) == (kind, state)), key=size)
    return await look_at(app, pilot, found.number)


async def answers_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "survey", "closed")
    await until(pilot, lambda: "NPS" in on_screen(app) or "A day" in on_screen(app))


async def an_open_survey_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "survey", "open")
    await until(pilot, lambda: "Answers are told" in on_screen(app) or "-narrow" in app.screen.classes)


async def answers_that_are_too_few_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "survey", "closed", most=False)
    await until(pilot, lambda: "hidden" in on_screen(app) or "-narrow" in app.screen.classes)


async def a_breakdown_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "survey", "closed")
    await pilot.press("b")
    await until(pilot, lambda: isinstance(app.screen, SurveyDialog) and "18-24" in on_screen(app))


async def a_draft_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "survey", "draft")
    await pilot.press("e")
    await until(pilot, lambda: isinstance(app.screen, SurveyEditor) and app.screen.query("#act"))


async def a_question_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await a_draft_of_a_manager(app, pilot, platform)
    await pilot.press("tab", "tab", "tab", "enter")
    await form(app, pilot)


async def a_survey_of_the_auditor(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "survey", "closed")


async def prizes_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "contest", "drawn")


async def a_draw_to_confirm_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "contest", "closed")
    await question(app, pilot, "a")


async def a_contest_that_is_purged_of_privacy(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "contest", "purged")


async def hostile_terms_of_the_auditor(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "contest", "open")


async def entries_of_a_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await the_one(app, pilot, "contest", "drawn")
    await pilot.press("l")
    await until(pilot, lambda: isinstance(app.screen, EntriesDialog) and "CE-" in on_screen(app))


STATES: tuple[Step, ...] = (
    answers_of_a_manager, an_open_survey_of_a_manager, answers_that_are_too_few_of_a_manager,
    a_breakdown_of_a_manager, a_draft_of_a_manager, a_question_of_a_manager,
    a_survey_of_the_auditor, prizes_of_a_manager, a_draw_to_confirm_of_a_manager, a_contest_that_is_purged_of_privacy,
    hostile_terms_of_the_auditor, entries_of_a_manager,
)  # fmt: skip
SIZES = {"120x40": (120, 40), "80x24": (80, 24)}
LOOKS = [
    *((state, size) for state in STATES for size in SIZES.values()),
    (answers_of_a_manager, (200, 60)),
    (prizes_of_a_manager, (200, 60)),
]


@pytest.mark.parametrize(
    ("state", "size"), LOOKS, ids=[f"{state.__name__}-{width}x{height}" for state, (width, height) in LOOKS]
)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    role = next(each for each in ("privacy", "manager", "auditor") if state.__name__.endswith(each))
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, role), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot, still)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
