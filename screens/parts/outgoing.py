"""How it stands with a message that goes out, in words: when it goes, until when it can be taken back, what went wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from textual.content import Content

from console.records.payment_reviews import PaymentReview
from console.records.privacy_requests import PrivacyRequest
from console.records.pro_applications import ProApplication
from console.records.record import Record
from console.records.tickets import OUT, MailState, Message, Ticket
from console.text import line

FAILURES: Mapping[str, str] = {
    "erased": "the account is erased meanwhile",
    "other_case": "the case is no longer about that person",
    "not_wanted": "the person does not want to hear of this",
    "no_address": "there is no e-mail address",
    "from_google": "the address came from Google, and what did is not handed on",
    "address": "the address can't be written to",
    "certificate": "the mail server does not prove who it is",
    "tls": "the mail server does not encrypt",
    "not_offered": "the mail server does not offer what is needed",
    "sign_in": "the mail server does not let the platform in",
    "connection": "the mail server can't be reached",
    "no_answer": "the mail server did not answer the last word",
    "cut_off": "the connection broke at the last word",
}
"""Code of the platform → why it did not go out."""
THREADED = (Ticket, PaymentReview, ProApplication, PrivacyRequest)
AGAIN = "x sends it again."
DOUBT = "Nobody can tell whether it went out. Ask the person, or send it again (x): it may arrive twice."


def is_waiting(message: Message) -> bool:
    """Whether it can still be taken back."""
    return message.kind == OUT and message.mail == MailState.WAITING


def to_take_back(messages: Sequence[Message]) -> Message | None:
    """The last one that has not gone yet."""
    return next(filter(is_waiting, reversed(messages)), None)


def to_send_again(messages: Sequence[Message]) -> list[Message]:
    """What failed, or may not have gone out."""
    return [each for each in messages if each.mail in (MailState.FAILED, MailState.UNKNOWN)]


MOVING = {
    "version": 0,
    "actions": (),
    "lease_until": None,
    "package": None,
    "steps": (),
    "replied": None,
    "acknowledged": None,
    "unsent": (),
}
"""What moves on by itself while somebody fills in a form: letters go out, and the person takes what was sent to them."""


def only_letters_went(before: Record, now: Record) -> bool:
    """Whether nobody changed anything between two looks at a record: neither a value nor its plan, and no message came to its thread."""
    return _still(before) == _still(now)


def _still(record: Record) -> Record:
    messages = {"messages": tuple(map(_unsent, record.messages))} if isinstance(record, THREADED) else {}
    known = {name: value for name, value in MOVING.items() if name in type(record).model_fields}
    return record.model_copy(update={**known, **messages})


def _unsent(message: Message) -> Message:
    return message.model_copy(update={"mail": None, "due": None, "failure": None})


def standing(message: Message, now: datetime) -> Content:
    """One line below a message that goes out."""
    why = line(why_of(message.failure)).plain
    match message.mail:
        case MailState.WAITING:
            return _waiting(message, now, why)
        case MailState.SENDING:
            return Content("→ is being sent")
        case MailState.SENT:
            return Content("✓ sent").stylize("$text-success")
        case MailState.FAILED:
            return Content(f"✗ not sent: {why}. {AGAIN}").stylize("$text-error")
        case MailState.UNKNOWN:
            return Content(f"? {DOUBT}").stylize("$text-warning")
        case MailState.TO_POST:
            return Content("✉ to be printed and sent by post").stylize("$text-warning")
        case MailState.UNDONE:
            return Content("– taken back: nothing was sent").stylize("dim")
    return line(message.mail)


def _waiting(message: Message, now: datetime, why: str) -> Content:
    left = math.ceil((message.due - now).total_seconds()) if message.due is not None else 0
    if left > 0:
        return Content(f"… goes out in {left} s · u takes it back").stylize("$text-warning")
    tries = f"; {why}, it is tried again" if message.failure else ""
    return Content(f"… goes out now{tries} · u takes it back").stylize("$text-warning")


def why_of(code: str | None) -> str:
    """In words."""
    found = re.fullmatch(r"smtp_(\d{3})", code or "")
    if found is not None:
        return f"the mail server says {found[1]}"
    return FAILURES.get(code or "", (code or "no reason is known").replace("_", " "))
