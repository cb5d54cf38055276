"""Changes of where a pro's payouts go: each waits its hours, in which billing may stop it; then the platform puts it in force."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select, update

from console.platform_api.payouts import changes
from console.platform_api.problems import Conflict
from console.platform_api.tables import PaymentReviewRow, table
from console.platform_api.transaction import Transaction
from console.records.payouts import RESOURCE, ChangeState

if TYPE_CHECKING:
    from collections.abc import Sequence

_reviews = table(PaymentReviewRow)

AT_ONCE = 100
"""Changes in one transaction."""


def mark_of(change: str) -> str:
    """Of the review that a change opens."""
    return f"payout-change:{change}"


def stop(work: Transaction, change: str) -> None:
    """Conflict once it is in force. Called under the lock of its review."""
    if not stop_if_waiting(work, change):
        raise Conflict("It is too late to stop it: the change is in force or was stopped before.")


def stop_if_waiting(work: Transaction, change: str) -> bool:
    """Whether it still waited. Called under the lock of its review."""
    row = _waiting(work, change)
    if row is not None:
        _move(work, row, ChangeState.STOPPED)
    return row is not None


def put_in_force(work: Transaction, now: datetime) -> int:
    """Puts the changes in force whose hours are over; how many. A review that is open stays: somebody should still look.

    Each is locked after its review, as when it is stopped.
    """
    moved = 0
    for change in _due(work, now):
        review = _lock_review(work, change)
        row = _waiting(work, change)
        if row is None or row.takes_effect > now:
            continue
        _move(work, row, ChangeState.IN_FORCE)
        if review is not None:
            work.change("payment-reviews", _reviews, review)
        moved += 1
    return moved


def _lock_review(work: Transaction, change: str) -> Row[Any] | None:
    known = work.connection.execute(select(_reviews.c.id).where(_reviews.c.mark == mark_of(change))).scalar()
    return work.lock(_reviews, known) if known is not None else None


def _due(work: Transaction, now: datetime) -> Sequence[str]:
    due = changes.c.state == str(ChangeState.WAITING), changes.c.takes_effect <= now
    return (
        work.connection.execute(
            select(changes.c.id).where(*due).order_by(changes.c.takes_effect, changes.c.id).limit(AT_ONCE)
        )
        .scalars()
        .all()
    )


def _waiting(work: Transaction, change: str) -> Row[Any] | None:
    row = work.lock(changes, change)
    return row if row is not None and row.state == ChangeState.WAITING else None


def _move(work: Transaction, row: Row[Any], state: ChangeState) -> None:
    work.connection.execute(update(changes).where(changes.c.id == row.id).values(state=str(state)))
    details = {"change": str(state)}
    work.entries.append(work.entry(RESOURCE, "change", person=row.pro, record=row.id, details=details))
