"""What a refund would do, in money and in words, before anybody confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from console import access, conditions
from console.platform_api import money, projection
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.payments import PAYMENTS
from console.platform_api.problems import Conflict
from console.platform_api.refund_ways import Way, Wish, check_amount, check_lines, left_by_line, way_of
from console.platform_api.store import Answer, find, refuse_unless
from console.platform_api.tables import OrderRow, table

_orders = table(OrderRow)


async def preview(ask: Ask, named: str, wish: Wish) -> Answer:
    """What a refund would do, without doing it; Invalid and Conflict as asking would answer."""
    ask.action = "refund-preview"
    with ask.platform.database.reading() as connection:
        payment = find(ask, connection, PAYMENTS, named)
        _refuse_preview(ask, connection, payment)
        order = connection.execute(select(_orders).where(_orders.c.id == payment.order_id)).first()
        check_amount(payment, wish)
        check_lines(ask, connection, payment, order, wish)
        way = way_of(ask, connection, payment, wish.amount)
        left = left_by_line(ask, connection, payment, order)
    await ask.platform.recorder.record(ask.entry())
    return Answer(_previewed(payment, wish, way, left))


def _refuse_preview(ask: Ask, connection: Connection, payment: Row[Any]) -> None:
    """What only lacks the password is shown: asking for it comes with the refund itself."""
    facts = projection.facts_of(ask, connection, PAYMENTS, payment, load_case(connection, ask.case))
    decision = access.may(ask.actor.roles, PAYMENTS.resource, "refund", facts)
    if not conditions.SIGN_IN_AGAIN.issuperset(decision.failed) or not (decision.allowed or decision.failed):
        refuse_unless(decision)
    because = money.hinders_refund(ask.platform.rules, payment)
    if because:
        raise Conflict(because)


def _previewed(payment: Row[Any], wish: Wish, way: Way, left: Mapping[int, int]) -> dict[str, Any]:
    before = money.left_of(payment)
    return {
        "amount": wish.amount,
        "currency": payment.currency,
        "left_before": before,
        "left_after": before - wish.amount,
        "goes": "approval" if way.needs else "at_once",
        "approver": way.needs,
        "because": way.because,
        "items": [
            {"line": line, "amount": amount, "left_after": left[line] - amount}
            for line, amount in sorted(wish.lines.items())
        ],
    }
