"""Durable work: asked for in the transaction of the effect that needs it, done later by a worker that holds it for a while.

A worker's hold is its job's `attempts`: each claim raises it, so a worker whose lease has lapsed finds another number
there and can't commit over the one that took the job on (`hold` stands first in each of its transactions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import JobRow, table
from console.platform_api.transaction import Transaction

jobs = table(JobRow)

LEASE = timedelta(minutes=2)
"""Longer than any one step takes; each step renews it."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
LOUD_AFTER = 12
"""Tries, about an hour and a half of them: from then on the job is stuck, which is said aloud. It goes on being tried each hour."""

STUCK = "stuck: "
"""Stands before the error of a job of which it was said, so that it is said once."""

ERROR_LENGTH = 60


class LeaseLost(Exception):
    """Another worker has the job by now: nothing of this one's may be committed."""


@dataclass(frozen=True)
class Job:
    """A job in a worker's hands. `step`: how far an earlier try got."""

    id: str
    kind: str
    ids: Mapping[str, str]
    step: str
    attempts: int
    mark: str = field(compare=False)


def enqueue(work: Transaction, kind: str, mark: str, ids: Mapping[str, str], due: datetime | None = None) -> None:
    """Asks for work, once for each `mark`; it is there for the workers once this transaction has committed."""
    values = {
        "id": new_id(), "kind": kind, "mark": mark, "ids": dict(ids), "step": "", "due": due or work.now, "attempts": 0
    }  # fmt: skip
    insert = sqlite_insert if work.platform.database.sqlite else postgresql_insert
    work.connection.execute(insert(jobs).values(values).on_conflict_do_nothing(index_elements=["mark"]))


def claim(platform: Platform, worker: str) -> Job | None:
    """The next job that is due and that nobody holds; several workers never get the same one."""
    now = platform.clock()
    free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now)
    due = select(jobs.c.id).where(jobs.c.due <= now, free).order_by(jobs.c.due, jobs.c.id).limit(1)
    taken = {"lease_until": now + LEASE, "worker": worker, "attempts": jobs.c.attempts + 1}
    with platform.database.reading() as connection:  # mostly there is none, and looking takes no lock
        if connection.execute(due).first() is None:
            return None
    wanted = due.with_for_update(skip_locked=True).scalar_subquery()
    with platform.database.writing() as session:
        statement = update(jobs).where(jobs.c.id == wanted).values(taken).returning(*jobs.c)
        row = session.connection().execute(statement).first()
    return _job(row) if row is not None else None


def _job(row: Row[Any]) -> Job:
    return Job(row.id, row.kind, row.ids, row.step, row.attempts, row.mark)


def hold(work: Transaction, job: Job, step: str | None = None) -> Job:
    """Stands first in a transaction for the job: LeaseLost unless it is still this worker's. Renews, and notes the step."""
    step = job.step if step is None else step
    _change(work.connection, job, lease_until=work.now + LEASE, step=step)
    return replace(job, step=step)


def done(work: Transaction, job: Job) -> None:
    """The job goes, with the effect of its last step."""
    if work.connection.execute(delete(jobs).where(*_held(job))).rowcount == 0:
        raise LeaseLost(job.id)


def retry(work: Transaction, job: Job, error: str) -> bool:
    """Puts it back for later, and says whether it has just become stuck. `error` is a code, never a value.

    Waiting counts as being tried. So it takes a second failure in a row as well, which is an hour after the first by then.
    """
    before = work.connection.execute(select(jobs.c.error).where(*_held(job))).scalar()
    stuck_before = before is not None and before.startswith(STUCK)
    stuck_now = stuck_before or (before is not None and job.attempts >= LOUD_AFTER)
    noted = f"{STUCK if stuck_now else ''}{error}"[:ERROR_LENGTH]
    _change(work.connection, job, lease_until=None, due=work.now + wait_after(job.attempts), error=noted)
    return stuck_now and not stuck_before


def wait(work: Transaction, job: Job, time: timedelta) -> None:
    """Puts it back until then, for something that takes its time; nothing is wrong."""
    _change(work.connection, job, lease_until=None, due=work.now + time, error=None)


def wait_after(attempts: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)


def _held(job: Job) -> tuple[Any, ...]:
    return (jobs.c.id == job.id, jobs.c.attempts == job.attempts)


def _change(connection: Connection, job: Job, **values: Any) -> None:
    if connection.execute(update(jobs).where(*_held(job)).values(**values)).rowcount == 0:
        raise LeaseLost(job.id)


def stuck(connection: Connection) -> int:
    """How many jobs have been tried in vain for so long that somebody should look."""
    return connection.execute(select(func.count()).where(jobs.c.error.startswith(STUCK))).scalar_one()
