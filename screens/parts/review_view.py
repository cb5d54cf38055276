"""What the list and the detail show of a payment to review: what is the matter, what comes next, and all that it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from textual.content import Content

from console.records.payment_reviews import OUTCOMES, PaymentReview
from console.records.tickets import Message
from console.text import block, exact, line, money
from screens.parts import money_view
from screens.parts.case_words import yours
from screens.parts.detail import Row, Section
from screens.parts.money_view import Beside, countdown, labelled, span, word
from screens.parts.record_table import Column

KINDS = {
    "failed": "Failed",
    "disputed": "Disputed",
    "mismatched": "Doesn't match",
    "large": "Unusually large",
    "repeated": "Repeated",
    "payout_change": "Payout change",
    "refund": "Refund asked",
}
"""Kind → words for the list."""

MATTERS = {
    "failed": "{money} could not be charged: {failure}.",
    "disputed": "The payer's bank asks for {money} back: {dispute}.",
    "mismatched": "The processor's books and ours differ.",
    "large": "{money} is unusually large{rule}.",
    "repeated": "The same payer paid {money} more than once{rule}.",
    "payout_change": "A pro asks that payouts go elsewhere.",
    "refund": "Somebody asks for {money} to go back, and a second person decides.",
}

OF_RULES = {
    "refund_failed": "A refund of {money} failed: {refund}. It was promised, and the payer does not have it.",
    "refund_returned": "A refund of {money} came back from the payer's bank: {refund}.",
    "refund_stuck": "A refund of {money} has been on its way for long: the processor does not say how it ended.",
    "amount_differs": "The processor's report has another amount than our books.",
    "unknown": "The processor's report has {money} that our books don't know.",
    "missing": "Our books have {money} that the processor's report lacks.",
    "duplicate": "The processor's report has {money} twice.",
}
"""The rule that opened a review → what is the matter, where the kind alone doesn't say it."""

NEXT = {
    "failed": "o opens the order: ask the payer to pay again, then s settles it.",
    "disputed": "Send the evidence at the processor, or accept it; then s settles it.",
    "mismatched": "o opens the order: find out which is right, then s settles it.",
    "large": "o opens the order: is it what was booked? r gives money back, s settles it.",
    "repeated": "o opens the order: was it meant? r gives money back, s settles it.",
    "payout_change": "Make sure that it is the pro who asks; then s lets it be, or stops it.",
    "refund": "a approves it, d rejects it.",
}


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """Kind, amount and what is due stay however narrow it gets."""

    def age(review: PaymentReview) -> Content:
        return Content(_age(clock() - review.opened) if review.opened else "")

    def due(review: PaymentReview) -> Content:
        return countdown(review.due, clock()) if review.due and review.state == "open" else Content("")

    return [
        Column("Number", 7, lambda review: line(review.number)),
        Column("Kind", None, kind, narrowest=15),
        Column("Amount", 14, amount, "right"),
        Column("Due", 11, due, "right"),
        Column("Of", 5, _whose_short, priority=2),
        Column("Age", 6, age, "right", priority=3),
    ]


def _age(length: timedelta) -> str:
    return "now" if length < timedelta(minutes=1) else span(length)


def kind(review: PaymentReview) -> Content:
    words = Content(KINDS.get(review.kind, word(review.kind)))
    return words if review.state == "open" else Content.assemble(words.stylize("dim"), (", settled", "dim"))


def amount(review: PaymentReview) -> Content:
    known = review.amount is not None and review.currency
    return Content(money(review.amount or 0, review.currency or "") if known else "–")


def _whose_short(review: PaymentReview) -> Content:
    return Content("you") if review.yours else line(review.assignee or "–")


def heading(review: PaymentReview, now: datetime) -> Content:
    """Number and kind; below them whose it is and how long there is."""
    said = Content(" · ").join(_said(review, now))
    return Content.assemble(line(review.number).stylize("bold"), "  ", kind(review).stylize("bold"), "\n", said)


def _said(review: PaymentReview, now: datetime) -> Iterator[Content]:
    if review.state != "open":
        yield Content(f"settled: {OUTCOMES.get(review.outcome or '', word(review.outcome))}").stylize("dim")
        return
    yield Content(_whose(review, now)).stylize("dim")
    if review.due:
        yield countdown(review.due, now)


def _whose(review: PaymentReview, now: datetime) -> str:
    if not review.yours:
        return f"{line(review.assignee).plain} works on it" if review.assignee else "nobody works on it"
    return yours(review.lease_until, now)


def sections(review: PaymentReview, reasons: Mapping[str, str], now: datetime) -> Sequence[Section]:
    """The matter first; what there is not of it is left out."""
    may = {action.name for action in review.actions}
    found = [_matter(review), _linked(review)]
    if review.refund:
        found.append(Section("Refund", beside=tuple(money_view.refund_lines(review.refund, reasons, now))))
    if review.dispute:
        found.append(Section("Dispute", beside=tuple(money_view.dispute_lines(review.dispute, now))))
    if review.payout_change:
        found.append(Section("Payout", beside=tuple(money_view.payout_change_lines(review.payout_change, now))))
    if review.payment:
        found.append(Section("Payment", beside=tuple(money_view.payment_lines(review.payment))))
    found.append(Section("Notes", hint="N note" if "note" in may else "", text=tuple(_thread(review))))
    return [*found, Section("About", (Row("opened", "Came"),), beside=tuple(_dates(review)))]


def _matter(review: PaymentReview) -> Section:
    lines = [matter(review)]
    if review.state == "open":
        lines.append(Content.assemble(("→ ", "bold $accent"), next_step(review)))
    return Section("What is the matter", text=lines)


def matter(review: PaymentReview) -> Content:
    """In one sentence."""
    rule = review.rule or ""
    sentence = OF_RULES.get(rule) or MATTERS.get(review.kind, "It is to be looked at{rule}.")
    failure = review.payment.failure if review.payment else None
    refund = review.refund.failure if review.refund else None
    told = {
        "money": amount(review).plain,
        "failure": word(failure) if failure else "the processor does not say why",
        "refund": word(refund) if refund else "the processor does not say why",
        "dispute": word(review.dispute.reason) if review.dispute else "it does not say why",
        "rule": f": {line(rule).plain}" if rule and rule != review.kind else "",
    }
    return Content(sentence.format(**told))


def next_step(review: PaymentReview) -> str:
    """What to do now; first of all, that somebody works on it."""
    after = NEXT.get(review.kind, "s settles it.")
    if review.kind == "refund" or review.yours:
        return after
    if review.assignee:
        return f"{line(review.assignee).plain} works on it; . goes to the next."
    return f"t takes it in hand. {after}"


def _linked(review: PaymentReview) -> Section:
    known = [line(number).plain for number in (review.order, review.person, review.case) if number]
    return Section("Linked", hint="o open", text=(Content(", ".join(known) or "nothing"),))


def _dates(review: PaymentReview) -> Iterator[Beside]:
    if review.due and review.state == "open":
        yield labelled("Due", exact(review.due))
    if review.settled:
        yield labelled("Settled", exact(review.settled))


def _thread(review: PaymentReview) -> Iterator[Content]:
    for message in review.messages:
        yield Content.assemble((exact(message.at), "dim"), "  ", ("note by", "bold"), " ", line(message.by))
        yield from (Content.assemble("  ", each) for each in _body(message).split("\n", allow_blank=True))
    if not review.messages:
        yield Content("no notes yet").stylize("dim")


def _body(message: Message) -> Content:
    return block(message.body or message.mask or "–")
