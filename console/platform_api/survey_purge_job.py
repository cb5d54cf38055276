"""The job that purges a survey, RAW_KEPT after its closing: the answers and texts of all its entries go, with the entries' keys and takers.

What stays is its counts, and that there were entries. Killed anywhere, the next try goes on with those that are left. Of somebody under
a legal hold nothing goes. `job.ids`: survey. Its last step waits for readers of how things were: then nothing is left in a SQLite file.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from console.platform_api import jobs, rewrap_job
from console.platform_api.desk import Desk
from console.platform_api.erasure_job import SETTLE, end_settled
from console.platform_api.erasure_stops import of_nobody_held
from console.platform_api.jobs import Job
from console.platform_api.platform import Platform
from console.platform_api.stretches import stretches
from console.platform_api.survey_entries import entries
from console.platform_api.surveys import RAW_KEPT, surveys
from console.platform_api.tables import LegalHoldRow, SurveyTextRow, table
from console.platform_api.takers import survey_taker
from console.platform_api.transaction import Transaction, own_work
from console.records.survey_entries import EntryState
from console.records.surveys import RESOURCE

JOB = "survey-purge"
AT_ONCE = 1_000

NOTHING: dict[str, Any] = dict.fromkeys(("external_id", "taker", "sealed_answers", "sealed_demographic"))
"""What becomes of the columns that lead to somebody, or say something of them."""

_holds, _texts = table(LegalHoldRow), table(SurveyTextRow)


def sweep(work: Transaction) -> None:
    over = surveys.c.settled.is_not(None), surveys.c.purged.is_(None), surveys.c.closed <= work.now - RAW_KEPT
    for row in work.connection.execute(select(surveys).where(*over).order_by(surveys.c.number)).all():
        left = select(entries.c.number).where(_left(row.id)).limit(1)
        goes = left.where(_free(work.platform, work.connection))
        found = [work.connection.execute(one).first() is not None for one in (left, goes)]
        if found != [True, False]:  # all that is left is held: nothing to do until that is lifted
            jobs.enqueue(work, JOB, f"{JOB}:{row.id}", {"survey": row.id})


def _left(survey: str) -> ColumnElement[bool]:
    return (entries.c.survey == survey) & (entries.c.state != str(EntryState.PURGED))


def _free(platform: Platform, connection: Connection) -> ColumnElement[bool]:
    return of_nobody_held(platform.keys, connection, entries.c.taker, survey_taker)


def run(desk: Desk, job: Job) -> None:
    survey = job.ids["survey"]
    if job.step != SETTLE:
        for batch in batches(desk.platform, survey):
            with own_work(desk.platform) as work:
                job = jobs.hold(work, job)
                purge_some(work, survey, batch)
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job, SETTLE)
            _finish(work, survey)
    end_settled(desk, job)


def batches(platform: Platform, survey: str) -> list[ColumnElement[bool]]:
    with platform.database.reading() as connection:
        return stretches(connection, entries.c.number, AT_ONCE, _left(survey))


def purge_some(work: Transaction, survey: str, batch: ColumnElement[bool]) -> None:
    """Who is held is asked each time: a hold may be placed while others go."""
    row = work.lock(surveys, survey)
    if row is None or row.purged is not None:
        return
    wanted = select(entries.c.id).where(batch, _free(work.platform, work.connection)).order_by(entries.c.number)
    ids = work.connection.execute(wanted.with_for_update()).scalars().all()
    if not ids:
        return
    work.platform.vault.forget(ids)
    gone = {"state": str(EntryState.PURGED), "purged": work.now, "version": entries.c.version + 1}
    work.connection.execute(delete(_texts).where(_texts.c.entry.in_(ids)))
    work.connection.execute(update(entries).where(entries.c.id.in_(ids)).values({**NOTHING, **gone}))
    work.entries.append(work.entry(RESOURCE, "purge", record=survey, details={"entries": len(ids)}))


def _finish(work: Transaction, survey: str) -> None:
    row = work.lock(surveys, survey)
    if row is None or row.purged is not None:
        return
    if work.connection.execute(select(entries.c.id).where(_left(survey)).limit(1)).first() is None:
        work.connection.execute(update(surveys).where(surveys.c.id == survey).values(purged=work.now))
        work.touched[(RESOURCE, survey)] = row.version
        work.entries.append(work.entry(RESOURCE, "purged", record=survey))
        rewrap_job.ask(work)
