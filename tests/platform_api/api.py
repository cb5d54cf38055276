"""A real platform for a test: migrated databases, employees of every role, and a server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from console.platform_api import passwords, staff
from console.platform_api.app import create_app
from console.platform_api.ids import new_id
from console.platform_api.migrate import migrate
from console.platform_api.platform import Platform, open_platform
from console.platform_api.serve import configuration
from console.platform_api.signin import SignIns
from console.platform_api.tables import EmployeeRole, EmployeeRow, SignIn, table
from console.platform_api.tokens import access_token
from console.records.employees import Role

PASSWORD = "correct horse battery"
PEOPLE = {**{str(role): role for role in Role}, **{f"{role}2": role for role in Role}}
"""`support`, `support2`, `billing` … → role: two of every role, at `{name}@petworks.example`."""


class Place(NamedTuple):
    """Where a platform's data are."""

    data: Path
    url: str | None = None


def email_of(name: str) -> str:
    return f"{name}@petworks.example"


def prepare(place: Place) -> None:
    """Migrates the databases and adds the employees."""
    migrate(place.data, place.url)
    platform = open_platform(place.data, place.url)
    stored = passwords.hash_password(PASSWORD)
    ids = {name: new_id() for name in PEOPLE}
    platform.vault.create(list(ids.values()))
    with platform.database.writing() as session:
        for name, role in PEOPLE.items():
            now = platform.clock()
            staff.create(session, ids[name], email_of(name), name.title(), stored, now)
            session.add(EmployeeRole(employee=ids[name], role=role, at=now))
    platform.close()


class Api(httpx.Client):
    """A client of a running platform, signed in as nobody. It speaks http to this machine: loading the authorities takes 0.1 s."""

    def __init__(self, url: str, platform: Platform) -> None:
        super().__init__(base_url=url, timeout=30, trust_env=False, verify=False)
        self.platform = platform
        self._others: list[httpx.Client] = []

    def sign_in(self, name: str, *, case: str | None = None) -> httpx.Client:
        """A client signed in as `support`, `manager2` and so on; without the password, whose hash takes its time."""
        client = httpx.Client(base_url=self.base_url, timeout=30, trust_env=False, verify=False)
        client.headers["Authorization"] = f"Bearer {access_to(self.platform, name)}"
        if case is not None:
            client.headers["Petworks-Case"] = case
        self._others.append(client)
        return client

    def close(self) -> None:
        for client in self._others:
            client.close()
        super().close()


def employee_id(platform: Platform, name: str) -> str:
    employees = table(EmployeeRow)
    with platform.database.reading() as connection:
        found = connection.execute(select(employees.c.id).where(employees.c.email == email_of(name)))
        return str(found.scalar_one())


def access_to(platform: Platform, name: str) -> str:
    """An access token of a sign-in that is made here and now."""
    now, sign_in, who = platform.clock(), new_id(), employee_id(platform, name)
    with platform.database.writing() as session:
        session.add(SignIn(id=sign_in, employee=who, signed_in=now, used=now))
    return access_token(platform.keys.token, sign_in, now)


class PromptServer(uvicorn.Server):
    """uvicorn looks every 0.1 s whether to stop and then waits 0.1 s; with thousands of servers to stop, this one is told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def stop(self) -> None:
        """From another thread."""
        self.should_exit = True  # first: a loop that isn't there yet will look at it
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        self._loop, ticks = asyncio.get_running_loop(), 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._told.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Requests under way are answered, as by uvicorn's own."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for _ in range(100):
            if not (self.server_state.connections or self.server_state.tasks):
                return
            await asyncio.sleep(0.002)
        await super().shutdown(sockets)


_unused: list[FastAPI] = []
"""FastAPI looks at a route when it is first asked for, all of them in 40 ms: an application serves one test after another."""


@contextlib.contextmanager
def _application(platform: Platform) -> Iterator[FastAPI]:
    """The platform's application, which nobody else uses meanwhile."""
    app = _unused.pop() if _unused else create_app(platform)
    app.state.platform, app.state.sign_ins = platform, SignIns(platform)
    yield app
    del app.state.platform, app.state.sign_ins
    _unused.append(app)


@contextlib.contextmanager
def serving(platform: Platform) -> Iterator[str]:
    """The platform behind a real server in a thread; gives its URL."""
    with _application(platform) as app, serving_app(app) as url:
        yield url


@contextlib.contextmanager
def serving_app(app: FastAPI) -> Iterator[str]:
    """The same for an application of a test's own."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = PromptServer(configuration(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.stop()
        thread.join()
        listening.close()
