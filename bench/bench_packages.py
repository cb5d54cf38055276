"""The access package of somebody on whom 1,000 rows hang, and of somebody on whom 100,000 do: how long, how large, how much memory.

    python -m bench.bench_packages [--small 1000] [--large 100000] [--postgresql]

Built by a worker as in earnest, a durable transaction a stretch, in a process of its own whose peak of memory is told beside that of
one which has only started. Then it is taken: all pieces opened, and zipped.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert, select, update

from bench.heavy_person import add_heavy_person
from console.platform_api import jobs
from console.platform_api.access_package import building, sealing, taking
from console.platform_api.access_package.parts import packages
from console.platform_api.ids import new_id
from console.platform_api.migrate import migrate
from console.platform_api.platform import Platform, open_platform
from console.platform_api.processors import built_in
from console.platform_api.tables import PrivacyRequestRow, table
from console.platform_api.transaction import own_work
from console.platform_api.work import Worker
from tests.postgresql import Server, shared_folder

requests = table(PrivacyRequestRow)


def ask(platform: Platform, person: str) -> None:
    """A request in progress whose package is to be built, as `releasing.build` leaves it."""
    request, now = new_id(), platform.clock()
    key = platform.vault.keys_of([person])[person]
    values = {
        "id": request, "kind": "access", "state": "in_progress", "channel": "email", "regime": "policy", "rule_version": "1",
        "received": now, "created": now, "next_due": now, "person": person, "topics": [], "disputed": [],
    }  # fmt: skip
    sealed = sealing.seal_key(key, request, sealing.new_key())
    with own_work(platform) as work:
        work.connection.execute(insert(requests).values(values))
        work.connection.execute(
            insert(packages).values(
                request=request, person=person, state="building", sealed_key=sealed, done=0, total=0, counts={}, tries=0
            )
        )
        jobs.enqueue(work, building.JOB, building.mark_of(request), {"request": request})


def build(platform: Platform) -> None:
    """What the child does: prints seconds, megabytes and rows."""
    worker, before = Worker(platform, built_in(platform)), _peak()
    begun = perf_counter()
    while worker.one_job():
        pass
    built = perf_counter() - begun
    with platform.database.reading() as connection:
        row = connection.execute(select(packages).where(packages.c.state == "built")).one()
    key = sealing.open_key(platform.vault.keys_of([row.person])[row.person], row.request, bytes(row.sealed_key))
    begun = perf_counter()
    sent = sum(len(piece) for piece in taking.zipped(platform, taking.Opened(row.request, key)))
    taken, memory = perf_counter() - begun, _peak() - before
    with platform.database.writing() as session:
        session.connection().execute(update(packages).values(state="expired"))
    print(
        f"{row.done:>9,} rows: built in {built:6.1f} s, {row.done / built:7,.0f} rows/s; {row.size / 1e6:6.1f} MB, "
        f"zipped in {taken:5.1f} s to {sent / 1e6:5.1f} MB; {memory:4.0f} MB of memory more than at the start",
        flush=True,
    )


def _peak() -> float:
    """Megabytes. Not `getrusage`, which tells a child of its parent's peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


@contextmanager
def place(postgresql: bool) -> Iterator[tuple[Path, str | None]]:
    with tempfile.TemporaryDirectory(prefix="petworks-bench-") as folder:
        url = None
        if postgresql:
            server, name = Server(shared_folder()), f"packages_{os.getpid()}"
            server.start(watched=os.getpid())
            server.create(name)
            server.create(f"{name}_vault")
            url = server.url(name)
        migrate(Path(folder), url)
        yield Path(folder), url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        build(open_platform(Path(options.child[0]), options.child[1] if options.child[1] != "-" else None))
        return
    for rows in (options.small, options.large):
        with place(options.postgresql) as (data, url):
            platform = open_platform(data, url)
            ask(platform, add_heavy_person(platform, rows))
            platform.close()
            child = (sys.executable, "-m", "bench.bench_packages", "--child", str(data), url or "-")
            subprocess.run(child, check=True)


if __name__ == "__main__":
    main()
