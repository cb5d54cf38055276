"""Privacy requests over HTTP: a queue of a thousand beside one of a hundred thousand, in turn: lists, filters, one read whole, figures.

    python -m bench.bench_privacy [--small 1000] [--large 100000] [--rounds 30] [--postgresql] [--only "filter"]

Every answer is audited and durable; what is printed: `bench.comparing`. Figures count all rows of their time, and an export of
everything all rows there are, so of those the times count, not the ratio. Last come the platform's own sweeps: reminders, and the purge
of what ended 24 months ago.

Beside so many open requests lie as many that have ended. PostgreSQL is the tests' own server, with its settings, and filled anew each
time; a SQLite folder is kept between runs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

import httpx
from sqlalchemy import insert, select

from bench.comparing import Place, Request, compare, get, options_of, places, served_in_turn
from bench.servers import PASSWORD
from console.platform_api.documents import Value, dump
from console.platform_api.ids import new_id
from console.platform_api.migrate import make_ready
from console.platform_api.platform import Platform, open_platform
from console.platform_api.privacy_clocks import limits, next_due
from console.platform_api.privacy_purge import purge
from console.platform_api.privacy_reminders import remind
from console.platform_api.seed import PASSWORD as SEED_PASSWORD
from console.platform_api.seed import seed
from console.platform_api.tables import PrivacyRequestRow, UserRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records.privacy_requests import ENDED, OPEN, Kind, Regime
from console.records.users import Source

USERS = 2_000
AT_ONCE = 5_000

# What is asked


def _list(**params: Any) -> Request:
    return get("/v1/privacy-requests", **params)


def _figures(**params: Any) -> Request:
    return get("/v1/privacy-requests/figures", **params)


def _user(client: httpx.Client, _queue: int, turn: int) -> httpx.Response:
    return client.get("/v1/privacy-requests", params={"user": f"U-{USERS * (turn % 19 + 1) // 20}"})


def _detail(client: httpx.Client, queue: int, turn: int) -> httpx.Response:
    """With its checklist and those that are like it."""
    return client.get(f"/v1/privacy-requests/PR-{queue * (turn % 19 + 1) // 20}")


def _alike(client: httpx.Client, _queue: int, turn: int) -> httpx.Response:
    return client.post("/v1/privacy-requests/alike", json={"kind": "access", "reply_to": f"asker{turn}@example.net"})


YEAR = {"by": "week", "since": "2025-11-03", "until": "2026-11-02"}
REQUESTS: Mapping[str, Request] = {
    "what is due": _list(open="yes"),
    "what is due, last page": _list(open="yes", end="true"),
    "overdue": _list(overdue="yes"),
    "everything by number": _list(sort="-number"),
    "filter: state": _list(state="in_progress"),
    "filter: kind": _list(kind="delete"),
    "filter: kind, open": _list(kind="delete", open="yes"),
    "filter: regime, open": _list(regime="gdpr", open="yes"),
    "filter: nobody's": _list(assignee="none", open="yes"),
    "filter: user": _user,
    "detail with checklist": _detail,
    "likely the same": _alike,
    "figures: a year by week": _figures(**YEAR),
    "figures: 30 days": _figures(by="day", since="2026-10-01", until="2026-10-31"),
}

# Making the data


def fill(place: Place) -> None:
    with place.filling() as wanted:
        if not wanted:
            return
        shutil.rmtree(place.data, ignore_errors=True)
        make_ready(place.data, place.url, None)
        os.environ[SEED_PASSWORD] = PASSWORD
        seed(place.data, place.url, users=USERS, employees=True)
        platform = open_platform(place.data, place.url)
        for states in (sorted(OPEN), sorted(ENDED)):
            _fill(platform, place.size, states)
        platform.close()


def _fill(platform: Platform, count: int, states: Sequence[str]) -> None:
    random, now = Random(count), platform.clock()
    with platform.database.reading() as connection:
        people = connection.execute(select(table(UserRow).c.id)).scalars().all()
    for start in range(0, count, AT_ONCE):
        rows = [_row(random, now, states, random.choice(people)) for _ in range(min(AT_ONCE, count - start))]
        _seal(platform, rows, now)
        with platform.database.writing() as session:
            session.connection().execute(insert(table(PrivacyRequestRow)), rows)


def _row(random: Random, now: datetime, states: Sequence[str], person: str) -> dict[str, Any]:
    """Open ones came in the last two months, those that have ended in the last two years and a half."""
    regime, state = random.choice(list(Regime)), random.choice(states)
    over = state in ENDED
    received = now - timedelta(days=random.uniform(0, 900 if over else 60))
    found = limits(regime, received)
    decided = min(now, received + timedelta(days=random.uniform(0, 60))) if over else None
    clocks = {"acknowledge_due": found.acknowledge_due, "due": found.due, "rule_version": found.rule_version}
    runs = next_due(random.choice(sorted(OPEN)), acknowledge_due=None, due=found.due, appeal_due=None)
    return {
        "id": new_id(), "kind": str(random.choice(list(Kind))), "state": str(state), "channel": "email", "regime": str(regime), **clocks,
        "next_due": runs, "received": received, "created": received, "person": person, "decided": decided, "acknowledged": received,
    }  # fmt: skip


def _seal(platform: Platform, rows: list[dict[str, Any]], now: datetime) -> None:
    platform.vault.create([row["id"] for row in rows])
    keys = platform.vault.keys_of([row["id"] for row in rows])
    document = dump({"words": Value("Please tell me all that you have about me.", Source.SELF, now)})
    for row in rows:
        row["sealed_thread"] = keys[row["id"]].seal("privacy-requests", row["id"], "thread", document)


# Running


def _export(client: httpx.Client) -> int:
    with client.stream("POST", "/v1/privacy-requests/export", json={"sort": "number"}) as answer:
        answer.raise_for_status()
        return sum(1 for _ in answer.iter_lines())


def _sweep(platform: Platform, part: Callable[[Transaction], None]) -> Callable[[], None]:
    def run() -> None:
        with own_work(platform) as work:
            part(work)

    return run


def _once(name: str, does: Callable[[], Any]) -> None:
    begin = perf_counter()
    does()
    print(f"{name:28} {(perf_counter() - begin) * 1000:15,.0f} ms")


def main() -> None:
    options = options_of(__doc__, small=1_000, large=100_000, rounds=30)
    found = list(places("privacy", (options.small, options.large), postgresql=options.postgresql))
    for place in found:
        fill(place)
    with served_in_turn(found, "privacy@petworks.example") as served:
        compare(REQUESTS, served, options)
        if not options.only:
            _once("all of them exported", lambda: _export(served[options.large].client))
    platform = open_platform(found[-1].data, found[-1].url)
    if not options.only:
        _once("reminders: a sweep", _sweep(platform, remind))
        _once("purge: a sweep", _sweep(platform, purge))
    platform.close()


if __name__ == "__main__":
    main()
