"""Lists, searches and pages over HTTP: ten thousand users beside a million, in turn.

    python -m bench.bench_lists [--small 10000] [--large 1000000] [--rounds 60]

Both platforms run as processes of their own. Every request is asked of one and then of the other, so that what else the
machine does hits both alike; printed are medians, p95 and the ratio of the medians. Every answer is audited and durable.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from statistics import median, quantiles
from time import perf_counter

import httpx

from bench.servers import seeded, serving, signed_in

Request = Callable[[httpx.Client, int, int], httpx.Response]
"""(client, number of users, round) → the answer."""


def _list(**params: str) -> Request:
    return lambda client, _users, _round: client.get("/v1/users", params=params)


def _search(kind: str) -> Request:
    def ask(client: httpx.Client, users: int, turn: int) -> httpx.Response:
        return client.post("/v1/users/search", json={kind: TERMS[client][kind][turn % len(TERMS[client][kind])]})

    return ask


def _page_at(client: httpx.Client, users: int, turn: int) -> httpx.Response:
    return client.get("/v1/users", params={"at": str(users * (turn % 19 + 1) // 20)})


def _detail(client: httpx.Client, users: int, turn: int) -> httpx.Response:
    return client.get(f"/v1/users/U-{users * (turn % 19 + 1) // 20}")


def _name(client: httpx.Client, users: int, turn: int) -> httpx.Response:
    words = ("garcia", "smith", "maria", "nguyen", "chen")
    return client.post("/v1/users/search", json={"name": words[turn % len(words)], "case": CASES[client]})


REQUESTS: Mapping[str, Request] = {
    "first page": _list(),
    "filter: locked": _list(state="locked"),
    "filter: pros who opted out": _list(pro="yes", opted_out="yes"),
    "by state": _list(sort="state"),
    "by registration": _list(sort="-registered"),
    "last page": _list(end="true"),
    "page at a number": _page_at,
    "page at a date": _list(sort="-registered", at="2024-06-01"),
    "page at a place": _list(fraction="0.37"),
    "search by e-mail": _search("email"),
    "search by phone": _search("phone"),
    "search by name word": _name,
    "detail": _detail,
}

TERMS: dict[httpx.Client, dict[str, list[str]]] = {}
CASES: dict[httpx.Client, str] = {}


def prepare(client: httpx.Client, users: int) -> None:
    """Opens a ticket, and reveals a few people's e-mail and phone to search for them."""
    keys = (f"bench-{users}-{perf_counter()}-{n}" for n in itertools.count())
    opened = client.post(
        "/v1/tickets",
        json={"subject": "bench", "reference": "", "channel": "phone"},
        headers={"Idempotency-Key": next(keys)},
    ).json()
    CASES[client], version = opened["id"], opened["version"]
    found: dict[str, list[str]] = {"email": [], "phone": []}
    for place in range(1, 5):
        number = f"U-{users * place // 5}"
        link = {"resource": "users", "id": number}
        headers = {"Idempotency-Key": next(keys), "If-Match": f'"{version}"'}
        version = client.post(f"/v1/tickets/{opened['id']}/link", json=link, headers=headers).json()["version"]
        wish = {"fields": ["email", "phone"], "case": opened["id"], "reason": "answer_ticket"}
        values = client.post(f"/v1/users/{number}/reveal", json=wish).json().get("values", {})
        for kind, value in values.items():
            found[kind].append(value)
    TERMS[client] = found


def measure(request: Request, clients: Mapping[int, httpx.Client], rounds: int) -> dict[int, list[float]]:
    """Milliseconds of each round, by number of users; the first five warm up."""
    taken: dict[int, list[float]] = {users: [] for users in clients}
    for turn in range(-5, rounds):
        for users, client in clients.items():
            begin = perf_counter()
            request(client, users, turn + 5).raise_for_status()
            if turn >= 0:
                taken[users].append((perf_counter() - begin) * 1000)
    return taken


def report(name: str, taken: dict[int, list[float]]) -> None:
    small, large = (taken[users] for users in sorted(taken))
    tails = [quantiles(times, n=20)[-1] for times in (small, large)]
    ratio = median(large) / median(small)
    print(f"{name:28} {median(small):7.2f} {tails[0]:7.2f}   {median(large):7.2f} {tails[1]:7.2f}   {ratio:5.2f} ×")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    with ExitStack() as stack:
        clients = {}
        for users in (options.small, options.large):
            clients[users] = stack.enter_context(signed_in(stack.enter_context(serving(seeded(users)))))
            prepare(clients[users], users)
        print(f"{'ms, median and p95':28} {options.small:>15,}   {options.large:>15,}   ratio of medians")
        for name, request in REQUESTS.items():
            report(name, measure(request, clients, options.rounds))


if __name__ == "__main__":
    main()
