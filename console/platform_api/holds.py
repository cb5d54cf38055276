"""An order that is cancelled holds nobody's money: what was only authorized is released by the processor, as work of its own."""

from __future__ import annotations

from sqlalchemy import select

from console.platform_api import jobs
from console.platform_api.tables import OrderRow, PaymentRow, table
from console.platform_api.transaction import Transaction
from console.records.orders import OrderState
from console.records.payments import PaymentState

_orders, _payments = table(OrderRow), table(PaymentRow)


def release_holds(work: Transaction, order: str) -> None:
    """Asks for an end of every hold for the order."""
    held = _payments.c.order_id == order, _payments.c.state == str(PaymentState.AUTHORIZED)
    for (payment,) in work.connection.execute(select(_payments.c.id).where(*held)).all():
        jobs.enqueue(work, "void", f"void:{payment}", {"payment": payment})


def release_if_cancelled(work: Transaction, order: str) -> None:
    """For a hold that came when the order was gone already; the order is locked, so one of the two sees the other."""
    state = work.connection.execute(select(_orders.c.state).where(_orders.c.id == order)).scalar()
    if state == OrderState.CANCELLED:
        release_holds(work, order)
