"""One writer a process: gathers the audit rows of concurrent requests and commits them as a group.

A transaction a read gives a third of the unaudited rate, groups half to two thirds. No answer leaves before its row is
durable.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from concurrent import futures
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from console.platform_api.audit import CHECKPOINT_DUE, Entry, Prepared, current_head, extend, prepare
from console.platform_api.checkpoints import Checkpoints
from console.platform_api.database import Database
from console.platform_api.keys import Keys
from console.platform_api.problems import AuditUnavailable

CHECKPOINT_EVERY = timedelta(minutes=10)
GROUP_ROWS = 500
WAIT_SECONDS = 10
"""After that an answer is refused, though the row may still be written: the log may say more than was shown."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Batch:
    """Rows of one or several requests. `done` is told, in the writer's thread, whether they are durable."""

    rows: Sequence[Prepared]
    done: Callable[[bool], object]


class _Signal(Enum):
    ROWS = auto()
    TIME = auto()
    CLOSE = auto()


@dataclass
class _Gathered:
    """What the requests of one turn of an event loop want written: one batch, one waking of the writer."""

    rows: list[Prepared] = field(default_factory=list)
    waiting: list[asyncio.Future[bool]] = field(default_factory=list)


class Recorder:
    """Returns from `record` once the rows are durable; AuditUnavailable otherwise, and then nothing may leave."""

    def __init__(self, database: Database, data: Path, keys: Keys) -> None:
        self._database = database
        self._checkpoints = Checkpoints(data, keys.audit_signing)
        self._queue: SimpleQueue[_Batch | _Signal] = SimpleQueue()
        self._gathered: dict[AbstractEventLoop, _Gathered] = {}
        self._closing = threading.Lock()
        self._closed = False
        self._due = time.monotonic() + CHECKPOINT_EVERY.total_seconds()
        event.listen(database.engine, "commit", self._committing)
        self._writer = threading.Thread(target=self._run, name="audit", daemon=True)
        self._writer.start()

    async def record(self, *entries: Entry) -> None:
        rows = [prepare(entry) for entry in entries]
        if rows and not await self._gather(rows):
            raise AuditUnavailable(retry_after=1)

    def record_now(self, *entries: Entry) -> None:
        """The same for threads; on an event loop it would stop all other requests."""
        rows = [prepare(entry) for entry in entries]
        answer: futures.Future[bool] = futures.Future()
        if rows and not (self._put(_Batch(rows, answer.set_result)) and _in_time(answer)):
            raise AuditUnavailable(retry_after=1)

    def close(self) -> None:
        """Writes what was asked for before, signs a last checkpoint, refuses what comes after."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(_Signal.CLOSE)
        self._writer.join()
        event.remove(self._database.engine, "commit", self._committing)

    # On the event loop

    def _gather(self, rows: list[Prepared]) -> asyncio.Future[bool]:
        loop = asyncio.get_running_loop()
        gathered = self._gathered.get(loop)
        if gathered is None:
            gathered = self._gathered[loop] = _Gathered()
            loop.call_soon(self._send, loop)
        answer: asyncio.Future[bool] = loop.create_future()
        gathered.rows.extend(rows)
        gathered.waiting.append(answer)
        return answer

    def _send(self, loop: AbstractEventLoop) -> None:
        gathered = self._gathered.pop(loop)
        deadline = loop.call_later(WAIT_SECONDS, _tell, gathered.waiting, False)
        answer = partial(_answer, loop, gathered.waiting, deadline)
        if not self._put(_Batch(gathered.rows, answer)):
            answer(False)

    def _put(self, batch: _Batch) -> bool:
        with self._closing:
            if not self._closed:
                self._queue.put(batch)
            return not self._closed

    # In the writer's thread

    def _run(self) -> None:
        signals: set[_Signal] = set()
        while _Signal.CLOSE not in signals:
            batches, signals = self._take()
            if batches:
                self._write(batches)
            if signals:
                self._sign(signals)

    def _take(self) -> tuple[list[_Batch], set[_Signal]]:
        """All that waits, up to a group's size or a signal; when nothing does, the first that comes."""
        batches, size = [], 0
        try:
            item = self._queue.get(timeout=max(0.0, self._due - time.monotonic()))
            while isinstance(item, _Batch):
                batches.append(item)
                size += len(item.rows)
                if size >= GROUP_ROWS:
                    return batches, set()
                item = self._queue.get_nowait()
            return batches, {item}
        except Empty:
            return batches, {_Signal.TIME} if time.monotonic() >= self._due else set()

    def _write(self, batches: list[_Batch]) -> None:
        try:
            with self._database.engine.begin() as connection:
                extend(connection, [row for batch in batches for row in batch.rows])
            durable = True
        except Exception as error:  # noqa: BLE001 - whatever it is, the row isn't durable and the writer lives on
            logger.error("The audit log can't be written: %s", _plainly(error))
            durable = False
        for batch in batches:
            batch.done(durable)

    def _committing(self, connection: Connection) -> None:
        """Any transaction that has gone past a checkpoint's row, the writer's own or another's."""
        if connection.info.pop(CHECKPOINT_DUE, False):
            self._queue.put(_Signal.ROWS)

    def _sign(self, signals: set[_Signal]) -> None:
        """Signs the end of the log unless another process has; it is tried again with the next checkpoint."""
        self._due = time.monotonic() + CHECKPOINT_EVERY.total_seconds()
        try:
            with self._database.reading() as connection:
                head = current_head(connection)
            last, now = self._checkpoints.last(), datetime.now(UTC)
            if last is not None and (head.seq < last.seq or (head.seq == last.seq and head.hash != last.hash)):
                logger.critical("The audit log isn't what was signed at %s: petworks audit verify says more", last.at)
            elif head.seq > (last.seq if last else 0) and (signals != {_Signal.TIME} or _is_old(last, now)):
                self._checkpoints.add(head, now)
        except (SQLAlchemyError, OSError, ValueError) as error:
            logger.error("A checkpoint of the audit log can't be signed: %s", _plainly(error))


def _is_old(last: Any, now: datetime) -> bool:
    return last is None or now - datetime.fromisoformat(last.at) >= CHECKPOINT_EVERY / 2


def _in_time(answer: futures.Future[bool]) -> bool:
    try:
        return answer.result(WAIT_SECONDS)
    except futures.TimeoutError:
        return False


def _answer(
    loop: AbstractEventLoop, waiting: list[asyncio.Future[bool]], deadline: asyncio.TimerHandle, durable: bool
) -> None:
    def tell() -> None:
        deadline.cancel()
        _tell(waiting, durable)

    if not loop.is_closed():
        loop.call_soon_threadsafe(tell)


def _tell(waiting: list[asyncio.Future[bool]], durable: bool) -> None:
    for answer in waiting:
        if not answer.done():  # its request may have been given up
            answer.set_result(durable)


def _plainly(error: Exception) -> str:
    """Without the statement's values, which SQLAlchemy would show."""
    return f"{type(error).__name__}: {getattr(error, 'orig', error)}"
