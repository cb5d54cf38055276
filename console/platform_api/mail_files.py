"""Mail that went out as files of the data folder, where no mail server stands: it goes when what it says does."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from console.platform_api.mail import mails
from console.platform_api.mail_letter import message_id
from console.platform_api.mail_senders.eml import EmlFolder
from console.platform_api.transaction import Transaction


def remove_files(work: Transaction, owners: Collection[str]) -> None:
    """Of all letters to these: persons, or requests for theirs."""
    folder, sender = EmlFolder(work.platform.data), work.platform.rules.mail_from
    for mail in work.connection.execute(select(mails.c.id).where(mails.c.person.in_(owners))).scalars():
        folder.path_of(message_id(mail, sender)).unlink(missing_ok=True)
