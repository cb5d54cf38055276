"""Cases of the sample data that the platform opened: payments to review and orders in trouble, each with its ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.platform_api.ids import id_bytes, id_text
from console.platform_api.seed_order_rows import HOUR, MINUTE, Ground, Party
from console.platform_api.seed_order_texts import RESOLUTIONS, REVIEW_NOTES
from console.platform_api.tables import OrderEvent, PaymentReviewRow
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
    def cause(self) -> bytes:
        """What opened it, and opens no second one."""
        return self.dispute or self.refund or self.payout_change or self.charge.id


@dataclass(frozen=True, slots=True)
class _Claim:
    """Who works on a case, or did; `until` when that lapses."""

    employee: str | None = None
    until: int | None = None


class CaseMaker:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    # Payments to review

    def review(self, review: Review) -> None:
        ground, charge, order = self._ground, review.charge, review.charge.order
        person = order.pro if review.kind == "payout_change" else charge.payer
        money = ("payouts", review.payout_change) if review.payout_change else ("payments", charge.id)
        ended = ground.before_now(review.at + 5 * HOUR) if review.settled else None
        claim = self._claim(ground.desk.billing, ended)
        links = [money, ("orders", order.id), ("users", person.id)]
        case = self._case("review", review.at, person.id, claim, ended, links)
        if claim.employee is not None:
            self._note_in(case, review.at, person, claim.employee)
        shown = None if review.kind == "payout_change" else review.amount or charge.amount
        found = ground.id(review.at)
        ground.add(
            PaymentReviewRow, charge.number, found, 1, "settled" if ended else "open", review.kind,
            f"{review.kind}:{id_text(review.cause)}", review.at, review.due, shown, shown and order.currency, review.rule, case, person.id,
            order.id, None if review.payout_change else charge.id, review.dispute, review.refund, review.payout_change, review.settled,
            ended, None if ended is None or claim.employee is None else id_bytes(claim.employee),
        )  # fmt: skip

    # Orders in trouble

    def trouble(self, order: Booking, reason: str, resolved: bool) -> None:
        ground = self._ground
        at = ground.before_now(order.starts + HOUR)
        ended = ground.before_now(at + 20 * HOUR) if resolved else None
        claim = self._claim(ground.desk.support, ended)
        links = [("orders", order.id), ("users", order.parent.id), ("users", order.pro.id)]
        case = self._case("order", at, order.parent.id, claim, ended, links)
        self._row_of_event(order, "trouble", at, None, None, reason, None)
        if ended is None:
            order.trouble = (reason, at, case)
        else:
            employee = claim.employee
            role = "support" if employee else None
            self.note(order, ended, employee, role, ground.random.choice(RESOLUTIONS), kind="resolved")

    # The timeline

    def event(self, order: Booking, kind: str, at: int, charge: Charge, amount: int | None = None) -> None:
        ground = self._ground
        ground.add(
            OrderEvent, ground.id(at), order.id, at, kind, None, None, charge.amount if amount is None else amount, order.currency,
            f"P-{charge.number}", None, None, None,
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

    def _claim(self, team: tuple[str, ...], ended: int | None) -> _Claim:
        """What has ended keeps who did it; of the rest some are being worked on."""
        ground = self._ground
        if not team or (ended is None and ground.chance(0.75)):
            return _Claim()
        return _Claim(ground.random.choice(team), ground.lease_until if ended is None else None)

    def _case(
        self, about: str, at: int, owner: bytes, claim: _Claim, ended: int | None, links: list[tuple[str, bytes]]
    ) -> bytes:
        """Its number comes when all cases of the share are there."""
        ground, rows = self._ground, self._ground.made.cases
        ticket = ground.id(at)
        rows.tickets.append((
            0, ticket, None, 1, "solved" if ended else "open", PLATFORM, at, None, True, about,
            claim.employee and id_bytes(claim.employee), claim.until, owner, None,
        ))  # fmt: skip
        rows.links += [(ticket, resource, record) for resource, record in dict.fromkeys(links)]
        return ticket

    def _note_in(self, ticket: bytes, opened: int, owner: Party, author: str) -> None:
        ground = self._ground
        at = ground.before_now(opened + 30 * MINUTE)
        message, body = ground.id(at), ground.random.choice(REVIEW_NOTES)
        sealed = ground.seal(owner.key, "ticket_messages", message, "thread", at, {"body": body}, "employee")
        ground.made.cases.messages.append((message, ticket, at, "note", id_bytes(author), owner.id, sealed))
