"""The job that erases a person (`erasing` knows the steps). Killed anywhere, the next try goes on with the step that it was at.

`job.ids`: person, request. The last step waits for readers of how things were: then nothing deleted is left in a SQLite file.
"""

from __future__ import annotations

from datetime import timedelta

from console.platform_api import jobs
from console.platform_api.desk import Desk
from console.platform_api.erasing import BEGIN, Erasure, advance
from console.platform_api.jobs import Job
from console.platform_api.platform import Platform
from console.platform_api.transaction import Transaction, own_work

JOB = "erasure"
SETTLE = "settle"
AGAIN = timedelta(seconds=30)


def ask(work: Transaction, person: str, request: str) -> None:
    jobs.enqueue(work, JOB, f"{JOB}:{request}", {"person": person, "request": request})


def run(desk: Desk, job: Job) -> None:
    erasure = Erasure(job.ids["person"], job.ids["request"])
    while job.step != SETTLE:
        job = _step(desk, job, erasure)
    end_settled(desk, job)


def _step(desk: Desk, job: Job, erasure: Erasure) -> Job:
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        return jobs.hold(work, held, advance(work, erasure, job.step or BEGIN) or SETTLE)


def end_settled(desk: Desk, job: Job) -> None:
    """Ends a job that deleted something, once nothing of it is left in a SQLite file; until then it is tried again."""
    settled = settle(desk.platform)
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        if settled:
            jobs.done(work, held)
        else:
            jobs.wait(work, held, AGAIN)


def settle(platform: Platform) -> bool:
    return all([platform.database.settle(), platform.vault.database.settle()])
