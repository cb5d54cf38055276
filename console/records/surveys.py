"""A survey: questions that are fixed once it is open, and what of its answers is told: counts, never whose they are (P23, P34)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.record import Category, Record, transition

RESOURCE = "surveys"
PREFIX = "SV"


class SurveyState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Kind(StrEnum):
    """Of a question: one of some options, a number between two ends, how likely one recommends us (0 to 10), words."""

    CHOICE = "choice"
    SCALE = "scale"
    NPS = "nps"
    TEXT = "text"


TRANSITIONS = {
    "open": transition(SurveyState.DRAFT, to=SurveyState.OPEN),
    "close": transition(SurveyState.OPEN, to=SurveyState.CLOSED),
}

ONLY_IN: Mapping[str, frozenset[str]] = {
    "edit": frozenset({SurveyState.DRAFT}),
    "figures": frozenset({SurveyState.OPEN, SurveyState.CLOSED}),
    "export": frozenset({SurveyState.CLOSED}),
    "texts": frozenset({SurveyState.CLOSED}),
}

DEMOGRAPHICS: Mapping[str, tuple[str, ...]] = {
    "age_band": ("18-24", "25-34", "35-44", "45-54", "55-64", "65+"),
    "gender": ("female", "male", "nonbinary"),
    "region": tuple("0123456789"),
}
"""What who answers may say of themselves, all of it optional; a region is the first digit of a postcode, and no more of it is taken."""

WEEK = "week"
BREAKDOWNS = (*DEMOGRAPHICS, WEEK)
"""By what answers are broken down, one at a time."""

LEAST = 10
"""A cell with fewer entries is hidden, with what would tell it by subtraction (P23)."""

LOWEST, HIGHEST = 0, 10
"""Of an NPS question, and the ends that a scale can have."""

GROUPS: Mapping[str, range] = {"detractor": range(7), "passive": range(7, 9), "promoter": range(9, 11)}
"""What the answers of an NPS question count as: single scores are not kept."""


class Option(BaseModel):
    """`code` is what an entry names it by."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str
    label: Raw


class Question(BaseModel):
    """`id`: q1, q2 …; `options` of a choice, `low` to `high` of a scale, each end with a label or without."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    kind: str
    text: Raw
    optional: bool = False
    options: tuple[Option, ...] = ()
    low: int | None = None
    high: int | None = None
    low_label: Raw | None = None
    high_label: Raw | None = None


class Survey(Record):
    """Entries are taken from `opens` to `closes`, once a manager opened it and until one closes it before.

    `entries` came in, `counted` of them are in its counts; `settled`: closed and all counted, so that what people answered is told.
    `started`: how many began, as far as the marketplace says so. `purge_due`: when the answers themselves go.
    """

    state: Annotated[str, Category.PLAIN] = ""
    title: Annotated[Raw | None, Category.PLAIN] = None
    questions: Annotated[tuple[Question, ...], Category.PLAIN] = ()
    opens: Annotated[datetime | None, Category.PLAIN] = None
    closes: Annotated[datetime | None, Category.PLAIN] = None
    created: Annotated[datetime | None, Category.PLAIN] = None
    created_by: Annotated[str | None, Category.PLAIN] = None
    opened: Annotated[datetime | None, Category.PLAIN] = None
    opened_by: Annotated[str | None, Category.PLAIN] = None
    closed: Annotated[datetime | None, Category.PLAIN] = None
    closed_by: Annotated[str | None, Category.PLAIN] = None
    policy_version: Annotated[str | None, Category.PLAIN] = None
    entries: Annotated[int, Category.PLAIN] = 0
    started: Annotated[int | None, Category.PLAIN] = None
    counted: Annotated[int, Category.PLAIN] = 0
    settled: Annotated[datetime | None, Category.PLAIN] = None
    purge_due: Annotated[datetime | None, Category.PLAIN] = None
    purged: Annotated[datetime | None, Category.PLAIN] = None
