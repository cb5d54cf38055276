"""People and tickets for tests, put straight into the databases as ingest would."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from console.platform_api.corrections import tokens
from console.platform_api.documents import Value, dump
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import TicketLink, TicketMessage, TicketRow, UserRow
from console.records.record import SEALED, categories
from console.records.users import Source, User
from tests.platform_api.api import employee_id

START = datetime(2024, 3, 1, 12, tzinfo=UTC)
MARIA: Mapping[str, str] = {
    "name": "Maria Gómez", "email": "maria.gomez@example.net", "phone": "+12035550142", "city": "Bridgeport", "postcode": "06604",
    "street": "12 Fairfield Avenue", "gender": "woman", "age_band": "35-44", "google_email": "mgomez@gmail.example",
}  # fmt: skip


def add_people(platform: Platform, people: Sequence[Mapping[str, Any]]) -> list[str]:
    """Adds users with these fields (personal ones sealed, others as columns), oldest first; their ids."""
    ids = [new_id() for _ in people]
    platform.vault.create(ids)
    keys = platform.vault.keys_of(ids)
    with platform.database.writing() as session:
        for place, (person, fields) in enumerate(zip(ids, people, strict=True)):
            plain = {name: value for name, value in fields.items() if categories(User)[name] not in SEALED}
            personal = {name: value for name, value in fields.items() if name not in plain}
            columns = {"registered": START + timedelta(days=place), **plain, **_sealed(keys[person], person, personal)}
            session.add(UserRow(id=person, **columns))
            session.flush()
            platform.vault.index(person, sorted(tokens(platform.keys, personal)))
    return ids


def _sealed(key: Any, person: str, personal: Mapping[str, str]) -> dict[str, bytes]:
    documents: dict[str, dict[str, Value]] = {}
    for name, value in personal.items():
        source = Source.GOOGLE if name == "google_email" else Source.SELF
        documents.setdefault(str(categories(User)[name]), {})[name] = Value(value, source, START)
    return {f"sealed_{kind}": key.seal("users", person, kind, dump(found)) for kind, found in documents.items()}


def add_person(platform: Platform, **fields: Any) -> str:
    return add_people(platform, [{**MARIA, **fields}])[0]


def add_ticket(
    platform: Platform,
    assignee: str | None = None,
    *,
    person: str | None = None,
    message: str | None = "I can't get in.",
    opened_by: str | None = None,
    links: Sequence[tuple[str, str]] = (),
) -> str:
    """A ticket about a person; with a message from them unless an employee opened it. `assignee` is an employee's name."""
    ticket, now = new_id(), platform.clock()
    owner = person or employee_id(platform, opened_by or "support")
    key = platform.vault.keys_of([owner])[owner]
    texts = dump(
        {
            name: Value(text, Source.SELF, now)
            for name, text in (("subject", "Can't log in"), ("reference", "web form 77"))
        }
    )
    with platform.database.writing() as session:
        session.add(
            TicketRow(
                id=ticket, channel="email", opened=now, owner=owner, sealed_thread=key.seal("tickets", ticket, "thread", texts),
                opened_by=employee_id(platform, opened_by) if opened_by else None, backed=opened_by is None,
                assignee=employee_id(platform, assignee) if assignee else None,
                lease_until=now + timedelta(minutes=30) if assignee else None,
            )
        )  # fmt: skip
        for resource, record in (*([("users", person)] if person else []), *links):
            session.add(TicketLink(ticket=ticket, resource=resource, record=record))
        if message is not None and opened_by is None:
            sealed = key.seal(
                "ticket_messages", mail := new_id(), "thread", dump({"body": Value(message, Source.SELF, now)})
            )
            session.add(TicketMessage(id=mail, ticket=ticket, at=now, kind="in", owner=owner, sealed_thread=sealed))
    return ticket


def key() -> str:
    return str(uuid.uuid4())


def post(
    client: httpx.Client, path: str, body: Any = None, *, version: int | None = None, intent: str | None = None
) -> httpx.Response:
    """A POST with an idempotency key, and If-Match when there is a version."""
    headers = {"Idempotency-Key": intent or key(), **({} if version is None else {"If-Match": f'"{version}"'})}
    return client.post(path, json=body, headers=headers)


def patch(client: httpx.Client, path: str, body: Any, version: int) -> httpx.Response:
    return client.patch(path, json=body, headers={"If-Match": f'"{version}"'})


def log_of(platform: Platform, action: str) -> list[Any]:
    """The audit rows of one action, as `users:reveal`, oldest first."""
    from sqlalchemy import select

    from console.platform_api.audit_log import audit

    resource, _, name = action.partition(":")
    with platform.database.reading() as connection:
        return list(
            connection.execute(
                select(audit).where(audit.c.resource == resource, audit.c.action == name).order_by(audit.c.seq)
            )
        )
