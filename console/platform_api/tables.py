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
