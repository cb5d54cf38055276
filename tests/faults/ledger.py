"""A small real HTTP server that keeps the contract's promises about writes: one effect a key, `/v1/intents`."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Ledger(ThreadingHTTPServer):
    """`entries` has the bodies that were written; `scripted` answers come first: (status, headers, body)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.entries: list[Any] = []
        self.keys: dict[str, int] = {}
        self.scripted: list[tuple[int, dict[str, str], bytes]] = []
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.forgetful = False
        self.lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def calls(self) -> list[str]:
        return [f"{method} {path}" for method, path, _, _ in self.requests]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that the test broke is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Ledger
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """The test looks at `requests`."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            self.server.requests.append((self.command, self.path, dict(self.headers), body))
            status, headers, answer = self._answer(body)
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(answer)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve

    def _answer(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.server.scripted and not self.path.startswith("/v1/intents/"):
            return self.server.scripted.pop(0)
        if self.command in ("POST", "PATCH"):
            return self._written(body)
        if self.path.startswith("/v1/intents/"):
            return self._intent(self.path.rpartition("/")[2])
        return 200, {"ETag": '"7"'}, json.dumps({"path": self.path}).encode()

    def _written(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        key = self.headers["Idempotency-Key"]
        replayed = key in self.server.keys
        if not replayed:
            self.server.entries.append(json.loads(body))
            self.server.keys[key] = len(self.server.entries)
        headers = {"Idempotent-Replay": "true"} if replayed else {}
        return 201, {"ETag": '"1"', **headers}, json.dumps({"entry": self.server.keys[key]}).encode()

    def _intent(self, key: str) -> tuple[int, dict[str, str], bytes]:
        number = None if self.server.forgetful else self.server.keys.get(key)
        told = {"key": key, "state": "done" if number else "unknown", "status": 201 if number else None}
        return 200, {}, json.dumps({**told, "resource": "tickets", "id": str(number), "version": 1}).encode()


@contextmanager
def running_ledger(tls: ssl.SSLContext | None = None) -> Iterator[Ledger]:
    ledger = Ledger()
    if tls is not None:
        ledger.socket = tls.wrap_socket(ledger.socket, server_side=True)
    thread = threading.Thread(target=ledger.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield ledger
    finally:
        ledger.shutdown()
        ledger.server_close()
