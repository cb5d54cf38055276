"""The job that takes all contact of a contest away, once its prizes are settled, or nobody drew it in time (P33): keys first, then the columns,
in batches.

`job.ids`: contest. What a cut-off purge left opens nothing, and the next try goes on with it. How many entries, and when, stands on the
contest and on the log. Their leaves stay, so that the draw can still be verified: they lead to nobody any more. Its last step waits for
readers of how things were: then nothing is left in a SQLite file. Of somebody under a legal hold nothing goes: a
later purge has it, once that is lifted.
"""

from __future__ import annotations

from contextlib import nullcontext

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from console.platform_api import jobs, rewrap_job
from console.platform_api.contest_entries import entries
from console.platform_api.contest_jobs import batches, change, contest_of, say, went_on
from console.platform_api.contest_work import PURGING
from console.platform_api.desk import Desk
from console.platform_api.entry_exclusion import NOBODY
from console.platform_api.erasure_job import SETTLE, end_settled
from console.platform_api.erasure_stops import of_nobody_held
from console.platform_api.jobs import Job
from console.platform_api.platform import Platform
from console.platform_api.takers import contest_taker
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
        for batch in batches(desk.platform, *_goes(desk.platform, contest)):
            with own_work(desk.platform) as work:
                job = jobs.hold(work, job)
                _purge_some(work, contest, batch)
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job, SETTLE)
            _finish(work, contest)
    end_settled(desk, job)


def is_due(work: Transaction, contest: str) -> bool:
    """Not while all that is left of it is held."""
    left, goes = (
        work.connection.execute(select(entries.c.number).where(*which).limit(1)).first() is not None
        for which in (_left(contest), _goes(work.platform, contest, work.connection))
    )
    return goes or not left


def _left(contest: str) -> tuple[ColumnElement[bool], ...]:
    return entries.c.contest == contest, entries.c.state != _PURGED


def _goes(platform: Platform, contest: str, connection: Connection | None = None) -> tuple[ColumnElement[bool], ...]:
    """Of nobody who is under a legal hold."""
    with nullcontext(connection) if connection is not None else platform.database.reading() as reading:
        free = of_nobody_held(platform.keys, reading, entries.c.taker, contest_taker)
    return *_left(contest), free


def _begin(work: Transaction, contest: str) -> None:
    row = contest_of(work, contest)
    change(work, row, task=PURGING, done=0, total=row.entries)
    say(work, contest, "purge-begun", entries=row.entries)


def _purge_some(work: Transaction, contest: str, batch: ColumnElement[bool]) -> None:
    """A hold that was placed since the batches were made counts."""
    row = contest_of(work, contest)
    goes = and_(batch, of_nobody_held(work.platform.keys, work.connection, entries.c.taker, contest_taker))
    ids = work.connection.execute(select(entries.c.id).where(goes)).scalars().all()
    work.platform.vault.forget(ids)
    gone = {**NOBODY, "external_id": None, "state": _PURGED, "purged": work.now, "version": entries.c.version + 1}
    work.connection.execute(update(entries).where(goes).values(gone))
    went_on(work, row, len(ids))


def _finish(work: Transaction, contest: str) -> None:
    row = contest_of(work, contest)
    rewrap_job.ask(work)
    held = work.connection.execute(select(func.count()).where(*_left(contest))).scalar_one()
    if held:
        change(work, row, task=None, done=0, total=0)
        say(work, contest, "purge-waits", held=held)
        return
    count = work.connection.execute(select(func.count()).where(entries.c.contest == contest)).scalar_one()
    work.platform.vault.forget([contest])
    lapsed = row.state == ContestState.LAPSED  # which it stays
    state = ContestState.LAPSED if lapsed else ContestState.PURGED
    change(work, row, state=str(state), purged=work.now, purged_entries=count, task=None, done=0, total=0)
    say(work, contest, "purged", entries=count)
