"""The job that takes a winner's key away once the prize is settled, with what was written in its case and to them.

`job.ids`: award. The contact left the rows with the award's end; this makes it open nowhere, in copies too. Safe to do again.

Of somebody under a legal hold nothing goes. Their contact stayed in the rows too, without a use: the sweep finds their prize once the hold is
lifted, and all of it goes here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, select, update

from console.platform_api import jobs, rewrap_job
from console.platform_api.award_ending import cleared, is_kept_for_tax
from console.platform_api.awards import awards
from console.platform_api.contest_entries import entries
from console.platform_api.desk import Desk
from console.platform_api.entry_exclusion import NOBODY, is_held
from console.platform_api.erasure_stops import of_nobody_held
from console.platform_api.jobs import Job
from console.platform_api.mail import mails
from console.platform_api.mail_files import remove_files
from console.platform_api.tables import TicketMessage, TicketRow, table
from console.platform_api.takers import contest_taker
from console.platform_api.transaction import Transaction, own_work
from console.records.awards import OPEN, RESOURCE, AwardState
from console.records.contest_entries import RESOURCE as ENTRIES

PURGED_WITHIN = timedelta(minutes=5)
"""How soon a winner's key goes once the prize is settled, should its job have got lost."""

_tickets, _messages = table(TicketRow), table(TicketMessage)


def run(desk: Desk, job: Job) -> None:
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        row = work.lock(awards, job.ids["award"])
        if row is not None and row.state not in OPEN and row.purged is None:
            _purge(work, row)
        jobs.done(work, held)
    desk.platform.vault.database.settle()


def due(work: Transaction) -> Select[Any]:
    """Prizes that ended some time ago and have their winner's key still, of nobody under a legal hold."""
    over = awards.c.state.in_(sorted(set(AwardState) - OPEN)), awards.c.ended <= work.now - PURGED_WITHIN
    free = of_nobody_held(work.platform.keys, work.connection, entries.c.taker, contest_taker)
    winners = awards.join(entries, entries.c.id == awards.c.entry)
    return select(awards.c.id).select_from(winners).where(*over, awards.c.purged.is_(None), free)


def _purge(work: Transaction, row: Row[Any]) -> None:
    entry = work.lock(entries, row.entry)
    if entry is not None and is_held(work, entry):
        return
    work.platform.vault.forget([row.entry])
    rewrap_job.ask(work)
    if entry is not None and entry.salt is not None:  # it was held when the prize ended
        work.change(ENTRIES, entries, entry, **NOBODY)
    work.change(RESOURCE, awards, row, purged=work.now, **cleared(row, is_kept_for_tax(work, row.id)))
    _clear(work, row.entry, row.ticket)
    work.entries.append(work.entry(RESOURCE, "contact-gone", record=row.id))


def _clear(work: Transaction, entry: str, ticket: str) -> None:
    """What was written in its case was under the same key."""
    case = work.lock(_tickets, ticket)
    if case is not None:
        work.change("tickets", _tickets, case, sealed_thread=None)
    connection = work.connection
    connection.execute(update(_messages).where(_messages.c.ticket == ticket).values(sealed_thread=None))
    remove_files(work, [entry])
    connection.execute(update(mails).where(mails.c.person == entry).values(sealed_thread=None))
