"""Deputies; what a letter brought about, until it is gone; who proved a request and where its package goes; whom a correction is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id, Moment
from console.platform_api.migrations.runtime_role import CHANGEABLE, grant, grant_schema

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_tables()
    op.add_column("mail", sa.Column("effects", sa.JSON(), nullable=True))
    op.add_column("privacy_packages", sa.Column("address_token", sa.BigInteger(), nullable=True))
    op.add_column("privacy_packages", sa.Column("second", sa.String(), nullable=True))
    op.add_column("privacy_packages", sa.Column("allowed_by", Id(), nullable=True))
    op.add_column("privacy_requests", sa.Column("verifier", Id(), nullable=True))
    op.create_index("privacy_requests_about_privacy", "privacy_requests", ["about_privacy", "id"])
    op.create_index("privacy_requests_source", "privacy_requests", ["source"])
    grant(CHANGEABLE, "deputies", "tellings")
    grant_schema()


def create_tables() -> None:
    op.create_table(
        "deputies",
        sa.Column("id", Id(), nullable=False),
        sa.Column("employee", Id(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("named", Moment(), nullable=False),
        sa.Column("named_by", Id(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deputies_employee", "deputies", ["employee", "purpose", "until"])
    op.create_table(
        "tellings",
        sa.Column("id", Id(), nullable=False),
        sa.Column("request", Id(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("how", sa.String(), nullable=True),
        sa.Column("told", Moment(), nullable=True),
        sa.Column("told_by", Id(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tellings_request", "tellings", ["request"])
