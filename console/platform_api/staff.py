"""Changes of employees and their roles, inside the caller's transaction: for the API and for the command line alike."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session

from console.platform_api import passwords
from console.platform_api.problems import Conflict, Invalid
from console.platform_api.signin import normal_address
from console.platform_api.tables import EmployeeRole, EmployeeRow, SignIn, table
from console.records.employees import ALONE, Role, compatible

LONGEST_NAME = 200

_employees, _roles, _sign_ins = table(EmployeeRow), table(EmployeeRole), table(SignIn)


def roles_of(session: Session, employee: str) -> frozenset[Role]:
    return frozenset(map(Role, session.scalars(select(_roles.c.role).where(_roles.c.employee == employee))))


def check_new(email: str, name: str, roles: Collection[Role], password: str) -> None:
    """Invalid says what a new employee lacks."""
    address = normal_address(email)
    local, at, host = address.rpartition("@")
    wrong = {
        "email": "" if local and at and "." in host and address.isprintable() else "This is no e-mail address.",
        "name": "" if name.strip() and len(name) <= LONGEST_NAME else f"A name has 1 to {LONGEST_NAME} characters.",
        "roles": excluded(frozenset(roles)),
        "password": passwords.weakness(password, address),
    }
    errors = [{"where": where, "what": what} for where, what in wrong.items() if what]
    if errors:
        raise Invalid("Look at errors.", errors=errors)


def excluded(roles: frozenset[Role]) -> str:
    """Why one employee can't have all of these roles; empty when they can."""
    return "" if compatible(roles) else f"{', '.join(sorted(roles & ALONE))} excludes every other role."


def create(
    session: Session,
    employee: str,
    email: str,
    name: str,
    password_hash: str,
    now: datetime,
    *,
    person: str | None = None,
) -> EmployeeRow:
    """Their key in the vault must be there already."""
    address = normal_address(email)
    if session.scalars(select(_employees.c.id).where(_employees.c.email == address)).first() is not None:
        raise Conflict("There is an employee with this e-mail already.")
    row = EmployeeRow(
        id=employee, email=address, name=name.strip(), password_hash=password_hash, created=now, person=person
    )
    session.add(row)
    return row


def grant(session: Session, employee: str, role: Role, by: str | None, now: datetime) -> None:
    """`employee` is locked by the caller."""
    held = roles_of(session, employee)
    if role in held:
        raise Conflict(f"They are {role} already.")
    because = excluded(held | {role})
    if because:
        raise Conflict(because)
    session.add(EmployeeRole(employee=employee, role=role, granted_by=by, at=now))
    end_sign_ins(session, employee, now)


def revoke(session: Session, employee: str, role: Role, now: datetime) -> None:
    if role not in roles_of(session, employee):
        raise Conflict(f"They aren't {role}.")
    session.execute(delete(_roles).where(_roles.c.employee == employee, _roles.c.role == role))
    end_sign_ins(session, employee, now)


def end_sign_ins(session: Session, employee: str, now: datetime) -> None:
    """The next request of each of their consoles is told that the session has ended."""
    theirs = (_sign_ins.c.employee == employee, _sign_ins.c.ended.is_(None))
    session.execute(update(_sign_ins).where(*theirs).values(ended=now))
