"""The job that makes an erasure hold for copies of the vault: a new epoch of the master key, the survivors wrapped anew, the old one destroyed.

`job.ids`: epoch, the one to destroy. Killed anywhere, the next try goes on: keys that are wrapped anew already are not looked at again.
"""

from __future__ import annotations

from datetime import timedelta

from console.platform_api import jobs
from console.platform_api.desk import Desk
from console.platform_api.jobs import Job
from console.platform_api.key_epochs import begin_epoch
from console.platform_api.platform import Platform
from console.platform_api.transaction import Transaction, own_work

JOB = "rewrap"

SOON = timedelta(days=7)
"""After the first erasure of an epoch: those of a week share one, and a month is the limit."""

GRACE = timedelta(hours=1)
"""Between the new epoch and the end of the old one: a process that was making a key has long finished."""

WRAP, DESTROY = "wrap", "destroy"


def ask(work: Transaction) -> None:
    """Once for each epoch; stands in the transaction that erases a key."""
    epoch = work.platform.vault.epoch
    jobs.enqueue(work, JOB, f"{JOB}:{epoch}", {"epoch": str(epoch)}, work.now + SOON)


def hand_over(platform: Platform, epoch: int) -> None:
    """The rest of what an operator began; a job that waits for it already is due then too, at most in a week."""
    with own_work(platform) as work:
        jobs.enqueue(work, JOB, f"{JOB}:{epoch}", {"epoch": str(epoch)}, work.now + GRACE)


def run(desk: Desk, job: Job) -> None:
    epoch = int(job.ids["epoch"])
    begin(desk.platform, epoch)
    job = _wrap(desk, job)
    if job.step != DESTROY:
        with own_work(desk.platform) as work:
            jobs.wait(work, jobs.hold(work, job, DESTROY), GRACE)
    else:
        destroy(desk.platform, epoch)
        with own_work(desk.platform) as work:
            jobs.done(work, jobs.hold(work, job))
            work.entries.append(work.entry("users", "epoch-destroyed", details={"epoch": epoch}))


def _wrap(desk: Desk, job: Job) -> Job:
    after = desk.platform.vault.rewrap()
    while after is not None:
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job)
        after = desk.platform.vault.rewrap(after)
    return job


def begin(platform: Platform, epoch: int) -> None:
    file = platform.vault.key_file
    if file is not None:
        begin_epoch(file, after=epoch)


def destroy(platform: Platform, epoch: int) -> None:
    """RuntimeError, and another try later, while it still wraps somebody's key."""
    if not platform.vault.destroy_epoch(epoch):
        raise RuntimeError("the old epoch still wraps keys")
    platform.vault.database.settle()
