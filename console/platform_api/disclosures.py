"""The disclosure ledger (P4): what a third party is told about somebody, written down before it is told.

`disclose` stands in a transaction that commits before anything is sent. It refuses a recipient that nobody agreed on, and a
field that this recipient has no use for (P29); the ledger holds names of fields and never a value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api.audit_log import subject_of
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.listing import single
from console.platform_api.problems import BadRequest, NotAllowed
from console.platform_api.processors.seam import TOLD
from console.platform_api.tables import DisclosureRow, TicketRow, table
from console.platform_api.transaction import Transaction
from console.records.disclosures import PREFIX, RECIPIENTS, RESOURCE, Disclosure

disclosures, _tickets = table(DisclosureRow), table(TicketRow)

PROCESSOR, COURIER, PRO = "processor", "courier", "pro"
PRIZE = "prize"
"""The purpose for which a winner's contact goes to a courier."""

LABEL = frozenset({"name", "phone", "street", "city", "postcode"})
"""What a courier has use for, and the pro of an order."""

MAY_KNOW: Mapping[str, frozenset[str]] = {PROCESSOR: TOLD, COURIER: LABEL, PRO: LABEL}
"""Recipient → all that it may ever be told."""

PURPOSES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("refund", "refund_lookup", "void", "payment_lookup"), frozenset({PROCESSOR})),
    "correction": frozenset({COURIER, PRO}),
    PRIZE: frozenset({COURIER}),
}
"""What for → who may be told; nothing is sold, measured or advertised (P2, P29)."""


def disclose(
    work: Transaction,
    recipient: str,
    fields: Collection[str],
    purpose: str,
    person: str | None,
    about: str | None = None,
    *,
    ticket: str | None = None,
) -> None:
    """Writes down that `recipient` is told these fields about the person. NotAllowed, and nothing may be sent, unless it may know them."""
    known = recipient in PURPOSES.get(purpose, frozenset())
    if not known or not set(fields) <= MAY_KNOW.get(recipient, frozenset()):
        raise NotAllowed("Nothing of this goes to that recipient.")
    subject = work.platform.vault.pseudonyms([person]).get(person) if person else None
    work.session.add(
        DisclosureRow(
            id=new_id(), at=work.now, recipient=recipient, fields=sorted(fields), purpose=purpose,
            subject=subject, about=about, ticket=ticket or work.ticket,
        )
    )  # fmt: skip


def _user(ask: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    named = single({"user": values}, "user") or ""
    return [disclosures.c.subject == (subject_of(ask, connection, named) or "")]


def _recipients(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(RECIPIENTS):
        raise BadRequest(f"A recipient is one of {', '.join(RECIPIENTS)}.")
    return [disclosures.c.recipient.in_(list(values))]


def _dress(_: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    cases = _case_numbers(connection, {row.ticket for row in rows if row.ticket})
    return [
        {
            **{name: getattr(row, name) for name in ("at", "recipient", "purpose", "subject", "about")},
            "fields": list(row.fields),
            "case": cases.get(row.ticket),
        }
        for row in rows
    ]


def _case_numbers(connection: Connection, ids: set[str]) -> dict[str, str]:
    rows = connection.execute(select(_tickets.c.id, _tickets.c.number).where(_tickets.c.id.in_(ids))) if ids else ()
    return {ticket: f"T-{number}" for ticket, number in rows}


def _facts(_: Connection, __: Row[Any]) -> dict[str, Any]:
    return {}


DISCLOSURES = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Disclosure,
    table=disclosures,
    sorts={"number": disclosures.c.number},
    filters={"user": Filter(_user), "recipient": Filter(_recipients, RECIPIENTS)},
    dress=_dress,
    facts=_facts,
    owner=lambda _: None,
)
