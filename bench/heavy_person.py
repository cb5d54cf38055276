"""Somebody on whom very much hangs: orders, payments, tickets with a message each, and looks on the log, in equal parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from console.platform_api.audit import Entry, append
from console.platform_api.documents import Value, dump
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import OrderRow, PaymentRow, TicketLink, TicketMessage, TicketRow, UserRow, table
from console.platform_api.vault import OwnerKey
from console.records.users import Source

AT_ONCE = 5_000
KINDS = 5
"""A ticket and its message count as one row each."""

Made = Iterator[tuple[type[SQLModel], dict[str, Any]]]


def add_heavy_person(platform: Platform, rows: int) -> str:
    """Their id. So many rows hang on them."""
    person, pro, now = new_id(), new_id(), platform.clock()
    platform.vault.create([person, pro])
    key = platform.vault.keys_of([person])[person]
    identity = key.seal("users", person, "identity", _document(now, name="Heavy Person"))
    with platform.database.writing() as session:
        session.add_all([UserRow(id=person, registered=now, sealed_identity=identity), UserRow(id=pro, registered=now)])
    orders = [new_id() for _ in range(rows // KINDS)]
    _write(platform, (_order(key, order, pro, now - timedelta(minutes=at)) for at, order in enumerate(orders)))
    _write(platform, (_payment(key, order, now) for order in orders))
    _write(platform, (one for _ in orders for one in _ticket(key, now)))
    _look(platform, person, len(orders))
    return person


def _document(now: datetime, **texts: str) -> bytes:
    return dump({name: Value(text, Source.SELF, now) for name, text in texts.items()})


def _order(key: OwnerKey, order: str, pro: str, at: datetime) -> tuple[type[SQLModel], dict[str, Any]]:
    service = key.seal("orders", order, "service", _document(at, pet_name="Biscuit", care_notes="Afraid of thunder"))
    return OrderRow, {
        "id": order, "parent": key.owner, "pro": pro, "service": "walking", "placed": at, "starts": at, "ends": at, "amount": 2_500,
        "currency": "USD", "state": "closed", "sealed_service": service,
        "sealed_address": key.seal("orders", order, "address", _document(at, address="12 Fairfield Avenue")),
    }  # fmt: skip


def _payment(key: OwnerKey, order: str, now: datetime) -> tuple[type[SQLModel], dict[str, Any]]:
    payment = new_id()
    document = key.seal("payments", payment, "instrument", _document(now, brand="visa", last_four="4242"))
    return PaymentRow, {
        "id": payment, "order_id": order, "payer": key.owner, "created": now, "amount": 2_500, "captured": 2_500, "currency": "USD",
        "state": "captured", "sealed_instrument": document,
    }  # fmt: skip


def _ticket(key: OwnerKey, now: datetime) -> Made:
    ticket, message = new_id(), new_id()
    thread = key.seal("tickets", ticket, "thread", _document(now, subject="Where is my walker?"))
    body = key.seal("ticket_messages", message, "thread", _document(now, body="She was to be here at noon. " * 8))
    yield TicketRow, {
        "id": ticket, "channel": "email", "opened": now, "owner": key.owner, "state": "closed", "sealed_thread": thread
    }  # fmt: skip
    yield TicketLink, {"ticket": ticket, "resource": "users", "record": key.owner}
    yield TicketMessage, {
        "id": message, "ticket": ticket, "at": now, "kind": "in", "owner": key.owner, "sealed_thread": body
    }  # fmt: skip


def _write(platform: Platform, made: Made) -> None:
    waiting: dict[type[SQLModel], list[dict[str, Any]]] = {}
    for model, values in made:
        found = waiting.setdefault(model, [])
        found.append(values)
        if len(found) >= AT_ONCE:
            _flush(platform, model, found)
    for model, found in waiting.items():
        _flush(platform, model, found)


def _flush(platform: Platform, model: type[SQLModel], found: list[dict[str, Any]]) -> None:
    if found:
        with platform.database.writing() as session:
            session.connection().execute(insert(table(model)), found)
        found.clear()


def _look(platform: Platform, person: str, count: int) -> None:
    subject, now = platform.vault.pseudonyms([person])[person], platform.clock()
    entry = Entry(at=now, actor=None, role="support", resource="users", action="read", outcome="done", subject=subject)
    for start in range(0, count, AT_ONCE):
        with platform.database.writing() as session:
            append(session, [entry] * min(AT_ONCE, count - start))
