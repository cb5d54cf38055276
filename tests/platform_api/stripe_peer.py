"""A small server that answers as Stripe's documentation says, and remembers exactly what arrived."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

JSON = {"Content-Type": "application/json", "Request-Id": "req_1"}


@dataclass
class Arrived:
    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: Mapping[str, str]


@dataclass
class Answer:
    """`raw`: bytes to write instead of an answer, before hanging up; None in `status`: no answer at all."""

    status: int | None = 200
    body: Any = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def error(
    kind: str, code: str | None = None, message: str = "Something about pi_1 of maria@example.net"
) -> dict[str, Any]:
    """A body as https://docs.stripe.com/api/errors shows it."""
    return {"error": {"type": kind, "code": code, "message": message, "param": "payment_intent"}}


def refund(number: str | None = "RF-1", status: str = "succeeded", **more: Any) -> dict[str, Any]:
    metadata = {"refund": number, "order": "O-1"} if number else {}
    return {
        "id": "re_1", "object": "refund", "amount": 2_500, "currency": "usd", "status": status, "metadata": metadata,
        "payment_intent": "pi_1", "charge": "ch_1", "reason": None, "failure_reason": None, **more,
    }  # fmt: skip


def listed(*items: Mapping[str, Any], more: bool = False, url: str = "/v1/refunds") -> dict[str, Any]:
    return {"object": "list", "url": url, "has_more": more, "data": list(items)}


class Peer:
    """`answers` by (method, path); a function may choose by what arrived."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.arrived: list[Arrived] = []
        self.answers: dict[tuple[str, str], Answer | Callable[[Arrived], Answer]] = {}

    def answer(self, method: str, path: str, answer: Answer | Callable[[Arrived], Answer]) -> None:
        self.answers[(method, path)] = answer

    def answer_to(self, arrived: Arrived) -> Answer:
        self.arrived.append(arrived)
        missing = Answer(404, error("invalid_request_error", "resource_missing"))
        found = self.answers.get((arrived.method, arrived.path), missing)
        return found if isinstance(found, Answer) else found(arrived)


@contextmanager
def stripe_peer() -> Iterator[Peer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            query = dict(parse_qsl(place.query, keep_blank_values=True))
            answer = peer.answer_to(Arrived(self.command, place.path, query, form, dict(self.headers)))
            if answer.raw is not None or answer.status is None:
                self.wfile.write(answer.raw or b"")
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {**JSON, "Content-Length": str(len(content)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer = Peer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
