"""Letters by post, for who gave no e-mail address or whom no mail reaches: printed, also once the request has ended, until said to be sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from console import access
from console.platform_api import jobs, privacy_unsent, projection
from console.platform_api.cases import solve_case
from console.platform_api.documents import load
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.letter_undo import letter_of
from console.platform_api.mail import mails, mark_of
from console.platform_api.privacy_letter_hinders import NOT_YOURS, may_post
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.problems import Conflict, NotAllowed, NotFound
from console.platform_api.store import Answer, Write, act, find, refuse_unless
from console.records.record import Category
from console.records.tickets import LOST, UNSENT, MailState

SENT = "It was sent, or taken back: there is nothing to print."


async def to_print(ask: Ask, named: str, message: str) -> Answer:
    """Subject, body, and to whom, as far as they said; on the log as a look."""
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, REQUESTS, named)
        facts = projection.facts_of(ask, connection, REQUESTS, row, load_case(connection, ask.case))
        refuse_unless(access.may(ask.actor.roles, REQUESTS.resource, "posted", facts))
        letter = _letter(connection, row, message)
        _refuse_others(ask, row, letter)
        body = _opened(ask, row, letter)
    ask.action = "print-letter"
    await ask.platform.recorder.record(ask.entry(fields=tuple(body["to"]), details={"message": letter.id}))
    return Answer(body)


def said_sent(ask: Ask, named: str, message: str) -> Answer:
    """It is read no more from then on, but in the thread by who works on the request."""

    def change(write: Write) -> None:
        letter = letter_of(write, message)
        _refuse_others(ask, write.row, letter)
        if letter.state not in UNSENT:
            raise Conflict(SENT)
        write.values |= privacy_unsent.went(write.row, letter, ask.now)
        if write.values.get("state", write.row.state) != write.row.state:
            write.changed["state"] = (write.row.state, write.values["state"])
            solve_case(write.others, letter.ticket)
        gone = {"state": str(MailState.SENT), "finished": ask.now, "sealed_thread": None, "effects": None}
        write.connection.execute(update(mails).where(mails.c.id == letter.id).values(**gone))
        write.details["message"] = letter.id

    return act(ask, REQUESTS, named, change, versioned=False)


def send_again(ask: Ask, named: str, message: str) -> Answer:
    """By mail, under the same Message-ID: what failed, or of which nobody can tell. Also when its case is over, which no ticket shows then."""
    ask.action = "resend-letter"

    def change(write: Write) -> None:
        letter = letter_of(write, message)
        _refuse_others(ask, write.row, letter)
        if letter.state not in LOST:
            raise Conflict("Only what failed, or may not have gone out, is sent again.")
        waits = {"state": str(MailState.WAITING), "due": ask.now, "failure": None, "finished": None}
        write.connection.execute(update(mails).where(mails.c.id == letter.id).values(**waits))
        jobs.enqueue(write.others, "mail", mark_of(letter.id), {"mail": letter.id})
        write.details |= {"message": letter.id, "was": letter.state}

    return act(ask, REQUESTS, named, change, versioned=False, action="posted")


def _letter(connection: Connection, row: Row[Any], message: str) -> Row[Any]:
    wanted = select(mails).where(mails.c.request == row.id, mails.c.state.in_(UNSENT))
    for letter in connection.execute(wanted):
        if letter.id == message:
            return letter
    raise NotFound(SENT)


def _refuse_others(ask: Ask, row: Row[Any], letter: Row[Any]) -> None:
    if not may_post(ask, row, letter):
        raise NotAllowed(NOT_YOURS)


def _opened(ask: Ask, row: Row[Any], letter: Row[Any]) -> dict[str, Any]:
    key = ask.platform.vault.keys_of([row.id]).get(row.id)
    if key is None:
        raise Conflict("What was personal in it is purged.")
    texts = load(key.open("mail", letter.id, str(Category.THREAD), bytes(letter.sealed_thread)))
    contact = projection.open_document(REQUESTS, row, Category.CONTACT, key)
    return {
        "message": letter.id, "at": letter.at, "subject": texts["subject"].value, "body": texts["body"].value,
        "to": {name: value.value for name, value in contact.items()},
    }  # fmt: skip
