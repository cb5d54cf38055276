"""Payments of the sample data, in every state, and what hangs on them: refunds, disputes, fees of pros, payouts and their changes.

What happens to a payment is its fate. The last captured ones take turns with all fates, so that each is to be seen in any sample; of the
others only so many as in real life had one. The processor's references are those of the built-in processor's demo.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.platform_api.ids import id_bytes
from console.platform_api.rules import Rules
from console.platform_api.seed_order_rows import DAY, HOUR, MINUTE, Ground, Party
from console.platform_api.seed_order_texts import REFUND_NOTES
from console.platform_api.seed_reviews import CaseMaker, Review
from console.platform_api.tables import DisputeRow, MoneyRow, PaymentRow, PayoutChangeRow, PayoutRow, RefundRow
from console.records.orders import OrderState
from console.records.payments import PaymentState
from console.records.reasons import REASONS
from console.records.refunds import RESERVING, RefundState

if TYPE_CHECKING:
    from console.platform_api.seed_orders import Booking

SHOWN = 180
"""So many orders of the last weeks take turns with all fates, over all shares."""

FAILURES = ("card_declined", "insufficient_funds", "expired_card", "processing_error")
GIVEN = frozenset({OrderState.IN_SERVICE, OrderState.COMPLETED, OrderState.CLOSED})
"""States of an order whose service has begun: it is paid."""

DISPUTED_FOR = ("product_not_received", "fraudulent", "duplicate", "product_unacceptable", "credit_not_processed")
PROS_PART = 0.85
EVIDENCE = 9 * DAY
RULES = Rules()


@dataclass(slots=True)
class Charge:
    """A payment on its way into a row."""

    number: int
    id: bytes
    order: Booking
    payer: Party
    kind: str
    created: int
    amount: int
    state: str = "pending"
    captured_at: int | None = None
    captured: int = 0
    refunded: int = 0
    reserved: int = 0
    lost: int = 0
    failure: str | None = None
    undisputed: str | None = None

    @property
    def left(self) -> int:
        return self.captured - self.refunded - self.reserved - self.lost


@dataclass(frozen=True)
class Turns:
    """Which fates the last orders of one share of many take."""

    place: int
    shares: int

    def take(self, fates: Sequence[str]) -> Iterator[str]:
        """Every second order has one; empty: nothing happened to it."""
        each = max(2, SHOWN // self.shares)
        for turn in range(self.place * each, (self.place + 1) * each):
            yield from ("", fates[turn % len(fates)])


class MoneyMaker:
    """Makes all of the money of one order after the other."""

    def __init__(self, ground: Ground, cases: CaseMaker, turns: Turns) -> None:
        self._ground, self._cases, self._few = ground, cases, turns.shares > 1
        self._fates = list(FATES if ground.desk.support else (name for name in FATES if name not in BY_EMPLOYEES))
        self._turns = turns.take(self._fates)

    def make(self, order: Booking) -> None:
        fate = self._fate(order) if order.state in GIVEN else None
        if fate == "large":
            _multiply(order, -(-RULES.large["USD"] * 6 // (order.amount * 5)))
        charge = self._charge(order)
        self._settle(charge)
        if fate:
            FATES[fate](self, charge)
        order.payment_state = charge.state
        self._keep(charge)
        if fate in FEES:
            self._fee(order, fate)
        if charge.captured and order.state in (OrderState.COMPLETED, OrderState.CLOSED) and not charge.lost:
            self._payout(charge, fate or "")

    def _fate(self, order: Booking) -> str | None:
        """A turn of the last orders; of the others a few at random."""
        if order.recent and (turn := next(self._turns, None)) is not None:
            return turn or None
        fate = self._ground.random.choice(RECENT if order.recent else PAST) if self._ground.chance(0.03) else None
        return fate if fate in self._fates else None

    # The charge

    def _charge(self, order: Booking) -> Charge:
        self._ground.made.cards.add((order.parent.last_four, order.parent.id))
        at = order.placed + 1000
        return Charge(order.number * 2 - 1, self._ground.id(at), order, order.parent, "charge", at, order.amount)

    def _settle(self, charge: Charge) -> None:
        """Its state as far as the order alone decides it."""
        order = charge.order
        if order.state == OrderState.PLACED:
            charge.state = ("pending", "authorized", "failed", "authorized")[order.number % 4]
            if charge.state == PaymentState.FAILED and self._few and self._ground.chance(0.9):
                charge.state = "authorized"
            if charge.state == PaymentState.FAILED:
                self._fail(charge)
        elif order.state == OrderState.CONFIRMED:
            charge.state = "authorized"
        elif order.state == OrderState.CANCELLED:
            self._cancelled(charge)
        else:
            self._capture(charge, order.starts)

    def _cancelled(self, charge: Charge) -> None:
        charge.state = "voided"
        if self._ground.desk.support and self._ground.chance(0.4) and charge.order.placed + DAY < self._ground.until:
            self._capture(charge, charge.order.placed + HOUR)
            self._succeed(charge, charge.amount, "cancelled", charge.order.placed + 20 * HOUR)

    def _capture(self, charge: Charge, at: int) -> None:
        charge.state, charge.captured, charge.captured_at = "captured", charge.amount, at
        self._money(charge, "captured", charge.amount, at)
        if charge.order.recent:
            self._cases.event(charge, "captured", at)

    def _fail(self, charge: Charge) -> None:
        """Billing looks at what failed; some of it is settled already, and some leaves the order in trouble."""
        ground = self._ground
        charge.failure = ground.random.choice(FAILURES)
        at = ground.before_now(charge.created + MINUTE)
        self._cases.event(charge, "payment_failed", at, reason=charge.failure)
        settled = "retried" if ground.chance(0.3) else None
        self._cases.review(Review("failed", charge, at, at + RULES.answer_hours * HOUR, settled))
        if settled is None and ground.chance(0.5):
            self._cases.trouble(charge.order, "payment", resolved=False)

    def _keep(self, charge: Charge) -> None:
        ground, payer = self._ground, charge.payer
        sealed = ground.seal(
            payer.key,
            "payments",
            charge.id,
            "instrument",
            charge.created,
            {"brand": payer.brand, "last_four": payer.last_four},
        )
        token = f"pay_demo_{charge.number}"
        ground.add(
            PaymentRow, charge.number, charge.id, f"payment-{charge.number:09d}", 1, charge.state, charge.kind, charge.order.id, payer.id,
            charge.created, charge.captured_at, charge.amount, charge.captured, charge.refunded, charge.reserved, charge.lost,
            charge.order.currency, charge.failure, charge.undisputed, token, sealed,
        )  # fmt: skip

    def _money(self, charge: Charge, kind: str, amount: int, at: int) -> None:
        self._ground.add(MoneyRow, self._ground.id(at), at, kind, charge.order.id, charge.order.currency, amount)

    # Fees and payouts

    def _fee(self, order: Booking, fate: str | None) -> None:
        """What a pro pays obeys the same rules as what a parent pays."""
        ground = self._ground
        at = ground.before_now(order.ends)
        ground.made.cards.add((order.pro.last_four, order.pro.id))
        amount = max(1, order.amount // 20)
        fee = Charge(order.number * 2, ground.id(at), order, order.pro, "fee", at, amount)
        if fate == "fee_failed":
            fee.state, fee.failure = "failed", "card_declined"
            self._cases.review(Review("failed", fee, at, at + RULES.answer_hours * HOUR))
        else:
            self._capture(fee, at)
        if fate == "fee_refunded":
            self._succeed(fee, fee.amount, "charged_twice", ground.before_now(at + HOUR))
        self._keep(fee)

    def _payout(self, charge: Charge, fate: str) -> None:
        ground, order = self._ground, charge.order
        created, arrives = order.ends + HOUR, order.ends + 3 * DAY
        state = {"payout_failed": "failed", "payout_held": "held"}.get(
            fate, "paid" if arrives < ground.until else "scheduled"
        )
        amount = int(order.amount * PROS_PART) if charge.left == 0 else int(charge.left * PROS_PART)
        if created > ground.until or amount == 0:
            return
        payout, pro = ground.id(created), order.pro
        sealed = ground.seal(
            pro.key, "payouts", payout, "instrument", created, {"bank": pro.bank, "payout_last_four": pro.bank_four}
        )
        ground.add(
            PayoutRow, order.number, payout, f"payout-{order.number:08d}", 1, state, pro.id, order.id, amount, order.currency, created,
            arrives, "account_closed" if state == "failed" else None, f"po_demo_{order.number}", sealed,
        )  # fmt: skip

    def _payout_change(self, charge: Charge, state: str) -> None:
        """Where a pro's payouts go is changed by whoever holds the account: billing has 72 hours to look at it."""
        ground, pro, wait = self._ground, charge.order.pro, RULES.payout_change_hours * HOUR
        asked = ground.until - (20 * HOUR if state == "waiting" else wait + 5 * DAY)
        change = ground.id(asked)
        new = f"{ground.random.randrange(10_000):04}"
        sealed = ground.seal(
            pro.key,
            "payout_changes",
            change,
            "instrument",
            asked,
            {"old_last_four": pro.bank_four, "new_last_four": new},
        )
        ground.add(PayoutChangeRow, change, f"change-{charge.order.number}", pro.id, state, asked, asked + wait, sealed)
        settled = {"in_force": "in_order", "stopped": "stopped"}.get(state)
        self._cases.review(Review("payout_change", charge, asked, asked + wait, settled, payout_change=change))

    # Refunds

    def _refund(
        self, charge: Charge, state: str, amount: int, reason: str, asked: int, needs: str | None = None
    ) -> bytes:
        """One refund in a state; what it takes of the payment. By billing itself where it may, else asked for by support."""
        ground, desk, order = self._ground, self._ground.desk, charge.order
        refund = ground.id(asked)
        by_itself = needs is None and amount <= RULES.each["billing"]["USD"] and order.currency == "USD"
        asker = ground.random.choice(desk.billing if by_itself else desk.support)
        decided = None if state == RefundState.REQUESTED else ground.before_now(asked + (0 if by_itself else 2 * HOUR))
        decider = asker if by_itself else ground.random.choice(desk.managers)
        finished = ground.before_now(asked + 3 * HOUR) if state in ("succeeded", "failed", "rejected") else None
        number = charge.number
        note = ground.seal(
            charge.payer.key,
            "refunds",
            refund,
            "service",
            asked,
            {"note": ground.random.choice(REFUND_NOTES)},
            "employee",
        )
        ground.add(
            RefundRow, number, refund, 1, state, charge.id, order.id, charge.payer.id, amount, order.currency, _lines(charge, amount),
            reason, needs, id_bytes(asker), "billing" if by_itself else "support", asked,
            None if decided is None else id_bytes(decider), decided, finished, f"re_demo_{number}" if state == RefundState.SUCCEEDED else None,
            "lost_or_stolen_card" if state == RefundState.FAILED else None, note,
        )  # fmt: skip
        if state in RESERVING:
            charge.reserved += amount
        return refund

    def _succeed(self, charge: Charge, amount: int, reason: str, at: int) -> None:
        self._refund(charge, "succeeded", amount, reason, at)
        charge.refunded += amount
        charge.state = "refunded" if charge.refunded == charge.captured else "partially_refunded"
        done = self._ground.before_now(at + 3 * HOUR)
        self._money(charge, "refunded", amount, done)
        if charge.order.recent:
            self._cases.event(charge, "refunded", done, amount, f"RF-{charge.number}")

    def _asked(self, charge: Charge, state: str, part: float, needs: str | None = None) -> None:
        at = self._ground.until - self._ground.random.randrange(1, 20) * HOUR
        at = max(at, charge.captured_at or 0)
        amount = _part(charge, part)
        if needs == "billing":
            amount = min(amount, RULES.each["billing"]["USD"])
        refund = self._refund(charge, state, amount, self._reason(), at, needs)
        if needs is not None:
            self._cases.review(
                Review("refund", charge, at, at + RULES.answer_hours * HOUR, amount=amount, refund=refund)
            )

    def _refunded(self, charge: Charge, part: float) -> None:
        self._succeed(charge, _part(charge, part), self._reason(), self._after(charge))

    def _ended(self, charge: Charge, state: str) -> None:
        """Failed or rejected: nothing of the payment is gone."""
        at, amount = self._after(charge), _part(charge, 0.5)
        refund = self._refund(charge, state, amount, self._reason(), at)
        if state == RefundState.REJECTED and charge.order.recent:
            self._cases.event(
                charge, "refund_rejected", self._ground.before_now(at + 2 * HOUR), amount, f"RF-{charge.number}"
            )
            due = at + RULES.answer_hours * HOUR
            self._cases.review(
                Review("refund", charge, at, due, "rejected", amount, refund=refund, rule="needs_billing")
            )

    def _reversed(self, charge: Charge) -> None:
        """It had succeeded and failed later: what the chart had shown as refunded is taken back."""
        at = self._after(charge)
        amount = _part(charge, 0.5)
        self._refund(charge, "failed", amount, self._reason(), at)
        for signed, later in ((amount, 3), (-amount, 40)):
            self._money(charge, "refunded", signed, self._ground.before_now(at + later * HOUR))
        returned = self._ground.before_now(at + 40 * HOUR)
        self._cases.event(charge, "refund_returned", returned, amount, f"RF-{charge.number}", "lost_or_stolen_card")

    def _reason(self) -> str:
        return self._ground.random.choice(list(REASONS["refund"]))

    def _after(self, charge: Charge) -> int:
        return self._ground.before_now(charge.order.ends + 6 * HOUR)

    # Disputes

    def _dispute(self, charge: Charge, state: str) -> None:
        ground, order = self._ground, charge.order
        opened = ground.before_now(charge.order.ends + 4 * DAY)
        if state == "needs_response":
            opened = max(charge.captured_at or 0, ground.until - ground.random.randrange(1, 6) * DAY)
        due, over = opened + EVIDENCE, state in ("won", "lost")
        closed = ground.before_now(opened + 20 * DAY) if over else None
        dispute, reason = ground.id(opened), ground.random.choice(DISPUTED_FOR)
        ground.add(
            DisputeRow, dispute, charge.id, order.id, f"dp_demo_{charge.number}", state, reason, charge.left, order.currency, opened, due,
            closed,
        )  # fmt: skip
        self._money(charge, "disputed", charge.left, opened)
        if order.recent:
            self._cases.event(charge, "disputed", opened, charge.left, reason=reason)
            settled = {"needs_response": None, "under_review": "evidence_sent"}.get(state, state)
            self._cases.review(Review("disputed", charge, opened, due, settled, charge.left, dispute=dispute))
        if closed is None:
            charge.undisputed, charge.state = charge.state, "disputed"
        else:
            self._decided(charge, state, closed)

    def _decided(self, charge: Charge, state: str, at: int) -> None:
        """Won: it is again what it was. Lost: all that was left of it is gone."""
        if charge.order.recent:
            self._cases.event(charge, f"dispute_{state}", at, charge.left)
        if state == "lost":
            self._money(charge, "lost", charge.left, at)
            charge.state, charge.lost = "lost", charge.left

    # What looks unusual, and trouble

    def _unusual(self, charge: Charge, kind: str, settled: str | None, rule: str | None = None) -> None:
        at = self._ground.before_now((charge.captured_at or charge.created) + MINUTE)
        self._cases.review(Review(kind, charge, at, at + RULES.answer_hours * HOUR, settled, rule=rule))

    def trouble(self, order: Booking, reason: str, resolved: bool) -> None:
        self._cases.trouble(order, reason, resolved)


def _multiply(order: Booking, times: int) -> None:
    for item in order.items:
        item["quantity"], item["amount"] = item["quantity"] * times, item["amount"] * times
    order.amount *= times


def _part(charge: Charge, part: float) -> int:
    """The whole, or the last line of several, or a part of a single one."""
    if part == 1:
        return charge.left
    last = charge.order.items[-1]["amount"]
    return last if len(charge.order.items) > 1 else max(1, int(charge.left * part))


def _lines(charge: Charge, amount: int) -> str:
    """Line → amount when it is for items: JSON as the column holds it."""
    items = charge.order.items
    amounts = {str(item["line"]): item["amount"] for item in items}
    if charge.kind == "charge" and amount == sum(amounts.values()):
        return json.dumps(amounts)
    last = str(items[-1]["line"])
    return json.dumps({last: amount} if charge.kind == "charge" and len(items) > 1 and amounts[last] == amount else {})


Fate = Callable[[MoneyMaker, Charge], None]


def _trouble(reason: str, resolved: bool = False) -> Fate:
    return lambda maker, charge: maker.trouble(charge.order, reason, resolved)


def _nothing(_: MoneyMaker, __: Charge) -> None:
    """What happens is not the charge's affair."""


FATES: Mapping[str, Fate] = {
    "refund_billing": lambda maker, charge: maker._asked(charge, "requested", 0.5, "billing"),
    "refund_manager": lambda maker, charge: maker._asked(charge, "requested", 1, "manager"),
    "refund_approved": lambda maker, charge: maker._asked(charge, "approved", 0.4),
    "refund_processing": lambda maker, charge: maker._asked(charge, "processing", 0.3),
    "refund_part": lambda maker, charge: maker._refunded(charge, 0.3),
    "refund_whole": lambda maker, charge: maker._refunded(charge, 1),
    "refund_failed": lambda maker, charge: maker._ended(charge, "failed"),
    "refund_rejected": lambda maker, charge: maker._ended(charge, "rejected"),
    "refund_reversed": lambda maker, charge: maker._reversed(charge),
    "disputed": lambda maker, charge: maker._dispute(charge, "needs_response"),
    "under_review": lambda maker, charge: maker._dispute(charge, "under_review"),
    "won": lambda maker, charge: maker._dispute(charge, "won"),
    "lost": lambda maker, charge: maker._dispute(charge, "lost"),
    "large": lambda maker, charge: maker._unusual(charge, "large", None, "large"),
    "large_settled": lambda maker, charge: maker._unusual(charge, "large", "in_order", "times_usual"),
    "repeated": lambda maker, charge: maker._unusual(charge, "repeated", None, "repeated"),
    "repeated_settled": lambda maker, charge: maker._unusual(charge, "repeated", "fraud", "repeated"),
    "mismatched": lambda maker, charge: maker._unusual(charge, "mismatched", None),
    "mismatched_settled": lambda maker, charge: maker._unusual(charge, "mismatched", "corrected"),
    "change_waiting": lambda maker, charge: maker._payout_change(charge, "waiting"),
    "change_in_force": lambda maker, charge: maker._payout_change(charge, "in_force"),
    "change_stopped": lambda maker, charge: maker._payout_change(charge, "stopped"),
    "payout_failed": _nothing,
    "payout_held": _nothing,
    "fee": _nothing,
    "fee_failed": _nothing,
    "fee_refunded": _nothing,
    "incident": _trouble("incident"),
    "no_show": _trouble("no_show"),
    "quality": _trouble("quality", resolved=True),
}
"""What can become of a captured payment, or of its order."""

FEES = {"fee", "fee_failed", "fee_refunded"}
BY_EMPLOYEES = {name for name in FATES if name.startswith("refund_")} | {"fee_refunded"}
"""Without employees nobody asked for them."""

RECENT = ("refund_part", "refund_part", "refund_whole", "under_review", "won", "fee", "fee", "large_settled", "quality")
PAST = (
    "refund_part",
    "refund_part",
    "refund_part",
    "refund_whole",
    "refund_failed",
    "refund_rejected",
    "won",
    "lost",
    "fee",
    "fee",
    "fee",
)
"""Of older payments."""
