"""Mail through a mail server (RFC 5321), with TLS and a certificate that is checked.

The message goes over but for its last line, the full stop: until that is said, the server must drop what it has. So `last_word`
stands right before it, and what fails earlier certainly did not go out.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from console.platform_api.mail_senders.seam import LastWord, Letter, MailError, NotNow, Refused, Unsure, domain_of

SECONDS = 20.0
"""For one answer of the server, and for connecting."""

SECONDS_IN_ALL = 80.0
"""Until the last word. With the answer to it that is less than a job's lease lasts from there."""

FAREWELL = 5.0
"""Seconds for an answer to QUIT, which nothing hangs on."""

SECONDS_AT_THE_END = 100.0
"""A server may look at what it was given before it answers."""

IMPLICIT, STARTTLS, NO_TLS = "implicit", "starttls", "none"
DONE, GO_ON = 250, 354
FULL_STOP = b".\r\n"


@dataclass(frozen=True)
class Server:
    """`tls`: from the first byte, by STARTTLS, or none, which is for this machine alone."""

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None
    password: str = field(default="", repr=False)
    ca_file: str | None = None


class SmtpServer:
    """One connection a mail: there are few, and one that stands idle is one that may have been cut."""

    name = "smtp"

    def __init__(self, server: Server) -> None:
        self.server = server
        self._context = ssl.create_default_context(cafile=server.ca_file)

    def send(self, letter: Letter, last_word: LastWord) -> None:
        with _cut_off_at_the_end() as cut_off, self._connected() as smtp:
            cut_off.watch(smtp)
            with _nothing_went_out():
                self._introduce(smtp)
                self._hand_over(smtp, letter)
            cut_off.cancel()
            last_word()
            _finish(smtp)

    def was_sent(self, message_id: str) -> bool | None:
        """A mail server isn't asked what it was given, and none would tell."""
        return None

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        with _nothing_went_out():
            smtp = self._connect()
        try:
            yield smtp
            with suppress(OSError, smtplib.SMTPException):
                if smtp.sock is not None:
                    smtp.sock.settimeout(
                        FAREWELL
                    )  # the mail is out: a slow goodbye must not outlast the worker's lease
                smtp.quit()
        finally:
            smtp.close()  # without the full stop, if it wasn't said

    def _connect(self) -> smtplib.SMTP:
        server, me = self.server, domain_of(self.server.sender)
        if server.tls == IMPLICIT:
            return smtplib.SMTP_SSL(server.host, server.port, me, timeout=SECONDS, context=self._context)
        return smtplib.SMTP(server.host, server.port, me, timeout=SECONDS)

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.server.tls == STARTTLS:
            smtp.starttls(context=self._context)
            smtp.ehlo_or_helo_if_needed()
        if self.server.user is not None:
            smtp.login(self.server.user, self.server.password)

    def _hand_over(self, smtp: smtplib.SMTP, letter: Letter) -> None:
        _must(smtp.mail(letter.sender), DONE)
        _must(smtp.rcpt(letter.recipient), DONE, 251)
        _must(smtp.docmd("DATA"), GO_ON)
        smtp.send(_stuffed(letter.content))


def _stuffed(content: bytes) -> bytes:
    """A line that begins with a full stop has another one before it, so that it doesn't end the message."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended)


Reply = tuple[int, bytes]


def _must(reply: Reply, *wanted: int) -> None:
    """What the server says stays here: it may quote an address."""
    code = reply[0]
    if code in wanted:
        return
    raise _refusal(code)


def _refusal(code: int) -> MailError:
    return Refused(f"smtp_{code}") if 500 <= code <= 599 else NotNow(f"smtp_{code}")


def _finish(smtp: smtplib.SMTP) -> None:
    """From here on only the server's own word tells what became of it."""
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(SECONDS_AT_THE_END)
        smtp.send(FULL_STOP)
        reply = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure("no_answer" if _timed_out(error) else "cut_off") from None
    if not 400 <= reply[0] <= 599 and reply[0] != DONE:
        raise Unsure("no_sense")
    _must(reply, DONE)


def _timed_out(error: BaseException) -> bool:
    """smtplib says of every failure that the connection was closed."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


@contextmanager
def _nothing_went_out() -> Iterator[None]:
    """Whatever the connection or the server's words fail with, as a code. The causes quote addresses and answers."""
    try:
        yield
    except MailError:
        raise
    except ssl.SSLCertVerificationError:
        raise NotNow("certificate") from None
    except ssl.SSLError:
        raise NotNow("tls") from None
    except smtplib.SMTPNotSupportedError:
        raise NotNow("not_offered") from None
    except smtplib.SMTPAuthenticationError:
        raise NotNow("sign_in") from None
    except smtplib.SMTPResponseException as error:
        raise NotNow(f"smtp_{error.smtp_code}") from None
    except (OSError, smtplib.SMTPException, UnicodeError):
        raise NotNow("connection") from None


class _CutOff:
    """Ends a connection that takes too long in all, whatever trickles over it."""

    def __init__(self) -> None:
        self._timer = threading.Timer(SECONDS_IN_ALL, self._end)
        self._timer.daemon = True
        self._watched: smtplib.SMTP | None = None

    def watch(self, smtp: smtplib.SMTP) -> None:
        self._watched = smtp
        self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        sock = self._watched.sock if self._watched is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def _cut_off_at_the_end() -> Iterator[_CutOff]:
    cut_off = _CutOff()
    try:
        yield cut_off
    finally:
        cut_off.cancel()
