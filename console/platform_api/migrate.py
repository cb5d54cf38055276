"""Makes both databases and brings them up to date. Alembic is imported only when needed: it takes 0.3 s.

SchemaError
└── SchemaNewer      the database belongs to a newer platform
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, create_engine, exc, make_url, text

from console.platform_api.database import RUNTIME_ROLE, Database
from console.platform_api.platform import locations
from console.platform_api.private_files import private_database, private_folder, sqlite_path

if TYPE_CHECKING:
    from alembic.config import Config


class Schema(StrEnum):
    RECORDS = "records"
    VAULT = "vault"


HEADS = {Schema.RECORDS: "0012", Schema.VAULT: "0002"}
"""The revision that this code works with."""

SCRIPTS = Path(__file__).parent / "migrations"

DUPLICATE = ("42710", "23505", "42P04", "42P07")
"""SQLSTATEs of somebody else having just made the same role, database or table."""


class SchemaError(Exception):
    """The databases can't be made ready; the message says what to do."""


class SchemaNewer(SchemaError):
    pass


# Asking


def revision(database: Database) -> str | None:
    """What the database is at; None when it has never been migrated."""
    with database.reading() as connection:
        return _revision(connection)


def is_current(database: Database, schema: Schema) -> bool:
    return revision(database) == HEADS[schema]


def _revision(connection: Connection) -> str | None:
    if connection.dialect.name == "postgresql":
        versioned = "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"
    else:
        versioned = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if not connection.execute(text(versioned)).scalar():
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


# Making


def migrate(data: Path, url: str | None = None, vault_url: str | None = None) -> None:
    """Brings both databases to this code's revision, making what is missing."""
    prepare_folder(data)
    records, vault = locations(data, url, vault_url)
    _create_database(vault, beside=records)
    for schema, at in ((Schema.VAULT, vault), (Schema.RECORDS, records)):
        _file(at)
        private_database(at)
        with _owner(at) as database:
            _upgrade(database, schema)


def make_ready(data: Path, url: str | None = None, vault_url: str | None = None) -> None:
    """What `serve` does first: SQLite files are migrated unasked, a PostgreSQL database while it is empty."""
    prepare_folder(data)
    found = {schema: _look(at) for schema, at in zip(Schema, locations(data, url, vault_url), strict=True)}
    if found == HEADS:
        return
    older = [schema for schema, at in found.items() if at is not None and at != HEADS[schema]]
    if older and url is not None and not url.startswith("sqlite"):
        _refuse_newer({schema: found[schema] for schema in older})
        raise SchemaError(
            f"The {older[0]} database is of an older Petworks. Make a backup, then run: petworks platform migrate"
        )
    migrate(data, url, vault_url)


def prepare_folder(data: Path) -> None:
    """0700 when it is made here; one that others can write is refused, as they could exchange the files in it."""
    private_folder(data)
    if data.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SchemaError(f"Others may write to {data}: choose another data folder, or take that right from them.")


def _look(url: str) -> str | None:
    """The revision of the database at this address; None also when it doesn't exist yet."""
    path = _file(url)
    if path is not None and not path.exists():
        return None
    database = Database(url)
    try:
        return revision(database)
    except exc.OperationalError:
        if path is not None:
            raise
        return None  # the vault beside a new database; migrate says what else may be wrong
    finally:
        database.dispose()


def _upgrade(database: Database, schema: Schema) -> None:
    if not database.sqlite:
        with database.engine.begin() as connection:
            _create_role(connection)
        _create_version_table(database)
    with database.engine.begin() as connection:
        if not database.sqlite:  # SQLite's BEGIN IMMEDIATE has done so
            connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        at = _revision(connection)
        if at == HEADS[schema]:
            return
        _refuse_newer({schema: at})
        if at is None:
            _refuse_strange(connection)
        _run(connection, schema)


def _run(connection: Connection, schema: Schema) -> None:
    from alembic import command

    command.upgrade(_config(schema, connection), "head")


def _config(schema: Schema, connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS / schema).replace("%", "%%"))
    return config


def _refuse_newer(found: dict[Schema, str | None]) -> None:
    from alembic.script import ScriptDirectory

    for schema, at in found.items():
        known = {script.revision for script in ScriptDirectory.from_config(_config(schema)).walk_revisions()}
        if at is not None and at not in known:
            raise SchemaNewer(
                f"The {schema} database is of a newer Petworks ({at}; this one knows {HEADS[schema]}). Update Petworks."
            )


def _refuse_strange(connection: Connection) -> None:
    from sqlalchemy import inspect

    if set(inspect(connection).get_table_names()) - {"alembic_version"}:
        raise SchemaError(
            f"The database {connection.engine.url.database} holds tables of something else: give Petworks an empty one."
        )


# SQLite


def _file(url: str) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    path = sqlite_path(url)
    if path is None and url.startswith("sqlite"):
        raise SchemaError("A database in memory would be gone with the process: name a file.")
    return path


# PostgreSQL


@contextmanager
def _owner(url: str) -> Iterator[Database]:
    """A database as the one who signs in, without dropping to the runtime role."""
    database = Database(url, as_runtime=False)
    try:
        yield database
    finally:
        database.dispose()


def _create_database(url: str, *, beside: str) -> None:
    """Makes the PostgreSQL database if it is missing, through a connection to the one beside it."""
    wanted = make_url(url)
    if url.startswith("sqlite") or beside.startswith("sqlite") or _exists(wanted):
        return
    through = make_url(beside)
    if (through.host, through.port, through.query) != (wanted.host, wanted.port, wanted.query):
        return  # on another server: connecting says what is wrong
    engine = create_engine(through, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            _create_database_through(connection, str(wanted.database))
    finally:
        engine.dispose()


def _create_database_through(connection: Connection, name: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(name)
    try:
        connection.exec_driver_sql(f"CREATE DATABASE {quoted}")
    except exc.DBAPIError as error:
        if _state(error) not in DUPLICATE:
            message = f"The vault database {name} is missing and can't be made here: create it, then try again."
            raise SchemaError(message) from error


def _exists(url: URL) -> bool:
    engine = create_engine(url)
    try:
        engine.connect().close()
    except exc.OperationalError:
        return False
    finally:
        engine.dispose()
    return True


def _create_role(connection: Connection) -> None:
    """The role that the serving platform drops to, and the right to do so. Roles belong to the whole server."""
    _tolerate_another(connection, "SELECT FROM pg_roles WHERE rolname = :role", f"CREATE ROLE {RUNTIME_ROLE} NOLOGIN")
    _tolerate_another(
        connection, "SELECT WHERE pg_has_role(current_user, :role, 'MEMBER')", f"GRANT {RUNTIME_ROLE} TO CURRENT_USER"
    )


def _tolerate_another(connection: Connection, done: str, statement: str) -> None:
    """Runs the statement unless it is done; another process may do the same at the same moment."""
    if connection.execute(text(done), {"role": RUNTIME_ROLE}).first() is not None:
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except exc.DBAPIError as error:
        if _state(error) in DUPLICATE or "concurrently" in str(error.orig):
            return
        who = connection.execute(text("SELECT current_user")).scalar()
        message = f"PostgreSQL doesn't let {who} make the role {RUNTIME_ROLE}. Ask its administrator to run: "
        raise SchemaError(f"{message}CREATE ROLE {RUNTIME_ROLE} NOLOGIN; GRANT {RUNTIME_ROLE} TO {who};") from error


def _create_version_table(database: Database) -> None:
    """In a transaction of its own, so that it can be locked: of two migrations at a time one waits."""
    table = "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
    try:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(table)
    except exc.DBAPIError as error:  # IF NOT EXISTS looks before it makes
        if _state(error) not in DUPLICATE:
            raise


def _state(error: exc.DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", ""))
