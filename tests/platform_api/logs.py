"""An audit log in a real database, and the ways to tamper with one that its triggers would otherwise refuse."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from console.platform_api.audit_verify import verify_log
from console.platform_api.database import Database
from console.platform_api.keys import Keys
from console.platform_api.migrate import make_ready
from console.platform_api.platform import locations
from console.platform_api.recorder import Recorder


class Logged:
    """A platform's log: what appends to it, and what verifies it."""

    def __init__(self, data: Path, url: str | None = None) -> None:
        make_ready(data, url)
        self.data = data
        self.url, _ = locations(data, url, None)
        self.database = Database(self.url)
        self.recorder = self.start()

    def start(self) -> Recorder:
        """Another process's recorder, or the same after a restart."""
        return Recorder(self.database, self.data, Keys.load(self.data))

    def close(self) -> None:
        self.recorder.close()
        self.database.dispose()

    def verify(self, witness: Path | None = None, **more: Any) -> tuple[int, str]:
        """The exit code and what was printed."""
        out = io.StringIO()
        code = verify_log(self.data, self.url, witness, out, **more)
        return code, out.getvalue().rstrip("\n")

    def rows(self) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(text("SELECT count(*) FROM audit")).scalar_one())

    @contextmanager
    def as_owner(self) -> Iterator[Any]:
        """A connection of whoever owns the database, as somebody who tampers with it has; it commits."""
        owner = Database(self.url, as_runtime=False)
        with owner.engine.begin() as connection:
            yield connection
        owner.dispose()

    def tamper(self, *statements: str) -> None:
        """Changes the log behind the triggers' back."""
        with self.as_owner() as connection:
            for statement in [*self._without_triggers(), *statements]:
                connection.execute(text(statement))

    def _without_triggers(self) -> Sequence[str]:
        if self.database.sqlite:
            return [f"DROP TRIGGER IF EXISTS audit_append_only_{what}" for what in ("update", "delete")]
        return ["ALTER TABLE audit DISABLE TRIGGER ALL"]

    @contextmanager
    def counted_commits(self) -> Iterator[list[None]]:
        """Grows by one with every transaction that the database commits meanwhile."""
        commits: list[None] = []

        def count(_: Any) -> None:
            commits.append(None)

        event.listen(self.database.engine, "commit", count)
        yield commits
        event.remove(self.database.engine, "commit", count)
