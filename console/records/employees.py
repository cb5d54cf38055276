"""An employee, their roles, and the roles that exclude each other."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.record import Category, Record

RESOURCE = "employees"
PREFIX = "E"


class Role(StrEnum):
    SUPPORT = "support"
    BILLING = "billing"
    MANAGER = "manager"
    PRIVACY = "privacy"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SERVICE = "service"


ALONE = frozenset({Role.AUDITOR, Role.ADMIN, Role.SERVICE})
"""Roles that exclude every other."""


def compatible(roles: frozenset[Role]) -> bool:
    """Whether one employee may have all of these roles."""
    return len(roles) <= 1 or not roles & ALONE


class Purpose(StrEnum):
    """What an employee can stand in for as the second person."""

    ERASURE = "erasure"
    GOOGLE = "google"


class Deputy(BaseModel):
    """That they do until then."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    purpose: str
    until: datetime


class Employee(Record):
    """`deputy`: what they stand in for now as the second person."""

    name: Annotated[Raw | None, Category.PLAIN] = None
    email: Annotated[Raw | None, Category.PLAIN] = None
    roles: Annotated[tuple[str, ...], Category.PLAIN] = ()
    disabled: Annotated[bool, Category.PLAIN] = False
    created: Annotated[datetime | None, Category.PLAIN] = None
    deputy: Annotated[tuple[Deputy, ...], Category.PLAIN] = ()
