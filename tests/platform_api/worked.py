"""Workers and a simulated processor for tests: what the platform owes and what the processor has given, side by side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from console.platform_api import jobs
from console.platform_api.platform import Platform, utc_now
from console.platform_api.processors import built_in
from console.platform_api.processors.built_in import BuiltIn
from console.platform_api.tables import DisclosureRow, PaymentRow, RefundRow, WebhookEvent, table
from console.platform_api.transaction import own_work
from console.platform_api.work import Worker
from tests.platform_api.orders_made import add_order, add_payment, add_refund, row_of


class Clock:
    """A platform's time, which goes on when a test says so."""

    def __init__(self, platform: Platform) -> None:
        self.now = utc_now()
        platform.clock = self

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


def processor_with(platform: Platform, payment: str, **more: Any) -> BuiltIn:
    """The platform's simulator, which knows the payment as the platform does."""
    row, processor = row_of(platform, PaymentRow, payment), built_in(platform)
    state = "captured" if row.captured else row.state
    processor.add_payment(row.processor_reference, row.amount, row.currency, state, **more)
    return processor


def paid(platform: Platform, state: str = "captured", **more: Any) -> str:
    """A payment of a new order, which the simulator knows; its id."""
    payment = add_payment(platform, add_order(platform), state, **more)
    processor_with(platform, payment)
    return payment


def approved(platform: Platform, payment: str, amount: int = 2_500) -> str:
    """A refund that waits for a worker, with its job; its id."""
    refund = add_refund(platform, payment, amount, "approved")
    with own_work(platform) as work:
        jobs.enqueue(work, "refund", f"refund:{refund}", {"refund": refund})
    return refund


def number_of(platform: Platform, refund: str) -> str:
    return f"RF-{row_of(platform, RefundRow, refund).number}"


def token_of(platform: Platform, payment: str) -> str:
    return str(row_of(platform, PaymentRow, payment).processor_reference)


def worker(platform: Platform) -> Worker:
    return Worker(platform, built_in(platform))


def books(platform: Platform, payment: str) -> tuple[str, int, int]:
    """State, refunded and reserved of the payment here."""
    row = row_of(platform, PaymentRow, payment)
    return row.state, row.refunded, row.reserved


def given_back(platform: Platform, payment: str) -> list[tuple[str | None, int, str]]:
    """(number, amount, state) of each refund of the payment at the processor."""
    found = built_in(platform).payment(token_of(platform, payment))
    return [(one.number, one.amount, str(one.state)) for one in found.refunds] if found else []


def jobs_left(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(jobs.jobs).order_by(jobs.jobs.c.id)))


def ledger(platform: Platform) -> list[Any]:
    found = table(DisclosureRow)
    with platform.database.reading() as connection:
        return list(connection.execute(select(found).order_by(found.c.number)))


def events_taken(platform: Platform) -> list[Any]:
    found = table(WebhookEvent)
    with platform.database.reading() as connection:
        return list(connection.execute(select(found).order_by(found.c.at)))
