"""Working on privacy requests: claimed with their case, acknowledged, begun, decided, appealed. Their clocks are in `privacy_clocks`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from console.platform_api import claim_work
from console.platform_api.cases import open_case
from console.platform_api.claims import tickets
from console.platform_api.guard import Ask
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.store import Answer, Write, act
from console.platform_api.transaction import Transaction
from console.records.privacy_requests import RESOURCE
from console.records.tickets import WORKABLE

# Having it


def claim(ask: Ask, named: str) -> Answer:
    """The first claim opens its case, and so does the first after an appeal."""

    def change(write: Write) -> None:
        ticket = case_of(write)
        claim_work.take(write, ticket)
        write.values["ticket"] = ticket

    return act(ask, REQUESTS, named, change, versioned=False)


def case_of(write: Write) -> str:
    """The case that is open, or a new one."""
    state = select(tickets.c.state).where(tickets.c.id == write.row.ticket)
    if write.row.ticket is not None and write.connection.execute(state).scalar() in WORKABLE:
        return str(write.row.ticket)
    return open_request_case(write.others, write.row)


def open_request_case(work: Transaction, row: Row[Any], person: str | None = None) -> str:
    """Sealed under the request's own key, so that its record outlives the person's erasure."""
    person = person or row.person
    links = [(RESOURCE, row.id), *([("users", person)] if person else [])]
    return open_case(work, "privacy", links, row.id, subject=f"{REQUESTS.name_of(row)}: {row.kind.replace('_', ' ')}")


def release(ask: Ask, named: str) -> Answer:
    return act(ask, REQUESTS, named, claim_work.put_back)


def note(ask: Ask, named: str, body: str) -> Answer:
    return act(ask, REQUESTS, named, lambda write: claim_work.add_note(write, body), versioned=False)
