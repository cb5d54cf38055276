"""The payment reviews entity: what is worth a second look, due first. A review's case is its ticket, so the claim is the ticket's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from console import access
from console.access import Level
from console.conditions import Facts
from console.platform_api.claims import by_assignee, claim_facts, claims_of
from console.platform_api.disputes import disputes, disputes_where
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.payments import PAYMENTS, parties_of, payments, records_of
from console.platform_api.payouts import change_of
from console.platform_api.problems import BadRequest
from console.platform_api.refunds import REFUNDS, refunds
from console.platform_api.tables import OrderRow, PaymentReviewRow, UserRow, table
from console.platform_api.tickets import thread_of
from console.records.payment_reviews import (
    ONLY_IN,
    PREFIX,
    RESOURCE,
    TRANSITIONS,
    PaymentReview,
    ReviewKind,
    ReviewState,
)
from console.records.record import Category

reviews = table(PaymentReviewRow)
_orders, _users = table(OrderRow), table(UserRow)

STATES = tuple(str(state) for state in ReviewState)
KINDS = tuple(str(kind) for kind in ReviewKind)

_PLAIN = ("state", "kind", "opened", "due", "amount", "currency", "rule", "outcome", "settled")


def _one_of(column: str, known: tuple[str, ...]) -> Filter:
    def clauses(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
        if set(values) - set(known):
            raise BadRequest(f"A review's {column} is one of {', '.join(known)}.")
        return [reviews.c[column] == value for value in dict.fromkeys(values)]

    return Filter(clauses, known)


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    claims = claims_of(ask, connection, [row.ticket for row in rows])
    orders = numbers_of(connection, _orders, "O", [row.order_id for row in rows])
    persons = numbers_of(connection, _users, "U", [row.person for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "order": orders.get(row.order_id or ""),
            "person": persons.get(row.person),
            **claims.get(row.ticket, {}),
        }
        for row in rows
    ]


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {
        "person": row.person,
        "parties": parties_of(connection, row.order_id, row.person),
        "state": row.state,
        **claim_facts(connection, row.ticket),
    }


def _more(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> dict[str, Any]:
    """What it is about, each part as the employee may see it, and the thread of its case."""
    whole = access.level(ask.actor.roles, RESOURCE, Category.THREAD, facts) is Level.FULL
    return {
        "payment": _single(records_of(ask, connection, PAYMENTS, payments.c.id == row.payment)),
        "refund": _single(records_of(ask, connection, REFUNDS, refunds.c.id == row.refund)),
        "dispute": _single(disputes_where(ask, connection, disputes.c.id == row.dispute)),
        "payout_change": change_of(ask, connection, row.payout_change, facts) if row.payout_change else None,
        "messages": thread_of(ask, connection, row.ticket) if whole else [],
    }


def _single(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    return found[0] if found else None


REVIEWS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=PaymentReview,
    table=reviews,
    sorts={"due": reviews.c.due, "number": reviews.c.number},
    first_sort="due",
    filters={
        "state": _one_of("state", STATES),
        "kind": _one_of("kind", KINDS),
        "assignee": by_assignee(reviews.c.ticket, "review"),
    },
    facets=("state", "kind"),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.person),
    transitions=TRANSITIONS,
    only_in=ONLY_IN,
    more=_more,
)
