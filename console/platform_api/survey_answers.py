"""What may be answered to a question, what an answer counts as, and what is wrong with those that came. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.records.surveys import GROUPS, HIGHEST, LOWEST, Kind

Question = Mapping[str, Any]
"""As it is stored with the survey."""
Answer = int | str
Mistake = tuple[str, str]
"""Where, and what; neither repeats what was sent."""

NONE, GIVEN = "none", "given"
"""What no answer counts as, and words."""

LONGEST_TEXT = 10_000


def counted(question: Question) -> tuple[str, ...]:
    """All that an answer to it can count as, in the order in which it is shown."""
    known = _known(question)
    return (*known, NONE) if question.get("optional") else known


def _known(question: Question) -> tuple[str, ...]:
    kind = question["kind"]
    if kind == Kind.CHOICE:
        return tuple(option["code"] for option in question["options"])
    if kind == Kind.SCALE:
        return tuple(str(number) for number in range(question["low"], question["high"] + 1))
    return tuple(GROUPS) if kind == Kind.NPS else (GIVEN,)


def counts_as(question: Question, value: str | None) -> str:
    """Of a stored answer. An NPS score counts as its group alone."""
    if value is None:
        return NONE
    if question["kind"] == Kind.NPS:
        return next(group for group, scores in GROUPS.items() if int(value) in scores)
    return GIVEN if question["kind"] == Kind.TEXT else value


def mistakes(questions: Sequence[Question], sent: Sequence[tuple[str, Answer]]) -> Iterator[Mistake]:
    """Strict: each question is known and answered once, each answer one that it has, and none is missing that isn't optional."""
    by_id, seen = {question["id"]: question for question in questions}, set[str]()
    for place, (named, value) in enumerate(sent):
        question = by_id.get(named)
        if question is None:
            yield f"answers.{place}.question", "is no question of the survey"
        elif named in seen:
            yield f"answers.{place}.question", "is answered twice"
        elif what := _wrong(question, value):
            yield f"answers.{place}.answer", what
        seen.add(named)
    if any(not question.get("optional") and question["id"] not in seen for question in questions):
        yield "answers", "lack one to a question that isn't optional"


def _wrong(question: Question, value: Answer) -> str:
    kind = question["kind"]
    if kind == Kind.TEXT:
        fits = isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_TEXT
        return "" if fits else f"is text of up to {LONGEST_TEXT} characters"
    if kind == Kind.CHOICE:
        return "" if isinstance(value, str) and value in _known(question) else "is one of the question's options"
    low, high = (LOWEST, HIGHEST) if kind == Kind.NPS else (question["low"], question["high"])
    return "" if isinstance(value, int) and low <= value <= high else f"is a whole number from {low} to {high}"
