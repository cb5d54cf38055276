"""Working on payment reviews: the platform opens them, employees claim, note and settle them; claim and thread are those of the case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from console.platform_api import claim_work, payout_work
from console.platform_api.cases import open_case, solve_case
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.payment_reviews import REVIEWS, reviews
from console.platform_api.payments import payments
from console.platform_api.problems import Conflict, Invalid
from console.platform_api.store import Answer, Write, act
from console.platform_api.tables import PaymentReviewRow
from console.platform_api.transaction import Transaction
from console.records.payment_reviews import OUTCOMES, OUTCOMES_OF, RESOURCE, ReviewKind, ReviewState

# The platform's part


def open_review(
    work: Transaction,
    kind: ReviewKind,
    mark: str,
    *,
    person: str,
    order: str | None = None,
    payment: str | None = None,
    dispute: str | None = None,
    refund: str | None = None,
    payout_change: str | None = None,
    payout: str | None = None,
    due: datetime | None = None,
    amount: int | None = None,
    currency: str | None = None,
    rule: str | None = None,
) -> str:
    """The id of the review with that mark, opened with its case unless there is one: the same cause never opens two."""
    known = _known(work, mark)
    if known is not None:
        return known
    review = new_id()
    about = (("payments", payment), ("payouts", payout_change or payout), ("orders", order), ("users", person))
    case = open_case(work, "review", [(name, record) for name, record in about if record is not None], person)
    work.session.add(
        PaymentReviewRow(
            id=review, kind=str(kind), mark=mark, opened=work.now, due=due or work.now + timedelta(hours=work.platform.rules.answer_hours),
            amount=amount, currency=currency, rule=rule, ticket=case, person=person, order_id=order, payment=payment, dispute=dispute,
            refund=refund, payout_change=payout_change,
        )
    )  # fmt: skip
    work.session.flush()
    work.created(RESOURCE, review)
    details = {"kind": str(kind), "rule": rule}
    work.entries.append(work.entry(RESOURCE, "opened", person=person, record=review, details=details))
    return review


def settle_review(work: Transaction, mark: str, outcome: str) -> None:
    """Settles the review with that mark, if there is one and it is open: what it was about has been decided elsewhere."""
    row = lock_review(work, mark)
    if row is None or row.state != ReviewState.OPEN:
        return
    work.change(RESOURCE, reviews, row, **_settled(outcome, work.now, work.employee))
    solve_case(work, row.ticket)
    details = {"outcome": outcome}
    work.entries.append(work.entry(RESOURCE, "settled", person=row.person, record=row.id, details=details))


def lock_review(work: Transaction, mark: str) -> Row[Any] | None:
    """The review with that mark, locked; None when there is none."""
    known = _known(work, mark)
    return work.lock(reviews, known) if known is not None else None


def _known(work: Transaction, mark: str) -> str | None:
    work.session.flush()
    return work.connection.execute(select(reviews.c.id).where(reviews.c.mark == mark)).scalar()


def _settled(outcome: str, now: datetime, by: str | None) -> dict[str, Any]:
    return {"state": str(ReviewState.SETTLED), "outcome": outcome, "settled": now, "settled_by": by}


# The employees' part


def claim(ask: Ask, named: str) -> Answer:
    return act(ask, REVIEWS, named, claim_work.take, versioned=False)


def release(ask: Ask, named: str) -> Answer:
    return act(ask, REVIEWS, named, claim_work.put_back)


def note(ask: Ask, named: str, body: str) -> Answer:
    return act(ask, REVIEWS, named, lambda write: claim_work.add_note(write, body), versioned=False)


def settle(ask: Ask, named: str, outcome: str, text: str | None) -> Answer:
    """Settles with an outcome of this kind of review; its text goes into the thread of the case, which is solved."""

    def change(write: Write) -> None:
        case = claim_work.locked_case(write)
        _check_outcome(write, outcome)
        if outcome == "stopped":
            payout_work.stop(write.others, str(write.row.payout_change))
        elif outcome == "fraud" and write.row.payout_change is not None:
            payout_work.stop_if_waiting(write.others, write.row.payout_change)
        claim_work.add_text(write, case, text)
        write.values = _settled(outcome, ask.now, ask.actor.id)
        write.reason, write.reason_text = outcome, text
        solve_case(write.others, case.id)

    return act(ask, REVIEWS, named, change)


NOT_YET = {
    ReviewKind.REFUND: "It waits for a decision on the refund: approve it or reject it, which settles this review.",
    ReviewKind.DISPUTED: "The bank has not decided yet: say that evidence was sent, or that the dispute is accepted.",
    ReviewKind.PAYOUT_CHANGE: "It waits for its 72 hours: let it be as it is in order, or stop it.",
}
"""Kind → why it can't be settled as if it were decided."""


def _check_outcome(write: Write, outcome: str) -> None:
    """Invalid for what is no outcome at all, Conflict for one that isn't true of this review."""
    kind = ReviewKind(write.row.kind)
    if outcome not in OUTCOMES:
        offered = ", ".join(OUTCOMES_OF[kind]) or "none: the decision on the refund settles it"
        raise Invalid("Say what came of it.", errors=[{"where": "outcome", "what": f"is one of {offered}"}])
    if outcome not in OUTCOMES_OF[kind]:
        raise Conflict(NOT_YET.get(kind, f"A review of this kind is settled as {', '.join(OUTCOMES_OF[kind])}."))
    if outcome == "refunded" and not _went_back(write):
        raise Conflict("Nothing of this payment has gone back yet.")


def _went_back(write: Write) -> bool:
    refunded = write.connection.execute(select(payments.c.refunded).where(payments.c.id == write.row.payment)).scalar()
    return bool(refunded)
