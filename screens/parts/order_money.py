"""The money of an order in the detail: payments, refunds and who waits for whom, disputes with their deadline, payouts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from textual.content import Content

from console.records.disputes import Dispute
from console.records.orders import Order
from console.records.payments import Payment
from console.records.payouts import Payout
from console.records.refunds import Refund, RefundState
from console.text import ago, amount, block, line, money
from screens.parts.detail import Section
from screens.parts.money_view import deadline, word
from screens.parts.refund_words import APPROVERS

Beside = tuple[Content, Content]

KEPT = (
    ("captured", "captured"),
    ("refunded", "refunded"),
    ("reserved", "reserved"),
    ("lost", "lost"),
    ("left", "left"),
)
"""Amounts of a payment and what they are called."""


def sections(order: Order, now: datetime, reasons: Mapping[str, str]) -> Sequence[Section]:
    """No section for what there is none of; `reasons` has the words of refunds' reasons."""
    nothing = () if order.payments else (Content("nothing was charged yet").stylize("dim"),)
    found = [Section("Money", hint=_keys(order.payments), text=nothing, beside=tuple(_payments(order.payments)))]
    if order.refunds:
        waiting = any(refund.state == RefundState.REQUESTED for refund in order.refunds)
        beside = tuple(each for refund in order.refunds for each in _refund(refund, now, reasons))
        found.append(Section("Refunds", hint="x approve, reject" if waiting else "", beside=beside))
    if order.disputes:
        found.append(Section("Disputes", beside=tuple(each for one in order.disputes for each in _dispute(one, now))))
    if order.payouts:
        found.append(Section("Payouts", beside=tuple(each for one in order.payouts for each in _payout(one))))
    return found


def _keys(payments: Sequence[Payment]) -> str:
    return "r refund" if any(action.name == "refund" for each in payments for action in each.actions) else ""


# Payments


def _payments(payments: Sequence[Payment]) -> Iterator[Beside]:
    for payment in payments:
        yield Content(payment.number), _standing(payment)
        for name, label in KEPT:
            value = getattr(payment, name)
            if value or name in ("captured", "left"):
                yield Content(label.rjust(15)).stylize("dim"), Content(money(value, payment.currency))


def _standing(payment: Payment) -> Content:
    """State, what kind where it isn't the parent's charge, the card as far as the role sees it, and why it failed."""
    said = [Content(word(payment.state)).stylize("bold")]
    if payment.kind == "fee":
        said.append(Content("the pro's fee"))
    if card := drawn_card(payment):
        said.append(card)
    if payment.failure:
        said.append(line(word(payment.failure)))
    return Content(" · ").join(said)


def drawn_card(payment: Payment) -> Content:
    """Brand and last four, or their masks; empty where the role sees neither."""
    brand = line(payment.brand) if payment.brand else line(payment.masks.get("brand", ""))
    four = (
        Content.assemble("••", line(payment.last_four))
        if payment.last_four
        else line(payment.masks.get("last_four", ""))
    )
    return Content(" ").join([each for each in (brand, four) if each])


# Refunds


def _refund(refund: Refund, now: datetime, reasons: Mapping[str, str]) -> Iterator[Beside]:
    sum_ = money(refund.amount, refund.currency)
    yield line(refund.number), Content.assemble((sum_, "bold"), "  ", refund_state(refund))
    why = reasons.get(refund.reason) or word(refund.reason)
    asked = f", {ago(refund.requested, now)}" if refund.requested else ""
    yield Content(" " * len(refund.number)), line(f"{why}; asked for by {_who(refund)}{asked}").stylize("dim")
    if refund.note:
        yield Content(" " * len(refund.number)), Content.assemble("“", block(refund.note), "”")


def refund_state(refund: Refund) -> Content:
    """Where it stands, who waits for whom, and why it failed."""
    if refund.state == RefundState.REQUESTED:
        return Content(f"waits for {APPROVERS.get(refund.needs or '', 'somebody else')}").stylize("$text-warning")
    failed = refund.state == RefundState.FAILED
    why = f": {word(refund.failure)}" if failed and refund.failure else ""
    decided = f" by {refund.decided_by}" if refund.state == RefundState.REJECTED and refund.decided_by else ""
    said = line(f"{word(refund.state)}{decided}{why}")
    return said.stylize("$text-error") if failed else said


def _who(refund: Refund) -> str:
    return "you" if refund.yours else refund.requested_role or refund.requested_by or "somebody"


# Disputes and payouts


def _dispute(dispute: Dispute, now: datetime) -> Iterator[Beside]:
    said = f"{word(dispute.state)} · {word(dispute.reason)} · {dispute.payment}"
    yield Content(amount(dispute.amount, dispute.currency)), line(said)
    if dispute.evidence_due and dispute.closed is None:
        yield Content("evidence by").stylize("dim"), deadline(dispute.evidence_due, now)


def _payout(payout: Payout) -> Iterator[Beside]:
    bank = line(payout.bank) if payout.bank else line(payout.masks.get("bank", ""))
    four = line(payout.payout_last_four or payout.masks.get("payout_last_four", ""))
    where = Content(" ").join(
        [each for each in (bank, Content.assemble("••", four) if payout.payout_last_four else four) if each]
    )
    said = [Content(money(payout.amount, payout.currency)), Content(word(payout.state)), where]
    yield line(payout.number), Content(" · ").join([each for each in said if each])
    if payout.failure:
        yield Content(" " * len(payout.number)), line(word(payout.failure)).stylize("$text-error")
