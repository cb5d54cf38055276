"""Idempotency: what became of an intent, remembered in the transaction of its effect: status, id and version, never a body."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from console.platform_api.guard import Ask
from console.platform_api.problems import InFlight, KeyReused
from console.platform_api.tables import Intent

_in_flight: set[tuple[str, str]] = set()
_flight_lock = threading.Lock()


@contextmanager
def flight(ask: Ask) -> Iterator[None]:
    """InFlight while the same key is worked on by this process; another process waits for the key's row and then replays."""
    mark = (ask.actor.id, ask.key or ask.request_id)
    with _flight_lock:
        if mark in _in_flight:
            raise InFlight("Wait for the first answer; GET /v1/intents/{key} tells what became of it.", retry_after=1)
        _in_flight.add(mark)
    try:
        yield
    finally:
        with _flight_lock:
            _in_flight.discard(mark)


def find_intent(ask: Ask, session: Session) -> Intent | None:
    """The earlier outcome of this key on this route; KeyReused when the body differs."""
    if ask.key is None:
        return None
    found = session.get(Intent, (ask.actor.id, ask.key, ask.route))
    if found is not None and found.body_hash != ask.body_digest:
        raise KeyReused("Send a new key with a new request.")
    return found


def remember_intent(
    ask: Ask, session: Session, status: int, resource: str, record: str, version: int, **details: Any
) -> None:
    if ask.key is None:
        return
    session.add(
        Intent(
            employee=ask.actor.id, key=ask.key, route=ask.route, body_hash=ask.body_digest, status=status, resource=resource,
            record=record, version=version, details=details, at=ask.now,
        )
    )  # fmt: skip
