"""Durable work: asked for once, held by one worker at a time, put back when it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.platform_api import jobs
from console.platform_api.jobs import Job, LeaseLost
from console.platform_api.platform import Platform
from console.platform_api.transaction import Transaction, own_work
from tests.platform_api.worked import Clock, jobs_left


def ask_for(platform: Platform, mark: str = "a", **ids: str) -> None:
    with own_work(platform) as work:
        jobs.enqueue(work, "test", mark, ids)


def claimed(platform: Platform, name: str = "w1") -> Job:
    job = jobs.claim(platform, name)
    assert job is not None
    return job


def write_and(platform: Platform, late: Callable[[Transaction], Any]) -> None:
    """Something is written, and then a worker finds out that it is too late."""
    with own_work(platform) as work:
        jobs.enqueue(work, "test", "written by the late one", {})
        late(work)


def test_the_same_work_is_asked_for_once(platform: Platform):
    ask_for(platform, refund="1")
    ask_for(platform, refund="2")
    assert [(job.mark, job.ids) for job in jobs_left(platform)] == [("a", {"refund": "1"})]


def test_work_that_was_asked_for_in_a_transaction_that_fails_is_not_there(platform: Platform):
    def fail() -> None:
        with own_work(platform) as work:
            jobs.enqueue(work, "test", "a", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert jobs.claim(platform, "w1") is None


def test_the_oldest_comes_first_and_each_to_one_worker(platform: Platform):
    clock = Clock(platform)
    ask_for(platform, "b")
    clock.forward(seconds=1)
    ask_for(platform, "a")
    assert [claimed(platform, "w1").mark, claimed(platform, "w2").mark] == ["b", "a"]
    assert jobs.claim(platform, "w3") is None


def test_what_is_due_later_is_not_taken_now(platform: Platform):
    clock = Clock(platform)
    with own_work(platform) as work:
        jobs.enqueue(work, "test", "a", {}, due=clock.now + timedelta(hours=1))
    assert jobs.claim(platform, "w1") is None
    clock.forward(hours=1)
    assert claimed(platform).mark == "a"


def test_many_workers_share_jobs_without_taking_one_twice(platform: Platform):
    for number in range(20):
        ask_for(platform, f"{number:02}")
    taken: list[str] = []

    def work(name: str) -> None:
        while (job := jobs.claim(platform, name)) is not None:
            taken.append(job.mark)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"{number:02}" for number in range(20)]


def test_a_lapsed_lease_gives_the_job_to_another_and_the_first_can_commit_nothing(platform: Platform):
    clock = Clock(platform)
    ask_for(platform)
    first = claimed(platform, "w1")
    clock.forward(seconds=jobs.LEASE.total_seconds())
    second = claimed(platform, "w2")
    for late in (
        lambda work: jobs.hold(work, first, "asking"),
        lambda work: jobs.done(work, first),
        lambda work: jobs.retry(work, first, "x"),
        lambda work: jobs.wait(work, first, timedelta(hours=1)),
    ):
        with pytest.raises(LeaseLost):
            write_and(platform, late)
    assert [job.mark for job in jobs_left(platform)] == ["a"]
    with own_work(platform) as work:
        jobs.done(work, jobs.hold(work, second, "asking"))
    assert jobs_left(platform) == []


def test_holding_renews_the_lease_and_keeps_the_step(platform: Platform):
    clock = Clock(platform)
    ask_for(platform)
    job = claimed(platform)
    clock.forward(seconds=jobs.LEASE.total_seconds() - 1)
    with own_work(platform) as work:
        job = jobs.hold(work, job, "asking")
    clock.forward(seconds=2)
    assert jobs.claim(platform, "w2") is None
    clock.forward(seconds=jobs.LEASE.total_seconds())
    assert claimed(platform, "w2").step == "asking"


def test_what_failed_waits_longer_each_time_up_to_an_hour(platform: Platform):
    clock = Clock(platform)
    ask_for(platform)
    waits = []
    for _ in range(14):
        job = claimed(platform)
        with own_work(platform) as work:
            jobs.retry(work, job, "no_connection")
        [row] = jobs_left(platform)
        waits.append((row.due - clock.now).total_seconds())
        assert jobs.claim(platform, "w2") is None
        clock.now = row.due
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-3:] == [3600, 3600, 3600]
    assert jobs_left(platform)[0].error == "stuck: no_connection"


def test_it_is_stuck_once_and_counted_as_such(platform: Platform):
    clock = Clock(platform)
    ask_for(platform)
    said = []
    for _ in range(jobs.LOUD_AFTER + 2):
        job = claimed(platform)
        with own_work(platform) as work:
            said.append(jobs.retry(work, job, "no_connection"))
        clock.now = jobs_left(platform)[0].due
    assert said.index(True) == jobs.LOUD_AFTER - 1
    assert said.count(True) == 1
    with platform.database.reading() as connection:
        assert jobs.stuck(connection) == 1


def test_after_many_waits_it_is_said_once_when_it_fails_on_and_on(platform: Platform):
    """Waiting counts as being tried, so that the number at which it becomes stuck may never be met by a failure."""
    clock, said = Clock(platform), []
    ask_for(platform)
    for waits in [True] * (jobs.LOUD_AFTER + 3) + [False] * 4:
        job = claimed(platform)
        with own_work(platform) as work:
            if waits:
                jobs.wait(work, job, timedelta(minutes=30))
            else:
                said.append(jobs.retry(work, job, "no_connection"))
        clock.now = jobs_left(platform)[0].due
    assert said == [False, True, False, False], "one failure alone is none to be loud about"
    with platform.database.reading() as connection:
        assert jobs.stuck(connection) == 1


def test_waiting_for_something_slow_is_not_being_stuck(platform: Platform):
    clock = Clock(platform)
    ask_for(platform)
    for _ in range(jobs.LOUD_AFTER + 1):
        job = claimed(platform)
        with own_work(platform) as work:
            jobs.wait(work, job, timedelta(minutes=30))
        clock.forward(minutes=30)
    with platform.database.reading() as connection:
        assert jobs.stuck(connection) == 0
