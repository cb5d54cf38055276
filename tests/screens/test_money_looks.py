"""What payments to review, refunds and reconciliations look like, at 120x40 and at 80x24."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.platform_api.tables import PaymentReviewRow, PaymentRow, ReconciliationRow, ReportLineRow, table
from console.session import Session
from console.settings import Settings
from screens.parts.confirm import Confirm
from screens.parts.pick import Pick
from screens.parts.prompt import Prompt
from screens.parts.refund import RefundDialog
from screens.parts.tick import Tick
from screens.reconciliations import ReconciliationsScreen
from tests.platform_api.api import employee_id, serving
from tests.platform_api.orders_made import (
    WALK,
    add_dispute,
    add_order,
    add_payment,
    add_payout_change,
    add_refund,
    add_review,
    row_of,
)
from tests.platform_api.people import add_person
from tests.screens.consoles import NOW, PASSWORD, on_screen, until
from tests.screens.money import Reviewed, choose, flat, foretold, look_at, open_refund, review_of, type_amount
from tests.screens.settled import settled
from tests.screens.test_looks import ready

pytestmark = pytest.mark.usefixtures("utc")

HOSTILE = "Bath [b]and\x1b[31m brush \u202e🐶"
Step = Callable[[ConsoleApp, Pilot[int], Platform], Awaitable[None]]


def paid(platform: Platform, state: str = "captured", amount: int = 10_000, currency: str = "USD") -> str:
    items = ({**WALK[0]}, {**WALK[1], "name": HOSTILE})
    order = add_order(platform, items=items, currency=currency)
    return add_payment(platform, order, state, amount=amount, currency=currency, processor_reference="ch_12")


def large(platform: Platform, amount: int = 10_000) -> Reviewed:
    due = NOW + timedelta(hours=5, minutes=20)
    return review_of(platform, paid(platform, amount=amount), due=due, assignee="billing")


def waiting(platform: Platform, by: str = "support") -> Reviewed:
    payment = paid(platform, amount=50_000)
    refund = add_refund(platform, payment, 2_500, by=by, note="the pro left early, [b]says\x1b[31m the parent")
    return review_of(platform, payment, "refund", refund=refund, mark=f"refund:{refund}", amount=2_500)


async def payments_to_review(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)


async def refunds_for_the_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    await pilot.press("0")
    await ready(app, pilot)


async def a_dispute(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    payment = paid(platform, "disputed")
    dispute = add_dispute(platform, payment, evidence_due=NOW + timedelta(days=6, hours=2))
    due = NOW + timedelta(days=6, hours=2)
    made = review_of(platform, payment, "disputed", dispute=dispute, due=due, assignee="billing")
    await ready(app, pilot)
    await look_at(app, pilot, made.number)


async def a_payout_change(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    change = add_payout_change(platform, add_person(platform, pro=True))
    review = add_review(platform, "payout_change", payout_change=change, due=NOW + timedelta(hours=72))
    await ready(app, pilot)
    await look_at(app, pilot, f"RV-{row_of(platform, PaymentReviewRow, review).number}")


async def a_refund_at_once(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    dialog = await open_refund(app, pilot, large(platform).number)
    dialog.query_one("#i-1", Tick).value = True
    choose(dialog)
    await foretold(app, pilot, "40.00 USD goes back")


async def a_refund_above_the_limit(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    await open_refund(app, pilot, large(platform, 120_000).number)
    await foretold(app, pilot, "a manager approves it first")


async def a_refund_of_too_much(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    dialog = await open_refund(app, pilot, large(platform).number)
    type_amount(dialog, "100.01")
    await foretold(app, pilot, "At most 100.00 USD")


async def a_refund_that_others_got_ahead_of(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    made = large(platform)
    dialog = await open_refund(app, pilot, made.number)
    await foretold(app, pilot, "goes back")
    add_refund(platform, made.payment, 2_500, "approved", by="manager")
    payments = table(PaymentRow)
    with platform.database.writing() as session:
        newer = payments.update().where(payments.c.id == made.payment).values(version=2)
        session.connection().execute(newer)
    type_amount(dialog, "60.00")
    choose(dialog)
    await until(pilot, lambda: isinstance(app.screen, RefundDialog) and "Changed meanwhile" in flat(app))
    await foretold(app, pilot, "60.00 USD goes back")


async def a_refund_to_approve(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    await look_at(app, pilot, waiting(platform).number)
    await pilot.press("a")
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))


async def ways_to_settle(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    await look_at(app, pilot, large(platform).number)
    await pilot.press("s")
    await until(pilot, lambda: isinstance(app.screen, Pick) and app.screen.query(OptionList))


async def actions_of_a_review(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    await look_at(app, pilot, waiting(platform, by="billing").number)
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, Pick) and app.screen.query(OptionList))


def compared(platform: Platform) -> None:
    """One that is compared and one that is still being read."""
    payment = paid(platform)
    told: dict[str, Any] = {
        "digest": "a",
        "imported": NOW - timedelta(hours=2),
        "employee": employee_id(platform, "billing"),
    }
    span: dict[str, Any] = {"starts": NOW - timedelta(days=31), "ends": NOW - timedelta(days=1)}
    lines: tuple[dict[str, Any], ...] = (
        {"line": 2, "result": "matched", "category": "charge", "source": "ch_1", "gross": 4_000, "expected": 4_000},
        {"line": 3, "result": "amount_differs", "category": "charge", "source": "ch_2", "payment": payment,
         "gross": 9_000, "expected": 10_000},
        {"line": 4, "result": "unknown", "category": "charge", "source": "ch_nobody", "gross": 100_000},
        {"line": 5, "result": "missing", "category": "refund", "source": "re_1", "expected": -2_500},
    )  # fmt: skip
    with platform.database.writing() as session:
        done: dict[str, Any] = {"state": "done", "lines": 4, "done": 4, "matched": 1, "differing": 3}
        session.add(ReconciliationRow(id="00000000-0000-7000-8000-000000000001", **told, **span, **done))
        running = {**told, "digest": "b", "imported": NOW - timedelta(minutes=3)}
        session.add(ReconciliationRow(id="00000000-0000-7000-8000-000000000002", **running, lines=48_000, done=30_100))
        for each in lines:
            held: dict[str, Any] = {"reconciliation": "00000000-0000-7000-8000-000000000001", "currency": "USD"}
            session.add(ReportLineRow(**held, **each))


async def the_books(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    compared(platform)
    await ready(app, pilot)
    await pilot.press("R")
    await until(pilot, lambda: isinstance(app.screen, ReconciliationsScreen) and app.screen.record)
    screen = app.screen
    assert isinstance(screen, ReconciliationsScreen)
    await pilot.press("down")
    await until(pilot, lambda: (screen.lines.lines and "amount differs" in on_screen(app)) or app.size.width < 100)
    if app.size.width < 100:
        await pilot.press("enter")
        await until(pilot, lambda: "amount differs" in on_screen(app))


async def a_file_to_import(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    await pilot.press("R")
    await until(pilot, lambda: isinstance(app.screen, ReconciliationsScreen) and app.screen.table.status.heard)
    await pilot.press("n")
    await until(pilot, lambda: isinstance(app.screen, Prompt) and app.screen.query(Input))
    await pilot.press("enter")


STATES: tuple[Step, ...] = (
    payments_to_review, refunds_for_the_manager, a_dispute, a_payout_change, a_refund_at_once, a_refund_above_the_limit,
    a_refund_of_too_much, a_refund_that_others_got_ahead_of, a_refund_to_approve, ways_to_settle, actions_of_a_review,
    the_books, a_file_to_import,
)  # fmt: skip


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        role = "manager" if state is refunds_for_the_manager else "billing"
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, role), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot, still)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
