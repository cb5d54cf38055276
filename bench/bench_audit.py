"""What the audit log costs: reads with their row on it, each durable before its answer, beside the same reads without.

    python bench/bench_audit.py [--seconds 3] [--rounds 3] [--clients 32] [--database URL]

Both are asked in turn, at the store in one process, then over HTTP with the platform in a process of its own. The ratio
depends on what a sync of the disk takes, so that is measured first.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import bindparam, select

from console.platform_api.audit import Entry
from console.platform_api.documents import Value, dump, load
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform, open_platform
from console.platform_api.recorder import Recorder
from console.platform_api.tables import UserRow, table
from console.records.users import Source
from tests.platform_api.api import Place, access_to, prepare, serving

USERS = 1000
EMPLOYEE = new_id()
Read = Callable[[str], Awaitable[object]]


class Unlogged(Recorder):
    """Reads without the log, for comparison alone."""

    async def record(self, *entries: Entry) -> None:
        return None


def main() -> None:
    options = _options()
    if options.serve:
        serve(options.serve, options.database, options.unlogged)
        return
    with tempfile.TemporaryDirectory(prefix="petworks-bench-", dir=options.folder) as folder:
        data = Path(folder) / "data"
        prepare(Place(data, options.database))
        platform = open_platform(data, options.database)
        print(f"a sync of this disk takes {_sync_milliseconds(data):.2f} ms; {options.clients} clients")
        users = _fill(platform)
        asyncio.run(_at_the_store(platform, users, options))
        platform.close()
        asyncio.run(_over_http(data, users, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3, help="how long each is asked in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--database", help="an empty PostgreSQL database instead of SQLite")
    parser.add_argument("--folder", type=Path, help="where the data go: another disk, another sync")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--unlogged", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _sync_milliseconds(folder: Path) -> float:
    def once(handle: int) -> float:
        os.write(handle, bytes(4096))
        began = perf_counter()
        os.fdatasync(handle)
        return (perf_counter() - began) * 1000

    with (folder / "sync").open("wb") as file:
        return median(once(file.fileno()) for _ in range(50))


def _fill(platform: Platform) -> list[str]:
    users, now = [new_id() for _ in range(USERS)], datetime.now(UTC)
    platform.vault.create(users)
    keys = platform.vault.keys_of(users)
    document = dump({"name": Value("Maria Sample", Source.SELF, now)})
    with platform.database.writing() as session:
        for user in users:
            sealed = keys[user].seal("users", user, "identity", document)
            session.add(UserRow(id=user, registered=now, sealed_identity=sealed))
    return users


# At the store


async def _at_the_store(platform: Platform, users: list[str], options: argparse.Namespace) -> None:
    found = table(UserRow)
    one = select(found).where(found.c.id == bindparam("user"))

    async def unlogged(user: str) -> None:
        with platform.database.reading() as connection:
            row = connection.execute(one, {"user": user}).one()
        load(platform.vault.keys_of([user])[user].open("users", user, "identity", row.sealed_identity))

    async def logged(user: str) -> None:
        await unlogged(user)
        subject = platform.vault.pseudonyms([user])[user]
        await platform.recorder.record(
            Entry(datetime.now(UTC), EMPLOYEE, "support", "users", "read", "done", subject, fields=("name",))
        )

    async def yielding(user: str) -> None:
        await unlogged(user)
        await asyncio.sleep(0)

    await _compare("at the store", {"unlogged": yielding, "logged": logged}, users, options)


async def _compare(where: str, reads: dict[str, Read], users: list[str], options: argparse.Namespace) -> None:
    rates: dict[str, list[float]] = {name: [] for name in reads}
    for name, read in reads.items():  # warm
        await _rate(read, users, 0.5, options.clients)
        assert rates[name] == []
    for _ in range(options.rounds):
        for name, read in reads.items():
            rates[name].append(await _rate(read, users, options.seconds, options.clients))
    ratio = median(logged / unlogged for logged, unlogged in zip(rates["logged"], rates["unlogged"], strict=True))
    told = ", ".join(f"{name} {median(found):,.0f}/s" for name, found in rates.items())
    print(f"{where}: {told}: {ratio:.2f} x")


async def _rate(read: Read, users: list[str], seconds: float, clients: int) -> float:
    """Reads a second by that many clients, each asking again as soon as it has its answer."""
    end, done = perf_counter() + seconds, 0

    async def client(place: int) -> None:
        nonlocal done
        while perf_counter() < end:
            await read(users[place % len(users)])
            place += clients
            done += 1

    began = perf_counter()
    await asyncio.gather(*(client(place) for place in range(clients)))
    return done / (perf_counter() - began)


# Over HTTP


async def _over_http(data: Path, users: list[str], options: argparse.Namespace) -> None:
    with _platform(data, options.database) as logged, _platform(data, options.database, "--unlogged") as unlogged:
        reads = {
            "unlogged": await _connected(unlogged, options.clients),
            "logged": await _connected(logged, options.clients),
        }
        await _compare("over HTTP", reads, users, options)


@contextlib.contextmanager
def _platform(data: Path, database: str | None, *more: str) -> Iterator[tuple[int, str]]:
    """A platform process; gives its port and an access token. It ends when its standard input closes."""
    command = [sys.executable, "-m", "bench.bench_audit", "--serve", str(data), *more]
    command += ["--database", database] if database else []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port, token = process.stdout.readline().split()
        yield int(port), token


def serve(data: Path, database: str | None, unlogged: bool) -> None:
    platform = open_platform(data, database)
    if unlogged:
        platform.recorder.close()
        platform.recorder = Unlogged(platform.database, data, platform.keys)
    with serving(platform) as url:
        print(url.rpartition(":")[2], access_to(platform, "support"), flush=True)
        sys.stdin.read()
    platform.close()


async def _connected(place: tuple[int, str], clients: int) -> Read:
    """A read over one of so many open connections. A client that parses more would be what is measured."""
    port, token = place
    idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(clients):
        idle.put_nowait(await asyncio.open_connection("127.0.0.1", port))

    async def read(user: str) -> None:
        reader, writer = await idle.get()
        writer.write(f"GET /v1/users/{user} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
        idle.put_nowait((reader, writer))

    return read


if __name__ == "__main__":
    main()
