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


_REMOVABLE = """
CREATE OR REPLACE FUNCTION petworks_removable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.seq = OLD.seq AND NEW.owner = OLD.owner
    AND length(OLD.sealed_reason) > 0 AND length(NEW.sealed_reason) = 0 THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""


def let_reasons_go() -> None:
    """What a reason of the log says may become nothing, and nothing else: its row stays, and is whose it was."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_REMOVABLE)
        op.execute("DROP TRIGGER audit_reasons_append_only_rows ON audit_reasons")
        op.execute(
            "CREATE TRIGGER audit_reasons_append_only_rows BEFORE UPDATE OR DELETE ON audit_reasons "
            "FOR EACH ROW EXECUTE FUNCTION petworks_removable()"
        )
        return
    same = "NEW.seq = OLD.seq AND NEW.owner = OLD.owner"
    removes = f"{same} AND length(OLD.sealed_reason) > 0 AND length(NEW.sealed_reason) = 0"
    refuse = "SELECT RAISE(ABORT, 'rows of audit_reasons are never changed or removed')"
    op.execute("DROP TRIGGER audit_reasons_append_only_update")
    op.execute(
        f"CREATE TRIGGER audit_reasons_append_only_update BEFORE UPDATE ON audit_reasons WHEN NOT ({removes}) BEGIN {refuse}; END"
    )
