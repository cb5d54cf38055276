"""Surveys with their entries, texts and counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id, Moment
from console.platform_api.migrations.runtime_role import CHANGEABLE, grant, grant_schema

revision = "0007"
down_revision = "0006"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANGED = ("survey_counts", "survey_entries", "survey_texts", "surveys")


def upgrade() -> None:
    create_tables()
    grant(CHANGEABLE, *CHANGED)
    grant_schema()


def create_tables() -> None:
    op.create_table(
        "survey_counts",
        sa.Column("survey", Id(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("breakdown", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("survey", "question", "breakdown", "value", "answer"),
    )
    op.create_table(
        "survey_entries",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("survey", Id(), nullable=False),
        sa.Column("submitted", Moment(), nullable=False),
        sa.Column("aggregated", Moment(), nullable=True),
        sa.Column("purged", Moment(), nullable=True),
        sa.Column("taker", sa.BigInteger(), nullable=True),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_demographic", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_index("survey_entries_state", "survey_entries", ["state", "number"])
    op.create_index("survey_entries_survey", "survey_entries", ["survey", "number"])
    op.create_index("survey_entries_survey_state", "survey_entries", ["survey", "state", "number"])
    op.create_index("survey_entries_once", "survey_entries", ["survey", "taker"], unique=True)
    op.create_index("survey_entries_taker", "survey_entries", ["taker"])
    op.create_table(
        "survey_texts",
        sa.Column("id", Id(), nullable=False),
        sa.Column("entry", Id(), nullable=False),
        sa.Column("survey", Id(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("survey_texts_entry", "survey_texts", ["entry"])
    op.create_index("survey_texts_place", "survey_texts", ["survey", "question", "place"])
    op.create_table(
        "surveys",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("opens", Moment(), nullable=False),
        sa.Column("closes", Moment(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("opened", Moment(), nullable=True),
        sa.Column("opened_by", Id(), nullable=True),
        sa.Column("closed", Moment(), nullable=True),
        sa.Column("closed_by", Id(), nullable=True),
        sa.Column("policy_version", sa.String(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("settled", Moment(), nullable=True),
        sa.Column("purged", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("surveys_closes", "surveys", ["closes", "number"])
    op.create_index("surveys_opens", "surveys", ["opens", "number"])
    op.create_index("surveys_state", "surveys", ["state", "number"])
    op.create_index("surveys_state_closes", "surveys", ["state", "closes", "number"])
    op.create_index("surveys_state_opens", "surveys", ["state", "opens", "number"])
