"""`petworks platform serve`: one process that answers until it is told to stop, or until its parent has ended."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from console.platform_api.app import create_app
from console.platform_api.database import RUNTIME_ROLE
from console.platform_api.migrate import SchemaError, make_ready
from console.platform_api.platform import Platform, open_platform

ENVIRONMENTS = ("demo", "staging", "production")
GRACE_SECONDS = 10
"""How long requests under way may still take after the signal to stop."""

BACKLOG = 2048


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="the folder for databases, keys and checkpoints")
    parser.add_argument(
        "--database", help="the records database, if it isn't a file in that folder (postgresql+psycopg://…)"
    )
    parser.add_argument("--vault-database", help="the vault database (default: the same with _vault at its end)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0: any free one")
    parser.add_argument("--environment", choices=ENVIRONMENTS, default="demo")
    parser.add_argument("--tls-cert", type=Path)
    parser.add_argument("--tls-key", type=Path)
    parser.add_argument(
        "--child", action="store_true", help="stop when the standard input is closed: the parent holds it"
    )


def run(options: argparse.Namespace) -> int:
    """Serves; gives 128 + the signal that ended it, 0 when the parent has."""
    complaint = _unsafe(options)
    if complaint:
        print(complaint, file=sys.stderr)  # noqa: T201 - the command speaks to the terminal
        return 2
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold keys and values
    make_ready(options.data, options.database, options.vault_database)
    with _bound(options.host, options.port) as listening:
        platform = open_platform(options.data, options.database, options.vault_database, options.environment)
        try:
            _check_rights(platform)
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


def _check_rights(platform: Platform) -> None:
    """On PostgreSQL the connections must have dropped to the role that can't change the log."""
    for database in (platform.database, platform.vault.database):
        if database.sqlite:
            continue
        with database.reading() as connection:
            who = connection.execute(text("SELECT current_user")).scalar()
        if who != RUNTIME_ROLE:
            raise SchemaError(f"The role {RUNTIME_ROLE} is missing. Run: petworks platform migrate")


def _serve(app: FastAPI, listening: socket.socket, options: argparse.Namespace) -> int:
    server = Server(configuration(app, options.tls_cert, options.tls_key), options.child)
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

    def __init__(self, config: uvicorn.Config, child: bool = False) -> None:
        super().__init__(config)
        self.child = child
        self.ended_by = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            print(f"listening on {_url(listening, self.config.is_ssl)}", flush=True)  # noqa: T201

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
