"""What billing looks into: payments to review, and balance reports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


class PaymentReviewRow(Row, table=True):
    """`ticket` is its case: claims, notes and reveals are that ticket's. `mark` keeps one cause from opening two reviews."""

    __tablename__ = "payment_reviews"
    __table_args__ = (
        Index("payment_reviews_facets", "state", "kind", "number"),
        Index("payment_reviews_facets_due", "state", "kind", "due", "number"),
        Index("payment_reviews_due", "due", "number"),
        Index("payment_reviews_payment", "payment"),
        Index("payment_reviews_ticket", "ticket"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    state: str = "open"
    kind: str
    mark: str = Field(unique=True)
    opened: datetime = moment()
    due: datetime = moment()
    amount: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    rule: str | None = None
    ticket: str = id_field()
    person: str = id_field()
    order_id: str | None = id_field(default=None)
    payment: str | None = id_field(default=None)
    dispute: str | None = id_field(default=None)
    refund: str | None = id_field(default=None)
    payout_change: str | None = id_field(default=None)
    outcome: str | None = None
    settled: datetime | None = moment(default=None)
    settled_by: str | None = id_field(default=None)


class ReconciliationRow(Row, table=True):
    """One balance report, by its `digest`: the text itself is not kept. `starts` and `ends` are the times of its first and last line."""

    __tablename__ = "reconciliations"

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    state: str = "running"
    digest: str = Field(unique=True)
    imported: datetime = moment()
    employee: str = id_field()
    lines: int = 0
    done: int = 0
    matched: int = 0
    differing: int = 0
    resolved: int = 0
    failure: str | None = None
    starts: datetime | None = moment(default=None)
    ends: datetime | None = moment(default=None)


class ReportLineRow(Row, table=True):
    """One line of a report, or one that it lacks. `note` is an employee's own words about a difference, sealed under their key.

    `reference` is what the report calls the payment behind it, where that isn't the source itself.
    """

    __tablename__ = "report_lines"
    __table_args__ = (
        Index("report_lines_result", "reconciliation", "result", "line"),
        Index("report_lines_payment", "payment", "reconciliation"),
    )

    reconciliation: str = id_field(primary_key=True)
    line: int = Field(primary_key=True)
    result: str
    category: str
    source: str | None = None
    reference: str | None = None
    payment: str | None = id_field(default=None)
    refund: str | None = id_field(default=None)
    currency: str = ""
    gross: int | None = Field(default=None, sa_type=BigInteger)
    expected: int | None = Field(default=None, sa_type=BigInteger)
    resolved_by: str | None = id_field(default=None)
    owner: str | None = id_field(default=None)
    sealed_note: bytes | None = sealed()
