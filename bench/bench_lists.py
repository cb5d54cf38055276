"""Lists, searches and pages over HTTP: ten thousand users beside a million, in turn.

    python -m bench.bench_lists [--small 10000] [--large 1000000] [--rounds 60]

Every answer is audited and durable. What is printed: `bench.comparing`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from time import perf_counter

import httpx

from bench.comparing import Place, Request, compare, options_of, served_in_turn
from bench.servers import seeded


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


def main() -> None:
    options = options_of(__doc__, small=10_000, large=1_000_000, rounds=60)
    found = [Place(users, seeded(users)) for users in (options.small, options.large)]
    with served_in_turn(found, "support@petworks.example") as served:
        for users, one in served.items():
            prepare(one.client, users)
        compare(REQUESTS, served, options)


if __name__ == "__main__":
    main()
