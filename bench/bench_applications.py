"""Pro applications over HTTP: a queue of a thousand beside one of a hundred thousand, in turn: lists, filters, one read whole, figures.

    python -m bench.bench_applications [--small 1000] [--large 100000] [--rounds 30] [--postgresql] [--only "filter"]

Every answer is audited and durable. Figures count all rows of their time, so of those the times count, not the ratio. What is printed:
`bench.comparing`.

The queue is seeded: so many open applications of fewer people, beside those that were decided. PostgreSQL is the tests' own server,
with its settings, and filled anew each time; a SQLite folder is kept between runs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import httpx

from bench.comparing import Place, Request, compare, get, options_of, places, served_in_turn
from bench.servers import PASSWORD
from console.platform_api.migrate import make_ready
from console.platform_api.seed import PASSWORD as SEED_PASSWORD
from console.platform_api.seed import seed

LEAST_USERS = 2_000

# What is asked


def _list(**params: Any) -> Request:
    return get("/v1/pro-applications", **params)


def _figures(**params: Any) -> Request:
    return get("/v1/pro-applications/figures", **params)


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


def fill(place: Place) -> None:
    with place.filling() as wanted:
        if not wanted:
            return
        make_ready(place.data, place.url, None)
        os.environ[SEED_PASSWORD] = PASSWORD
        users = max(LEAST_USERS, place.size * 2 // 5)
        seed(place.data, place.url, users=users, employees=True, open_applications=place.size)


# Running


def main() -> None:
    options = options_of(__doc__, small=1_000, large=100_000, rounds=30)
    found = list(places("applications", (options.small, options.large), postgresql=options.postgresql))
    for place in found:
        fill(place)
    with served_in_turn(found, "manager@petworks.example") as served:
        compare(REQUESTS, served, options)


if __name__ == "__main__":
    main()
