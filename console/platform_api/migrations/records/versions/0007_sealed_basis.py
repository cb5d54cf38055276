"""The basis of a privacy request is text that employees type: it is sealed with the request's own texts, and the plain column goes.

What 0.4.0 stored there before its release goes with it.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.drop_column("privacy_requests", "basis")
