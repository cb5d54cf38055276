"""Who took an entry out of a contest: they don't draw it. What was fixed of the excluded, and who was excluded later. When
managers were told that nobody draws it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id, Moment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("contest_entries", sa.Column("taken_out_by", Id(), nullable=True))
    op.add_column("contest_entries", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("contests", sa.Column("reminded", Moment(), nullable=True))
    op.add_column("contests", sa.Column("excluded_hash", sa.String(), nullable=True))
    op.add_column("contests", sa.Column("excluded_then", sa.Integer(), nullable=True))
    op.create_index("contest_entries_taken_out", "contest_entries", ["taken_out_by", "contest"])
