"""An order's timeline: what happened to it and to its money, when and by whom; notes sealed under the pet parent's key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.platform_api.documents import Value, dump, load
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.tables import OrderEvent, OrderRow, table
from console.platform_api.transaction import Transaction
from console.platform_api.vault import OwnerKey
from console.records.users import Source

MONEY = {"captured": "payments", "payment": "payments", "dispute": "payments", "refund": "refunds"}
"""How the kind of an entry about money begins → the resource that one must be allowed to read to see it."""

events, _orders = table(OrderEvent), table(OrderRow)


def add_event(
    work: Transaction,
    order: Row[Any] | str,
    kind: str,
    *,
    amount: int | None = None,
    currency: str | None = None,
    number: str | None = None,
    reason: str | None = None,
    owner: str | None = None,
    body: str | None = None,
    at: datetime | None = None,
) -> str:
    """Adds an entry, in the transaction that it tells of; its id. `owner`: whose key seals the body, the order's parent unless said."""
    event = new_id()
    key = _sealing_key(work, order, owner) if body is not None else None
    sealed = None
    if key is not None and body is not None:
        text = Value(body, Source.EMPLOYEE if work.employee else Source.SELF, work.now)
        sealed = key.seal("order_events", event, "service", dump({"body": text}))
    work.session.add(
        OrderEvent(
            id=event, order_id=order if isinstance(order, str) else order.id, at=at or work.now, kind=kind, employee=work.employee,
            role=work.role, amount=amount, currency=currency, number=number, reason=reason,
            owner=key.owner if key else None, sealed_service=sealed,
        )
    )  # fmt: skip
    return event


def _sealing_key(work: Transaction, order: Row[Any] | str, owner: str | None) -> OwnerKey | None:
    """The parent's, else (they are erased) that of who wrote it; None when there is neither, and the text is not kept."""
    parent = owner or (_parent_of(work, order) if isinstance(order, str) else str(order.parent))
    wanted = [name for name in (parent, work.employee) if name is not None]
    keys = work.platform.vault.keys_of(wanted)
    return next((keys[name] for name in wanted if name in keys), None)


def _parent_of(work: Transaction, order: str) -> str | None:
    work.session.flush()
    return work.connection.execute(select(_orders.c.parent).where(_orders.c.id == order)).scalar()


def timeline(ask: Ask, connection: Connection, order: str) -> list[dict[str, Any]]:
    """Newest last, without the money that the role does not read. A note whose owner is erased keeps its place and loses its text."""
    found = connection.execute(select(events).where(events.c.order_id == order).order_by(events.c.at, events.c.id))
    rows = [row for row in found if _is_theirs(ask, row.kind)]
    bodies = _bodies(ask, rows)
    return [
        {
            "id": row.id,
            "at": row.at,
            "kind": row.kind,
            "by": _by(ask, row),
            **{name: getattr(row, name) for name in ("amount", "currency", "number", "reason")},
            "body": bodies.get(row.id),
        }
        for row in rows
    ]


def _is_theirs(ask: Ask, kind: str) -> bool:
    read = (access.has(ask.actor.roles, MONEY[start], "read") for start in MONEY if kind.startswith(start))
    return all(read)


def _by(ask: Ask, row: Row[Any]) -> str:
    """Colleagues go by their role, as everywhere."""
    return "you" if row.employee == ask.actor.id else row.role or "platform"


def _bodies(ask: Ask, rows: Sequence[Row[Any]]) -> dict[str, str]:
    owners = {row.owner for row in rows if row.sealed_service is not None}
    keys = ask.platform.vault.keys_of(owners) if owners else {}
    return {
        row.id: load(keys[row.owner].open("order_events", row.id, "service", bytes(row.sealed_service)))["body"].value
        for row in rows
        if row.sealed_service is not None and row.owner in keys
    }
