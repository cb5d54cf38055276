"""A platform of one size beside one of another: every request is asked of one and then of the other, so that what else the machine does
hits both alike.

Printed are medians and p95 of the time that a caller waits, the processor's time of one request (of the platform's process and, on
PostgreSQL, of the server's), and the ratios of the medians and of the processor's times. On a busy machine the latter tell more.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import httpx
from platformdirs import user_cache_path

from bench.servers import running, signed_in
from tests.postgresql import Server, shared_folder

Request = Callable[[httpx.Client, int, int], httpx.Response]
"""(client, size, round) → the answer."""

WARM_UP = 5


def get(path: str, **params: Any) -> Request:
    return lambda client, _size, _turn: client.get(path, params=params)


@dataclass(frozen=True)
class Place:
    """A platform's data of a size: a folder, and the URL of its records if they aren't in it."""

    size: int
    data: Path
    url: str | None = None

    @property
    def options(self) -> list[str]:
        return ["--data", str(self.data), *(["--database", self.url] if self.url else [])]

    @contextmanager
    def filling(self) -> Iterator[bool]:
        """Whether it is to be filled: a SQLite folder is kept between runs, once all is in it."""
        complete = self.data / "complete"
        if complete.exists():
            yield False
            return
        yield True
        complete.touch()


def places(name: str, sizes: Iterable[int], *, postgresql: bool) -> Iterator[Place]:
    """On PostgreSQL, the tests' own server with its settings, they are filled anew each time."""
    if not postgresql:
        yield from (Place(size, user_cache_path("petworks-bench") / f"{name}-{size}") for size in sizes)
        return
    server = Server(shared_folder())
    server.start(watched=os.getpid())
    for size in sizes:
        server.create(f"{name}_{size}")
        server.create(f"{name}_{size}_vault")
        yield Place(size, server.folder / f"{name}-{size}", server.url(f"{name}_{size}"))


# Processor's time


@dataclass(frozen=True)
class Served:
    """A platform that runs, and somebody who is signed in."""

    client: httpx.Client
    process: int
    database: Path | None = None
    """The PostgreSQL server's folder, if its processes work for it too."""

    def processor(self) -> float:
        """Milliseconds until now, of all threads and of the database's processes."""
        processes = [self.process, *(_children(_postmaster(self.database)) if self.database is not None else ())]
        return sum(map(_on_processor, processes))


def _on_processor(process: int) -> float:
    total = 0
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            total += int((thread / "schedstat").read_text().split()[0])
    except FileNotFoundError:  # it has ended meanwhile
        pass
    return total / 1e6


def _children(parent: int) -> Iterator[int]:
    for found in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(found.read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(found.parent.name)
        except (FileNotFoundError, ProcessLookupError):
            continue


def _postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


# In turn


@dataclass(frozen=True)
class Taken:
    """Milliseconds of each round that the caller waited, and of the processor in all."""

    waited: list[float]
    processor: list[float]


def measure(request: Request, served: Mapping[int, Served], rounds: int) -> dict[int, Taken]:
    """By size; the first five warm up."""
    taken = {size: Taken([], []) for size in served}
    for turn in range(-WARM_UP, rounds):
        for size, one in served.items():
            before, begin = one.processor(), perf_counter()
            request(one.client, size, turn + WARM_UP).raise_for_status()
            waited = (perf_counter() - begin) * 1000
            if turn >= 0:
                taken[size].waited.append(waited)
                taken[size].processor.append(one.processor() - before)
    return taken


def heading(sizes: Sequence[int]) -> str:
    each = "   ".join(f"{size:>15,} {'cpu':>7}" for size in sizes)
    return f"{'ms, median, p95, processor':28} {each}   ratio     of cpu"


def report(name: str, taken: Mapping[int, Taken]) -> None:
    each = [
        (median(one.waited), quantiles(one.waited, n=20)[-1], median(one.processor)) for _, one in sorted(taken.items())
    ]
    small, large = each[0], each[-1]
    numbers = "   ".join(f"{middle:7.2f} {tail:7.2f} {processor:7.2f}" for middle, tail, processor in each)
    print(f"{name:28} {numbers}   {large[0] / small[0]:5.2f} ×   {large[2] / small[2]:5.2f} ×", flush=True)


def options_of(doc: str | None, **numbers: int) -> argparse.Namespace:
    """`small`, `large`, `rounds` and whatever else the bench counts, with what it is unless said."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", default="", help="requests whose name begins so")
    return parser.parse_args()


@contextmanager
def served_in_turn(found: Sequence[Place], email: str) -> Iterator[dict[int, Served]]:
    """Each by a process of its own that does no work beside, and somebody signed in to each."""
    with ExitStack() as stack:
        served = {}
        for place in found:
            process, url = stack.enter_context(running(place.data, place.url, "--no-work"))
            client = stack.enter_context(signed_in(url, email))
            served[place.size] = Served(client, process, place.data.parent if place.url else None)
        yield served


def compare(requests: Mapping[str, Request], served: Mapping[int, Served], options: argparse.Namespace) -> None:
    print(f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()}\n{heading(sorted(served))}", flush=True)
    for name, request in requests.items():
        if name.startswith(options.only):
            report(name, measure(request, served, options.rounds))
