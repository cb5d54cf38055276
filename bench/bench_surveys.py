"""Surveys over HTTP: one with a thousand entries beside one with a million, in turn: lists, figures, texts; and counting the entries.

    python -m bench.bench_surveys [--small 1000] [--large 1000000] [--waiting 20000] [--rounds 30] [--postgresql] [--only "figures"]

Every request is asked of one platform and then of the other; printed are medians, p95 and the ratio of the medians. Every answer is
audited and durable. `--waiting`: so many entries of another survey are really sealed, each under a key of its own, counted by the
platform's own job and purged; those of the large survey are put there as counted.

PostgreSQL is the tests' own server, with its settings, and filled anew each time; a SQLite folder is made anew as well, as counting uses
it up.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from platformdirs import user_cache_path
from sqlalchemy import insert, select, update

from bench.bench_lists import Request, measure, report
from bench.servers import PASSWORD, serving, signed_in
from console.platform_api import bulk, survey_counts
from console.platform_api.documents import Value, dump
from console.platform_api.ids import bytes_at, new_id
from console.platform_api.ingest_surveys import SentEntry, entry_rows
from console.platform_api.migrate import make_ready
from console.platform_api.platform import Platform, open_platform
from console.platform_api.seed import PASSWORD as SEED_PASSWORD
from console.platform_api.seed import seed
from console.platform_api.seed_survey_texts import SURVEYS
from console.platform_api.suppression import hide_line
from console.platform_api.survey_answers import GIVEN, counted
from console.platform_api.survey_count_job import cells, count_some
from console.platform_api.survey_counts import DAY, EVERYBODY, Cell, Counts
from console.platform_api.survey_purge_job import purge_some
from console.platform_api.surveys import RAW_KEPT, surveys
from console.platform_api.tables import SurveyEntryRow, SurveyRow, SurveyTextRow, table
from console.platform_api.transaction import own_work
from console.records.surveys import DEMOGRAPHICS
from console.records.users import Source
from tests.postgresql import Server, shared_folder

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


class Place:
    """A platform's data with so many entries: a folder, and the URL of its records if they aren't in it."""

    def __init__(self, count: int, waiting: int, data: Path, url: str | None = None) -> None:
        self.count, self.waiting, self.data, self.url = count, waiting, data, url
        self.survey = ""

    def fill(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        make_ready(self.data, self.url, None)
        os.environ[SEED_PASSWORD] = PASSWORD
        seed(self.data, self.url, users=USERS, employees=True)
        platform = open_platform(self.data, self.url)
        _counted(platform, self.count)
        self.survey = _sealed(platform, self.waiting)
        bulk.settle(platform.database)
        platform.close()


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
    survey = _survey(platform, count, counted=count, settled=now, counted_at=now)
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
        connection = session.connection()
        survey_counts.add(connection, survey, found)
        lines = {
            it["id"]: {answer: found[Cell(it["id"], EVERYBODY, "", answer)] for answer in counted(it)}
            for it in SAMPLE.questions
        }
        hidden = {question: sorted(hide_line(line)) for question, line in lines.items()}
        connection.execute(update(surveys).where(surveys.c.id == survey).values(hidden=hidden))
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


def places(options: argparse.Namespace) -> Iterator[Place]:
    sizes = (options.small, options.large)
    if not options.postgresql:
        folder = user_cache_path("petworks-bench")
        yield from (Place(count, options.waiting, folder / f"surveys-{count}") for count in sizes)
        return
    server = Server(shared_folder())
    server.start(watched=os.getpid())
    for count in sizes:
        server.create(f"surveys_{count}")
        server.create(f"surveys_{count}_vault")
        yield Place(count, options.waiting, server.folder / f"surveys-{count}", server.url(f"surveys_{count}"))


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
    goes_on = True
    while goes_on:
        with own_work(platform) as work:
            goes_on = purge_some(work, survey)


def _timed(name: str, count: int, does: Any) -> None:
    begin = perf_counter()
    does()
    took = perf_counter() - begin
    print(f"{name:28} {count:15,} in {took:,.1f} s: {count / took:,.0f} a second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--waiting", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", help="requests whose name begins so")
    options = parser.parse_args()
    with ExitStack() as stack:
        clients: dict[int, httpx.Client] = {}
        filled = list(places(options))
        for place in filled:
            _timed("filled", place.count + place.waiting, place.fill)
        for place in filled:
            url = stack.enter_context(serving(place.data, place.url, "--no-work"))
            clients[place.count] = stack.enter_context(signed_in(url, "manager@petworks.example"))
        print(f"{'ms, median and p95':28} {options.small:>15,}   {options.large:>15,}   ratio of medians")
        for name, request in REQUESTS.items():
            if name.startswith(options.only or ""):
                report(name, measure(request, clients, options.rounds))
    last = filled[-1]
    platform = open_platform(last.data, last.url)
    _timed("counted", last.waiting, lambda: _count(platform, last.survey))
    _timed("purged", last.waiting, lambda: _purge(platform, last.survey))
    platform.close()


if __name__ == "__main__":
    main()
