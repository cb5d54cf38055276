"""Around every request: its id, the headers of its answer, and an answer also when something unexpected happens."""

from __future__ import annotations

import logging
import secrets
import traceback

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.platform_api.answers import ProblemAnswer
from console.platform_api.problems import Problem

log = logging.getLogger("petworks.platform")

SECURITY = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
OVER_TLS = ((b"strict-transport-security", b"max-age=31536000"),)


class Envelope:
    """The outermost part of the application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        sealed = _Sealed(send, request_id, scope["scheme"] == "https")
        try:
            await self.app(scope, receive, sealed)
        except Exception as error:  # noqa: BLE001 - whatever it is, an answer leaves and nothing private is logged
            problem = error if isinstance(error, Problem) else unexpected(error, request_id)
            if not sealed.started:
                await ProblemAnswer(problem, request_id)(scope, receive, sealed)


class _Sealed:
    """Sends on, with the headers that every answer has."""

    def __init__(self, send: Send, request_id: str, tls: bool) -> None:
        self.send = send
        self.started = False
        self.headers = [(b"request-id", request_id.encode()), *SECURITY, *(OVER_TLS if tls else ())]

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message = {**message, "headers": [*message["headers"], *self.headers]}
        await self.send(message)


def unexpected(error: BaseException, request_id: str) -> Problem:
    """Logs where it happened, and not what the exception says: its text may quote values."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("request %s failed: %s at %s", request_id, type(error).__qualname__, places)
    return Problem("Tell the people who run the platform the request's id.")
