"""What the platform asks of whatever carries mail: send this once, and say whether it went out if you know.

Errors carry a code and nothing that somebody typed or that names a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Protocol


class MailError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotNow(MailError):
    """It did not go out and may be tried again: no connection, a certificate that is wrong, a server that asks for patience."""


class Refused(MailError):
    """It did not go out, and the same again would not either."""


class Unsure(MailError):
    """The last word was said and no answer came: it may have gone out."""


@dataclass(frozen=True)
class Letter:
    """`message_id` is the same at each try; `content` is the whole RFC 5322 message, lines ended by CRLF."""

    message_id: str
    sender: str
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)


def domain_of(sender: str) -> str:
    """The part behind the @ of who sends, `Petworks <support@example.com>`."""
    return parseaddr(sender)[1].rpartition("@")[2]


LastWord = Callable[[], None]
"""Called when nothing has gone out yet and the next step can't be taken back. It notes that, or raises, and then nothing goes out."""


class Sender(Protocol):
    name: str

    def send(self, letter: Letter, last_word: LastWord) -> None:
        """Returns once it went out; a MailError otherwise. Whatever `last_word` raises comes through."""
        ...

    def was_sent(self, message_id: str) -> bool | None:
        """Whether it went out; None: nobody can tell."""
        ...
