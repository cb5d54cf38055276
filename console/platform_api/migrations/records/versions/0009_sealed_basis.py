"""The basis of a privacy request is text that employees type: it is sealed with the request's own texts, and the plain column goes, with
what 0.4.0 stored there before its release. Figures of requests and the few leases of tickets are found in an index alone.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

WIDER = {
    "privacy_requests_state_due": ("state", "next_due", "number", "kind", "regime", "about_privacy", "id"),
    "privacy_requests_received": ("received", "number", "kind", "about_privacy", "id"),
    "privacy_requests_decided": ("decided", "kind", "state", "received", "due", "appeal_due", "about_privacy", "id"),
}


def upgrade() -> None:
    op.drop_column("privacy_requests", "basis")
    for name, columns in WIDER.items():
        op.drop_index(name, "privacy_requests")
        op.create_index(name, "privacy_requests", list(columns))
    op.create_index("tickets_lease", "tickets", ["lease_until", "about", "assignee", "id"])
