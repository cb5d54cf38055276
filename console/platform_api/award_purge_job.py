"""The job that takes a winner's key away once the prize is settled, with what was written in its case and to them.

`job.ids`: award. The contact left the rows with the award's end; this makes it open nowhere, in copies too. Safe to do again.
"""

from __future__ import annotations

from sqlalchemy import update

from console.platform_api import jobs, rewrap_job
from console.platform_api.awards import awards
from console.platform_api.desk import Desk
from console.platform_api.jobs import Job
from console.platform_api.mail import mails
from console.platform_api.mail_files import remove_files
from console.platform_api.tables import TicketMessage, TicketRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records.awards import OPEN, RESOURCE

_tickets, _messages = table(TicketRow), table(TicketMessage)


def run(desk: Desk, job: Job) -> None:
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        row = work.lock(awards, job.ids["award"])
        if row is not None and row.state not in OPEN and row.purged is None:
            work.platform.vault.forget([row.entry])
            rewrap_job.ask(work)
            work.change(RESOURCE, awards, row, purged=work.now)
            _clear(work, row.entry, row.ticket)
            work.entries.append(work.entry(RESOURCE, "contact-gone", record=row.id))
        jobs.done(work, held)
    desk.platform.vault.database.settle()


def _clear(work: Transaction, entry: str, ticket: str) -> None:
    """What was written in its case was under the same key."""
    case = work.lock(_tickets, ticket)
    if case is not None:
        work.change("tickets", _tickets, case, sealed_thread=None)
    connection = work.connection
    connection.execute(update(_messages).where(_messages.c.ticket == ticket).values(sealed_thread=None))
    remove_files(work, [entry])
    connection.execute(update(mails).where(mails.c.person == entry).values(sealed_thread=None))
