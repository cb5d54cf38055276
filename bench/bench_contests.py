"""A contest of many entries, on one machine: closing it, drawing it, its record, verifying that, and purging it. Seconds, and entries a second.

    python -m bench.bench_contests [--entries 1000000] [--postgresql]

Entries are inserted in bulk, each with a key of its own and its contact sealed, as `ingest` does; what follows is done by the platform's own
jobs, as its worker does them. Each step is measured once: they take seconds to minutes, and what else runs beside them shows in the load
that is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from console import draw
from console.draw_check import verify_file
from console.platform_api import bulk, jobs
from console.platform_api.contest_entries import contests, entries
from console.platform_api.contest_jobs import by_leaf
from console.platform_api.contest_record import head_of
from console.platform_api.contest_terms import terms_of
from console.platform_api.documents import Value, dump
from console.platform_api.ids import id_bytes, new_id
from console.platform_api.migrate import migrate
from console.platform_api.platform import Platform, open_platform
from console.platform_api.transaction import own_work
from console.platform_api.vault_tables import DATA_KEY
from console.platform_api.work import Worker
from console.records.users import Source
from tests.platform_api.contests_made import add_contest
from tests.postgresql import Server, shared_folder

COLUMNS = ("number", "id", "version", "contest", "state", "entered", "salt", "leaf", "sealed_entry_contact")
CONTACT = {
    "name": "Ada Entrant",
    "email": "ada@entry.example",
    "street": "1 Entry Road",
    "city": "Bridgeport",
    "postcode": "06604",
}
AT_ONCE = 10_000


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = _postgresql(stack) if options.postgresql else None
        migrate(data, url)
        platform = open_platform(data, url)
        stack.callback(platform.close)
        _run(platform, options.entries)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    return parser.parse_args()


def _postgresql(stack: ExitStack) -> str:
    server = Server(shared_folder())
    server.start(os.getpid())
    name = f"bench_{secrets.token_hex(4)}"
    server.create(name)
    stack.callback(server.drop, name)
    return server.url(name)


def _run(platform: Platform, count: int) -> None:
    contest = _opened(platform)
    with _timed("insert", count):
        _fill(platform, contest, count)
    for step, task in (("close", "contest-close"), ("draw", "contest-draw"), ("purge", "contest-purge")):
        _prepare(platform, contest, step)
        with _timed(step, count):
            _work(platform, contest, task)
        if step == "draw":
            _record(platform, contest, count)
    _nothing_is_left(platform, contest, count)


def _opened(platform: Platform) -> str:
    """Its terms are fixed, and its time is over."""
    contest = add_contest(platform, "open", places=10, reserves=10, closes=platform.clock())
    with platform.database.writing() as session:
        row = session.connection().execute(contests.select().where(contests.c.id == contest)).one()
        fixed = {"terms_hash": draw.terms_hash(terms_of(row)), "closed": row.closes}
        session.execute(update(contests).where(contests.c.id == contest).values(**fixed))
    return contest


def _fill(platform: Platform, contest: str, count: int) -> None:
    now, native = bulk.microseconds(platform.clock()), id_bytes(contest)
    for start in range(0, count, AT_ONCE):
        ids = [new_id() for _ in range(min(AT_ONCE, count - start))]
        sealed = dict(_sealed(platform, ids))
        with platform.database.writing() as session:
            bulk.insert(session.connection(), entries, _rows(contest, native, ids, start, now, sealed), COLUMNS)


def _sealed(platform: Platform, ids: list[str]) -> Iterator[tuple[str, bytes]]:
    platform.vault.create(ids)
    document = dump({name: Value(text, Source.SELF, platform.clock()) for name, text in CONTACT.items()})
    for entry, key in platform.vault.keys_of(ids).items():
        yield entry, key.seal("contest-entries", entry, "entry_contact", document)


def _rows(contest: str, native: bytes, ids: list[str], start: int, now: int, sealed: dict[str, bytes]) -> Iterator[Any]:
    for place, entry in enumerate(ids):
        salt = secrets.token_bytes(draw.SALT_BYTES)
        leaf = draw.leaf(contest, entry, salt)
        yield (start + place + 1, id_bytes(entry), 1, native, "entered", now, salt, leaf, sealed[entry])


def _prepare(platform: Platform, contest: str, step: str) -> None:
    states = {"close": {"state": "closed"}, "draw": {"drawn_by": new_id()}, "purge": {"state": "awarded"}}
    with platform.database.writing() as session:
        session.execute(update(contests).where(contests.c.id == contest).values(**states[step]))


def _work(platform: Platform, contest: str, task: str) -> None:
    from console.platform_api.processors import built_in

    with own_work(platform) as work:
        jobs.enqueue(work, task, f"{task}:{contest}", {"contest": contest})
    worker = Worker(platform, built_in(platform))
    while worker.one_job():
        pass
    with platform.database.reading() as connection:
        left = connection.execute(select(jobs.jobs.c.error).where(jobs.jobs.c.kind == task)).all()
    if left:
        raise SystemExit(f"{task} did not end: {left}")


def _nothing_is_left(platform: Platform, contest: str, count: int) -> None:
    """What is measured did its work: no entry has contact, and none has a key."""
    with platform.database.reading() as connection:
        row = connection.execute(contests.select().where(contests.c.id == contest)).one()
        contacted = entries.c.contest == contest, entries.c.sealed_entry_contact.is_not(None)
        left = connection.execute(select(func.count()).where(*contacted)).scalar_one()
    with platform.vault.database.reading() as connection:
        keys = connection.execute(select(func.count()).select_from(DATA_KEY)).scalar_one()
    if (row.state, row.purged_entries, left, keys) != ("purged", count, 0, 0):
        raise SystemExit(f"The purge left something: {row.state}, {left:,} with contact, {keys:,} keys.")


def _record(platform: Platform, contest: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.json"
        with _timed("record", count), platform.database.reading() as connection:
            row = connection.execute(contests.select().where(contests.c.id == contest)).one()
            leaves = [bytes(one.leaf).hex() for one in by_leaf(connection, contest)]
            file.write_text(json.dumps({**head_of(connection, row), "count": count, "leaves": leaves}))
        out = StringIO()
        with _timed(f"verify ({file.stat().st_size / 1e6:.0f} MB)", count):
            failed = verify_file(file, out)
        print(f"    {out.getvalue().strip()}")
        if failed:
            raise SystemExit("Its record doesn't verify.")


@contextmanager
def _timed(what: str, count: int) -> Iterator[None]:
    began = time.perf_counter()
    yield
    took = time.perf_counter() - began
    print(f"{what:>18}  {took:8.1f} s  {count / took:12,.0f} a second   load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
