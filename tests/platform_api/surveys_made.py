"""Surveys and entries for tests, put straight into the databases as managers, ingest and counting would leave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from console.platform_api.ids import new_id
from console.platform_api.ingest_surveys import SentEntry, entry_rows
from console.platform_api.platform import Platform
from console.platform_api.survey_count_job import count_some
from console.platform_api.surveys import surveys
from console.platform_api.tables import SurveyEntryRow, SurveyRow, table
from console.platform_api.transaction import own_work
from console.records.surveys import SurveyState
from tests.platform_api.api import employee_id

NPS = {"id": "q1", "kind": "nps", "text": "Would you recommend us?", "optional": False}
CHOICE = {
    "id": "q2", "kind": "choice", "text": "Which service?", "optional": True,
    "options": [{"code": "o1", "label": "Walking"}, {"code": "o2", "label": "Grooming"}, {"code": "o3", "label": "Sitting"}],
}  # fmt: skip
SCALE = {"id": "q3", "kind": "scale", "text": "How was it?", "optional": True, "low": 1, "high": 5}
WORDS = {"id": "q4", "kind": "text", "text": "What else?", "optional": True}
QUESTIONS: tuple[Mapping[str, Any], ...] = (NPS, CHOICE, SCALE, WORDS)

_entries = table(SurveyEntryRow)


def add_survey(
    platform: Platform,
    state: str = "open",
    *,
    questions: Sequence[Mapping[str, Any]] = QUESTIONS,
    days: float = 30,
    **columns: Any,
) -> str:
    """Open since ten days ago, for `days` from now; one that is closed is settled. Its id."""
    now, survey = platform.clock(), new_id()
    found: dict[str, Any] = {
        "state": state, "title": "How are we doing?", "questions": [dict(question) for question in questions],
        "opens": now - timedelta(days=10), "closes": now + timedelta(days=days), "created": now - timedelta(days=11),
        "created_by": employee_id(platform, "manager"),
    }  # fmt: skip
    if state != SurveyState.DRAFT:
        found |= {"opened": found["opens"], "opened_by": found["created_by"], "policy_version": "1"}
    if state == SurveyState.CLOSED:
        found |= {
            "closed": now - timedelta(days=1),
            "closes": now - timedelta(days=1),
            "settled": now - timedelta(days=1),
        }
    with platform.database.writing() as session:
        session.add(SurveyRow(id=survey, **{**found, **columns}))
    return survey


def add_entry(
    platform: Platform,
    survey: str,
    *,
    answers: Mapping[str, Any] | None = None,
    text: str | None = None,
    said: Mapping[str, str] | None = None,
    person: str | None = None,
    submitted: datetime | None = None,
    counted: bool = False,
) -> str:
    """As ingest would store it, whatever state the survey is in; its id. `counted`: it is said to be."""
    given: dict[str, Any] = {"q1": 9, **({"q4": text} if text else {})}
    told = dict(given if answers is None else answers)
    entry, now = new_id(), platform.clock()
    platform.vault.create([entry])
    key = platform.vault.keys_of([entry])[entry]
    row = row_of(platform, survey)
    sent = SentEntry(f"entry-{entry}", row.number, submitted or now, None, list(told.items()), said or {})
    with platform.database.writing() as session:
        session.add_all(entry_rows(platform.keys, key, sent, row, person, now))
        raised = {"entries": surveys.c.entries + 1}
        session.connection().execute(surveys.update().where(surveys.c.id == survey).values(raised))
        if counted:
            session.flush()
            state = {"state": "aggregated", "aggregated": now}
            session.connection().execute(_entries.update().where(_entries.c.id == entry).values(state))
    return entry


def row_of(platform: Platform, survey: str) -> Any:
    with platform.database.reading() as connection:
        return connection.execute(select(surveys).where(surveys.c.id == survey)).one()


def number_of(platform: Platform, survey: str) -> str:
    return f"SV-{row_of(platform, survey).number}"


def entry_of(platform: Platform, entry: str) -> Any:
    with platform.database.reading() as connection:
        return connection.execute(select(_entries).where(_entries.c.id == entry)).first()


def fill(platform: Platform, survey: str, count: int, random: Any, **more: Any) -> list[str]:
    """So many entries that answer at random, and say of themselves what they like."""
    made = []
    for _ in range(count):
        answers: dict[str, Any] = {"q1": random.randrange(11)}
        if random.random() < 0.8:
            answers["q2"] = random.choice(["o1", "o1", "o2", "o3"])
        if random.random() < 0.8:
            answers["q3"] = random.randint(1, 5)
        said = {"gender": random.choice(["female", "male"])} if random.random() < 0.8 else {}
        made.append(add_entry(platform, survey, answers=answers, said=said, **more))
    return made


def count_all(platform: Platform, survey: str) -> None:
    """All steps that counting takes now."""
    goes_on = True
    while goes_on:
        with own_work(platform) as work:
            goes_on = count_some(work, survey)


def close(platform: Platform, survey: str) -> None:
    """And count what is left."""
    now = platform.clock()
    with platform.database.writing() as session:
        session.connection().execute(surveys.update().where(surveys.c.id == survey).values(state="closed", closed=now))
    count_all(platform, survey)
