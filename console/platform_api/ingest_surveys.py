"""Entries of surveys as the marketplace sends them: checked against the questions, sealed under a key of their own, never corrected.

Who took part is named by the marketplace's id and kept as a keyed token alone. Sending the same again changes nothing, whatever it
says; what comes before a survey's first day or after its closing is refused, and so is a second entry of the same person. Once a survey's
purge is due nothing tells any more what is sent again, and nothing would stay of it: then what was submitted in time changes nothing either.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select, update

from console.platform_api import survey_counts
from console.platform_api.documents import Value, dump
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.ingest_batch import (
    Mistakes,
    Outcome,
    answers,
    by_external_id,
    finish,
    ingesting,
    refuse_twice,
)
from console.platform_api.keys import Keys
from console.platform_api.masked_text import mask_text
from console.platform_api.privacy_opt_out import GONE
from console.platform_api.problems import Conflict
from console.platform_api.survey_answers import Answer, mistakes
from console.platform_api.survey_counts import Cell
from console.platform_api.survey_entries import entries
from console.platform_api.surveys import RAW_KEPT, surveys
from console.platform_api.tables import SurveyEntryRow, SurveyTextRow, UserRow, table
from console.platform_api.takers import survey_taker
from console.platform_api.transaction import Transaction
from console.platform_api.vault import OwnerKey
from console.records import surveys as survey_records
from console.records.record import Category
from console.records.survey_entries import PREFIX, RESOURCE
from console.records.surveys import Kind, SurveyState
from console.records.users import Source

_users = table(UserRow)

Rows = Mapping[int, Row[Any]]


@dataclass(frozen=True)
class SentEntry:
    """`survey`: its number; `person`: the marketplace's id of who took part, if they were signed in; `said`: of themselves."""

    external_id: str
    survey: int
    submitted: datetime
    person: str | None = None
    answers: Sequence[tuple[str, Answer]] = field(default=(), repr=False)
    said: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class SentStart:
    survey: int
    started: int


# Entries


def ingest_entries(ask: Ask, items: Sequence[SentEntry]) -> list[dict[str, Any]]:
    """The results in the order of the items."""
    with ingesting(ask) as work:
        found = _locked(work.connection, [item.survey for item in items])
        known = by_external_id(work.connection, entries, [item.external_id for item in items])
        people = by_external_id(work.connection, _users, [item.person for item in items])
        old = known.keys() | {item.external_id for item in items if _is_gone(ask, item, found)}
        _check(ask, items, old, found, people)
        new = [item for item in items if item.external_id not in old]
        _refuse_second(work, items, old, found, people)
        made = _make(work, new, found, people)
        outcomes = [made.get(item.external_id) or _again(item, known) for item in items]
        finish(ask, work, outcomes)
        return answers(work.connection, entries, PREFIX, outcomes)


def _locked(connection: Connection, numbers: Sequence[int]) -> Rows:
    """In the order of their numbers: a survey that is being closed takes no entry any more."""
    wanted = select(surveys).where(surveys.c.number.in_(sorted(set(numbers)))).order_by(surveys.c.number)
    return {row.number: row for row in connection.execute(wanted.with_for_update())}


def _is_gone(ask: Ask, item: SentEntry, found: Rows) -> bool:
    """Whether its survey is purged, or about to be, and took it in if it ever came in time."""
    survey = found.get(item.survey)
    if survey is None or survey.closed is None or survey.closed + RAW_KEPT > ask.now:
        return False
    return bool(survey.opens <= item.submitted < survey.closed)


def _again(item: SentEntry, known: Mapping[str, Row[Any]]) -> Outcome:
    row = known.get(item.external_id)
    return Outcome(item.external_id, row.id if row is not None else "", "unchanged", "")


def _check(
    ask: Ask, items: Sequence[SentEntry], old: Collection[str], found: Rows, people: Mapping[str, Row[Any]]
) -> None:
    """What is wrong with the request is told before what is wrong with its time."""
    wrong = Mistakes()
    refuse_twice(wrong, items)
    for place, item in enumerate(items):
        if item.external_id in old:
            continue
        survey, person = found.get(item.survey), people.get(item.person) if item.person is not None else None
        if item.person is not None and (person is None or person.state in GONE):
            wrong.add(place, "person", "is not known")
        if item.submitted > ask.now:
            wrong.add(place, "submitted_at", "lies in the future")
        if survey is None or survey.state == SurveyState.DRAFT:
            wrong.add(place, "survey", "is not known")
            continue
        if item.submitted < survey.opens:
            wrong.add(place, "submitted_at", "lies before the survey's first day")
        for where, what in mistakes(survey.questions, item.answers):
            wrong.add(place, where, what)
    wrong.refuse()
    _refuse_untimely(ask, [(place, item) for place, item in enumerate(items) if item.external_id not in old], found)


def _refuse_second(
    work: Transaction,
    items: Sequence[SentEntry],
    old: Collection[str],
    found: Rows,
    people: Mapping[str, Row[Any]],
) -> None:
    """Ten entries are ten people, as far as they were signed in. The surveys are locked: no other request takes the same person in."""
    wrong, keys = Mistakes(), work.platform.keys
    takers = {name: survey_taker(keys, str(row.id)) for name, row in people.items()}
    seen = _taken_part(work.connection, [row.id for row in found.values()], list(takers.values()))
    for place, item in enumerate(items):
        if item.person is None or item.external_id in old:
            continue
        one = str(found[item.survey].id), takers[item.person]
        if one in seen:
            wrong.add(place, "person", "has taken part in the survey already")
        seen.add(one)
    wrong.refuse()


def _taken_part(connection: Connection, among: Sequence[str], takers: Sequence[int]) -> set[tuple[str, int]]:
    """Survey and taker of each of their entries."""
    wanted = select(entries.c.survey, entries.c.taker).where(entries.c.survey.in_(among), entries.c.taker.in_(takers))
    return {(str(row.survey), int(row.taker)) for row in connection.execute(wanted)}


def _refuse_untimely(ask: Ask, items: Sequence[tuple[int, SentEntry]], found: Rows) -> None:
    late = Mistakes()
    for place, item in items:
        survey = found[item.survey]
        if survey.state == SurveyState.CLOSED or survey.closes <= ask.now:
            late.add(place, "survey", "is closed: it takes no more entries")
        elif survey.opens > ask.now:
            late.add(place, "survey", "takes entries from its first day on")
    if late.errors:
        raise Conflict(
            "Nothing was stored: a survey takes entries only while it is open. Look at errors.", errors=late.errors
        )


def _make(
    work: Transaction, items: Sequence[SentEntry], found: Rows, people: Mapping[str, Row[Any]]
) -> dict[str, Outcome]:
    ids = {item.external_id: new_id() for item in items}
    work.platform.vault.create(list(ids.values()))
    keys = work.platform.vault.keys_of(list(ids.values()))
    outcomes = {}
    for item in items:
        entry, person = ids[item.external_id], str(people[item.person].id) if item.person is not None else None
        row = found[item.survey]
        work.session.add_all(entry_rows(work.platform.keys, keys[entry], item, row, person, work.now))
        outcomes[item.external_id] = Outcome(item.external_id, entry, "created", "", ("answers",))
        work.created(RESOURCE, entry)
    work.session.flush()
    _count_in(work, items, found)
    return outcomes


def entry_rows(
    keys: Keys, key: OwnerKey, item: SentEntry, survey: Row[Any], person: str | None, now: datetime
) -> Iterator[SurveyEntryRow | SurveyTextRow]:
    """What is stored of one entry. Words stand apart, so that they can be read without it."""
    words = {question["id"] for question in survey.questions if question["kind"] == Kind.TEXT}
    told = {named: str(value) for named, value in item.answers if named not in words}
    yield SurveyEntryRow(
        id=key.owner, external_id=item.external_id, survey=survey.id, submitted=item.submitted,
        taker=survey_taker(keys, person) if person is not None else None,
        sealed_answers=_sealed(key, Category.ANSWERS, told, now), sealed_demographic=_sealed(key, Category.DEMOGRAPHIC, item.said, now),
    )  # fmt: skip
    for named, value in item.answers:
        if named in words:
            yield _text_row(key, survey.id, named, str(value), now)


def _sealed(key: OwnerKey, category: Category, values: Mapping[str, str], now: datetime) -> bytes | None:
    document = {name: Value(value, Source.SELF, now) for name, value in values.items()}
    return key.seal(RESOURCE, key.owner, str(category), dump(document)) if document else None


def _text_row(key: OwnerKey, survey: str, question: str, text: str, now: datetime) -> SurveyTextRow:
    """Without what leads to somebody, as far as it can be told; its id tells no time."""
    text_id, place = str(UUID(bytes=secrets.token_bytes(16), version=4)), secrets.randbits(62)
    document = dump({"text": Value(mask_text(text), Source.SELF, now)})
    sealed = key.seal("survey_texts", text_id, str(Category.ANSWERS), document)
    return SurveyTextRow(
        id=text_id, entry=key.owner, survey=survey, question=question, place=place, sealed_answers=sealed
    )


def _count_in(work: Transaction, items: Sequence[SentEntry], found: Rows) -> None:
    """How many came in, and on which days: that is nobody's answer, so it is told at once."""
    zone = ZoneInfo(work.platform.rules.zone)
    for number, count in sorted(Counter(item.survey for item in items).items()):
        row = found[number]
        work.connection.execute(update(surveys).where(surveys.c.id == row.id).values(entries=surveys.c.entries + count))
        days = Counter(survey_counts.day_of(item.submitted, zone) for item in items if item.survey == number)
        cells = {Cell("", survey_counts.DAY, day.isoformat(), ""): count for day, count in days.items()}
        survey_counts.add(work.connection, str(row.id), cells)
        work.touched[(survey_records.RESOURCE, str(row.id))] = row.version


# How many began


def ingest_starts(ask: Ask, items: Sequence[SentStart]) -> list[dict[str, Any]]:
    """A count that only rises: an older one that comes later changes nothing."""
    with ingesting(ask) as work:
        found = _locked(work.connection, [item.survey for item in items])
        wrong = Mistakes()
        for place, item in enumerate(items):
            if item.survey not in found or found[item.survey].state == SurveyState.DRAFT:
                wrong.add(place, "survey", "is not known")
        wrong.refuse()
        outcomes = [_start(work, found[item.survey], item.started) for item in items]
        finish(ask, work, outcomes)
        return [{"survey": outcome.external_id, "outcome": outcome.outcome} for outcome in outcomes]


def _start(work: Transaction, row: Row[Any], started: int) -> Outcome:
    named = f"{survey_records.PREFIX}-{row.number}"
    if row.started is not None and row.started >= started:
        return Outcome(named, row.id, "unchanged", "")
    work.connection.execute(update(surveys).where(surveys.c.id == row.id).values(started=started))
    work.touched[(survey_records.RESOURCE, str(row.id))] = row.version
    return Outcome(named, row.id, "updated", "", ("started",))
