"""What happened to an order and to its money, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from textual.content import Content

from console.records.orders import Event, Order
from console.text import block, line, money
from screens.parts.timeline import WHO, when

SAID: Mapping[str, str] = {
    "placed": "placed",
    "confirmed": "confirmed",
    "in_service": "the service began",
    "completed": "the service ended",
    "closed": "closed",
    "cancelled": "cancelled",
    "trouble": "in trouble",
    "resolved": "trouble resolved",
    "note": "note",
    "captured": "captured",
    "payment_failed": "the payment failed",
    "payment_voided": "the payment was voided",
    "refund_requested": "refund asked for",
    "refund_approved": "refund approved",
    "refund_rejected": "refund rejected",
    "refund_failed": "refund failed",
    "refunded": "refunded",
    "refund_returned": "a refund came back from the bank",
    "disputed": "disputed",
    "dispute_won": "dispute won",
    "dispute_lost": "dispute lost",
}
"""Kind → what happened; kinds of a newer platform are shown by their own name."""


def timeline(order: Order, reasons: Mapping[str, str], now: datetime) -> Iterator[tuple[Content, Content]]:
    """Time, and what happened beside it; below it what somebody wrote."""
    for event in sorted(order.timeline, key=lambda event: event.at, reverse=True):
        start = Content(when(event.at, now)).stylize("dim")
        yield start, _said(event, reasons)
        if event.body:
            yield Content(" " * start.cell_length), block(event.body)


def _said(event: Event, reasons: Mapping[str, str]) -> Content:
    parts = [SAID.get(event.kind, event.kind.replace("_", " "))]
    if event.amount is not None and event.currency:
        parts.append(money(event.amount, event.currency))
    if event.number:
        parts.append(event.number)
    if event.reason:
        parts.append(f"– {reasons.get(event.reason) or event.reason.replace('_', ' ')}")
    return Content.assemble(line(" ".join(parts)), (f"  {line(WHO.get(event.by, event.by)).plain}", "dim"))
