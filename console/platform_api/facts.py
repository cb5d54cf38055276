"""Loading the facts that the access table's conditions look at, from the database as it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from console.conditions import Case, Facts
from console.platform_api.actor import Actor
from console.platform_api.tables import (
    CallerCheck,
    NamedInRequest,
    OrderRow,
    PaymentRow,
    PayoutChangeRow,
    PrivacyRequestRow,
    ProApplicationRow,
    TicketLink,
    TicketRow,
    table,
)

_tickets, _links, _checks = table(TicketRow), table(TicketLink), table(CallerCheck)
_requests, _named = table(PrivacyRequestRow), table(NamedInRequest)

PARTIES: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "orders": (table(OrderRow), ("parent", "pro")),
    "payments": (table(PaymentRow), ("payer",)),
    "payouts": (table(PayoutChangeRow), ("pro",)),
    "pro-applications": (table(ProApplicationRow), ("person",)),
}
"""Resource that a case can be linked to → its table, and the columns of the persons it is about."""


def links_of(connection: Connection, ticket: str) -> frozenset[tuple[str, str]]:
    rows = connection.execute(select(_links.c.resource, _links.c.record).where(_links.c.ticket == ticket))
    return frozenset((resource, record) for resource, record in rows)


def concern_facts(connection: Connection, *records: str | None) -> dict[str, Any]:
    """Of concerns that are among these records, that came from a ticket among them or have it as their case: whom they name, and whether
    one is about privacy itself."""
    ids = sorted({record for record in records if record is not None})
    cases = select(_links.c.record).where(_links.c.resource == "privacy-requests", _links.c.ticket.in_(ids))
    theirs = or_(_requests.c.id.in_(ids), _requests.c.source.in_(ids), _requests.c.id.in_(cases))
    joined = _requests.outerjoin(_named, _named.c.request == _requests.c.id)
    found = select(_requests.c.about_privacy, _named.c.employee).select_from(joined).where(theirs)
    rows = connection.execute(found).all() if ids else []
    return {
        "named": frozenset(row.employee for row in rows if row.employee is not None),
        "about_privacy": any(row.about_privacy for row in rows),
    }


def load_case(connection: Connection, ticket: str | None) -> Case | None:
    """The case in hand; None when there is none or it does not exist."""
    if ticket is None:
        return None
    row = connection.execute(select(_tickets).where(_tickets.c.id == ticket)).first()
    if row is None:
        return None
    links = links_of(connection, ticket)
    matched = connection.execute(
        select(_checks.c.person, _checks.c.field).where(_checks.c.ticket == ticket, _checks.c.matched)
    )
    return Case(
        id=row.id,
        state=row.state,
        assignee=row.assignee,
        lease_until=row.lease_until,
        self_opened=row.opened_by is not None and not row.backed,
        links=links,
        matched=frozenset((person, name) for person, name in matched),
        concerns=_concerns(connection, links),
    )


def _concerns(connection: Connection, links: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """An order that is linked says nothing about people who have no part in it."""
    found: set[tuple[str, str]] = set()
    for resource, (records, columns) in PARTIES.items():
        ids = [record for linked, record in links if linked == resource]
        rows = (
            connection.execute(select(*(records.c[name] for name in columns)).where(records.c.id.in_(ids)))
            if ids
            else ()
        )
        found |= {(resource, person) for row in rows for person in row}
    return frozenset(found)


def base_facts(asking: Actor, now: datetime, case: Case | None = None, **more: Any) -> Facts:
    """Facts about who asks alone, plus whatever is known of the record."""
    return Facts(employee=asking.id, now=now, signed_in=asking.signed_in, own_person=asking.person, case=case, **more)
