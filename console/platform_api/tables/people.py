"""Users, and what employees may see of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


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
