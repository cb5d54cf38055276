"""Which case to take in hand: the employee's own open tickets."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from console.records.tickets import Ticket
from console.session import CaseInHand
from console.text import line
from screens.parts.case_words import known_as
from screens.parts.pick import Pick

PUT_DOWN = "put-down"
"""The answer that means: no case in hand any more."""


def case_picker(tickets: Sequence[Ticket], case: CaseInHand | None) -> Pick:
    """Answers a ticket's id, PUT_DOWN, or None."""
    choices = [Option(_words(ticket), id=ticket.id) for ticket in tickets]
    if case is not None:
        choices.insert(0, Option(_put_down(case), id=PUT_DOWN))
    if tickets:
        hint = "Your open tickets. On the Tickets screen t claims the one under the cursor."
    else:
        hint = "You have no open ticket. On the Tickets screen t claims one, n opens a new one."
    return Pick(Content("Case in hand"), choices, hint)


def _put_down(case: CaseInHand) -> Content:
    return Content.assemble("Put down ", (case.number, "bold"), ("  what is revealed is hidden", "dim"))


def _words(ticket: Ticket) -> Content:
    known = known_as(ticket)
    subject = line(known) if known else line(ticket.masks.get("subject"))
    return Content.assemble((ticket.number, "bold"), "  ", subject, (f"  {line(ticket.state).plain}", "dim"))
