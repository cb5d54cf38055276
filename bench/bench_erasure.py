"""Erasing somebody on whom 1,000 rows hang, and somebody on whom 100,000 do: the plan, the plan under the locks, the erasure.

    python -m bench.bench_erasure [--small 1000] [--large 100000] [--postgresql]

Carried out by a worker as in earnest, a durable transaction a step. Told are the time that passes and the processor's time of this
process; on PostgreSQL that of the server comes on top.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from time import perf_counter, process_time
from typing import TypeVar

from sqlalchemy import insert, select, update

from bench.bench_packages import place
from bench.heavy_person import add_heavy_person
from console.platform_api import erasure_job, erasure_plan
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform, open_platform
from console.platform_api.processors import built_in
from console.platform_api.tables import PrivacyRequestRow, UserRow, table
from console.platform_api.transaction import own_work
from console.platform_api.work import Worker

requests, users = table(PrivacyRequestRow), table(UserRow)

T = TypeVar("T")


def timed(name: str, rows: int, does: Callable[[], T]) -> T:
    begun, busy = perf_counter(), process_time()
    found = does()
    print(
        f"{rows:>9,} rows: {name:22} {perf_counter() - begun:8.2f} s, {process_time() - busy:8.2f} s of processor",
        flush=True,
    )
    return found


def add_request(platform: Platform, person: str) -> str:
    request, now = new_id(), platform.clock()
    platform.vault.create([request])
    values = {
        "id": request, "kind": "delete", "state": "in_progress", "channel": "email", "regime": "policy", "rule_version": "1",
        "received": now, "created": now, "next_due": now, "person": person, "topics": [], "disputed": [],
    }  # fmt: skip
    with platform.database.writing() as session:
        session.connection().execute(insert(requests).values(values))
    return request


def plan(platform: Platform, person: str, request: str, before: erasure_plan.Before) -> list[erasure_plan.Line]:
    with platform.database.reading() as connection:
        return erasure_plan.make_plan(platform, connection, person, request, before)


def approve(platform: Platform, person: str, request: str, lines: list[erasure_plan.Line]) -> None:
    """What the approval leaves, by whomever."""
    with own_work(platform) as work:
        sha256 = erasure_plan.store_plan(work.connection, request, lines, work.now)
        found = update(requests).where(requests.c.id == request)
        work.connection.execute(found.values(state="erasing", plan_hash=sha256))
        work.connection.execute(update(users).where(users.c.id == person).values(state="erasing"))
        erasure_job.ask(work, person, request)


def erase(platform: Platform, request: str) -> None:
    worker = Worker(platform, built_in(platform))
    while worker.one_job():
        pass
    with platform.database.reading() as connection:
        assert connection.execute(select(requests.c.state).where(requests.c.id == request)).scalar() == "fulfilled"


def measure(platform: Platform, rows: int) -> None:
    before, person = erasure_plan.Before(), add_heavy_person(platform, rows)
    request = add_request(platform, person)
    lines = timed("plan", rows, lambda: plan(platform, person, request, before))
    timed("plan, looked at before", rows, lambda: plan(platform, person, request, before))
    approve(platform, person, request, lines)
    timed("erase", rows, lambda: erase(platform, request))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()}")
    for rows in (options.small, options.large):
        with place(options.postgresql) as (data, url):
            platform = open_platform(data, url)
            measure(platform, rows)
            platform.close()


if __name__ == "__main__":
    main()
