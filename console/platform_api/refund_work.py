"""Refunds from the wish to its end: asked for, decided, and then taken on by the platform's worker (decision 0017).

The amount is reserved when it is asked for. Whoever may give it back by themself does so with the asking; every other refund waits
for another person. Locks: refund, payment, employee, order, review, ticket. The employee's row keeps a day's limit from being
passed by two refunds at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from console import access, conditions
from console.platform_api import jobs, money
from console.platform_api.documents import Value, dump
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.order_events import add_event
from console.platform_api.payments import PAYMENTS, payments
from console.platform_api.problems import Conflict, NotFound, only_from
from console.platform_api.refund_limits import LIMITED, limit_now
from console.platform_api.refund_ways import Way, Wish, check_amount, check_lines, way_of
from console.platform_api.refunds import REFUNDS, refunds
from console.platform_api.review_work import open_review, settle_review
from console.platform_api.store import Answer, Write, act, refuse_unless
from console.platform_api.tables import EmployeeRow, OrderRow, RefundRow, table
from console.platform_api.transaction import Transaction
from console.records.employees import Role
from console.records.payment_reviews import ReviewKind
from console.records.payments import PaymentState
from console.records.refunds import PREFIX, RESOURCE, RefundState
from console.records.users import Source

_orders, _employees = table(OrderRow), table(EmployeeRow)


def mark_of(refund: str) -> str:
    """Of the review and of the work that a refund opens."""
    return f"refund:{refund}"


# Asking


def request(ask: Ask, named: str, wish: Wish) -> Answer:
    """Reserves the amount; approved at once within the asker's limits. The answer is the payment, and the refund's number beside it."""

    def change(write: Write) -> None:
        payment, work = write.row, write.others
        work.lock(_employees, ask.actor.id)
        way = way_of(ask, work.connection, payment, wish.amount)
        if way.needs is None:  # what is billing's alone is judged as billing's, whatever other roles would allow
            refuse_unless(access.may(frozenset({Role(LIMITED)}), PAYMENTS.resource, ask.action, write.facts))
        order = work.lock(_orders, payment.order_id)
        check_amount(payment, wish)
        check_lines(ask, work.connection, payment, order, wish)
        changed = money.reserve(work, payment, wish.amount)
        write.changed["reserved"] = (str(payment.reserved), str(changed.reserved))
        row = _add(write, wish, way)
        _tell(work, row, "refund_requested" if way.needs else "refund_approved", wish.reason)
        _open(work, row) if way.needs else _send(work, row.id)

    return act(ask, PAYMENTS, named, change, versioned=ask.expected is not None)


def _add(write: Write, wish: Wish, way: Way) -> RefundRow:
    ask, payment, refund = write.ask, write.row, new_id()
    case = ask.case if conditions.CASE_IN_HAND.holds(write.facts) else None  # it goes on the log of what is sent
    decided: dict[str, Any] = {} if way.needs else {"decided_by": ask.actor.id, "decided": ask.now}
    row = RefundRow(
        id=refund, state=str(RefundState.REQUESTED if way.needs else RefundState.APPROVED), payment=payment.id,
        order_id=payment.order_id, payer=payment.payer, amount=wish.amount, currency=payment.currency, reason=wish.reason,
        lines={str(line): amount for line, amount in wish.lines.items()}, needs=way.needs, requested_by=ask.actor.id,
        requested_role=ask.actor.role, requested=ask.now, ticket=case, sealed_service=_sealed(write, refund, wish.text), **decided,
    )  # fmt: skip
    write.session.add(row)
    write.session.flush()
    write.others.created(RESOURCE, refund)
    write.beside["refund"] = f"{PREFIX}-{row.number}"
    write.reason, write.reason_text = wish.reason, wish.text
    write.details = {
        "refund": f"{PREFIX}-{row.number}",
        "amount": wish.amount,
        "currency": payment.currency,
        "needs": way.needs,
    }
    return row


def _sealed(write: Write, refund: str, text: str | None) -> bytes | None:
    if text is None:
        return None
    payer = write.row.payer
    key = write.ask.platform.vault.keys_of([payer]).get(payer)
    if key is None:
        raise Conflict("The payer was erased, so no text about them can be kept: leave it out.")
    return key.seal(RESOURCE, refund, "service", dump({"note": Value(text, Source.EMPLOYEE, write.ask.now)}))


def _tell(work: Transaction, row: RefundRow | Row[Any], kind: str, reason: str | None) -> None:
    number = f"{PREFIX}-{row.number}"
    add_event(work, row.order_id, kind, amount=row.amount, currency=row.currency, number=number, reason=reason)


def _open(work: Transaction, row: RefundRow) -> None:
    open_review(
        work, ReviewKind.REFUND, mark_of(row.id), person=row.payer, order=row.order_id, payment=row.payment, refund=row.id,
        amount=row.amount, currency=row.currency, rule=f"needs_{row.needs}",
    )  # fmt: skip


def _send(work: Transaction, refund: str) -> None:
    """The outbox: an approved refund and the work for it are one commit."""
    jobs.enqueue(work, "refund", mark_of(refund), {"refund": refund})


# Deciding


def approve(ask: Ask, named: str, text: str | None = None) -> Answer:
    """The limit of who approves is checked as it is now, under the lock of their row."""

    def change(write: Write) -> None:
        work, row = write.others, write.row
        payment = work.lock(payments, row.payment)
        _refuse_undecidable(ask, payment)
        work.lock(_employees, ask.actor.id)
        limit = limit_now(work.connection, ask.platform.rules, ask.actor.id, ask.actor.roles, ask.now, row.currency)
        refuse_unless(access.may(ask.actor.roles, RESOURCE, ask.action, replace(write.facts, limit=limit)))
        _decide(write, RefundState.APPROVED)
        write.reason_text = text
        _tell(work, row, "refund_approved", row.reason)
        settle_review(work, mark_of(row.id), "approved")
        _send(work, row.id)

    return act(ask, REFUNDS, named, change)


def _refuse_undecidable(ask: Ask, payment: Row[Any] | None) -> None:
    """The amount is reserved already; but the bank may have taken the payment back since."""
    if payment is None:
        raise Conflict("Its payment is gone.")
    because = money.closed_to_refunds(ask.platform.rules, payment)
    if because:
        raise Conflict(f"{because} Reject it, or wait for the bank.")


def reject(ask: Ask, named: str, reason: str, text: str | None) -> Answer:
    def change(write: Write) -> None:
        work, row = write.others, write.row
        payment = work.lock(payments, row.payment)
        if payment is None:
            raise Conflict("Its payment is gone.")
        _decide(write, RefundState.REJECTED)
        write.values["finished"] = ask.now
        write.reason, write.reason_text = reason, text
        money.release(work, payment, row.amount)
        _tell(work, row, "refund_rejected", reason)
        settle_review(work, mark_of(row.id), "rejected")

    return act(ask, REFUNDS, named, change)


def _decide(write: Write, state: RefundState) -> None:
    write.values |= {"state": str(state), "decided_by": write.ask.actor.id, "decided": write.ask.now, "needs": None}
    write.details = {"amount": write.row.amount, "currency": write.row.currency}


# The platform's part: each of these may be done twice, as what it finds done it leaves


def begin(work: Transaction, refund: str) -> Row[Any] | None:
    """approved → processing. The refund as it is to be sent; None when there is nothing to send: it is over, or the bank has the payment."""
    row, payment = _locked(work, refund)
    if row.state == RefundState.APPROVED:
        if (code := closed(work, payment)) is not None:
            _failed(work, row, payment, code)
            return None
        _move(work, row, RefundState.PROCESSING)
    elif row.state != RefundState.PROCESSING:
        return None
    return work.lock(refunds, refund)


def closed(work: Transaction, payment: Row[Any]) -> str | None:
    """Why nothing of the locked payment may be sent back now, as a code; None when it may."""
    if not money.closed_to_refunds(work.platform.rules, payment):
        return None
    return "disputed" if payment.state == PaymentState.DISPUTED else "not_refundable"


def succeed(work: Transaction, refund: str, reference: str) -> None:
    """The processor has given it back. `reference`: its own name of the refund."""
    row, payment = _locked(work, refund)
    if row.state == RefundState.SUCCEEDED:
        return
    _only_under_way(row)
    _move(work, row, RefundState.SUCCEEDED, finished=work.now, processor_reference=reference)
    money.settle_refund(work, payment, row.amount, f"{PREFIX}-{row.number}")


def fail(work: Transaction, refund: str, why: str) -> None:
    """The processor did nothing, and won't. `why`: a code. What was reserved is there again."""
    row, payment = _locked(work, refund)
    if row.state == RefundState.FAILED:
        return
    if row.state == RefundState.SUCCEEDED:
        fail_later(work, refund, why)
        return
    _only_under_way(row)
    _failed(work, row, payment, why)


def fail_later(work: Transaction, refund: str, why: str) -> None:
    """It had succeeded, and came back from the payer's bank."""
    row, payment = _locked(work, refund)
    if row.state == RefundState.FAILED:
        return
    if row.state != RefundState.SUCCEEDED:
        raise Conflict(only_from(row.state, RefundState.SUCCEEDED))
    _move(work, row, RefundState.FAILED, finished=work.now, failure=why)
    money.unsettle_refund(work, payment, row.amount, f"{PREFIX}-{row.number}", why)
    _look_into(work, row, "refund_returned")


def _locked(work: Transaction, refund: str) -> tuple[Row[Any], Row[Any]]:
    """The refund and its payment, in the order of locks."""
    row = work.lock(refunds, refund)
    payment = work.lock(payments, row.payment) if row is not None else None
    if row is None or payment is None:
        raise NotFound()
    return row, payment


def _only_under_way(row: Row[Any]) -> None:
    if row.state not in (RefundState.APPROVED, RefundState.PROCESSING):
        raise Conflict(only_from(row.state, RefundState.APPROVED, RefundState.PROCESSING))


def _failed(work: Transaction, row: Row[Any], payment: Row[Any], why: str) -> None:
    _move(work, row, RefundState.FAILED, finished=work.now, failure=why)
    money.release(work, payment, row.amount)
    _tell(work, row, "refund_failed", why)
    _look_into(work, row, "refund_failed")


def _look_into(work: Transaction, row: Row[Any], rule: str) -> None:
    """Somebody was promised money that they don't have."""
    open_review(
        work, ReviewKind.FAILED, f"{rule}:{row.id}", person=row.payer, order=row.order_id, payment=row.payment, refund=row.id,
        amount=row.amount, currency=row.currency, rule=rule,
    )  # fmt: skip


def _move(work: Transaction, row: Row[Any], state: RefundState, **values: Any) -> None:
    work.change(RESOURCE, refunds, row, state=str(state), **values)
    details = {"from": row.state, "why": values.get("failure")}
    work.entries.append(work.entry(RESOURCE, str(state), person=row.payer, record=row.id, details=details))
