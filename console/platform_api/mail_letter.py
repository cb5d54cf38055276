"""From a queued mail to an RFC 5322 message: the same bytes at every try."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from email import policy
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.utils import format_datetime, parseaddr

from console.platform_api.mail_senders.seam import Letter, Refused, domain_of

POLICY = policy.compat32.clone(linesep="\r\n", max_line_length=None)
"""The newer policies decode what looks encoded in a header, so a subject that people typed could bring headers of its own."""

TEXT = Charset("utf-8")
TEXT.body_encoding = QP
"""Nothing but ASCII goes over the wire, so every server takes it."""

LOCAL = re.compile(r"[!#-'*+\-/-9=?A-Z^-~]+(\.[!#-'*+\-/-9=?A-Z^-~]+)*")
"""The part before the @ as RFC 5322 has it without quotes; other scripts would need a server that takes them."""

HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def message_id(mail: str, sender: str) -> str:
    """The same for the same mail, so that a second copy could be told as one."""
    return f"<{mail}@{domain_of(sender)}>"


def write_letter(
    mail: str, sender: str, recipient: str, subject: str, body: str, at: datetime, *, automatic: bool
) -> Letter:
    """`automatic`: nobody wrote it, so nobody's machine should answer it (RFC 3834)."""
    known = message_id(mail, sender)
    recipient = ascii_address(recipient)
    message: Message[str, str] = Message(POLICY)
    message["From"], message["To"] = sender, recipient
    message["Subject"] = _encoded(subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = known
    if automatic:
        message["Auto-Submitted"] = "auto-generated"
    message["MIME-Version"] = "1.0"
    message.set_payload(body, TEXT)
    return Letter(known, parseaddr(sender)[1], recipient, message.as_bytes())


def _encoded(subject: str) -> str:
    """One line, every character of which is text and none a part of the header."""
    text = "".join(character for character in " ".join(subject.split()) if unicodedata.category(character) != "Cc")
    if text.isascii() and "=?" not in text:
        return text  # shorter than the longest line that a server must take
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


def ascii_address(address: str) -> str:
    """The address as every server takes it; Refused for one that none would."""
    local, _, domain = address.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise Refused("address") from None
    if not LOCAL.fullmatch(local) or not HOST.fullmatch(host):
        raise Refused("address")
    return f"{local}@{host}"
