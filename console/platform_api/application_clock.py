"""The clock of a pro application: it stands still while the applicant owes an answer, and what is never answered expires."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, or_, select

from console.platform_api import mail
from console.platform_api.cases import solve_case
from console.platform_api.claims import put_back
from console.platform_api.mail_templates import GREETING, TEMPLATES
from console.platform_api.tables import ProApplicationRow, table
from console.platform_api.transaction import Transaction
from console.records.pro_applications import RESOURCE, ApplicationState
from console.records.tickets import MailState

applications = table(ProApplicationRow)

AT_ONCE = 100
"""Applications that expire in one transaction."""

ANSWER = "answer"
"""The topic of what is written about an application: its applicant began it."""


def due_from(start: datetime, decide_hours: int) -> datetime:
    return start + timedelta(hours=decide_hours)


def stopped(now: datetime) -> dict[str, Any]:
    """What becomes of an application whose applicant is asked."""
    return {"state": str(ApplicationState.INFO_REQUESTED), "stopped": now}


def going_on(row: Row[Any], now: datetime) -> dict[str, Any]:
    """What becomes of one that was answered: it waits for us again, and is due as much later as it stood still."""
    return {"state": str(ApplicationState.SUBMITTED), "stopped": None, "due": row.due + (now - (row.stopped or now))}


def take_answer(work: Transaction, row: Row[Any]) -> dict[str, Any]:
    """The columns to change of a locked application whose applicant has sent something; its case is anybody's again. None if none was owed."""
    if row.state != ApplicationState.INFO_REQUESTED:
        return {}
    if row.ticket is not None:
        put_back(work, row.ticket)
    work.entries.append(work.entry(RESOURCE, "answered", person=row.person, record=row.id))
    return going_on(row, work.now)


def ended(
    state: ApplicationState, now: datetime, *, by: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    return {"state": str(state), "decided": now, "decided_by": by, "reason": reason, "stopped": None}


# What is never answered


def expire_unanswered(work: Transaction) -> None:
    """Applications whose answer has been owed for too long. The applicant is told, if they can be written to."""
    rows = _unanswered(work)
    for row in rows:
        work.change(RESOURCE, applications, row, **ended(ApplicationState.EXPIRED, work.now))
        work.entries.append(work.entry(RESOURCE, "expire", person=row.person, record=row.id))
    for row in rows:
        if row.ticket is not None:
            _tell(work, row)
            solve_case(work, row.ticket)


def _unanswered(work: Transaction) -> list[Row[Any]]:
    last = work.now - timedelta(days=work.platform.rules.answer_days)
    owed = applications.c.state == ApplicationState.INFO_REQUESTED, applications.c.stopped <= last, _was_asked(last)
    found = select(applications).where(*owed).order_by(applications.c.number).limit(AT_ONCE)
    return list(work.connection.execute(found.with_for_update()))


def _was_asked(last: datetime) -> ColumnElement[bool]:
    """Who asked may have taken the mail back, or it never went: then no answer is owed until as long after one that did."""
    mails = mail.mails.c
    written = mails.ticket == applications.c.ticket, mails.at >= applications.c.stopped, mails.author.is_not(None)
    lost = exists().where(*written, mails.state.in_((MailState.UNDONE, MailState.FAILED)))
    went = exists().where(*written, mails.state.in_((MailState.SENT, MailState.UNKNOWN)), mails.finished <= last)
    return or_(~lost, went)


def _tell(work: Transaction, row: Row[Any]) -> None:
    days = str(work.platform.rules.answer_days)
    text = TEMPLATES["expired"].fill({"greeting": GREETING, "days": days})
    mail.tell(
        work, ticket=row.ticket, person=row.person, topic=ANSWER, subject=text["subject"], body=text["body"],
        template="expired", author=None,
    )  # fmt: skip
