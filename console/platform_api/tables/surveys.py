"""Surveys, their entries, what was typed into them, and their counts. No column of these leads to a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, Text
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


class SurveyRow(Row, table=True):
    """`counted`: how many of its entries are in its counts; `settled`: all of them, and it is closed."""

    __tablename__ = "surveys"
    __table_args__ = (
        Index("surveys_state", "state", "number"),
        Index("surveys_opens", "opens", "number"),
        Index("surveys_closes", "closes", "number"),
        Index("surveys_state_opens", "state", "opens", "number"),
        Index("surveys_state_closes", "state", "closes", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    state: str = "draft"
    title: str = Field(sa_type=Text)
    questions: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    opens: datetime = moment()
    closes: datetime = moment()
    created: datetime = moment()
    created_by: str | None = id_field(default=None)
    opened: datetime | None = moment(default=None)
    opened_by: str | None = id_field(default=None)
    closed: datetime | None = moment(default=None)
    closed_by: str | None = id_field(default=None)
    policy_version: str | None = None
    entries: int = 0
    started: int | None = None
    counted: int = 0
    settled: datetime | None = moment(default=None)
    purged: datetime | None = moment(default=None)


class SurveyEntryRow(Row, table=True):
    """Sealed under a key of its own (owner: its id). `taker`: a keyed token of who took part, for their package and their erasure."""

    __tablename__ = "survey_entries"
    __table_args__ = (
        Index("survey_entries_survey", "survey", "number"),
        Index("survey_entries_state", "state", "number"),
        Index("survey_entries_survey_state", "survey", "state", "number"),
        Index("survey_entries_taker", "taker"),
        Index("survey_entries_once", "survey", "taker", unique=True),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "submitted"
    survey: str = id_field()
    submitted: datetime = moment()
    aggregated: datetime | None = moment(default=None)
    purged: datetime | None = moment(default=None)
    taker: int | None = Field(default=None, sa_type=BigInteger)
    sealed_answers: bytes | None = sealed()
    sealed_demographic: bytes | None = sealed()


class SurveyTextRow(Row, table=True):
    """What somebody typed, sealed under the key of their entry. `place` is drawn at random: the order in which texts are read."""

    __tablename__ = "survey_texts"
    __table_args__ = (
        Index("survey_texts_place", "survey", "question", "place"),
        Index("survey_texts_entry", "entry"),
    )

    id: str = id_field(primary_key=True)
    entry: str = id_field()
    survey: str = id_field()
    question: str
    place: int = Field(sa_type=BigInteger)
    sealed_answers: bytes = Field(sa_type=LargeBinary)


class SurveyCountRow(Row, table=True):
    """How many entries. `question` empty: of all entries; `breakdown` empty: of everybody; `value`: of that age, week …"""

    __tablename__ = "survey_counts"

    survey: str = id_field(primary_key=True)
    question: str = Field(primary_key=True)
    breakdown: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    answer: str = Field(primary_key=True)
    count: int = Field(sa_type=BigInteger)
