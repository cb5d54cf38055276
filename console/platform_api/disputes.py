"""Disputes: the payer's bank takes a payment back. What the processor says of one is applied here, as often as it says it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.tables import DisputeRow, PaymentRow, table

disputes, _payments = table(DisputeRow), table(PaymentRow)

_PLAIN = ("id", "state", "reason", "amount", "currency", "opened", "evidence_due", "closed")


def disputes_where(ask: Ask, connection: Connection, *clauses: Any) -> list[dict[str, Any]]:
    """Disputes as records show them, oldest first; none for a role that sees no payments."""
    if not access.has(ask.actor.roles, "payments", "read"):
        return []
    rows = connection.execute(select(disputes).where(*clauses).order_by(disputes.c.opened, disputes.c.id)).all()
    numbers = numbers_of(connection, _payments, "P", [row.payment for row in rows])
    return [_shown(row, numbers) for row in rows]


def _shown(row: Row[Any], numbers: dict[str, str]) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _PLAIN}, "payment": numbers.get(row.payment, "")}


def disputes_of(ask: Ask, connection: Connection, order: str) -> list[dict[str, Any]]:
    """An order's disputes, oldest first."""
    owned = select(_payments.c.id).where(_payments.c.order_id == order)
    return disputes_where(ask, connection, disputes.c.payment.in_(owned))
