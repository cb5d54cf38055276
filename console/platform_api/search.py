"""Finding people: by number, exact e-mail or phone; with a case in hand also by whole name words, narrowed by city or postcode.

The blind indexes give hints; every hit is opened and compared. The log keeps a keyed hash of the term.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, func, select

from console import access
from console.platform_api import blind, projection
from console.platform_api.facts import base_facts, load_case
from console.platform_api.guard import Ask
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.reveal import TOLD_ABOVE, looked_at, remember_look
from console.platform_api.store import Answer, find, log, refuse_unless
from console.platform_api.tables import OrderRow, UserRow, table
from console.platform_api.users import USERS
from console.platform_api.vault import OwnerKey
from console.records.orders import DONE
from console.records.record import Category

MOST_HITS = 20
"""Of a search by name."""
LOOKED_THROUGH = 2_000
"""Namesakes that one search opens while it narrows by place: some 30 ms."""
BATCH = 50

KINDS = ("number", "email", "phone", "name")
NARROWING = ("city", "postcode")

_users, _orders = table(UserRow), table(OrderRow)


@dataclass(frozen=True)
class Terms:
    """One term of `KINDS`, and for a name the place that narrows it."""

    kind: str
    term: str
    place: Mapping[str, str]


def terms_of(given: Mapping[str, str | None]) -> Terms:
    """BadRequest unless it is exactly one term, with a place only beside a name."""
    sought = {name: value for name, value in given.items() if value}
    kinds = [name for name in KINDS if name in sought]
    if len(kinds) != 1:
        raise BadRequest(f"Search by one of {', '.join(KINDS)}.")
    place = {name: sought[name] for name in NARROWING if name in sought}
    if place and kinds[0] != "name":
        raise BadRequest("City and postcode narrow a search by name, and are no search of their own.")
    if kinds[0] == "name" and not blind.sought_words(sought["name"]):
        raise BadRequest("Search by whole words of a name.")
    return Terms(kinds[0], sought[kinds[0]], place)


async def search(ask: Ask, terms: Terms) -> Answer:
    """By number, e-mail or phone: masked hits, on the log by keyed hash."""
    with ask.platform.database.reading() as connection:
        rows = list(islice(_exact(ask, connection, terms), MOST_HITS + 1))
        items = projection.page(ask, connection, USERS, rows[:MOST_HITS], load_case(connection, ask.case))
    await ask.platform.recorder.record(ask.entry(details=_details(ask, terms, rows[:MOST_HITS])))
    return _answer(items, exact=len(rows) <= MOST_HITS)


def search_by_name(ask: Ask, terms: Terms) -> Answer:
    """At most 20 hits with their city in clear; each counts as a person looked at."""
    with ask.platform.database.writing() as session:
        connection = session.connection()
        case = load_case(connection, ask.case)
        refuse_unless(access.may(ask.actor.roles, "users", "search-name", base_facts(ask.actor, ask.now, case)))
        rows = list(islice(_named(ask, connection, terms), MOST_HITS + 1))
        hits = rows[:MOST_HITS]
        for row in hits:
            remember_look(ask, session, row.id, str(ask.case), ask.now)
        told = "manager" if hits and looked_at(session, ask) > TOLD_ABOVE else None
        items = projection.page(ask, connection, USERS, hits, case)
        months = _last_services(connection, [row.id for row in hits])
        log(session, [ask.entry(told=told, fields=("city",) if hits else (), details=_details(ask, terms, hits))])
    _add_cities(ask, hits, items, months)
    return _answer(items, exact=len(rows) <= MOST_HITS)


def _answer(items: list[dict[str, Any]], exact: bool) -> Answer:
    total = {"count": len(items), "exact": exact}
    return Answer({"items": items, "total": total, "next": None, "previous": None, "first": 0})


def _details(ask: Ask, terms: Terms, hits: list[Row[Any]]) -> dict[str, Any]:
    folded = f"{terms.kind}\n{blind.fold(terms.term)}".encode(errors="replace")
    pseudonyms = ask.platform.vault.pseudonyms([row.id for row in hits])
    return {
        "by": [terms.kind, *terms.place],
        "term": hmac.digest(ask.platform.keys.blind, b"term\n" + folded, "sha256").hex()[:32],
        "hits": len(hits),
        "subjects": sorted(pseudonyms.values()),
    }


def _exact(ask: Ask, connection: Connection, terms: Terms) -> Iterator[Row[Any]]:
    if terms.kind == "number":
        try:
            yield find(ask, connection, USERS, terms.term)
        except NotFound:
            return
        return
    keys, email = ask.platform.keys, terms.kind == "email"
    token = blind.email_token(keys, terms.term) if email else blind.phone_token(keys, terms.term)
    same = blind.same_email if email else blind.same_phone
    for row, key in _hits(ask, connection, [token]):
        value = projection.open_document(USERS, row, Category.CONTACT, key).get(terms.kind)
        if value is not None and same(value.value, terms.term):
            yield row


def _named(ask: Ask, connection: Connection, terms: Terms) -> Iterator[Row[Any]]:
    tokens = sorted(blind.sought_tokens(ask.platform.keys, terms.term))
    for row, key in islice(_hits(ask, connection, tokens), LOOKED_THROUGH):
        name = projection.open_document(USERS, row, Category.IDENTITY, key).get("name")
        if name is not None and blind.is_named(name.value, terms.term) and _is_there(row, key, terms.place):
            yield row


def _is_there(row: Row[Any], key: OwnerKey, place: Mapping[str, str]) -> bool:
    if not place:
        return True
    document = projection.open_document(USERS, row, Category.LOCALITY, key)
    return all(
        name in document and blind.fold(document[name].value) == blind.fold(sought) for name, sought in place.items()
    )


def _hits(ask: Ask, connection: Connection, tokens: list[int]) -> Iterator[tuple[Row[Any], OwnerKey]]:
    """Rows that the index hints at, newest first, with their keys."""
    before: str | None = None
    while True:
        owners = ask.platform.vault.find(tokens, before=before, limit=BATCH)
        rows = (
            {row.id: row for row in connection.execute(select(_users).where(_users.c.id.in_(owners)))} if owners else {}
        )
        keys = ask.platform.vault.keys_of(owners) if owners else {}
        yield from ((rows[owner], keys[owner]) for owner in owners if owner in rows and owner in keys)
        if len(owners) < BATCH:
            return
        before = owners[-1]


def _last_services(connection: Connection, people: list[str]) -> dict[str, str]:
    """Person → the month in which something that they had booked was last done."""
    if not people:
        return {}
    done = _orders.c.parent.in_(people), _orders.c.state.in_(sorted(DONE))
    last = select(_orders.c.parent, func.max(_orders.c.starts)).where(*done).group_by(_orders.c.parent)
    return {parent: f"{moment:%Y-%m}" for parent, moment in connection.execute(last)}


def _add_cities(ask: Ask, hits: list[Row[Any]], items: list[dict[str, Any]], months: Mapping[str, str]) -> None:
    keys = ask.platform.vault.keys_of([row.id for row in hits]) if hits else {}
    for row, item in zip(hits, items, strict=True):
        city = projection.open_document(USERS, row, Category.LOCALITY, keys.get(row.id)).get("city")
        item |= {"city": city.value if city else None, "last_service": months.get(row.id)}
