"""A survey's draft as it is typed: questions of four kinds, their options one a line, moved up and down. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from console.raw import Raw
from console.records import surveys
from console.records.surveys import Kind, Survey
from screens.parts import campaign_form
from screens.parts.asking import typed_moment
from screens.parts.question_form import NOTHING, YES, Answers, Question

KINDS: Mapping[str, str] = {
    Kind.NPS: "How likely one recommends us, 0 to 10 (NPS)",
    Kind.SCALE: "A number between two ends",
    Kind.CHOICE: "One of some options",
    Kind.TEXT: "Free text",
}
"""Kind → words, for whoever adds a question."""

NPS_TEXT = "How likely are you to recommend Petworks to a friend?"

_TEXT = Question("text", "Question", long=True, must=True)
_OPTIONAL = Question("optional", "Optional", "it may be left out", tick=True)
ASKED: Mapping[str, Sequence[Question]] = {
    Kind.NPS: (_TEXT, _OPTIONAL),
    Kind.TEXT: (_TEXT, _OPTIONAL),
    Kind.CHOICE: (_TEXT, Question("options", "Options", long=True, tall=True, must=True), _OPTIONAL),
    Kind.SCALE: (
        _TEXT, Question("low", "From", "1", must=True), Question("low_label", "It means", "of the low end, if anything"),
        Question("high", "To", "5", must=True), Question("high_label", "It means", "of the high end, if anything"), _OPTIONAL,
    ),
}  # fmt: skip
"""Kind → what is asked of a question of it."""

FRESH: Mapping[str, Mapping[str, Raw]] = {
    Kind.NPS: {"text": Raw(NPS_TEXT)},
    Kind.SCALE: {"low": Raw("1"), "high": Raw("5")},
}

ABOUT: Mapping[str, str] = {Kind.CHOICE: "Options: one a line, two or more."}


@dataclass(frozen=True)
class Typed:
    """A question as it was typed: all of it is text until the platform takes it."""

    kind: str
    values: Mapping[str, Raw]

    def typed(self, name: str) -> str:
        return self.values.get(name, NOTHING).typed.strip()

    @property
    def options(self) -> list[str]:
        return [each.strip() for each in self.typed("options").splitlines() if each.strip()]

    @property
    def optional(self) -> bool:
        return self.typed("optional") == YES


@dataclass(frozen=True)
class SurveyDraft:
    title: Raw = NOTHING
    opens: Raw = NOTHING
    closes: Raw = NOTHING
    questions: tuple[Typed, ...] = ()

    def added(self, question: Typed) -> SurveyDraft:
        return replace(self, questions=(*self.questions, question))

    def changed(self, place: int, question: Typed) -> SurveyDraft:
        return replace(self, questions=(*self.questions[:place], question, *self.questions[place + 1 :]))

    def removed(self, place: int) -> SurveyDraft:
        return replace(self, questions=(*self.questions[:place], *self.questions[place + 1 :]))

    def moved(self, place: int, step: int) -> SurveyDraft:
        """The question one further up or down; at the end it stays."""
        to = place + step
        if not (0 <= place < len(self.questions) and 0 <= to < len(self.questions)):
            return self
        order = list(self.questions)
        order[place], order[to] = order[to], order[place]
        return replace(self, questions=tuple(order))


def of_survey(survey: Survey) -> SurveyDraft:
    questions = tuple(_typed(each) for each in survey.questions)
    return SurveyDraft(survey.title or NOTHING, typed_moment(survey.opens), typed_moment(survey.closes), questions)


def _typed(question: surveys.Question) -> Typed:
    values = {"text": question.text, "optional": Raw(YES if question.optional else "")}
    values |= {name: Raw(str(end)) for name in ("low", "high") if (end := getattr(question, name)) is not None}
    values |= {name: label for name in ("low_label", "high_label") if (label := getattr(question, name)) is not None}
    if question.options:
        values["options"] = Raw("\n".join(option.label.typed for option in question.options))
    return Typed(question.kind, values)


def lacking(kind: str, answers: Answers) -> dict[str, str]:
    """What is wrong with a question as it was typed, by field."""
    typed = Typed(kind, answers.values)
    if kind == Kind.CHOICE:
        if len(typed.options) < 2:
            return {"options": "two options or more, one a line"}
        return {} if len(set(typed.options)) == len(typed.options) else {"options": "two of them are the same"}
    if kind != Kind.SCALE:
        return {}
    wrong = {name: "a whole number from 0 to 10" for name in ("low", "high") if _end(typed.typed(name)) is None}
    if not wrong and (_end(typed.typed("low")) or 0) >= (_end(typed.typed("high")) or 0):
        wrong["high"] = "more than the low end"
    return wrong


def _end(typed: str) -> int | None:
    fits = typed.isascii() and typed.isdecimal() and len(typed) <= 2 and int(typed) <= surveys.HIGHEST
    return int(typed) if fits else None


def wish(draft: SurveyDraft, opens: str, closes: str) -> dict[str, Any]:
    """As the platform takes it."""
    questions = [question_wish(each) for each in draft.questions]
    return {"title": draft.title.typed.strip(), "questions": questions, "opens": opens, "closes": closes}


def question_wish(question: Typed) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": question.kind, "text": question.typed("text"), "optional": question.optional}
    if question.kind == Kind.CHOICE:
        found["options"] = question.options
    if question.kind == Kind.SCALE:
        found |= {"low": _end(question.typed("low")), "high": _end(question.typed("high"))}
        found |= {name: question.typed(name) for name in ("low_label", "high_label") if question.typed(name)}
    return found


# Kept while it isn't saved


def settled(draft: SurveyDraft, now: datetime) -> SurveyDraft:
    """With the days and times that "now" and "+3d" mean."""
    found = campaign_form.settled({"opens": draft.opens, "closes": draft.closes}, now)
    return replace(draft, opens=found["opens"], closes=found["closes"])


def kept(draft: SurveyDraft) -> dict[str, Raw]:
    questions = [{"kind": it.kind, **{name: raw.typed for name, raw in it.values.items()}} for it in draft.questions]
    return {
        "title": draft.title, "opens": draft.opens, "closes": draft.closes, "questions": Raw(json.dumps(questions)),
    }  # fmt: skip


def read(values: Mapping[str, Raw]) -> SurveyDraft:
    questions = tuple(
        Typed(it["kind"], {name: Raw(text) for name, text in it.items() if name != "kind"})
        for it in json.loads(values["questions"].typed)
    )
    return SurveyDraft(values["title"], values["opens"], values["closes"], questions)
