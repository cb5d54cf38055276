"""Employees of the sample data: two of every role, so that four eyes can be tried, and the marketplace's own account."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlmodel import Session

from console.platform_api.ids import id_at
from console.platform_api.passwords import hash_password, weakness
from console.platform_api.staff import create
from console.platform_api.tables import EmployeeRole
from console.records.employees import Role

DOMAIN = "petworks.example"

PEOPLE = {
    "support": ("Dana Reyes", Role.SUPPORT), "support2": ("Tom O’Brien", Role.SUPPORT),
    "billing": ("Priya Raman", Role.BILLING), "billing2": ("Jonas Weiß", Role.BILLING),
    "manager": ("Grace Okafor", Role.MANAGER), "manager2": ("Mateo Álvarez", Role.MANAGER),
    "privacy": ("Ingrid Sørensen", Role.PRIVACY), "privacy2": ("Wei Zhang", Role.PRIVACY),
    "auditor": ("Helen Marsh", Role.AUDITOR), "auditor2": ("Omar Haddad", Role.AUDITOR),
    "admin": ("Ruth Adler", Role.ADMIN), "admin2": ("Kenji Mori", Role.ADMIN),
    "service": ("Marketplace", Role.SERVICE),
}  # fmt: skip
"""Account → name and role."""


def employee_ids(seed: int, at: datetime) -> dict[str, str]:
    """Account → id."""
    random = Random(f"{seed}/employees")  # noqa: S311 - sample data, not secrets
    return {account: id_at(at, random) for account in PEOPLE}


def add_employees(session: Session, ids: dict[str, str], password: str, at: datetime, customer: str | None) -> None:
    """`customer`: a user who is support's own self on the marketplace, so that acting on oneself can be tried."""
    stored = hash_password(password)  # one for all: they share the password anyway, and 13 hashes take 2 s
    for account, (name, role) in PEOPLE.items():
        person = customer if account == "support" else None
        email = f"{account}@{DOMAIN}"
        create(session, ids[account], email, name, stored, at, person=person)
        session.flush()  # one at a time, so that the numbers stand in this order
        session.add(EmployeeRole(employee=ids[account], role=str(role), at=at))


def refuse_weak(password: str) -> str:
    """Why the password can't be taken for these accounts; empty when it can."""
    return next(filter(None, (weakness(password, f"{account}@{DOMAIN}") for account in PEOPLE)), "")
