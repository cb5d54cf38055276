"""Reminders of letters of privacy requests that reached nobody for a day: those that wait to be posted, and those that failed.

Once each: on the log with who is told of it, in the thread of the letter's case, and in the feed. One that fails again is reminded of again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, update

from console.platform_api.claims import tickets
from console.platform_api.mail import mails
from console.platform_api.privacy_reminders import note_in, requests, told
from console.platform_api.transaction import Transaction
from console.records.privacy_requests import RESOURCE
from console.records.tickets import UNSENT, MailState

AFTER = timedelta(days=1)
AT_ONCE = 200
"""Letters in one transaction; the oldest come first."""


def remind_of_letters(work: Transaction) -> None:
    found = _waiting(work)
    rows = _locked(work, sorted({letter.request for letter in found}))
    for letter in found:
        row = rows.get(letter.request)
        if row is not None and row.purged is None:
            _remind(work, row, letter)


def _waiting(work: Transaction) -> Sequence[Row[Any]]:
    """Each since it was written, or since it failed."""
    since = func.coalesce(mails.c.finished, mails.c.at)
    unsent = mails.c.request.is_not(None), mails.c.state.in_(UNSENT), since <= work.now - AFTER
    is_news = or_(mails.c.reminded.is_(None), mails.c.reminded < since)
    return work.connection.execute(select(mails).where(*unsent, is_news).order_by(mails.c.at).limit(AT_ONCE)).all()


def _locked(work: Transaction, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """In the order of their numbers, as everywhere."""
    found = select(requests).where(requests.c.id.in_(ids)).order_by(requests.c.number).with_for_update()
    return {row.id: row for row in work.connection.execute(found)}


def _remind(work: Transaction, row: Row[Any], letter: Row[Any]) -> None:
    """Unless it went, or was taken back, before the lock was had."""
    case = work.lock(tickets, letter.ticket)
    now = work.lock(mails, letter.id)
    if now is None or now.state != letter.state:
        return
    work.connection.execute(update(mails).where(mails.c.id == letter.id).values(reminded=work.now))
    work.change(RESOURCE, requests, row)
    note_in(work, row, case, _sentence(letter.state, letter.at))
    details = {"message": letter.id, "letter": letter.state, "since": letter.at.isoformat()}
    entry = work.entry(
        RESOURCE, "remind", person=row.person, record=row.id, told=told(row, overdue=False), details=details
    )
    work.entries.append(entry)


def _sentence(state: str, at: datetime) -> str:
    what = "waits to be posted" if state == MailState.TO_POST else "could not be sent"
    return f"A letter of {at.date()} {what}: it counts for nothing until it is."
