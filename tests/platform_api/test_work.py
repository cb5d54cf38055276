"""The worker: refunds end with one refund, here and at the processor, whatever happens on the way."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from console.platform_api import jobs, sweeps
from console.platform_api.jobs import LeaseLost
from console.platform_api.platform import Platform, open_platform
from console.platform_api.processors import built_in
from console.platform_api.processors.built_in import BuiltIn
from console.platform_api.processors.seam import FoundRefund, FoundState, RefundWish
from console.platform_api.refund_job import LOOKED_UP, SENT
from console.platform_api.rules import Rules
from console.platform_api.tables import (
    AuditEntry,
    OrderRow,
    PaymentReviewRow,
    PaymentRow,
    PayoutChangeRow,
    RefundRow,
    table,
)
from console.platform_api.transaction import Transaction, own_work
from console.platform_api.work import Worker
from tests.platform_api import forked
from tests.platform_api.api import Place
from tests.platform_api.killed_worker import STEPS
from tests.platform_api.orders_made import add_payout_change, add_refund, row_of, sums_of
from tests.platform_api.worked import (
    Clock,
    approved,
    books,
    given_back,
    jobs_left,
    ledger,
    number_of,
    paid,
    token_of,
    worker,
)


def reviews(platform: Platform) -> list[tuple[str, str]]:
    found = table(PaymentReviewRow)
    with platform.database.reading() as connection:
        return [(row.kind, row.rule) for row in connection.execute(select(found).order_by(found.c.number))]


def audited(platform: Platform, resource: str) -> list[str]:
    found = table(AuditEntry)
    with platform.database.reading() as connection:
        rows = connection.execute(select(found).where(found.c.resource == resource).order_by(found.c.seq))
        return [row.action for row in rows]


def state(platform: Platform, refund: str) -> tuple[str, str | None]:
    row = row_of(platform, RefundRow, refund)
    return row.state, row.failure


def change_state(platform: Platform, payment: str, to: str) -> None:
    """As if a webhook had been worked on between two tries."""
    found = table(PaymentRow)
    with platform.database.writing() as session:
        session.connection().execute(found.update().where(found.c.id == payment).values(state=to))


def test_an_approved_refund_is_given_back_once_and_told_of(platform: Platform):
    payment = paid(platform)
    refund = approved(platform, payment)
    worker(platform).run_all()
    row = row_of(platform, RefundRow, refund)
    number = number_of(platform, refund)
    assert given_back(platform, payment) == [(number, 2_500, "succeeded")]
    assert (row.state, row.processor_reference[:3]) == ("succeeded", "re_")
    assert books(platform, payment) == ("partially_refunded", 2_500, 0)
    assert sums_of(platform, row.order_id)["refunded"] == 2_500
    assert jobs_left(platform) == []
    assert audited(platform, "refunds") == ["processing", "succeeded"]


def test_each_call_stands_in_the_ledger_before_it_is_made(platform: Platform):
    payment = paid(platform)
    refund = approved(platform, payment)
    seen: list[list[str]] = []

    class Watching(BuiltIn):
        def refund(self, wish: RefundWish) -> FoundRefund:
            seen.append([row.purpose for row in ledger(platform)])
            return super().refund(wish)

    simulator = built_in(platform)
    Worker(platform, Watching(simulator.file.path)).run_all()
    assert seen == [["refund"]]
    row = ledger(platform)[0]
    assert (row.recipient, sorted(row.fields), row.about) == ("processor", sorted(SENT), number_of(platform, refund))
    assert row.subject == platform.vault.pseudonyms([row_of(platform, RefundRow, refund).payer]).popitem()[1]


def test_a_refund_without_a_job_is_found_by_the_sweep(platform: Platform):
    payment = paid(platform)
    refund = add_refund(platform, payment, 2_500, "approved")
    worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)


def test_a_declined_refund_frees_its_amount_and_somebody_looks_into_it(platform: Platform):
    payment = paid(platform)
    refund = approved(platform, payment)
    built_in(platform).script(number_of(platform, refund), "decline")
    worker(platform).run_all()
    assert state(platform, refund) == ("failed", "declined")
    assert books(platform, payment) == ("captured", 0, 0)
    assert reviews(platform) == [("failed", "refund_failed")]
    assert jobs_left(platform) == []


@pytest.mark.parametrize("script", ["timeout_before", "timeout_after"])
def test_an_unknown_outcome_is_looked_up_before_anything_is_sent_again(platform: Platform, script: str):
    clock, payment = Clock(platform), paid(platform)
    refund = approved(platform, payment)
    simulator = built_in(platform)
    simulator.script(number_of(platform, refund), script)
    worker(platform).one_job()
    for place, _ in simulator.waiting():  # its webhook is lost as well
        simulator.taken(place)
    assert state(platform, refund) == ("processing", None)
    assert books(platform, payment) == ("captured", 0, 2_500)
    [job] = jobs_left(platform)
    assert (job.error, job.step) == ("timeout", "asking")
    clock.now = job.due
    worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)
    assert given_back(platform, payment) == [(number_of(platform, refund), 2_500, "succeeded")]
    asked = [(row.purpose, sorted(row.fields)) for row in ledger(platform) if row.purpose != "payment_lookup"]
    again = [("refund", sorted(SENT))] if script == "timeout_before" else []
    assert asked == [("refund", sorted(SENT)), ("refund_lookup", sorted(LOOKED_UP)), *again]


def test_a_webhook_may_be_faster_than_looking_it_up(platform: Platform):
    clock, payment = Clock(platform), paid(platform)
    refund = approved(platform, payment)
    built_in(platform).script(number_of(platform, refund), "timeout_after")
    worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)
    clock.forward(minutes=1)
    worker(platform).run_all()
    assert jobs_left(platform) == []
    assert "refund_lookup" not in [row.purpose for row in ledger(platform)]


def test_a_processor_that_is_away_is_waited_for(platform: Platform):
    clock, payment = Clock(platform), paid(platform)
    refund = approved(platform, payment)
    simulator = built_in(platform)
    simulator.script("*", "away")
    for _ in range(3):
        worker(platform).run_all()
        clock.now = jobs_left(platform)[0].due
    assert (state(platform, refund), jobs_left(platform)[0].error) == (("processing", None), "no_connection")
    simulator.script("*", "away", times=0)
    worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)


def test_one_that_stays_away_becomes_a_review_and_is_still_tried(platform: Platform):
    clock, payment = Clock(platform), paid(platform)
    refund = approved(platform, payment)
    simulator = built_in(platform)
    simulator.script("*", "away")
    for _ in range(jobs.LOUD_AFTER + 1):
        worker(platform).run_all()
        clock.now = jobs_left(platform)[0].due
    assert reviews(platform) == [("mismatched", "refund_stuck")]
    assert "stuck" in audited(platform, "refunds")
    simulator.script("*", "away", times=0)
    worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)


def test_a_refund_that_the_processor_takes_its_time_over_is_told_by_webhook(platform: Platform):
    payment = paid(platform)
    refund = approved(platform, payment)
    simulator, number = built_in(platform), number_of(platform, refund)
    simulator.script(number, "pending")
    worker(platform).run_all()
    assert state(platform, refund) == ("processing", None)
    simulator.settle(number, FoundState.SUCCEEDED)
    worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)
    assert [job.kind for job in jobs_left(platform)] == ["refund"]


def test_the_job_of_one_that_a_webhook_has_ended_does_nothing_more(platform: Platform):
    clock, payment = Clock(platform), paid(platform)
    refund = approved(platform, payment)
    simulator, number = built_in(platform), number_of(platform, refund)
    simulator.script(number, "pending")
    worker(platform).run_all()
    simulator.settle(number, FoundState.SUCCEEDED)
    worker(platform).run_all()
    clock.forward(hours=2)
    worker(platform).run_all()
    assert jobs_left(platform) == []
    assert books(platform, payment) == ("partially_refunded", 2_500, 0)


def test_a_refund_that_fails_after_its_success_can_be_refunded_again(platform: Platform):
    payment = paid(platform)
    refund = approved(platform, payment)
    built_in(platform).script(number_of(platform, refund), "late_failure")
    worker(platform).run_all()
    assert state(platform, refund) == ("failed", "lost_or_stolen_card")
    assert books(platform, payment) == ("captured", 0, 0)
    assert sums_of(platform, row_of(platform, RefundRow, refund).order_id).get("refunded", 0) == 0


def test_a_payment_disputed_before_the_refund_was_sent_sends_nothing(platform: Platform):
    payment = paid(platform)
    simulator = built_in(platform)
    simulator.open_dispute(token_of(platform, payment), 10_000, "USD")
    busy = worker(platform)
    busy.run_all()
    assert books(platform, payment)[0] == "disputed"
    refund = approved(platform, payment)
    busy.run_all()
    assert state(platform, refund) == ("failed", "disputed")
    assert given_back(platform, payment) == []


def test_a_dispute_at_the_very_moment_declines_the_refund(platform: Platform):
    payment = paid(platform)
    refund = approved(platform, payment)
    built_in(platform).script(number_of(platform, refund), "dispute")
    worker(platform).run_all()
    assert state(platform, refund) == ("failed", "charge_disputed")
    assert books(platform, payment) == ("disputed", 0, 0)


def test_one_disputed_while_its_outcome_was_unknown_is_not_sent_again(platform: Platform):
    """Its first try was lost on the way, and the bank has the payment by the time it is looked up."""
    clock, payment = Clock(platform), paid(platform)
    refund = approved(platform, payment)
    built_in(platform).script(number_of(platform, refund), "timeout_before")
    worker(platform).one_job()
    change_state(platform, payment, "disputed")
    clock.now = jobs_left(platform)[0].due
    worker(platform).run_all()
    assert state(platform, refund) == ("failed", "disputed")
    assert books(platform, payment) == ("disputed", 0, 0)
    assert given_back(platform, payment) == []
    assert [row.purpose for row in ledger(platform)] == ["refund", "refund_lookup"]
    assert jobs_left(platform) == []


def test_where_the_company_refunds_what_is_disputed_it_is_sent_again(platform: Platform):
    platform.rules = replace(Rules(), refund_while_disputed=True)
    clock, payment = Clock(platform), paid(platform)
    refund = approved(platform, payment)
    built_in(platform).script(number_of(platform, refund), "timeout_before")
    worker(platform).one_job()
    change_state(platform, payment, "disputed")
    clock.now = jobs_left(platform)[0].due
    worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)


def test_an_answer_about_another_amount_is_not_believed(platform: Platform):
    payment = paid(platform)
    refund = approved(platform, payment)
    built_in(platform).take(
        {"refund": number_of(platform, refund), "token": token_of(platform, payment), "amount": 1, "currency": "USD", "order": "O-1"}
    )  # fmt: skip
    worker(platform).run_all()
    assert state(platform, refund) == ("processing", None)
    assert jobs_left(platform)[-1].error == "amount_differs"


def test_a_worker_whose_lease_has_lapsed_commits_nothing_over_the_other(platform: Platform):
    """The first one hangs in its call; the second takes the job on and finishes; then the first comes back."""
    clock, payment = Clock(platform), paid(platform)
    refund = approved(platform, payment)
    path = built_in(platform).file.path

    class Slow(BuiltIn):
        def refund(self, wish: RefundWish) -> FoundRefund:
            clock.forward(seconds=jobs.LEASE.total_seconds())
            worker(platform).run_all()
            assert state(platform, refund) == ("succeeded", None)
            return super().refund(wish)

    slow = Worker(platform, Slow(path, platform.clock))
    job = jobs.claim(platform, slow.name)
    assert job is not None
    with pytest.raises(LeaseLost):
        slow.kinds["refund"](slow.desk, job)
    assert given_back(platform, payment) == [(number_of(platform, refund), 2_500, "succeeded")]
    assert books(platform, payment) == ("partially_refunded", 2_500, 0)
    assert audited(platform, "refunds") == ["processing", "succeeded"]


def test_two_workers_share_many_refunds(platform: Platform):
    payments = [paid(platform) for _ in range(3)]
    for payment in payments:
        for _ in range(4):
            approved(platform, payment, 2_500)
    threads = [threading.Thread(target=worker(platform).run_all) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worker(platform).run_all()
    for payment in payments:
        assert books(platform, payment) == ("refunded", 10_000, 0)
        assert [amount for _, amount, _ in given_back(platform, payment)] == [2_500] * 4
    assert jobs_left(platform) == []


def test_an_unexpected_failure_is_no_end_of_the_worker(platform: Platform, caplog: pytest.LogCaptureFixture):
    payment = paid(platform)
    refund = approved(platform, payment)

    class Broken(BuiltIn):
        def refund(self, wish: RefundWish) -> FoundRefund:
            raise ValueError(f"{wish.token} is nobody's business")

    Worker(platform, Broken(built_in(platform).file.path)).run_all()
    assert state(platform, refund) == ("processing", None)
    assert jobs_left(platform)[0].error == "ValueError"
    assert "nobody's business" not in caplog.text


def test_a_sweep_that_fails_stops_neither_the_others_nor_the_jobs(
    platform: Platform, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    clock = Clock(platform)
    clock.now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    silent, payment = paid(platform, "pending"), paid(platform)
    clock.forward(hours=2)
    refund = approved(platform, payment)

    def broken(work: Transaction) -> None:
        work.connection.execute(text("SELECT 'nobody''s business' FROM a_table_that_is_not_there"))

    monkeypatch.setattr(sweeps, "PARTS", (broken, *sweeps.PARTS))
    busy = worker(platform)
    busy.run_all()
    assert state(platform, refund) == ("succeeded", None)
    assert "payment_lookup" in [row.purpose for row in ledger(platform)], silent
    assert caplog.text.count("could not be swept") == 1, "and not again at each turn"
    assert "nobody's business" not in caplog.text


def test_a_webhook_that_fails_stops_neither_the_others_nor_the_jobs(
    platform: Platform, caplog: pytest.LogCaptureFixture
):
    first, second = paid(platform), paid(platform)
    refund = approved(platform, first)
    simulator = built_in(platform)
    with simulator.file.writing() as rows:
        rows._connection.execute("INSERT INTO events (body) VALUES (?)", (b"nobody's business",))
    simulator.open_dispute(token_of(platform, second), 10_000, "USD")
    worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)
    assert books(platform, second)[0] == "disputed"
    assert len(simulator.waiting()) == 1
    assert "could not be delivered" in caplog.text
    assert "nobody's business" not in caplog.text


def test_payout_changes_take_effect_when_their_time_has_come(platform: Platform):
    clock, payment = Clock(platform), paid(platform)
    pro = row_of(platform, OrderRow, row_of(platform, PaymentRow, payment).order_id).pro
    change = add_payout_change(platform, pro)
    stopped = add_payout_change(platform, pro, state="stopped")
    worker(platform).run_all()
    assert row_of(platform, PayoutChangeRow, change).state == "waiting"
    clock.forward(hours=73)
    worker(platform).run_all()
    states = [row_of(platform, PayoutChangeRow, one).state for one in (change, stopped)]
    assert states == ["in_force", "stopped"]
    assert audited(platform, "payouts") == ["change"]


def test_a_payment_that_nobody_tells_about_is_asked_for(platform: Platform):
    clock, payment = Clock(platform), paid(platform, "pending")
    simulator = built_in(platform)
    with simulator.file.writing() as rows:
        rows.set_payment(token_of(platform, payment), state="captured", captured=10_000)
    worker(platform).run_all()
    assert books(platform, payment)[0] == "pending"
    clock.forward(hours=2)
    worker(platform).run_all()
    assert books(platform, payment)[0] == "captured"


def test_a_silent_payment_is_asked_for_once_a_day(platform: Platform):
    clock, asked = Clock(platform), []
    clock.now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    paid(platform, "pending")
    for hours in (2, 1, 1, 24, 1):
        clock.forward(hours=hours)
        worker(platform).run_all()
        asked.append(len(ledger(platform)))
    assert asked == [1, 1, 1, 2, 2]


def test_a_cancelled_order_lets_go_of_what_was_authorized(platform: Platform):
    payment = paid(platform, "authorized")
    with own_work(platform) as work:
        jobs.enqueue(work, "void", f"void:{payment}", {"payment": payment})
    worker(platform).run_all()
    assert books(platform, payment)[0] == "voided"
    found = built_in(platform).payment(token_of(platform, payment))
    assert found is not None
    assert found.state == "voided"


def test_one_that_was_captured_meanwhile_is_not_voided(platform: Platform):
    payment = paid(platform, "authorized")
    simulator = built_in(platform)
    simulator.change_payment(token_of(platform, payment), state="captured", captured=10_000)
    with own_work(platform) as work:
        jobs.enqueue(work, "void", f"void:{payment}", {"payment": payment})
    worker(platform).run_all()
    assert books(platform, payment)[0] == "captured"
    assert jobs_left(platform) == []


# Killed


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_ends_with_one_refund(place: Place, step: str):
    """A real worker process is killed; another one goes on once the lease has lapsed."""
    platform = open_platform(place.data, place.url)
    payment = paid(platform)
    refund = approved(platform, payment)
    killed = forked.run("tests.platform_api.killed_worker", str(place.data), place.url or "-", step)
    assert killed.returncode == -signal.SIGKILL, killed.said
    clock = Clock(platform)
    for _ in range(3):
        clock.forward(minutes=3)
        worker(platform).run_all()
    assert state(platform, refund) == ("succeeded", None)
    assert given_back(platform, payment) == [(number_of(platform, refund), 2_500, "succeeded")]
    assert books(platform, payment) == ("partially_refunded", 2_500, 0)
    assert sums_of(platform, row_of(platform, RefundRow, refund).order_id)["refunded"] == 2_500
    assert jobs_left(platform) == []
    assert built_in(platform).waiting() == []
    platform.close()
