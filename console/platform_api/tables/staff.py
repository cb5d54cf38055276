"""Employees and their sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number


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


class DeputyRow(Row, table=True):
    """That an employee stands in as the second person for one purpose until then; the time ends it, or the admin before."""

    __tablename__ = "deputies"
    __table_args__ = (Index("deputies_employee", "employee", "purpose", "until"),)

    id: str = id_field(primary_key=True)
    employee: str = id_field()
    purpose: str
    named: datetime = moment()
    named_by: str = id_field()
    until: datetime = moment()


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
