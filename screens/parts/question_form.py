"""A form of a few questions that are no fields of a record: what was typed comes back by name, and stays when it was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Button, Input, Label, Select, Static, TextArea

from console.plain import LINE_CAP
from console.raw import Raw
from console.text import block, line
from screens.parts.held_key import HeldKey
from screens.parts.revealed import HoldsValues
from screens.parts.tick import Tick

NOTHING = Raw("")
YES = "yes"


@dataclass(frozen=True)
class Question:
    """`choices` make it a list to choose from, `tick` a box, `long` a text of several lines, `tall` of many; else it is one line."""

    name: str
    label: str
    hint: str = ""
    choices: Mapping[str, str] | None = None
    any: str = ""
    """What no choice at all is called; without it one must be chosen."""
    tick: bool = False
    long: bool = False
    tall: bool = False
    must: bool = False
    longest: int = 200


@dataclass(frozen=True)
class Answers:
    """Name of a question → what was typed; false where it was left."""

    values: Mapping[str, Raw]
    go_on: bool

    def __bool__(self) -> bool:
        return self.go_on

    def typed(self, name: str) -> str:
        return self.values.get(name, NOTHING).typed.strip()

    def ticked(self, name: str) -> bool:
        return self.typed(name) == YES

    def given(self, *names: str) -> dict[str, Any]:
        """Those of the names that something was typed for."""
        return {name: self.typed(name) for name in names if self.typed(name)}


def listed(typed: str) -> list[str]:
    """The words of an answer that takes several, with commas between them or not."""
    return [each for each in re.split(r"[\s,]+", typed) if each]


class QuestionForm(HoldsValues[Answers]):
    """Answers what was typed; `before` is a draft, `errors` what was said of it, by name ("" where it is of none), `keeps` whether
    what is left is there again. What can't be shown as it was typed stays as it was, as long as nobody changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("ctrl+s,f2", "save", "save"),
    ]
    AUTO_FOCUS = ".form-fields Input, .form-fields Select, .form-fields TextArea"

    def __init__(
        self,
        title: str,
        questions: Sequence[Question],
        act: str,
        *,
        about: Content | str = "",
        before: Mapping[str, Raw] | None = None,
        errors: Mapping[str, str] | None = None,
        keeps: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._questions, self._act, self._keeps = title, questions, act, keeps
        self._about, self._before, self._errors = about, before or {}, errors or {}
        self._held = HeldKey()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -form -questions"):
            yield Static(Content(self._title), classes="dialog-title")
            if self._about:
                yield Static(
                    self._about if isinstance(self._about, Content) else Content(self._about), classes="dialog-text"
                )
            with VerticalScroll(classes="form-fields", can_focus=False):
                for question in self._questions:
                    yield from self._row(question)
            yield Static(line(self._errors.get("", "")), id="dialog-error")
            with Horizontal(classes="dialog-buttons"):
                yield Static(Content("ctrl+s or F2 does it"), classes="dialog-hint")
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content(self._act), id="act", classes="-deed")

    def _row(self, question: Question) -> ComposeResult:
        with Horizontal(classes=f"form-row{' -long' * question.long}{' -tall' * question.tall}"):
            yield Label(Content(question.label))
            yield self._asked(question)
        error = Static(id=f"e-{question.name}", classes="form-error")
        _say(error, self._errors.get(question.name, ""))
        yield error

    def _asked(self, question: Question) -> Select[str] | Tick | TextArea | Input:
        start, shown, at = self._start(question).typed, self._shown(question), f"q-{question.name}"
        if question.choices is not None:
            return self._choice(question, start, at)
        if question.tick:
            return Tick(Content(question.hint), start == YES, id=at)
        if question.long:
            return TextArea(shown, tab_behavior="focus", id=at)
        return Input(shown, placeholder=question.hint, max_length=question.longest, id=at, select_on_focus=False)

    def _start(self, question: Question) -> Raw:
        return self._before.get(question.name, NOTHING)

    def _shown(self, question: Question) -> str:
        """What it starts with, as the terminal can show it."""
        start = self._start(question)
        return (block(start) if question.long else line(start, max(question.longest, LINE_CAP))).plain

    def _choice(self, question: Question, start: str, at: str) -> Select[str]:
        options = [(line(label), code) for code, label in (question.choices or {}).items()]
        chosen: dict[str, Any] = {"value": start} if start in (question.choices or {}) else {}
        return Select(cast(Any, options), prompt=question.any or "choose", id=at, **chosen)

    # The answer

    def on_key(self, event: Key) -> None:
        self._held.pressed(event.key)

    def typed(self) -> dict[str, Raw]:
        return {question.name: self._answer(question) for question in self._questions}

    def _answer(self, question: Question) -> Raw:
        """What it started with, unless it was changed."""
        typed = self._typed(question)
        is_text = question.choices is None and not question.tick
        return self._start(question) if is_text and typed == self._shown(question) else Raw(typed)

    def _typed(self, question: Question) -> str:
        found = self.query_one(f"#q-{question.name}")
        if isinstance(found, Select):
            return found.value if isinstance(found.value, str) else ""
        if isinstance(found, Tick):
            return YES if found.value else ""
        return found.text if isinstance(found, TextArea) else cast(Input, found).value

    def _lacking(self, question: Question, typed: str) -> str:
        if typed.strip():
            return ""
        if question.choices is not None and not question.any:
            return "choose one"
        return "needed" if question.must else ""

    @on(Input.Submitted)
    def _on(self) -> None:
        """Enter goes to the next question, and sends nothing."""
        self.focus_next()

    @on(Button.Pressed, "#act")
    def action_save(self) -> None:
        if self._held.repeats:
            return
        lacking = {each.name: self._lacking(each, self._typed(each)) for each in self._questions}
        for name, wrong in lacking.items():
            _say(self.query_one(f"#e-{name}", Static), wrong)
        first = next((name for name, wrong in lacking.items() if wrong), None)
        if first is None:
            self.dismiss(Answers(self.typed(), go_on=True))
        else:
            self.query_one(f"#q-{first}").focus()

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(Answers(self.typed(), go_on=False))

    @property
    def keeps(self) -> bool:
        return self._keeps

    def put_away(self) -> None:
        self.action_cancel()


def _say(place: Static, wrong: str) -> None:
    """Where nothing is wrong, nothing takes a row."""
    place.update(line(wrong))
    place.display = bool(wrong)
