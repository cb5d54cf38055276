"""What the platform may do on PostgreSQL while it serves: its connections drop to a role that owns nothing."""

from __future__ import annotations

from alembic import op

from console.platform_api.database import RUNTIME_ROLE

CHANGEABLE = "SELECT, INSERT, UPDATE, DELETE"
APPEND_ONLY = "SELECT, INSERT"
ONE_ROW = "SELECT, UPDATE"
READABLE = "SELECT"


def grant(rights: str, *tables: str) -> None:
    """Nothing on SQLite, which has no roles."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"GRANT {rights} ON {', '.join(tables)} TO {RUNTIME_ROLE}")


def grant_schema() -> None:
    """To be called once all tables are made: the counters behind their numbers are granted with it."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"GRANT USAGE ON SCHEMA public TO {RUNTIME_ROLE}")
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {RUNTIME_ROLE}")
        op.execute(f"GRANT {READABLE} ON alembic_version TO {RUNTIME_ROLE}")
