"""Tables to which rows are only ever added: the database itself refuses everything else, to its owner too."""

from __future__ import annotations

from alembic import op

_FUNCTION = """
CREATE OR REPLACE FUNCTION petworks_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""


def protect(*tables: str) -> None:
    """Triggers that refuse UPDATE and DELETE, and on PostgreSQL TRUNCATE."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        for table in tables:
            op.execute(_postgresql(table, "UPDATE OR DELETE", "rows", "EACH ROW"))
            op.execute(_postgresql(table, "TRUNCATE", "truncate", "EACH STATEMENT"))
    else:
        for table in tables:
            op.execute(_sqlite(table, "UPDATE"))
            op.execute(_sqlite(table, "DELETE"))


def _postgresql(table: str, event: str, suffix: str, level: str) -> str:
    name = f"{table}_append_only_{suffix}"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR {level} EXECUTE FUNCTION petworks_append_only()"


def _sqlite(table: str, event: str) -> str:
    refuse = f"SELECT RAISE(ABORT, 'rows of {table} are never changed or removed')"
    return f"CREATE TRIGGER {table}_append_only_{event.lower()} BEFORE {event} ON {table} BEGIN {refuse}; END"
