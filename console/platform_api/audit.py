"""Who saw and did what: rows of the chain, added in a transaction whose last lock is that of the chain's end.

A write appends within its own transaction; rows of reads are gathered and committed in groups by the `recorder`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, exc, insert, select, update
from sqlmodel import Session

from console import chain
from console.chain import Head
from console.platform_api.columns import EPOCH
from console.platform_api.problems import AuditUnavailable
from console.platform_api.tables import AuditEntry, AuditHead, AuditReason, table

CHECKPOINT_ROWS = 1000
"""A checkpoint is signed about every so many rows."""

REMOVED = b""
"""In the place of a sealed reason that named somebody who was erased. The row on the log stays, with a hash whose salt is gone."""

CHECKPOINT_DUE = "audit checkpoint due"
"""A connection's `info` has it once the transaction has gone past such a row."""

logger = logging.getLogger(__name__)

_MICROSECOND = timedelta(microseconds=1)
_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_audit, _head, _reasons = table(AuditEntry), table(AuditHead), table(AuditReason)

_lock_head = select(_head.c.seq, _head.c.hash).where(_head.c.id == 1).with_for_update()
_read_head = select(_head.c.seq, _head.c.hash).where(_head.c.id == 1)
_move_head = update(_head).where(_head.c.id == 1)


class SealedReason(NamedTuple):
    """A reason's text, sealed under its owner with a salt; the chain holds `salted_hash` (hex) and outlives the key."""

    owner: str
    document: bytes
    salted_hash: str


@dataclass(frozen=True)
class Entry:
    """What a row says. `subject` is a pseudonym, `record` never a person's id; `fields` are names, never values."""

    at: datetime
    actor: str | None
    role: str | None
    resource: str
    action: str
    outcome: str
    subject: str | None = None
    record: str | None = None
    ticket: str | None = None
    fields: tuple[str, ...] = ()
    reason: str | None = None
    reason_text: SealedReason | None = None
    told: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    request: str | None = None


class Prepared(NamedTuple):
    """An entry ready to be chained: all that can be wrong with it has been found, all that needs no lock is done."""

    values: dict[str, Any]
    content: bytes
    reason: SealedReason | None


def prepare(entry: Entry) -> Prepared:
    """ValueError or TypeError when a row can't hold it: one bad entry must not stop the group that it would go with."""
    reason = entry.reason_text
    texts = {
        "role": entry.role, "resource": entry.resource, "action": entry.action, "outcome": entry.outcome,
        "subject": entry.subject, "reason": entry.reason, "told": entry.told, "request": entry.request,
        "reason_hash": reason.salted_hash if reason else None,
        "actor": _id(entry.actor), "record": _id(entry.record), "ticket": _id(entry.ticket),
        "fields": _json(list(entry.fields)), "details": _json(dict(entry.details)),
    }  # fmt: skip
    if not all(text is None or text.isprintable() for text in texts.values()):  # NUL, lone surrogates
        raise ValueError("a text of the entry can't stand in every database")
    microseconds = (entry.at - EPOCH) // _MICROSECOND
    content = chain.canonical({**texts, "at": chain.moment_text(microseconds)})
    return Prepared({**texts, "at": entry.at}, content, reason)


def _id(text: str | None) -> str | None:
    return None if text is None else str(UUID(text))


def append(session: Session, entries: Sequence[Entry]) -> list[int]:
    """Adds rows in the caller's transaction and gives their numbers. Called last, as it locks the end of the chain."""
    session.flush()
    prepared = [prepare(entry) for entry in entries]
    try:
        last = extend(session.connection(), prepared)
    except exc.DBAPIError as error:
        raise _unavailable(error) from error
    return list(range(last.seq - len(prepared) + 1, last.seq + 1))


def _unavailable(error: exc.DBAPIError) -> Exception:
    """AuditUnavailable, and the whole write is rolled back; a database that is only busy or full says so itself."""
    from console.platform_api.faults import of_database  # it imports the guard, which imports this module

    known = of_database(error)
    if known is None:
        logger.error("The audit log can't be written: %s", type(error.orig).__name__)
    return known or AuditUnavailable(retry_after=1)


def extend(connection: Connection, rows: Sequence[Prepared]) -> Head:
    """Locks the end of the chain, adds rows to it and gives the new end."""
    before = _locked_head(connection)
    head, values, reasons = before, [], []
    for row in rows:
        seq = head.seq + 1
        hash_ = chain.row_hash(head.hash, seq, row.content)
        values.append({**row.values, "seq": seq, "prev": head.hash, "hash": hash_})
        if row.reason:
            reasons.append({"seq": seq, "owner": row.reason.owner, "sealed_reason": row.reason.document})
        head = Head(seq, hash_)
    if values:
        connection.execute(insert(_audit), values)
        connection.execute(_move_head, {"seq": head.seq, "hash": head.hash})
    if reasons:
        connection.execute(insert(_reasons), reasons)
    if before.seq // CHECKPOINT_ROWS < head.seq // CHECKPOINT_ROWS:
        connection.info[CHECKPOINT_DUE] = True
    return head


def _locked_head(connection: Connection) -> Head:
    found = connection.execute(_lock_head).first()
    if found is None:
        raise AuditUnavailable("The end of the audit log is missing: petworks audit verify says more.")
    return Head(found.seq, bytes(found.hash))


def current_head(connection: Connection) -> Head:
    found = connection.execute(_read_head).first()
    return Head(found.seq, bytes(found.hash)) if found else Head(0, chain.GENESIS)


def exported(row: Row[Any]) -> str:
    """A row of the table as a line of an export, which `petworks audit verify --file` takes."""
    columns = {name: getattr(row, name) for name in chain.COLUMNS}
    columns["at"] = chain.moment_text((row.at - EPOCH) // _MICROSECOND)
    return chain.export_line(Head(row.seq, bytes(row.hash)), bytes(row.prev), columns) + "\n"
