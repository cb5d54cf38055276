"""The items of an order: JSON in its sealed `service` document under `items`, each line with what of it went back or is about to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Row, select

from console.platform_api.documents import load
from console.platform_api.platform import Platform
from console.platform_api.tables import RefundRow, table
from console.records.refunds import RESERVING, RefundState

ITEMS = "items"
"""The document's field. Its value is a list of {line, name, quantity, amount}; lines count from 1."""

HELD = RESERVING | {RefundState.SUCCEEDED}
"""States of a refund whose amount is no longer there to be refunded."""

_refunds = table(RefundRow)


def dump_items(items: Sequence[Mapping[str, Any]]) -> str:
    return to_json([dict(item) for item in items]).decode()


def load_items(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = from_json(text, cache_strings="keys")
    return found


def items_of(platform: Platform, order: Row[Any]) -> list[dict[str, Any]]:
    """What was ordered; empty when the parent's key is gone (erased) or nothing is known."""
    key = platform.vault.keys_of([order.parent]).get(order.parent)
    if key is None or order.sealed_service is None:
        return []
    document = load(key.open("orders", order.id, "service", bytes(order.sealed_service)))
    return load_items(document[ITEMS].value) if ITEMS in document else []


def refunded_by_line(connection: Connection, order: str) -> dict[int, int]:
    """Line → what of it was refunded, is being refunded, or is asked for."""
    held = _refunds.c.order_id == order, _refunds.c.state.in_(sorted(HELD))
    found: dict[int, int] = {}
    for (lines,) in connection.execute(select(_refunds.c.lines).where(*held)):
        for line, amount in (lines or {}).items():
            found[int(line)] = found.get(int(line), 0) + amount
    return found
