"""Lets go of a payment that was authorized and won't be captured: looked up first, so that it may be tried as often as it takes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from console.platform_api import jobs
from console.platform_api.desk import Desk
from console.platform_api.disclosures import PROCESSOR, disclose
from console.platform_api.jobs import Job
from console.platform_api.payment_truth import apply_truth
from console.platform_api.processors.seam import FoundPayment, VoidWish
from console.platform_api.tables import OrderRow, PaymentRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records import orders
from console.records.payments import PaymentState

_payments, _orders = table(PaymentRow), table(OrderRow)

SENT = ("token", "order")
VOIDABLE = (PaymentState.PENDING, PaymentState.AUTHORIZED)


def run(desk: Desk, job: Job) -> None:
    """`job.ids`: payment."""
    wish = _begin(desk, job)
    if wish is None:
        return
    found = desk.processor.payment(wish.token)
    if found is not None and found.state in VOIDABLE:
        desk.processor.void(wish)
        found = desk.processor.payment(wish.token)
    _finish(desk, job, found)


def _begin(desk: Desk, job: Job) -> VoidWish | None:
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        payment = work.lock(_payments, job.ids["payment"])
        if payment is None or payment.state not in VOIDABLE or payment.processor_reference is None:
            jobs.done(work, held)
            return None
        order = f"{orders.PREFIX}-{_order_number(work, payment)}"
        disclose(work, PROCESSOR, SENT, "void", payment.payer, order)
    return VoidWish(payment.processor_reference, order)


def _order_number(work: Transaction, payment: Row[Any]) -> int:
    return int(work.connection.execute(select(_orders.c.number).where(_orders.c.id == payment.order_id)).scalar_one())


def _finish(desk: Desk, job: Job, found: FoundPayment | None) -> None:
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        if found is not None:
            apply_truth(work, job.ids["payment"], found)
        jobs.done(work, held)
