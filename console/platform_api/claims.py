"""Records whose case is a ticket that employees claim: payment reviews, pro applications. The claim is the ticket's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, false, or_, select

from console.platform_api.entities import Clauses, Filter
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest
from console.platform_api.reveal import end_grants_of_case
from console.platform_api.tables import EmployeeRow, TicketRow, table
from console.platform_api.transaction import Transaction

tickets, _employees = table(TicketRow), table(EmployeeRow)

UNCLAIMED: Mapping[str, Any] = {"case": None, "assignee": None, "yours": False, "lease_until": None}
"""The fields of a record that has no case yet."""


def by_assignee(column: Any, about: str) -> Filter:
    """Who holds the record's case: a lapsed lease is nobody's, and neither is what has no case yet. `column` has the ticket's id."""

    def clauses(ask: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
        if len(values) != 1:
            raise BadRequest("assignee can be given once.")
        if values[0] == "none":
            leased = tickets.c.lease_until > ask.now, tickets.c.about == about, tickets.c.assignee.is_not(None)
            free = column.not_in(
                select(tickets.c.id).where(*leased)
            )  # few have one: they are looked up once, not for each row
            return [or_(column.is_(None), free) if column.nullable else free]
        holder = _holder(ask, connection, values[0])
        if holder is None:
            return [false()]
        held = tickets.c.about == about, tickets.c.assignee == holder, tickets.c.lease_until > ask.now
        return [column.in_(select(tickets.c.id).where(*held))]

    return Filter(clauses, ("me", "none"), span="assignee")


def _holder(ask: Ask, connection: Connection, named: str) -> str | None:
    if named == "me":
        return ask.actor.id
    row = find_row(connection, _employees, "E", named)
    return str(row.id) if row is not None else None


def claims_of(ask: Ask, connection: Connection, cases: Collection[str | None]) -> dict[str | None, dict[str, Any]]:
    """Ticket → the fields that say who has it and until when."""
    wanted = sorted({case for case in cases if case is not None})
    rows = connection.execute(select(tickets).where(tickets.c.id.in_(wanted))).all()
    employees = numbers_of(connection, _employees, "E", [case.assignee for case in rows])
    return {case.id: _claim(ask, case, employees) for case in rows}


def _claim(ask: Ask, case: Row[Any], employees: dict[str, str]) -> dict[str, Any]:
    leased = is_leased(case, ask.now)
    return {
        "case": f"T-{case.number}",
        "assignee": employees.get(case.assignee) if leased else None,
        "yours": leased and case.assignee == ask.actor.id,
        "lease_until": case.lease_until if leased else None,
    }


def is_leased(case: Row[Any], now: datetime) -> bool:
    return case.lease_until is not None and case.lease_until > now


def claim_facts(connection: Connection, case: str | None) -> dict[str, Any]:
    """Who holds the case, for conditions to look at."""
    held = select(tickets.c.assignee, tickets.c.lease_until).where(tickets.c.id == case)
    row = connection.execute(held).first() if case is not None else None
    return {"assignee": row.assignee if row else None, "lease_until": row.lease_until if row else None}


def put_back(work: Transaction, case: str) -> None:
    """Nobody has the case any more, and what was revealed for it is hidden."""
    row = work.lock(tickets, case)
    if row is None:
        return
    work.change("tickets", tickets, row, assignee=None, lease_until=None)
    end_grants_of_case(work.connection, case, work.now)
