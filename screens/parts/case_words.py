"""What a ticket is called: by its subject, or, where the platform opened it as a case, by what it is the case of."""

from __future__ import annotations

from console.raw import Raw
from console.records.tickets import Ticket

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
