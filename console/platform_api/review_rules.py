"""What makes a payment worth a second look. The rules are written down here, their figures in `platform.toml` (see `rules`).

failed          it didn't go through
disputed        the payer's bank took it back; due when the processor takes no more evidence
large           its currency's amount and above, or so many times what the payer usually pays
repeated        the payer's payments of one amount, so many within so many hours
payout_change   a pro's payouts are to go elsewhere; due when the wait is over

A pet parent's charge and a pro's fee are looked at alike (P28). Mismatches are found by reconciling, refunds by asking for them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select

from console.platform_api import payout_work
from console.platform_api.payment_reviews import reviews
from console.platform_api.payouts import changes, payouts
from console.platform_api.review_work import lock_review, open_review, settle_review
from console.platform_api.tables import DisputeRow, PaymentRow, table
from console.platform_api.transaction import Transaction
from console.records.disputes import DisputeState
from console.records.payment_reviews import RESOURCE, ReviewKind, ReviewState
from console.records.payments import PaymentState

_payments, _disputes = table(PaymentRow), table(DisputeRow)

USUAL_OF = 3
"""From so many earlier payments on a payer has something that is usual."""

USUAL_AMONG = 50
"""Of the latest payments."""

GONE = (PaymentState.FAILED, PaymentState.VOIDED)

OVER = {DisputeState.WON: "won", DisputeState.LOST: "lost"}
"""How a dispute ended → how its review is settled, if nobody has."""


def look_at_payment(work: Transaction, payment: str) -> None:
    """Opens the reviews that the rules ask for, as the payment stands: once each, however often it is looked at."""
    work.session.flush()
    row = work.connection.execute(select(_payments).where(_payments.c.id == payment)).first()
    if row is None:
        return
    if row.state == PaymentState.FAILED:
        _open(work, row, ReviewKind.FAILED, f"failed:{row.id}", rule="failed")
    if row.state not in GONE:
        _look_for_large(work, row)
        _look_for_repeated(work, row)
    for dispute in work.connection.execute(select(_disputes).where(_disputes.c.payment == payment)).all():
        _look_at_dispute(work, row, dispute)


def look_at_change(work: Transaction, change: str) -> None:
    """A payout change is looked at before it is in force."""
    work.session.flush()
    row = work.connection.execute(select(changes).where(changes.c.id == change)).one()
    open_review(
        work, ReviewKind.PAYOUT_CHANGE, payout_work.mark_of(row.id), person=row.pro, payout_change=row.id, due=row.takes_effect,
        rule=f"{work.platform.rules.payout_change_hours} hours",
    )  # fmt: skip


def look_at_payout(work: Transaction, payout: str) -> None:
    """One that failed leaves a pro without their money."""
    work.session.flush()
    row = work.connection.execute(select(payouts).where(payouts.c.id == payout)).one()
    open_review(
        work, ReviewKind.FAILED, f"payout-failed:{row.id}", person=row.pro, order=row.order_id, payout=row.id, amount=row.amount,
        currency=row.currency, rule="payout_failed",
    )  # fmt: skip


def _open(work: Transaction, row: Row[Any], kind: ReviewKind, mark: str, **more: Any) -> None:
    found = {"amount": row.amount, "currency": row.currency, **more}
    open_review(work, kind, mark, person=row.payer, order=row.order_id, payment=row.id, **found)


def _look_for_large(work: Transaction, row: Row[Any]) -> None:
    rules = work.platform.rules
    most = rules.large.get(row.currency)
    usual = _usual(work, row)
    if most is not None and row.amount >= most:
        _open(work, row, ReviewKind.LARGE, f"large:{row.id}", rule="from the amount that the rules name")
    elif usual is not None and row.amount >= rules.times_usual * usual:
        _open(
            work,
            row,
            ReviewKind.LARGE,
            f"large:{row.id}",
            rule=f"{rules.times_usual} times what this payer usually pays, or more",
        )


def _usual(work: Transaction, row: Row[Any]) -> int | None:
    """The mean of what the payer paid before; None while that is too little to tell."""
    before = _payments.c.payer == row.payer, _payments.c.number < row.number, _payments.c.captured > 0
    latest = select(_payments.c.captured).where(*before, _payments.c.currency == row.currency)
    among = latest.order_by(_payments.c.number.desc()).limit(USUAL_AMONG)
    amounts = list(work.connection.execute(among).scalars())
    return round(sum(amounts) / len(amounts)) if len(amounts) >= USUAL_OF else None


def _look_for_repeated(work: Transaction, row: Row[Any]) -> None:
    """The first payment of the series marks it; while its review is open, however long it goes on, none opens another."""
    rules = work.platform.rules
    same = _payments.c.payer == row.payer, _payments.c.amount == row.amount, _payments.c.currency == row.currency
    since = (
        _payments.c.created > row.created - timedelta(hours=rules.repeated_hours),
        _payments.c.created <= row.created,
    )
    alive = _payments.c.state.not_in([str(state) for state in GONE])
    count, first = work.connection.execute(
        select(func.count(), func.min(_payments.c.number)).where(*same, *since, alive)
    ).one()
    if count >= rules.repeated_count and not _is_looked_at(work, row):
        rule = f"{count} of the same amount within {rules.repeated_hours} hours"
        _open(work, row, ReviewKind.REPEATED, f"repeated:{row.payer}:{first}", rule=rule)


def _is_looked_at(work: Transaction, row: Row[Any]) -> bool:
    """Whether the payment is one of a series whose review is open, or was settled when the payment had come."""
    same = reviews.c.person == row.payer, reviews.c.amount == row.amount, reviews.c.currency == row.currency
    looked = or_(reviews.c.state == str(ReviewState.OPEN), reviews.c.settled >= row.created)
    of_kind = reviews.c.kind == str(ReviewKind.REPEATED)
    return work.connection.execute(select(reviews.c.id).where(*same, of_kind, looked)).first() is not None


def _look_at_dispute(work: Transaction, row: Row[Any], dispute: Row[Any]) -> None:
    mark = f"disputed:{dispute.id}"
    outcome = OVER.get(dispute.state)
    if outcome is not None:
        settle_review(work, mark, outcome)
        return
    known = lock_review(work, mark)
    if known is None:
        found = {"amount": dispute.amount, "currency": dispute.currency, "due": dispute.evidence_due}
        _open(work, row, ReviewKind.DISPUTED, mark, dispute=dispute.id, rule=dispute.reason, **found)
    elif known.state == ReviewState.OPEN and dispute.evidence_due not in (None, known.due):
        work.change(RESOURCE, reviews, known, due=dispute.evidence_due)
        work.entries.append(work.entry(RESOURCE, "due", person=known.person, record=known.id))
