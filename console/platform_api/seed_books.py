"""What comes of the sample payments once all are there: weekly reports that were compared, and the ledger of what the processor was told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from console.platform_api.documents import Value, dump
from console.platform_api.ids import id_at
from console.platform_api.processors.seam import RefundWish
from console.platform_api.reconciliations import note_place
from console.platform_api.seed_rows import Plan
from console.platform_api.tables import DisclosureRow, PaymentRow, ReconciliationRow, RefundRow, ReportLineRow, table
from console.platform_api.vault import Vault
from console.records.reconciliations import Result
from console.records.refunds import RefundState
from console.records.users import Source

WEEKS = 6
MOST_LINES = 400
"""Of a report: those of a million orders would have as many as a week has payments."""

EVERY = 60
"""One line in so many differs."""

TOLD = 200
"""Refunds whose disclosure the ledger has: the latest."""

NOTE = "Paid back by hand in the processor's dashboard; booked with the next report."

_payments, _refunds = table(PaymentRow), table(RefundRow)


@dataclass
class Books:
    """Writes into one transaction at the end of a seeding. `clerk`: who imported and resolved."""

    session: Session
    vault: Vault
    plan: Plan
    clerk: str

    def add(self) -> None:
        random = Random(f"{self.plan.seed}/books")  # noqa: S311 - sample data, not secrets
        for weeks in range(WEEKS, 0, -1):
            self._report(random, self.plan.until - timedelta(weeks=weeks), resolved=weeks > 2)
        self._ledger(random)

    # Reports

    def _report(self, random: Random, start: datetime, *, resolved: bool) -> None:
        """Of the week from `start` on. Older ones are resolved."""
        imported = start + timedelta(days=7, minutes=random.randrange(-600, -30))
        made = id_at(imported, random)
        lines = list(self._lines(made, start, resolved=resolved))
        differing = sum(line.result != Result.MATCHED for line in lines)
        matched = len(lines) - differing
        self.session.add(
            ReconciliationRow(
                id=made, state="done", digest=hashlib.sha256(made.encode()).hexdigest(), imported=imported, employee=self.clerk,
                lines=len(lines), done=len(lines), matched=matched, differing=differing, resolved=differing if resolved else 0,
                starts=start, ends=imported,
            )
        )  # fmt: skip
        self.session.flush()
        self.session.add_all(lines)

    def _lines(self, report: str, start: datetime, *, resolved: bool) -> Iterator[ReportLineRow]:
        """The week's payments as the processor has them, and one that the platform doesn't know."""
        paid = self._captured(start, start + timedelta(days=6))
        for number, row in enumerate(paid, 1):
            differs = number % EVERY == 0
            gross = row.captured - 100 if differs else row.captured
            result = Result.AMOUNT_DIFFERS if differs else Result.MATCHED
            about = {"source": f"ch_demo_{row.number}", "reference": row.processor_reference, "payment": row.id}
            amounts = {"currency": row.currency, "gross": gross, "expected": row.captured}
            yield self._line(report, number, result, resolved=resolved, **about, **amounts)
        source = f"ch_elsewhere_{start:%Y%m%d}"
        yield self._line(
            report, len(paid) + 1, Result.UNKNOWN, resolved=resolved, source=source, currency="USD", gross=4_200
        )

    def _captured(self, start: datetime, end: datetime) -> Sequence[Row[Any]]:
        within = _payments.c.captured_at >= start, _payments.c.captured_at < end
        wanted = select(_payments).where(*within).order_by(_payments.c.captured_at, _payments.c.number)
        return self.session.connection().execute(wanted.limit(MOST_LINES)).all()

    def _line(self, report: str, number: int, result: Result, *, resolved: bool, **columns: Any) -> ReportLineRow:
        line = ReportLineRow(reconciliation=report, line=number, result=str(result), category="charge", **columns)
        if resolved and result is not Result.MATCHED:
            line.resolved_by = line.owner = self.clerk
            text = dump({"note": Value(NOTE, Source.EMPLOYEE, self.plan.until)})
            place: Any = line
            line.sealed_note = self.vault.keys_of([self.clerk])[self.clerk].seal(*note_place(place), text)
        return line

    # The ledger

    def _ledger(self, random: Random) -> None:
        sent = _refunds.c.state.in_([str(state) for state in (RefundState.PROCESSING, RefundState.SUCCEEDED)])
        wanted = select(_refunds).where(sent, _refunds.c.decided.is_not(None)).order_by(_refunds.c.number.desc())
        rows = self.session.connection().execute(wanted.limit(TOLD)).all()
        names = self.vault.pseudonyms({row.payer for row in rows})
        for row in sorted(rows, key=lambda row: (row.decided, row.number)):
            self.session.add(
                DisclosureRow(
                    id=id_at(row.decided, random), at=row.decided, recipient="processor", fields=sorted(RefundWish.__annotations__),
                    purpose="refund", subject=names.get(row.payer), about=f"RF-{row.number}",
                )
            )  # fmt: skip
            self.session.flush()  # one at a time, so that the numbers stand in this order
