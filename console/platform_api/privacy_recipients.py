"""Telling those who had the old value (P11): whom the platform can tell is told, the others are on the checklist until it is said how and when.

The pros of orders that are under way are told by mail: that something changed, not what it is. Whom the ledger names otherwise (a courier) has
no way to be told from here. The processor holds none of it (P29). Each telling is a row of the ledger of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from console.platform_api import claim_work, mail
from console.platform_api.disclosures import MAY_KNOW, PRO, PROCESSOR, disclose, disclosures
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.mail_templates import GREETING, TEMPLATES
from console.platform_api.privacy_intake import refuse_time
from console.platform_api.privacy_request_work import worked_on
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.problems import NotFound
from console.platform_api.store import Answer, Write, act
from console.platform_api.tables import OrderRow, TellingRow, table
from console.records.orders import PREFIX, OrderState

tellings, _orders = table(TellingRow), table(OrderRow)

CORRECTION, TEMPLATE = "correction", "order_corrected"
UNDER_WAY = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.IN_SERVICE)
"""Orders whose pro still acts on what they were told."""

HOLDS_NONE = "The processor was told of the person, and holds none of what was corrected: there is nothing to tell it."


def tell_recipients(write: Write, person: str, case: Row[Any], fields: Collection[str]) -> list[str]:
    """Who had one of the fields: told, or put on the checklist and noted in the case as somebody to tell."""
    had = _had(write, person, fields)
    if all(recipient != PROCESSOR for recipient, _ in had) and _was_told(write, person, PROCESSOR):
        claim_work.add_text(write, case, HOLDS_NONE)
    for (recipient, about), known in sorted(had.items(), key=str):
        _to_tell(write, case, recipient, about, known)
    return sorted({recipient for recipient, _ in had} | _tell_pros(write, person, case, fields))


def _tell_pros(write: Write, person: str, case: Row[Any], fields: Collection[str]) -> set[str]:
    known = frozenset(fields) & MAY_KNOW[PRO]
    found = select(_orders.c.number, _orders.c.pro).where(_orders.c.parent == person, _orders.c.state.in_(UNDER_WAY))
    rows = write.connection.execute(found.order_by(_orders.c.number)).all() if known else []
    for order in rows:
        named = f"{PREFIX}-{order.number}"
        text = TEMPLATES[TEMPLATE].fill({"greeting": GREETING, "order": named, "fields": ", ".join(sorted(known))})
        message = mail.tell(
            write.others, ticket=None, person=order.pro, topic="order", template=TEMPLATE, author=None, **text
        )
        if message is None:
            _to_tell(write, case, PRO, named, known)
        else:
            _put(write, PRO, named, known, how="email", told=write.ask.now)
            disclose(write.others, PRO, known, CORRECTION, person, named, ticket=case.id)
    return {PRO} if rows else set()


def _to_tell(write: Write, case: Row[Any], recipient: str, about: str | None, known: Collection[str]) -> None:
    _put(write, recipient, about, known)
    of = f" of {about}" if about else ""
    claim_work.add_text(write, case, f"To be told of the correction: {recipient}{of} ({', '.join(sorted(known))}).")


def _put(write: Write, recipient: str, about: str | None, known: Collection[str], **told: Any) -> None:
    write.session.add(
        TellingRow(
            id=new_id(), request=write.row.id, recipient=recipient, about=about, fields=sorted(known), at=write.ask.now, **told
        )
    )  # fmt: skip


# By an employee


def say_told(ask: Ask, named: str, telling: str, how: str, told: datetime) -> Answer:
    """Somebody whom the platform couldn't tell: how they were, and when."""

    def change(write: Write) -> None:
        case = worked_on(write)
        row = _open(write.connection, write.row.id, telling)
        refuse_time("told", told, ask.now, since=row.at)
        said = {"how": how, "told": told, "told_by": ask.actor.id}
        write.connection.execute(update(tellings).where(tellings.c.id == row.id).values(**said))
        if set(row.fields) <= MAY_KNOW.get(row.recipient, frozenset()):
            disclose(write.others, row.recipient, row.fields, CORRECTION, write.row.person, row.about, ticket=case.id)
        write.details = {"recipient": row.recipient, "about": row.about, "how": how}

    return act(ask, REQUESTS, named, change)


def _open(connection: Connection, request: str, telling: str) -> Row[Any]:
    mine = tellings.c.request == request, tellings.c.told.is_(None)
    for row in connection.execute(select(tellings).where(*mine)):
        if row.id == telling:
            return row
    raise NotFound("There is nobody like that who is still to be told.")


# The ledger


def _had(write: Write, person: str, fields: Collection[str]) -> dict[tuple[str, str | None], frozenset[str]]:
    had: dict[tuple[str, str | None], frozenset[str]] = {}
    for row in _ledger(write, person):
        key = row.recipient, row.about
        known = had.get(key, frozenset()) | (frozenset(fields) & frozenset(row.fields))
        had |= {key: known} if known and row.purpose != CORRECTION else {}
    return had


def _was_told(write: Write, person: str, recipient: str) -> bool:
    return any(row.recipient == recipient for row in _ledger(write, person))


def _ledger(write: Write, person: str) -> list[Row[Any]]:
    subject = write.ask.platform.vault.pseudonyms([person]).get(person)
    return list(write.connection.execute(select(disclosures).where(disclosures.c.subject == subject)))
