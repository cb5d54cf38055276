"""What is only ever added to: the audit chain, and the ledger of disclosures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, Text, text
from sqlmodel import Field

from console.platform_api.tables.base import Number, Row, id_field, moment, number


class AuditEntry(Row, table=True):
    """One row of the chain; see `console.chain`. Append-only: triggers refuse UPDATE and DELETE.

    `subject` is a pseudonym (hex), `record` the id of a record that is not a person: erasing a person's key leaves no name for the row.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_actor", "actor", "seq"),
        Index("audit_subject", "subject", "seq", sqlite_where=text("subject IS NOT NULL"), postgresql_where=text("subject IS NOT NULL")),
        Index("audit_told", "told", "seq", sqlite_where=text("told IS NOT NULL"), postgresql_where=text("told IS NOT NULL")),
        Index(
            "audit_employees", "seq", sqlite_where=text("resource = 'employees'"), postgresql_where=text("resource = 'employees'"),
        ),
    )  # fmt: skip

    seq: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    prev: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)
    at: datetime = moment()
    actor: str | None = id_field(default=None)
    role: str | None = None
    resource: str
    action: str
    outcome: str
    subject: str | None = None
    record: str | None = id_field(default=None)
    ticket: str | None = id_field(default=None)
    fields: str = Field(default="[]", sa_type=Text)
    reason: str | None = None
    reason_hash: str | None = None
    told: str | None = None
    details: str = Field(default="{}", sa_type=Text)
    request: str | None = None


class AuditHead(Row, table=True):
    """The chain's end: one row, locked last in every transaction that appends."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: bytes = Field(sa_type=LargeBinary)


class AuditReason(Row, table=True):
    """A reason's free text, sealed under the subject with its salt; the chain holds the salted hash.

    Append-only but for one change: what is sealed may be removed, when it names somebody who is erased.
    """

    __tablename__ = "audit_reasons"

    seq: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    owner: str = id_field()
    sealed_reason: bytes = Field(sa_type=LargeBinary)


class DisclosureRow(Row, table=True):
    """The disclosure ledger, append-only. `subject` is a pseudonym (hex); `about` the number of the order or refund."""

    __tablename__ = "disclosures"
    __table_args__ = (Index("disclosures_subject", "subject", "number"),)

    number: int | None = number()
    id: str = id_field(unique=True)
    at: datetime = moment()
    recipient: str
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    purpose: str
    subject: str | None = None
    about: str | None = None
    ticket: str | None = id_field(default=None)
