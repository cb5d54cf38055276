"""The refunds entity: who asked for it, who may decide, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.payments import by_record, parties_of, payments, records_of
from console.platform_api.problems import BadRequest
from console.platform_api.refund_limits import limit_now
from console.platform_api.tables import EmployeeRow, OrderRow, RefundRow, table
from console.records.record import Category
from console.records.refunds import PREFIX, RESOURCE, TRANSITIONS, Refund, RefundState

refunds = table(RefundRow)
_orders, _employees = table(OrderRow), table(EmployeeRow)

STATES = tuple(str(state) for state in RefundState)
NEEDS = ("billing", "manager")

_PLAIN = (
    "state", "amount", "currency", "reason", "needs", "requested_role", "requested", "decided", "finished", "failure",
)  # fmt: skip


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"A refund's state is one of {', '.join(STATES)}.")
    return [refunds.c.state == value for value in dict.fromkeys(values)]


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    orders = numbers_of(connection, _orders, "O", [row.order_id for row in rows])
    paid = numbers_of(connection, payments, "P", [row.payment for row in rows])
    who = [employee for row in rows for employee in (row.requested_by, row.decided_by)]
    employees = numbers_of(connection, _employees, "E", who)
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "order": orders.get(row.order_id),
            "payment": paid.get(row.payment),
            "requested_by": employees.get(row.requested_by),
            "decided_by": employees.get(row.decided_by or ""),
            "yours": row.requested_by == ask.actor.id,
        }
        for row in rows
    ]


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {
        "person": row.payer,
        "parties": parties_of(connection, row.order_id, row.payer),
        "state": row.state,
        "requester": row.requested_by,
        "amount": row.amount,
    }


def _asked_facts(ask: Ask, connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"limit": limit_now(connection, ask.platform.rules, ask.actor.id, ask.actor.roles, ask.now, row.currency)}


REFUNDS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Refund,
    table=refunds,
    sorts={"number": refunds.c.number},
    filters={
        "state": Filter(_states, STATES),
        "order": by_record(refunds.c.order_id, _orders, "O", "order"),
        "payment": by_record(refunds.c.payment, payments, "P", "payment"),
    },
    dress=_dress,
    facts=_facts,
    asked_facts=_asked_facts,
    owner=lambda row: str(row.payer),
    listed=frozenset(Category) - {Category.SERVICE},
    transitions=TRANSITIONS,
)


def refunds_of(ask: Ask, connection: Connection, order: str) -> list[dict[str, Any]]:
    """An order's refunds, oldest first."""
    return records_of(ask, connection, REFUNDS, refunds.c.order_id == order)
