"""What of an order can be refunded, and which of its refunds wait for a second person; the platform's word decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from console.records.orders import Order
from console.records.payments import Payment
from console.records.record import Action
from console.records.refunds import RefundState
from console.text import line, money
from screens.parts.money_view import word

NAMES = ("approve", "reject")
"""Decisions on a refund."""


def refundable(order: Order) -> list[Payment]:
    """The payments of which something is left that may go back now."""
    return [each for each in order.payments if each.left > 0 and each.find_action("refund").allowed]


def why_not(order: Order) -> str:
    """Why nothing of it can be refunded, as a sentence."""
    refused = [each.find_action("refund").because for each in order.payments if each.left > 0]
    if refused:
        return refused[0] or "Nothing of it can be refunded now."
    if not order.payments:
        return "Nothing was charged for it."
    if not any(each.captured for each in order.payments):
        return "No money of it was captured."
    if any(each.reserved for each in order.payments):
        return "All that was captured is reserved for refunds already."
    return "Nothing is left to refund."


def actions(order: Order, *, may_refund: bool, decisions: Sequence[str]) -> Iterator[Action]:
    """What `x` offers beside the order's own actions: a refund, and deciding on those that wait."""
    if may_refund:
        found = refundable(order)
        yield Action(name="refund", allowed=bool(found), because="" if found else why_not(order))
    for refund in order.refunds:
        if refund.state == RefundState.REQUESTED:
            for name in decisions:
                known = refund.find_action(name)
                yield Action(name=f"{name} {refund.number}", allowed=known.allowed, because=known.because)


def words(order: Order) -> Mapping[str, str]:
    """Action → what it is called, of those that `actions` adds."""
    said = {"note": "Write a note", "refund": "Refund"}
    for refund in order.refunds:
        for name in NAMES:
            amount = money(refund.amount, refund.currency)
            said[f"{name} {refund.number}"] = f"{name.capitalize()} {line(refund.number).plain}, {amount}"
    return said


def choices(payments: Sequence[Payment]) -> list[Option]:
    """Which payment is to be refunded."""
    return [Option(_choice(payment), id=payment.number) for payment in payments]


def _choice(payment: Payment) -> Content:
    kind = "the pro's fee" if payment.kind == "fee" else word(payment.kind)
    left = f"{money(payment.left, payment.currency)} left"
    return Content.assemble((payment.number, "bold"), f"  {kind}  ", left, (f"  {word(payment.state)}", "dim"))
