"""What was typed into a form is there again until the platform has taken it, means what it meant, and is sent once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from textual.pilot import Pilot
from textual.widgets import Button, Input, TextArea

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import ContestRow, PrivacyRequestRow, SurveyRow, table
from screens.parts.asking import typed_moment
from screens.parts.pick import Pick
from screens.parts.privacy_intake import DRAFT
from screens.parts.question_form import QuestionForm
from screens.parts.survey_editor import SurveyEditor
from screens.privacy_requests import PrivacyRequestsScreen
from screens.surveys import SurveysScreen
from tests.faults.proxy import Drop, Fault, Swallow
from tests.platform_api.api import Api
from tests.platform_api.contests_made import add_contest
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person
from tests.platform_api.privacy_made import add_request
from tests.platform_api.surveys_made import add_survey
from tests.screens import campaigns
from tests.screens.applications import say
from tests.screens.consoles import on_screen, signed_in, signed_in_by_a_bad_line, until
from tests.screens.money import flat
from tests.screens.privacy import fill, form, look_at, number_of, open_screen, send, take

pytestmark = pytest.mark.anyio

THEIRS = {"known": ("opens", "closes"), "title": "Their words", "questions": [{"kind": "nps", "text": "Well?"}]}

LOST: list[Fault] = [Swallow(), *[Drop()] * 600]
"""The platform does it, and nobody hears of it."""


def many(platform: Platform) -> int:
    requests = table(PrivacyRequestRow)
    with platform.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(requests)).scalar_one()


async def test_a_request_whose_answer_was_lost_is_taken_in_once_however_its_time_was_typed(seeded_platform: Platform):
    async with signed_in_by_a_bad_line(seeded_platform, "support") as (app, pilot, proxy):
        screen, before = await open_screen(app, pilot), many(seeded_platform)
        asked = await form(app, pilot, "n")
        fill(asked, kind="access", channel="phone", received="2h", words="What do you have?")
        alike = app.session.client.post

        async def then_lost(path: str, *args: object, **more: object) -> object:
            answer = await alike(path, *args, **more)  # type: ignore[arg-type]
            if path.endswith("/alike"):
                proxy.faults = list(LOST)
            return answer

        app.session.client.post = then_lost  # type: ignore[assignment,method-assign]
        asked.query_one("#act", Button).press()
        await until(pilot, lambda: app.screen is screen and "No answer came" in on_screen(app), 60)
        app.session.client.post = alike  # type: ignore[method-assign]
        proxy.faults = []
        assert many(seeded_platform) == before + 1
        asked = await form(app, pilot, "n")
        assert datetime.fromisoformat(asked.query_one("#q-received", Input).value)
        await send(app, pilot, asked)
        await until(pilot, lambda: screen.record and "is taken in" in on_screen(app), 60)
        assert many(seeded_platform) == before + 1


async def test_a_form_that_nothing_was_typed_into_leaves_no_draft(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_screen(app, pilot)
        asked = await form(app, pilot, "n")
        fill(asked, asker="M. Gómez")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert DRAFT in app.drafts
        asked = await form(app, pilot, "n")
        fill(asked, asker="")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert DRAFT not in app.drafts


async def open_appeal(app: ConsoleApp, pilot: Pilot[int], screen: PrivacyRequestsScreen) -> QuestionForm:
    screen.do("appeal")
    return await form(app, pilot)


async def test_the_words_of_an_appeal_are_there_again_after_a_failure(seeded_platform: Platform):
    person = add_person(seeded_platform, email="a@example.net")
    request = add_request(seeded_platform, "access", "denied", person=person, regime="ctdpa")
    async with signed_in_by_a_bad_line(seeded_platform, "privacy") as (app, pilot, proxy):
        screen = await look_at(app, pilot, number_of(seeded_platform, request))
        asked = await open_appeal(app, pilot, screen)
        fill(asked, reason="disagrees", received="now", text="I don't agree.")
        proxy.faults = [Drop()] * 600
        asked.query_one("#act", Button).press()
        await until(pilot, lambda: app.screen is screen and "No answer came" in on_screen(app), 60)
        proxy.faults = []
        await until(pilot, lambda: app.connection.live, 60)
        asked = await open_appeal(app, pilot, screen)
        assert asked.query_one("#q-text", TextArea).text == "I don't agree."
        await send(app, pilot, asked)
        await until(pilot, lambda: row_of(seeded_platform, PrivacyRequestRow, request).state == "appealed", 60)
        await until(pilot, lambda: f"{number_of(seeded_platform, request)} appeal" not in app.drafts)


@pytest.mark.parametrize(("name", "kept"), [("propose", True), ("verify", False)])
async def test_a_form_that_goes_with_its_case_says_it_is_kept_if_it_is(
    seeded_platform: Platform, name: str, kept: bool
):
    person, now = add_person(seeded_platform, email="old@example.net", city="Hartford"), seeded_platform.clock()
    state = {"propose": "in_progress", "verify": "verifying"}[name]
    request = add_request(seeded_platform, "correct", state, person=person, disputed=["city"], acknowledged=now)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        await pilot.press("v")
        await until(pilot, lambda: app.revealed)
        screen.do(name)
        asked = await form(app, pilot)
        fill(asked, **({"field": "city", "value": "Bridgeport"} if kept else {"email": "old@example.net"}))
        assert app.session.case is not None
        app.post_message(app.CaseOver(app.session.case.id, "is solved"))
        await until(pilot, lambda: app.screen is screen and "is put down" in flat(app))
        assert ("what you typed is kept as a draft" in flat(app)) == kept
        assert (f"{number_of(seeded_platform, request)} correction" in app.drafts) == kept


# Drafts of surveys and contests, which several managers may change


def changed_elsewhere(app: ConsoleApp, platform: Platform, collection: str, id: str, **wish: object) -> None:
    with Api(str(app.settings.url), platform) as api:
        other = api.sign_in("manager2")
        record = other.get(f"/v1/{collection}/{id}").json()
        headers = {"If-Match": f'"{record["version"]}"', "Idempotency-Key": "elsewhere"}
        known = {name: record[name] for name in wish["known"]}  # type: ignore[attr-defined]
        said = {name: value for name, value in wish.items() if name != "known"}
        answer = other.post(f"/v1/{collection}/{id}/edit", headers=headers, json={**known, **said})
        assert answer.status_code == 200, answer.text


async def editor_of(app: ConsoleApp, pilot: Pilot[int]) -> SurveyEditor:
    await until(pilot, lambda: isinstance(app.screen, SurveyEditor) and app.screen.query("#act"))
    assert isinstance(app.screen, SurveyEditor)
    return app.screen


async def survey_that_was_changed_meanwhile(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> SurveysScreen:
    """Typed over one version and saved over the next: refused, and kept."""
    id = add_survey(platform, "draft")
    screen = await campaigns.look_at(app, pilot, campaigns.survey_number(platform, id))
    app.workers.cancel_group(app, "feed")
    await pilot.press("e")
    editor = await editor_of(app, pilot)
    editor.query_one("#s-title", Input).value = "My words"
    changed_elsewhere(
        app,
        platform,
        "surveys",
        id,
        known=("opens", "closes"),
        title="Their words",
        questions=[{"kind": "nps", "text": "Well?"}],
    )
    editor.query_one("#act", Button).press()
    await until(pilot, lambda: app.screen is screen and "Their words" in flat(app))
    await say(app, pilot, "changed")
    assert row_of(platform, SurveyRow, id).title == "Their words"
    return screen


@pytest.mark.parametrize(("keys", "title"), [(("enter",), "Their words"), (("down", "enter"), "My words")])
async def test_a_draft_that_others_changed_meanwhile_is_not_written_over_unasked(
    seeded_platform: Platform, keys: tuple[str, ...], title: str
):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await survey_that_was_changed_meanwhile(app, pilot, seeded_platform)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await say(app, pilot, "was changed since you typed")
        await pilot.press(*keys)
        editor = await editor_of(app, pilot)
        assert editor.query_one("#s-title", Input).value == title


async def test_a_draft_that_was_only_looked_at_is_no_draft_of_ones_own(seeded_platform: Platform):
    number = campaigns.survey_number(seeded_platform, add_survey(seeded_platform, "draft"))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await campaigns.look_at(app, pilot, number)
        await pilot.press("e")
        await editor_of(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert number not in app.drafts


async def test_what_can_not_be_shown_is_saved_as_it_was_typed(seeded_platform: Platform):
    rules = "One each.\n\tNo\u00ad employees."
    id = add_contest(seeded_platform, "draft", rules=rules, title="Soft\u00adhyphen")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await campaigns.look_at(app, pilot, campaigns.contest_number(seeded_platform, id))
        await pilot.press("e")
        asked = await form(app, pilot)
        assert "\t" not in asked.query_one("#q-rules", TextArea).text
        fill(asked, prize="Two years of food")
        await send(app, pilot, asked)
        await until(pilot, lambda: row_of(seeded_platform, ContestRow, id).prize == "Two years of food")
        row = row_of(seeded_platform, ContestRow, id)
        assert (row.rules, row.title) == (rules, "Soft\u00adhyphen")


def test_a_moment_is_kept_to_the_second():
    at = datetime(2026, 11, 22, 14, 30, 5).astimezone()
    assert datetime.fromisoformat(typed_moment(at).typed).astimezone() == at
    assert typed_moment(at - timedelta(seconds=5)).typed == "2026-11-22 14:30"
