"""Orders and money: payments, refunds, payouts, reviews, reconciliations, the disclosure ledger and durable work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id, Moment
from console.platform_api.migrations.append_only import protect
from console.platform_api.migrations.runtime_role import APPEND_ONLY, CHANGEABLE, grant, grant_schema

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEVER_CHANGED = ("disclosures",)
CHANGED = (
    "disputes", "jobs", "money", "order_events", "orders", "payment_reviews", "payments", "payout_changes", "payouts",
    "reconciliations", "refunds", "report_lines", "webhook_events",
)  # fmt: skip


def upgrade() -> None:
    create_tables()
    protect(*NEVER_CHANGED)
    grant(APPEND_ONLY, *NEVER_CHANGED)
    grant(CHANGEABLE, *CHANGED)
    grant_schema()


def create_tables() -> None:
    op.create_table(
        "disclosures",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("ticket", Id(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("disclosures_subject", "disclosures", ["subject", "number"])
    op.create_table(
        "disputes",
        sa.Column("id", Id(), nullable=False),
        sa.Column("payment", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("processor_reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("opened", Moment(), nullable=False),
        sa.Column("evidence_due", Moment(), nullable=True),
        sa.Column("closed", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("processor_reference"),
    )
    op.create_index("disputes_payment", "disputes", ["payment"])
    op.create_table(
        "jobs",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mark"),
    )
    op.create_index("jobs_due", "jobs", ["due", "id"])
    op.create_table(
        "money",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("money_order", "money", ["order_id", "at"])
    op.create_index("money_sums", "money", ["kind", "currency", "at", "amount", "order_id"])
    op.create_table(
        "order_events",
        sa.Column("id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("employee", Id(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("owner", Id(), nullable=True),
        sa.Column("sealed_service", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("order_events_order", "order_events", ["order_id", "at"])
    op.create_table(
        "orders",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trouble", sa.Boolean(), nullable=False),
        sa.Column("trouble_reason", sa.String(), nullable=True),
        sa.Column("trouble_since", Moment(), nullable=True),
        sa.Column("trouble_ticket", Id(), nullable=True),
        sa.Column("parent", Id(), nullable=False),
        sa.Column("pro", Id(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("pet", sa.String(), nullable=False),
        sa.Column("placed", Moment(), nullable=False),
        sa.Column("starts", Moment(), nullable=False),
        sa.Column("ends", Moment(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("payment_state", sa.String(), nullable=False),
        sa.Column("sealed_service", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("orders_amount", "orders", ["amount", "number"])
    op.create_index("orders_facets", "orders", ["trouble", "payment_state", "state", "number"])
    op.create_index("orders_facets_amount", "orders", ["trouble", "payment_state", "state", "amount", "number"])
    op.create_index("orders_facets_starts", "orders", ["trouble", "payment_state", "state", "starts", "number"])
    op.create_index("orders_parent", "orders", ["parent", "number"])
    op.create_index("orders_pro", "orders", ["pro", "number"])
    op.create_index("orders_service", "orders", ["service", "number"])
    op.create_index("orders_starts", "orders", ["starts", "number"])
    op.create_index("orders_state", "orders", ["state", "number"])
    op.create_index("orders_trouble", "orders", ["trouble", "number"])
    op.create_table(
        "payment_reviews",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("opened", Moment(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("ticket", Id(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=True),
        sa.Column("payment", Id(), nullable=True),
        sa.Column("dispute", Id(), nullable=True),
        sa.Column("refund", Id(), nullable=True),
        sa.Column("payout_change", Id(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled", Moment(), nullable=True),
        sa.Column("settled_by", Id(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("mark"),
    )
    op.create_index("payment_reviews_facets", "payment_reviews", ["state", "kind", "number"])
    op.create_index("payment_reviews_due", "payment_reviews", ["due", "number"])
    op.create_index("payment_reviews_facets_due", "payment_reviews", ["state", "kind", "due", "number"])
    op.create_index("payment_reviews_payment", "payment_reviews", ["payment"])
    op.create_index("payment_reviews_ticket", "payment_reviews", ["ticket"])
    op.create_table(
        "payments",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("payer", Id(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("captured_at", Moment(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("undisputed", sa.String(), nullable=True),
        sa.Column("processor_reference", sa.String(), nullable=True),
        sa.Column("sealed_instrument", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("processor_reference"),
    )
    op.create_index("payments_captured", "payments", ["captured_at", "number"])
    op.create_index("payments_order", "payments", ["order_id", "number"])
    op.create_index("payments_payer", "payments", ["payer", "number"])
    op.create_index("payments_state", "payments", ["state", "number"])
    op.create_table(
        "payout_changes",
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("pro", Id(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked", Moment(), nullable=False),
        sa.Column("takes_effect", Moment(), nullable=False),
        sa.Column("sealed_instrument", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_index("payout_changes_due", "payout_changes", ["state", "takes_effect"])
    op.create_table(
        "payouts",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pro", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("arrives", Moment(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("processor_reference", sa.String(), nullable=True),
        sa.Column("sealed_instrument", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("processor_reference"),
    )
    op.create_index("payouts_order", "payouts", ["order_id", "number"])
    op.create_index("payouts_pro", "payouts", ["pro", "number"])
    op.create_table(
        "reconciliations",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("imported", Moment(), nullable=False),
        sa.Column("employee", Id(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("differing", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("starts", Moment(), nullable=True),
        sa.Column("ends", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("digest"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "refunds",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("payment", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("payer", Id(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("needs", sa.String(), nullable=True),
        sa.Column("requested_by", Id(), nullable=False),
        sa.Column("requested_role", sa.String(), nullable=False),
        sa.Column("requested", Moment(), nullable=False),
        sa.Column("decided_by", Id(), nullable=True),
        sa.Column("decided", Moment(), nullable=True),
        sa.Column("ticket", Id(), nullable=True),
        sa.Column("finished", Moment(), nullable=True),
        sa.Column("processor_reference", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("sealed_service", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("processor_reference"),
    )
    op.create_index("refunds_decided_by", "refunds", ["decided_by", "decided"])
    op.create_index("refunds_order", "refunds", ["order_id", "number"])
    op.create_index("refunds_payment", "refunds", ["payment", "number"])
    op.create_index("refunds_state", "refunds", ["state", "number"])
    op.create_table(
        "report_lines",
        sa.Column("reconciliation", Id(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("payment", Id(), nullable=True),
        sa.Column("refund", Id(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by", Id(), nullable=True),
        sa.Column("owner", Id(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("reconciliation", "line"),
    )
    op.create_index("report_lines_payment", "report_lines", ["payment", "reconciliation"])
    op.create_index("report_lines_result", "report_lines", ["reconciliation", "result", "line"])
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("webhook_events_at", "webhook_events", ["at"])
    op.add_column("tickets", sa.Column("about", sa.String(), nullable=False, server_default="person"))
