"""What an order answers with when it is read whole: items, money, linked tickets and its timeline, each as the employee may see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.access import Level
from console.conditions import Facts
from console.platform_api.clauses import scope
from console.platform_api.disputes import disputes_of
from console.platform_api.guard import Ask
from console.platform_api.order_events import timeline
from console.platform_api.order_items import items_of, refunded_by_line
from console.platform_api.payments import payments_of
from console.platform_api.payouts import payouts_of
from console.platform_api.refunds import refunds_of
from console.platform_api.store import asker_of
from console.platform_api.tables import TicketLink, TicketRow, table
from console.records.orders import RESOURCE
from console.records.record import Category

_tickets, _links = table(TicketRow), table(TicketLink)


def more(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> dict[str, Any]:
    found = {
        "payments": payments_of(ask, connection, row.id),
        "refunds": refunds_of(ask, connection, row.id),
        "disputes": disputes_of(ask, connection, row.id),
        "payouts": payouts_of(ask, connection, row.id),
        "tickets": linked_tickets(ask, connection, row.id),
    }
    if access.level(ask.actor.roles, RESOURCE, Category.SERVICE, facts) is not Level.FULL:
        return found
    return {**found, "items": _items(ask, connection, row), "timeline": timeline(ask, connection, row.id)}


def _items(ask: Ask, connection: Connection, row: Row[Any]) -> list[dict[str, Any]]:
    """Each line, with what of it went back or is about to for those who read refunds."""
    items = items_of(ask.platform, row)
    if not access.has(ask.actor.roles, "refunds", "read"):
        return items
    refunded = refunded_by_line(connection, row.id)
    return [{**item, "refunded": refunded.get(item["line"], 0)} for item in items]


def linked_tickets(ask: Ask, connection: Connection, order: str) -> list[dict[str, Any]]:
    """The tickets about an order that exist for this employee, newest first."""
    linked = select(_links.c.ticket).where(_links.c.resource == RESOURCE, _links.c.record == order)
    visible = scope(access.row_scope(ask.actor.roles, "tickets"), asker_of(ask))
    rows = connection.execute(
        select(_tickets.c.id, _tickets.c.number, _tickets.c.state)
        .where(_tickets.c.id.in_(linked), visible)
        .order_by(_tickets.c.number.desc())
    )
    return [{"id": ticket, "number": f"T-{number}", "state": state} for ticket, number, state in rows]
