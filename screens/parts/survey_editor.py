"""The dialog in which a survey is written: its title and days, and its questions as a list to add to, change and put in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from console.raw import Raw
from console.text import line
from screens.parts import survey_draft
from screens.parts.campaign_form import WHEN
from screens.parts.held_key import HeldKey
from screens.parts.pick import Pick
from screens.parts.question_form import Answers, QuestionForm
from screens.parts.survey_draft import SurveyDraft, Typed

FIELDS: Mapping[str, tuple[str, str]] = {
    "title": ("Title", "what people read above it"),
    "opens": ("Opens", WHEN),
    "closes": ("Closes", WHEN),
}
"""Field → its label and hint."""

KEYS = "a add · enter change · d remove · K up · J down · ctrl+s or F2 saves"
EMPTY = "None yet: a adds one."


@dataclass(frozen=True)
class Drafted:
    """What was typed, and whether to save it."""

    draft: SurveyDraft
    go_on: bool


class SurveyEditor(ModalScreen[Drafted]):
    """Answers the draft; `errors` is what was said of it before, by field ("" where it is of none)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "keep as draft"),
        Binding("ctrl+s,f2", "save", "save"),
        Binding("a", "add", "add"),
        Binding("d,delete", "remove", "remove"),
        Binding("K,shift+up", "move(-1)", "up"),
        Binding("J,shift+down", "move(1)", "down"),
    ]
    AUTO_FOCUS = "#s-title"

    def __init__(self, title: str, draft: SurveyDraft, errors: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._title, self._draft, self._errors = title, draft, errors or {}
        self._held = HeldKey()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -wide -form", id="survey-editor"):
            yield Static(line(self._title), classes="dialog-title")
            for name, (label, hint) in FIELDS.items():
                with Horizontal(classes="form-row"):
                    yield Label(Content(label))
                    yield Input(
                        self._shown(name), placeholder=hint, id=f"s-{name}", max_length=200, select_on_focus=False
                    )
                yield Static(line(self._errors.get(name)), id=f"e-{name}", classes="form-error")
            yield Static(Content("Questions"), id="questions-title")
            yield OptionList(id="questions")
            yield Static(line(self._errors.get("")), id="dialog-error")
            yield Static(Content(KEYS), classes="dialog-hint")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Add a question"), id="add")
                yield Button(Content("Save the draft"), id="act", classes="-deed")

    def on_mount(self) -> None:
        for name in FIELDS:
            self._say(name, self._errors.get(name, ""))
        self._show_questions(0)

    def on_key(self, event: Key) -> None:
        self._held.pressed(event.key)

    # The questions

    @property
    def _list(self) -> OptionList:
        return self.query_one("#questions", OptionList)

    def _show_questions(self, at: int) -> None:
        found = self._list
        found.clear_options()
        found.add_options([_option(each, number) for number, each in enumerate(self._draft.questions, 1)])
        if self._draft.questions:
            found.highlighted = max(0, min(at, len(self._draft.questions) - 1))
        else:
            found.add_option(Option(Content(EMPTY).stylize("dim"), disabled=True))

    @on(Button.Pressed, "#add")
    def action_add(self) -> None:
        kinds = [Option(Content(words), id=kind) for kind, words in survey_draft.KINDS.items()]
        self.app.push_screen(Pick(Content("What kind of question"), kinds), self._kind_chosen)

    def _kind_chosen(self, kind: str | None) -> None:
        if kind is not None:
            self._ask(Typed(kind, survey_draft.FRESH.get(kind, {})), None)

    @on(OptionList.OptionSelected)
    def _change(self, event: OptionList.OptionSelected) -> None:
        self._ask(self._draft.questions[event.option_index], event.option_index)

    def _ask(self, question: Typed, place: int | None, errors: Mapping[str, str] | None = None) -> None:
        """Until it is one that can be asked, or left."""
        title = "New question" if place is None else f"Question {place + 1}"
        form = QuestionForm(
            title,
            survey_draft.ASKED[question.kind],
            "Take it",
            about=survey_draft.ABOUT.get(question.kind, survey_draft.KINDS[question.kind]),
            before=question.values,
            errors=errors,
        )
        self.app.push_screen(form, lambda answers: self._answered(question.kind, place, answers))

    def _answered(self, kind: str, place: int | None, answers: Answers | None) -> None:
        if not answers:
            return
        question = Typed(kind, answers.values)
        if wrong := survey_draft.lacking(kind, answers):
            self._ask(question, place, wrong)
            return
        self._draft = self._draft.added(question) if place is None else self._draft.changed(place, question)
        self._show_questions(len(self._draft.questions) if place is None else place)
        self._list.focus()

    def action_remove(self) -> None:
        at = self._list.highlighted
        if at is not None and self._draft.questions:
            self._draft = self._draft.removed(at)
            self._show_questions(at)

    def action_move(self, step: int) -> None:
        at = self._list.highlighted
        if at is not None and self._draft.questions:
            self._draft = self._draft.moved(at, step)
            self._show_questions(at + step)

    # The answer

    @on(Input.Submitted)
    def _on(self) -> None:
        """Enter goes to the next field, and saves nothing."""
        self.focus_next()

    def _typed(self) -> SurveyDraft:
        title, opens, closes = map(self._field, FIELDS)
        return replace(self._draft, title=title, opens=opens, closes=closes)

    def _field(self, name: str) -> Raw:
        """What can't be shown as it was typed stays as it was, as long as nobody changes it."""
        typed, before = self.query_one(f"#s-{name}", Input).value, getattr(self._draft, name)
        return before if typed == self._shown(name) else Raw(typed)

    def _shown(self, name: str) -> str:
        return line(getattr(self._draft, name)).plain

    @on(Button.Pressed, "#act")
    def action_save(self) -> None:
        if self._held.repeats:
            return
        draft = self._typed()
        lacking = {name: "" if getattr(draft, name).typed.strip() else "needed" for name in FIELDS}
        for name, wrong in lacking.items():
            self._say(name, wrong)
        if not draft.questions:
            self.query_one("#dialog-error", Static).update(Content("A survey asks something: a adds a question."))
        first = next((name for name, wrong in lacking.items() if wrong), None)
        if first is not None:
            self.query_one(f"#s-{first}").focus()
        elif draft.questions:
            self.dismiss(Drafted(draft, go_on=True))
        else:
            self._list.focus()

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(Drafted(self._typed(), go_on=False))

    def _say(self, name: str, wrong: str) -> None:
        """Where nothing is wrong, nothing takes a row."""
        place = self.query_one(f"#e-{name}", Static)
        place.update(line(wrong))
        place.display = bool(wrong)


def _option(question: Typed, number: int) -> Option:
    kind = {"nps": "NPS", "text": "text"}.get(question.kind, question.kind)
    options = f", {len(question.options)} options" if question.options else ""
    optional = ", optional" if question.optional else ""
    said = Content.assemble((f"{number:>2}  ", "dim"), line(question.values.get("text")))
    return Option(Content.assemble(said, (f"  {kind}{options}{optional}", "dim")))
