"""A TCP proxy between console and platform that makes one fault an exchange: what a network does, with the write done.

async with FaultProxy(port) as proxy:
    proxy.faults = [Cut(20), Pass()]      # of the next exchanges; then all pass
    Client(proxy.url, …)
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Pass:
    """Nothing happens to it."""


@dataclass(frozen=True)
class Drop:
    """The connection closes before the request reaches the platform."""


@dataclass(frozen=True)
class Swallow:
    """The platform gets the request; its answer never arrives."""


@dataclass(frozen=True)
class Cut:
    """The connection closes after some bytes of the answer."""

    after: int


@dataclass(frozen=True)
class Delay:
    """The answer arrives whole, but later."""

    seconds: float


@dataclass(frozen=True)
class Trickle:
    """The answer arrives a byte at a time."""

    seconds: float


Fault = Pass | Drop | Swallow | Cut | Delay | Trickle


@dataclass
class FaultProxy:
    port: int
    faults: list[Fault] = field(default_factory=list)
    exchanges: int = 0
    _server: asyncio.Server | None = None
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self.port)
            await _Connection(self, (reader, writer), upstream).run()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._running.discard(task)

    def next_fault(self) -> Fault:
        self.exchanges += 1
        return self.faults.pop(0) if self.faults else Pass()


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Connection:
    """One client connection: what the client sends after an answer begins the next exchange."""

    def __init__(self, proxy: FaultProxy, client: Stream, platform: Stream) -> None:
        self._proxy = proxy
        self._client, self._platform = client, platform
        self._fault: Fault | None = None
        self._answered = 0

    async def run(self) -> None:
        ways = [asyncio.create_task(self._requests()), asyncio.create_task(self._answers())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._platform[1].close()

    async def _requests(self) -> None:
        while data := await self._client[0].read(65536):
            if self._fault is None or self._answered:
                self._fault, self._answered = self._proxy.next_fault(), 0
            if isinstance(self._fault, Drop):
                return
            self._platform[1].write(data)
            await self._platform[1].drain()

    async def _answers(self) -> None:
        while data := await self._platform[0].read(65536):
            if not await self._passed(data):
                return
            self._answered += len(data)
        if isinstance(self._fault, Swallow):
            await asyncio.Event().wait()

    async def _passed(self, data: bytes) -> bool:
        match self._fault:
            case Swallow():
                return True
            case Cut(after):
                await self._send(data[: max(0, after - self._answered)])
                return self._answered + len(data) < after
            case Delay(seconds):
                await asyncio.sleep(seconds)
            case Trickle(seconds):
                for byte in data:
                    await self._send(bytes([byte]))
                    await asyncio.sleep(seconds)
                return True
        await self._send(data)
        return True

    async def _send(self, data: bytes) -> None:
        self._client[1].write(data)
        await self._client[1].drain()
