"""What a request may weigh and hold, before anything else looks at it. Plain ASGI, which costs no task a request."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.platform_api.problems import BadRequest, TooLarge
from console.platform_api.strict_json import check

BODY = 1024 * 1024
INGEST = 8 * 1024 * 1024
REPORT = 10 * 1024 * 1024
DOCUMENTS = 14 * 1024 * 1024
"""The largest document in base64, with what is said of it."""
TARGET = 8 * 1024
"""Bytes of path and query together."""

BODY_SECONDS = 30
"""A body that trickles in longer than this holds its connection no more."""

LARGE = 64 * 1024
"""From here on JSON is checked in a thread: 8 MiB take a tenth of a second."""


class Gone(Exception):
    """The client hung up in the middle of its body."""


class Limits:
    """Reads the whole body, bounded in size and time, refuses what isn't strict JSON, and hands it on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _check_target(scope)
        headers = dict(scope["headers"])
        if b"content-length" not in headers and b"transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        try:
            body = await _read(receive, _limit(scope["path"]), headers.get(b"content-length", b""))
        except Gone:
            return
        await _check_body(body, headers.get(b"content-type", b""), _media_type(scope["path"]))
        await self.app(scope, _replay(body, receive), send)


REPORTS, PAPERS, PACKAGES = "/v1/reconciliations", "/v1/ingest/application-documents", "/v1/packages/"


def _limit(path: str) -> int:
    if path == REPORTS:
        return REPORT
    if path == PAPERS:
        return DOCUMENTS
    return INGEST if path.startswith("/v1/ingest/") else BODY


def _media_type(path: str) -> bytes:
    """A balance report comes as the processor writes it, a passphrase as a browser sends it; everything else is JSON."""
    if path.startswith(PACKAGES):
        return b"application/x-www-form-urlencoded"
    return b"text/csv" if path == REPORTS else b"application/json"


NAMES = {b"text/csv": "CSV", b"application/x-www-form-urlencoded": "a form", b"application/json": "JSON"}


def _check_target(scope: Scope) -> None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > TARGET:
        raise TooLarge(f"Path and query may have {TARGET} bytes.")
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise BadRequest("The address holds a NUL character.")


async def _read(receive: Receive, limit: int, announced: bytes) -> bytes:
    if announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
        raise _too_large(limit)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _gather(receive, limit)
    except TimeoutError:
        raise BadRequest(f"The body took longer than {BODY_SECONDS} seconds.") from None


async def _gather(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _check_body(body: bytes, content_type: bytes, wanted: bytes) -> None:
    if not body:
        return
    if content_type.partition(b";")[0].strip().lower() != wanted:
        raise BadRequest(f"Send {NAMES[wanted]}, as {wanted.decode()}.")
    if wanted != b"application/json":
        return
    if len(body) < LARGE:
        check(body)
    else:
        await asyncio.to_thread(check, body)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: Iterable[Message] = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def again() -> Message:
        return next(iter(waiting), None) or await receive()

    return again


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"A body may have {limit} bytes here.")
