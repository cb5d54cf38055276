"""Work for a worker that may be cancelled before it has begun with it."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any
from weakref import finalize


class Job:
    """A coroutine that may be dropped unawaited, where Python complains of a bare one.

    `__del__` would not do: of a worker and its task that go together, the coroutine may go first.
    """

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self._work = work
        finalize(self, work.close).atexit = False

    def __await__(self) -> Generator[Any, Any, None]:
        yield from self._work.__await__()
