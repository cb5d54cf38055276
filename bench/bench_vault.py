"""What sealing costs: a page of 50 opened, unwrap + open + parse of one value, and finding by one and two words at any depth.

    python bench/bench_vault.py [--users 50000] [--database URL] [--rounds 5]

Each figure is the best and the median of the rounds, and its ratio to json.loads of the same bytes measured in the same round: other
work on the machine moves both.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import select

from console.platform_api import blind
from console.platform_api.documents import load
from console.platform_api.migrate import migrate
from console.platform_api.platform import Platform, open_platform
from console.platform_api.seed import seed
from console.platform_api.tables import UserRow, table

users = table(UserRow)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=50_000)
    parser.add_argument("--database")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="petworks-bench-") as folder:
        data = Path(folder)
        migrate(data, options.database)
        seed(data, options.database, users=options.users)
        platform = open_platform(data, options.database)
        measure(platform, options.rounds)
        platform.close()


def measure(platform: Platform, rounds: int) -> None:
    with platform.database.reading() as connection:
        newest = select(users.c.id, users.c.sealed_identity, users.c.sealed_contact).where(users.c.state == "active")
        rows = connection.execute(newest.order_by(users.c.number.desc()).limit(50)).all()
    vault, owners, first = platform.vault, [row.id for row in rows], rows[0]
    key = vault.keys_of([first.id])[first.id]
    plain = key.open("users", first.id, "contact", first.sealed_contact)

    def page() -> None:
        keys = vault.keys_of(owners)
        for row in rows:
            load(keys[row.id].open("users", row.id, "identity", row.sealed_identity))
            load(keys[row.id].open("users", row.id, "contact", row.sealed_contact))

    def open_page() -> None:
        for row in rows:
            load(page_keys[row.id].open("users", row.id, "identity", row.sealed_identity))

    page_keys = vault.keys_of(owners)
    word, name = blind.sought_tokens(platform.keys, "james"), sorted(blind.sought_tokens(platform.keys, "james smith"))
    hits = vault.find(sorted(word), before=None, limit=10**6)
    jobs: dict[str, tuple[Callable[[], object], int]] = {
        "open and parse one value": (lambda: load(key.open("users", first.id, "contact", first.sealed_contact)), 2000),
        "the keys of a page of 50": (lambda: vault.keys_of(owners), 100),
        "open and parse 50 names": (open_page, 100),
        "a page of 50, keys, names and contact": (page, 100),
        f"find by a word ({len(hits):,} hits), first page": (
            lambda: vault.find(sorted(word), before=None, limit=50),
            100,
        ),
        "find by that word, from the middle": (
            lambda: vault.find(sorted(word), before=hits[len(hits) // 2], limit=50),
            100,
        ),
        "find by two words": (lambda: vault.find(name, before=None, limit=50), 100),
    }
    for what, (job, times) in jobs.items():
        spent, yard = zip(
            *((time(job, times), time(lambda: json.loads(plain), 5000)) for _ in range(rounds)), strict=True
        )
        ratio = median(one / other for one, other in zip(spent, yard, strict=True))
        print(f"{what:<48} best {min(spent):8.1f} µs  median {median(spent):8.1f} µs  {ratio:8.1f} × json.loads")


def time(job: Callable[[], object], times: int) -> float:
    """Microseconds a time."""
    started = perf_counter()
    for _ in range(times):
        job()
    return (perf_counter() - started) / times * 1e6


if __name__ == "__main__":
    main()
