"""Reasons on the log that may be removed, with the salt of their hash; links of tickets in the order in which they are gone through."""

from __future__ import annotations

from alembic import op

from console.platform_api.migrations.append_only import let_reasons_go
from console.platform_api.migrations.runtime_role import grant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    let_reasons_go()
    grant("UPDATE (sealed_reason)", "audit_reasons")
    op.drop_index("ticket_links_record", "ticket_links")
    op.create_index("ticket_links_record", "ticket_links", ["resource", "record", "ticket"])
