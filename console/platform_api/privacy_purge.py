"""24 months after its end all that is personal in a privacy request goes (P12): with its key, and out of the rows too.

What stays is a number, what was asked under which regime, when, and how it ended: counts. Its key goes first, so that a purge that
is cut off left nothing that opens, and is begun anew. Of somebody under a legal hold nothing goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, select, update

from console.platform_api import rewrap_job
from console.platform_api.mail_files import remove_files
from console.platform_api.privacy_clocks import purged_through
from console.platform_api.tables import (
    ErasurePlanRow,
    LegalHoldRow,
    MailRow,
    PackagePart,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    TellingRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    table,
)
from console.platform_api.transaction import Transaction
from console.records.privacy_requests import ENDED, RESOURCE

requests, _holds = table(PrivacyRequestRow), table(LegalHoldRow)
_tickets, _links, _messages, _mails = table(TicketRow), table(TicketLink), table(TicketMessage), table(MailRow)
_MADE = tuple(table(one) for one in (PackagePart, PrivacyPackageRow, ErasurePlanRow, ProposalRow, TellingRow))
"""What a request has made, each by the request's id."""

AT_ONCE = 100

NOTHING: dict[str, Any] = dict.fromkeys(
    ("external_id", "person", "source", "asker_token", "plan_hash", "sealed_contact", "sealed_thread")
)
"""What becomes of the columns that lead to somebody, or say something of them."""


def purge(work: Transaction) -> None:
    rows = _over(work)
    if not rows:
        return
    work.platform.vault.erase([row.id for row in rows])
    rewrap_job.ask(work)
    cases = _locked_cases(work, [row.id for row in rows])
    for row in rows:
        work.change(RESOURCE, requests, row, **NOTHING, purged=work.now)
        work.entries.append(work.entry(RESOURCE, "purge", record=row.id, details={"kind": row.kind}))
    _clear(work, [row.id for row in rows], cases)


def _over(work: Transaction) -> Sequence[Row[Any]]:
    over = requests.c.decided <= purged_through(work.now), requests.c.purged.is_(None), requests.c.state.in_(ENDED)
    found = select(requests.c.id).where(*over, ~_is_held()).order_by(requests.c.decided).limit(AT_ONCE)
    ids = work.connection.execute(found).scalars().all()
    rows = select(requests).where(requests.c.id.in_(ids), *over, ~_is_held()).order_by(requests.c.number)
    return work.connection.execute(rows.with_for_update()).all()


def _is_held() -> ColumnElement[bool]:
    held = _holds.c.person == requests.c.person, _holds.c.lifted.is_(None)
    return exists().where(*held).correlate(requests)


def _locked_cases(work: Transaction, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The tickets that were cases of these requests, and of nothing else."""
    mine = select(_links.c.ticket).where(_links.c.resource == RESOURCE, _links.c.record.in_(ids))
    found = select(_tickets).where(_tickets.c.id.in_(mine), _tickets.c.about == "privacy").order_by(_tickets.c.number)
    return work.connection.execute(found.with_for_update()).all()


def _clear(work: Transaction, ids: Sequence[str], cases: Sequence[Row[Any]]) -> None:
    connection, tickets = work.connection, [case.id for case in cases]
    for case in cases:
        work.change("tickets", _tickets, case, sealed_thread=None)
    connection.execute(update(_messages).where(_messages.c.ticket.in_(tickets)).values(sealed_thread=None))
    remove_files(work, ids)
    connection.execute(update(_mails).where(_mails.c.person.in_(ids)).values(sealed_thread=None, effects=None))
    connection.execute(delete(_links).where(_links.c.ticket.in_(tickets), _links.c.resource == "users"))
    for made in _MADE:
        connection.execute(delete(made).where(made.c.request.in_(ids)))
