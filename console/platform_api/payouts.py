"""The payouts entity, and the changes of where a pro's payouts go, which wait before they are in force."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.access import Level
from console.conditions import Facts
from console.platform_api import masks
from console.platform_api.documents import load
from console.platform_api.entities import Entity, Rows
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.payments import by_record, parties_of, records_of
from console.platform_api.platform import Platform
from console.platform_api.tables import OrderRow, PayoutChangeRow, PayoutRow, UserRow, table
from console.records.payouts import PREFIX, RESOURCE, Payout
from console.records.record import Category

payouts, changes = table(PayoutRow), table(PayoutChangeRow)
_orders, _users = table(OrderRow), table(UserRow)

_PLAIN = ("state", "amount", "currency", "created", "arrives", "failure")


def _dress(_: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    orders = numbers_of(connection, _orders, "O", [row.order_id for row in rows])
    pros = numbers_of(connection, _users, "U", [row.pro for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "order": orders.get(row.order_id or ""),
            "pro": pros.get(row.pro),
        }
        for row in rows
    ]


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"person": row.pro, "parties": parties_of(connection, row.order_id, row.pro), "state": row.state}


PAYOUTS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Payout,
    table=payouts,
    sorts={"number": payouts.c.number},
    filters={
        "order": by_record(payouts.c.order_id, _orders, "O", "order"),
        "user": by_record(payouts.c.pro, _users, "U", "user"),
    },
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.pro),
)


def payouts_of(ask: Ask, connection: Connection, order: str) -> list[dict[str, Any]]:
    """An order's payouts, oldest first."""
    return records_of(ask, connection, PAYOUTS, payouts.c.order_id == order)


def change_of(ask: Ask, connection: Connection, change: str, facts: Facts) -> dict[str, Any] | None:
    """A payout change as this employee may see it; its last fours are as hidden as those of payouts."""
    row = connection.execute(select(changes).where(changes.c.id == change)).first()
    if row is None:
        return None
    plain = {name: getattr(row, name) for name in ("id", "state", "asked", "takes_effect")}
    level = access.level(ask.actor.roles, RESOURCE, Category.INSTRUMENT, facts)
    values = {} if level is Level.NONE else last_fours_of(ask.platform, row)
    if level is Level.FULL:
        return {**plain, **values, "masks": {}}
    return {**plain, "masks": {name: masks.mask(name, value) for name, value in values.items()}}


def last_fours_of(platform: Platform, row: Row[Any]) -> dict[str, str]:
    """`old_last_four` and `new_last_four`, as far as they are known and the pro's key is there."""
    key = platform.vault.keys_of([row.pro]).get(row.pro)
    if key is None or row.sealed_instrument is None:
        return {}
    document = load(key.open("payout_changes", row.id, str(Category.INSTRUMENT), bytes(row.sealed_instrument)))
    return {name: value.value for name, value in document.items()}
