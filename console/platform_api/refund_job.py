"""A refund on its way to the processor: written down, asked, written down. It may be killed anywhere and ends with one refund.

1. In one transaction the refund goes from approved to processing, the ledger says what the processor will be told, and the
   job notes that it is about to ask. From here on nobody knows whether it was asked.
2. The processor is asked, under the refund's number.
3. In one transaction the books say what came of it, and the job goes.

Whoever takes the job on after 1 looks the refund up by its number, and asks again only when the processor has never heard of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from console.platform_api import jobs, refund_work
from console.platform_api.desk import Desk
from console.platform_api.disclosures import PROCESSOR, disclose
from console.platform_api.jobs import Job
from console.platform_api.processors.seam import Declined, FoundRefund, FoundState, RefundWish, Unknown
from console.platform_api.tables import OrderRow, PaymentRow, RefundRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records import orders, refunds
from console.records.refunds import RefundState

_refunds, _payments, _orders = table(RefundRow), table(PaymentRow), table(OrderRow)

ASKING = "asking"
"""The job's step once it may have been asked."""

SENT = ("token", "amount", "currency", "order", "refund")
LOOKED_UP = ("token", "refund")
PENDING_WAIT = timedelta(minutes=30)
"""A refund that the processor has taken on tells by webhook how it ended; this is for when that is lost."""


@dataclass(frozen=True)
class Begun:
    """What is to be asked, and whether it may have been asked before."""

    job: Job
    wish: RefundWish
    asked_before: bool


def run(desk: Desk, job: Job) -> None:
    begun = _begin(desk, job)
    if begun is None:
        return
    try:
        found = _found_or_sent(desk, begun)
    except Declined as error:
        _fail(desk, begun.job, error.code)
        return
    _finish(desk, begun, found)


def _begin(desk: Desk, job: Job) -> Begun | None:
    """None when there is nothing to ask: a webhook was faster, or the bank has the payment by now."""
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job, ASKING)
        before = work.lock(_refunds, job.ids["refund"])
        refund = refund_work.begin(work, before.id) if before is not None else None
        if before is None or refund is None:
            jobs.done(work, held)
            return None
        asked_before = job.step == ASKING or before.state == RefundState.PROCESSING
        wish = _wish(work, refund)
        _disclose(work, refund, wish, asked_before)
    return Begun(held, wish, asked_before)


def _wish(work: Transaction, refund: Row[Any]) -> RefundWish:
    token = work.connection.execute(
        select(_payments.c.processor_reference).where(_payments.c.id == refund.payment)
    ).scalar()
    order = work.connection.execute(select(_orders.c.number).where(_orders.c.id == refund.order_id)).scalar()
    number = f"{refunds.PREFIX}-{refund.number}"
    return RefundWish(token or "", refund.amount, refund.currency, f"{orders.PREFIX}-{order}", number)


def _disclose(work: Transaction, refund: Row[Any], wish: RefundWish, looking: bool) -> None:
    """A row in the ledger for each call, before it is made."""
    fields, purpose = (LOOKED_UP, "refund_lookup") if looking else (SENT, "refund")
    disclose(work, PROCESSOR, fields, purpose, refund.payer, wish.refund, ticket=refund.ticket)


def _found_or_sent(desk: Desk, begun: Begun) -> FoundRefund:
    wish = begun.wish
    if not wish.token:
        raise Declined("no_reference")
    found = desk.processor.find_refund(wish.refund, wish.token) if begun.asked_before else None
    if found is None and begun.asked_before:
        _about_to_send(desk, begun)
    found = found or desk.processor.refund(wish)
    if (found.amount, found.currency) != (wish.amount, wish.currency):
        raise Unknown("amount_differs")
    return found


def _about_to_send(desk: Desk, begun: Begun) -> None:
    """The processor doesn't know the number. LeaseLost when somebody else has the job by now, Declined when the bank has the payment."""
    with own_work(desk.platform) as work:
        jobs.hold(work, begun.job)
        refund = work.lock(_refunds, begun.job.ids["refund"])
        payment = work.lock(_payments, refund.payment) if refund is not None else None
        assert refund is not None
        assert payment is not None
        if (code := refund_work.closed(work, payment)) is not None:
            raise Declined(code)
        _disclose(work, refund, begun.wish, looking=False)


def _finish(desk: Desk, begun: Begun, found: FoundRefund) -> None:
    if found.state is FoundState.FAILED:
        _fail(desk, begun.job, found.failure or "failed")
        return
    with own_work(desk.platform) as work:
        held = jobs.hold(work, begun.job)
        if found.state is FoundState.PENDING:
            jobs.wait(work, held, PENDING_WAIT)
            return
        if _still_processing(work, held):
            refund_work.succeed(work, held.ids["refund"], found.reference)
        jobs.done(work, held)


def _fail(desk: Desk, job: Job, code: str) -> None:
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        if _still_processing(work, held):
            refund_work.fail(work, held.ids["refund"], code)
        jobs.done(work, held)


def _still_processing(work: Transaction, job: Job) -> bool:
    """A webhook may have been faster."""
    refund = work.lock(_refunds, job.ids["refund"])
    return refund is not None and refund.state == RefundState.PROCESSING
