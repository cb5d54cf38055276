"""What employees do about reconciliations: import a report, and resolve a difference with a note."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlmodel import Session

from console.platform_api import jobs
from console.platform_api.documents import Value, dump
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.payments import parties_of
from console.platform_api.problems import Conflict, NotAllowed, NotFound
from console.platform_api.reconciliations import (
    RECONCILIATIONS,
    WAITING,
    WAITING_AGAIN,
    is_difference,
    lines,
    note_place,
    reconciliations,
)
from console.platform_api.report_csv import Line, parse
from console.platform_api.review_work import settle_review
from console.platform_api.store import Answer, Write, act, create
from console.platform_api.tables import PaymentRow, ReconciliationRow, table
from console.platform_api.transaction import Transaction
from console.records.users import Source

_payments = table(PaymentRow)

KIND = "reconcile"
"""Of the job that compares a report."""

INSERTED = 5_000
"""Lines a statement."""


def mark_of(reconciliation: str, line: int) -> str:
    """Of the review that a difference opens."""
    return f"reconciliation:{reconciliation}:{line}"


# Importing


def import_report(ask: Ask, content: bytes) -> Answer:
    """Reads a report and asks for the work of comparing it, once for each report: Conflict for one that is here already.

    Of the text only what money is compared by is kept.
    """
    ask.require_key()
    found = parse(content)
    digest = hashlib.sha256(content).hexdigest()

    def work(session: Session) -> tuple[str, dict[str, Any]]:
        _refuse_again(session, digest)
        reconciliation = new_id()
        session.add(
            ReconciliationRow(
                id=reconciliation, digest=digest, imported=ask.now, employee=ask.actor.id, lines=len(found),
                starts=min(line.created for line in found), ends=max(line.created for line in found),
            )
        )  # fmt: skip
        session.flush()
        rows = list(_rows(reconciliation, found))
        for start in range(0, len(rows), INSERTED):
            session.connection().execute(insert(lines), rows[start : start + INSERTED])
        transaction = Transaction(ask.platform, session, ask.now, ask.actor.id, ask.actor.role, ask.case)
        jobs.enqueue(transaction, KIND, f"{KIND}:{reconciliation}", {"reconciliation": reconciliation})
        return reconciliation, {"lines": len(found)}

    return create(ask, RECONCILIATIONS, work)


def _refuse_again(session: Session, digest: str) -> None:
    known = select(reconciliations.c.number).where(reconciliations.c.digest == digest)
    number = session.connection().execute(known).scalar()
    if number is not None:
        raise Conflict(f"This report was imported before, as RC-{number}; nothing was changed.", number=f"RC-{number}")


def _rows(reconciliation: str, found: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """A movement that the report has twice, by its id or by what it is of, is compared the first time only."""
    seen: set[tuple[str, ...]] = set()
    for line in found:
        marks = {(line.transaction,)} | ({(line.category, line.source)} if line.source else set())
        again = bool(seen & marks)
        seen |= marks
        yield {
            "reconciliation": reconciliation,
            "line": line.line,
            "result": WAITING_AGAIN if again else WAITING,
            "category": line.category,
            "source": line.source,
            "reference": next(iter(line.references), None),
            "currency": line.currency,
            "gross": line.gross,
        }


# Resolving


def resolve(ask: Ask, named: str, line: int, text: str) -> Answer:
    """Writes why a difference is right, sealed under the employee's own key; the review that it opened is settled with it."""

    def change(write: Write) -> None:
        mine = lines.c.reconciliation == write.row.id, lines.c.line == line
        row = write.connection.execute(select(lines).where(*mine).with_for_update()).first()
        if row is None:
            raise NotFound("The report has no such line.")
        _refuse_unless_open(row)
        _refuse_own(write, row)
        noted = {"resolved_by": ask.actor.id, "owner": ask.actor.id, "sealed_note": _sealed(ask, row, text)}
        write.connection.execute(update(lines).where(*mine).values(noted))
        write.values["resolved"] = write.row.resolved + 1
        write.details["line"] = line
        settle_review(write.others, mark_of(write.row.id, line), "corrected")

    return act(ask, RECONCILIATIONS, named, change, versioned=False)


def _refuse_unless_open(row: Row[Any]) -> None:
    if not is_difference(row.result):
        raise Conflict("This line is no difference: there is nothing to resolve.")
    if row.resolved_by is not None:
        raise Conflict("Somebody resolved this line already; nothing was changed.")


def _refuse_own(write: Write, row: Row[Any]) -> None:
    """Nobody decides about money of their own."""
    if row.payment is None or write.ask.actor.person is None:
        return
    payment = write.connection.execute(select(_payments).where(_payments.c.id == row.payment)).one()
    if write.ask.actor.person in parties_of(write.connection, payment.order_id, payment.payer):
        raise NotAllowed("Nobody acts on an order of their own.")


def _sealed(ask: Ask, row: Row[Any], text: str) -> bytes:
    key = ask.platform.vault.keys_of([ask.actor.id])[ask.actor.id]
    return key.seal(*note_place(row), dump({"note": Value(text, Source.EMPLOYEE, ask.now)}))
