"""An order with money in it on a platform, and the console on the review of its payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from textual.pilot import Pilot
from textual.widgets import Button, Input, Select, Static

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import OrderRow, PaymentReviewRow, PaymentRow, RefundRow, table
from screens.parts.refund import RefundDialog
from screens.payment_reviews import PaymentReviewsScreen
from tests.platform_api.orders_made import WALK, add_order, add_payment, add_review, row_of
from tests.screens.consoles import until


@dataclass(frozen=True)
class Reviewed:
    """The ids and numbers of an order, its payment and the payment's review."""

    order: str
    payment: str
    review: str
    order_number: str
    payment_number: str
    number: str


def reviewed(
    platform: Platform, kind: str = "large", *, items: Sequence[Mapping[str, Any]] = WALK, **payment: Any
) -> Reviewed:
    """A captured payment that is to be reviewed."""
    order = add_order(platform, items=items, currency=payment.get("currency", "USD"))
    paid = add_payment(platform, order, **payment)
    return review_of(platform, paid, kind)


def review_of(platform: Platform, payment: str, kind: str = "large", **columns: Any) -> Reviewed:
    review = add_review(platform, kind, payment=payment, **columns)
    paid = row_of(platform, PaymentRow, payment)
    order = row_of(platform, OrderRow, paid.order_id)
    number = row_of(platform, PaymentReviewRow, review).number
    return Reviewed(order.id, payment, review, f"O-{order.number}", f"P-{paid.number}", f"RV-{number}")


def refunds_of(platform: Platform, payment: str) -> list[Any]:
    """The rows, oldest first."""
    refunds = table(RefundRow)
    with platform.database.reading() as connection:
        return list(connection.execute(select(refunds).where(refunds.c.payment == payment).order_by(refunds.c.number)))


async def look_at(app: ConsoleApp, pilot: Pilot[int], number: str) -> PaymentReviewsScreen:
    """The screen of reviews, with the cursor and the detail on one of them."""
    await pilot.press("0")
    await until(pilot, lambda: isinstance(app.screen, PaymentReviewsScreen) and len(app.screen.table.window))
    screen = app.screen
    assert isinstance(screen, PaymentReviewsScreen)
    screen.go_to(number)
    await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


async def open_refund(app: ConsoleApp, pilot: Pilot[int], number: str) -> RefundDialog:
    """The dialog over the review's payment, with its first preview."""
    await look_at(app, pilot, number)
    await pilot.press("r")
    return await the_dialog(app, pilot)


async def the_dialog(app: ConsoleApp, pilot: Pilot[int]) -> RefundDialog:
    await until(pilot, lambda: isinstance(app.screen, RefundDialog) and app.screen.query("#act"))
    await until(pilot, lambda: app.screen.query("#reason #label"))
    assert isinstance(app.screen, RefundDialog)
    return app.screen


async def foretold(app: ConsoleApp, pilot: Pilot[int], words: str) -> None:
    """The preview, or what is wrong, has these words; where the lines break doesn't matter."""
    await until(pilot, lambda: words in flat(app))


def flat(app: ConsoleApp) -> str:
    """What is said on the screen, without its line breaks: each text by itself, as they stand side by side."""
    return " ".join(" ".join(str(each.content).split()) for each in app.screen.query(Static) if each.display)


def type_amount(dialog: RefundDialog, typed: str) -> None:
    dialog.query_one("#amount", Input).value = typed


def choose(dialog: RefundDialog, reason: str = "goodwill") -> None:
    dialog.query_one("#reason", Select).value = reason


def act(dialog: RefundDialog) -> Button:
    return dialog.query_one("#act", Button)
