"""What a refund may be and which way it would go: at once, or to another person. The same for asking as for looking beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from console.platform_api import money
from console.platform_api.guard import Ask
from console.platform_api.order_items import items_of, refunded_by_line
from console.platform_api.problems import Invalid
from console.platform_api.refund_limits import LIMITED, each_limit, limit_now

Lines = Mapping[int, int]


@dataclass(frozen=True)
class Wish:
    """What somebody wants to give back. `lines`: line → amount, when it is for some of the order's items."""

    amount: int
    reason: str = ""
    text: str | None = field(default=None, repr=False)
    lines: Lines = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """How it would go. `needs`: who must approve it, None when it goes at once; `because` says why."""

    needs: str | None = None
    because: str = ""


def way_of(ask: Ask, connection: Connection, payment: Row[Any], amount: int) -> Way:
    """Counts what the employee gave back today: whoever acts on the answer has locked the employee's row before."""
    rules, roles, currency = ask.platform.rules, ask.actor.roles, payment.currency
    needs = "billing" if amount <= each_limit(rules, currency) else "manager"
    if LIMITED not in roles:
        return Way(needs, "What you ask for needs a second person")
    limit = limit_now(connection, rules, ask.actor.id, roles, ask.now, currency) or 0
    if amount <= limit:
        return Way()
    above = "each time" if needs == "manager" else "in a day"
    return Way(needs, f"It is above what you may refund by yourself {above}")


def check_amount(payment: Row[Any], wish: Wish) -> None:
    left = money.left_of(payment)
    if wish.amount > left:
        errors = [{"where": "amount", "what": "is more than what is left to refund"}]
        raise Invalid("Nothing was changed: ask for less.", errors=errors, left=left, currency=payment.currency)


def check_lines(ask: Ask, connection: Connection, payment: Row[Any], order: Row[Any] | None, wish: Wish) -> None:
    """Each line at most for what is left of it, all together the amount. Invalid says which is not."""
    if not wish.lines:
        return
    left = left_by_line(ask, connection, payment, order)
    errors = []
    for line, amount in wish.lines.items():
        if line not in left:
            errors.append({"where": "lines", "what": "names a line that this payment is not for"})
        elif amount > left[line]:
            errors.append({"where": f"lines.{line}", "what": "is more than what is left of this line"})
    if sum(wish.lines.values()) != wish.amount:
        errors.append({"where": "amount", "what": "is not the sum of the lines"})
    if errors:
        raise Invalid("Nothing was changed: look at the lines.", errors=errors)


def left_by_line(ask: Ask, connection: Connection, payment: Row[Any], order: Row[Any] | None) -> dict[int, int]:
    """Line → what of it can still be refunded; a pro's fee is for no line."""
    if order is None or payment.kind != "charge":
        return {}
    gone = refunded_by_line(connection, order.id)
    items = items_of(ask.platform, order)
    return {item["line"]: max(item["amount"] - gone.get(item["line"], 0), 0) for item in items}
