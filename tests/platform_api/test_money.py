"""A payment's amounts: whatever is asked for, decided, sent, failed or disputed, in any order, they add up and match a simple model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from console.platform_api import money, refund_work
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.problems import Conflict
from console.platform_api.rules import Rules
from console.platform_api.tables import DisputeRow, MoneyRow, OrderRow, PaymentRow, RefundRow, table
from console.platform_api.transaction import Transaction, own_work
from console.records.disputes import DisputeState
from console.records.payments import PaymentState
from tests.platform_api.api import Api
from tests.platform_api.orders_made import add_dispute, add_order, add_payment, events_of, row_of, sums_of
from tests.platform_api.people import post

CAPTURED = 30_000
EACH, DAILY = 10_000, 15_000
ASKERS = ("support", "billing", "manager")
DECIDERS = ("billing2", "manager2", "support")
AMOUNTS = (-1, 0, 1, 999, 2_500, 4_000, 7_500, 9_000, EACH, EACH + 1, 12_000)
HELD = ("requested", "approved", "processing")


@dataclass
class Wanted:
    """A refund as the model has it. `by` and `decided_by`: employees' names."""

    amount: int
    state: str
    by: str
    decided_by: str | None = None


class MoneyMachine(RuleBasedStateMachine):
    """One captured payment; everything that can happen to it, through the API where employees do it."""

    api: Api
    clients: dict[str, httpx.Client]

    def __init__(self) -> None:
        super().__init__()
        self.platform = self.api.platform
        self.order = add_order(self.platform)
        self.payment = add_payment(self.platform, self.order, amount=CAPTURED)
        self.disputed: str | None = None
        self.disputed_sum = 0
        self.lost = self.taken = 0
        self.over = False
        self.refunds: dict[str, Wanted] = {}

    # The model

    def total(self, *states: str) -> int:
        return sum(wanted.amount for wanted in self.refunds.values() if wanted.state in states)

    @property
    def left(self) -> int:
        return CAPTURED - self.total("succeeded", *HELD) - self.lost

    @property
    def state(self) -> str:
        if self.over:
            return "lost"
        if self.disputed:
            return "disputed"
        refunded = self.total("succeeded")
        return "captured" if refunded == 0 else "refunded" if refunded == CAPTURED else "partially_refunded"

    def given(self, name: str) -> int:
        counted = ("approved", "processing", "succeeded")
        mine = [wanted for wanted in self.all_refunds() if wanted.decided_by == name and wanted.state in counted]
        return sum(wanted.amount for wanted in mine)

    def all_refunds(self) -> list[Wanted]:
        """Of every example so far: a day's limit knows no end of an example."""
        return [*self.earlier, *self.refunds.values()]

    earlier: list[Wanted]

    def teardown(self) -> None:
        self.earlier.extend(self.refunds.values())

    def move(self, wanted: Wanted, state: str) -> None:
        """What is no longer held is lost as far as the bank has taken it."""
        if wanted.state in HELD and state in ("rejected", "failed"):
            self.lost += min(wanted.amount, max(0, self.taken - self.lost))
        wanted.state = state

    # Employees

    @rule(amount=st.sampled_from(AMOUNTS), name=st.sampled_from(ASKERS))
    def ask(self, amount: int, name: str) -> None:
        body = {"amount": amount, "reason": "goodwill"}
        answer = post(self.clients[name], f"/v1/payments/{self.payment}/refund", body)
        assert answer.status_code == self.answer_to(amount), answer.text
        if answer.status_code == 200:
            own = name == "billing" and amount <= EACH and self.given(name) + amount <= DAILY
            self.refunds[self.id_of(answer.json()["refund"])] = Wanted(
                amount, "approved" if own else "requested", name, name if own else None
            )

    def answer_to(self, amount: int) -> int:
        if amount < 1:
            return 422
        if self.state not in ("captured", "partially_refunded") or self.left == 0:
            return 409
        return 200 if amount <= self.left else 422

    def id_of(self, number: str) -> str:
        refunds = table(RefundRow)
        with self.platform.database.reading() as connection:
            named = refunds.c.number == int(number.removeprefix("RF-"))
            return str(connection.execute(select(refunds.c.id).where(named)).scalar_one())

    def some(self, data: st.DataObject, *states: str) -> str:
        """A refund: nearly always one in those states, if there is one."""
        likely = [refund for refund, wanted in self.refunds.items() if wanted.state in states]
        odd = data.draw(st.integers(0, 9)) == 0
        return data.draw(st.sampled_from(sorted(self.refunds) if odd or not likely else sorted(likely)))

    @precondition(lambda self: self.refunds)
    @rule(data=st.data(), name=st.sampled_from(DECIDERS), approves=st.sampled_from((True, True, False)))
    def decide(self, data: st.DataObject, name: str, approves: bool) -> None:
        refund = self.some(data, "requested")
        wanted, row = self.refunds[refund], row_of(self.platform, RefundRow, refund)
        body = {} if approves else {"reason": "not_due"}
        path = f"/v1/refunds/{refund}/{'approve' if approves else 'reject'}"
        answer = post(self.clients[name], path, body, version=row.version)
        assert answer.status_code == self.answer_to_decision(wanted, name, approves), answer.text
        if answer.status_code == 200:
            wanted.decided_by = name
            self.move(wanted, "approved" if approves else "rejected")

    def answer_to_decision(self, wanted: Wanted, name: str, approves: bool) -> int:
        limit = min(EACH, DAILY - self.given(name)) if name == "billing2" else CAPTURED
        if name == "support" or (approves and wanted.amount > limit):
            return 403
        if wanted.state != "requested" or (approves and self.state not in ("captured", "partially_refunded")):
            return 409
        return 200

    # The platform

    def step(self, what: Callable[..., Any], refund: str, *more: str) -> bool:
        """Whether it was allowed; a step that isn't changes nothing."""
        try:
            with own_work(self.platform) as work:
                what(work, refund, *more)
        except Conflict:
            return False
        return True

    @precondition(lambda self: self.refunds)
    @rule(data=st.data(), what=st.sampled_from(("begin", "succeed", "succeed", "succeed", "fail", "fail_later")))
    def work(self, data: st.DataObject, what: str) -> None:
        likely = ("succeeded",) if what == "fail_later" else ("approved", "processing")
        refund = self.some(data, *likely)
        wanted = self.refunds[refund]
        more = {"begin": (), "succeed": (f"re_{refund}",)}.get(what, ("declined",))
        done = self.step(getattr(refund_work, what), refund, *more)
        after = self.after(wanted, what)
        assert done == (after is not None)
        self.move(wanted, after or wanted.state)

    def after(self, wanted: Wanted, what: str) -> str | None:
        """The state afterwards; None when it can't be."""
        if what == "begin":
            closed = self.state not in ("captured", "partially_refunded")
            return wanted.state if wanted.state != "approved" else "failed" if closed else "processing"
        if what == "succeed" and wanted.state in ("approved", "processing", "succeeded"):
            return "succeeded"
        ends = {"fail": ("approved", "processing", "succeeded", "failed"), "fail_later": ("succeeded", "failed")}
        return "failed" if wanted.state in ends.get(what, ()) else None

    # The bank

    @precondition(lambda self: self.refunds)
    @rule(amount=st.sampled_from((1, 4_000, CAPTURED)))
    def dispute(self, amount: int) -> None:
        dispute = new_id()
        row = DisputeRow(
            id=dispute, payment=self.payment, order_id=self.order, processor_reference=f"dp_{dispute}", reason="fraudulent",
            amount=amount, currency="USD", opened=datetime.now(UTC),
        )  # fmt: skip
        allowed = not self.over and self.disputed is None
        assert self.bank(lambda work, payment: money.open_dispute(work, payment, row)) == allowed
        if allowed:
            self.disputed, self.disputed_sum = dispute, self.disputed_sum + amount

    @precondition(lambda self: self.disputed)
    @rule(outcome=st.sampled_from((DisputeState.WON, DisputeState.WON, DisputeState.WON, DisputeState.LOST)))
    def the_bank_decides(self, outcome: DisputeState) -> None:
        dispute = row_of(self.platform, DisputeRow, str(self.disputed))
        assert self.bank(lambda work, payment: money.close_dispute(work, payment, dispute, outcome))
        if outcome is DisputeState.LOST:
            self.taken, self.lost, self.over = dispute.amount, min(dispute.amount, self.left), True
        self.disputed = None

    def bank(self, what: Callable[[Transaction, Any], Any]) -> bool:
        try:
            with own_work(self.platform) as work:
                payment = work.lock(table(PaymentRow), self.payment)
                what(work, payment)
                work.entries.append(work.entry("payments", "bank", record=self.payment))
        except Conflict:
            return False
        return True

    # What holds after each

    @invariant()
    def amounts_add_up(self) -> None:
        row = row_of(self.platform, PaymentRow, self.payment)
        assert min(row.refunded, row.reserved, row.lost) >= 0
        assert row.captured >= row.refunded + row.reserved + row.lost
        assert (row.captured, row.refunded, row.reserved, row.lost) == (
            CAPTURED, self.total("succeeded"), self.total(*HELD), self.lost,
        )  # fmt: skip
        assert row.state == self.state

    @invariant()
    def the_order_and_its_sums_follow(self) -> None:
        assert row_of(self.platform, OrderRow, self.order).payment_state == self.state
        sums = {
            "captured": CAPTURED,
            "refunded": self.total("succeeded"),
            "lost": self.lost,
            "disputed": self.disputed_sum,
        }
        found = sums_of(self.platform, self.order)
        assert {kind: found.get(kind, 0) for kind in sums} == sums

    @invariant()
    def refunds_stand_as_the_model_says(self) -> None:
        for refund, wanted in self.refunds.items():
            assert row_of(self.platform, RefundRow, refund).state == wanted.state


def test_money_in_any_order(api: Api, platform: Platform):
    platform.rules = replace(Rules(), each={"billing": {"USD": EACH}}, daily={"billing": {"USD": DAILY}})
    clients = {name: api.sign_in(name) for name in {*ASKERS, *DECIDERS}}
    machine = type("Machine", (MoneyMachine,), {"api": api, "clients": clients, "earlier": []})
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=slow)
    )


# One by one

Change = Callable[[Transaction, Any], Any]

CAPTURE: Change = lambda work, payment: money.capture(work, payment, 10_000)  # noqa: E731
CHANGES: dict[str, Change] = {
    "authorize": money.authorize,
    "capture": CAPTURE,
    "fail": lambda work, payment: money.fail(work, payment, "declined"),
    "void": money.void,
    "try_again": money.try_again,
    "reserve": lambda work, payment: money.reserve(work, payment, 1),
}
FROM = {
    "authorize": {"pending"},
    "capture": {"pending", "authorized"},
    "fail": {"pending", "authorized"},
    "void": {"pending", "authorized"},
    "try_again": {"failed"},
    "reserve": {"captured", "partially_refunded"},
}


def changed(platform: Platform, payment: str, change: Change) -> Any:
    """Does it as the platform; the payment afterwards."""
    with own_work(platform) as work:
        change(work, work.lock(table(PaymentRow), payment))
        work.entries.append(work.entry("payments", "test", record=payment))
    return row_of(platform, PaymentRow, payment)


@pytest.mark.parametrize("state", [state for state in PaymentState if state is not PaymentState.WON])
@pytest.mark.parametrize("name", CHANGES)
def test_states_allow_what_the_domain_says_and_nothing_else(sqlite_platform: Platform, name: str, state: str):
    refunded = {"refunded": 10_000, "partially_refunded": 4_000}.get(state, 0)
    payment = add_payment(sqlite_platform, add_order(sqlite_platform), state, refunded=refunded)
    before = row_of(sqlite_platform, PaymentRow, payment)
    if state in FROM[name]:
        assert changed(sqlite_platform, payment, CHANGES[name]).version > before.version
        return
    with pytest.raises(Conflict):
        changed(sqlite_platform, payment, CHANGES[name])
    assert row_of(sqlite_platform, PaymentRow, payment) == before


@pytest.mark.parametrize("amount", [0, -1, 10_001])
def test_not_more_is_captured_than_was_agreed(platform: Platform, amount: int):
    payment = add_payment(platform, add_order(platform), "authorized")
    with pytest.raises(Conflict):
        changed(platform, payment, lambda work, row: money.capture(work, row, amount))


@pytest.mark.parametrize("change", [
    lambda work, row: money.release(work, row, 1),
    lambda work, row: money.settle_refund(work, row, 1, "RF-1"),
    lambda work, row: money.unsettle_refund(work, row, 1, "RF-1", "expired"),
])  # fmt: skip
def test_amounts_that_would_not_add_up_change_nothing(platform: Platform, change: Change):
    order = add_order(platform)
    payment = add_payment(platform, order)
    before = row_of(platform, PaymentRow, payment)
    with pytest.raises(money.AmountsBroken):
        changed(platform, payment, change)
    assert row_of(platform, PaymentRow, payment) == before and sums_of(platform, order) == {"captured": 10_000}
    assert events_of(platform, order) == []


def test_what_is_captured_counts_when_it_came(platform: Platform):
    order = add_order(platform)
    payment, when = add_payment(platform, order, "pending"), datetime(2026, 3, 1, 12, tzinfo=UTC)
    changed(platform, payment, lambda work, row: money.capture(work, row, 9_000, when))
    with platform.database.reading() as connection:
        [row] = connection.execute(select(table(MoneyRow)))
    assert (row.at, row.kind, row.amount) == (when, "captured", 9_000)
    assert [(event.kind, event.amount, event.number) for event in events_of(platform, order)] == [
        ("captured", 9_000, "P-1")
    ]


def test_an_order_follows_its_latest_charge_and_no_fee(platform: Platform):
    order = add_order(platform)
    add_payment(platform, order, "failed")
    fee = add_payment(platform, order, "pending", kind="fee")
    charge = add_payment(platform, order, "pending")
    changed(platform, fee, CAPTURE)
    row = row_of(platform, OrderRow, order)
    assert (row.payment_state, row.version) == ("pending", 2), "it hears of the fee and stays"
    changed(platform, charge, CAPTURE)
    assert row_of(platform, OrderRow, order).payment_state == "captured"


def test_a_refund_that_settles_while_disputed_counts_once_it_is_won(platform: Platform):
    platform.rules = replace(Rules(), refund_while_disputed=True)
    order = add_order(platform)
    payment, dispute = add_payment(platform, order), new_id()
    row = DisputeRow(
        id=dispute, payment=payment, order_id=order, processor_reference="dp_1", reason="fraudulent", amount=10_000, currency="USD",
        opened=platform.clock(),
    )  # fmt: skip
    changed(platform, payment, lambda work, found: money.open_dispute(work, found, row))
    changed(platform, payment, lambda work, found: money.reserve(work, found, 3_000))
    settled = changed(platform, payment, lambda work, found: money.settle_refund(work, found, 3_000, "RF-1"))
    assert (settled.state, settled.undisputed) == ("disputed", "partially_refunded")
    open_one = row_of(platform, DisputeRow, dispute)
    won = changed(platform, payment, lambda work, found: money.close_dispute(work, found, open_one, DisputeState.WON))
    assert (won.state, won.refunded, won.lost, won.undisputed) == ("partially_refunded", 3_000, 0, None)
    assert row_of(platform, DisputeRow, dispute).state == "won"


def test_what_went_back_is_not_lost_again(platform: Platform):
    """The bank takes the whole payment, of which 4,000 had gone back and 1,000 is on its way."""
    order = add_order(platform)
    payment, dispute = add_payment(platform, order, "partially_refunded", refunded=4_000, reserved=1_000), new_id()
    row = DisputeRow(
        id=dispute, payment=payment, order_id=order, processor_reference="dp_1", reason="fraudulent", amount=10_000, currency="USD",
        opened=platform.clock(),
    )  # fmt: skip
    changed(platform, payment, lambda work, found: money.open_dispute(work, found, row))
    open_one = row_of(platform, DisputeRow, dispute)
    lost = changed(platform, payment, lambda work, found: money.close_dispute(work, found, open_one, DisputeState.LOST))
    assert (lost.state, lost.lost, lost.refunded, lost.reserved) == ("lost", 5_000, 4_000, 1_000)


@pytest.mark.parametrize(("disputed", "lost"), [(10_000, 10_000), (7_000, 7_000), (6_000, 6_000), (5_000, 5_000)])
def test_what_was_reserved_when_the_bank_took_it_is_lost_once_it_is_released(
    platform: Platform, disputed: int, lost: int
):
    order = add_order(platform)
    payment = add_payment(platform, order, "disputed", reserved=4_000)
    dispute = row_of(platform, DisputeRow, add_dispute(platform, payment, amount=disputed))
    changed(platform, payment, lambda work, row: money.close_dispute(work, row, dispute, DisputeState.LOST))
    for _ in range(2):
        after = changed(platform, payment, lambda work, row: money.release(work, row, 2_000))
    assert (after.state, after.reserved, after.lost) == ("lost", 0, lost)
    assert sums_of(platform, order)["lost"] == lost
