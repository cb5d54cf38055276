"""Deputies: whom the admin names to stand in as the second person for erasures, or for values from Google, for a day.

The right is looked up whenever it is asked for, so it ends by itself. Who has it sees counts and bases, decides, and can do nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.problems import Conflict
from console.platform_api.store import Change, Write
from console.platform_api.tables import DeputyRow, EmployeeRole, table
from console.records.employees import ALONE, Purpose, Role

_deputies, _roles = table(DeputyRow), table(EmployeeRole)

LIFE = timedelta(days=1)
SECONDS = frozenset({Role.MANAGER, Role.PRIVACY})
"""Who is a second person anyway."""

TOLD = str(Role.AUDITOR)


def deputies_of(connection: Connection, employees: Collection[str], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Employee → what they stand in for, and until when."""
    holds = _deputies.c.employee.in_(sorted(employees)), _deputies.c.until > now
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(select(_deputies).where(*holds).order_by(_deputies.c.purpose)):
        found[row.employee].append({"purpose": row.purpose, "until": row.until})
    return found


def asked_facts(ask: Ask, connection: Connection, _: Row[Any]) -> dict[str, Any]:
    return {"deputy_for": frozenset(one["purpose"] for one in _mine(connection, ask.actor.id, ask.now))}


def noted(ask: Ask) -> dict[str, bool]:
    """For the log of what a second person decided: that a deputy was it."""
    return {} if ask.actor.roles & SECONDS else {"deputy": True}


def hinders(ask: Ask, connection: Connection, row: Row[Any], action: str) -> str:
    """Why an employee can't be named, or has nothing to be put back."""
    if action == "end-deputy":
        return "" if _mine(connection, row.id, ask.now) else "They stand in for nobody."
    if action != "name-deputy":
        return ""
    if row.disabled:
        return "They are disabled."
    held = set(connection.execute(select(_roles.c.role).where(_roles.c.employee == row.id)).scalars())
    if held & SECONDS:
        return "Managers and privacy officers are second persons anyway."
    return "" if held - ALONE else "Only who works in support or billing stands in."


def name(purpose: Purpose) -> Change:
    """A change of an employee: they stand in from now on. The auditor is told."""

    def change(write: Write) -> None:
        if any(one["purpose"] == purpose for one in _mine(write.connection, write.row.id, write.ask.now)):
            raise Conflict("They stand in for it already.")
        until = write.ask.now + LIFE
        write.session.add(
            DeputyRow(
                id=new_id(), employee=write.row.id, purpose=str(purpose), named=write.ask.now, named_by=write.ask.actor.id, until=until
            )
        )  # fmt: skip
        write.changed = {"deputy": (None, str(purpose))}
        write.details, write.told = {"purpose": str(purpose), "until": until.isoformat()}, TOLD

    return change


def end(purpose: Purpose) -> Change:
    """Before its time."""

    def change(write: Write) -> None:
        mine = (
            _deputies.c.employee == write.row.id,
            _deputies.c.purpose == str(purpose),
            _deputies.c.until > write.ask.now,
        )
        if not write.connection.execute(update(_deputies).where(*mine).values(until=write.ask.now)).rowcount:
            raise Conflict("They don't stand in for it.")
        write.changed = {"deputy": (str(purpose), None)}
        write.details, write.told = {"purpose": str(purpose)}, TOLD

    return change


def _mine(connection: Connection, employee: str, now: datetime) -> list[dict[str, Any]]:
    return deputies_of(connection, [employee], now).get(employee, [])
