"""What was captured, refunded and disputed by day or week, for the orders of a filter: sums made by the database.

Both databases do the same: a bucket is found by a division of the time, never by their own date functions. `money_sums` holds
all that the sums need, so without a filter no table is read; what a filter lets through is looked up by order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    join,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)

from console import access
from console.platform_api.buckets import Buckets, Run, buckets, microseconds
from console.platform_api.clauses import scope
from console.platform_api.entities import Entity
from console.platform_api.guard import Ask
from console.platform_api.listing import Params, single
from console.platform_api.problems import BadRequest, NotAllowed
from console.platform_api.store import asker_of
from console.platform_api.tables import MoneyRow, table

money = table(MoneyRow)

KINDS = ("captured", "refunded", "disputed")
OWN = ("by", "since", "until")
"""Parameters of the figures themselves: `since` and `until` are days on which money moved, not those of the list of orders."""

FEW = 20_000
"""So many orders are looked up one by one; where a filter lets more through, the money of the time is read and each order asked."""

_at = type_coerce(money.c.at, BigInteger)

Sum = tuple[str, str, int, Any]
"""Currency, kind, bucket, minor units (None: nothing)."""
Sums = dict[str, dict[int, dict[str, int]]]
"""Currency → bucket → kind → minor units."""


def figures(ask: Ask, orders: Entity, params: Params) -> dict[str, Any]:
    """The sums by currency and bucket; the log's row names the filters, never their values."""
    check(ask, orders, params)
    asked = (single(params, name) for name in OWN)
    found = _buckets(ask, *asked)
    with ask.platform.database.reading() as connection:
        sums = summed(connection, orders, found, filter_of(ask, connection, orders, params))
    ask.platform.recorder.record_now(ask.entry(details={"by": found.by, "filters": sorted(set(params) - set(OWN))}))
    return answer(found, sums)


def check(ask: Ask, orders: Entity, params: Params) -> None:
    filters = set(orders.filters) - set(OWN)
    if set(params) - filters - set(OWN):
        raise BadRequest(f"There is no such parameter: figures take {', '.join(sorted(filters | set(OWN)))}.")
    if "user" in params and not access.has(ask.actor.roles, orders.resource, "list"):
        raise NotAllowed("Your role sees sums over everybody, not those of one person.")


def _buckets(ask: Ask, by: str | None, since: str | None, until: str | None) -> Buckets:
    return buckets(by or "day", since, until, zone_of(ask), ask.now)


def zone_of(ask: Ask) -> ZoneInfo:
    """Where the company's day begins."""
    return ZoneInfo(ask.platform.rules.zone)


# Narrowing


def filter_of(ask: Ask, connection: Connection, orders: Entity, params: Params) -> ColumnElement[bool] | None:
    """The same clauses that the list of orders narrows by; None when there are none.

    With one facet come all values of the others: nothing else lets SQLite find the orders in the facets' index.
    """
    chosen = {name: values for name, values in params.items() if name not in OWN}
    facets = {name: orders.filters[name].values for name in orders.facets} if set(orders.facets) & set(chosen) else {}
    wanted = {**facets, **chosen}
    clauses = [or_(*orders.filters[name].clauses(ask, connection, values)) for name, values in wanted.items()]
    scoped = access.row_scope(ask.actor.roles, orders.resource)
    if scoped != ():
        clauses.append(scope(scoped, asker_of(ask)))
    return and_(*clauses) if clauses else None


def _are_few(connection: Connection, orders: Entity, clause: ColumnElement[bool]) -> bool:
    some = select(orders.table.c.number).where(clause).limit(FEW + 1).subquery()
    return (connection.execute(select(func.count()).select_from(some)).scalar() or 0) <= FEW


# Summing


def summed(connection: Connection, orders: Entity, found: Buckets, clause: ColumnElement[bool] | None) -> Sums:
    sums: Sums = defaultdict(lambda: defaultdict(dict))
    rows = _all(connection, found) if clause is None else _narrowed(connection, orders, found, clause)
    for currency, kind, bucket, amount in rows:
        if amount is not None:
            sums[currency][bucket][kind] = int(amount)
    return sums


def _all(connection: Connection, found: Buckets) -> Iterator[Sum]:
    """A stretch of `money_sums` for each sum: on both databases about ten times as fast as grouping its rows."""
    pairs = [(kind, currency) for kind in KINDS for currency in _currencies(connection, kind)]
    for run in found.runs() if pairs else ():
        for currency, kind, slot, amount in connection.execute(_stretches(run, pairs)):
            yield currency, kind, run.first + slot, amount


def _currencies(connection: Connection, kind: str) -> Iterator[str]:
    """From one to the next by the index: a DISTINCT would read all of it."""
    last: str | None = ""
    while last is not None:
        beyond = money.c.kind == kind, money.c.currency > last
        last = connection.execute(select(func.min(money.c.currency)).where(*beyond)).scalar()
        if last is not None:
            yield last


def _stretches(run: Run, pairs: Sequence[tuple[str, str]]) -> Select[Any]:
    of = union_all(*(select(literal(k).label("kind"), literal(c).label("currency")) for k, c in pairs)).cte("pairs")
    first = select(literal(0, BigInteger).label("slot")).cte("slots", recursive=True)
    slots = first.union_all(select(first.c.slot + 1).where(first.c.slot < run.count - 1))
    width = literal(run.microseconds, BigInteger)
    start = literal(microseconds(run.start), BigInteger) + slots.c.slot * width
    mine = money.c.kind == of.c.kind, money.c.currency == of.c.currency, _at >= start, _at < start + width
    amount = select(func.sum(money.c.amount)).where(*mine).correlate(of, slots).scalar_subquery()
    return select(of.c.currency, of.c.kind, slots.c.slot, amount).select_from(join(of, slots, true()))


def _narrowed(connection: Connection, orders: Entity, found: Buckets, clause: ColumnElement[bool]) -> Iterator[Sum]:
    theirs = _theirs(connection, orders, clause)
    for run in found.runs():
        for currency, kind, slot, amount in connection.execute(_grouped(run, theirs)):
            yield currency, kind, run.first + slot, amount


def _theirs(connection: Connection, orders: Entity, clause: ColumnElement[bool]) -> ColumnElement[bool]:
    """The money of the orders of a filter. Of few orders, by the index of their ids; of many, by kind, currency and time."""
    ids = select(orders.table.c.id).where(clause)
    if _are_few(connection, orders, clause):
        return money.c.order_id.in_(ids)
    currencies = sorted({currency for kind in KINDS for currency in _currencies(connection, kind)})
    asked = ids.where(orders.table.c.id == money.c.order_id).exists()
    return and_(money.c.kind.in_(KINDS), money.c.currency.in_(currencies), asked)


def _grouped(run: Run, theirs: ColumnElement[bool]) -> Select[Any]:
    slot = (_at - microseconds(run.start)) // run.microseconds
    within = money.c.at >= run.start, money.c.at < run.end
    rows = select(money.c.currency, money.c.kind, slot.label("slot"), money.c.amount).where(*within, theirs).subquery()
    return select(rows.c.currency, rows.c.kind, rows.c.slot, func.sum(rows.c.amount)).group_by(
        rows.c.currency, rows.c.kind, rows.c.slot
    )


# The answer


def answer(found: Buckets, sums: Sums) -> dict[str, Any]:
    return {
        "by": found.by,
        "zone": found.zone,
        "since": found.days[0],
        "until": found.days[-1],
        "currencies": [_currency(found, currency, sums[currency]) for currency in sorted(sums)],
    }


def _currency(found: Buckets, currency: str, sums: dict[int, dict[str, int]]) -> dict[str, Any]:
    """Every bucket is there, the empty ones too, so that a chart needs to know no calendar."""
    rows = [{"start": found.days[n], **_of(sums.get(n, {}))} for n in range(len(found))]
    return {"currency": currency, "buckets": rows, **_totals(rows)}


def _of(amounts: dict[str, int]) -> dict[str, int]:
    return {kind: amounts.get(kind, 0) for kind in KINDS}


def _totals(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {kind: sum(_values(rows, kind)) for kind in KINDS}


def _values(rows: Sequence[dict[str, Any]], kind: str) -> Iterator[int]:
    return (row[kind] for row in rows)
