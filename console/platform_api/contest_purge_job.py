"""The job that takes all contact of a contest away, once its prizes are settled, or nobody drew it in time (P33): keys first, then the columns,
in batches.

`job.ids`: contest. What a cut-off purge left opens nothing, and the next try goes on with it. How many entries, and when, stands on the
contest and on the log. Their leaves stay, so that the draw can still be verified: they lead to nobody any more. Its last step waits for
readers of how things were: then nothing is left in a SQLite file.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, update

from console.platform_api import jobs, rewrap_job
from console.platform_api.contest_entries import entries
from console.platform_api.contest_jobs import batches, change, contest_of, say, went_on
from console.platform_api.contest_work import PURGING
from console.platform_api.desk import Desk
from console.platform_api.entry_exclusion import NOBODY
from console.platform_api.erasure_job import SETTLE, end_settled
from console.platform_api.jobs import Job
from console.platform_api.transaction import Transaction, own_work
from console.records.contest_entries import EntryState
from console.records.contests import ContestState

_PURGED = str(EntryState.PURGED)


def run(desk: Desk, job: Job) -> None:
    contest = job.ids["contest"]
    if not job.step:
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job, PURGING)
            _begin(work, contest)
    if job.step == PURGING:
        for batch in batches(desk.platform, entries.c.contest == contest, entries.c.state != _PURGED):
            with own_work(desk.platform) as work:
                job = jobs.hold(work, job)
                _purge_some(work, contest, batch)
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job, SETTLE)
            _finish(work, contest)
    end_settled(desk, job)


def _begin(work: Transaction, contest: str) -> None:
    row = contest_of(work, contest)
    change(work, row, task=PURGING, done=0, total=row.entries)
    say(work, contest, "purge-begun", entries=row.entries)


def _purge_some(work: Transaction, contest: str, batch: ColumnElement[bool]) -> None:
    row = contest_of(work, contest)
    ids = work.connection.execute(select(entries.c.id).where(batch)).scalars().all()
    work.platform.vault.forget(ids)
    gone = {**NOBODY, "state": _PURGED, "purged": work.now, "version": entries.c.version + 1}
    work.connection.execute(update(entries).where(batch).values(gone))
    went_on(work, row, len(ids))


def _finish(work: Transaction, contest: str) -> None:
    count = work.connection.execute(select(func.count()).where(entries.c.contest == contest)).scalar_one()
    work.platform.vault.forget([contest])
    rewrap_job.ask(work)
    row = contest_of(work, contest)
    lapsed = row.state == ContestState.LAPSED  # which it stays
    state = ContestState.LAPSED if lapsed else ContestState.PURGED
    change(work, row, state=str(state), purged=work.now, purged_entries=count, task=None, done=0, total=0)
    say(work, contest, "purged", entries=count)
