"""A form that is asked until the platform takes what was typed. What was not taken is there again, for whoever typed it alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from textual.content import Content

from console.errors import Invalid
from console.raw import Raw
from screens.parts.base import PetworksScreen
from screens.parts.editing import at_fields
from screens.parts.question_form import NOTHING, Answers, Question, QuestionForm
from screens.parts.shell import Draft

T = TypeVar("T")

Typed = Mapping[str, Raw]
"""Name of a question → what was typed."""


class Wrong(Exception):
    """Something is wrong with it before it is sent: `errors` says what, by question; none where it is only looked at again."""

    def __init__(self, errors: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.errors = errors or {}


@dataclass(frozen=True)
class Asking:
    """`place` keeps what was typed, of the record's `version` if it is of one; `start` is what the form begins with.

    `settled` turns what would mean something else tomorrow, as "3h", into what it means now. `said_at` puts objections to questions.
    """

    place: str
    title: str
    questions: Sequence[Question]
    act: str
    about: Content | str = ""
    start: Typed = field(default_factory=dict)
    version: int | None = None
    settled: Callable[[Typed], Typed] = lambda typed: typed
    said_at: Callable[[Invalid, Sequence[str]], Mapping[str, str]] = at_fields

    @property
    def names(self) -> list[str]:
        return [question.name for question in self.questions]


async def ask_until_taken(screen: PetworksScreen, asking: Asking, take: Callable[[Answers], Awaitable[T]]) -> T | None:
    """What `take` made of it, or None when the form was left; run it in a worker."""
    draft = kept(screen, asking.place)
    before: Typed = asking.start if draft is None else draft.values
    errors: Mapping[str, str] = {}
    while True:
        answers = await _asked(screen, asking, before, errors)
        if not answers:
            return None
        before = answers.values
        try:
            taken = await take(answers)
        except Wrong as wrong:
            errors = wrong.errors
        except Invalid as error:
            errors = asking.said_at(error, ["", *asking.names])
        else:
            forget(screen, asking.place)
            return taken


async def _asked(screen: PetworksScreen, asking: Asking, before: Typed, errors: Mapping[str, str]) -> Answers:
    form = QuestionForm(
        asking.title, asking.questions, asking.act, about=asking.about, before=before, errors=errors, keeps=True
    )
    answers = await screen.app.push_screen_wait(form)
    values = asking.settled(answers.values)
    if any(values[name] != asking.start.get(name, NOTHING) for name in values):
        keep(screen, asking.place, values, asking.version)
    else:
        forget(screen, asking.place)
    return Answers(values, answers.go_on)


def kept(screen: PetworksScreen, place: str) -> Draft | None:
    """What this employee typed there before."""
    draft = screen.shell.drafts.get(place)
    return draft if draft is not None and draft.owner == screen.session.me.id else None


def keep(screen: PetworksScreen, place: str, values: Typed, version: int | None = None) -> None:
    screen.shell.drafts[place] = Draft(screen.session.me.id, values, version)


def forget(screen: PetworksScreen, place: str) -> None:
    screen.shell.drafts.pop(place, None)


# Moments


def typed_moment(at: datetime | None) -> Raw:
    """In this computer's zone, as a form takes it; seconds where there are any."""
    if at is None:
        return NOTHING
    here = at.astimezone()
    return Raw(f"{here:%Y-%m-%d %H:%M:%S}".removesuffix(":00"))


def settled_moments(typed: Typed, names: Sequence[str], read: Callable[[str], datetime | None]) -> Typed:
    """Those of the names as dates: what "3h" means moves on while it is a draft, and from one try of the same wish to the next."""
    moments = {name: read(typed[name].typed) for name in names if name in typed}
    return {**typed, **{name: typed_moment(at) for name, at in moments.items() if at is not None}}
