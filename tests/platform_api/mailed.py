"""Mail for tests: queued as an employee would, sent by a worker, and what lies in the folder of the demo."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from console.platform_api import mail
from console.platform_api.mail_senders.seam import Sender
from console.platform_api.platform import Platform
from console.platform_api.processors import built_in
from console.platform_api.tables import MailRow, table
from console.platform_api.transaction import own_work
from console.platform_api.work import Worker
from tests.platform_api.api import employee_id
from tests.platform_api.people import add_person, add_ticket

mails = table(MailRow)


def queued(platform: Platform, **more: Any) -> str:
    """The id of a mail to a new person about their ticket, by `support`."""
    person = more.pop("person", None) or add_person(platform)
    ticket = more.pop("ticket", None) or add_ticket(platform, "support", person=person)
    wish = {
        "topic": "answer", "subject": "Your question", "body": "It is mended.\n", "template": None,
        "author": employee_id(platform, "support"), **more,
    }  # fmt: skip
    with own_work(platform) as work:
        return mail.queue(work, ticket=ticket, person=person, **wish)


def row_of(platform: Platform, found: str) -> Any:
    with platform.database.reading() as connection:
        return connection.execute(select(mails).where(mails.c.id == found)).one()


def state_of(platform: Platform, found: str) -> tuple[str, str | None]:
    row = row_of(platform, found)
    return row.state, row.failure


def poster(platform: Platform, sender: Sender | None = None) -> Worker:
    return Worker(platform, built_in(platform), sender=sender)


def files(platform: Platform) -> list[EmailMessage]:
    """What went out into the data folder."""
    found = sorted((platform.data / "mail").glob("*.eml"))
    return [parsed(path.read_bytes()) for path in found]


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message
