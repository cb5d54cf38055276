"""A hint is followed: the payment is fetched from the processor, and how it stands there is applied."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from console.platform_api import jobs
from console.platform_api.desk import Desk
from console.platform_api.disclosures import PROCESSOR, disclose
from console.platform_api.jobs import Job
from console.platform_api.payment_truth import apply_truth
from console.platform_api.tables import PaymentRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records.payments import PREFIX

_payments = table(PaymentRow)

ASKED = ("token",)


def run(desk: Desk, job: Job) -> None:
    """`job.ids`: the names by which the event calls the payment, of which the platform knows one or none."""
    payment = _begin(desk, job)
    if payment is None:
        return
    found = desk.processor.payment(payment.processor_reference)
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        if found is not None:
            apply_truth(work, payment.id, found)
        jobs.done(work, held)


def _begin(desk: Desk, job: Job) -> Row[Any] | None:
    """None for a payment that isn't ours: one account of a processor may serve others as well."""
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        payment = _known(work, job)
        if payment is None:
            jobs.done(work, held)
            return None
        disclose(work, PROCESSOR, ASKED, "payment_lookup", payment.payer, f"{PREFIX}-{payment.number}")
    return payment


def _known(work: Transaction, job: Job) -> Row[Any] | None:
    named = _payments.c.processor_reference.in_(sorted(set(job.ids.values())))
    return work.connection.execute(select(_payments).where(named).order_by(_payments.c.number)).first()
