"""Orders over HTTP: ten thousand beside two million, in turn: lists, filters, sums for charts, searches.

    python -m bench.bench_orders [--small 10000] [--large 2000000] [--rounds 30] [--postgresql]

Every answer is audited and durable. Sums grow with the rows that they are of, so of those the times count, not the ratio. What is
printed: `bench.comparing`.

The orders of up to 20,000 users are seeded; beyond those they are copies with other ids, numbers, references and times, so that two
million take minutes. A list opens no sealed text, so it makes no difference that theirs open nowhere. PostgreSQL is the tests' own
server, with its settings, and filled anew each time; a SQLite folder is kept between runs.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import httpx
from sqlalchemy import Connection, Table, delete, select

from bench.comparing import Place, Request, compare, get, options_of, places, served_in_turn
from bench.servers import PASSWORD, platform_command
from console.platform_api import bulk
from console.platform_api.database import Database
from console.platform_api.ids import id_bytes
from console.platform_api.platform import locations
from console.platform_api.tables import MoneyRow, OrderRow, PaymentRow, table

SEEDED_USERS = 20_000
COPIED = (OrderRow, PaymentRow, MoneyRow)
IDS = {"id", "order_id"}
"""Columns whose ids are copied along; persons stay who they are."""
REFERENCES = {"external_id", "processor_reference"}
SHIFT = 7 * 60 * 1_000_000
"""Microseconds from one copy to the next."""


# What is asked


def _list(**params: Any) -> Request:
    return get("/v1/orders", **params)


def _figures(**params: Any) -> Request:
    return get("/v1/orders/figures", **params)


def _number(orders: int, turn: int) -> int:
    return orders * (turn % 19 + 1) // 20


def _page_at(client: httpx.Client, orders: int, turn: int) -> httpx.Response:
    return client.get("/v1/orders", params={"at": str(_number(orders, turn))})


def _detail(client: httpx.Client, orders: int, turn: int) -> httpx.Response:
    """Of one that was seeded: the texts of copies don't open."""
    copies = _copies_of(orders)
    return client.get(f"/v1/orders/O-{(_number(orders, turn) - 1) // copies * copies + 1}")


def _copies_of(orders: int) -> int:
    return orders // (min(orders // 2, SEEDED_USERS) * 2)


def _by_number(client: httpx.Client, orders: int, turn: int) -> httpx.Response:
    return client.post("/v1/orders/search", json={"number": f"O-{_number(orders, turn)}"})


def _by_reference(client: httpx.Client, _orders: int, turn: int) -> httpx.Response:
    known = KNOWN[client]
    return client.post("/v1/orders/search", json={"processor_reference": known[turn % len(known)]})


MONTH = {"since": "2026-10-01", "until": "2026-10-31"}
YEAR = {"by": "week", "since": "2025-11-03", "until": "2026-11-02"}
REQUESTS: Mapping[str, Request] = {
    "first page": _list(),
    "last page": _list(end="true"),
    "page at a number": _page_at,
    "by beginning": _list(sort="-starts"),
    "by amount": _list(sort="-amount"),
    "filter: in service": _list(state="in_service"),
    "filter: in trouble": _list(trouble="yes"),
    "filter: payment disputed": _list(payment_state="disputed"),
    "filter: closed and refunded": _list(state="closed", payment_state="refunded"),
    "filter: begins in a week": _list(since="2026-06-01", until="2026-06-08"),
    "filter: amount": _list(amount="24000..25000"),
    "filter: amount, in trouble": _list(amount="5000..", trouble="yes"),
    "search by number": _by_number,
    "search by reference": _by_reference,
    "detail": _detail,
    "figures: 30 days": _figures(**MONTH),
    "figures: a year by week": _figures(**YEAR),
    "figures: 30 days, in trouble": _figures(**MONTH, trouble="yes"),
    "figures: 30 days, closed": _figures(**MONTH, state="closed"),
    "figures: year, refunded": _figures(**YEAR, payment_state="refunded"),
    "figures: year, closed": _figures(**YEAR, state="closed"),
}
KNOWN: dict[httpx.Client, list[str]] = {}


# Making the data


def fill(place: Place) -> None:
    with place.filling() as wanted:
        if not wanted:
            return
        users = min(place.size // 2, SEEDED_USERS)
        command = platform_command("seed", *place.options, "--users", str(users), "--seed", "1", "--employees")
        subprocess.run(command, check=True, env={**os.environ, "PETWORKS_SEED_PASSWORD": PASSWORD})
        copies = _copies_of(place.size)
        if copies > 1:
            with closing(_Filling(place)) as filling:
                filling.multiply(copies)


def references(place: Place) -> list[str]:
    payments = table(PaymentRow)
    database = Database(locations(place.data, place.url, None)[0])
    with database.reading() as connection:
        wanted = select(payments.c.processor_reference).where(payments.c.processor_reference.is_not(None)).limit(40)
        found = [str(reference) for reference in connection.execute(wanted).scalars()]
    database.dispose()
    return found


class _Filling:
    """Puts copies beside the seeded rows, each next to the one it was made of, so that numbers go on rising with time."""

    def __init__(self, place: Place) -> None:
        self.database = Database(locations(place.data, place.url, None)[0], as_runtime=False)

    def close(self) -> None:
        self.database.dispose()

    def multiply(self, copies: int) -> None:
        for model in COPIED:
            with self.database.engine.connect() as connection, connection.begin():
                bulk.prepare(connection)
                self._copy(connection, table(model), copies)
            print(f"{copies} times {model.__tablename__}", flush=True)
        bulk.settle(self.database)

    def _copy(self, connection: Connection, found_in: Table, copies: int) -> None:
        key = next(iter(found_in.primary_key.columns))
        rows = connection.execute(select(found_in).order_by(found_in.c.get("at", key))).all()
        connection.execute(delete(found_in))
        for index in found_in.indexes:
            index.drop(connection)
        bulk.insert(connection, found_in, _copies(found_in, rows, copies))
        for index in found_in.indexes:
            index.create(connection)
        if "number" in found_in.c:
            bulk.count_on(connection, found_in, "number")


def _copies(found_in: Table, rows: Sequence[Any], copies: int) -> Iterator[tuple[Any, ...]]:
    names = [column.name for column in found_in.columns]
    for place, row in enumerate(rows):
        values = [_plain(found_in, name, getattr(row, name)) for name in names]
        for copy in range(copies):
            yield tuple(
                _copied(name, value, place * copies + copy + 1, copy) for name, value in zip(names, values, strict=True)
            )


def _plain(found_in: Table, name: str, value: Any) -> Any:
    """As `bulk` takes it: ids in bytes, moments in microseconds."""
    kind = type(found_in.c[name].type).__name__
    if value is None or kind not in ("Id", "Moment"):
        return value
    return id_bytes(value) if kind == "Id" else bulk.microseconds(value)


def _copied(name: str, value: Any, number: int, copy: int) -> Any:
    if name == "number":
        return number
    if value is None or copy == 0:
        return value
    if name in IDS:
        tail = int.from_bytes(value[-4:], "big") ^ (copy * 2_654_435_761 & 0xFFFFFFFF)
        return value[:-4] + tail.to_bytes(4, "big")
    if name in REFERENCES:
        return f"{value}x{copy}"
    return value + copy * SHIFT if name in ("at", "placed", "starts", "ends", "created", "captured_at") else value


# Running


def main() -> None:
    options = options_of(__doc__, small=10_000, large=2_000_000, rounds=30)
    found = list(places("orders", (options.small, options.large), postgresql=options.postgresql))
    for place in found:
        fill(place)
    with served_in_turn(found, "billing@petworks.example") as served:
        for place in found:
            KNOWN[served[place.size].client] = references(place)
        compare(REQUESTS, served, options)


if __name__ == "__main__":
    main()
