"""After the approval: a document that expires raises a task, a ticket that anyone may claim; a newer document of its kind solves it.

A document has one task in its life: when an employee has solved it by hand, the day on which the document expires raises no second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from console.platform_api.application_documents import documents
from console.platform_api.cases import open_case, solve_case
from console.platform_api.tables import ProApplicationRow, UserRow, table
from console.platform_api.transaction import Transaction
from console.records import pro_applications
from console.records.application_documents import RESOURCE, DocumentState
from console.records.pro_applications import ApplicationState
from console.records.users import UserState

AT_ONCE = 100

_applications, _users = table(ProApplicationRow), table(UserRow)


def raise_tasks(work: Transaction) -> None:
    """For documents of approved applications that have expired, or soon do."""
    due = _due(work)
    rows = select(_applications).where(_applications.c.id.in_(due), _applications.c.state == ApplicationState.APPROVED)
    locked = work.connection.execute(rows.order_by(_applications.c.number).with_for_update()).all()
    applications = {row.id: row for row in locked}
    for row in _without_task(work, list(applications)):
        _raise(work, row, applications[row.application])


def _expires_soon(work: Transaction) -> tuple[Any, ...]:
    soon = work.now + timedelta(days=work.platform.rules.expiring_days)
    return documents.c.state == DocumentState.RECEIVED, documents.c.expires <= soon, documents.c.task.is_(None)


def _due(work: Transaction) -> list[str]:
    """Applications; an erased person is asked for no papers."""
    approved = _applications.c.id == documents.c.application, _applications.c.state == ApplicationState.APPROVED
    there = _users.c.id == documents.c.person, _users.c.state.not_in((UserState.ERASING, UserState.ERASED))
    found = select(documents.c.application).where(*_expires_soon(work), *approved, *there).distinct().limit(AT_ONCE)
    return list(work.connection.execute(found).scalars())


def _without_task(work: Transaction, applications: Sequence[str]) -> Sequence[Row[Any]]:
    """Locked, and as they are now: their applications are locked already, so nobody replaces them."""
    rows = select(documents).where(documents.c.application.in_(applications), *_expires_soon(work))
    return work.connection.execute(rows.order_by(documents.c.number).with_for_update()).all()


def _raise(work: Transaction, row: Row[Any], application: Row[Any]) -> None:
    links = (("pro-applications", row.application), ("users", row.person))
    task = open_case(work, "document", links, row.person, subject=_subject(work, row, application))
    work.change(RESOURCE, documents, row, task=task)
    details = {"kind": row.kind, "expired": row.expires <= work.now}
    work.entries.append(work.entry(RESOURCE, "expiring", person=row.person, record=row.id, details=details))


def _subject(work: Transaction, row: Row[Any], application: Row[Any]) -> str:
    kind = row.kind.replace("_", " ").capitalize()
    verb = "has expired" if row.expires <= work.now else "expires"
    return f"{kind} of {pro_applications.PREFIX}-{application.number} {verb} on {_day(work, row.expires)}"


def _day(work: Transaction, at: datetime) -> str:
    return at.astimezone(ZoneInfo(work.platform.rules.zone)).date().isoformat()


def solve_task(work: Transaction, row: Row[Any]) -> None:
    """A newer document of its kind is there; `row` is the one that raised it."""
    if row.task is None:
        return
    solve_case(work, row.task)
    work.entries.append(work.entry("tickets", "solved", person=row.person, record=row.task))
