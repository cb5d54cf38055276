"""What a user answers with when they are read whole: what they applied for as a pro, how many orders are theirs as one, legal holds.

Each only for a role that reads those records itself, or may place a hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from console import access
from console.conditions import Facts
from console.platform_api.application_marks import services_of
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.tables import (
    ApplicationDocumentRow,
    EmployeeRow,
    LegalHoldRow,
    OrderRow,
    ProApplicationRow,
    table,
)
from console.records import application_documents, orders, pro_applications
from console.records.application_documents import DocumentState
from console.records.users import RESOURCE

_applications, _documents, _orders = table(ProApplicationRow), table(ApplicationDocumentRow), table(OrderRow)

_employees, _holds = table(EmployeeRow), table(LegalHoldRow)

MOST = 5
"""Applications and holds that are told of, the newest."""


def more(ask: Ask, connection: Connection, row: Row[Any], _: Facts) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if access.has(ask.actor.roles, pro_applications.RESOURCE, "read"):
        found["applications"] = _applied(ask, connection, str(row.id))
    if access.has(ask.actor.roles, orders.RESOURCE, "read"):
        found["orders_as_pro"] = _counted(connection, str(row.id))
    if access.has(ask.actor.roles, RESOURCE, "hold"):
        found["holds"] = _held(connection, str(row.id))
    return found


def _held(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Legal holds, those that last first; why one was placed is a code, what was typed with it stays on the log."""
    newest = (
        select(_holds).where(_holds.c.person == person).order_by(_holds.c.lifted.is_not(None), _holds.c.placed.desc())
    )
    rows = connection.execute(newest.limit(MOST)).all()
    employees = numbers_of(connection, _employees, "E", [by for row in rows for by in (row.placed_by, row.lifted_by)])
    return [
        {
            **{name: getattr(row, name) for name in ("reason", "placed", "lifted")},
            "placed_by": employees.get(row.placed_by),
            "lifted_by": employees.get(row.lifted_by or ""),
        }
        for row in rows
    ]


def _applied(ask: Ask, connection: Connection, person: str) -> list[dict[str, Any]]:
    newest = select(_applications).where(_applications.c.person == person).order_by(_applications.c.number.desc())
    rows = connection.execute(newest.limit(MOST)).all()
    ids = [row.id for row in rows]
    services, papers = services_of(connection, ids), _papers(ask, connection, ids)
    return [
        {
            "number": f"{pro_applications.PREFIX}-{row.number}",
            **{name: getattr(row, name) for name in ("state", "received", "decided")},
            "services": services[row.id],
            "papers": papers[row.id],
        }
        for row in rows
    ]


def _papers(ask: Ask, connection: Connection, applications: Sequence[str]) -> defaultdict[str, list[dict[str, Any]]]:
    """Documents that expire, those first that do so first; none that a newer one has replaced."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    if not access.has(ask.actor.roles, application_documents.RESOURCE, "read"):
        return found
    expire = _documents.c.state == str(DocumentState.RECEIVED), _documents.c.expires.is_not(None)
    mine = select(_documents).where(_documents.c.application.in_(applications), *expire)
    for row in connection.execute(mine.order_by(_documents.c.expires, _documents.c.number)):
        found[row.application].append({"kind": row.kind, "expires": row.expires})
    return found


def _counted(connection: Connection, pro: str) -> dict[str, int]:
    """By state, in the order in which an order goes through them."""
    counts = select(_orders.c.state, func.count()).where(_orders.c.pro == pro).group_by(_orders.c.state)
    found = {state: int(count) for state, count in connection.execute(counts)}
    return {str(state): found[state] for state in orders.OrderState if state in found}
