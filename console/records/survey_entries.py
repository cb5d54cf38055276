"""One entry of a survey, without identity: nothing in it leads to who took part, but the keyed token that stays in its table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record

RESOURCE = "survey-entries"
PREFIX = "SE"


class EntryState(StrEnum):
    SUBMITTED = "submitted"
    AGGREGATED = "aggregated"
    PURGED = "purged"


class SurveyEntry(Record):
    """`answers` and `demographics` are shown to nobody: they go into counts, and into the person's own access package."""

    state: Annotated[str, Category.PLAIN] = ""
    survey: Annotated[str | None, Category.PLAIN] = None
    submitted: Annotated[datetime | None, Category.PLAIN] = None
    aggregated: Annotated[datetime | None, Category.PLAIN] = None
    purged: Annotated[datetime | None, Category.PLAIN] = None
    answers: Annotated[Raw | None, Category.ANSWERS] = None
    demographics: Annotated[Raw | None, Category.DEMOGRAPHIC] = None
