"""How a payment stands at the processor becomes how it stands here: applied in any order and as often as it comes.

Only what our own states allow is taken over. What doesn't fit them (an amount that differs, a refund made in the
processor's own dashboard) is left for the reconciliation to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, select

from console.platform_api import money, refund_work
from console.platform_api.ids import new_id
from console.platform_api.processors.seam import FoundDispute, FoundPayment, FoundRefund, FoundState
from console.platform_api.review_rules import look_at_payment
from console.platform_api.review_work import open_review
from console.platform_api.tables import DisputeRow, PaymentRow, RefundRow, table
from console.platform_api.transaction import Transaction
from console.records.disputes import DisputeState
from console.records.payment_reviews import ReviewKind
from console.records.payments import PaymentState
from console.records.refunds import PREFIX, RefundState

_payments, _refunds, _disputes = table(PaymentRow), table(RefundRow), table(DisputeRow)

OVER = (DisputeState.WON, DisputeState.LOST)


def apply_truth(work: Transaction, payment: str, found: FoundPayment) -> None:
    """Locks as everywhere: refunds, then the payment."""
    _apply_refunds(work, payment, found.refunds)
    row = work.lock(_payments, payment)
    if row is None:
        return
    if found.currency != row.currency:
        _look_into_currency(work, row)
        return
    _apply_state(work, row, found)
    for dispute in sorted(found.disputes, key=lambda one: one.opened):
        _apply_dispute(work, payment, dispute)
    look_at_payment(work, payment)


def _look_into_currency(work: Transaction, row: Row[Any]) -> None:
    """Its amounts are those of other money: nothing of them is booked."""
    open_review(
        work, ReviewKind.MISMATCHED, f"currency:{row.id}", person=row.payer, order=row.order_id, payment=row.id,
        amount=row.amount, currency=row.currency, rule="currency_differs",
    )  # fmt: skip


# The payment itself


def _apply_state(work: Transaction, row: Row[Any], found: FoundPayment) -> None:
    if row.state == PaymentState.FAILED and _came_after_all(row, found):
        row = money.try_again(work, row)
    if row.state not in money.BEFORE_MONEY or row.state == found.state:
        return
    if found.state == PaymentState.AUTHORIZED:
        money.authorize(work, row)
    elif found.state == PaymentState.CAPTURED and 0 < found.captured <= row.amount:
        money.capture(work, row, found.captured)
    elif found.state == PaymentState.FAILED:
        money.fail(work, row, found.failure or "failed")
    elif found.state == PaymentState.VOIDED:
        money.void(work, row)
    else:
        return
    work.entries.append(work.entry("payments", found.state, person=row.payer, record=row.id))


def _came_after_all(row: Row[Any], found: FoundPayment) -> bool:
    """The payer tried another card. The processor alone is believed in this: it has the money."""
    captured = found.state == PaymentState.CAPTURED and 0 < found.captured <= row.amount
    return captured or found.state == PaymentState.AUTHORIZED


# Its refunds


def _apply_refunds(work: Transaction, payment: str, found: Iterable[FoundRefund]) -> None:
    by_number: Mapping[str, FoundRefund] = {one.number: one for one in found if one.number}
    rows = select(_refunds.c.id, _refunds.c.number).where(_refunds.c.payment == payment).order_by(_refunds.c.number)
    for refund, number in work.connection.execute(rows.with_for_update()).all():
        if (one := by_number.get(f"{PREFIX}-{number}")) is not None:
            _apply_refund(work, refund, one)


def _apply_refund(work: Transaction, refund: str, found: FoundRefund) -> None:
    """One that isn't processing or done yet is the refund job's."""
    row = work.lock(_refunds, refund)
    if row is None or (row.amount, row.currency) != (found.amount, found.currency):
        return
    if found.state is FoundState.SUCCEEDED and row.state == RefundState.PROCESSING:
        refund_work.succeed(work, refund, found.reference)
    elif found.state is FoundState.FAILED and row.state == RefundState.PROCESSING:
        refund_work.fail(work, refund, found.failure or "failed")
    elif found.state is FoundState.FAILED and row.state == RefundState.SUCCEEDED:
        refund_work.fail_later(work, refund, found.failure or "failed")


# Its disputes


def _apply_dispute(work: Transaction, payment: str, found: FoundDispute) -> None:
    known = work.connection.execute(select(_disputes).where(_disputes.c.processor_reference == found.reference)).first()
    if known is None:
        known = _open(work, payment, found)
    if known is not None and known.state not in OVER and known.state != found.state:
        _move(work, payment, known, found)


def _open(work: Transaction, payment: str, found: FoundDispute) -> Row[Any] | None:
    row = work.lock(_payments, payment)
    if row is None or row.state not in money.DISPUTABLE:
        return None
    dispute = DisputeRow(
        id=new_id(), payment=payment, order_id=row.order_id, processor_reference=found.reference, reason=found.reason,
        amount=found.amount, currency=found.currency, opened=found.opened, evidence_due=found.evidence_due,
    )  # fmt: skip
    money.open_dispute(work, row, dispute)
    work.entries.append(work.entry("payments", "disputed", person=row.payer, record=row.id, reason=found.reason))
    work.session.flush()
    return work.connection.execute(select(_disputes).where(_disputes.c.id == dispute.id)).first()


def _move(work: Transaction, payment: str, known: Row[Any], found: FoundDispute) -> None:
    row = work.lock(_payments, payment)
    assert row is not None
    if found.state in OVER and row.state == PaymentState.DISPUTED:
        money.close_dispute(work, row, known, DisputeState(found.state))
    elif found.state not in OVER:
        change = _disputes.update().where(_disputes.c.id == known.id)
        work.connection.execute(change.values(state=found.state, evidence_due=found.evidence_due))
        work.change("payments", _payments, row)
    else:
        return
    work.entries.append(work.entry("payments", f"dispute_{found.state}", person=row.payer, record=row.id))
