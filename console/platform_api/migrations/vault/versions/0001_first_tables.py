"""The tables of the vault database: owners' keys and blind indexes. Nothing is append-only: erasing deletes rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id
from console.platform_api.migrations.runtime_role import CHANGEABLE, grant, grant_schema

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_tables()
    grant(CHANGEABLE, "data_key", "blind")
    grant_schema()


def create_tables() -> None:
    op.create_table(
        "blind",
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", Id(), nullable=False),
        sa.PrimaryKeyConstraint("token", "owner"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "data_key",
        sa.Column("owner", Id(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner"),
        sa.UniqueConstraint("pseudonym"),
        sqlite_with_rowid=False,
    )
