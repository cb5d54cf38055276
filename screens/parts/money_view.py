"""Payments, refunds, disputes and payout changes as lines of a detail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from textual.content import Content

from console.records.disputes import Dispute
from console.records.payment_reviews import PayoutChange
from console.records.payments import Payment
from console.records.refunds import Refund
from console.text import ago, block, exact, line, money
from screens.parts.detail import LABEL_WIDTH
from screens.parts.refund_words import paid_by

SOON = timedelta(days=1)
"""What is due within this stands out."""


Beside = tuple[Content, Content]
"""A label and what stands beside it."""


def labelled(label: str, value: Content | str) -> Beside:
    """What isn't a field of the record itself, below its rows."""
    return Content(label.ljust(LABEL_WIDTH - 2)).stylize("dim"), value if isinstance(value, Content) else Content(value)


def word(code: str | None) -> str:
    """A code of the platform as people read it."""
    return line((code or "–").replace("_", " ")).plain


def countdown(due: datetime, now: datetime) -> Content:
    """How long is left, or how long it is over: by sign and word, colour only helps."""
    left = due - now
    if left <= timedelta(0):
        return Content(f"! {span(-left)} over").stylize("bold $text-error")
    said = Content(f"{span(left)} left")
    return said.stylize("$text-warning") if left < SOON else said


def span(length: timedelta) -> str:
    """As long as it is, in its largest unit."""
    minutes = int(length.total_seconds()) // 60
    days, hours = minutes // 1440, minutes // 60
    if days:
        return f"{days} d"
    return f"{hours} h" if hours else f"{minutes} min"


def deadline(due: datetime, now: datetime) -> Content:
    """For the detail: exact, and how long that is."""
    return Content.assemble(exact(due), ", ", countdown(due, now))


def payment_lines(payment: Payment) -> Iterator[Beside]:
    currency = payment.currency
    of = f"{'fee of a pro' if payment.kind == 'fee' else 'charge'}, {word(payment.state)}"
    yield labelled("Payment", Content.assemble(line(payment.number).stylize("bold"), "  ", of))
    yield labelled("Amount", money(payment.amount, currency))
    if payment.captured:
        yield labelled("Captured", money(payment.captured, currency))
    known = (("Refunded", payment.refunded), ("Reserved", payment.reserved), ("Lost", payment.lost))
    yield from (labelled(label, money(value, currency)) for label, value in known if value)
    if payment.captured:
        yield labelled("Left", money(payment.left, currency))
    yield labelled("Paid by", _instrument(payment))
    if payment.failure:
        yield labelled("Failure", word(payment.failure))
    if payment.processor_reference:
        yield labelled("Reference", line(payment.processor_reference, 60))


def _instrument(payment: Payment) -> Content:
    masked = payment.masks.get("last_four")
    if payment.last_four or not masked:
        return paid_by(payment) if payment.last_four else Content("your role does not see it").stylize("dim italic")
    return line(f"{payment.masks.get('brand', '')} {masked}".strip())


def dispute_lines(dispute: Dispute, now: datetime) -> Iterator[Beside]:
    yield labelled("Dispute", f"{money(dispute.amount, dispute.currency)}, {word(dispute.state)}")
    yield labelled("Reason", word(dispute.reason))
    yield labelled("Opened", exact(dispute.opened))
    if dispute.closed:
        yield labelled("Closed", exact(dispute.closed))
    elif dispute.evidence_due:
        yield labelled("Evidence by", exact(dispute.evidence_due))
        yield labelled("", countdown(dispute.evidence_due, now))


def refund_lines(refund: Refund, reasons: Mapping[str, str], now: datetime) -> Iterator[Beside]:
    yield labelled("Refund", Content.assemble(line(refund.number).stylize("bold"), "  ", word(refund.state)))
    yield labelled("Amount", money(refund.amount, refund.currency))
    yield labelled("Reason", reasons.get(refund.reason, word(refund.reason)))
    yield labelled("Asked by", _who(refund, now))
    if refund.note:
        yield labelled("Note", Content.assemble("“", block(refund.note), "”"))
    if refund.decided_by:
        yield labelled("Decided by", line(refund.decided_by))
    if refund.failure:
        yield labelled("Failure", word(refund.failure))


def _who(refund: Refund, now: datetime) -> Content:
    who = "you" if refund.yours else f"{refund.requested_by or 'somebody'}, {refund.requested_role or ''}".rstrip(", ")
    when = f", {ago(refund.requested, now)}" if refund.requested else ""
    return line(f"{who}{when}")


def payout_change_lines(change: PayoutChange, now: datetime) -> Iterator[Beside]:
    yield labelled("Change", word(change.state))
    yield labelled("From", _last_four(change, "old_last_four"))
    yield labelled("To", _last_four(change, "new_last_four"))
    yield labelled("Asked", exact(change.asked))
    if change.state == "waiting":
        yield labelled("In force", exact(change.takes_effect))
        yield labelled("", countdown(change.takes_effect, now))
    else:
        yield labelled("In force", "never: it was stopped" if change.state == "stopped" else exact(change.takes_effect))


def _last_four(change: PayoutChange, field: str) -> Content:
    known = getattr(change, field)
    return Content.assemble("••", line(known)) if known else line(change.masks.get(field, "–"))
