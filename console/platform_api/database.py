"""The two databases (records, vault): SQLite by default, PostgreSQL by URL. Readers and writers take different connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlmodel import Session

RUNTIME_ROLE = "petworks_runtime"
"""On PostgreSQL every connection drops to this role: INSERT and SELECT only on the append-only tables."""

BUSY_SECONDS = 5

PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "secure_delete=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
)  # fmt: skip


class Database:
    """One database. `reading` gives a snapshot connection, `writing` a session that commits when its block ends."""

    def __init__(self, url: str, *, as_runtime: bool = True) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            self._reads = _sqlite(url, "BEGIN")
            self._writes = _sqlite(url, "BEGIN IMMEDIATE")
        else:
            self._reads = self._writes = _postgresql(url, as_runtime)

    @property
    def engine(self) -> Engine:
        return self._writes

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._reads.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction; SQLite takes the write lock at its start, so a read never has to turn into a write."""
        with Session(self._writes, expire_on_commit=False) as session, session.begin():
            yield session

    def settle(self) -> bool:
        """On SQLite what was deleted leaves the files with this, unless a reader still looks at how it was: False then, to be tried again.

        PostgreSQL removes it by itself, in its own time.
        """
        if not self.sqlite:
            return True
        with self._writes.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def dispose(self) -> None:
        self._reads.dispose()
        self._writes.dispose()


def _sqlite(url: str, begin: str) -> Engine:
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, pool_size=8, max_overflow=64
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN is deferred: we say our own
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: str, as_runtime: bool) -> Engine:
    engine = create_engine(url, pool_size=8, max_overflow=64, pool_pre_ping=False)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
            if as_runtime:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (RUNTIME_ROLE,))
                if cursor.fetchone():
                    cursor.execute(f"SET ROLE {RUNTIME_ROLE}")
        connection.commit()

    return engine


def is_alive(database: Database) -> bool:
    with database.reading() as connection:
        return bool(connection.execute(text("SELECT 1")).scalar())
