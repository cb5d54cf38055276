"""Working on orders: notes, trouble as a case of its own, cancelling."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from console.platform_api.cases import open_case, solve_case
from console.platform_api.guard import Ask
from console.platform_api.holds import release_holds
from console.platform_api.order_events import add_event
from console.platform_api.orders import ORDERS, orders
from console.platform_api.store import Answer, Write, act, to_state
from console.platform_api.transaction import Transaction
from console.records.reasons import REASONS

CALM = {"trouble": False, "trouble_reason": None, "trouble_since": None, "trouble_ticket": None}


def note(ask: Ask, named: str, body: str) -> Answer:
    def change(write: Write) -> None:
        add_event(write.others, write.row, "note", body=body)

    return act(ask, ORDERS, named, change, versioned=False)


# Trouble


def trouble(ask: Ask, named: str, reason: str, text: str | None) -> Answer:
    """Raises the flag and opens the case that lets people be reached until it is resolved (P26)."""

    def change(write: Write) -> None:
        write.values = _raised(write.others, write.row, reason, text)
        write.reason, write.reason_text = reason, text

    return act(ask, ORDERS, named, change)


def raise_trouble(work: Transaction, row: Row[Any], reason: str) -> str:
    """The platform itself raises it, on an order that it has locked; the case's id. One in trouble already keeps its case."""
    if row.trouble:
        return str(row.trouble_ticket)
    values = _raised(work, row, reason, None)
    work.change("orders", orders, row, **values)
    return str(values["trouble_ticket"])


def _raised(work: Transaction, row: Row[Any], reason: str, text: str | None) -> dict[str, Any]:
    links = [("orders", row.id), ("users", row.parent), ("users", row.pro)]
    subject = f"{ORDERS.name_of(row)} in trouble: {REASONS['trouble'][reason]}"
    ticket = open_case(work, "order", links, row.parent, subject=subject)
    add_event(work, row, "trouble", reason=reason, body=text)
    return {"trouble": True, "trouble_reason": reason, "trouble_since": work.now, "trouble_ticket": ticket}


def resolve(ask: Ask, named: str, text: str) -> Answer:
    """Takes the flag back with a note; the case is solved, and nobody sees any more what was revealed for it."""

    def change(write: Write) -> None:
        write.values = dict(CALM)
        write.details["was"] = write.row.trouble_reason
        add_event(write.others, write.row, "resolved", reason=write.row.trouble_reason, body=text)
        if write.row.trouble_ticket is not None:
            solve_case(write.others, write.row.trouble_ticket)

    return act(ask, ORDERS, named, change)


# Cancelling


def cancel(ask: Ask, named: str, reason: str, text: str | None) -> Answer:
    """What was only authorized is released by the processor; what was captured stays until somebody refunds it."""

    def change(write: Write) -> None:
        to_state(reason, text)(write)
        add_event(write.others, write.row, "cancelled", reason=reason, body=text)
        release_holds(write.others, write.row.id)

    return act(ask, ORDERS, named, change)
