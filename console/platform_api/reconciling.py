"""Compares a report with what the platform believes: durable work, a batch a transaction.

A batch takes lines that still wait, writes a result to each and moves the count on; so whoever goes on after a kill goes on with
the lines that wait, and the end is the same. Then comes the money that the report lacks. Each difference of a payment opens a review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, Table, bindparam, exists, func, insert, select, update

from console.platform_api.platform import Platform
from console.platform_api.reconciliation_work import mark_of
from console.platform_api.reconciliations import WAITING, WAITING_AGAIN, is_difference, lines, reconciliations
from console.platform_api.review_work import open_review
from console.platform_api.tables import DisputeRow, PaymentRow, PayoutRow, RefundRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records.payment_reviews import ReviewKind
from console.records.reconciliations import RESOURCE, ReconciliationState, Result
from console.records.refunds import RefundState

_payments, _refunds, _disputes, _payouts = table(PaymentRow), table(RefundRow), table(DisputeRow), table(PayoutRow)

BATCH = 1_000
MISSING_BATCH = 100
MOST_MISSING = 1_000
"""A report that lacks more than that isn't the whole report of its time."""

EDGE = timedelta(minutes=15)
"""So far the platform's times and the processor's may be apart: nearer to the report's ends nothing is said to be missing."""

TOO_MANY = f"The report lacks more than {MOST_MISSING:,} payments or refunds of its time: it is not the whole report."


class Compared(NamedTuple):
    """What a category of the report is compared with, by the sign of what it does to the balance."""

    found_in: Table
    amount: str
    sign: int


CATEGORIES: Mapping[str, Compared] = {
    "charge": Compared(_payments, "captured", 1),
    "refund": Compared(_refunds, "amount", -1),
    "refund_failure": Compared(_refunds, "amount", 1),
    "dispute": Compared(_disputes, "amount", -1),
    "dispute_reversal": Compared(_disputes, "amount", 1),
    "payout": Compared(_payouts, "amount", -1),
    "payout_reversal": Compared(_payouts, "amount", 1),
}
"""All other categories (fees, transfers between accounts) are the processor's own affair."""


@dataclass(frozen=True)
class Known:
    """The platform's records by the processor's references."""

    by_reference: Mapping[tuple[str, str], Row[Any]]
    payments: Mapping[str, Row[Any]]
    """By reference and by id."""


def run(platform: Platform, ids: Mapping[str, str]) -> None:
    """Until the report is compared; may be killed anywhere, and called again."""
    while _batch(platform, ids["reconciliation"]):
        pass
    while _missing(platform, ids["reconciliation"]):
        pass


def _locked(work: Transaction, reconciliation: str) -> Row[Any] | None:
    """The report while it is being compared; None once it is done."""
    row = work.lock(reconciliations, reconciliation)
    return row if row is not None and row.state == ReconciliationState.RUNNING else None


def _log(work: Transaction, reconciliation: str, action: str, **details: Any) -> None:
    work.entries.append(work.entry(RESOURCE, action, record=reconciliation, details=details))


# The lines


def _batch(platform: Platform, reconciliation: str) -> bool:
    """Compares some lines; False when none wait."""
    with own_work(platform) as work:
        row = _locked(work, reconciliation)
        waiting = _waiting(work.connection, reconciliation) if row is not None else []
        if row is None or not waiting:
            return False
        known = _known(work.connection, waiting)
        found = [_compared(line, known) for line in waiting]
        _write(work.connection, reconciliation, found)
        for line in found:
            _review(work, reconciliation, line, known.payments)
        differing = sum(is_difference(line["result"]) for line in found)
        matched = sum(line["result"] == Result.MATCHED for line in found)
        counts = {
            "done": row.done + len(found),
            "matched": row.matched + matched,
            "differing": row.differing + differing,
        }
        work.change(RESOURCE, reconciliations, row, **counts)
        _log(work, reconciliation, "compared", lines=len(found), differing=differing)
        return True


def _waiting(connection: Connection, reconciliation: str) -> Sequence[Row[Any]]:
    for result in (WAITING, WAITING_AGAIN):
        mine = lines.c.reconciliation == reconciliation, lines.c.result == result
        found = connection.execute(select(lines).where(*mine).order_by(lines.c.line).limit(BATCH)).all()
        if found:
            return found
    return []


def _known(connection: Connection, waiting: Sequence[Row[Any]]) -> Known:
    references = {reference for line in waiting for reference in (line.source, line.reference) if reference}
    found = {
        (str(source.name), row.processor_reference): row
        for source in (_payments, _refunds, _disputes, _payouts)
        for row in _by_reference(connection, source, references)
    }
    by_id = {row.payment for (source, _), row in found.items() if source in ("refunds", "disputes")}
    rows = connection.execute(select(_payments).where(_payments.c.id.in_(by_id))).all() if by_id else []
    payments = {reference: row for (source, reference), row in found.items() if source == "payments"}
    return Known(found, {**payments, **{row.id: row for row in payments.values()}, **{row.id: row for row in rows}})


def _by_reference(connection: Connection, found_in: Table, references: Iterable[str]) -> Sequence[Row[Any]]:
    return connection.execute(select(found_in).where(found_in.c.processor_reference.in_(sorted(references)))).all()


def _compared(line: Row[Any], known: Known) -> dict[str, Any]:
    """The line's result, and what of the platform it is about."""
    compared = CATEGORIES.get(line.category)
    row = _counterpart(line, compared, known) if compared else None
    payment = _payment_of(line, row, compared, known)
    expected = compared.sign * getattr(row, compared.amount) if compared and row is not None else None
    alike = row is not None and row.currency == line.currency
    return {
        "line": line.line,
        "result": str(_result(line, compared, alike, expected)),
        "payment": payment.id if payment is not None else None,
        "refund": row.id if row is not None and compared and compared.found_in is _refunds else None,
        "expected": expected if alike or row is None else None,
        "currency": line.currency,
        "gross": line.gross,
    }


def _result(line: Row[Any], compared: Compared | None, alike: bool, expected: int | None) -> Result:
    if line.result == WAITING_AGAIN:
        return Result.DUPLICATE
    if compared is None:
        return Result.NOT_COMPARED
    if expected is None:
        return Result.UNKNOWN
    return Result.MATCHED if alike and line.gross == expected else Result.AMOUNT_DIFFERS


def _counterpart(line: Row[Any], compared: Compared, known: Known) -> Row[Any] | None:
    """By the source; a charge also by what the report calls its payment."""
    name = str(compared.found_in.name)
    named = (line.source, line.reference) if compared.found_in is _payments else (line.source,)
    found = (known.by_reference.get((name, reference)) for reference in named if reference)
    return next((row for row in found if row is not None), None)


def _payment_of(line: Row[Any], row: Row[Any] | None, compared: Compared | None, known: Known) -> Row[Any] | None:
    """The payment behind a line, also where the platform doesn't know of its refund: one made at the processor itself."""
    if row is not None and compared is not None and compared.found_in is _payments:
        return row
    named = getattr(row, "payment", None) if row is not None else line.reference
    return known.payments.get(named or "")


def _write(connection: Connection, reconciliation: str, found: Sequence[Mapping[str, Any]]) -> None:
    statement = (
        update(lines)
        .where(lines.c.reconciliation == bindparam("mine"), lines.c.line == bindparam("at"))
        .values({name: bindparam(f"new_{name}") for name in ("result", "payment", "refund", "expected")})
    )
    connection.execute(
        statement,
        [
            {"mine": reconciliation, "at": line["line"], **{f"new_{name}": line[name] for name in ("result", "payment", "refund", "expected")}}
            for line in found
        ],
    )  # fmt: skip


def _review(work: Transaction, reconciliation: str, line: Mapping[str, Any], payments: Mapping[str, Row[Any]]) -> None:
    payment = payments.get(line["payment"] or "")
    if payment is None or not is_difference(line["result"]):
        return
    shown = line["gross"] if line["gross"] is not None else line["expected"]
    open_review(
        work, ReviewKind.MISMATCHED, mark_of(reconciliation, line["line"]), person=payment.payer, order=payment.order_id,
        payment=payment.id, refund=line["refund"], amount=abs(shown or 0), currency=line["currency"], rule=line["result"],
    )  # fmt: skip


# What the report lacks


def _missing(platform: Platform, reconciliation: str) -> bool:
    """Adds lines for money that the report lacks; False when it is done. Those that have a line already are not found again."""
    with own_work(platform) as work:
        row = _locked(work, reconciliation)
        if row is None:
            return False
        found = _lacking(work.connection, row)
        room = MOST_MISSING - _count_missing(work.connection, reconciliation)
        for place, line in enumerate(found[:room], start=_last_line(work.connection, reconciliation) + 1):
            _add_missing(work, reconciliation, place, line)
        more = len(found) > 0
        over = len(found) > room
        values: dict[str, Any] = {"differing": row.differing + min(len(found), room)}
        if over:
            values |= {"state": str(ReconciliationState.FAILED), "failure": TOO_MANY}
        elif not more:
            values |= {"state": str(ReconciliationState.DONE)}
        work.change(RESOURCE, reconciliations, row, **values)
        _log(work, reconciliation, "compared", missing=min(len(found), room), done=over or not more)
        return more and not over


def _lacking(connection: Connection, row: Row[Any]) -> list[dict[str, Any]]:
    currencies = list(
        connection.execute(select(lines.c.currency).distinct().where(lines.c.reconciliation == row.id)).scalars()
    )
    found = [_lacked_charge(one) for one in connection.execute(_charges(row, currencies))]
    if not found:
        found = [_lacked_refund(one) for one in connection.execute(_given_back(row, currencies))]
    return found


def _charges(row: Row[Any], currencies: Sequence[str]) -> Select[Any]:
    """Payments captured in the report's time of which it has no line."""
    told = exists().where(
        lines.c.payment == _payments.c.id, lines.c.reconciliation == row.id, lines.c.category == "charge"
    )
    return (
        select(_payments)
        .where(
            _payments.c.captured_at >= row.starts + EDGE, _payments.c.captured_at < row.ends - EDGE, _payments.c.captured > 0,
            _payments.c.processor_reference.is_not(None), _payments.c.currency.in_(currencies), ~told,
        )
        .order_by(_payments.c.captured_at, _payments.c.number)
        .limit(MISSING_BATCH)
    )  # fmt: skip


def _given_back(row: Row[Any], currencies: Sequence[str]) -> Select[Any]:
    """Refunds that the platform believes to have gone back in the report's time, and of which it has no line."""
    told = exists().where(
        lines.c.payment == _refunds.c.payment, lines.c.reconciliation == row.id, lines.c.refund == _refunds.c.id
    )
    return (
        select(_refunds, _payments.c.id.label("payment_id"), _payments.c.processor_reference.label("payment_reference"))
        .join_from(_refunds, _payments, _payments.c.id == _refunds.c.payment)
        .where(
            _refunds.c.state == str(RefundState.SUCCEEDED), _refunds.c.finished >= row.starts + EDGE, _refunds.c.finished < row.ends - EDGE,
            _refunds.c.currency.in_(currencies), ~told,
        )
        .order_by(_refunds.c.finished, _refunds.c.number)
        .limit(MISSING_BATCH)
    )  # fmt: skip


def _lacked_charge(row: Row[Any]) -> dict[str, Any]:
    return {
        "category": "charge", "source": row.processor_reference, "payment": row.id, "refund": None, "currency": row.currency,
        "expected": row.captured,
    }  # fmt: skip


def _lacked_refund(row: Row[Any]) -> dict[str, Any]:
    return {
        "category": "refund", "source": row.processor_reference, "payment": row.payment, "refund": row.id, "currency": row.currency,
        "expected": -row.amount,
    }  # fmt: skip


def _count_missing(connection: Connection, reconciliation: str) -> int:
    mine = lines.c.reconciliation == reconciliation, lines.c.result == str(Result.MISSING)
    return connection.execute(select(func.count()).select_from(lines).where(*mine)).scalar() or 0


def _last_line(connection: Connection, reconciliation: str) -> int:
    return (
        connection.execute(select(func.max(lines.c.line)).where(lines.c.reconciliation == reconciliation)).scalar() or 0
    )


def _add_missing(work: Transaction, reconciliation: str, place: int, lacked: Mapping[str, Any]) -> None:
    line = {"line": place, "result": str(Result.MISSING), "gross": None, **lacked}
    work.connection.execute(insert(lines).values(reconciliation=reconciliation, **line))
    payment = work.connection.execute(select(_payments).where(_payments.c.id == line["payment"])).one()
    _review(work, reconciliation, line, {payment.id: payment})
