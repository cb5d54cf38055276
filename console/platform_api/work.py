"""The worker: takes jobs one after the other, sweeps for what is due, and delivers the simulator's webhooks. A process of its own.

It may be killed at any moment. What it was doing is a job that nobody holds any more once the lease lapses; what it had
done before is in the database, and each kind of job knows how to go on from there.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import traceback
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from console.platform_api import (
    award_purge_job,
    contest_close_job,
    contest_draw_job,
    contest_purge_job,
    erasure_job,
    jobs,
    mail_job,
    reconcile_job,
    refund_job,
    rewrap_job,
    survey_count_job,
    survey_purge_job,
    suspension_job,
    sweeps,
    sync_job,
    void_job,
)
from console.platform_api.access_package import building
from console.platform_api.desk import Desk, Handler
from console.platform_api.faults import of_database
from console.platform_api.jobs import Job, LeaseLost
from console.platform_api.mail_senders import sender_of
from console.platform_api.mail_senders.seam import Sender
from console.platform_api.platform import Platform
from console.platform_api.problems import Problem
from console.platform_api.processors.seam import Processor, ProcessorError
from console.platform_api.transaction import own_work

log = logging.getLogger("petworks.work")

IDLE_SECONDS = 1.0
"""How long it waits when there is nothing to do."""

SWEEP_EVERY = timedelta(minutes=1)

KINDS: Mapping[str, Handler] = {
    "refund": refund_job.run,
    "void": void_job.run,
    "sync": sync_job.run,
    "reconcile": reconcile_job.run,
    "mail": mail_job.run,
    "suspension": suspension_job.run,
    building.JOB: building.run,
    "erasure": erasure_job.run,
    "rewrap": rewrap_job.run,
    survey_count_job.JOB: survey_count_job.run,
    survey_purge_job.JOB: survey_purge_job.run,
    "contest-close": contest_close_job.run,
    "contest-draw": contest_draw_job.run,
    "contest-purge": contest_purge_job.run,
    "award-purge": award_purge_job.run,
}


class Worker:
    """`stop` ends it after the step that it is at."""

    def __init__(
        self,
        platform: Platform,
        processor: Processor,
        kinds: Mapping[str, Handler] = KINDS,
        sender: Sender | None = None,
    ) -> None:
        self.desk = Desk(platform, processor, sender or sender_of(platform))
        self.platform = platform
        self.kinds = kinds
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.stop = threading.Event()
        self._swept: datetime | None = None

    def run(self) -> None:
        """Until it is stopped. A database that is away is waited for."""
        while not self.stop.is_set():
            if not self._turn():
                self.stop.wait(IDLE_SECONDS)

    def _turn(self) -> bool:
        try:
            return self.one_turn()
        except Exception as error:  # noqa: BLE001 - the worker outlives whatever it is; the job is tried again
            log.error("The worker could not go on: %s", _plainly(error))
            self.stop.wait(IDLE_SECONDS)
            return False

    def run_all(self) -> None:
        """All that is due now, and then no more."""
        while not self.stop.is_set() and self.one_turn():
            pass

    def one_turn(self) -> bool:
        """Whether there was anything to do."""
        self._sweep()
        told = self._deliver()
        return self.one_job() or told

    def _sweep(self) -> None:
        """One that fails stops neither the others nor the jobs, and has its next chance in a minute."""
        now = self.platform.clock()
        if self._swept is not None and now - self._swept < SWEEP_EVERY:
            return
        self._swept = now
        for part in sweeps.PARTS:
            try:
                with own_work(self.platform) as work:
                    part(work)
            except Exception as error:  # noqa: BLE001 - whatever it is, the jobs go on
                log.error("Something that is due could not be swept up: %s", _plainly(error))

    def _deliver(self) -> bool:
        """Whether any webhook of the simulator's was taken; what can't be stays with it, and the jobs go on."""
        taken = 0
        try:
            for place, body in sweeps.waiting_webhooks(self.desk):
                taken += self._delivered(place, body)
        except Exception as error:  # noqa: BLE001 - as above; the database or the simulator's file is away
            log.error("The webhooks could not be delivered: %s", _plainly(error))
        return taken > 0

    def _delivered(self, place: int, body: bytes) -> bool:
        try:
            sweeps.deliver_webhook(self.desk, place, body)
        except Problem as error:
            log.error("A webhook could not be delivered: %s", _plainly(error))
            return False
        return True

    def one_job(self) -> bool:
        job = jobs.claim(self.platform, self.name)
        if job is None:
            return False
        try:
            self.kinds[job.kind](self.desk, job)
        except LeaseLost:
            log.warning("A %s job took longer than its lease: another worker has it.", job.kind)
        except Exception as error:  # noqa: BLE001 - whatever it is, the job is tried again, and loudly if it stays so
            self._put_back(job, error)
        return True

    def _put_back(self, job: Job, error: Exception) -> None:
        code = error.code if isinstance(error, ProcessorError) else type(error).__name__
        if not isinstance(error, ProcessorError | Problem) and of_database(error) is None:
            log.error("A %s job failed: %s", job.kind, _plainly(error))
        try:
            with own_work(self.platform) as work:
                if jobs.retry(work, job, code):
                    sweeps.say_stuck(work, job, code)
        except LeaseLost:
            return
        except SQLAlchemyError as later:  # the lease lapses, and then it is tried again
            log.error("A %s job could not be put back: %s", job.kind, _plainly(later))


def _plainly(error: BaseException) -> str:
    """Type and place; what an exception says may quote values."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"
