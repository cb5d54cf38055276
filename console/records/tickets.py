"""A ticket: the case that an employee works on, and that reveals hang on."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.record import Category, Record, transition

RESOURCE = "tickets"
PREFIX = "T"


class TicketState(StrEnum):
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"


WORKABLE = frozenset({TicketState.OPEN, TicketState.PENDING})
"""States in which a ticket can be a case in hand."""

TRANSITIONS = {
    "pending": transition(TicketState.OPEN, to=TicketState.PENDING),
    "solved": transition(TicketState.OPEN, TicketState.PENDING, to=TicketState.SOLVED),
    "reopen": transition(TicketState.PENDING, TicketState.SOLVED, to=TicketState.OPEN),
    "closed": transition(TicketState.SOLVED, to=TicketState.CLOSED),
}

ONLY_IN = dict.fromkeys(("claim", "renew", "reply"), WORKABLE)
"""Actions that change no state but are of some states alone."""

CHANNELS = ("email", "phone", "web", "letter")
PLATFORM = "platform"
"""The channel of a ticket that no person asked for: the platform opened it as a case."""

ABOUT = ("person", "order", "review", "application", "document", "privacy", "award")
"""What a ticket is the case of: somebody who wrote, an order in trouble, a payment to review, an application, a document that expires,
a privacy request, a prize that was won."""


OUT = "out"
"""The kind of a thread's entry that went to the person."""


class Link(BaseModel):
    """A record that a ticket is about."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    resource: str
    id: str
    number: str


class MailState(StrEnum):
    """Of a message that goes out. UNKNOWN: the platform died while it was being sent, and nobody can tell whether it was. TO_POST: it is to
    be printed, and then said to be sent."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    TO_POST = "to_post"


LOST = (MailState.FAILED, MailState.UNKNOWN)
"""What may have told nobody anything, and can be sent again."""

UNSENT = (MailState.TO_POST, *LOST)
"""What is still to be printed and sent, or can be sent another way: it has reached nobody."""


class Message(BaseModel):
    """One entry of the thread; `mask` stands in for a body that is masked. `kind`: in, note, out; `mail` and `due` are of what goes out,
    which can be undone until it is due."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    at: datetime
    kind: str
    by: str
    body: Raw | None = None
    mask: str | None = None
    subject: Raw | None = None
    mail: str | None = None
    due: datetime | None = None
    failure: str | None = None


class Ticket(Record):
    state: Annotated[str, Category.PLAIN] = ""
    channel: Annotated[str, Category.PLAIN] = ""
    about: Annotated[str, Category.PLAIN] = "person"
    opened: Annotated[datetime | None, Category.PLAIN] = None
    opened_by: Annotated[str, Category.PLAIN] = ""
    assignee: Annotated[str | None, Category.PLAIN] = None
    yours: Annotated[bool, Category.PLAIN] = False
    lease_until: Annotated[datetime | None, Category.PLAIN] = None
    self_opened: Annotated[bool, Category.PLAIN] = False
    links: Annotated[tuple[Link, ...], Category.PLAIN] = ()
    reference: Annotated[Raw | None, Category.THREAD] = None
    subject: Annotated[Raw | None, Category.THREAD] = None
    messages: Annotated[tuple[Message, ...], Category.THREAD] = ()
