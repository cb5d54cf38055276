"""What the platform answers of a survey: how many took part, and what they said, in counts. None is a hidden cell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from console.raw import Raw


class _Figure(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Answered(_Figure):
    """How often an answer was given; `label` is that of a choice's option."""

    answer: str
    label: Raw | None = None
    count: int | None = None


class Score(_Figure):
    """Promoters less detractors in points of a hundred, with the 95 % interval."""

    score: float
    low: float
    high: float


class OfQuestion(_Figure):
    """In a group of a breakdown, kind, text and labels stand at the question itself."""

    id: str
    kind: str = ""
    text: Raw | None = None
    optional: bool = False
    answers: Annotated[tuple[Answered, ...], BeforeValidator(lambda told: told or ())] = ()
    """Empty while none is told."""
    nps: Score | None = None
    mean: float | None = None


class Group(_Figure):
    """Who said the same of themselves, or took part in the same week; `until`: the last Monday of a longer time."""

    value: str
    until: str | None = None
    entries: int | None = None
    questions: tuple[OfQuestion, ...] = ()


class Day(_Figure):
    start: date
    entries: int = 0


class Completion(_Figure):
    """`share` of those counted answered everything."""

    complete: int | None = None
    share: float | None = None


class SurveyFigures(_Figure):
    """Until it is settled no answer is `told`, `because` of what it says; `finished` of those who began sent it in."""

    told: bool = False
    because: Raw | None = None
    survey: str = ""
    state: str = ""
    entries: int = 0
    counted: int = 0
    settled: datetime | None = None
    started: int | None = None
    finished: float | None = None
    least: int = 10
    zone: str = ""
    completion: Completion | None = None
    days: tuple[Day, ...] = ()
    questions: tuple[OfQuestion, ...] = ()
    by: str | None = None
    groups: tuple[Group, ...] | None = None
