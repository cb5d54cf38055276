"""Writing a message: what the dialog answers, what it keeps, and what it takes from a template or an editor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static, TextArea

from console.editor import NotTaken
from console.errors import NotAllowed
from console.raw import Raw
from screens.parts import own_editor
from screens.parts.composer_dialog import Composed, Composer, Filled, Writing, Written
from screens.parts.held_key import REPEAT_GAP
from tests.screens.consoles import select

pytestmark = pytest.mark.anyio

REPLY = Writing(title="Reply on T-204", purpose="reply", ticket="T-204", person="U-104")


def filled(subject: str, body: str) -> Filled:
    return Filled.model_validate({"subject": subject, "body": body})


TEMPLATES = {"missing": "Something is missing", "thanks": "Thank you"}
TEXTS = {
    "missing": filled("About your application", "Hello,\nplease send it."),
    "thanks": filled("Thank you", "Hello,\nthank you."),
}


async def from_the_platform(code: str) -> Filled:
    return TEXTS[code]


class Writer(App[None]):
    """The dialog on nothing, and its answer."""

    def __init__(self, dialog: Composer) -> None:
        super().__init__()
        self.dialog = dialog
        self.answers: list[Composed | None] = []

    def compose(self) -> ComposeResult:
        yield Static()

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.answers.append)

    @property
    def subject(self) -> Input:
        return self.dialog.query_one("#subject", Input)

    @property
    def text(self) -> TextArea:
        return self.dialog.query_one("#text", TextArea)

    @property
    def said(self) -> str:
        return str(self.dialog.query_one("#dialog-error", Static).visual)

    async def choose(self, pilot: Pilot[None], code: str) -> None:
        await select(pilot, "#template", code)
        await until(pilot, lambda: self.text.text == TEXTS[code].body.typed)


async def until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await pilot.pause(0.01)


@asynccontextmanager
async def writing(
    what: Writing = REPLY,
    before: Written | None = None,
    fill: Callable[[str], Awaitable[Filled]] = from_the_platform,
    templates: dict[str, str] = TEMPLATES,
) -> AsyncIterator[tuple[Writer, Pilot[None]]]:
    app = Writer(Composer(what, templates, before or Written(), fill))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.dialog.query("#act"))
        yield app, pilot


async def test_what_is_typed_is_answered_and_enter_sends_nothing():
    async with writing() as (app, pilot):
        await pilot.press(*"Hi", "enter", *"text", "enter", *"more")
        assert app.answers == []
        await pilot.press("ctrl+s")
        assert app.answers == [Composed(Written(Raw("Hi"), Raw("text\nmore")), go_on=True)]
        answer = cast(Composed, app.answers[0]).written
        assert answer.body == {"subject": "Hi", "body": "text\nmore"}


async def test_whom_it_goes_to_and_when_is_said():
    async with writing() as (app, _):
        said = str(app.dialog.query_one(".dialog-text", Static).visual)
        assert "To the person U-104, by e-mail, for T-204." in said
        assert "10 seconds" in said and "u takes it back" in said


async def test_cancel_comes_before_the_deed_and_what_was_typed_is_answered_with_it():
    async with writing() as (app, pilot):
        buttons = [button.id for button in app.dialog.query(Button)]
        assert buttons == ["cancel", "act"]
        await pilot.press(*"Hi", "escape")
        assert app.answers == [Composed(Written(Raw("Hi"), Raw("")), go_on=False)]


async def test_a_message_needs_a_subject_and_a_text_and_has_an_end():
    async with writing() as (app, pilot):
        await pilot.press("ctrl+s")
        assert app.said == "A message needs a subject and a text."
        app.subject.value, app.text.text = "Hi", "x" * 10_001
        await pilot.press("f2")
        assert app.said == "At most 10,000 characters; these are 10,001."
        assert app.answers == []


async def test_a_held_key_sends_nothing():
    async with writing() as (app, pilot):
        app.subject.value, app.text.text = "Hi", "text"
        now = [0.0]
        app.dialog._held._clock = lambda: now[0]
        app.dialog._held.pressed("ctrl+s")  # as it is when the dialog opens under a finger
        now[0] += REPEAT_GAP / 2
        await pilot.press("ctrl+s")
        assert app.answers == []
        now[0] += REPEAT_GAP * 2
        await pilot.press("ctrl+s")
        assert len(app.answers) == 1


async def test_a_template_fills_both_and_its_code_goes_with_the_message():
    async with writing() as (app, pilot):
        await app.choose(pilot, "missing")
        assert app.subject.value == "About your application"
        await pilot.press("f2")
        assert cast(Composed, app.answers[0]).written.body["template"] == "missing"


async def test_another_template_replaces_the_text_which_can_be_brought_back():
    async with writing() as (app, pilot):
        app.subject.value, app.text.text = "My own subject", "My own text"
        await app.choose(pilot, "missing")
        assert app.subject.value == "My own subject"
        await pilot.press("ctrl+z")
        assert app.text.text == "My own text"
        app.subject.value = ""
        await app.choose(pilot, "thanks")
        assert app.subject.value == "Thank you"
        await app.choose(pilot, "missing")
        assert app.subject.value == "About your application"


async def test_a_template_that_does_not_come_says_why_and_takes_nothing_away():
    async def refuse(code: str) -> Filled:
        raise NotAllowed(403, {"because": "Needs your claim: t takes it."})

    async with writing(fill=refuse) as (app, pilot):
        app.text.text = "My own text"
        await select(pilot, "#template", "thanks")
        await until(pilot, lambda: "Needs your claim" in app.said)
        assert app.text.text == "My own text"


async def test_a_template_that_was_asked_for_is_there_at_once_but_not_over_a_draft():
    asked = Writing(title="Ask", purpose="ask", ticket="T-1", person="U-1", template="missing")
    async with writing(asked) as (app, pilot):
        await until(pilot, lambda: app.text.text == TEXTS["missing"].body.typed)
    draft = Written(Raw("Mine"), Raw("half a thought"), "missing")
    async with writing(asked, draft) as (app, pilot):
        await pilot.pause(0.1)
        assert (app.subject.value, app.text.text) == ("Mine", "half a thought")
        await pilot.press("escape")
        assert cast(Composed, app.answers[0]).written == draft


async def test_what_can_not_be_seen_stands_as_marks_before_it_goes_out():
    hostile = filled("Hi \x1b[31m", "\u202ereversed\x07")

    async def fill(code: str) -> Filled:
        return hostile

    async with writing(fill=fill) as (app, pilot):
        await select(pilot, "#template", "thanks")
        await until(pilot, lambda: "reversed" in app.text.text)
        assert app.text.text == "�reversed␇"
        assert app.subject.value == "Hi ␛[31m"
        app.text.text = "pasted \x9b31m"
        await pilot.press("ctrl+s")
        assert app.answers == [] and "stands as marks" in app.said and app.text.text == "pasted �31m"


async def test_it_goes_on_without_a_message_where_one_is_optional():
    what = Writing(
        title="Approve PA-7", purpose="approve", ticket="T-1", person="U-1", without="Approve without a message"
    )
    async with writing(what) as (app, pilot):
        app.subject.value = "Half"
        app.dialog.query_one("#without", Button).press()
        await until(pilot, lambda: app.answers)
        assert app.answers == [Composed(Written(Raw("Half"), Raw("")), go_on=True, without=True)]


async def test_what_an_editor_leaves_is_the_text(monkeypatch: pytest.MonkeyPatch):
    async def edit(_: object, text: Raw) -> Raw:
        return Raw(f"{text.typed}, edited\twith \x1b]0;title\x07")

    monkeypatch.setattr(own_editor, "edit", edit)
    async with writing() as (app, pilot):
        app.text.text = "typed"
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "edited" in app.text.text)
        assert app.text.text == "typed, edited   with ␛]0;title␇"


async def test_an_editor_that_fails_says_so_and_the_text_stays(monkeypatch: pytest.MonkeyPatch):
    async def edit(_: object, text: Raw) -> Raw:
        raise NotTaken("At most 64 KiB are taken back from an editor.")

    monkeypatch.setattr(own_editor, "edit", edit)
    async with writing() as (app, pilot):
        app.text.text = "typed"
        await pilot.press("f4")
        await until(pilot, lambda: "64 KiB" in app.said)
        assert app.text.text == "typed" and "still here" in app.said


async def test_a_dialog_that_is_put_away_waits_for_its_editor(monkeypatch: pytest.MonkeyPatch):
    ended = asyncio.Event()

    async def edit(_: object, text: Raw) -> Raw:
        await ended.wait()
        return Raw("what was saved")

    monkeypatch.setattr(own_editor, "edit", edit)
    async with writing() as (app, pilot):
        await pilot.press("ctrl+o", "ctrl+s")
        app.dialog.put_away()
        await pilot.pause()
        assert app.answers == []
        ended.set()
        await until(pilot, lambda: app.answers)
        assert app.answers == [Composed(Written(Raw(""), Raw("what was saved")), go_on=False)]
