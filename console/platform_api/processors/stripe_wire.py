"""How the SDK's requests go out: with a deadline, bounded, checked, and with nothing in them but what P29 allows.

The SDK takes any subclass of its HTTPClient. Its own ones have a timeout for each read and none for the call, follow
redirects, take proxies from the environment, and say which machine they run on.
"""

from __future__ import annotations

import http.client
import logging
import os
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import certifi

os.environ.pop("STRIPE_LOG", None)  # the SDK would print requests to standard error
import stripe

logging.getLogger("stripe").disabled = True
stripe.enable_telemetry = False

SECONDS = 30.0
"""For one call with all that belongs to it."""

LARGEST = 4 * 1024 * 1024
"""Bytes of an answer; a hundred refunds have a tenth of it."""

FIELDS = frozenset({"payment_intent", "charge", "amount", "metadata[order]", "metadata[refund]"})
"""All that a request may say, beside the address that it goes to."""

ASKED = frozenset({"payment_intent", "charge", "limit", "starting_after"})
HEADERS = frozenset({"authorization", "content-type", "idempotency-key", "stripe-version"})
USER_AGENT = "Petworks"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NotSent(stripe.APIConnectionError):
    """There was no connection, so nothing went out."""

    def __init__(self, why: str) -> None:
        super().__init__(why)  # type: ignore[no-untyped-call]


class NoAnswer(stripe.APIConnectionError):
    """It went out, and no whole answer came back in time."""

    def __init__(self, why: str) -> None:
        super().__init__(why)  # type: ignore[no-untyped-call]


class Wire(stripe.HTTPClient):
    """One connection a call: there are few, and one that stands idle is one that may have been cut."""

    name = "petworks"

    def __init__(self, seconds: float = SECONDS) -> None:
        super().__init__()
        self._seconds = seconds
        self._context = ssl.create_default_context(cafile=certifi.where())

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        place = urlsplit(url)
        _refuse_more(post_data or "", place.query)
        body = post_data.encode() if isinstance(post_data, str) else post_data
        sent = {name: value for name, value in (headers or {}).items() if name.lower() in HEADERS}
        target = f"{place.path}?{place.query}" if place.query else place.path
        end = time.monotonic() + self._seconds
        connection = self._connected(place.scheme, place.hostname or "", place.port)
        try:
            connection.request(method.upper(), target, body, {**sent, "User-Agent": USER_AGENT})
            return _answer(connection, end)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(type(error).__name__) from None
        finally:
            connection.close()

    def _connected(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection
        if scheme == "https":
            connection = http.client.HTTPSConnection(host, port, timeout=self._seconds, context=self._context)
        elif scheme == "http" and host in LOOPBACK:
            connection = http.client.HTTPConnection(host, port, timeout=self._seconds)
        else:
            raise NotSent("only https, but for this very machine")
        try:
            connection.connect()
        except OSError as error:
            raise NotSent(type(error).__name__) from None
        return connection

    def close(self) -> None:
        return None


def _answer(connection: http.client.HTTPConnection, end: float) -> tuple[str, int, Mapping[str, str]]:
    _allow_until(connection, end)
    answer = connection.getresponse()
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(65536):
        size += len(part)
        if size > LARGEST:
            raise http.client.HTTPException("too large")
        parts.append(part)
        _allow_until(connection, end)
    if answer.length:  # cut off before the length that it announced
        raise http.client.IncompleteRead(b"", answer.length)
    request_id = answer.headers.get("Request-Id", "")
    return b"".join(parts).decode("utf-8", "replace"), answer.status, {"request-id": request_id}


def _allow_until(connection: http.client.HTTPConnection, end: float) -> None:
    """The time that is left of the whole call, for the next read."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _refuse_more(form: str, query: str) -> None:
    """The last place to look: our own mistake must not become a disclosure (P29)."""
    named = {name for name, _ in parse_qsl(form, keep_blank_values=True)}
    asked = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    if named - FIELDS or asked - ASKED:
        raise NotSent("a field that the processor may not know")
