"""`petworks platform serve`: one process that answers until it is told to stop, or until its parent has ended."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from console.platform_api.app import create_app
from console.platform_api.erasure_replay import say_brought_back
from console.platform_api.migrate import make_ready
from console.platform_api.platform import open_platform
from console.platform_api.starting import add_places, check_rights, leave_nothing_behind
from console.platform_api.worker_beside import WorkerBeside

GRACE_SECONDS = 10
"""How long requests under way may still take after the signal to stop."""

BACKLOG = 2048


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_places(parser, "demo")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0: any free one")
    parser.add_argument("--tls-cert", type=Path)
    parser.add_argument("--tls-key", type=Path)
    parser.add_argument(
        "--no-work", action="store_true", help="start no worker beside it: petworks platform work runs elsewhere"
    )
    parser.add_argument(
        "--child", action="store_true", help="stop when the standard input is closed: the parent holds it"
    )


def run(options: argparse.Namespace) -> int:
    """Serves; gives 128 + the signal that ended it, 0 when the parent has."""
    complaint = _unsafe(options)
    if complaint:
        print(complaint, file=sys.stderr)  # noqa: T201 - the command speaks to the terminal
        return 2
    leave_nothing_behind()
    make_ready(options.data, options.database, options.vault_database)
    with _bound(options.host, options.port) as listening:
        platform = open_platform(options.data, options.database, options.vault_database, options.environment)
        try:
            check_rights(platform)
            say_brought_back(platform)
            return _serve(create_app(platform), listening, options)
        finally:
            platform.close()


def _unsafe(options: argparse.Namespace) -> str:
    """Why these options would send passwords in the clear; empty when they don't."""
    if (options.tls_cert is None) != (options.tls_key is None):
        return "--tls-cert and --tls-key go together."
    if options.tls_cert is None and not _is_loopback(options.host):
        return (
            f"{options.host} can be reached from other machines: give --tls-cert and --tls-key, or listen on 127.0.0.1."
        )
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bound(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def _serve(app: FastAPI, listening: socket.socket, options: argparse.Namespace) -> int:
    worker = None if options.no_work else WorkerBeside(options)
    server = Server(configuration(app, options.tls_cert, options.tls_key), options.child, worker)
    server.run(sockets=[listening])
    return 128 + server.ended_by if server.ended_by else 0


def configuration(app: FastAPI, certificate: Path | None = None, key: Path | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        access_log=False,  # a URL may name a record
        log_config=None,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class Server(uvicorn.Server):
    """Says where it listens once it does. uvicorn's own signal handling would end the process before the log is closed."""

    def __init__(self, config: uvicorn.Config, child: bool = False, worker: WorkerBeside | None = None) -> None:
        super().__init__(config)
        self.child = child
        self.worker = worker
        self.ended_by = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            print(f"listening on {_url(listening, self.config.is_ssl)}", flush=True)  # noqa: T201
        if self.worker is not None:
            self.worker.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Both at once: each has its own time to finish what it is at."""
        worker = [self.worker.end()] if self.worker is not None else []
        await asyncio.gather(super().shutdown(sockets), *worker)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.add_signal_handler(number, self._stop, number)
        if self.child:
            loop.add_reader(sys.stdin.fileno(), self._parent_spoke, loop)
        yield

    def _stop(self, number: int) -> None:
        self.force_exit = self.should_exit  # the second time
        self.should_exit = True
        self.ended_by = number

    def _parent_spoke(self, loop: asyncio.AbstractEventLoop) -> None:
        """The parent says nothing: there is something to read only once it has closed its end, or has died."""
        if not os.read(sys.stdin.fileno(), 1024):
            loop.remove_reader(sys.stdin.fileno())
            self.should_exit = True


def _url(listening: socket.socket, tls: bool) -> str:
    host, port = listening.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
