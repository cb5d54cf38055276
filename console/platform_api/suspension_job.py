"""The job that puts the orders of a suspended pro into trouble, some at a time: killed anywhere, the next try goes on behind the last.

`job.ids`: user. `job.step`: the number of the last order that was looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from console.platform_api import jobs
from console.platform_api.desk import Desk
from console.platform_api.jobs import Job
from console.platform_api.order_work import raise_trouble
from console.platform_api.suspension import before_service
from console.platform_api.tables import OrderRow, UserRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records.orders import BEFORE_SERVICE
from console.records.users import UserState

AT_ONCE = 20
"""Orders in one transaction: each gets a case, an entry and a row on the log."""

REASON = "pro_suspended"

_orders, _users = table(OrderRow), table(UserRow)


def run(desk: Desk, job: Job) -> None:
    left: Job | None = job
    while left is not None:
        left = _some(desk, left)


def _some(desk: Desk, job: Job) -> Job | None:
    """The job as it goes on; None when it is done, or the pro is reinstated."""
    with own_work(desk.platform) as work:
        held = jobs.hold(work, job)
        found = _next(work, held) if _is_suspended(work, job.ids["user"]) else []
        if not found:
            jobs.done(work, held)
            return None
        for order in found:
            _raise(work, order.id)
        return jobs.hold(work, held, str(found[-1].number))


def _is_suspended(work: Transaction, user: str) -> bool:
    state = work.connection.execute(select(_users.c.state).where(_users.c.id == user)).scalar()
    return bool(state == UserState.SUSPENDED)


def _next(work: Transaction, job: Job) -> Sequence[Any]:
    beyond = _orders.c.number > int(job.step or 0)
    wanted = select(_orders.c.id, _orders.c.number).where(*before_service(job.ids["user"]), beyond)
    return work.connection.execute(wanted.order_by(_orders.c.number).limit(AT_ONCE)).all()


def _raise(work: Transaction, order: str) -> None:
    """Unless it went on meanwhile, or is in trouble already and has its case."""
    row = work.lock(_orders, order)
    if row is None or row.state not in BEFORE_SERVICE or row.trouble:
        return
    raise_trouble(work, row, REASON)
    work.entries.append(work.entry("orders", "trouble", record=row.id, reason=REASON))
