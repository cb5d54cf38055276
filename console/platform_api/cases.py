"""Cases that the platform opens: an order in trouble, a payment to review, a document that expires. Each is a ticket.

It ends with what it is the case of. So claims, leases, notes and reveals need nothing of their own; and nobody solves, reopens,
links or unlinks such a ticket by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row

from console.platform_api.documents import Value, dump
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.reveal import end_grants_of_case
from console.platform_api.tables import TicketLink, TicketRow, table
from console.platform_api.transaction import Transaction
from console.records.tickets import PLATFORM, WORKABLE, TicketState
from console.records.users import Source

_tickets = table(TicketRow)

ENDED_BY = {
    "order": "the order's trouble is resolved",
    "review": "the payment's review is settled",
    "application": "the application is decided",
    "privacy": "the privacy request has ended",
    "award": "the prize is awarded or forfeited",
}
"""What a ticket is about → when it ends."""


LETTERS = {"privacy": "privacy request", "award": "award"}
"""What is written to from there, and not from its case: at the address that was given, whoever the person is on the marketplace (P10, P32)."""


def open_case(
    work: Transaction, about: str, links: Iterable[tuple[str, str]], owner: str, *, subject: str | None = None
) -> str:
    """The id of a new ticket that anyone may claim, linked to (resource, id) of each. `owner` is whose key seals its texts."""
    ticket = new_id()
    work.session.add(
        TicketRow(
            id=ticket, channel=PLATFORM, opened=work.now, backed=True, about=about, owner=owner,
            sealed_thread=_thread(work, ticket, owner, subject),
        )
    )  # fmt: skip
    for resource, record in dict.fromkeys(links):
        work.session.add(TicketLink(ticket=ticket, resource=resource, record=record))
    work.session.flush()
    work.created("tickets", ticket)
    return ticket


def _thread(work: Transaction, ticket: str, owner: str, subject: str | None) -> bytes | None:
    key = work.platform.vault.keys_of([owner]).get(owner) if subject else None
    if key is None or subject is None:
        return None
    return key.seal("tickets", ticket, "thread", dump({"subject": Value(subject, Source.EMPLOYEE, work.now)}))


def solve_case(work: Transaction, ticket: str) -> None:
    """Ends a case with what it was the case of: nobody has it any more, and what was revealed for it is hidden."""
    row = work.lock(_tickets, ticket)
    if row is None:
        return
    if row.state in WORKABLE:
        work.change("tickets", _tickets, row, state=str(TicketState.SOLVED), lease_until=None)
    end_grants_of_case(work.connection, ticket, work.now)


def hinders(_: Ask, __: Connection, row: Row[Any], action: str) -> str:
    """Why a case can't be ended, taken up again or linked by hand; empty for what people wrote about.

    The case of a document that expires ends with a newer one, or by hand: the pro may have given it up.
    """
    if row.about == "person":
        return ""
    if action in ("link", "unlink"):
        return "Only the platform links a case of its own."
    if action == "undo-reply" and row.about in LETTERS:  # taken back with what hangs on them
        return f"Its letters are written and taken back from the {LETTERS[row.about]}."
    if action == "reply" and row.about in LETTERS:
        return f"Its letters are written from the {LETTERS[row.about]}."
    if row.about == "document" and action == "reopen":
        return "Its documents are no case any more: one that expires raises a new one."
    until = ENDED_BY.get(row.about)
    if until is None:
        return ""
    return f"It is solved when {until}." if action in ("solved", "reopen") else ""
