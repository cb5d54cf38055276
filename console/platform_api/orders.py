"""The orders entity: what its lists filter and sort by, and its plain fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_

from console.platform_api import order_whole
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.payments import STATES as PAYMENT_STATES
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.tables import OrderRow, TicketRow, UserRow, table
from console.records.orders import PREFIX, RESOURCE, TRANSITIONS, Order, OrderState
from console.records.record import SEALED, Category
from console.records.users import SERVICES

orders = table(OrderRow)
_users, _tickets = table(UserRow), table(TicketRow)

STATES = tuple(str(state) for state in OrderState)
YES_NO = ("yes", "no")
_PLAIN = (
    "state", "trouble", "trouble_reason", "trouble_since", "service", "place", "pet", "placed", "starts", "ends", "amount", "currency",
    "payment_state",
)  # fmt: skip

# Filters


def _one_of(name: str, values: tuple[str, ...]) -> Filter:
    def clauses(_: Ask, __: Connection, chosen: Sequence[str]) -> Clauses:
        if set(chosen) - set(values):
            raise BadRequest(f"{name} is one of {', '.join(values)}.")
        return [orders.c[name] == value for value in dict.fromkeys(chosen)]

    return Filter(clauses, values)


def _trouble(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(YES_NO):
        raise BadRequest("trouble is yes or no.")
    return [orders.c.trouble == (value == "yes") for value in dict.fromkeys(values)]


def _services(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(SERVICES):
        raise BadRequest(f"service is one of {', '.join(SERVICES)}.")
    return [orders.c.service.in_(list(values))]


def _starts(name: str) -> Filter:
    """since (it starts then or later) and until (it starts before): one half of a half-open span."""

    def clauses(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
        moment = _moment(name, _single(name, values))
        return [orders.c.starts >= moment if name == "since" else orders.c.starts < moment]

    return Filter(clauses, span="starts", rises=True)


def _moment(name: str, given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(f"{name} is a date or time, as 2026-11-22.") from None


def _amount(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    """`min..max` in minor units, both ends included, either left out; or one number."""
    low, dots, high = _single("amount", values).partition("..")
    least, most = _minor_units(low), _minor_units(high if dots else low)
    if least is None and most is None:
        raise BadRequest("amount is a number of minor units, or two as 500..2000.")
    bounds = []
    if least is not None:
        bounds.append(orders.c.amount >= least)
    if most is not None:
        bounds.append(orders.c.amount <= most)
    return [and_(*bounds)]


def _minor_units(given: str) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 15):
        raise BadRequest("amount is a number of minor units, or two as 500..2000.")
    return int(given)


def _user(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    """The orders of one person, as the parent or as the pro."""
    row = find_row(connection, _users, "U", _single("user", values))
    if row is None:
        raise NotFound()
    return [orders.c.parent == row.id, and_(orders.c.pro == row.id, orders.c.parent != row.id)]


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise BadRequest(f"{name} can be given once.")
    return values[0]


# Fields


def _dress(_: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    people = numbers_of(connection, _users, "U", [person for row in rows for person in (row.parent, row.pro)])
    cases = numbers_of(connection, _tickets, "T", [row.trouble_ticket for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "parent": people.get(row.parent),
            "pro": people.get(row.pro),
            "trouble_ticket": cases.get(row.trouble_ticket or ""),
        }
        for row in rows
    ]


def _facts(_: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"person": row.parent, "parties": frozenset({row.parent, row.pro}), "state": row.state}


def _hinders(_: Ask, __: Connection, row: Row[Any], action: str) -> str:
    if action == "trouble" and row.trouble:
        return "It is in trouble already."
    return "It is not in trouble." if action == "resolve" and not row.trouble else ""


ORDERS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Order,
    table=orders,
    sorts={"number": orders.c.number, "starts": orders.c.starts, "amount": orders.c.amount},
    filters={
        "state": _one_of("state", STATES),
        "trouble": Filter(_trouble, YES_NO),
        "payment_state": _one_of("payment_state", PAYMENT_STATES),
        "service": Filter(_services, SERVICES, span="service"),
        "since": _starts("since"),
        "until": _starts("until"),
        "amount": Filter(_amount, span="amount"),
        "user": Filter(_user, span="user", rare=True),
    },
    facets=("trouble", "payment_state", "state"),
    alone=frozenset({"trouble", "state"}),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.parent),
    listed=frozenset(Category) - SEALED,
    transitions=TRANSITIONS,
    hinders=_hinders,
    more=order_whole.more,
)
