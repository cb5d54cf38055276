"""The ticket in hand as it was last seen, and what of a newer state of it means that the case is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.records.tickets import WORKABLE, Ticket
from console.text import line


@dataclass(frozen=True)
class CaseWatch:
    """Empty until the ticket has been seen once."""

    version: int = 0
    linked: frozenset[str] = frozenset()
    until: datetime | None = None
    """When the claim lapses, unless work has renewed it meanwhile."""

    @classmethod
    def of(cls, ticket: Ticket) -> CaseWatch:
        return cls(ticket.version, _linked(ticket), ticket.lease_until)

    def over(self, ticket: Ticket) -> str:
        """Why it is over, as the end of a sentence; empty while it is not."""
        if ticket.state not in WORKABLE:
            return f"it is {line(ticket.state).plain}"
        if not ticket.yours:
            return "your claim on it has ended"
        if self.linked - _linked(ticket):
            return "somebody is no longer linked to it"
        return ""


def _linked(ticket: Ticket) -> frozenset[str]:
    return frozenset(link.id for link in ticket.links)
