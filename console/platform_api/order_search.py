"""Finding orders: by number, by the processor's reference of any of their money, and (billing) by a card's last four.

Never by a street (P25): there is no such term. The log keeps a keyed hash of the term, and the numbers of the hits.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, select, union

from console import access
from console.platform_api import blind, projection
from console.platform_api.facts import base_facts, load_case
from console.platform_api.guard import Ask
from console.platform_api.orders import ORDERS, orders
from console.platform_api.payments import PAYMENTS
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.store import Answer, find, refuse_unless
from console.platform_api.tables import DisputeRow, PaymentRow, RefundRow, table
from console.records.record import Category

MOST_HITS = 20
LOOKED_THROUGH = 2_000
"""Payments that one search by last four opens: some 30 ms."""
BATCH = 50

KINDS = ("number", "processor_reference", "last_four")

_payments, _refunds, _disputes = table(PaymentRow), table(RefundRow), table(DisputeRow)


@dataclass(frozen=True)
class Terms:
    """One term of `KINDS`."""

    kind: str
    term: str


def terms_of(given: Mapping[str, str | None]) -> Terms:
    """BadRequest unless it is exactly one term."""
    sought = [(name, value) for name, value in given.items() if value]
    if len(sought) != 1:
        raise BadRequest(f"Search by one of {', '.join(KINDS)}.")
    [(kind, term)] = sought
    if kind == "last_four" and not (len(term) == 4 and term.isascii() and term.isdigit()):
        raise BadRequest("last_four is four digits.")
    return Terms(kind, term)


async def search(ask: Ask, terms: Terms) -> Answer:
    """At most 20 hits, newest first, on the log before they are answered."""
    with ask.platform.database.reading() as connection:
        case = load_case(connection, ask.case)
        if terms.kind == "last_four":
            refuse_unless(access.may(ask.actor.roles, "orders", "search-card", base_facts(ask.actor, ask.now, case)))
        rows, cut = _hits(ask, connection, terms)
        items = projection.page(ask, connection, ORDERS, rows[:MOST_HITS], case)
    await ask.platform.recorder.record(ask.entry(details=_details(ask, terms, items)))
    total = {"count": len(items), "exact": not cut and len(rows) <= MOST_HITS}
    return Answer({"items": items, "total": total, "next": None, "previous": None, "first": 0})


def _details(ask: Ask, terms: Terms, items: list[dict[str, Any]]) -> dict[str, Any]:
    folded = f"order {terms.kind}\n{blind.fold(terms.term)}".encode(errors="replace")
    term = hmac.digest(ask.platform.keys.blind, b"term\n" + folded, "sha256").hex()[:32]
    return {"by": [terms.kind], "term": term, "hits": len(items), "orders": [item["number"] for item in items]}


def _hits(ask: Ask, connection: Connection, terms: Terms) -> tuple[list[Row[Any]], bool]:
    """One more than is shown, when there are more; and whether not all was looked through."""
    if terms.kind == "number":
        try:
            return [find(ask, connection, ORDERS, terms.term.strip())], False
        except NotFound:
            return [], False
    found = _paid_with if terms.kind == "last_four" else _of_reference
    wanted, cut = found(ask, connection, terms.term)
    named = orders.c.id.in_(sorted(wanted))
    statement = select(orders).where(named).order_by(orders.c.number.desc()).limit(MOST_HITS + 1)
    return list(connection.execute(statement)), cut


def _of_reference(_: Ask, connection: Connection, reference: str) -> tuple[set[str], bool]:
    """The order whose payment, refund or dispute the processor calls that."""
    named = [
        select(money.c.order_id).where(money.c.processor_reference == reference.strip())
        for money in (_payments, _refunds, _disputes)
    ]
    return set(connection.execute(union(*(select(one.subquery()) for one in named))).scalars()), False


def _paid_with(ask: Ask, connection: Connection, last_four: str) -> tuple[set[str], bool]:
    """Orders paid for with such a card; the index gives hints alone, so each card is opened and compared."""
    payments = _of_payers(ask, connection, last_four)
    found = {row.order_id for row in islice(payments, LOOKED_THROUGH) if row is not None}
    return found, any(True for _ in payments)


def _of_payers(ask: Ask, connection: Connection, last_four: str) -> Iterator[Row[Any] | None]:
    """The payments of all whom the index hints at, newest person first; None for one by another card."""
    token, before = blind.last_four_token(ask.platform.keys, last_four), None
    while True:
        payers = ask.platform.vault.find([token], before=before, limit=BATCH)
        keys = ask.platform.vault.keys_of(payers) if payers else {}
        mine = select(_payments).where(_payments.c.payer.in_(list(keys))).order_by(_payments.c.number.desc())
        for row in connection.execute(mine.limit(LOOKED_THROUGH + 1)).all() if keys else ():
            value = projection.open_document(PAYMENTS, row, Category.INSTRUMENT, keys[row.payer]).get("last_four")
            yield row if value is not None and value.value == last_four else None
        if len(payers) < BATCH:
            return
        before = payers[-1]
