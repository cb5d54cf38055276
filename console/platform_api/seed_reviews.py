"""Cases of the sample data that the platform opened: payments to review, orders in trouble, applications; each with its ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from console.platform_api.ids import id_bytes, id_text
from console.platform_api.seed_order_rows import HOUR, MINUTE, Ground
from console.platform_api.seed_order_texts import RESOLUTIONS, REVIEW_NOTES
from console.platform_api.tables import OrderEvent, PaymentReviewRow
from console.platform_api.vault import OwnerKey
from console.records.payment_reviews import OUTCOMES_OF, ReviewKind
from console.records.reasons import REASONS
from console.records.tickets import PLATFORM

if TYPE_CHECKING:
    from console.platform_api.seed_orders import Booking
    from console.platform_api.seed_payments import Charge


@dataclass(frozen=True, slots=True)
class Review:
    """`settled`: how it ended; None while it is open. `amount`: the payment's unless said."""

    kind: str
    charge: Charge
    at: int
    due: int
    settled: str | None = None
    amount: int | None = None
    dispute: bytes | None = None
    refund: bytes | None = None
    payout_change: bytes | None = None
    rule: str | None = None

    @property
    def mark(self) -> str:
        """As the platform names the cause, which opens no second one."""
        cause = self.dispute or self.refund or self.payout_change or self.charge.id
        return f"{self.kind.replace('_', '-')}:{id_text(cause)}"


class Owner(Protocol):
    """Under whose key a case's thread is sealed."""

    id: bytes
    key: OwnerKey


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on a case, or did; `until` when that lapses."""

    employee: str | None = None
    until: int | None = None


class CaseMaker:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    # Payments to review

    def review(self, review: Review) -> None:
        """A payout change is of no order, and of no payment."""
        ground, charge, change = self._ground, review.charge, review.payout_change
        order, person = charge.order, charge.order.pro if change else charge.payer
        payment, about, amount = (None, None, None) if change else (charge.id, order.id, review.amount or charge.amount)
        ended = ground.before_now(review.at + 5 * HOUR) if review.settled else None
        claim = self._claim(ground.desk.billing, ended)
        links = [("payouts", change), ("payments", payment), ("orders", about), ("users", person.id)]
        case = self.case("review", review.at, person, claim, ended, links)
        if claim.employee is not None:
            at = ground.before_now(review.at + 30 * MINUTE)
            entry = ground.id(at)
            self.message(entry, case, "note", at, person, claim.employee, {"body": ground.random.choice(REVIEW_NOTES)})
        by = claim.employee if review.settled in OUTCOMES_OF[ReviewKind(review.kind)] else None
        ground.add(
            PaymentReviewRow, charge.number, ground.id(review.at), 1, "settled" if ended else "open", review.kind, review.mark, review.at,
            review.due, amount, order.currency if amount else None, review.rule, case, person.id, about, payment, review.dispute,
            review.refund, change, review.settled, ended, id_bytes(by) if by else None,
        )  # fmt: skip

    # Orders in trouble

    def trouble(self, order: Booking, reason: str, resolved: bool) -> None:
        ground = self._ground
        at = ground.before_now(order.starts + HOUR)
        ended = ground.before_now(at + 20 * HOUR) if resolved else None
        claim = self._claim(ground.desk.support, ended)
        links = [("orders", order.id), ("users", order.parent.id), ("users", order.pro.id)]
        subject = f"{order.name} in trouble: {REASONS['trouble'][reason]}"
        case = self.case("order", at, order.parent, claim, ended, links, subject)
        self._row_of_event(order, "trouble", at, None, None, reason, None)
        if ended is None:
            order.trouble = (reason, at, case)
        else:
            employee = claim.employee
            role = "support" if employee else None
            self.note(order, ended, employee, role, ground.random.choice(RESOLUTIONS), kind="resolved")

    # The timeline

    def event(
        self,
        charge: Charge,
        kind: str,
        at: int,
        amount: int | None = None,
        number: str | None = None,
        reason: str | None = None,
    ) -> None:
        """What happened to the order's money: all of the payment's unless said."""
        ground, order = self._ground, charge.order
        ground.add(
            OrderEvent, ground.id(at), order.id, at, kind, None, None, charge.amount if amount is None else amount, order.currency,
            number or f"P-{charge.number}", reason, None, None,
        )  # fmt: skip

    def note(
        self, order: Booking, at: int, employee: str | None, role: str | None, body: str, kind: str = "note"
    ) -> None:
        self._row_of_event(order, kind, at, employee, role, None, body)

    def _row_of_event(
        self,
        order: Booking,
        kind: str,
        at: int,
        employee: str | None,
        role: str | None,
        reason: str | None,
        body: str | None,
    ) -> None:
        ground, event = self._ground, self._ground.id(at)
        key = order.parent.key
        sealed = ground.seal(key, "order_events", event, "service", at, {"body": body}, "employee") if body else None
        ground.add(
            OrderEvent, event, order.id, at, kind, employee and id_bytes(employee), role, None, None, None, reason,
            order.parent.id if sealed else None, sealed,
        )  # fmt: skip

    # Tickets

    def _claim(self, team: tuple[str, ...], ended: int | None) -> Claim:
        """What has ended keeps who did it; of the rest some are being worked on."""
        ground = self._ground
        if not team or (ended is None and ground.chance(0.75)):
            return Claim()
        return Claim(ground.random.choice(team), ground.lease_until if ended is None else None)

    def case(
        self,
        about: str,
        at: int,
        owner: Owner,
        claim: Claim,
        ended: int | None,
        links: Sequence[tuple[str, bytes | None]],
        subject: str | None = None,
    ) -> bytes:
        """Its number comes when all cases of the share are there."""
        ground, rows = self._ground, self._ground.made.cases
        ticket = ground.id(at)
        thread = subject and ground.seal(owner.key, "tickets", ticket, "thread", at, {"subject": subject}, "employee")
        rows.tickets.append((
            0, ticket, None, 1, "solved" if ended else "open", PLATFORM, at, None, True, about,
            claim.employee and id_bytes(claim.employee), claim.until, owner.id, thread,
        ))  # fmt: skip
        rows.links += [(ticket, resource, record) for resource, record in dict.fromkeys(links) if record is not None]
        return ticket

    def message(
        self,
        entry: bytes,
        ticket: bytes,
        kind: str,
        at: int,
        owner: Owner,
        author: str | None,
        texts: Mapping[str, str],
    ) -> None:
        ground = self._ground
        source = "self" if kind == "in" else "employee"
        sealed = ground.seal(owner.key, "ticket_messages", entry, "thread", at, texts, source)
        ground.made.cases.messages.append((entry, ticket, at, kind, author and id_bytes(author), owner.id, sealed))
