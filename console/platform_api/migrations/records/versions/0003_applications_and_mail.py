"""Pro applications with their documents, mail that goes out, and who looks at what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from console.platform_api.columns import Id, Moment
from console.platform_api.migrations.runtime_role import CHANGEABLE, grant, grant_schema

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANGED = ("application_documents", "application_marks", "document_contents", "mail", "presence", "pro_applications")


def upgrade() -> None:
    create_tables()
    grant(CHANGEABLE, *CHANGED)
    grant_schema()


def create_tables() -> None:
    op.create_table(
        "application_documents",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("application", Id(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("received", Moment(), nullable=False),
        sa.Column("expires", Moment(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("task", Id(), nullable=True),
        sa.Column("sealed_document", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_index(
        "application_documents_application", "application_documents", ["application", "kind", "state", "expires"]
    )
    op.create_index("application_documents_expires", "application_documents", ["state", "expires"])
    op.create_index("application_documents_task", "application_documents", ["task"])
    op.create_table(
        "application_marks",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("application", Id(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "application"),
    )
    op.create_index("application_marks_application", "application_marks", ["application"])
    op.create_table(
        "document_contents",
        sa.Column("document", Id(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document"),
    )
    op.create_table(
        "mail",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=True),
        sa.Column("person", Id(), nullable=False),
        sa.Column("ticket", Id(), nullable=True),
        sa.Column("author", Id(), nullable=True),
        sa.Column("finished", Moment(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sealed_thread", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mail_person", "mail", ["person", "at"])
    op.create_index("mail_ticket", "mail", ["ticket", "at"])
    op.create_table(
        "presence",
        sa.Column("employee", Id(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("record", Id(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("employee", "resource", "record"),
    )
    op.create_index("presence_record", "presence", ["resource", "record", "until"])
    op.create_table(
        "pro_applications",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("person", Id(), nullable=False),
        sa.Column("received", Moment(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("stopped", Moment(), nullable=True),
        sa.Column("ticket", Id(), nullable=True),
        sa.Column("area_token", sa.BigInteger(), nullable=True),
        sa.Column("recommendation", sa.String(), nullable=True),
        sa.Column("recommended_by", Id(), nullable=True),
        sa.Column("decided", Moment(), nullable=True),
        sa.Column("decided_by", Id(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("sealed_profile", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_index("pro_applications_area", "pro_applications", ["area_token", "number"])
    op.create_index("pro_applications_decided", "pro_applications", ["decided", "state", "reason", "received"])
    op.create_index("pro_applications_due", "pro_applications", ["due", "number"])
    op.create_index("pro_applications_person", "pro_applications", ["person", "number"])
    op.create_index("pro_applications_received", "pro_applications", ["received", "number"])
    op.create_index("pro_applications_recommendation", "pro_applications", ["recommendation", "number"])
    op.create_index("pro_applications_state", "pro_applications", ["state", "number"])
    op.create_index("pro_applications_state_due", "pro_applications", ["state", "due", "number"])
    op.create_index("pro_applications_ticket", "pro_applications", ["ticket"])
