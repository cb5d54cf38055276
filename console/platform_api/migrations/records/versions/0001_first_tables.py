"""The tables of the records database, its audit log among them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id, Moment
from console.platform_api.migrations.append_only import protect
from console.platform_api.migrations.runtime_role import APPEND_ONLY, CHANGEABLE, ONE_ROW, grant, grant_schema

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEVER_CHANGED = ("audit", "audit_reasons", "changes", "field_changes")
CHANGED = (
    "caller_checks", "employee_roles", "employees", "intents", "refresh_tokens", "reveal_grants", "sign_ins",
    "ticket_links", "ticket_messages", "tickets", "users",
)  # fmt: skip
GENESIS = bytes(32)
"""What the first row of the chain follows."""


def upgrade() -> None:
    create_tables()
    op.execute(sa.text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :genesis)").bindparams(genesis=GENESIS))
    protect(*NEVER_CHANGED)
    grant(APPEND_ONLY, *NEVER_CHANGED)
    grant(ONE_ROW, "audit_head")
    grant(CHANGEABLE, *CHANGED)
    grant_schema()


def create_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Id(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("record", Id(), nullable=True),
        sa.Column("ticket", Id(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("reason_hash", sa.String(), nullable=True),
        sa.Column("told", sa.String(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("audit_actor", "audit", ["actor", "seq"])
    op.create_index(
        "audit_employees",
        "audit",
        ["seq"],
        sqlite_where=sa.text("resource = 'employees'"),
        postgresql_where=sa.text("resource = 'employees'"),
    )
    op.create_index(
        "audit_subject",
        "audit",
        ["subject", "seq"],
        sqlite_where=sa.text("subject IS NOT NULL"),
        postgresql_where=sa.text("subject IS NOT NULL"),
    )
    op.create_index(
        "audit_told",
        "audit",
        ["told", "seq"],
        sqlite_where=sa.text("told IS NOT NULL"),
        postgresql_where=sa.text("told IS NOT NULL"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "audit_reasons",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("owner", Id(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "caller_checks",
        sa.Column("id", Id(), nullable=False),
        sa.Column("ticket", Id(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("employee", Id(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("caller_checks_ticket", "caller_checks", ["ticket", "person"])
    op.create_table(
        "changes",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("record", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "resource", "record"),
    )
    op.create_table(
        "employee_roles",
        sa.Column("employee", Id(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("granted_by", Id(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("employee", "role"),
    )
    op.create_table(
        "employees",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("person", Id(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "field_changes",
        sa.Column("id", Id(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("record", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("employee", Id(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("ticket", Id(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("owner", Id(), nullable=True),
        sa.Column("sealed_change", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("field_changes_record", "field_changes", ["resource", "record", "version"])
    op.create_table(
        "intents",
        sa.Column("employee", Id(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("resource", sa.String(), nullable=True),
        sa.Column("record", Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("employee", "key", "route"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sign_in", Id(), nullable=False),
        sa.Column("issued", Moment(), nullable=False),
        sa.Column("used", Moment(), nullable=True),
        sa.Column("nonce", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_refresh_tokens_sign_in", "refresh_tokens", ["sign_in"])
    op.create_table(
        "reveal_grants",
        sa.Column("id", Id(), nullable=False),
        sa.Column("employee", Id(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("ticket", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("expires", Moment(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("self_opened", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reveal_grants_employee", "reveal_grants", ["employee", "at"])
    op.create_table(
        "sign_ins",
        sa.Column("id", Id(), nullable=False),
        sa.Column("employee", Id(), nullable=False),
        sa.Column("signed_in", Moment(), nullable=False),
        sa.Column("used", Moment(), nullable=False),
        sa.Column("ended", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sign_ins_employee", "sign_ins", ["employee"])
    op.create_table(
        "ticket_links",
        sa.Column("ticket", Id(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("record", Id(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "resource", "record"),
    )
    op.create_index("ticket_links_record", "ticket_links", ["resource", "record"])
    op.create_table(
        "ticket_messages",
        sa.Column("id", Id(), nullable=False),
        sa.Column("ticket", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author", Id(), nullable=True),
        sa.Column("owner", Id(), nullable=False),
        sa.Column("sealed_thread", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ticket_messages_ticket", "ticket_messages", ["ticket", "at"])
    op.create_table(
        "tickets",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("opened", Moment(), nullable=False),
        sa.Column("opened_by", Id(), nullable=True),
        sa.Column("backed", sa.Boolean(), nullable=False),
        sa.Column("assignee", Id(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("owner", Id(), nullable=False),
        sa.Column("sealed_thread", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("tickets_assignee", "tickets", ["assignee", "number"])
    op.create_index("tickets_opened", "tickets", ["opened", "number"])
    op.create_index("tickets_state", "tickets", ["state", "number"])
    op.create_table(
        "users",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pro", sa.Boolean(), nullable=False),
        sa.Column("registered", Moment(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("opted_out_at", Moment(), nullable=True),
        sa.Column("opted_out_channel", sa.String(), nullable=True),
        sa.Column("specials", sa.Boolean(), nullable=False),
        sa.Column("products", sa.Boolean(), nullable=False),
        sa.Column("policy_news", sa.Boolean(), nullable=False),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("sealed_identity", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_contact", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_locality", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_demographic", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_google", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("users_facets", "users", ["state", "pro", "opted_out", "number"])
    op.create_index("users_facets_registered", "users", ["state", "pro", "opted_out", "registered", "number"])
    op.create_index("users_registered", "users", ["registered", "number"])
    op.create_index("users_state", "users", ["state", "number"])
