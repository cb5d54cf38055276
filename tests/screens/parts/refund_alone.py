"""The refund dialog by itself, over a payment of 100.00 USD, with answers that a test can count."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from console.app import ConsoleApp
from console.records.payments import Payment
from console.records.refunds import RefundPreview
from console.session import Session
from console.settings import Settings
from screens.parts.refund import Asks, Lines, RefundDialog, RefundDraft
from screens.parts.refund_words import Terms
from screens.sign_in import SignInScreen
from tests.screens.consoles import until

PAYMENT = Payment.model_validate(
    {"id": "p", "number": "P-1", "version": 1, "state": "captured", "kind": "charge", "amount": 10_000, "captured": 10_000,
     "left": 10_000, "currency": "USD", "brand": "visa", "last_four": "4242"}
)  # fmt: skip


@asynccontextmanager
async def alone() -> AsyncIterator[tuple[ConsoleApp, Pilot[int], RefundDialog, list[tuple[int, Lines]]]]:
    """The app, its pilot, the dialog, and what was asked about."""
    asked: list[tuple[int, Lines]] = []

    async def preview(amount: int, lines: Lines) -> RefundPreview:
        asked.append((amount, lines))
        known: dict[str, Any] = {"amount": amount, "currency": "USD", "left_before": 10_000, "goes": "at_once"}
        return RefundPreview.model_validate({**known, "left_after": 10_000 - amount})

    async def look() -> Terms:
        return Terms(PAYMENT)

    settings = Settings(url="http://127.0.0.1:1", environment="demo")
    app = ConsoleApp(settings, Session(settings))
    dialog = RefundDialog(Terms(PAYMENT), RefundDraft(), {"goodwill": "Goodwill"}, Asks(preview, look))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, SignInScreen))
        app.push_screen(dialog)
        await until(pilot, lambda: app.screen is dialog and dialog.query("#act"))
        yield app, pilot, dialog, asked
