"""What suspending a pro does to what is booked of them: told before, and done after, as work of its own.

No order is cancelled: each that waits for its service is put into trouble, and so gets a case in which people are told and money is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from console import access
from console.platform_api import jobs
from console.platform_api.facts import base_facts
from console.platform_api.guard import Ask
from console.platform_api.store import Answer, Change, Write, find, refuse_unless, to_state
from console.platform_api.tables import OrderRow, PayoutRow, ProApplicationRow, table
from console.platform_api.users import USERS
from console.records.orders import BEFORE_SERVICE, OrderState
from console.records.payouts import PayoutState
from console.records.pro_applications import ApplicationState

_orders, _payouts, _applications = table(OrderRow), table(PayoutRow), table(ProApplicationRow)

JOB = "suspension"
OPEN = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.IN_SERVICE)
"""Orders that are told of; those in service go on, and only those before it are put into trouble."""
UNPAID = (PayoutState.SCHEDULED, PayoutState.HELD)


async def effect(ask: Ask, named: str) -> Answer:
    """For whoever may suspend this person; on the log, as no suspension."""
    ask.action = JOB
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, USERS, named)
        facts = base_facts(ask.actor, ask.now, None, **USERS.facts(connection, row))
        refuse_unless(access.may(ask.actor.roles, USERS.resource, "suspend", facts))
        body = _effect(connection, str(row.id))
    await ask.platform.recorder.record(ask.entry())
    return Answer(body)


def _effect(connection: Connection, pro: str) -> dict[str, Any]:
    approved = _applications.c.person == pro, _applications.c.state == str(ApplicationState.APPROVED)
    return {
        "orders": _open_orders(connection, pro),
        "next": connection.execute(select(func.min(_orders.c.starts)).where(*before_service(pro))).scalar(),
        "applications": connection.execute(select(func.count()).where(*approved)).scalar_one(),
        "payouts": _unpaid(connection, pro),
    }


def before_service(pro: str) -> tuple[ColumnElement[bool], ...]:
    return _orders.c.pro == pro, _orders.c.state.in_(sorted(BEFORE_SERVICE))


def _open_orders(connection: Connection, pro: str) -> list[dict[str, Any]]:
    """By state, in the order in which an order goes through them."""
    sums = select(_orders.c.state, _orders.c.currency, func.count(), func.sum(_orders.c.amount))
    rows = connection.execute(
        sums.where(_orders.c.pro == pro, _orders.c.state.in_(OPEN)).group_by(_orders.c.state, _orders.c.currency)
    ).all()
    found = {state: [row for row in rows if row.state == state] for state in OPEN}
    return [{"state": str(state), **_summed([row[1:] for row in mine])} for state, mine in found.items() if mine]


def _unpaid(connection: Connection, pro: str) -> dict[str, Any]:
    sums = select(_payouts.c.currency, func.count(), func.sum(_payouts.c.amount))
    mine = _payouts.c.pro == pro, _payouts.c.state.in_(UNPAID)
    return _summed(list(connection.execute(sums.where(*mine).group_by(_payouts.c.currency))))


def _summed(rows: list[Any]) -> dict[str, Any]:
    """Of (currency, how many, minor units)."""
    amounts: Mapping[str, int] = {currency: int(amount) for currency, _, amount in sorted(rows)}
    return {"count": sum(count for _, count, _ in rows), "amounts": amounts}


def suspend(reason: str, text: str | None) -> Change:
    """To `suspended`; what is booked of a pro follows as a job, asked for in the same transaction."""

    def change(write: Write) -> None:
        to_state(reason, text)(write)
        if _has_booked(write.connection, write.row):
            mark = f"{JOB}:{write.row.id}:{write.row.version}"
            jobs.enqueue(write.others, JOB, mark, {"user": str(write.row.id)})

    return change


def _has_booked(connection: Connection, user: Row[Any]) -> bool:
    return connection.execute(select(_orders.c.id).where(*before_service(user.id)).limit(1)).first() is not None
