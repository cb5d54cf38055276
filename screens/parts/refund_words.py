"""What a refund means, in words and money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from console.errors import Change
from console.records.orders import Item
from console.records.payments import Payment
from console.records.refunds import Refund, RefundPreview
from console.text import ago, amount, block, line, money

APPROVERS = {"billing": "billing or a manager", "manager": "a manager"}
"""Who approves → in words."""


@dataclass(frozen=True)
class Terms:
    """A payment as it is now, and the items of its order that can be chosen."""

    payment: Payment
    items: tuple[Item, ...] = ()


def at_once(preview: RefundPreview) -> bool:
    return preview.goes == "at_once"


def standing(payment: Payment) -> Content:
    """What was captured, what of it is gone or promised, what is left."""
    currency = payment.currency
    parts = [f"Captured {money(payment.captured, currency)}", f"refunded {amount(payment.refunded, currency)}"]
    if payment.reserved:
        parts.append(f"on its way {amount(payment.reserved, currency)}")
    if payment.lost:
        parts.append(f"lost {amount(payment.lost, currency)}")
    return Content(" · ".join([*parts, f"left {amount(payment.left, currency)}"]))


def paid_by(payment: Payment) -> Content:
    """The card, as far as the role may see it."""
    if not payment.last_four:
        return Content("the card it was paid with")
    return Content.assemble(line(payment.brand or "card"), " ••", line(payment.last_four))


def foretold(preview: RefundPreview, payment: Payment) -> Content:
    """What will happen, and who approves it first where somebody must."""
    goes = Content.assemble((money(preview.amount, preview.currency), "bold"), " goes back to ", paid_by(payment))
    left = f"{money(preview.left_after, preview.currency)} is left." if preview.left_after else "Nothing is left."
    if at_once(preview):
        return Content.assemble(goes, ", at once. ", left)
    who = APPROVERS.get(preview.approver or "", "somebody else")
    because = line(preview.because.rstrip("."))
    said = Content.assemble(because, ": ", who) if because else Content(who[0].upper() + who[1:])
    return Content.assemble(goes, ". ", said, " approves it first. ", left)


def what_changed(before: Payment, after: Payment, changes: list[Change] | None = None) -> Content:
    """What others did to a payment meanwhile; empty when it is nothing that matters for a refund."""
    if (before.left, before.state) == (after.left, after.state):
        return Content("")
    by = line(", ".join(dict.fromkeys(change.by for change in changes or () if change.by)))
    said = Content("; ").join([Content(each) for each in _differences(before, after)])
    left = f". Left now: {money(after.left, after.currency)}."
    return Content.assemble("! Changed meanwhile", " by " if by else "", by, ": ", said, left)


def _differences(before: Payment, after: Payment) -> Iterator[str]:
    known = (("refunded", "went back"), ("reserved", "is reserved for a refund"), ("lost", "was lost to a dispute"))
    for field, words in known:
        more = getattr(after, field) - getattr(before, field)
        if more > 0:
            yield f"{money(more, after.currency)} {words}"
        elif more < 0:
            yield f"{money(-more, after.currency)} no longer {words}"
    if after.state != before.state:
        yield f"the payment is {line(after.state.replace('_', ' ')).plain}"


OUTCOMES = {
    "requested": "{money} was asked for: {who} approves it first.",
    "approved": "{money} is on its way back.",
    "processing": "{money} is on its way back.",
    "succeeded": "{money} went back.",
    "failed": "{money} did not go back: it failed.",
    "rejected": "{money} is not refunded: it was rejected.",
}


def done_words(refund: Refund) -> str:
    """What became of it, as one line."""
    words = OUTCOMES.get(refund.state, "{money}: " + line(refund.state).plain)
    who = APPROVERS.get(refund.needs or "", "somebody else")
    return words.format(money=money(refund.amount, refund.currency), who=who)


def asked_for(refund: Refund, reasons: Mapping[str, str], now: datetime) -> Content:
    """Who asked, when and why, in their own words."""
    role = f" ({refund.requested_role})" if refund.requested_role else ""
    who = "You" if refund.yours else line(f"{refund.requested_by or 'Somebody'}{role}").plain
    when = f" {_since(refund.requested, now)}" if refund.requested else ""
    why = reasons.get(refund.reason, line(refund.reason.replace("_", " ")).plain)
    note = Content.assemble("\n“", block(refund.note), "”") if refund.note else ""
    return Content.assemble(f"{who} asked for it{when}: {why}.", note)


def _since(at: datetime, now: datetime) -> str:
    said = ago(at, now)
    return "just now" if said == "now" else f"on {said}" if said[-4:].isdecimal() else f"{said} ago"
