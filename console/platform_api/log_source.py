"""Where an audit log is read from when it is verified: a SQLite file or a PostgreSQL database, read-only, as a stream.

It reads what the columns hold, without the tables' own types: those would stop at the first value that isn't theirs,
and verifying must name that row. A value that can't be read makes an empty content, which no hash fits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import create_engine

from console import chain
from console.chain import COLUMNS, Head, Row
from console.platform_api.private_files import sqlite_path

ROWS = f"SELECT seq, prev, hash, {', '.join(COLUMNS)} FROM audit ORDER BY seq"  # noqa: S608 - constants
HEAD = "SELECT seq, hash FROM audit_head WHERE id = 1"
AT_ONCE = 2000
"""Rows that are in memory at a time."""

IDS = ("actor", "record", "ticket")


class Log(NamedTuple):
    """A log at one moment. `head`: where the database says that it ends; None when nothing says so, as in a file."""

    head: Head | None
    rows: Iterator[Row]


class Unreadable(Exception):
    """There is no log here, or it can't be read at all."""


@contextmanager
def open_log(url: str) -> Iterator[Log]:
    path = sqlite_path(url)
    with _sqlite(path) if path is not None else _postgresql(url) as log:
        yield log


@contextmanager
def _sqlite(path: Path) -> Iterator[Log]:
    in_use = _in_use(path)
    try:
        with closing(_connect(path, in_use)) as connection:
            connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
            connection.execute("BEGIN")  # one moment for the head and all rows
            heads = connection.execute(HEAD).fetchall()
            cursor = connection.execute(ROWS)
            cursor.arraysize = AT_ONCE
            yield Log(_head(heads), map(_row, _in_portions(cursor)))
        if _in_use(path) and not in_use:
            raise Unreadable(f"{path}: somebody opened it meanwhile; try again")
    except sqlite3.Error as error:
        raise Unreadable(f"{path}: {error}") from error


def _connect(path: Path, in_use: bool) -> sqlite3.Connection:
    """Read-only. When nobody has it open, SQLite is told so: it would make files beside it, or need to and fail."""
    mode = "mode=ro" if in_use else "immutable=1"
    if not path.exists():
        raise Unreadable(f"{path}: no such file")
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)


def _in_use(path: Path) -> bool:
    return path.with_name(f"{path.name}-wal").exists()


@contextmanager
def _postgresql(url: str) -> Iterator[Log]:
    from sqlalchemy.exc import SQLAlchemyError

    engine = create_engine(url, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True})
    try:
        with engine.connect() as connection:
            heads = connection.exec_driver_sql(HEAD).all()
            options = {"stream_results": True, "max_row_buffer": AT_ONCE}
            found = connection.execution_options(**options).exec_driver_sql(ROWS)
            yield Log(_head(heads), map(_row, found))
    except SQLAlchemyError as error:
        raise Unreadable(str(getattr(error, "orig", error)).strip()) from error
    finally:
        engine.dispose()


def _in_portions(cursor: sqlite3.Cursor) -> Iterator[Any]:
    while portion := cursor.fetchmany():
        yield from portion


def _head(found: Sequence[Any]) -> Head:
    """A head that is missing fits no row."""
    return Head(found[0][0], _bytes(found[0][1])) if found else Head(0, b"")


def _row(found: Any) -> Row:
    seq, prev, hash_, *values = found
    try:
        content = chain.canonical(_columns(dict(zip(COLUMNS, values, strict=True))))
    except (ValueError, TypeError, OverflowError, AttributeError):
        content = b""
    return Row(seq, _bytes(prev), _bytes(hash_), content)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    ids = {name: _id(values[name]) for name in IDS}
    return {**values, **ids, "at": chain.moment_text(values["at"])}


def _id(value: Any) -> str | None:
    if value is None:
        return None
    return str(value if isinstance(value, UUID) else UUID(bytes=value))


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""
