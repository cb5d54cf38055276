"""What a ticket is called: by its subject, or, where the platform opened it as a case, by what it is the case of; how long a claim lasts."""

from __future__ import annotations

from datetime import datetime

from console.raw import Raw
from console.records.tickets import Ticket
from console.text import ago

CASES = {
    "order": Raw("Order in trouble"),
    "review": Raw("Payment to review"),
    "application": Raw("Pro application"),
    "document": Raw("Document that expires"),
    "award": Raw("Prize of a contest"),
}
"""What a ticket is about → its title where nobody wrote one."""


def known_as(ticket: Ticket) -> Raw | None:
    """None where the subject is masked, or there is none."""
    if ticket.subject or "subject" in ticket.masks:
        return ticket.subject
    return CASES.get(ticket.about)


def yours(until: datetime | None, now: datetime) -> str:
    """As in "yours for 29 min": as long as nobody works on it. A claim that has run out is told by nobody else."""
    if until is None:
        return "yours"
    if until <= now:
        return "yours no more: the claim has run out"
    left = ago(until, now).removeprefix("in ")
    return f"yours for {'less than a minute' if left == 'now' else left}"
