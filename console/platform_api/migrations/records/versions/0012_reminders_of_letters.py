"""When somebody was last reminded of a letter of a privacy request that reached nobody; letters are found by request and by state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Moment

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("mail", sa.Column("reminded", Moment(), nullable=True))
    op.create_index("mail_request", "mail", ["request", "state"])
    op.create_index("mail_state", "mail", ["state", "at"])
