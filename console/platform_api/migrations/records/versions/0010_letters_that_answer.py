"""Which letters of a privacy request count as its reply, so that one which failed can be told from one that went (P13)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

LAST_REPLY = """
    UPDATE mail SET answers = true WHERE EXISTS
    (SELECT 1 FROM privacy_requests WHERE privacy_requests.id = mail.request AND privacy_requests.replied = mail.at)
"""


def upgrade() -> None:
    op.add_column("mail", sa.Column("answers", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(LAST_REPLY)
