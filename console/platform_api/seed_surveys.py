"""Surveys of the sample data: in every state, with entries in every one of theirs, NPS as people really give it, and words of the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlmodel import Session

from console.platform_api import survey_counts
from console.platform_api.documents import Value, dump
from console.platform_api.first_policy import LABEL
from console.platform_api.ids import id_at
from console.platform_api.keys import Keys
from console.platform_api.masked_text import mask_text
from console.platform_api.rules import Rules
from console.platform_api.seed_rows import Plan
from console.platform_api.seed_survey_texts import SURVEYS, TEXTS, Sample
from console.platform_api.survey_answers import GIVEN, Question
from console.platform_api.survey_count_job import AT_ONCE, cells
from console.platform_api.survey_counts import DAY, Cell, Counts
from console.platform_api.surveys import RAW_KEPT
from console.platform_api.tables import SurveyEntryRow, SurveyRow, SurveyTextRow, UserRow, table
from console.platform_api.takers import survey_taker
from console.platform_api.vault import OwnerKey, Vault
from console.records.record import Category
from console.records.survey_entries import RESOURCE, EntryState
from console.records.surveys import DEMOGRAPHICS, Kind, SurveyState
from console.records.users import Source

_entries, _texts, _users = table(SurveyEntryRow), table(SurveyTextRow), table(UserRow)

NPS_WEIGHTS = (2, 1, 1, 2, 2, 5, 5, 10, 18, 20, 34)
"""How often each score from 0 to 10 is given: most like us, some don't, few are in between."""

SAID = 0.7
"""How many say of themselves what they are asked."""


@dataclass(frozen=True)
class Entry:
    id: str
    submitted: datetime
    told: Mapping[str, str]
    texts: Mapping[str, str]
    said: Mapping[str, str]


@dataclass
class Surveys:
    """Writes into one transaction at the end of a seeding."""

    session: Session
    vault: Vault
    keys: Keys
    plan: Plan
    staff: Mapping[str, str]

    def add(self) -> None:
        self._random = Random(f"{self.plan.seed}/{self.plan.users}/surveys")  # noqa: S311 - sample data, not secrets
        self._zone = ZoneInfo(Rules().zone)
        self._people = self._some_people()
        for sample in SURVEYS:
            self._add(sample)

    def _some_people(self) -> Sequence[str]:
        found = select(_users.c.id).where(_users.c.state == "active").order_by(_users.c.number).limit(500)
        return self.session.connection().execute(found).scalars().all()

    def _add(self, sample: Sample) -> None:
        until = self.plan.until
        opens, closes = until + timedelta(days=sample.opens), until + timedelta(days=sample.closes)
        created = min(opens, until) - timedelta(days=4)
        survey = id_at(created, self._random)
        entries = [self._entry(sample, opens, min(closes, until)) for _ in range(sample.entries)]
        entries.sort(key=lambda entry: entry.submitted)
        counted_in = _counted_in(len(entries), sample.state)
        self._count(survey, sample, entries, counted_in)
        closed = sample.state == SurveyState.CLOSED
        purged = closes + RAW_KEPT if closed and closes + RAW_KEPT <= until else None
        row = SurveyRow(
            id=survey, version=1 + (sample.state != SurveyState.DRAFT) + closed, state=str(sample.state), title=sample.title,
            questions=[dict(question) for question in sample.questions], opens=opens, closes=closes, created=created,
            created_by=self.staff["manager"], entries=len(entries), started=round(len(entries) * 1.3) or None, counted=counted_in,
        )  # fmt: skip
        if sample.state != SurveyState.DRAFT:
            row.opened, row.opened_by, row.policy_version = opens, self.staff["manager"], LABEL
        if closed:
            row.closed, row.settled, row.purged = closes, closes, purged
        self.session.add(row)
        self.session.flush()
        self._write(survey, entries, counted_in, purged)

    # One entry

    def _entry(self, sample: Sample, first: datetime, last: datetime) -> Entry:
        """More come at the beginning than later."""
        random = self._random
        submitted = (first + (last - first) * random.random() ** 2).replace(microsecond=0)
        told, texts = dict[str, str](), dict[str, str]()
        for question in sample.questions:
            if question.get("optional") and random.random() < 0.5:
                continue
            if question["kind"] == Kind.TEXT:
                texts[question["id"]] = random.choice(TEXTS)
            else:
                told[question["id"]] = _answer(random, question)
        said = {name: random.choice(values) for name, values in DEMOGRAPHICS.items() if random.random() < SAID}
        return Entry(id_at(submitted, random), submitted, told, texts, said)

    def _count(self, survey: str, sample: Sample, entries: Sequence[Entry], many: int) -> None:
        found = Counts()
        for entry in entries[:many]:
            told = {**entry.told, **dict.fromkeys(entry.texts, GIVEN)}
            found.update(cells(sample.questions, told, survey_counts.group_of(entry.said, entry.submitted, self._zone)))
        for entry in entries:
            found[Cell("", DAY, survey_counts.day_of(entry.submitted, self._zone).isoformat(), "")] += 1
        survey_counts.add(self.session.connection(), survey, found)

    # Rows

    def _write(self, survey: str, entries: Sequence[Entry], counted_in: int, purged: datetime | None) -> None:
        if not entries:
            return
        keys: Mapping[str, OwnerKey] = {}
        if purged is None:
            self.vault.create([entry.id for entry in entries])
            keys = self.vault.keys_of([entry.id for entry in entries])
        people = iter(self._random.sample(self._people, len(self._people)))  # each takes part once
        rows = [
            self._row(survey, entry, place < counted_in, keys.get(entry.id), purged, people)
            for place, entry in enumerate(entries)
        ]
        connection = self.session.connection()
        connection.execute(insert(_entries), rows)
        texts = [row for entry in entries if entry.id in keys for row in self._text_rows(survey, entry, keys[entry.id])]
        if texts:
            connection.execute(insert(_texts), texts)

    def _row(
        self,
        survey: str,
        entry: Entry,
        is_counted: bool,
        key: OwnerKey | None,
        purged: datetime | None,
        people: Iterator[str],
    ) -> dict[str, Any]:
        state = EntryState.PURGED if purged else EntryState.AGGREGATED if is_counted else EntryState.SUBMITTED
        person = next(people, None) if self._random.random() < 0.8 else None
        return {
            "id": entry.id, "external_id": f"entry-{entry.id}" if key else None, "version": 1 + is_counted + (purged is not None),
            "state": str(state), "survey": survey, "submitted": entry.submitted, "purged": purged,
            "aggregated": entry.submitted + timedelta(minutes=1) if is_counted else None,
            "taker": survey_taker(self.keys, person) if key and person else None,
            "sealed_answers": _sealed(key, entry, Category.ANSWERS, entry.told),
            "sealed_demographic": _sealed(key, entry, Category.DEMOGRAPHIC, entry.said),
        }  # fmt: skip

    def _text_rows(self, survey: str, entry: Entry, key: OwnerKey) -> list[dict[str, Any]]:
        made = []
        for question, text in entry.texts.items():
            text_id = id_at(entry.submitted, self._random)
            document = dump({"text": Value(mask_text(text), Source.SELF, entry.submitted)})
            made.append({
                "id": text_id, "entry": entry.id, "survey": survey, "question": question, "place": self._random.getrandbits(62),
                "sealed_answers": key.seal("survey_texts", text_id, str(Category.ANSWERS), document),
            })  # fmt: skip
        return made


def _counted_in(entries: int, state: SurveyState) -> int:
    """As many as counting would have taken: while a survey is open, whole batches."""
    return entries if state == SurveyState.CLOSED else entries // AT_ONCE * AT_ONCE


def _sealed(key: OwnerKey | None, entry: Entry, category: Category, values: Mapping[str, str]) -> bytes | None:
    document = {name: Value(value, Source.SELF, entry.submitted) for name, value in values.items()}
    return key.seal(RESOURCE, entry.id, str(category), dump(document)) if key is not None and document else None


def _answer(random: Random, question: Question) -> str:
    kind = question["kind"]
    if kind == Kind.NPS:
        return str(random.choices(range(11), NPS_WEIGHTS)[0])
    if kind == Kind.SCALE:
        numbers = range(question["low"], question["high"] + 1)
        return str(random.choices(numbers, [2 ** min(place, 4) for place in range(len(numbers))])[0])
    options = [option["code"] for option in question["options"]]
    return str(random.choices(options, [len(options) - place for place in range(len(options))])[0])
