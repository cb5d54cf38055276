"""The job that compares a balance report: as long as it takes, its lease renewed meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from console.platform_api import jobs
from console.platform_api.desk import Desk
from console.platform_api.jobs import Job, LeaseLost
from console.platform_api.transaction import own_work


def run(desk: Desk, job: Job) -> None:
    from console.platform_api import reconciling

    with renewed(desk, job):
        reconciling.run(desk.platform, job.ids)
    with own_work(desk.platform) as work:
        jobs.done(work, job)


@contextmanager
def renewed(desk: Desk, job: Job) -> Iterator[None]:
    """The lease goes on for as long as the block lasts; one that is lost ends nothing here: `done` finds out."""
    over = threading.Event()
    every = jobs.LEASE.total_seconds() / 4

    def renew() -> None:
        while not over.wait(every):
            try:
                with own_work(desk.platform) as work:
                    jobs.hold(work, job)
            except LeaseLost:
                return
            except SQLAlchemyError:  # busy: there are three more times
                continue

    thread = threading.Thread(target=renew, name="renew-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
