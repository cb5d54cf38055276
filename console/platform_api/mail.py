"""Mail that goes out: put into the outbox in the transaction of what it is about, so that neither is there without the other.

Its row and its job are the outbox (`mail_job` sends). What it says is sealed under the person's key, in the case's thread too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api import jobs
from console.platform_api.contact import may_contact
from console.platform_api.documents import Value, dump
from console.platform_api.ids import new_id
from console.platform_api.mail_templates import TEMPLATES
from console.platform_api.platform import Platform
from console.platform_api.problems import Conflict, Invalid, NotAllowed, Problem
from console.platform_api.projection import open_document
from console.platform_api.tables import AwardRow, MailRow, TicketLink, TicketMessage, TicketRow, UserRow, table
from console.platform_api.transaction import Transaction
from console.platform_api.users import USERS
from console.platform_api.vault import OwnerKey
from console.records.record import Category
from console.records.tickets import OUT, WORKABLE, MailState
from console.records.users import Source

mails, _awards = table(MailRow), table(AwardRow)
_users, _links, _tickets = table(UserRow), table(TicketLink), table(TicketRow)

UNDO = timedelta(seconds=10)
"""How long what an employee sends can be undone before it goes."""

LAST_LETTER = timedelta(minutes=1)
"""How long a letter to a winner may still be on its way once the prize is settled: after that nobody writes to them, whoever's key is kept."""

Document = dict[str, Value]


@dataclass(frozen=True)
class Letter:
    """A mail as an employee wrote it."""

    subject: str
    body: str
    template: str | None = None


def queue(
    work: Transaction,
    *,
    ticket: str | None,
    person: str,
    topic: str,
    subject: str,
    body: str,
    template: str | None,
    author: str | None,
    address: str | None = None,
) -> str:
    """The mail's id, which is also that of its entry in the case's thread. It goes out 10 seconds after the commit; at once without an author.

    Refused as by `hinders`. `address`: in place of the person's own of then, for one that is being replaced.
    """
    _known(template)
    row = _row_of(work.connection, person)
    because = hinders(work.platform, work.connection, row, topic, ticket, address)
    if because is not None:
        raise because
    key = work.platform.vault.keys_of([person])[person]
    mail = MailRow(
        id=new_id(),
        at=work.now,
        due=due_of(work.now, author),
        topic=topic,
        template=template,
        person=person,
        ticket=ticket,
        author=author,
    )
    return _put(work, mail, key, {"subject": subject, "body": body}, address)


def queue_letter(
    work: Transaction,
    request: str,
    ticket: str,
    letter: Letter,
    *,
    author: str | None,
    address: str | None,
    answers: bool = False,
) -> str:
    """`queue` for a letter of a privacy request: to the address given, and sealed under the request's own key, as it outlives the person's.

    Without an address it goes by post: it waits to be printed, until it is said to be sent. `answers`: it is the reply (P13).
    """
    _known(letter.template)
    because = letter_hinders(work.platform, work.connection, request, ticket) or _case_hinders(work.connection, ticket)
    if because is not None:
        raise because
    key = work.platform.vault.keys_of([request])[request]
    mail = MailRow(
        id=new_id(), at=work.now, due=due_of(work.now, author), topic="answer", template=letter.template, person=request,
        request=request, ticket=ticket, author=author, answers=answers,
    )  # fmt: skip
    texts = {"subject": letter.subject, "body": letter.body}
    if address is None:
        mail.state = str(MailState.TO_POST)
    return _put(work, mail, key, texts, address)


def queue_to_winner(
    work: Transaction, award: Row[Any], ticket: str, letter: Letter, *, author: str | None, address: str | None
) -> str:
    """`queue` for a letter to the winner of a contest (P33): to the address of the entry, sealed under its own key, as no account is known."""
    _known(letter.template)
    because = winner_hinders(work.platform, work.connection, award.entry, ticket) or _case_hinders(
        work.connection, ticket
    )
    if because is None and address is None:
        because = Conflict("There is no e-mail address to write to.", code="no_address")
    if because is not None:
        raise because
    key = work.platform.vault.keys_of([award.entry])[award.entry]
    mail = MailRow(
        id=new_id(), at=work.now, due=due_of(work.now, author), topic="prize", template=letter.template, person=award.entry,
        entry=award.entry, ticket=ticket, author=author,
    )  # fmt: skip
    return _put(work, mail, key, {"subject": letter.subject, "body": letter.body}, address)


def _known(template: str | None) -> None:
    if template is not None and template not in TEMPLATES:
        raise Invalid(
            "There is no such template.", errors=[{"where": "template", "what": "is one that GET /v1 offers"}]
        )


def _put(work: Transaction, mail: MailRow, key: OwnerKey, texts: dict[str, str], address: str | None) -> str:
    """Into the outbox, and into the thread of its case. What goes by post is nobody's work but a person's."""
    mail.sealed_thread = _sealed(key, "mail", mail.id, texts | ({"address": address} if address else {}), work.now)
    work.session.add(mail)
    if mail.ticket is not None:
        work.session.add(_entry(key, mail, texts))
    work.session.flush()
    if mail.state == MailState.WAITING:
        jobs.enqueue(work, "mail", mark_of(mail.id), {"mail": mail.id}, mail.due)
    return mail.id


def tell(work: Transaction, **mail: Any) -> str | None:
    """`queue` for what the platform has to say by itself: None when the person can't be written to."""
    try:
        return queue(work, **mail)
    except (Conflict, NotAllowed):
        return None


def due_of(now: datetime, author: str | None) -> datetime:
    return now + UNDO if author is not None else now


def mark_of(mail: str) -> str:
    return f"mail:{mail}"


def _entry(key: OwnerKey, mail: MailRow, texts: dict[str, str]) -> TicketMessage:
    sealed = _sealed(key, "ticket_messages", mail.id, texts, mail.at)
    return TicketMessage(
        id=mail.id,
        ticket=str(mail.ticket),
        at=mail.at,
        kind=OUT,
        author=mail.author,
        owner=mail.person,
        sealed_thread=sealed,
    )


def _sealed(key: OwnerKey, resource: str, record: str, texts: dict[str, str], now: datetime) -> bytes:
    document = {name: Value(text, Source.EMPLOYEE, now) for name, text in texts.items()}
    return key.seal(resource, record, str(Category.THREAD), dump(document))


# Whether it may go


def hinders(
    platform: Platform,
    connection: Connection,
    row: Row[Any] | None,
    topic: str,
    ticket: str | None,
    address: str | None,
) -> Problem | None:
    """Why nothing about this may go to the person; asked when it is queued, and again when it goes."""
    if row is None or row.id not in platform.vault.keys_of([row.id]):
        return Conflict("The account is erased: there is nobody to write to.", code="erased")
    if ticket is not None and not _is_about(connection, ticket, row.id):
        return NotAllowed("This case is not about that person.", code="other_case")
    allowed, because = may_contact(row, topic, None)
    if not allowed:
        return NotAllowed(because, code="not_wanted")
    return None if address is not None else _address_hinders(platform, row)


def letter_hinders(platform: Platform, connection: Connection, request: str, ticket: str | None) -> Problem | None:
    """Why no letter of this request may go; asked when it is queued, and again when it goes."""
    if request not in platform.vault.keys_of([request]):
        return Conflict("The request's record is purged: there is nobody to write to.", code="erased")
    if ticket is None or not _is_about(connection, ticket, request, "privacy-requests"):
        return NotAllowed("This case is not about that request.", code="other_case")
    return None


def winner_hinders(platform: Platform, connection: Connection, entry: str, ticket: str | None) -> Problem | None:
    """Why no letter to this winner may go; asked when it is queued, and again when it goes."""
    held = _awards.c.entry == entry, _awards.c.ticket == ticket
    won = connection.execute(select(_awards.c.id, _awards.c.ended).where(*held)).first()
    if entry not in platform.vault.keys_of([entry]) or (won is not None and _is_over(platform, won.ended)):
        return Conflict("The contact is gone: there is nobody to write to.", code="erased")
    if won is None or ticket is None or not _is_about(connection, ticket, won.id, "awards"):
        return NotAllowed("This case is not about that prize.", code="other_case")
    return None


def _is_over(platform: Platform, ended: datetime | None) -> bool:
    """Of a winner under a legal hold the key stays; nobody writes to them for that."""
    return ended is not None and platform.clock() >= ended + LAST_LETTER


def _case_hinders(connection: Connection, ticket: str) -> Problem | None:
    """A letter is written while the case is open (P3)."""
    state = connection.execute(select(_tickets.c.state).where(_tickets.c.id == ticket)).scalar()
    return None if state in WORKABLE else Conflict("Its case is done: nothing more is written.", code="case_done")


def _is_about(connection: Connection, ticket: str, record: str, resource: str = "users") -> bool:
    """Whether the case is linked to the person, or to the request (P3)."""
    held = _links.c.ticket == ticket, _links.c.resource == resource, _links.c.record == record
    return connection.execute(select(_links.c.ticket).where(*held)).first() is not None


def _address_hinders(platform: Platform, row: Row[Any]) -> Problem | None:
    email = email_of(platform, row)
    if email is None:
        return Conflict("There is no e-mail address to write to.", code="no_address")
    if email.source is Source.GOOGLE:  # P9
        return NotAllowed("The e-mail address came from Google, and what did is not handed on.", code="from_google")
    return None


def email_of(platform: Platform, row: Row[Any]) -> Value | None:
    """The person's e-mail address of today."""
    key = platform.vault.keys_of([row.id]).get(row.id)
    return open_document(USERS, row, Category.CONTACT, key).get("email")


def _row_of(connection: Connection, person: str) -> Row[Any] | None:
    return connection.execute(select(_users).where(_users.c.id == person)).first()
