"""What orders look like, at 120x40 and at 80x24 (the list at 200x60 too), against a real platform on which the time stands still."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.session import Session
from console.settings import Settings
from screens.orders import OrdersScreen
from screens.parts.chart_dialog import ChartDialog
from screens.parts.confirm import Confirm
from screens.parts.export_file import ExportDialog
from screens.parts.pick import Pick
from screens.parts.progress import Steps
from tests.platform_api.api import serving
from tests.platform_api.orders_made import WALK, add_dispute, add_order, add_pair, add_payment, add_payout, add_refund
from tests.screens.consoles import NOW, PASSWORD, on_screen, until
from tests.screens.settled import settled
from tests.screens.test_looks import ready
from tests.screens.test_orders import choose, filtered, flat, mark, number_of, person

pytestmark = pytest.mark.usefixtures("utc")

HOSTILE = "Rex \x1b[31m[b]bold[/b] \u202eevil"
Step = Callable[[ConsoleApp, Pilot[int], Platform], Awaitable[None]]


async def opened(app: ConsoleApp, pilot: Pilot[int], number: str = "") -> OrdersScreen:
    """The screen of orders, quiet, and one of them inside."""
    await ready(app, pilot)
    await pilot.press("4")
    await until(pilot, lambda: isinstance(app.screen, OrdersScreen) and app.screen.table.status.heard)
    screen = app.screen
    assert isinstance(screen, OrdersScreen)
    await until(pilot, lambda: screen.record or "No orders here" in on_screen(app))
    if number:
        screen.go_to(number)
        await until(pilot, lambda: screen.record and screen.record.number == number)
        await settled(pilot)  # that it is not in the list is told now, and not after the next step
    return screen


def whole(platform: Platform) -> str:
    """An order to which all has happened; its number."""
    items = ({**WALK[0]}, {**WALK[1], "name": HOSTILE})
    order = add_order(platform, items=items, pet_name=HOSTILE, care_notes="Afraid of thunder.\nBites [b]postmen[/b].")
    payment = add_payment(platform, order)
    add_refund(platform, payment, 2_500, needs="manager", note=HOSTILE)
    disputed = add_payment(platform, order, "disputed", amount=5_000)
    add_dispute(platform, disputed, evidence_due=NOW + timedelta(days=6, hours=2))
    add_payout(platform, order)
    return number_of(platform, order)


def several(platform: Platform) -> str:
    """Four orders of one parent, whose number it is; one can't be refunded."""
    parent, pro = add_pair(platform)
    for amount, currency, state in ((10_000, "USD", "captured"), (3_000, "EUR", "captured"), (900, "USD", "failed")):
        add_payment(
            platform, add_order(platform, parent, pro, currency=currency), state, amount=amount, currency=currency
        )
    return person(platform, parent)


async def orders_of_billing(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await opened(app, pilot)


async def nothing_in_trouble(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await opened(app, pilot)


async def an_order_of_billing(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await opened(app, pilot, whole(platform))


async def an_order_in_trouble_of_support(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    number = whole(platform)
    screen = await opened(app, pilot, number)
    screen.do("trouble")
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
    app.screen.dismiss(None)
    await until(pilot, lambda: app.screen is screen)
    assert screen.record is not None
    await app.session.client.act(
        "orders", screen.record.id, "trouble", {"reason": "incident"}, version=screen.record.version
    )
    await pilot.press("ctrl+r")
    await until(pilot, lambda: "! Something happened to a pet" in on_screen(app))
    row = screen.table.find_record(screen.record.id)
    await until(pilot, lambda: row is None or "! incident" in on_screen(app) or app.size.width < 100)


async def to_cancel_an_order(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    screen = await opened(app, pilot, whole(platform))
    screen.do("cancel")
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))


async def what_can_be_done_by_the_manager(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await opened(app, pilot, whole(platform))
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, Pick))


async def many_to_refund_of_billing(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await _many(app, pilot, platform)
    await choose(app, pilot, "refund")
    await until(pilot, lambda: isinstance(app.screen, Confirm) and "Not allowed for 1" in flat(app))


async def many_at_work_of_billing(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    screen = await _many(app, pilot, platform)
    screen.step(Steps("Refunding 37 orders", 37, 21, 2, money="1,204.50 USD"))
    await until(pilot, lambda: "21 of 37" in on_screen(app))


async def _many(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> OrdersScreen:
    parent = several(platform)
    screen = await opened(app, pilot)
    await filtered(app, pilot, f"user:{parent}")
    await until(pilot, lambda: len(screen.table.window) == 3)
    await mark(screen, pilot, 3)
    await settled(pilot)
    return screen


async def a_chart_of_billing(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await opened(app, pilot)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(app.screen, ChartDialog) and "together" in on_screen(app))


async def a_chart_of_nothing_of_billing(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await opened(app, pilot)
    await filtered(app, pilot, "state:placed payment:voided")
    await until(pilot, lambda: "No orders here" in on_screen(app))
    await pilot.press("c")
    await until(pilot, lambda: "No money moved" in on_screen(app))


async def a_file_of_billing(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await opened(app, pilot)
    await pilot.press("E")
    await until(pilot, lambda: isinstance(app.screen, ExportDialog) and app.screen.query("#act"))


STATES: tuple[Step, ...] = (
    orders_of_billing, nothing_in_trouble, an_order_of_billing, an_order_in_trouble_of_support, to_cancel_an_order,
    what_can_be_done_by_the_manager, many_to_refund_of_billing, many_at_work_of_billing, a_chart_of_billing,
    a_chart_of_nothing_of_billing, a_file_of_billing,
)  # fmt: skip
SIZES = {"120x40": (120, 40), "80x24": (80, 24)}
LOOKS = [(state, size) for state in STATES for size in SIZES.values()] + [(orders_of_billing, (200, 60))]


@pytest.mark.parametrize(
    ("state", "size"), LOOKS, ids=[f"{state.__name__}-{width}x{height}" for state, (width, height) in LOOKS]
)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    name = state.__name__
    role = "billing" if name.endswith("billing") else "manager" if name.endswith("manager") else "support"
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, role), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot, still)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
