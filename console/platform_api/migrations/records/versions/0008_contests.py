"""Contests, who entered them, and what was won."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id, Moment
from console.platform_api.migrations.runtime_role import CHANGEABLE, grant, grant_schema

revision = "0008"
down_revision = "0007"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANGED = ("awards", "contest_entries", "contests")


def upgrade() -> None:
    create_tables()
    op.add_column("mail", sa.Column("entry", Id(), nullable=True))
    grant(CHANGEABLE, *CHANGED)
    grant_schema()


def create_tables() -> None:
    op.create_table(
        "awards",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contest", Id(), nullable=False),
        sa.Column("entry", Id(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("drawn", Moment(), nullable=False),
        sa.Column("notified", Moment(), nullable=True),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("shipped", Moment(), nullable=True),
        sa.Column("ended", Moment(), nullable=True),
        sa.Column("ended_by", Id(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("purged", Moment(), nullable=True),
        sa.Column("ticket", Id(), nullable=False),
        sa.Column("taker", sa.BigInteger(), nullable=True),
        sa.Column("sealed_entry_contact", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("awards_contest", "awards", ["contest", "number"])
    op.create_index("awards_due", "awards", ["due", "number"])
    op.create_index("awards_entry", "awards", ["entry"])
    op.create_index("awards_state", "awards", ["state", "number"])
    op.create_index("awards_state_due", "awards", ["state", "due", "number"])
    op.create_index("awards_taker", "awards", ["taker"])
    op.create_index("awards_ticket", "awards", ["ticket"])
    op.create_table(
        "contest_entries",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contest", Id(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("entered", Moment(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("taker", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("gone", Moment(), nullable=True),
        sa.Column("purged", Moment(), nullable=True),
        sa.Column("sealed_entry_contact", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_index("contest_entries_contest", "contest_entries", ["contest", "number"])
    op.create_index("contest_entries_contest_state", "contest_entries", ["contest", "state", "number"])
    op.create_index("contest_entries_entered", "contest_entries", ["contest", "entered"])
    op.create_index("contest_entries_leaf", "contest_entries", ["contest", "leaf"], unique=True)
    op.create_index("contest_entries_state", "contest_entries", ["state", "number"])
    op.create_index("contest_entries_taker", "contest_entries", ["taker", "contest"])
    op.create_table(
        "contests",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("prize", sa.Text(), nullable=False),
        sa.Column("prize_value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("reserves", sa.Integer(), nullable=False),
        sa.Column("of_age", sa.Boolean(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("opens", Moment(), nullable=False),
        sa.Column("closes", Moment(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=True),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("opened", Moment(), nullable=True),
        sa.Column("opened_by", Id(), nullable=True),
        sa.Column("closed", Moment(), nullable=True),
        sa.Column("closed_by", Id(), nullable=True),
        sa.Column("drawn", Moment(), nullable=True),
        sa.Column("drawn_by", Id(), nullable=True),
        sa.Column("awarded", Moment(), nullable=True),
        sa.Column("purged", Moment(), nullable=True),
        sa.Column("purged_entries", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=True),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=True),
        sa.Column("terms_hash", sa.String(), nullable=True),
        sa.Column("entries_hash", sa.String(), nullable=True),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("task", sa.String(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("contests_closes", "contests", ["closes", "number"])
    op.create_index("contests_state", "contests", ["state", "number"])
    op.create_index("contests_state_closes", "contests", ["state", "closes", "number"])
