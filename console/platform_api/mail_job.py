"""A mail on its way out: looked at again, begun, and one word from gone when that is noted. It may be killed anywhere and never goes twice.

1. When it is due, what might hinder it is asked again, and the message is written.
2. The sender does all that can be taken back. Then, in one transaction, the mail goes from waiting to sending.
3. The last word. What came of it is written in one transaction, and the job goes.

Whoever takes the job on after 2 asks the sender whether it went out. Where nobody can tell, the mail is `unknown` and only a
person sends it again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update

from console.platform_api import award_unsent, jobs, privacy_unsent
from console.platform_api.audit import Entry
from console.platform_api.desk import Desk
from console.platform_api.documents import load
from console.platform_api.jobs import Job
from console.platform_api.mail import email_of, hinders, letter_hinders, mails, winner_hinders
from console.platform_api.mail_letter import write_letter
from console.platform_api.mail_senders.seam import Letter, NotNow, Refused, Unsure
from console.platform_api.sweeps import say_stuck
from console.platform_api.tables import AwardRow, PrivacyRequestRow, ProApplicationRow, TicketRow, UserRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records import awards, privacy_requests, pro_applications, tickets
from console.records.record import Category
from console.records.tickets import MailState

log = logging.getLogger("petworks.work")

_applications, _tickets, _users = table(ProApplicationRow), table(TicketRow), table(UserRow)
_WORKED_ON = {
    pro_applications.RESOURCE: _applications,
    privacy_requests.RESOURCE: table(PrivacyRequestRow),
    awards.RESOURCE: table(AwardRow),
}
"""What shows its case's thread, in the order of locks."""

GIVEN_UP_AFTER = timedelta(days=2)
"""A mail that could not go for so long has failed: it would come as a surprise."""

ON_ITS_WAY = (MailState.WAITING, MailState.SENDING)


class Undone(Exception):
    """It was taken back in the last moment."""


@dataclass(frozen=True)
class Begun:
    """What is to be sent, and whether somebody may have sent it before."""

    job: Job
    letter: Letter
    sent_before: bool


def run(desk: Desk, job: Job) -> None:
    """`job.ids`: mail."""
    begun = _begin(desk, job)
    if begun is None or (begun.sent_before and _went_before(desk, begun)):
        return
    try:
        desk.sender.send(begun.letter, lambda: _last_word(desk, begun))
    except Undone:
        return
    except NotNow as error:
        _put_off(desk, begun, error.code)
    except Refused as error:
        _end(desk, begun.job, MailState.FAILED, error.code)
    except Unsure as error:
        _end(desk, begun.job, MailState.UNKNOWN, error.code)
    else:
        _end(desk, begun.job, MailState.SENT)


def _begin(desk: Desk, job: Job) -> Begun | None:
    """None when there is nothing to send any more, or it may not go."""
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        case, row = _lock(work, job)
        if row is None or row.state not in ON_ITS_WAY:
            jobs.done(work, held)
            return None
        try:
            return Begun(held, _letter(desk, work, row), sent_before=row.state == MailState.SENDING)
        except Refused as error:
            _note_end(work, case, row, MailState.FAILED, error.code)
            jobs.done(work, held)
            return None


def _letter(desk: Desk, work: Transaction, row: Row[Any]) -> Letter:
    """Refused with the code of what hinders it by now."""
    texts = _texts(desk, row)
    address = _address(desk, work, row, texts.get("address"))
    subject = _subject(work, row, texts["subject"])
    sender, automatic = desk.platform.rules.mail_from, row.author is None
    return write_letter(row.id, sender, address, subject, texts["body"], row.at, automatic=automatic)


def _address(desk: Desk, work: Transaction, row: Row[Any], given: str | None) -> str:
    """The one given with it: always for a letter of a request or to a winner, of whom no account need be known."""
    platform, connection = desk.platform, work.connection
    person = connection.execute(select(_users).where(_users.c.id == row.person)).first()
    if row.request is not None:
        because = letter_hinders(platform, connection, row.request, row.ticket)
    elif row.entry is not None:
        because = winner_hinders(platform, connection, row.entry, row.ticket)
    else:
        because = hinders(platform, connection, person, row.topic, row.ticket, given)
    if because is not None:
        raise Refused(str(because.members["code"]))
    email = email_of(platform, person) if person is not None and given is None else None
    return given or (email.value if email else "")


def _texts(desk: Desk, row: Row[Any]) -> dict[str, str]:
    key = desk.platform.vault.keys_of([row.person]).get(row.person)
    if key is None or row.sealed_thread is None:
        raise Refused("erased")
    document = load(key.open("mail", row.id, str(Category.THREAD), bytes(row.sealed_thread)))
    return {name: value.value for name, value in document.items()}


def _subject(work: Transaction, row: Row[Any], subject: str) -> str:
    if row.ticket is None:
        return subject
    number = work.connection.execute(select(_tickets.c.number).where(_tickets.c.id == row.ticket)).scalar_one()
    return f"{subject} [{tickets.PREFIX}-{number}]"


def _last_word(desk: Desk, begun: Begun) -> None:
    """LeaseLost when somebody else has the job by now, Undone when it was taken back: nothing goes out then."""
    with own_work(desk.platform) as work:
        held = jobs.hold(work, begun.job)
        row = work.lock(mails, begun.job.ids["mail"])
        if row is not None and row.state in ON_ITS_WAY:
            _set(work, row, state=str(MailState.SENDING), attempts=row.attempts + 1)
            return
        jobs.done(work, held)
    raise Undone


def _went_before(desk: Desk, begun: Begun) -> bool:
    """Whether that is the end of it; False: it certainly did not go out, so it may now."""
    sent = desk.sender.was_sent(begun.letter.message_id)
    if sent is None:
        _end(desk, begun.job, MailState.UNKNOWN, "cut_off")
    elif sent:
        _end(desk, begun.job, MailState.SENT)
    return sent is not False


def _put_off(desk: Desk, begun: Begun, code: str) -> None:
    """It certainly did not go out, so it waits again, and longer each time."""
    with own_work(desk.platform) as work:
        held = jobs.hold(work, begun.job)
        case, row = _lock(work, begun.job)
        if row is None or row.state not in ON_ITS_WAY:
            jobs.done(work, held)
        elif work.now - row.due >= GIVEN_UP_AFTER:
            _note_end(work, case, row, MailState.FAILED, code)
            jobs.done(work, held)
        else:
            _set(work, row, state=str(MailState.WAITING), failure=code)
            if jobs.retry(work, held, code):
                say_stuck(work, held, code)


def _end(desk: Desk, job: Job, state: MailState, code: str | None = None) -> None:
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        case, row = _lock(work, job)
        if row is not None and row.state in ON_ITS_WAY:
            _note_end(work, case, row, state, code)
        jobs.done(work, held)


# What is written


@dataclass(frozen=True)
class _Case:
    worked_on: dict[str, Row[Any]]
    ticket: Row[Any]


def _lock(work: Transaction, job: Job) -> tuple[_Case | None, Row[Any] | None]:
    """The mail, and whose thread shows it, in the order of locks."""
    mail = job.ids["mail"]
    of = work.connection.execute(select(mails.c.ticket, mails.c.request).where(mails.c.id == mail)).first()
    case = _lock_case(work, of.ticket, of.request) if of is not None and of.ticket is not None else None
    return case, work.lock(mails, mail)


def _lock_case(work: Transaction, ticket: str, request: str | None) -> _Case | None:
    """`request`: whose letter it is, also when its case is another by now, as after an appeal."""
    locked: dict[str, Row[Any]] = {}
    for resource, found_in in _WORKED_ON.items():
        shows = (
            found_in.c.id == request
            if request and resource == privacy_requests.RESOURCE
            else found_in.c.ticket == ticket
        )
        record = work.connection.execute(select(found_in.c.id).where(shows)).scalar()
        found = work.lock(found_in, record) if record is not None else None
        locked |= {resource: found} if found is not None else {}
    row = work.lock(_tickets, ticket)
    return _Case(locked, row) if row is not None else None


def _note_end(work: Transaction, case: _Case | None, row: Row[Any], state: MailState, code: str | None) -> None:
    """What went out is kept in the thread alone. What did not can be sent again, if it stands in a thread."""
    again = state is not MailState.SENT and row.ticket is not None
    _set(
        work,
        row,
        state=str(state),
        failure=code,
        finished=work.now,
        effects=None,
        **({} if again else {"sealed_thread": None}),
    )
    if case is not None:
        for resource, found in case.worked_on.items():
            work.change(resource, _WORKED_ON[resource], found)
        work.change(tickets.RESOURCE, _tickets, case.ticket)
    if row.request is not None and case is not None and privacy_requests.RESOURCE in case.worked_on:
        privacy_unsent.ended(work, case.worked_on[privacy_requests.RESOURCE], row, state)
    if row.entry is not None and case is not None and awards.RESOURCE in case.worked_on:
        award_unsent.ended(work, case.worked_on[awards.RESOURCE], row, state)
    work.entries.append(_logged(work, row, state, code))
    if state is MailState.UNKNOWN:
        log.error("Nobody can tell whether a mail went out (%s); a person decides whether it is sent again.", code)


def _logged(work: Transaction, row: Row[Any], state: MailState, code: str | None) -> Entry:
    resource = tickets.RESOURCE if row.ticket is not None else "users"
    details = {"topic": row.topic, "template": row.template, **({"code": code} if code else {})}
    outcome = "done" if state is MailState.SENT else "failed"
    person = row.person if row.request is None else None
    entry = work.entry(resource, f"mail-{state}", person=person, record=row.ticket, details=details)
    return replace(entry, outcome=outcome, ticket=row.ticket)


def _set(work: Transaction, row: Row[Any], **values: Any) -> None:
    work.connection.execute(update(mails).where(mails.c.id == row.id).values(**values))
