"""How much of whose money an employee may give back by themself: each time, and altogether in a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from console.platform_api.rules import Rules
from console.platform_api.tables import RefundRow, table
from console.records.employees import Role
from console.records.refunds import RefundState

LIMITED = Role.BILLING
"""The role that refunds by itself; the limits in the rules are its."""

COUNTED = (RefundState.APPROVED, RefundState.PROCESSING, RefundState.SUCCEEDED)
"""What failed gave nothing back, and what was rejected was not approved."""

_refunds = table(RefundRow)


def given_today(connection: Connection, rules: Rules, employee: str, now: datetime, currency: str) -> int:
    """What the employee approved today, or refunded by themself."""
    mine = _refunds.c.decided_by == employee, _refunds.c.decided >= rules.day_start(now)
    counted = _refunds.c.currency == currency, _refunds.c.state.in_([str(state) for state in COUNTED])
    total = connection.execute(select(func.coalesce(func.sum(_refunds.c.amount), 0)).where(*mine, *counted))
    return int(total.scalar_one())


def each_limit(rules: Rules, currency: str) -> int:
    return rules.each.get(LIMITED, {}).get(currency, 0)


def limit_now(
    connection: Connection, rules: Rules, employee: str, roles: Collection[Role], now: datetime, currency: str
) -> int | None:
    """The largest amount that the employee may give back by themself now; None when their roles have no limit to be within."""
    if LIMITED not in roles:
        return None
    daily = rules.daily.get(LIMITED, {}).get(currency, 0)
    left = daily - given_today(connection, rules, employee, now, currency)
    return max(min(each_limit(rules, currency), left), 0)
