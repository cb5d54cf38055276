"""The job that takes all contact of a contest away, once its prizes are settled (P33): keys first, then the columns, in batches.

`job.ids`: contest. What a cut-off purge left opens nothing, and the next try goes on with it. How many entries, and when, stands on the
contest and on the log. Their leaves stay, so that the draw can still be verified: they lead to nobody any more.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from console.platform_api import jobs, rewrap_job
from console.platform_api.contest_entries import entries
from console.platform_api.contest_jobs import change, contest_of, next_numbers, say, went_on
from console.platform_api.desk import Desk
from console.platform_api.entry_exclusion import NOBODY
from console.platform_api.jobs import Job
from console.platform_api.transaction import Transaction, own_work
from console.records.contest_entries import EntryState
from console.records.contests import ContestState

PURGING = "purging"
_PURGED = str(EntryState.PURGED)


def run(desk: Desk, job: Job) -> None:
    contest = job.ids["contest"]
    purged: int | None = 0
    with own_work(desk.platform) as work:
        job = jobs.hold(work, job)
        row = contest_of(work, contest)
        change(work, row, task=PURGING, total=row.entries)
        say(work, contest, "purge-begun", entries=row.entries)
    while purged is not None:
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job)
            purged = _purge_some(work, contest, purged)
    with own_work(desk.platform) as work:
        jobs.done(work, jobs.hold(work, job))
        _finish(work, contest)
    for database in (desk.platform.database, desk.platform.vault.database):
        database.settle()


def _purge_some(work: Transaction, contest: str, after: int) -> int | None:
    """The last number of them, None when none is left."""
    some = next_numbers(work, after, entries.c.contest == contest, entries.c.state != _PURGED)
    if not some:
        return None
    ids = work.connection.execute(select(entries.c.id).where(entries.c.number.in_(some))).scalars().all()
    work.platform.vault.forget(ids)
    gone = {**NOBODY, "state": _PURGED, "purged": work.now, "version": entries.c.version + 1}
    work.connection.execute(update(entries).where(entries.c.number.in_(some)).values(**gone))
    went_on(work, contest, contest_of(work, contest).done + len(ids))
    return some[-1]


def _finish(work: Transaction, contest: str) -> None:
    count = work.connection.execute(select(func.count()).where(entries.c.contest == contest)).scalar_one()
    work.platform.vault.forget([contest])
    rewrap_job.ask(work)
    row = contest_of(work, contest)
    change(work, row, state=str(ContestState.PURGED), purged=work.now, purged_entries=count, task=None, done=0, total=0)
    say(work, contest, "purged", entries=count)
