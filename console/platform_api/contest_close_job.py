"""The job that fixes a closed contest's list: who takes part, then the hashes over
all leaves and over those that take no part. Killed anywhere, the next try goes on.

`job.ids`: contest. Entries whose state is settled are not looked at again; the hash is made in one go, of what nobody adds to any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from console.draw import EXCLUDED, hash_of
from console.platform_api import jobs
from console.platform_api.contest_entries import entries
from console.platform_api.contest_jobs import batches, by_leaf, change, contest_of, say, went_on
from console.platform_api.desk import Desk
from console.platform_api.jobs import Job
from console.platform_api.transaction import Transaction, own_work
from console.records.contest_entries import EntryState

_S = EntryState


def run(desk: Desk, job: Job) -> None:
    contest = job.ids["contest"]
    for batch in batches(desk.platform, entries.c.contest == contest, entries.c.state == str(_S.ENTERED)):
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job)
            _settle_some(work, contest, batch)
    with desk.platform.database.reading() as connection:
        entries_hash = hash_of(row.leaf for row in by_leaf(connection, contest))
    with own_work(desk.platform) as work:
        jobs.done(work, jobs.hold(work, job))
        _fix(work, contest, entries_hash)


def _settle_some(work: Transaction, contest: str, batch: ColumnElement[bool]) -> None:
    """Who has no reason against it takes part."""
    row = contest_of(work, contest)
    becomes = case((entries.c.reason.is_(None), str(_S.ELIGIBLE)), else_=str(_S.INELIGIBLE))
    settle = update(entries).where(batch).values(state=becomes, version=entries.c.version + 1)
    went_on(work, row, work.connection.execute(settle).rowcount)


def _fix(work: Transaction, contest: str, entries_hash: str) -> None:
    row = contest_of(work, contest)
    counted = select(entries.c.state, func.count()).where(entries.c.contest == contest).group_by(entries.c.state)
    counts: dict[str, int] = dict(tuple(row) for row in work.connection.execute(counted))
    eligible, count = counts.get(str(_S.ELIGIBLE), 0), sum(counts.values())
    excluded = hash_of(_excluded(work.connection, contest), EXCLUDED)
    fixed = {"entries_hash": entries_hash, "entries": count, "eligible": eligible, "excluded_hash": excluded}
    out = count - eligible
    change(work, row, **fixed, excluded=out, excluded_then=out, task=None, done=0, total=0)
    say(work, contest, "list-fixed", **fixed, excluded=out)


def _excluded(connection: Connection, contest: str) -> Iterator[bytes]:
    """Read under the contest's lock, which whoever is taken out waits for: those of this moment."""
    out = entries.c.contest == contest, entries.c.state != str(_S.ELIGIBLE)
    for (leaf,) in connection.execute(select(entries.c.leaf).where(*out).order_by(entries.c.leaf)):
        yield bytes(leaf)
