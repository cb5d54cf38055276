"""Claiming, putting back and noting records whose case is a ticket (see `claims`): for payment reviews and pro applications alike.

Each is done under the ticket's lock, and whether the employee may is judged anew there: the claim may have lapsed and been taken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from console import access
from console.platform_api import claims
from console.platform_api.claims import is_leased, tickets
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import Conflict
from console.platform_api.store import LEASE, Write, refuse_unless
from console.platform_api.tables import EmployeeRow, table
from console.platform_api.ticket_work import add_message

_employees = table(EmployeeRow)


def locked_case(write: Write, ticket: str | None = None) -> Row[Any]:
    """The record's ticket, or the one that it is about to have, locked."""
    case = write.others.lock(tickets, ticket or write.row.ticket)
    if case is None:
        raise Conflict("Its case is gone.")
    facts = replace(write.facts, assignee=case.assignee, lease_until=case.lease_until)
    refuse_unless(access.may(write.ask.actor.roles, write.entity.resource, write.ask.action, facts))
    return case


def take(write: Write, ticket: str | None = None) -> None:
    """The employee has the case from now on."""
    case = locked_case(write, ticket)
    _change(write, case, assignee=write.ask.actor.id, lease_until=write.ask.now + LEASE)
    _remember(write, case, write.ask.actor.id)


def put_back(write: Write) -> None:
    case = locked_case(write)
    claims.put_back(write.others, case.id)
    _remember(write, case, None)


def _remember(write: Write, case: Row[Any], holder: str | None) -> None:
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
