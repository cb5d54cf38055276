"""The only place that changes a payment's amounts: each change under the payment's row lock, with its order, its timeline and its sums.

Every function takes a payment row that `work.lock` gave in this transaction, and gives the row as it stands afterwards. The
invariants hold after each: 0 ≤ refunded, reserved, lost, and captured ≥ refunded + reserved + lost. What the states don't allow
is a Conflict, and nothing is changed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from console.platform_api.holds import release_if_cancelled
from console.platform_api.ids import new_id
from console.platform_api.order_events import add_event
from console.platform_api.problems import Conflict, Problem, only_from
from console.platform_api.rules import Rules
from console.platform_api.tables import DisputeRow, MoneyRow, OrderRow, PaymentRow, table
from console.platform_api.transaction import Transaction
from console.records.disputes import DisputeState
from console.records.payments import PREFIX, REFUNDABLE, PaymentState

_payments, _orders, _disputes = table(PaymentRow), table(OrderRow), table(DisputeRow)

BEFORE_MONEY = (PaymentState.PENDING, PaymentState.AUTHORIZED)
"""States in which nothing was captured yet."""

DISPUTABLE = (PaymentState.CAPTURED, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED)

Payment = Row[Any]


class AmountsBroken(Problem):
    """A change that would break the amounts: our mistake, so all of the transaction goes back."""

    status, type, title = 500, "unexpected", "The payment's amounts would not add up; nothing was changed"


# What can be refunded


def left_of(payment: Payment) -> int:
    """captured − refunded − reserved − lost, whatever the state."""
    return int(payment.captured - payment.refunded - payment.reserved - payment.lost)


def closed_to_refunds(rules: Rules, payment: Payment) -> str:
    """Why nothing of the payment may go back in its state, not even what is reserved; empty when it may."""
    if payment.state == PaymentState.DISPUTED and not rules.refund_while_disputed:
        return "The bank is dealing with it: nothing is refunded while a payment is disputed."
    return "" if payment.state in REFUNDABLE else f"It is {payment.state}: there is nothing to refund."


def hinders_refund(rules: Rules, payment: Payment) -> str:
    """Why nothing more can be refunded now; empty when something can."""
    because = closed_to_refunds(rules, payment)
    if because or left_of(payment) > 0:
        return because
    return "All of it was refunded, is being refunded, or is asked for."


def refundable(rules: Rules, payment: Payment) -> int:
    """What can still be refunded now."""
    return 0 if hinders_refund(rules, payment) else left_of(payment)


# Charging


def begin(work: Transaction, payment: PaymentRow) -> Payment:
    """Adds a payment that is pending; its order follows."""
    work.session.add(payment)
    work.session.flush()
    work.created("payments", payment.id)
    _follow(work, payment.order_id)
    found = work.lock(_payments, payment.id)
    assert found is not None
    return found


def authorize(work: Transaction, payment: Payment) -> Payment:
    _only_from(payment, PaymentState.PENDING)
    changed = _change(work, payment, state=str(PaymentState.AUTHORIZED))
    release_if_cancelled(work, payment.order_id)
    return changed


def capture(work: Transaction, payment: Payment, amount: int, at: datetime | None = None) -> Payment:
    """The money has come; not more than was authorized."""
    _only_from(payment, *BEFORE_MONEY)
    if not 0 < amount <= payment.amount:
        raise Conflict("What is captured is more than nothing, and at most the payment's amount.")
    when = at or work.now
    changed = _change(work, payment, state=str(PaymentState.CAPTURED), captured=amount, captured_at=when)
    _count(work, payment, "captured", amount, when)
    _tell(work, payment, "captured", amount)
    return changed


def fail(work: Transaction, payment: Payment, why: str) -> Payment:
    """`why`: the processor's code."""
    _only_from(payment, *BEFORE_MONEY)
    _tell(work, payment, "payment_failed", payment.amount, reason=why)
    return _change(work, payment, state=str(PaymentState.FAILED), failure=why)


def try_again(work: Transaction, payment: Payment) -> Payment:
    """It failed, and the payer tries once more: it is on its way as if it had just begun."""
    _only_from(payment, PaymentState.FAILED)
    return _change(work, payment, state=str(PaymentState.PENDING), failure=None)


def void(work: Transaction, payment: Payment) -> Payment:
    _only_from(payment, *BEFORE_MONEY)
    _tell(work, payment, "payment_voided", payment.amount)
    return _change(work, payment, state=str(PaymentState.VOIDED))


# Refunding


def reserve(work: Transaction, payment: Payment, amount: int) -> Payment:
    """Somebody asked for a refund: from now on nobody else can."""
    because = hinders_refund(work.platform.rules, payment)
    if because:
        raise Conflict(because)
    if not 0 < amount <= left_of(payment):
        raise Conflict("It is more than what is left to refund.")
    return _change(work, payment, reserved=payment.reserved + amount)


def release(work: Transaction, payment: Payment, amount: int) -> Payment:
    """The refund was rejected or has failed; what the bank took of it meanwhile is lost."""
    lost = min(amount, _not_yet_lost(work, payment))
    if lost:
        _count(work, payment, "lost", lost, work.now)
    return _change(work, payment, reserved=payment.reserved - amount, lost=payment.lost + lost)


def _not_yet_lost(work: Transaction, payment: Payment) -> int:
    """What the bank took of a lost payment beyond what counts as lost: it was refunded or reserved by then."""
    if payment.state != PaymentState.LOST:
        return 0
    taken = _disputes.c.payment == payment.id, _disputes.c.state == str(DisputeState.LOST)
    amounts = work.connection.execute(select(_disputes.c.amount).where(*taken)).scalars()
    return max(0, sum(int(amount) for amount in amounts) - int(payment.lost))


def settle_refund(work: Transaction, payment: Payment, amount: int, number: str) -> Payment:
    """The processor has given it back. `number`: the refund's, for the timeline."""
    values = {"reserved": payment.reserved - amount, "refunded": payment.refunded + amount}
    _count(work, payment, "refunded", amount, work.now)
    _tell(work, payment, "refunded", amount, number=number)
    return _change(work, payment, **values, **_standing(payment, values["refunded"]))


def unsettle_refund(work: Transaction, payment: Payment, amount: int, number: str, why: str) -> Payment:
    """A refund that had succeeded came back from the bank: the payer doesn't have it, so it can be refunded again."""
    refunded = payment.refunded - amount
    _count(work, payment, "refunded", -amount, work.now)
    _tell(work, payment, "refund_returned", amount, number=number, reason=why)
    return _change(work, payment, refunded=refunded, **_standing(payment, refunded))


# Disputes


def open_dispute(work: Transaction, payment: Payment, dispute: DisputeRow) -> Payment:
    """Adds the dispute; what was asked for stays reserved, and goes on once the bank has decided."""
    _only_from(payment, *DISPUTABLE)
    work.session.add(dispute)
    _count(work, payment, "disputed", dispute.amount, work.now)
    _tell(work, payment, "disputed", dispute.amount, reason=dispute.reason)
    return _change(work, payment, state=str(PaymentState.DISPUTED), undisputed=payment.state)


def close_dispute(
    work: Transaction, payment: Payment, dispute: Row[Any], outcome: DisputeState, at: datetime | None = None
) -> Payment:
    """Won: back to what the amounts say, as refunds may have settled meanwhile. Lost: what had not gone back, nor is about to, is lost."""
    _only_from(payment, PaymentState.DISPUTED)
    won = outcome is DisputeState.WON
    close = _disputes.update().where(_disputes.c.id == dispute.id).values(state=str(outcome), closed=at or work.now)
    work.connection.execute(close)
    _tell(work, payment, "dispute_won" if won else "dispute_lost", dispute.amount)
    if won:
        return _change(work, payment, state=_settled(payment.captured, payment.refunded), undisputed=None)
    lost = min(dispute.amount, left_of(payment))
    if lost:
        _count(work, payment, "lost", lost, work.now)
    return _change(work, payment, state=str(PaymentState.LOST), lost=payment.lost + lost, undisputed=None)


# The one way to a change


def _only_from(payment: Payment, *states: PaymentState) -> None:
    if payment.state not in states:
        raise Conflict(only_from(payment.state, *states))


def _settled(captured: int, refunded: int) -> str:
    """The state of a payment that is captured and neither disputed nor lost."""
    if refunded == 0:
        return str(PaymentState.CAPTURED)
    return str(PaymentState.REFUNDED if refunded >= captured else PaymentState.PARTIALLY_REFUNDED)


def _standing(payment: Payment, refunded: int) -> dict[str, str]:
    """What a settled refund makes of the state; a disputed payment stays so and remembers it, a lost one stays lost."""
    state = _settled(payment.captured, refunded)
    if payment.state == PaymentState.DISPUTED:
        return {"undisputed": state}
    return {"state": state} if payment.state in DISPUTABLE else {}


def _change(work: Transaction, payment: Payment, **values: Any) -> Payment:
    """Writes the payment and its order's version and payment state; AmountsBroken rather than amounts that don't add up."""
    _check({**payment._mapping, **values})
    work.change("payments", _payments, payment, **values)
    _follow(work, payment.order_id)
    changed = work.lock(_payments, payment.id)
    assert changed is not None
    return changed


def _check(found: dict[str, Any]) -> None:
    parts = found["refunded"], found["reserved"], found["lost"]
    if min(parts) < 0 or found["captured"] < sum(parts) or found["captured"] > found["amount"]:
        raise AmountsBroken


def _follow(work: Transaction, order: str) -> None:
    """The order's payment state is that of its latest charge; its version rises with every change of its money."""
    row = work.lock(_orders, order)
    if row is None:
        return
    charges = _payments.c.order_id == order, _payments.c.kind == "charge"
    latest = select(_payments.c.state).where(*charges).order_by(_payments.c.number.desc()).limit(1)
    state = work.connection.execute(latest).scalar()
    work.change("orders", _orders, row, payment_state=state or row.payment_state)


def _count(work: Transaction, payment: Payment, kind: str, amount: int, at: datetime) -> None:
    work.session.add(
        MoneyRow(id=new_id(), at=at, kind=kind, order_id=payment.order_id, currency=payment.currency, amount=amount)
    )


def _tell(
    work: Transaction, payment: Payment, kind: str, amount: int, *, number: str | None = None, reason: str | None = None
) -> None:
    named = number or f"{PREFIX}-{payment.number}"
    add_event(work, payment.order_id, kind, amount=amount, currency=payment.currency, number=named, reason=reason)
