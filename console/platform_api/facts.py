"""Loading the facts that the access table's conditions look at, from the database as it stands now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from console.access import Case, Facts
from console.platform_api.actor import Actor
from console.platform_api.tables import CallerCheck, TicketLink, TicketRow, table

_tickets, _links, _checks = table(TicketRow), table(TicketLink), table(CallerCheck)


def links_of(connection: Connection, ticket: str) -> frozenset[tuple[str, str]]:
    rows = connection.execute(select(_links.c.resource, _links.c.record).where(_links.c.ticket == ticket))
    return frozenset((resource, record) for resource, record in rows)


def load_case(connection: Connection, ticket: str | None) -> Case | None:
    """The case in hand; None when there is none or it does not exist."""
    if ticket is None:
        return None
    row = connection.execute(select(_tickets).where(_tickets.c.id == ticket)).first()
    if row is None:
        return None
    matched = connection.execute(
        select(_checks.c.person, _checks.c.field).where(_checks.c.ticket == ticket, _checks.c.matched)
    )
    return Case(
        id=row.id,
        state=row.state,
        assignee=row.assignee,
        lease_until=row.lease_until,
        self_opened=row.opened_by is not None and not row.backed,
        links=links_of(connection, ticket),
        matched=frozenset((person, name) for person, name in matched),
    )


def base_facts(asking: Actor, now: datetime, case: Case | None = None, **more: Any) -> Facts:
    """Facts about who asks alone, plus whatever is known of the record."""
    return Facts(employee=asking.id, now=now, signed_in=asking.signed_in, own_person=asking.person, case=case, **more)
