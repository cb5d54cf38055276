"""Letters to who asks: to the address that they gave, with a text that doesn't tell whether we know them (P10).

Once it is certain who they are, and no address was given, a letter goes to the one on their account. Who has none gets it by post.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api import mail, privacy_undo
from console.platform_api.documents import load
from console.platform_api.mail import Letter
from console.platform_api.platform import Platform
from console.platform_api.problems import Invalid
from console.platform_api.store import Write
from console.platform_api.tables import UserRow, table
from console.platform_api.transaction import Transaction
from console.platform_api.user_values import CHECKS
from console.records.privacy_requests import RESOURCE
from console.records.record import Category
from console.records.users import Source

_users = table(UserRow)

ATTORNEY_GENERAL = "Attorney General"


def send(write: Write, request: Row[Any], case: Row[Any], letter: Letter, *, answers: bool = False) -> str:
    """In the transaction of what it is about; it goes out after the time to undo it. Gives the message's id. `case` must still be open."""
    author = write.ask.actor.id
    address = address_of(write.ask.platform, write.connection, request)
    message = mail.queue_letter(
        write.others, request.id, case.id, letter, author=author, address=address, answers=answers
    )
    privacy_undo.remember(write, message, case)
    write.details |= {"message": message, "template": letter.template, **({} if address else {"by_post": True})}
    due = mail.due_of(write.ask.now, author).isoformat()
    write.beside |= {"message": message, "message_due": due, **({} if address else {"by_post": True})}
    return message


def goes_by_post(write: Write) -> bool:
    """Whether the letter that this change has sent waits to be printed: it counts once it is said to be sent (`privacy_post`)."""
    return "by_post" in write.beside


def send_by_itself(work: Transaction, request: Row[Any], ticket: str, letter: Letter) -> bool:
    """A letter that the platform writes: a receipt. Its case must still be open. Whether it goes by mail, and so counts at once."""
    address = address_of(work.platform, work.connection, request)
    mail.queue_letter(work, request.id, ticket, letter, author=None, address=address, answers=True)
    return address is not None


def address_of(platform: Platform, connection: Connection, request: Row[Any]) -> str | None:
    """Where it is answered to; None when there is no e-mail address that we may use."""
    given = _given(platform, request)
    if given is not None:
        return email_or_none(given)
    certain = request.person is not None and (request.verified is not None or request.signed_in)
    return _of_account(platform, connection, request.person) if certain else None


def can_be_told(work: Transaction, request: Row[Any]) -> bool:
    """By mail, or by post to where they said."""
    return _given(work.platform, request) is not None or address_of(work.platform, work.connection, request) is not None


def _given(platform: Platform, request: Row[Any]) -> str | None:
    key = platform.vault.keys_of([request.id]).get(request.id)
    if key is None or request.sealed_contact is None:
        return None
    found = load(key.open(RESOURCE, request.id, str(Category.CONTACT), bytes(request.sealed_contact))).get("reply_to")
    return found.value if found is not None else None


def email_or_none(given: str) -> str | None:
    """What was given to answer to, if mail can go there."""
    try:
        CHECKS["email"](given)
    except ValueError:
        return None
    return given


def _of_account(platform: Platform, connection: Connection, person: str) -> str | None:
    """Not one that came from Google (P9)."""
    row = connection.execute(select(_users).where(_users.c.id == person)).first()
    email = mail.email_of(platform, row) if row is not None else None
    return email.value if email is not None and email.source is not Source.GOOGLE else None


def require_attorney_general(letter: Letter) -> None:
    """A lost appeal tells the person to whom they can still turn."""
    if ATTORNEY_GENERAL not in " ".join(letter.body.split()):
        raise Invalid(
            "The letter must say to whom the person can turn now.",
            errors=[{"where": "message.body", "what": f"names the {ATTORNEY_GENERAL}"}],
        )
