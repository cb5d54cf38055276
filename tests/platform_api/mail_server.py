"""A real mail server in a thread, which counts what it is given and answers as a test says."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from console.platform_api.mail_senders.smtp import IMPLICIT, NO_TLS, STARTTLS, Server, SmtpServer
from console.platform_api.platform import Platform
from tests.certificates import HERE, Identity, issue
from tests.platform_api.mailed import parsed

SENDER = "Petworks <desk@petworks.example>"
USER, PASSWORD = "petworks", "a mail server's password"
SILENT = "silent"
"""In place of an answer: the connection stays open and nothing comes."""

CUT = "cut"
"""In place of an answer: the connection ends."""

Answers = dict[str, list[str]]


class PostOffice:
    """`answers`: step (MAIL, RCPT, DATA) → what it says, one after the other, before it takes everything. `taken`: what it
    accepted; a mail whose answer is lost is taken, too."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.taken: list[Envelope] = []
        self.asked: list[str] = []
        self.quiet = asyncio.Event()
        self.port = 0
        self.tls: list[bool] = []
        self.arrived = threading.Event()

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        envelope.mail_from = address
        return await self._answer(server, "MAIL")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return await self._answer(server, "RCPT")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = self.answers.get("DATA") or ["250 OK"]
        if not said[0].startswith(("4", "5")):
            self.taken.append(envelope)
            self.tls.append(_is_secure(server))
        self.arrived.set()
        return await self._answer(server, "DATA")

    async def _answer(self, server: SMTP, step: str) -> str:
        self.asked.append(step)
        said = self.answers.get(step)
        answer = said.pop(0) if said else "250 OK"
        if answer == SILENT:
            await self.quiet.wait()
        if answer == CUT and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return answer

    @property
    def messages(self) -> list[Any]:
        return [parsed(envelope.content) for envelope in self.taken if isinstance(envelope.content, bytes)]


def _is_secure(server: SMTP) -> bool:
    return server.transport is not None and server.transport.get_extra_info("ssl_object") is not None


def _who(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    good = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


@contextmanager
def post_office(
    tls: str = NO_TLS, context: ssl.SSLContext | None = None, answers: Answers | None = None
) -> Iterator[PostOffice]:
    """One at a free port of this machine; with TLS as the platform's settings call it."""
    office, listening = PostOffice(answers or {}), socket.create_server(("127.0.0.1", 0))
    office.port = listening.getsockname()[1]
    ready, loop = threading.Event(), asyncio.new_event_loop()
    ended = asyncio.Event()

    def protocol() -> SMTP:
        begun = context if tls == STARTTLS else None
        return SMTP(
            office, authenticator=_who, auth_require_tls=False, loop=loop, hostname="mail.example", tls_context=begun,
            require_starttls=begun is not None,
        )  # fmt: skip

    async def serve() -> None:
        server = await loop.create_server(protocol, sock=listening, ssl=context if tls == IMPLICIT else None)
        ready.set()
        await ended.wait()
        office.quiet.set()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


def authority_file(authority: Identity, folder: Path) -> str:
    path = folder / "authority.pem"
    path.write_bytes(authority.pem())
    return str(path)


def sender_to(office: PostOffice, tls: str = NO_TLS, **more: Any) -> SmtpServer:
    return SmtpServer(Server(host="127.0.0.1", port=office.port, tls=tls, sender=SENDER, **more))


def certificate_here(authority: Identity, folder: Path) -> ssl.SSLContext:
    return issue("mail", HERE, authority).context(folder)


def use(platform: Platform, office: PostOffice) -> None:
    """The platform's settings name this server, for processes that open the data folder themselves."""
    (platform.data / "platform.toml").write_text(
        f'[mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {office.port}\ntls = "none"\nfrom = "{SENDER}"\n',
        encoding="utf-8",
    )
