"""The migrated databases are those of the models, and protect what must never change."""

from __future__ import annotations

import secrets
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import MetaData, exc, inspect, text
from sqlmodel import SQLModel

from console.chain import GENESIS
from console.platform_api.database import RUNTIME_ROLE, Database
from console.platform_api.ids import new_id
from console.platform_api.migrate import (
    HEADS,
    SCRIPTS,
    Schema,
    SchemaError,
    SchemaNewer,
    is_current,
    make_ready,
    migrate,
)
from console.platform_api.platform import Platform, locations
from console.platform_api.tables import AuditEntry, AuditReason, ChangeRow, DisclosureRow, FieldChange
from console.platform_api.vault_tables import VaultTable
from tests.postgresql import Server

APPEND_ONLY = ("audit", "audit_reasons", "changes", "disclosures", "field_changes")
METADATA: dict[Schema, MetaData] = {Schema.RECORDS: SQLModel.metadata, Schema.VAULT: VaultTable.metadata}


def database_of(platform: Platform, schema: Schema) -> Database:
    return platform.database if schema is Schema.RECORDS else platform.vault.database


@pytest.fixture
def owner(platform: Platform) -> Iterator[Database]:
    """The records database for the one who owns it."""
    database = Database(platform.database.url, as_runtime=False)
    yield database
    database.dispose()


def add_rows(owner: Database) -> None:
    """A row in every append-only table, so that there is something to change."""
    now, someone = datetime(2026, 1, 1, tzinfo=UTC), new_id()
    with owner.writing() as session:
        session.add(AuditEntry(seq=1, prev=b"", hash=b"", at=now, resource="users", action="read", outcome="done"))
        session.add(AuditReason(seq=1, owner=someone, sealed_reason=b""))
        session.add(ChangeRow(seq=1, resource="users", record=someone, version=1))
        session.add(_change(someone, now))
        session.add(DisclosureRow(id=someone, at=now, recipient="processor", purpose="refund"))


def _change(record: str, now: datetime) -> FieldChange:
    return FieldChange(id=new_id(), resource="users", record=record, version=1, at=now, employee=record, role="support")


def is_refused(owner: Database, statement: str) -> bool:
    try:
        with owner.engine.begin() as connection:
            connection.execute(text(statement))
    except exc.DBAPIError as error:
        return "never changed or removed" in str(error.orig)
    return False


# What is made


@pytest.mark.parametrize("schema", list(Schema))
def test_the_migrated_schema_is_the_models(platform: Platform, schema: Schema):
    with Database(database_of(platform, schema).url, as_runtime=False).engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA[schema]) == []


@pytest.mark.parametrize("schema", list(Schema))
def test_indexes_have_the_conditions_of_the_models(platform: Platform, schema: Schema):
    database = Database(database_of(platform, schema).url, as_runtime=False)
    found = inspect(database.engine)
    for table in METADATA[schema].tables.values():
        made = {index["name"]: index for index in found.get_indexes(table.name)}
        for index in table.indexes:
            partial = index.dialect_options["sqlite"]["where"] is not None
            has_condition = any("where" in option for option in made[index.name].get("dialect_options", {}))
            assert has_condition == partial, index.name


@pytest.mark.parametrize("schema", list(Schema))
def test_the_code_knows_the_last_revision(schema: Schema):
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS / schema))
    assert ScriptDirectory.from_config(config).get_heads() == [HEADS[schema]]


def test_the_chain_begins_with_its_genesis(tmp_path: Path, database_url: str):
    migrate(tmp_path / "data", database_url)
    with Database(database_url).reading() as connection:
        assert tuple(connection.execute(text("SELECT id, seq, hash FROM audit_head")).one()) == (1, 0, GENESIS)


@pytest.mark.parametrize("schema", list(Schema))
def test_migrated_is_current_also_for_the_runtime_role(platform: Platform, schema: Schema):
    assert is_current(database_of(platform, schema), schema)


def test_migrating_again_changes_nothing(platform: Platform):
    url = None if platform.database.sqlite else platform.database.url
    migrate(platform.data, url)
    make_ready(platform.data, url)
    assert is_current(platform.database, Schema.RECORDS)


# What never changes


@pytest.mark.parametrize("statement", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
def test_rows_are_only_added_even_by_the_owner(owner: Database, statement: str):
    add_rows(owner)
    for name in APPEND_ONLY:
        column = next(iter(SQLModel.metadata.tables[name].columns)).name
        assert is_refused(owner, statement.format(name, column)), name


def test_sqlite_replaces_no_row(sqlite_platform: Platform):
    add_rows(sqlite_platform.database)
    for name in APPEND_ONLY:
        assert is_refused(sqlite_platform.database, f"REPLACE INTO {name} SELECT * FROM {name}"), name


def test_postgresql_truncates_no_such_table(postgresql_platform: Platform):
    owner = Database(postgresql_platform.database.url, as_runtime=False)
    for name in APPEND_ONLY:
        assert is_refused(owner, f"TRUNCATE {name}"), name
    owner.dispose()


def rights(database: Database, name: str) -> set[str]:
    wanted = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    with database.reading() as connection:
        question = text("SELECT has_table_privilege(:role, :name, :right)")
        return {
            right
            for right in wanted
            if connection.execute(question, {"role": RUNTIME_ROLE, "name": name, "right": right}).scalar()
        }


@pytest.mark.parametrize("schema", list(Schema))
def test_the_runtime_role_has_no_more_than_it_needs(postgresql_platform: Platform, schema: Schema):
    special = {
        **{name: {"SELECT", "INSERT"} for name in APPEND_ONLY},
        "audit_head": {"SELECT", "UPDATE"},
        "alembic_version": {"SELECT"},
    }
    database = database_of(postgresql_platform, schema)
    for name in (*METADATA[schema].tables, "alembic_version"):
        expected = special.get(name, {"SELECT", "INSERT", "UPDATE", "DELETE"})
        assert rights(database, name) == expected, name


def test_the_runtime_role_owns_nothing_and_signs_in_nowhere(postgresql_platform: Platform):
    with postgresql_platform.database.reading() as connection:
        owned = "SELECT count(*) FROM pg_class WHERE relowner = CAST(:role AS regrole)"
        assert connection.execute(text(owned), {"role": RUNTIME_ROLE}).scalar() == 0
        can = "SELECT rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = :role"
        assert connection.execute(text(can), {"role": RUNTIME_ROLE}).scalar() is False


# Files


def test_files_are_for_their_owner_alone(tmp_path: Path):
    data = tmp_path / "new" / "data"
    migrate(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()} == {0o600}


def test_a_folder_that_others_can_write_is_refused(tmp_path: Path):
    tmp_path.chmod(0o777)
    with pytest.raises(SchemaError, match="Others may write"):
        migrate(tmp_path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(tmp_path: Path, url: str):
    with pytest.raises(SchemaError, match="in memory"):
        migrate(tmp_path / "data", url, f"sqlite:///{tmp_path / 'vault.sqlite'}")


# Databases that aren't ours, or of another time


def execute(url: str, statement: str) -> None:
    database = Database(url, as_runtime=False)
    with database.engine.begin() as connection:
        connection.execute(text(statement))
    database.dispose()


@pytest.mark.parametrize("prepare", [migrate, make_ready])
def test_a_newer_schema_is_refused(tmp_path: Path, database_url: str, prepare: object):
    migrate(tmp_path / "data", database_url)
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaNewer, match=r"newer Petworks.*9999"):
        prepare(tmp_path / "data", database_url)  # type: ignore[operator]


def test_tables_of_something_else_are_left_alone(tmp_path: Path, database_url: str):
    execute(database_url, "CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(SchemaError, match="tables of something else"):
        migrate(tmp_path / "data", database_url)


def test_serving_migrates_an_empty_database_unasked(tmp_path: Path, database_url: str):
    make_ready(tmp_path / "data", database_url)
    assert is_current(Database(database_url), Schema.RECORDS)
    assert is_current(Database(locations(tmp_path, database_url, None)[1]), Schema.VAULT)


def test_serving_leaves_an_older_postgresql_to_its_people(
    tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    migrate(tmp_path / "data", postgresql_url)
    monkeypatch.setitem(HEADS, Schema.RECORDS, "9999")
    with pytest.raises(SchemaError, match="petworks platform migrate"):
        make_ready(tmp_path / "data", postgresql_url)


def test_several_may_migrate_at_once(tmp_path: Path, database_url: str):
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(migrate, tmp_path / "data", database_url) for _ in range(4)]:
            done.result()
    assert is_current(Database(database_url), Schema.RECORDS)


@pytest.fixture
def clerks_url(postgresql: Server) -> Iterator[str]:
    """A database of somebody who may make neither roles nor databases."""
    name, who = f"petworks_{secrets.token_hex(4)}", f"clerk_{secrets.token_hex(4)}"
    with postgresql.connect() as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(who)))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(who)))
    yield postgresql.url(name).replace("postgres@", f"{who}@")
    postgresql.drop(name)
    with postgresql.connect() as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(who)))


def test_one_who_may_not_make_roles_is_told_what_to_ask_for(tmp_path: Path, clerks_url: str):
    with pytest.raises(SchemaError, match=f"GRANT {RUNTIME_ROLE} TO clerk_"):
        migrate(tmp_path / "data", clerks_url, clerks_url)


def test_a_vault_that_cannot_be_made_is_named(tmp_path: Path, clerks_url: str):
    with pytest.raises(SchemaError, match=r"petworks_\w+_vault is missing"):
        migrate(tmp_path / "data", clerks_url)


def test_the_runtime_connection_cannot_reach_the_log(postgresql_platform: Platform):
    with pytest.raises(exc.ProgrammingError) as caught, postgresql_platform.database.writing() as session:
        session.connection().execute(text("UPDATE audit SET action = 'x'"))
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)


# Start-up


def test_a_platform_that_is_up_to_date_starts_without_alembic(tmp_path: Path):
    migrate(tmp_path / "data")
    program = (
        "import sys; from pathlib import Path; from console.platform_api import serve;"
        f"serve.make_ready(Path({str(tmp_path / 'data')!r}));"
        "print(sorted({'alembic', 'phonenumbers', 'holidays', 'jinja2', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
