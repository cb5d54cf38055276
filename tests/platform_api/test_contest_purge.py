"""The purge of a contest as durable work: killed anywhere it ends all the same, and what it costs rises with the entries and no faster."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select, text, update

from console import draw
from console.platform_api import contest_jobs, jobs
from console.platform_api.database import Database
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import ContestEntryRow, LegalHoldRow, table
from console.platform_api.transaction import own_work
from tests.platform_api import forked
from tests.platform_api.contests_made import add_contest, add_entry, contests, entries, rows
from tests.platform_api.people import add_person, log_of
from tests.platform_api.worked import Clock, jobs_left, worker

CONTACT = {"name": "Ada Entrant", "email": "ada@entry.example"}


def over(platform: Platform, count: int, *, contact: bool = True) -> str:
    """A contest whose prizes are settled; its id."""
    contest = add_contest(platform, "awarded", awarded=platform.clock())
    if contact:
        for _ in range(count):
            add_entry(platform, contest, CONTACT, state="lost")
    else:
        add_bare(platform, contest, count, state="lost")
    return contest


def add_bare(platform: Platform, contest: str, count: int, **columns: Any) -> None:
    """Entries without contact or a key, many at once."""
    ids = [(new_id(), secrets.token_bytes(16)) for _ in range(count)]
    with platform.database.writing() as session:
        session.add_all(
            ContestEntryRow(
                id=it,
                contest=contest,
                entered=platform.clock(),
                salt=salt,
                leaf=draw.leaf(contest, it, salt),
                **columns,
            )
            for it, salt in ids
        )


def test_nothing_of_somebody_under_a_legal_hold_goes_until_it_is_lifted(platform: Platform) -> None:
    """As with surveys: what is theirs stays as it is, and all others' goes."""
    person, contest = add_person(platform), over(platform, 2)
    held = add_entry(platform, contest, CONTACT, person=person, state="lost", external_id="held")
    with platform.database.writing() as session:
        session.add(
            LegalHoldRow(id=new_id(), person=person, placed=platform.clock(), placed_by=new_id(), reason="court")
        )
    ask(platform, contest)
    clock = Clock(platform)
    for _ in range(3):
        worker(platform).run_all()
        clock.forward(minutes=2)
    found = {row.id: row.state for row in rows(platform, entries)}
    assert (found.pop(held), set(found.values())) == ("lost", {"purged"})
    assert len(platform.vault.keys_of([held])) == 1
    [row] = rows(platform, contests)
    assert (row.state, row.purged, row.task) == ("awarded", None, None)
    assert [json.loads(one.details) for one in log_of(platform, "contests:purge-waits")] == [{"held": 1}]
    with platform.database.writing() as session:
        session.execute(update(table(LegalHoldRow)).values(lifted=platform.clock()))
    worker(platform).run_all()
    [row] = rows(platform, contests)
    assert (row.state, row.purged_entries) == ("purged", 3)
    assert {(one.state, one.external_id, one.sealed_entry_contact) for one in rows(platform, entries)} == {
        ("purged", None, None)
    }
    assert platform.vault.keys_of([held]) == {}


def ask(platform: Platform, record: str, kind: str = "contest-purge", of: str = "contest") -> None:
    with own_work(platform) as work:
        jobs.enqueue(work, kind, f"{kind}:{record}", {of: record})


def states(platform: Platform) -> Counter[str]:
    with platform.database.reading() as connection:
        return Counter(connection.execute(select(entries.c.state)).scalars())


def stuck(*_: Any) -> None:
    raise RuntimeError("it never ends")


# Killed


@pytest.mark.parametrize(("step", "purged", "keyed"), [("keys", 0, 35), ("committed", 20, 35), ("purged", 55, 0)])
def test_a_worker_that_is_killed_while_it_purges_leaves_the_rest_to_the_next(
    platform: Platform, step: str, purged: int, keyed: int
) -> None:
    contest = over(platform, 55)
    ids = [row.id for row in rows(platform, entries)]
    url = "-" if platform.database.sqlite else platform.database.url
    killed = forked.run("tests.platform_api.killed_contest_worker", str(platform.data), url, step)
    assert killed.returncode == -9, killed.said
    assert (states(platform)["purged"], len(platform.vault.keys_of(ids))) == (purged, keyed)
    Clock(platform).forward(minutes=3)
    worker(platform).run_all()
    [row] = rows(platform, contests)
    assert (row.state, row.purged_entries, row.task) == ("purged", 55, None)
    assert {(it.state, it.taker, it.salt, it.sealed_entry_contact) for it in rows(platform, entries)} == {
        ("purged", None, None, None)
    }
    assert platform.vault.keys_of([*ids, contest]) == {}
    assert [len(log_of(platform, f"contests:{said}")) for said in ("purge-begun", "purged")] == [1, 1]
    assert [job.kind for job in jobs_left(platform)] == ["rewrap"]


def test_it_ends_once_no_reader_keeps_what_was_there_in_the_file(sqlite_platform: Platform) -> None:
    """A backup that is being taken, for one."""
    contest, clock = over(sqlite_platform, 3), Clock(sqlite_platform)
    ask(sqlite_platform, contest)
    with sqlite_platform.database.reading() as connection:
        connection.execute(select(entries.c.id)).all()
        worker(sqlite_platform).run_all()
        assert states(sqlite_platform) == Counter(purged=3)
        assert "contest-purge" in [job.kind for job in jobs_left(sqlite_platform)]
    clock.forward(minutes=1)
    worker(sqlite_platform).run_all()
    assert [job.kind for job in jobs_left(sqlite_platform)] == ["rewrap"]


@pytest.mark.parametrize("kind", ["contest-close", "contest-draw", "contest-purge", "award-purge"])
def test_of_work_that_is_stuck_the_log_says_whose_it_is(sqlite_platform: Platform, kind: str) -> None:
    record, clock = new_id(), Clock(sqlite_platform)
    name, _, _ = kind.partition("-")
    ask(sqlite_platform, record, kind, name)
    failing = worker(sqlite_platform)
    failing.kinds = {kind: stuck}
    for _ in range(jobs.LOUD_AFTER):
        failing.one_job()
        clock.forward(hours=2)
    [said] = log_of(sqlite_platform, f"{name}s:stuck")
    assert (said.record, said.outcome) == (record, "failed")


# What it costs


BECOME = {"contest-close": {"eligible"}, "contest-draw": {"eligible", "won", "lost"}, "contest-purge": {"purged"}}
"""Work → the states of the entries behind it."""


@pytest.mark.parametrize("done", BECOME)
def test_no_batch_walks_through_the_entries_of_the_others(
    postgresql_platform: Platform, monkeypatch: pytest.MonkeyPatch, done: str
) -> None:
    """Of a list that PostgreSQL has no statistics of yet, as after it came in within a day. Rows read are counted, not time."""
    monkeypatch.setattr(contest_jobs, "AT_ONCE", 20)
    monkeypatch.setattr(contest_jobs, "READ_AT_ONCE", 80)
    count, platform = 4_000, postgresql_platform
    contest = prepared(platform, done, count)
    ask(platform, contest, done)
    with rows_read(platform) as read:
        worker(platform).one_job()
    assert set(states(platform)) == BECOME[done]
    assert read[0] < 8 * count  # "the next of those behind it" read 13 to 20 times as many as there are


def prepared(platform: Platform, done: str, count: int) -> str:
    """A contest right before this work; its id."""
    if done == "contest-purge":
        return over(platform, count, contact=False)
    contest = add_contest(platform, "open", places=2, reserves=2)
    add_bare(platform, contest, count)
    change(platform, contest, state="closed")
    if done == "contest-draw":
        ask(platform, contest, "contest-close")
        worker(platform).one_job()
        change(platform, contest, drawn_by=new_id())
    return contest


def change(platform: Platform, contest: str, **values: Any) -> None:
    with platform.database.writing() as session:
        session.connection().execute(update(contests).where(contests.c.id == contest).values(**values))


READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'contest_entries'"


@contextmanager
def rows_read(platform: Platform) -> Iterator[list[int]]:
    """How many rows of the entries' table the block read. A server's process says so when it ends."""
    found: list[int] = []
    before = _read(platform)
    yield found
    found.append(_read(platform) - before)


def _read(platform: Platform) -> int:
    platform.database.dispose()
    owner = Database(platform.database.url, as_runtime=False)
    with owner.reading() as connection:
        read = connection.execute(text(READ)).scalar_one()
    owner.dispose()
    return int(read)
