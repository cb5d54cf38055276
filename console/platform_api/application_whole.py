"""What a pro application answers with when it is read whole: documents, checks and the thread, as the employee may see them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.access import Level
from console.conditions import Facts
from console.platform_api.application_checks import alike, former
from console.platform_api.application_documents import documents_of
from console.platform_api.guard import Ask
from console.platform_api.tables import TicketLink, TicketRow, table
from console.platform_api.tickets import thread_of
from console.records.pro_applications import RESOURCE
from console.records.record import Category

_tickets, _links = table(TicketRow), table(TicketLink)


def more(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> dict[str, Any]:
    found = alike(ask, connection, row)
    return {
        "documents": documents_of(ask, connection, row.id),
        "alike": found.likenesses,
        "alike_cut": found.cut,
        "former": former(ask, connection, row),
        "messages": _messages(ask, connection, row, facts),
    }


def _messages(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> list[dict[str, Any]]:
    level = access.level(ask.actor.roles, RESOURCE, Category.THREAD, facts)
    if level is Level.NONE:
        return []
    return [message for case in _cases(connection, row.id) for message in thread_of(ask, connection, case, level)]


def _cases(connection: Connection, application: str) -> list[str]:
    """Its cases, oldest first: one that was reopened has another, and what was said before is shown beside."""
    linked = select(_links.c.ticket).where(_links.c.resource == RESOURCE, _links.c.record == application)
    mine = _tickets.c.id.in_(linked), _tickets.c.about == "application"
    return list(connection.execute(select(_tickets.c.id).where(*mine).order_by(_tickets.c.number)).scalars())
