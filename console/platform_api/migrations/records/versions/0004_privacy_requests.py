"""Privacy requests with what they make, legal holds, versions of the policy, access to values from Google."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id, Moment
from console.platform_api.first_policy import first_policy
from console.platform_api.migrations.runtime_role import CHANGEABLE, grant, grant_schema

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANGED = (
    "erasure_plans",
    "erasures",
    "google_access",
    "kept",
    "legal_holds",
    "named_in_requests",
    "package_parts",
    "policy_versions",
    "privacy_packages",
    "privacy_requests",
    "proposals",
)


def upgrade() -> None:
    create_tables()
    op.add_column("mail", sa.Column("request", Id(), nullable=True))
    grant(CHANGEABLE, *CHANGED)
    grant_schema()


def create_tables() -> None:
    op.create_table(
        "erasure_plans",
        sa.Column("request", Id(), nullable=False),
        sa.Column("made", Moment(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("request"),
    )
    op.create_table(
        "erasures",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("request", Id(), nullable=True),
        sa.Column("begun", Moment(), nullable=False),
        sa.Column("finished", Moment(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("person"),
    )
    op.create_index("erasures_finished", "erasures", ["finished"])
    op.create_table(
        "google_access",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("ticket", Id(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("asked", Moment(), nullable=False),
        sa.Column("asked_by", Id(), nullable=False),
        sa.Column("decided", Moment(), nullable=True),
        sa.Column("decided_by", Id(), nullable=True),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("sealed_thread", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("google_access_person", "google_access", ["person", "state", "until"])
    op.create_index("google_access_state", "google_access", ["state", "number"])
    op.create_table(
        "kept",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("request", Id(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("key_owner", Id(), nullable=True),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("sealed_kept", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kept_person", "kept", ["person"])
    op.create_index("kept_until", "kept", ["until"])
    op.create_table(
        "legal_holds",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("placed", Moment(), nullable=False),
        sa.Column("placed_by", Id(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lifted", Moment(), nullable=True),
        sa.Column("lifted_by", Id(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("legal_holds_person", "legal_holds", ["person", "lifted"])
    op.create_table(
        "named_in_requests",
        sa.Column("request", Id(), nullable=False),
        sa.Column("employee", Id(), nullable=False),
        sa.PrimaryKeyConstraint("request", "employee"),
    )
    op.create_index("named_in_requests_employee", "named_in_requests", ["employee", "request"])
    op.create_table(
        "package_parts",
        sa.Column("request", Id(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("request", "name", "part"),
    )
    policy_versions = op.create_table(
        "policy_versions",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("effective", Moment(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("label"),
    )
    op.bulk_insert(policy_versions, [first_policy()])
    op.create_index("policy_versions_effective", "policy_versions", ["effective", "number"])
    op.create_table(
        "privacy_packages",
        sa.Column("request", Id(), nullable=False),
        sa.Column("person", Id(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("built", Moment(), nullable=True),
        sa.Column("released", Moment(), nullable=True),
        sa.Column("taken", Moment(), nullable=True),
        sa.Column("expires", Moment(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("request"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("privacy_packages_expires", "privacy_packages", ["state", "expires"])
    op.create_table(
        "privacy_requests",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("regime_reason", sa.String(), nullable=True),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("received", Moment(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("person", Id(), nullable=True),
        sa.Column("signed_in", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.Boolean(), nullable=False),
        sa.Column("about_privacy", sa.Boolean(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("acknowledge_due", Moment(), nullable=True),
        sa.Column("due", Moment(), nullable=True),
        sa.Column("appeal_due", Moment(), nullable=True),
        sa.Column("next_due", Moment(), nullable=False),
        sa.Column("reminded", Moment(), nullable=True),
        sa.Column("acknowledged", Moment(), nullable=True),
        sa.Column("verified", Moment(), nullable=True),
        sa.Column("verified_by", sa.String(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("disputed", sa.JSON(), nullable=False),
        sa.Column("extended", Moment(), nullable=True),
        sa.Column("submitted_by", Id(), nullable=True),
        sa.Column("approved_by", Id(), nullable=True),
        sa.Column("replied", Moment(), nullable=True),
        sa.Column("decided", Moment(), nullable=True),
        sa.Column("decided_by", Id(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("policy_version", sa.String(), nullable=True),
        sa.Column("purged", Moment(), nullable=True),
        sa.Column("ticket", Id(), nullable=True),
        sa.Column("source", Id(), nullable=True),
        sa.Column("asker_token", sa.BigInteger(), nullable=True),
        sa.Column("plan_hash", sa.String(), nullable=True),
        sa.Column("sealed_contact", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_thread", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_index("privacy_requests_asker", "privacy_requests", ["asker_token", "number"])
    op.create_index("privacy_requests_decided", "privacy_requests", ["decided", "kind", "state"])
    op.create_index("privacy_requests_kind", "privacy_requests", ["kind", "number"])
    op.create_index("privacy_requests_next_due", "privacy_requests", ["next_due", "number"])
    op.create_index("privacy_requests_person", "privacy_requests", ["person", "number"])
    op.create_index("privacy_requests_received", "privacy_requests", ["received", "number"])
    op.create_index("privacy_requests_regime", "privacy_requests", ["regime", "number"])
    op.create_index("privacy_requests_state", "privacy_requests", ["state", "number"])
    op.create_index("privacy_requests_state_due", "privacy_requests", ["state", "next_due", "number"])
    op.create_index("privacy_requests_ticket", "privacy_requests", ["ticket"])
    op.create_table(
        "proposals",
        sa.Column("id", Id(), nullable=False),
        sa.Column("request", Id(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", Id(), nullable=False),
        sa.Column("sealed_change", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("proposals_request", "proposals", ["request"])
