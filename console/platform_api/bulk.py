"""Many rows at once: executemany on SQLite, COPY on PostgreSQL. Past the ORM, which would take ten times as long.

Rows are tuples as SQLite takes them: ids in 16 bytes, moments in microseconds, JSON in text; for PostgreSQL ids become hex.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table

from console.platform_api.columns import EPOCH, Id
from console.platform_api.database import Database

Row = tuple[Any, ...]

MICROSECOND = timedelta(microseconds=1)

CACHE = 64 * 1024
"""KiB of pages that SQLite keeps while indexes grow at random places."""


def microseconds(moment: datetime) -> int:
    """A moment as its column holds it."""
    return (moment - EPOCH) // MICROSECOND


def prepare(connection: Connection) -> None:
    """Settings of one connection for bulk work."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE}")
    else:
        connection.exec_driver_sql("SET LOCAL work_mem = '256MB'")


def insert(connection: Connection, table: Table, rows: Iterable[Row], columns: tuple[str, ...] | None = None) -> None:
    """Inserts rows whose values stand in the order of `columns`: all of the table's unless said otherwise."""
    names = columns or tuple(column.name for column in table.columns)
    driver: Any = connection.connection.dbapi_connection
    listed = ", ".join(names)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        driver.executemany(f"INSERT INTO {table.name} ({listed}) VALUES ({marks})", rows)  # noqa: S608 - our own names
        return
    adapt = _for_postgresql(table, names)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(adapt(row))


def insert_sorted(connection: Connection, table: Table, source: str) -> None:
    """Moves a temporary table's rows over in the order of the key: at random it takes several times as long."""
    names = ", ".join(column.name for column in table.columns)
    key = ", ".join(column.name for column in table.primary_key)
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source} ORDER BY {key}")  # noqa: S608


def count_on(connection: Connection, table: Table, column: str) -> None:
    """Lets the numbers that the database gives go on behind those that were inserted; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        last = f"(SELECT max({column}) FROM {table.name})"  # noqa: S608
        sequence = f"pg_get_serial_sequence('{table.name}', '{column}')"
        connection.exec_driver_sql(f"SELECT setval({sequence}, {last}) WHERE {last} IS NOT NULL")


def settle(database: Database) -> None:
    """After much was inserted: PostgreSQL learns what is there, SQLite brings its write-ahead log home."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        if database.sqlite:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        driver.autocommit = True
        try:
            driver.execute("VACUUM ANALYZE")
        finally:
            driver.autocommit = False


def _for_postgresql(table: Table, names: tuple[str, ...]) -> Callable[[Row], list[Any]]:
    ids = [place for place, name in enumerate(names) if isinstance(table.columns[name].type, Id)]

    def adapt(row: Row) -> list[Any]:
        values = list(row)
        for place in ids:
            if values[place] is not None:
                values[place] = values[place].hex()
        return values

    return adapt
