"""Surveys, in the console, against a real platform: written, opened, closed, and told in counts that hide what is small."""

import json
import re
from pathlib import Path

import pytest
from textual.widgets import Button, Input, Static, TextArea

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.raw import Raw
from console.records.surveys import Survey
from screens.parts.campaign_entries import EntriesDialog
from screens.parts.confirm import Confirm
from screens.parts.export_file import ExportDialog
from screens.parts.foot import live_keys
from screens.parts.help import all_keys
from screens.parts.pick import Pick
from screens.parts.survey_dialog import SurveyDialog
from screens.parts.survey_editor import SurveyEditor
from screens.parts.survey_texts import TextsDialog
from tests.faults.proxy import Cut
from tests.platform_api.surveys_made import add_entry, add_survey, close, count_all
from tests.screens.applications import question, say
from tests.screens.campaigns import answered, look_at, open_screen, rows, survey, survey_number
from tests.screens.consoles import on_screen, select, signed_in, signed_in_by_a_bad_line, until
from tests.screens.money import flat
from tests.screens.privacy import fill, form, send

pytestmark = pytest.mark.anyio

HOSTILE = "[b]Sue[/b] \x1b]8;;https://evil.example\x07here\x1b]8;;\x07 \u202egnp.exe"
TITLE = "[b]Pets[/b] 🐶 李小龙"
CHOICE = {
    "id": "q1", "kind": "choice", "text": "Which pet?", "optional": False,
    "options": [{"code": "o1", "label": "Cat"}, {"code": "o2", "label": "Dog"}, {"code": "o3", "label": HOSTILE}],
}  # fmt: skip
NPS = {"id": "q1", "kind": "nps", "text": "Would you recommend us?", "optional": False}
WORDS = {"id": "q2", "kind": "text", "text": "What else?", "optional": True}


def settled_survey(platform: Platform) -> str:
    """40 women like cats, 30 of whom nothing is known like dogs, and three people have something else; its number."""
    made = add_survey(platform, "open", questions=(CHOICE,), title="Pets")
    answered(
        platform, made, ({"q1": "o1"}, {"gender": "female"}, 40), ({"q1": "o2"}, {}, 30), ({"q1": "o3"}, {"gender": "male"}, 3)
    )  # fmt: skip
    close(platform, made)
    return survey_number(platform, made)


# The list


async def test_surveys_and_contests_are_one_list_that_is_filtered_and_ordered(seeded_platform: Platform):
    draft = survey_number(seeded_platform, add_survey(seeded_platform, "draft", title="Not out yet"))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_screen(app, pilot)
        await until(pilot, lambda: draft in on_screen(app))
        assert "newest first" in on_screen(app)
        await pilot.press("slash")
        screen.bar.typing.value = "state:closed kind:survey"
        await pilot.press("enter")
        await until(pilot, lambda: {each.state for each in rows(screen)} == {"closed"})
        await pilot.press("slash")
        screen.bar.typing.value = 'title:"out yet"'
        await pilot.press("enter")
        await until(pilot, lambda: [each.number for each in rows(screen)] == [draft])
        await pilot.press("slash")
        screen.bar.typing.value = "state:nowhere"
        await pilot.press("enter")
        await say(app, pilot, "is one of")
        await pilot.press("escape", "s")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "oldest first" in on_screen(app))


async def test_a_number_leads_there_from_anywhere(seeded_platform: Platform):
    made = add_survey(seeded_platform, "open", title="Somewhere")
    entry = add_entry(seeded_platform, made)
    number = survey_number(seeded_platform, made)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await pilot.press("colon")
        await until(pilot, lambda: app.screen.query("Jump Input, #jump Input"))
        app.screen.query_one(Input).value = f"survey {number.removeprefix('SV-')}"
        await pilot.press("enter")
        await say(app, pilot, f"{number} survey, open")
        screen = await open_screen(app, pilot)
        screen.action_back()
        answer = await app.session.client.page("survey-entries", params={"survey": number})
        assert entry == answer.items[0].id
        await pilot.press("1")
        await until(pilot, lambda: app.screen is not screen)
        screen.go_to(answer.items[0].number)
        await until(
            pilot, lambda: app.screen is screen and screen.record is not None and screen.record.number == number
        )


# The figures


async def test_a_small_cell_is_hidden_and_so_is_what_would_tell_it(seeded_platform: Platform):
    number = settled_survey(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number)
        await say(app, pilot, "hidden: under 10")
        drawn = on_screen(app)
        assert drawn.count("hidden: under 10") >= 2  # the three, and another that would tell them by subtraction
        assert not re.search(r"\b(3|73)\b.*%", drawn) and "[b]Sue[/b]" in drawn
        assert "\x1b" not in drawn and "\u202e" not in drawn


async def test_on_a_narrow_screen_the_detail_is_drawn_as_wide_as_it_is(seeded_platform: Platform):
    asked = "How likely are you to recommend Petworks to a friend?"
    question, now = {**NPS, "text": asked}, seeded_platform.clock()
    add_survey(seeded_platform, "draft", questions=(question,), created=now, title="Narrow")
    async with signed_in(seeded_platform, "manager", size=(80, 40)) as (app, pilot):
        screen = await open_screen(app, pilot)
        await until(pilot, lambda: screen.record and survey(screen).title == Raw("Narrow"))
        await pilot.press("enter")
        await until(pilot, lambda: asked in on_screen(app))


async def test_b_goes_through_the_breakdowns(seeded_platform: Platform):
    made = add_survey(seeded_platform, "open", questions=(CHOICE,))
    women, men = ({"gender": each} for each in ("female", "male"))
    sizes = {"o1": (40, 25), "o2": (20, 3), "o3": (30, 31)}
    for option, (of_women, of_men) in sizes.items():
        answered(seeded_platform, made, ({"q1": option}, women, of_women), ({"q1": option}, men, of_men))
    close(seeded_platform, made)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, survey_number(seeded_platform, made))
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, SurveyDialog))
        await say(app, pilot, "by age")
        await pilot.press("b")
        await say(app, pilot, "by gender")
        await say(app, pilot, "female")
        told = str(app.screen.query_one("#chart-rows", Static).content)
        assert "female  90 entries" in told and "Cat" in told and "hidden: under 10" in told
        assert not re.search(r"\b3\b", told), told


async def test_entries_a_day_and_the_questions_are_pages_of_one_dialog(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, "SV-2")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, SurveyDialog))
        await say(app, pilot, "question 1 of 4")
        await say(app, pilot, "NPS +")
        await pilot.press("d")
        await say(app, pilot, "entries a day · 420 entries, days of America/New_York")
        assert "█" in on_screen(app)
        await pilot.press("left")
        await say(app, pilot, "question 4 of 4")


async def test_answers_of_one_that_is_open_are_not_told_yet(seeded_platform: Platform):
    made = add_survey(seeded_platform, "open", questions=(NPS, WORDS))
    answered(seeded_platform, made, ({"q1": 9, "q2": "Lovely"}, {"gender": "female"}, 30))
    count_all(seeded_platform, made)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, survey_number(seeded_platform, made))
        await say(app, pilot, "Answers are told once the survey is closed and counted")
        assert "Entries a day" in on_screen(app) and "promoters" not in on_screen(app)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, SurveyDialog))
        await say(app, pilot, "entries a day · 30 entries")
        await pilot.press("b")
        await say(app, pilot, "question 1 of 2")
        await say(app, pilot, "Answers are told once the survey is closed and counted")
        assert "hidden" not in on_screen(app)
        await pilot.press("escape", "w")
        await until(pilot, lambda: "⊘" in on_screen(app))
        assert not isinstance(app.screen, TextsDialog) and "Lovely" not in on_screen(app)


# What people wrote


async def test_texts_come_one_by_one_masked_and_lead_to_nobody(seeded_platform: Platform):
    made = add_survey(seeded_platform, "open", questions=(NPS, WORDS))
    for text in (HOSTILE, "Write to sue@example.net", "x" * 5_000, *(f"Text {place}" for place in range(9))):
        add_entry(seeded_platform, made, answers={"q1": 9, "q2": text})
    for _ in range(10):  # where fewer left it empty, some texts would stay untold
        add_entry(seeded_platform, made, answers={"q1": 9})
    close(seeded_platform, made)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, survey_number(seeded_platform, made))
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, TextsDialog))
        await say(app, pilot, "12 texts")
        seen = []
        for _ in range(12):
            drawn = on_screen(app)
            assert "sue@" not in drawn and "\x1b" not in drawn and "\u202e" not in drawn
            assert "SE-" not in drawn
            seen.append(drawn)
            await pilot.press("n")
            await until(pilot, lambda: on_screen(app) != seen[-1])
        assert len(set(seen)) == 12 and any("[b]Sue[/b]" in each for each in seen)
        await say(app, pilot, "That was the last one.")


# A draft


async def fill_in(app: ConsoleApp, pilot: object, **values: str) -> SurveyEditor:
    editor = app.screen
    assert isinstance(editor, SurveyEditor)
    for name, value in values.items():
        editor.query_one(f"#s-{name}", Input).value = value
    return editor


async def test_a_survey_is_written_put_in_order_and_opened(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_screen(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SurveyEditor) and app.screen.query("#act"))
        editor = await fill_in(app, pilot, title=TITLE, opens="now", closes="soon")
        for place, kind in enumerate(("nps", "choice")):
            editor.action_add()
            await until(pilot, lambda: isinstance(app.screen, Pick))
            await pilot.press(*["down"] * (2 * place), "enter")
            asked = await form(app, pilot)
            if kind == "choice":
                fill(asked, text="Which pet?", options="Cat")
                asked.query_one("#act", Button).press()
                await say(app, pilot, "two options or more")
                asked = await form(app, pilot)
                asked.query_one("#q-options", TextArea).text = "Cat\nDog\n"
            await send(app, pilot, asked)
            await until(pilot, lambda: app.screen is editor)
        await pilot.press("K")
        editor.query_one("#act", Button).press()
        await say(app, pilot, "a date or a time")
        await until(pilot, lambda: isinstance(app.screen, SurveyEditor) and app.screen.query("#act"))
        editor = await fill_in(app, pilot, closes="+3d")
        editor.query_one("#act", Button).press()
        await until(pilot, lambda: isinstance(screen.record, Survey) and screen.record.title == Raw(TITLE))
        made = survey(screen)
        assert [each.kind for each in made.questions] == ["choice", "nps"]
        assert [each.label.typed for each in made.questions[0].options] == ["Cat", "Dog"]
        await pilot.press("a")
        asking = await question(app, pilot)
        assert "questions can't be changed any more" in flat(app) and isinstance(app.focused, Button)
        assert app.focused.id == "cancel"
        asking.query_one("#act", Button).press()
        await until(pilot, lambda: survey(screen).state == "open")


async def test_what_was_typed_is_there_again_when_it_was_left(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_screen(app, pilot)
        for _ in range(2):
            screen.work(screen.write_survey(None), "write")
            await until(pilot, lambda: isinstance(app.screen, SurveyEditor) and app.screen.query("#act"))
            editor = app.screen
            assert isinstance(editor, SurveyEditor)
            if not editor.query_one("#s-title", Input).value:
                await fill_in(app, pilot, title="Half a survey")
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is screen)
        assert editor.query_one("#s-title", Input).value == "Half a survey"


async def test_a_draft_is_changed_and_an_open_one_says_why_not(seeded_platform: Platform):
    draft = survey_number(seeded_platform, add_survey(seeded_platform, "draft", questions=(NPS,)))
    opened = survey_number(seeded_platform, add_survey(seeded_platform, "open"))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, draft)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, SurveyEditor) and app.screen.query("#act"))
        editor = await fill_in(app, pilot, title="Better words")
        editor.query_one("#act", Button).press()
        await until(pilot, lambda: survey(screen).title == Raw("Better words"))
        assert len(survey(screen).questions) == 1
        await look_at(app, pilot, opened)
        await pilot.press("e")
        await until(pilot, lambda: f"⊘ {opened}" in flat(app))


async def test_closing_says_what_it_means_and_cancel_does_nothing(seeded_platform: Platform):
    number = survey_number(seeded_platform, add_survey(seeded_platform, "open"))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await say(app, pilot, "can't be opened again")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert survey(screen).state == "open"
        await pilot.press("a")
        (await question(app, pilot)).query_one("#act", Button).press()
        await until(pilot, lambda: survey(screen).state == "closed")


# Entries, and the file


async def test_entries_have_a_number_a_day_and_a_state_and_nothing_else(seeded_platform: Platform):
    made = add_survey(seeded_platform, "open", questions=(NPS, WORDS))
    add_entry(seeded_platform, made, answers={"q1": 9, "q2": "Locket words"})
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, survey_number(seeded_platform, made))
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, EntriesDialog))
        await until(pilot, lambda: "submitted" in on_screen(app))
        assert "Locket" not in on_screen(app) and "SE-" in on_screen(app)


async def test_what_is_told_is_exported_and_hidden_cells_have_no_count(seeded_platform: Platform, tmp_path: Path):
    number = settled_survey(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number)
        await pilot.press("E")
        await until(pilot, lambda: isinstance(app.screen, ExportDialog) and app.screen.query("#act"))
        await say(app, pilot, "Hidden cells have none")
        app.screen.query_one("#file", Input).value = str(tmp_path / "told.jsonl")
        await select(pilot, "#format", "jsonl")
        app.screen.query_one("#act", Button).press()
        await say(app, pilot, "Only you can read it")
    file = tmp_path / "told.jsonl"
    rows = [json.loads(each) for each in file.read_text().splitlines()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert {row["breakdown"] for row in rows} == {None, "age_band", "gender", "region", "week"}
    assert any(row["hidden"] for row in rows) and all(row["count"] is None for row in rows if row["hidden"])
    assert not any(row["count"] in range(1, 10) for row in rows if row["count"] is not None)


# Who sees what


@pytest.mark.parametrize("role", ["privacy", "auditor"])
async def test_privacy_and_the_auditor_read_how_far_it_is_and_no_answers(seeded_platform: Platform, role: str):
    number = settled_survey(seeded_platform)
    async with signed_in(seeded_platform, role) as (app, pilot):
        screen = await look_at(app, pilot, number)
        await say(app, pilot, "73 entries, all counted")
        await say(app, pilot, "managers' to see")
        assert "hidden" not in on_screen(app) and "%" not in on_screen(app)
        does = {does for _, does in [*live_keys(screen), *all_keys(screen)]}
        assert (
            "entries" in does
            and not {"new", "free texts", "breakdowns", "export this list", "take in hand", "next step"} & does
        )
        await pilot.press("c")
        await say(app, pilot, "⊘")
        assert not isinstance(app.screen, SurveyDialog)


@pytest.mark.parametrize("role", ["support", "billing", "admin"])
async def test_nobody_else_has_the_tab(seeded_platform: Platform, role: str):
    async with signed_in(seeded_platform, role) as (app, pilot):
        assert "surveys" not in app.tab_names
        await pilot.press("6")
        assert "6 Surveys" not in on_screen(app)


async def test_without_a_connection_what_is_shown_tells_its_age(seeded_platform: Platform):
    number = survey_number(seeded_platform, add_survey(seeded_platform, "open"))
    async with signed_in_by_a_bad_line(seeded_platform, "manager") as (app, pilot, proxy):
        screen = await look_at(app, pilot, number)
        proxy.faults = [Cut(20)] * 600
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "No connection: could not load the list" in on_screen(app), 60)
        assert screen.record is not None and f"{number}  survey, open" in on_screen(app)
        proxy.faults = []
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "No connection" not in on_screen(app) and "● live" in on_screen(app), 60)
