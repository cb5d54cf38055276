"""Pro applications over HTTP: a queue of a thousand beside one of a hundred thousand, in turn: lists, filters, one read whole, figures.

    python -m bench.bench_applications [--small 1000] [--large 100000] [--rounds 30] [--postgresql] [--only "filter"]

Every request is asked of one platform and then of the other; printed are medians, p95 and the ratio of the medians. Every answer is
audited and durable. Figures count all rows of their time, so of those the times count, not the ratio.

The queue is seeded: so many open applications of fewer people, beside those that were decided. PostgreSQL is the tests' own server,
with its settings, and filled anew each time; a SQLite folder is kept between runs.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from platformdirs import user_cache_path

from bench.bench_lists import Request, measure, report
from bench.servers import PASSWORD, serving, signed_in
from console.platform_api.migrate import make_ready
from console.platform_api.seed import PASSWORD as SEED_PASSWORD
from console.platform_api.seed import seed
from tests.postgresql import Server, shared_folder

LEAST_USERS = 2_000

# What is asked


def _get(path: str, **params: Any) -> Request:
    return lambda client, _queue, _turn: client.get(path, params=params)


def _list(**params: Any) -> Request:
    return _get("/v1/pro-applications", **params)


def _figures(**params: Any) -> Request:
    return _get("/v1/pro-applications/figures", **params)


def _postcode(client: httpx.Client, _queue: int, turn: int) -> httpx.Response:
    return client.get("/v1/pro-applications", params={"postcode": POSTCODES[turn % len(POSTCODES)]})


def _detail(client: httpx.Client, queue: int, turn: int) -> httpx.Response:
    """With documents, checks and the thread of its case."""
    return client.get(f"/v1/pro-applications/PA-{queue * (turn % 19 + 1) // 20}")


def _look(client: httpx.Client, queue: int, turn: int) -> httpx.Response:
    """One row for each record that is looked at, again and again."""
    body = {"resource": "pro-applications", "record": f"PA-{queue * (turn % 19 + 1) // 20}"}
    return client.post("/v1/presence", json=body)


WAITS = ["submitted", "in_review", "reopened"]
POSTCODES = ("06604", "06511", "06103")
YEAR = {"by": "week", "since": "2025-11-03", "until": "2026-11-02"}
REQUESTS: Mapping[str, Request] = {
    "first page": _list(),
    "last page": _list(end="true"),
    "what waits": _list(state=WAITS),
    "by number": _list(sort="-number"),
    "filter: submitted": _list(state="submitted"),
    "filter: service": _list(service="boarding"),
    "filter: service, waits": _list(service="boarding", state=WAITS),
    "filter: missing insurance": _list(missing="insurance"),
    "filter: missing, waits": _list(missing="insurance", state=WAITS),
    "filter: missing rates": _list(missing="rates"),
    "filter: postcode": _postcode,
    "filter: all three": _list(service="boarding", missing="insurance", postcode="06604", state=WAITS),
    "filter: nobody's": _list(assignee="none", state=WAITS),
    "filter: recommended": _list(recommended="decline"),
    "detail with checks": _detail,
    "who looks at it": _look,
    "figures: a year by week": _figures(**YEAR),
    "figures: 30 days": _figures(by="day", since="2026-10-01", until="2026-10-31"),
}

# Making the data


class Place:
    """A platform's data with so many open applications: a folder, and the URL of its records if they aren't in it."""

    def __init__(self, queue: int, data: Path, url: str | None = None) -> None:
        self.queue, self.data, self.url = queue, data, url

    def fill(self) -> None:
        if (self.data / "complete").exists():
            return
        make_ready(self.data, self.url, None)
        os.environ[SEED_PASSWORD] = PASSWORD
        users = max(LEAST_USERS, self.queue * 2 // 5)
        seed(self.data, self.url, users=users, employees=True, open_applications=self.queue)
        (self.data / "complete").touch()


def places(options: argparse.Namespace) -> Iterator[Place]:
    sizes = (options.small, options.large)
    if not options.postgresql:
        yield from (Place(queue, user_cache_path("petworks-bench") / f"applications-{queue}") for queue in sizes)
        return
    server = Server(shared_folder())
    server.start(watched=os.getpid())
    for queue in sizes:
        server.create(f"applications_{queue}")
        server.create(f"applications_{queue}_vault")
        yield Place(queue, server.folder / f"applications-{queue}", server.url(f"applications_{queue}"))


# Running


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", help="requests whose name begins so")
    options = parser.parse_args()
    with ExitStack() as stack:
        clients: dict[int, httpx.Client] = {}
        filled = list(places(options))
        for place in filled:
            place.fill()
        for place in filled:
            url = stack.enter_context(serving(place.data, place.url, "--no-work"))
            clients[place.queue] = stack.enter_context(signed_in(url, "manager@petworks.example"))
        print(f"{'ms, median and p95':28} {options.small:>15,}   {options.large:>15,}   ratio of medians")
        for name, request in REQUESTS.items():
            if name.startswith(options.only or ""):
                report(name, measure(request, clients, options.rounds))


if __name__ == "__main__":
    main()
