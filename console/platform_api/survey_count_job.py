"""The job that counts a survey's entries, a batch a transaction: killed anywhere, each entry is counted once.

While a survey is open whole batches are counted, so that there is little left to do at its closing. Nothing of it is told before the last.

`job.ids`: survey.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, select, update

from console.platform_api import jobs, survey_counts
from console.platform_api.desk import Desk
from console.platform_api.documents import load
from console.platform_api.jobs import Job
from console.platform_api.platform import Platform
from console.platform_api.survey_answers import GIVEN, Question, counts_as
from console.platform_api.survey_counts import COMPLETE, EVERYBODY, EVERYTHING, PARTLY, Cell, Counts
from console.platform_api.survey_entries import entries
from console.platform_api.surveys import surveys
from console.platform_api.tables import SurveyTextRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records.record import Category
from console.records.survey_entries import RESOURCE as ENTRIES
from console.records.survey_entries import EntryState
from console.records.surveys import RESOURCE, SurveyState

JOB = "survey-count"
AT_ONCE = 1_000
"""Entries in one transaction: 0.1 s."""

texts = table(SurveyTextRow)

# When


def ask(work: Transaction, survey: str) -> None:
    jobs.enqueue(work, JOB, f"{JOB}:{survey}", {"survey": survey})


def sweep(work: Transaction) -> None:
    """Whoever closed it, or didn't: on its last day a survey closes by itself. What can be counted has its job."""
    _close_over(work)
    unsettled = surveys.c.state != SurveyState.DRAFT, surveys.c.settled.is_(None)
    for row in work.connection.execute(select(surveys).where(*unsettled).order_by(surveys.c.number)).all():
        if row.state == SurveyState.CLOSED or _has_batch(work.connection, row.id):
            ask(work, row.id)


def _has_batch(connection: Connection, survey: str) -> bool:
    last = select(entries.c.number).where(*_waiting(survey)).offset(AT_ONCE - 1).limit(1)
    return connection.execute(last).first() is not None


def _waiting(survey: str) -> tuple[ColumnElement[bool], ...]:
    return entries.c.survey == survey, entries.c.state == str(EntryState.SUBMITTED)


def _close_over(work: Transaction) -> None:
    over = surveys.c.state == SurveyState.OPEN, surveys.c.closes <= work.now
    found = select(surveys).where(*over).order_by(surveys.c.number).with_for_update()
    for row in work.connection.execute(found).all():
        work.change(RESOURCE, surveys, row, state=str(SurveyState.CLOSED), closed=work.now)
        work.entries.append(work.entry(RESOURCE, "close", record=row.id, details={"entries": row.entries}))


# Counting


def run(desk: Desk, job: Job) -> None:
    goes_on = True
    while goes_on:
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job)
            goes_on = count_some(work, job.ids["survey"])
            if not goes_on:
                jobs.done(work, job)


def count_some(work: Transaction, survey: str) -> bool:
    """One batch; whether there may be another."""
    row = work.lock(surveys, survey)
    if row is None or row.settled is not None:
        return False
    closed = row.state == SurveyState.CLOSED
    some = select(entries).where(*_waiting(survey)).order_by(entries.c.number).limit(AT_ONCE)
    found = work.connection.execute(some.with_for_update()).all()
    if len(found) == AT_ONCE or (closed and found):
        _count(work, row, found)
        return True
    if closed:
        _settle(work, row)
    return False


def _count(work: Transaction, survey: Row[Any], rows: Sequence[Row[Any]]) -> None:
    number, found = _tally(work.platform, work.connection, survey, rows)
    survey_counts.add(work.connection, survey.id, found)
    _mark(work, rows)
    _change(work, survey, counted=survey.counted + number)
    work.entries.append(work.entry(RESOURCE, "count", record=survey.id, details={"entries": number}))


def _mark(work: Transaction, rows: Sequence[Row[Any]]) -> None:
    ids = [row.id for row in rows]
    done = {"state": str(EntryState.AGGREGATED), "aggregated": work.now, "version": entries.c.version + 1}
    work.connection.execute(update(entries).where(entries.c.id.in_(ids)).values(done))


def _settle(work: Transaction, survey: Row[Any]) -> None:
    """From now on what people answered is told, and nothing of it changes any more."""
    _change(work, survey, settled=work.now)
    work.entries.append(work.entry(RESOURCE, "settle", record=survey.id, details={"counted": survey.counted}))


def _change(work: Transaction, survey: Row[Any], **values: Any) -> None:
    """Its version stays, as nobody's decision on it is out of date; consoles hear of it all the same."""
    work.connection.execute(update(surveys).where(surveys.c.id == survey.id).values(**values))
    work.touched[(RESOURCE, str(survey.id))] = survey.version


# What they said


def _tally(
    platform: Platform, connection: Connection, survey: Row[Any], rows: Sequence[Row[Any]]
) -> tuple[int, Counts]:
    """How many entries, and their counts. One whose key is gone is being erased: it counts no more."""
    keys, zone = platform.vault.keys_of([row.id for row in rows]), ZoneInfo(platform.rules.zone)
    typed, found, number = _typed(connection, list(keys)), Counts(), 0
    for row in rows:
        key = keys.get(row.id)
        if key is not None:
            number += 1
            said = _opened(key, row, Category.DEMOGRAPHIC)
            told = {**_opened(key, row, Category.ANSWERS), **dict.fromkeys(typed[row.id], GIVEN)}
            found.update(cells(survey.questions, told, survey_counts.group_of(said, row.submitted, zone)))
    return number, found


def _opened(key: Any, row: Row[Any], category: Category) -> dict[str, str]:
    sealed = getattr(row, f"sealed_{category}")
    if sealed is None:
        return {}
    return {name: it.value for name, it in load(key.open(ENTRIES, row.id, str(category), bytes(sealed))).items()}


def _typed(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[str]]:
    """Entry → the questions that it answers in words."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry, question in connection.execute(select(texts.c.entry, texts.c.question).where(texts.c.entry.in_(ids))):
        found[entry].append(question)
    return found


def cells(questions: Sequence[Question], told: Mapping[str, str], groups: Mapping[str, str]) -> list[Cell]:
    """All cells in which one entry counts."""
    whole = all(question["id"] in told for question in questions)
    found = [Cell(EVERYTHING, EVERYBODY, "", COMPLETE if whole else PARTLY)]
    found += [Cell(EVERYTHING, breakdown, value, "") for breakdown, value in groups.items()]
    for question in questions:
        named = question["id"]
        answer = counts_as(question, told.get(named))
        found.append(Cell(named, EVERYBODY, "", answer))
        found += [Cell(named, breakdown, value, answer) for breakdown, value in groups.items()]
    return found
