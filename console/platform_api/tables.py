"""The tables of the records database. Personal values stand only in `sealed_…` columns: documents under the person's key.

The primary key is the number where a record has one: it rises with time, so new rows go to the end of every index.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, Table, Text, text
from sqlmodel import Field, SQLModel

from console.platform_api.columns import Id, Moment

Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite makes a rowid alias only of INTEGER."""


def id_field(**options: Any) -> Any:
    return Field(sa_type=Id, **options)


def moment(**options: Any) -> Any:
    return Field(sa_type=Moment, **options)


def sealed() -> Any:
    return Field(default=None, sa_type=LargeBinary)


def number() -> Any:
    return Field(default=None, sa_column=Column(Number, primary_key=True, autoincrement=True))


class Row(SQLModel):
    """The base of the tables. Rows aren't validated, so nothing is built for it at start-up."""

    model_config = {"defer_build": True}


class UserRow(Row, table=True):
    __tablename__ = "users"
    __table_args__ = (
        Index("users_state", "state", "number"),
        Index("users_registered", "registered", "number"),
        Index("users_facets", "state", "pro", "opted_out", "number"),
        Index("users_facets_registered", "state", "pro", "opted_out", "registered", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "active"
    pro: bool = False
    registered: datetime = moment()
    opted_out: bool = False
    opted_out_at: datetime | None = moment(default=None)
    opted_out_channel: str | None = None
    specials: bool = True
    products: bool = True
    policy_news: bool = True
    interests: list[str] = Field(default_factory=list, sa_type=JSON)
    sealed_identity: bytes | None = sealed()
    sealed_contact: bytes | None = sealed()
    sealed_locality: bytes | None = sealed()
    sealed_address: bytes | None = sealed()
    sealed_demographic: bytes | None = sealed()
    sealed_google: bytes | None = sealed()


class TicketRow(Row, table=True):
    """`owner` is whose key seals the thread: the person it is about, else who wrote it. `backed`: more than its opener stands behind it."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_state", "state", "number"),
        Index("tickets_assignee", "assignee", "number"),
        Index("tickets_opened", "opened", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "open"
    channel: str
    opened: datetime = moment()
    opened_by: str | None = id_field(default=None)
    backed: bool = False
    about: str = "person"
    assignee: str | None = id_field(default=None)
    lease_until: datetime | None = moment(default=None)
    owner: str = id_field()
    sealed_thread: bytes | None = sealed()


class TicketLink(Row, table=True):
    __tablename__ = "ticket_links"
    __table_args__ = (Index("ticket_links_record", "resource", "record"),)

    ticket: str = id_field(primary_key=True)
    resource: str = Field(primary_key=True)
    record: str = id_field(primary_key=True)


class TicketMessage(Row, table=True):
    __tablename__ = "ticket_messages"
    __table_args__ = (Index("ticket_messages_ticket", "ticket", "at"),)

    id: str = id_field(primary_key=True)
    ticket: str = id_field()
    at: datetime = moment()
    kind: str
    author: str | None = id_field(default=None)
    owner: str = id_field()
    sealed_thread: bytes | None = sealed()


class OrderRow(Row, table=True):
    """`amount` in minor units. `payment_state` is that of its charge, so that lists need no join."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("orders_state", "state", "number"),
        Index("orders_trouble", "trouble", "number"),
        Index("orders_service", "service", "number"),
        Index("orders_starts", "starts", "number"),
        Index("orders_amount", "amount", "number"),
        Index("orders_facets", "trouble", "payment_state", "state", "number"),
        Index("orders_facets_starts", "trouble", "payment_state", "state", "starts", "number"),
        Index("orders_facets_amount", "trouble", "payment_state", "state", "amount", "number"),
        Index("orders_parent", "parent", "number"),
        Index("orders_pro", "pro", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "placed"
    trouble: bool = False
    trouble_reason: str | None = None
    trouble_since: datetime | None = moment(default=None)
    trouble_ticket: str | None = id_field(default=None)
    parent: str = id_field()
    pro: str = id_field()
    service: str
    place: str = "parents_home"
    pet: str = "dog"
    placed: datetime = moment()
    starts: datetime = moment()
    ends: datetime = moment()
    amount: int = Field(sa_type=BigInteger)
    currency: str
    payment_state: str = "pending"
    sealed_service: bytes | None = sealed()
    sealed_address: bytes | None = sealed()


class OrderEvent(Row, table=True):
    """One entry of an order's timeline. `owner` is whose key seals a note: the pet parent."""

    __tablename__ = "order_events"
    __table_args__ = (Index("order_events_order", "order_id", "at"),)

    id: str = id_field(primary_key=True)
    order_id: str = id_field()
    at: datetime = moment()
    kind: str
    employee: str | None = id_field(default=None)
    role: str | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    number: str | None = None
    reason: str | None = None
    owner: str | None = id_field(default=None)
    sealed_service: bytes | None = sealed()


class PaymentRow(Row, table=True):
    """Amounts in minor units. `reserved` is asked for and not yet sent; a lock on this row stands before every change of them.

    `processor_reference` is the processor's token of the payment, all that it is ever sent of it. `undisputed` is the
    state that a won dispute goes back to. `payer` and `order_id` are ids; the order's amounts are never summed for money, these are.
    """

    __tablename__ = "payments"
    __table_args__ = (
        Index("payments_order", "order_id", "number"),
        Index("payments_payer", "payer", "number"),
        Index("payments_state", "state", "number"),
        Index("payments_captured", "captured_at", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "pending"
    kind: str = "charge"
    order_id: str = id_field()
    payer: str = id_field()
    created: datetime = moment()
    captured_at: datetime | None = moment(default=None)
    amount: int = Field(sa_type=BigInteger)
    captured: int = Field(default=0, sa_type=BigInteger)
    refunded: int = Field(default=0, sa_type=BigInteger)
    reserved: int = Field(default=0, sa_type=BigInteger)
    lost: int = Field(default=0, sa_type=BigInteger)
    currency: str
    failure: str | None = None
    undisputed: str | None = None
    processor_reference: str | None = Field(default=None, unique=True)
    sealed_instrument: bytes | None = sealed()


class RefundRow(Row, table=True):
    """`needs` names who must approve it while it is requested. `lines` are the order's items that it is for, if any, with their amounts."""

    __tablename__ = "refunds"
    __table_args__ = (
        Index("refunds_payment", "payment", "number"),
        Index("refunds_order", "order_id", "number"),
        Index("refunds_state", "state", "number"),
        Index("refunds_decided_by", "decided_by", "decided"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    state: str = "requested"
    payment: str = id_field()
    order_id: str = id_field()
    payer: str = id_field()
    amount: int = Field(sa_type=BigInteger)
    currency: str
    lines: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    reason: str
    needs: str | None = None
    requested_by: str = id_field()
    requested_role: str
    requested: datetime = moment()
    decided_by: str | None = id_field(default=None)
    decided: datetime | None = moment(default=None)
    ticket: str | None = id_field(default=None)
    finished: datetime | None = moment(default=None)
    processor_reference: str | None = Field(default=None, unique=True)
    failure: str | None = None
    sealed_service: bytes | None = sealed()


class DisputeRow(Row, table=True):
    __tablename__ = "disputes"
    __table_args__ = (Index("disputes_payment", "payment"),)

    id: str = id_field(primary_key=True)
    payment: str = id_field()
    order_id: str = id_field()
    processor_reference: str = Field(unique=True)
    state: str = "needs_response"
    reason: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    opened: datetime = moment()
    evidence_due: datetime | None = moment(default=None)
    closed: datetime | None = moment(default=None)


class MoneyRow(Row, table=True):
    """What was captured, refunded (less for a refund that failed after its success) or disputed, when: charts are sums of these."""

    __tablename__ = "money"
    __table_args__ = (
        Index("money_sums", "kind", "currency", "at", "amount", "order_id"),
        Index("money_order", "order_id", "at"),
    )

    id: str = id_field(primary_key=True)
    at: datetime = moment()
    kind: str
    order_id: str = id_field()
    currency: str
    amount: int = Field(sa_type=BigInteger)


class PayoutRow(Row, table=True):
    __tablename__ = "payouts"
    __table_args__ = (Index("payouts_order", "order_id", "number"), Index("payouts_pro", "pro", "number"))

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "scheduled"
    pro: str = id_field()
    order_id: str | None = id_field(default=None)
    amount: int = Field(sa_type=BigInteger)
    currency: str
    created: datetime = moment()
    arrives: datetime | None = moment(default=None)
    failure: str | None = None
    processor_reference: str | None = Field(default=None, unique=True)
    sealed_instrument: bytes | None = sealed()


class PayoutChangeRow(Row, table=True):
    """Where a pro's payouts are to go from `takes_effect` on. `sealed_instrument` holds the old and the new last four."""

    __tablename__ = "payout_changes"
    __table_args__ = (Index("payout_changes_due", "state", "takes_effect"),)

    id: str = id_field(primary_key=True)
    external_id: str | None = Field(default=None, unique=True)
    pro: str = id_field()
    state: str = "waiting"
    asked: datetime = moment()
    takes_effect: datetime = moment()
    sealed_instrument: bytes | None = sealed()


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


class JobRow(Row, table=True):
    """Durable work: commits with the effect that asks for it. `mark` is unique, so that the same work is never asked for twice.

    A worker holds it by `lease_until`; `step` is how far it got, `attempts` how often it was begun. Done jobs go.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("jobs_due", "due", "id"),)

    id: str = id_field(primary_key=True)
    kind: str
    mark: str = Field(unique=True)
    ids: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    step: str = ""
    due: datetime = moment()
    lease_until: datetime | None = moment(default=None)
    worker: str | None = None
    attempts: int = 0
    error: str | None = None


class WebhookEvent(Row, table=True):
    """What the processor told us, by its own id: the same event twice does nothing."""

    __tablename__ = "webhook_events"
    __table_args__ = (Index("webhook_events_at", "at"),)

    id: str = Field(primary_key=True)
    kind: str
    at: datetime = moment()


class CallerCheck(Row, table=True):
    """What was compared and whether it matched; never what was said."""

    __tablename__ = "caller_checks"
    __table_args__ = (Index("caller_checks_ticket", "ticket", "person"),)

    id: str = id_field(primary_key=True)
    ticket: str = id_field()
    person: str = id_field()
    employee: str = id_field()
    field: str
    matched: bool
    at: datetime = moment()


class RevealGrant(Row, table=True):
    """That an employee may see a person's values for a case until `expires`; a search hit is one that expires at once."""

    __tablename__ = "reveal_grants"
    __table_args__ = (Index("reveal_grants_employee", "employee", "at"),)

    id: str = id_field(primary_key=True)
    employee: str = id_field()
    person: str = id_field()
    ticket: str = id_field()
    at: datetime = moment()
    expires: datetime = moment()
    reason: str = ""
    self_opened: bool = False


class FieldChange(Row, table=True):
    """One write to a record: which fields, from which source; before and after sealed under the owner's key."""

    __tablename__ = "field_changes"
    __table_args__ = (Index("field_changes_record", "resource", "record", "version"),)

    id: str = id_field(primary_key=True)
    resource: str
    record: str = id_field()
    version: int
    at: datetime = moment()
    employee: str = id_field()
    role: str
    ticket: str | None = id_field(default=None)
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    source: str | None = None
    owner: str | None = id_field(default=None)
    sealed_change: bytes | None = sealed()


class Intent(Row, table=True):
    """An idempotency key and what became of it: status, id and version, never a body."""

    __tablename__ = "intents"

    employee: str = id_field(primary_key=True)
    key: str = Field(primary_key=True)
    route: str = Field(primary_key=True)
    body_hash: bytes = Field(sa_type=LargeBinary)
    status: int
    resource: str | None = None
    record: str | None = id_field(default=None)
    version: int | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = moment()


class ChangeRow(Row, table=True):
    """The change feed: `seq` is that of the write's audit row, so it rises in commit order."""

    __tablename__ = "changes"

    seq: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    resource: str = Field(primary_key=True)
    record: str = id_field(primary_key=True)
    version: int


class EmployeeRow(Row, table=True):
    """`person`: who the employee is on the marketplace, if anyone, so that nobody acts on their own record."""

    __tablename__ = "employees"

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    email: str = Field(unique=True)
    name: str
    password_hash: str
    disabled: bool = False
    created: datetime = moment()
    person: str | None = id_field(default=None)
    failures: int = 0
    locked_until: datetime | None = moment(default=None)


class EmployeeRole(Row, table=True):
    __tablename__ = "employee_roles"

    employee: str = id_field(primary_key=True)
    role: str = Field(primary_key=True)
    granted_by: str | None = id_field(default=None)
    at: datetime = moment()


class SignIn(Row, table=True):
    """A family of tokens: one sign-in of one console. `signed_in` is when the password was last given."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("sign_ins_employee", "employee"),)

    id: str = id_field(primary_key=True)
    employee: str = id_field()
    signed_in: datetime = moment()
    used: datetime = moment()
    ended: datetime | None = moment(default=None)


class RefreshToken(Row, table=True):
    """By hash. A used one remembers the nonce that it was used with."""

    __tablename__ = "refresh_tokens"

    hash: bytes = Field(sa_type=LargeBinary, primary_key=True)
    sign_in: str = id_field(index=True)
    issued: datetime = moment()
    used: datetime | None = moment(default=None)
    nonce: str | None = None


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
    """A reason's free text, sealed under the subject with its salt; the chain holds the salted hash."""

    __tablename__ = "audit_reasons"

    seq: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    owner: str = id_field()
    sealed_reason: bytes = Field(sa_type=LargeBinary)


def table(model: type[SQLModel]) -> Table:
    """The Core table behind a model, for statements whose columns mypy should know as columns."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
