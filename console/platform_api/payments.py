"""The payments entity: a charge of a pet parent or a fee of a pro, by the same rules (P28)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api import money, projection
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.tables import OrderRow, PaymentRow, UserRow, table
from console.records.payments import KINDS, ONLY_IN, PREFIX, RESOURCE, Payment, PaymentState

payments = table(PaymentRow)
_orders, _users = table(OrderRow), table(UserRow)

STATES = tuple(str(state) for state in PaymentState if state is not PaymentState.WON)
"""A dispute that is won takes its payment back to what it was, so none stands in that state."""

_PLAIN = (
    "state", "kind", "created", "captured_at", "amount", "captured", "refunded", "reserved", "lost", "currency", "failure",
    "processor_reference",
)  # fmt: skip


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"A payment's state is one of {', '.join(STATES)}.")
    return [payments.c.state == value for value in dict.fromkeys(values)]


def _kinds(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(KINDS):
        raise BadRequest(f"A payment is one of {', '.join(KINDS)}.")
    return [payments.c.kind.in_(list(values))]


def by_record(column: Any, found_in: Any, prefix: str, name: str) -> Filter:
    """A filter by one other record, named by id or number."""

    def clauses(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
        if len(values) != 1:
            raise BadRequest(f"{name} can be given once.")
        row = find_row(connection, found_in, prefix, values[0])
        if row is None:
            raise NotFound()
        return [column == row.id]

    return Filter(clauses)


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    orders = numbers_of(connection, _orders, "O", [row.order_id for row in rows])
    payers = numbers_of(connection, _users, "U", [row.payer for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "order": orders.get(row.order_id),
            "payer": payers.get(row.payer),
            "left": money.refundable(ask.platform.rules, row),
        }
        for row in rows
    ]


def parties_of(connection: Connection, order: str | None, *others: str | None) -> frozenset[str]:
    """All persons whom an order's money concerns: its parent, its pro, and who else is named."""
    row = connection.execute(select(_orders.c.parent, _orders.c.pro).where(_orders.c.id == order)).first()
    return frozenset(person for person in (*(row or ()), *others) if person is not None)


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"person": row.payer, "parties": parties_of(connection, row.order_id, row.payer), "state": row.state}


def _hinders(ask: Ask, _: Connection, row: Row[Any], action: str) -> str:
    return money.hinders_refund(ask.platform.rules, row) if action == "refund" else ""


PAYMENTS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Payment,
    table=payments,
    sorts={"number": payments.c.number},
    filters={
        "state": Filter(_states, STATES),
        "kind": Filter(_kinds, KINDS),
        "order": by_record(payments.c.order_id, _orders, "O", "order"),
        "user": by_record(payments.c.payer, _users, "U", "user"),
    },
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.payer),
    only_in=ONLY_IN,
    hinders=_hinders,
)


def records_of(ask: Ask, connection: Connection, entity: Entity, *clauses: Any) -> list[dict[str, Any]]:
    """Records of one entity that belong to another's, oldest first, each as this employee may see it; none if the role sees none."""
    from console import access

    if not access.has(ask.actor.roles, entity.resource, "read"):
        return []
    rows = connection.execute(select(entity.table).where(*clauses).order_by(entity.table.c[entity.key])).all()
    case = load_case(connection, ask.case)
    return [projection.one(ask, connection, entity, row, case) for row in rows]


def payments_of(ask: Ask, connection: Connection, order: str) -> list[dict[str, Any]]:
    """An order's payments, oldest first."""
    return records_of(ask, connection, PAYMENTS, payments.c.order_id == order)
