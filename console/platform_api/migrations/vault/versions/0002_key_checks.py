"""By what a key file is known as this vault's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.migrations.runtime_role import CHANGEABLE, grant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "key_checks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    grant(CHANGEABLE, "key_checks")
