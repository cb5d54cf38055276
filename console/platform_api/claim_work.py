"""Claiming, putting back and noting records whose case is a ticket (see `claims`): for payment reviews and pro applications alike.

Each is done under the ticket's lock, and whether the employee may is judged anew there: the claim may have lapsed and been taken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from console import access
from console.platform_api.claims import is_leased, tickets
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import Conflict
from console.platform_api.reveal import end_grants_of_case
from console.platform_api.store import LEASE, Write, refuse_unless
from console.platform_api.tables import EmployeeRow, table
from console.platform_api.ticket_work import add_message

_employees = table(EmployeeRow)


def locked_case(write: Write) -> Row[Any]:
    """The record's ticket, locked."""
    case = write.others.lock(tickets, write.row.ticket)
    if case is None:
        raise Conflict("Its case is gone.")
    facts = replace(write.facts, assignee=case.assignee, lease_until=case.lease_until)
    refuse_unless(access.may(write.ask.actor.roles, write.entity.resource, write.ask.action, facts))
    return case


def take(write: Write) -> None:
    """The employee has the case from now on."""
    _hand(write, locked_case(write), write.ask.actor.id)


def put_back(write: Write) -> None:
    """Nobody has it; what was revealed for it is hidden."""
    _hand(write, locked_case(write), None)
    end_grants_of_case(write.connection, write.row.ticket, write.ask.now)


def _hand(write: Write, case: Row[Any], holder: str | None) -> None:
    until = write.ask.now + LEASE if holder is not None else None
    _change(write, case, assignee=holder, lease_until=until)
    before = case.assignee if is_leased(case, write.ask.now) else None
    names = numbers_of(write.connection, _employees, "E", [before, holder])
    write.changed["assignee"] = (names.get(before or ""), names.get(holder or ""))


def add_note(write: Write, body: str) -> None:
    case = locked_case(write)
    keep(write, case)
    add_text(write, case, body)


def keep(write: Write, case: Row[Any]) -> None:
    """Work on a case renews its lease."""
    _change(write, case, lease_until=write.ask.now + LEASE)


def add_text(write: Write, case: Row[Any], text: str | None) -> None:
    """Into the thread of a locked case, if there is any."""
    if text is not None:
        add_message(write.session, write.ask, case.id, case.owner, "note", text)


def _change(write: Write, case: Row[Any], **values: Any) -> None:
    write.others.change("tickets", tickets, case, **values)
