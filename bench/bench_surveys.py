"""Surveys over HTTP: one with a thousand entries beside one with a million, in turn: lists, figures, texts; and counting the entries.

    python -m bench.bench_surveys [--small 1000] [--large 1000000] [--rounds 30] [--waiting 20000] [--postgresql] [--only "figures"]

Every answer is audited and durable. Those that wait are another survey's, really sealed, each under a key of its own, then counted by
the platform's own job and purged; those of the large survey are put there as counted. Filled anew each time, as counting uses it up.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import insert, select, update

from bench.comparing import Place, Request, compare, options_of, places, served_in_turn
from bench.servers import PASSWORD
from console.platform_api import bulk, survey_counts
from console.platform_api.documents import Value, dump
from console.platform_api.ids import bytes_at, new_id
from console.platform_api.ingest_surveys import SentEntry, entry_rows
from console.platform_api.migrate import make_ready
from console.platform_api.platform import Platform, open_platform
from console.platform_api.seed import PASSWORD as SEED_PASSWORD
from console.platform_api.seed import seed
from console.platform_api.seed_survey_texts import SURVEYS
from console.platform_api.survey_answers import GIVEN
from console.platform_api.survey_count_job import cells, count_some
from console.platform_api.survey_counts import DAY, Cell, Counts
from console.platform_api.survey_purge_job import batches, purge_some
from console.platform_api.surveys import RAW_KEPT, surveys
from console.platform_api.tables import SurveyEntryRow, SurveyRow, SurveyTextRow, table
from console.platform_api.transaction import own_work
from console.records.surveys import DEMOGRAPHICS
from console.records.users import Source

USERS = 200
AT_ONCE = 20_000
SAMPLE = SURVEYS[1]
"""Asks everything: a score, a scale, a choice, words."""
TEXTS = 2_000

_entries, _texts = table(SurveyEntryRow), table(SurveyTextRow)
COLUMNS = ("id", "external_id", "version", "state", "survey", "submitted", "aggregated", "taker", "sealed_answers")

# What is asked


def _get(path: str, **params: Any) -> Request:
    return lambda client, _count, _turn: client.get(path.format(survey=_survey_of(client)), params=params)


_known: dict[httpx.Client, str] = {}


def _survey_of(client: httpx.Client) -> str:
    """The last but one that was made: behind it stands the one that waits to be counted."""
    if client not in _known:
        _known[client] = client.get("/v1/surveys", params={"limit": 2}).json()["items"][1]["number"]
    return _known[client]


def _entries_of(client: httpx.Client, _count: int, _turn: int) -> httpx.Response:
    return client.get("/v1/survey-entries", params={"survey": _survey_of(client)})


def _within(client: httpx.Client, _count: int, turn: int) -> httpx.Response:
    return client.get("/v1/survey-entries", params={"fraction": (turn % 19 + 1) / 20})


REQUESTS: Mapping[str, Request] = {
    "campaigns": _get("/v1/campaigns"),
    "surveys": _get("/v1/surveys"),
    "one survey, whole": _get("/v1/surveys/{survey}"),
    "entries, newest first": _get("/v1/survey-entries"),
    "entries, from within": _within,
    "entries of one survey": _entries_of,
    "entries: state": _get("/v1/survey-entries", state="aggregated"),
    "figures: totals": _get("/v1/surveys/{survey}/figures"),
    "figures: by age": _get("/v1/surveys/{survey}/figures", by="age_band"),
    "figures: by region": _get("/v1/surveys/{survey}/figures", by="region"),
    "figures: by week": _get("/v1/surveys/{survey}/figures", by="week"),
    "texts, 50": _get("/v1/surveys/{survey}/texts", question="q4"),
    "export of all cells": lambda client, _count, _turn: client.post(f"/v1/surveys/{_survey_of(client)}/export"),
}

# Making the data


def fill(place: Place, waiting: int) -> str:
    """The id of the survey whose entries wait."""
    shutil.rmtree(place.data, ignore_errors=True)
    make_ready(place.data, place.url, None)
    os.environ[SEED_PASSWORD] = PASSWORD
    seed(place.data, place.url, users=USERS, employees=True)
    platform = open_platform(place.data, place.url)
    _counted(platform, place.size)
    survey = _sealed(platform, waiting)
    bulk.settle(platform.database)
    platform.close()
    return survey


def _survey(platform: Platform, entries: int, **more: Any) -> str:
    now, survey = platform.clock(), new_id()
    row = SurveyRow(
        id=survey, state="closed", title=SAMPLE.title, questions=[dict(it) for it in SAMPLE.questions], opens=now - timedelta(days=90),
        closes=now - timedelta(days=1), closed=now - timedelta(days=1), created=now - timedelta(days=91), entries=entries, **more,
    )  # fmt: skip
    with platform.database.writing() as session:
        session.add(row)
    return survey


def _answers(random: Random) -> tuple[dict[str, str], dict[str, str]]:
    """What is answered, but for words, and said of themselves."""
    told = {
        "q1": str(random.choice((0, 3, 6, 7, 8, 9, 9, 10, 10, 10))),
        "q2": str(random.choice((1, 2, 3, 4, 4, 5, 5, 5))),
    }
    if random.random() < 0.6:
        told["q3"] = random.choice(("o1", "o1", "o2", "o3", "o4"))
    return told, {name: random.choice(values) for name, values in DEMOGRAPHICS.items() if random.random() < 0.7}


def _counted(platform: Platform, count: int) -> str:
    """As counting and time would have left it."""
    random, now, zone = Random(count), platform.clock(), ZoneInfo(platform.rules.zone)
    survey = _survey(platform, count, counted=count, settled=now)
    found, native = Counts(), bytes.fromhex(survey.replace("-", ""))
    for start in range(0, count, AT_ONCE):
        rows = []
        for place in range(start, min(start + AT_ONCE, count)):
            at = now - timedelta(days=89 * (1 - place / count))
            if place % 100 == 0:  # a hundred alike: what is measured is reading them
                told, said = _answers(random)
                told |= {"q4": GIVEN} if random.random() < 0.5 else {}
                for cell in cells(SAMPLE.questions, told, survey_counts.group_of(said, at, zone)):
                    found[cell] += min(100, count - place)
                found[Cell("", DAY, survey_counts.day_of(at, zone).isoformat(), "")] += min(100, count - place)
            moment = bulk.microseconds(at)
            identity = bytes_at(moment // 1_000, random)
            rows.append(
                (
                    identity,
                    f"entry-{place}",
                    2,
                    "aggregated",
                    native,
                    moment,
                    moment,
                    random.getrandbits(62),
                    os.urandom(150),
                )
            )
        with platform.database.engine.begin() as connection:
            bulk.insert(connection, _entries, rows, COLUMNS)
    with platform.database.writing() as session:
        survey_counts.add(session.connection(), survey, found)
    _write_texts(platform, survey, min(TEXTS, count), now)
    return survey


def _write_texts(platform: Platform, survey: str, count: int, now: datetime) -> None:
    ids = [new_id() for _ in range(count)]
    platform.vault.create(ids)
    keys, random = platform.vault.keys_of(ids), Random(count)
    document = dump({"text": Value("The walk was lovely, and my dog was tired and happy.", Source.SELF, now)})
    rows = [
        {
            "id": it, "entry": it, "survey": survey, "question": "q4", "place": random.getrandbits(62),
            "sealed_answers": keys[it].seal("survey_texts", it, "answers", document),
        }
        for it in ids
    ]  # fmt: skip
    with platform.database.writing() as session:
        session.connection().execute(insert(_texts), rows)


def _sealed(platform: Platform, count: int) -> str:
    """A survey whose entries all wait, as ingest stores them."""
    random, now = Random(count), platform.clock()
    survey = _survey(platform, count)
    with platform.database.reading() as connection:
        row = connection.execute(select(surveys).where(surveys.c.id == survey)).one()
    for start in range(0, count, 1_000):
        ids = [new_id() for _ in range(min(1_000, count - start))]
        platform.vault.create(ids)
        keys = platform.vault.keys_of(ids)
        with platform.database.writing() as session:
            for it in ids:
                told, said = _answers(random)
                sent = SentEntry(
                    it, row.number, now - timedelta(days=random.uniform(2, 80)), None, list(told.items()), said
                )
                session.add_all(entry_rows(platform.keys, keys[it], sent, row, new_id(), now))
    return survey


# Running


def _count(platform: Platform, survey: str) -> None:
    goes_on = True
    while goes_on:
        with own_work(platform) as work:
            goes_on = count_some(work, survey)


def _purge(platform: Platform, survey: str) -> None:
    with platform.database.writing() as session:
        long_ago = platform.clock() - RAW_KEPT
        session.connection().execute(update(surveys).where(surveys.c.id == survey).values(closed=long_ago))
    for batch in batches(platform, survey):
        with own_work(platform) as work:
            purge_some(work, survey, batch)


def _timed(name: str, count: int, does: Callable[[], None]) -> None:
    begin, busy = perf_counter(), process_time()
    does()
    took, worked = perf_counter() - begin, process_time() - busy
    print(
        f"{name:28} {count:15,} in {took:,.1f} s: {count / took:,.0f} a second; {worked:,.1f} s of this processor's",
        flush=True,
    )


def main() -> None:
    options = options_of(__doc__, small=1_000, large=1_000_000, rounds=30, waiting=20_000)
    found = list(places("surveys", (options.small, options.large), postgresql=options.postgresql))
    waiting = [fill(place, min(place.size, options.waiting)) for place in found]
    with served_in_turn(found, "manager@petworks.example") as served:
        compare(REQUESTS, served, options)
    platform = open_platform(found[-1].data, found[-1].url)
    _timed("counted", options.waiting, lambda: _count(platform, waiting[-1]))
    _timed("purged", options.waiting, lambda: _purge(platform, waiting[-1]))
    platform.close()


if __name__ == "__main__":
    main()
