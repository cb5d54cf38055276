"""Answering the person whom a ticket is about by mail: sent, taken back in time, sent again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, update

from console.platform_api import jobs, mail
from console.platform_api.facts import links_of
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.problems import Conflict, Invalid, NotAllowed, NotFound
from console.platform_api.store import LEASE, Answer, Write, act
from console.platform_api.tickets import TICKETS
from console.platform_api.users import users
from console.records.tickets import LOST, WORKABLE, MailState
from console.records.users import PREFIX

ANSWER = "answer"
"""The topic: what a person asked us is answered, whatever else they don't want to hear of."""


@dataclass(frozen=True)
class Reply:
    """`to`: which of several persons, by number."""

    subject: str
    body: str
    template: str | None = None
    to: str | None = None


def reply(ask: Ask, named: str, wish: Reply) -> Answer:
    """Beside the record: the message, and until when it can be undone."""

    def change(write: Write) -> None:
        _renew(write)
        person = recipient(write.connection, write.row, wish.to)
        message = mail.queue(
            write.others, ticket=write.row.id, person=person, topic=ANSWER, subject=wish.subject, body=wish.body,
            template=wish.template, author=ask.actor.id,
        )  # fmt: skip
        known = ask.platform.vault.pseudonyms([person])
        write.details = {"message": message, "template": wish.template, "subject": known.get(person, "")}
        write.beside = {"message": message, "due": mail.due_of(ask.now, ask.actor.id).isoformat()}

    return act(ask, TICKETS, named, change, versioned=False)


def undo(ask: Ask, named: str, message: str) -> Answer:
    """Takes back what has not gone yet. Whoever locks the mail first has it: this, or the worker's last word."""

    def change(write: Write) -> None:
        row = _mail(write, message)
        if row.state != MailState.WAITING:
            raise Conflict(_too_late(row))
        if write.row.state not in WORKABLE and row.author != ask.actor.id:
            raise NotAllowed("Its case is done: only who wrote it takes it back.")
        _set(write, row, state=str(MailState.UNDONE), finished=ask.now, sealed_thread=None)
        write.details = {"message": row.id}
        _renew(write)

    return act(ask, TICKETS, named, change, versioned=False)


def resend(ask: Ask, named: str, message: str) -> Answer:
    """Sends again, under the same Message-ID, what failed or of which nobody can tell."""

    def change(write: Write) -> None:
        row = _mail(write, message)
        if row.state not in LOST:
            raise Conflict(f"It is {row.state}: only what failed, or may not have gone out, is sent again.")
        _set(write, row, state=str(MailState.WAITING), due=ask.now, failure=None, finished=None)
        jobs.enqueue(write.others, "mail", mail.mark_of(row.id), {"mail": row.id})
        write.details = {"message": row.id, "was": row.state}
        _renew(write)

    return act(ask, TICKETS, named, change, versioned=False)


def _too_late(row: Row[Any]) -> str:
    return "It was undone before." if row.state == MailState.UNDONE else "It has gone out: nobody takes it back."


def _mail(write: Write, message: str) -> Row[Any]:
    """The mail of this ticket's thread, locked; its state is nobody else's to change until the end."""
    with suppress(ValueError):  # what is no id leads to none
        row = write.others.lock(mail.mails, str(UUID(message)))
        if row is not None and row.ticket == write.row.id:
            return row
    raise NotFound("There is no such message in this ticket.")


def _set(write: Write, row: Row[Any], **values: Any) -> None:
    write.connection.execute(update(mail.mails).where(mail.mails.c.id == row.id).values(**values))


def _renew(write: Write) -> None:
    """A case that is done is nobody's any more."""
    if write.row.state in WORKABLE:
        write.values["lease_until"] = write.ask.now + LEASE


# To whom


def recipient(connection: Connection, ticket: Row[Any], to: str | None) -> str:
    """The person whom the ticket is about (P3): its owner, or the only one linked; of several, the one that is named."""
    linked = {record for resource, record in links_of(connection, ticket.id) if resource == "users"}
    if not linked:
        raise Conflict("Link the person first: this ticket is about nobody yet.")
    if to is not None:
        return _named(connection, linked, to)
    if ticket.owner in linked:
        return str(ticket.owner)
    if len(linked) > 1:
        raise Invalid("Say to whom.", errors=[{"where": "to", "what": "is the number of one of the linked users"}])
    return linked.pop()


def _named(connection: Connection, linked: set[str], to: str) -> str:
    with suppress(NotFound):  # what is no number at all is nobody's either
        row = find_row(connection, users, PREFIX, to)
        if row is not None and row.id in linked:
            return str(row.id)
    raise NotAllowed("This case is not about that person.")
