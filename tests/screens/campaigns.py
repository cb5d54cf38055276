"""Surveys and contests on a platform, and the console of somebody who works on them."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import ContestRow, SurveyRow, table
from console.records.campaigns import Campaign
from console.records.contests import Contest
from console.records.surveys import Survey
from screens.surveys import SurveysScreen
from tests.platform_api import contests_made, surveys_made
from tests.platform_api.orders_made import row_of
from tests.platform_api.worked import worker
from tests.screens.consoles import until


def survey_number(platform: Platform, survey: str) -> str:
    return f"SV-{row_of(platform, SurveyRow, survey).number}"


def contest_number(platform: Platform, contest: str) -> str:
    return f"CT-{row_of(platform, ContestRow, contest).number}"


def answered(platform: Platform, survey: str, *given: tuple[dict[str, Any], dict[str, str], int]) -> None:
    """Entries by their answers, what was said of themselves, and how many there are of them."""
    for answers, said, many in given:
        for _ in range(many):
            surveys_made.add_entry(platform, survey, answers=answers, said=said)
    _count(platform, table(SurveyRow), survey, sum(many for _, _, many in given))


def entered(platform: Platform, contest: str, many: int, **contact: str) -> list[str]:
    """Their ids; each has a contact of its own."""
    found = []
    for place in range(many):
        known = {"name": f"Locket {place}", "email": f"locket{place}@entry.example", "city": "Bridgeport", **contact}
        found.append(contests_made.add_entry(platform, contest, known))
    _count(platform, table(ContestRow), contest, many)
    return found


def _count(platform: Platform, rows: Any, campaign: str, many: int) -> None:
    with platform.database.writing() as session:
        session.connection().execute(rows.update().where(rows.c.id == campaign).values(entries=many))


def work(platform: Platform) -> None:
    """What the worker beside the platform does."""
    worker(platform).run_all()


async def open_screen(app: ConsoleApp, pilot: Pilot[int]) -> SurveysScreen:
    await pilot.press("6")
    await until(pilot, lambda: isinstance(app.screen, SurveysScreen) and app.screen.table.status.heard)
    assert isinstance(app.screen, SurveysScreen)
    return app.screen


async def look_at(app: ConsoleApp, pilot: Pilot[int], number: str) -> SurveysScreen:
    screen = await open_screen(app, pilot)
    screen.go_to(number)
    await until(pilot, lambda: screen.record is not None and screen.record.number == number)
    return screen


def rows(screen: SurveysScreen) -> list[Campaign]:
    return [each for each in screen.table.window.rows if isinstance(each, Campaign)]


def survey(screen: SurveysScreen) -> Survey:
    assert isinstance(screen.record, Survey)
    return screen.record


def contest(screen: SurveysScreen) -> Contest:
    assert isinstance(screen.record, Contest)
    return screen.record
