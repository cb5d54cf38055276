"""Who looked at the person and at what is theirs, and who did what: time, role and purpose from the log, and no employee's name.

While fraud is being looked into (a legal hold says so), what would tell them of it is held back.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, not_, or_, select, union_all

from console.platform_api.access_package.gathering import FRAUD, Gathering, Item, columns
from console.platform_api.access_package.of_cases import linked_to
from console.platform_api.access_package.of_contests import entries_of
from console.platform_api.access_package.section import Rows, Section
from console.platform_api.audit import REMOVED
from console.platform_api.documents import load_json
from console.platform_api.numbers import numbers_of
from console.platform_api.tables import (
    ApplicationDocumentRow,
    AuditEntry,
    AuditReason,
    AwardRow,
    ContestEntryRow,
    OrderRow,
    PaymentReviewRow,
    PaymentRow,
    PayoutRow,
    PrivacyRequestRow,
    ProApplicationRow,
    RefundRow,
    TicketRow,
    table,
)

_audit, _reasons, _tickets = table(AuditEntry), table(AuditReason), table(TicketRow)
_entries, _awards = table(ContestEntryRow), table(AwardRow)
_orders, _refunds = table(OrderRow), table(RefundRow)

THEIRS = (
    _orders.c.parent, _orders.c.pro, table(PaymentRow).c.payer, table(PayoutRow).c.pro, table(PaymentReviewRow).c.person,
    table(ProApplicationRow).c.person, table(ApplicationDocumentRow).c.person, table(PrivacyRequestRow).c.person,
)  # fmt: skip
"""By whom each of these records is the person's."""

NAMED = "It was removed: it named somebody who was erased."

AT_ONCE = 2_000
"""The log isn't ordered by record, so it is read through: the fewer times it is begun, the better."""


def _about(gathering: Gathering) -> ColumnElement[bool]:
    """Rows about the person, or about a record of theirs."""
    if gathering.person is None:
        return false()
    theirs = or_(
        _audit.c.subject == gathering.pseudonym,
        _audit.c.record.in_(_records(gathering.person)),
        _audit.c.record.in_(_won(gathering)),
    )
    since = gathering.fraud_since
    if since is None:
        return theirs
    tells = or_(_audit.c.reason == FRAUD, and_(_audit.c.action == "reveal", _audit.c.at >= since))
    return and_(theirs, not_(func.coalesce(tells, false())))


def _records(person: str) -> Any:
    orders = select(_orders.c.id).where(or_(_orders.c.parent == person, _orders.c.pro == person))
    mine = [select(column.table.c.id).where(column == person) for column in THEIRS]
    return union_all(*mine, select(_refunds.c.id).where(_refunds.c.order_id.in_(orders)), linked_to(person))


def _won(gathering: Gathering) -> Any:
    """What the person entered, and won: a look at a winner is a look at them (P19)."""
    mine = select(_entries.c.id).where(entries_of(gathering))
    return union_all(mine, select(_awards.c.id).where(_awards.c.entry.in_(mine)))


def _seen(gathering: Gathering, rows: Rows) -> list[Item]:
    cases = numbers_of(gathering.connection, _tickets, "T", [row.ticket for row in rows])
    texts = _texts(gathering, rows)
    return [_look(row, cases.get(row.ticket or ""), texts.get(row.seq, {})) for row in rows]


def _look(row: Row[Any], case: str | None, text: Item) -> Item:
    """The fields are names. Of the details the purpose alone: the others are the platform's own affair."""
    purpose = json.loads(row.details).get("purpose")
    return {
        "at": row.at,
        "role": row.role or "platform",
        "what": f"{row.resource}: {row.action}",
        "outcome": row.outcome,
        **({"fields": fields} if (fields := json.loads(row.fields)) else {}),
        **columns(row, "reason"),
        **({"purpose": purpose} if purpose else {}),
        **({"case": case} if case else {}),
        **text,
    }


def _texts(gathering: Gathering, rows: Rows) -> dict[int, Item]:
    """What was said with a reason; it stands under the key of whom it is about."""
    reasons = _reasons.c.seq.in_([row.seq for row in rows if row.reason_hash is not None])
    found = gathering.rows(_reasons, reasons, by="seq") if rows else []
    keys, by_seq = gathering.keys_of({reason.owner for reason in found}), {row.seq: row for row in rows}
    return {reason.seq: _reason(gathering, keys, by_seq[reason.seq], reason) for reason in found}


def _reason(gathering: Gathering, keys: Any, row: Row[Any], reason: Row[Any]) -> Item:
    record = row.record or gathering.person or ""
    if bytes(reason.sealed_reason) == REMOVED:
        return {"left_out": NAMED}
    opened = gathering.opened(keys, reason.owner, (row.resource, record, "reason"), reason.sealed_reason)
    if isinstance(opened, bytes):
        return {"in_their_words": load_json(opened)["text"]}
    return {"left_out": opened} if opened else {}


LOOKS = Section("looks", "Who looked, and who did what", _audit, _about, _seen, key="seq", at_once=AT_ONCE)
