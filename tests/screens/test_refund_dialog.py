"""Giving money back from the console, against a real platform: what is typed, what it says, and that it happens once."""

from datetime import timedelta
from typing import Any

import pytest
from textual.widgets import Input, Select, Static

from console.platform_api.platform import Platform
from console.platform_api.tables import PaymentRow, SignIn, table
from screens.parts.password_again import PasswordAgain
from screens.parts.refund import RefundDialog
from screens.parts.tick import Tick
from tests.faults.proxy import Pass, Swallow
from tests.platform_api.api import Api, employee_id
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import post
from tests.screens.consoles import PASSWORD, on_screen, signed_in, signed_in_by_a_bad_line, until
from tests.screens.money import (
    act,
    choose,
    flat,
    foretold,
    look_at,
    open_refund,
    refunds_of,
    reviewed,
    the_dialog,
    type_amount,
)

pytestmark = pytest.mark.anyio

HOSTILE = "Bath \x1b[31m[b]red[/b] \u202e🐶 " + "a" * 200


async def test_within_ones_limits_it_goes_at_once_and_says_so_before(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        assert "Captured 100.00 USD · refunded 0.00 · left 100.00" in flat(app)
        type_amount(dialog, "25.00")
        await foretold(app, pilot, "25.00 USD goes back to visa ••4242, at once. 75.00 USD is left.")
        choose(dialog)
        dialog.query_one("#note", Input).value = "half of the walk"
        act(dialog).press()
        await until(pilot, lambda: "25.00 USD is on its way back" in flat(app))
    (refund,) = refunds_of(seeded_platform, made.payment)
    assert (refund.amount, refund.state, refund.reason) == (2_500, "approved", "goodwill")
    assert row_of(seeded_platform, PaymentRow, made.payment).reserved == 2_500


async def test_above_the_limit_it_is_asked_for(seeded_platform: Platform):
    made = reviewed(seeded_platform, amount=20_000)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        await foretold(app, pilot, "a manager approves it first. Nothing is left.")
        assert str(act(dialog).label) == "Ask for approval"
        choose(dialog)
        act(dialog).press()
        await until(pilot, lambda: "200.00 USD was asked for: a manager approves it first" in flat(app))
    assert [refund.state for refund in refunds_of(seeded_platform, made.payment)] == ["requested"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type an amount."),
        ("0", "More than nothing, please."),
        ("0.00", "More than nothing, please."),
        ("100.01", "At most 100.00 USD can go back."),
        ("999999999999999999999", "An amount in USD, as in 1,204.50."),
        ("12.5", "2 digits after the point"),
        ("1.000,50", "An amount in USD"),
        ("NaN", "An amount in USD"),
        ("-5.00", "An amount in USD"),
        ("٥٠", "An amount in USD"),
        ("50.00 EUR", "An amount in USD"),
    ],
)
async def test_what_is_no_amount_is_explained_while_it_is_typed_and_goes_nowhere(typed: str, said: str):
    """The dialog alone: no platform is asked about it."""
    from tests.screens.parts.refund_alone import alone

    async with alone() as (app, pilot, dialog, asked):
        type_amount(dialog, typed)
        choose(dialog)
        await until(pilot, lambda: said in str(dialog.query_one("#dialog-error", Static).content))
        asked.clear()
        act(dialog).press()
        await pilot.pause(0.4)
        assert app.screen is dialog
        assert asked == []


async def test_the_items_make_the_amount_and_go_with_it(seeded_platform: Platform):
    items = (
        {"line": 1, "name": HOSTILE, "quantity": 2, "amount": 4_000},
        {"line": 2, "name": "Bath", "quantity": 1, "amount": 6_000},
    )
    made = reviewed(seeded_platform, items=items)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        assert "2 × Bath ␛[31m[b]red[/b]" in on_screen(app)
        dialog.query_one("#i-1", Tick).value = True
        await until(pilot, lambda: dialog.query_one("#amount", Input).value == "40.00")
        dialog.query_one("#i-2", Tick).value = True
        await until(pilot, lambda: dialog.query_one("#amount", Input).value == "100.00")
        type_amount(dialog, "55.00")
        await until(pilot, lambda: not any(box.value for box in dialog.query(Tick)))
        dialog.query_one("#i-1", Tick).value = True
        await until(pilot, lambda: dialog.query_one("#amount", Input).value == "40.00")
        type_amount(dialog, "15.00")
        await foretold(app, pilot, "15.00 USD goes back")
        choose(dialog)
        act(dialog).press()
        await until(pilot, lambda: "on its way back" in flat(app))
    (refund,) = refunds_of(seeded_platform, made.payment)
    assert (refund.amount, refund.lines) == (1_500, {"1": 1_500})


async def test_a_reason_is_needed_and_enter_in_a_field_confirms_nothing(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        await foretold(app, pilot, "goes back to")
        await pilot.press("enter")
        assert app.screen is dialog
        act(dialog).press()
        await foretold(app, pilot, "Choose a reason first.")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, RefundDialog))
    assert refunds_of(seeded_platform, made.payment) == []


@pytest.mark.parametrize("keys", [("enter", "enter"), ("enter", "enter", "enter", "enter", "r", "enter")])
async def test_enter_twice_refunds_once(seeded_platform: Platform, keys: tuple[str, ...]):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        type_amount(dialog, "10.00")
        choose(dialog)
        await foretold(app, pilot, "10.00 USD goes back")
        act(dialog).focus()
        await pilot.press(*keys)
        await until(pilot, lambda: refunds_of(seeded_platform, made.payment))
        await pilot.pause(0.5)
    assert len(refunds_of(seeded_platform, made.payment)) == 1


async def test_a_lost_answer_is_asked_for_again_and_the_money_goes_once(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in_by_a_bad_line(seeded_platform, "billing") as (app, pilot, proxy):
        dialog = await open_refund(app, pilot, made.number)
        type_amount(dialog, "10.00")
        choose(dialog)
        await foretold(app, pilot, "10.00 USD goes back")
        app.workers.cancel_group(app, "feed")
        proxy.faults = [Swallow(), Pass()]
        act(dialog).press()
        await until(pilot, lambda: "10.00 USD is on its way back" in flat(app))
    assert len(refunds_of(seeded_platform, made.payment)) == 1


async def test_an_outcome_that_nobody_knows_is_asked_for_before_the_next_refund(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in_by_a_bad_line(seeded_platform, "billing") as (app, pilot, proxy):
        dialog = await open_refund(app, pilot, made.number)
        type_amount(dialog, "10.00")
        choose(dialog)
        await foretold(app, pilot, "10.00 USD goes back")
        app.workers.cancel_group(app, "feed")
        proxy.faults = [Swallow()] * 4
        act(dialog).press()
        await until(pilot, lambda: "this may have been done or not" in flat(app))
        proxy.faults = []
        await pilot.press("r")
        await until(pilot, lambda: "The refund of 10.00 USD was done: its answer got lost." in flat(app))
        assert not isinstance(app.screen, RefundDialog)
        await pilot.press("r")
        assert (await the_dialog(app, pilot)).query_one("#amount", Input).value == "90.00"
    assert len(refunds_of(seeded_platform, made.payment)) == 1


def refunded_elsewhere(platform: Platform, url: str, payment: str, amount: int) -> None:
    with Api(url, platform) as api:
        answer = post(
            api.sign_in("manager2"), f"/v1/payments/{payment}/refund", {"amount": amount, "reason": "goodwill"}
        )
        assert answer.status_code == 200, answer.text


async def test_what_others_refund_while_the_dialog_is_open_is_shown_and_what_is_typed_stays(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        type_amount(dialog, "70.00")
        choose(dialog)
        await foretold(app, pilot, "70.00 USD goes back")
        refunded_elsewhere(seeded_platform, str(app.settings.url), made.payment, 2_500)
        await foretold(app, pilot, "Changed meanwhile: 25.00 USD is reserved for a refund. Left now: 75.00 USD.")
        await foretold(app, pilot, "70.00 USD goes back to visa ••4242, at once. 5.00 USD is left.")
        assert dialog.query_one("#amount", Input).value == "70.00"
        act(dialog).press()
        await until(pilot, lambda: "70.00 USD is on its way back." in flat(app))


async def test_a_refund_for_a_payment_that_others_changed_is_asked_about_again(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        type_amount(dialog, "80.00")
        choose(dialog, "incident")
        dialog.query_one("#note", Input).value = "the whole afternoon"
        await foretold(app, pilot, "80.00 USD goes back")
        app.workers.cancel_group(app, "feed")
        refunded_elsewhere(seeded_platform, str(app.settings.url), made.payment, 2_500)
        act(dialog).press()
        await foretold(app, pilot, "Changed meanwhile")
        again = await the_dialog(app, pilot)
        assert again is not dialog
        assert again.query_one("#amount", Input).value == "80.00"
        assert again.query_one("#note", Input).value == "the whole afternoon"
        await until(pilot, lambda: again.query_one("#reason", Select).value == "incident")
        await foretold(app, pilot, "At most 75.00 USD can go back.")
        type_amount(again, "75.00")
        await foretold(app, pilot, "75.00 USD goes back")
        act(again).press()
        await until(pilot, lambda: "75.00 USD is on its way back." in flat(app))
    assert [refund.amount for refund in refunds_of(seeded_platform, made.payment)] == [2_500, 7_500]


def age_sign_ins(platform: Platform, name: str) -> None:
    sign_ins: Any = table(SignIn)
    with platform.database.writing() as session:
        mine = sign_ins.c.employee == employee_id(platform, name)
        before = platform.clock() - timedelta(minutes=31)
        session.connection().execute(sign_ins.update().where(mine).values(signed_in=before))


async def test_the_password_is_asked_for_in_between_and_the_same_refund_goes_on(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        age_sign_ins(seeded_platform, "billing")
        dialog = await open_refund(app, pilot, made.number)
        type_amount(dialog, "10.00")
        choose(dialog)
        await foretold(app, pilot, "10.00 USD goes back")
        act(dialog).press()
        await until(pilot, lambda: isinstance(app.screen, PasswordAgain) and app.screen.query("#password"))
        assert refunds_of(seeded_platform, made.payment) == []
        app.screen.query_one("#password", Input).value = PASSWORD
        await pilot.press("enter")
        await until(pilot, lambda: "10.00 USD is on its way back" in flat(app))
    assert len(refunds_of(seeded_platform, made.payment)) == 1


async def test_what_the_platform_refuses_is_said_in_the_dialog_and_nothing_typed_is_lost(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        type_amount(dialog, "10.00")
        choose(dialog)
        dialog.query_one("#note", Input).value = "card 4242 4242 4242 4242"
        await foretold(app, pilot, "10.00 USD goes back")
        act(dialog).press()
        await until(pilot, lambda: isinstance(app.screen, RefundDialog) and app.screen is not dialog)
        again = await the_dialog(app, pilot)
        assert again.query_one("#note", Input).value == "card 4242 4242 4242 4242"
        assert str(again.query_one("#dialog-error", Static).content).strip()
    assert refunds_of(seeded_platform, made.payment) == []


async def test_a_currency_without_decimals_has_none(seeded_platform: Platform):
    made = reviewed(seeded_platform, currency="JPY", amount=5_000)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        assert dialog.query_one("#amount", Input).value == "5,000"
        type_amount(dialog, "1,200.00")
        await foretold(app, pilot, "No decimals in this currency")
        type_amount(dialog, "1,200")
        await foretold(app, pilot, "1,200 JPY goes back to the card it was paid with.")
        choose(dialog)
        act(dialog).press()
        await until(pilot, lambda: "1,200 JPY was asked for" in flat(app))
    (refund,) = refunds_of(seeded_platform, made.payment)
    assert (refund.amount, refund.currency) == (1_200, "JPY")


async def test_what_was_typed_comes_back_when_the_dialog_was_left(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        dialog = await open_refund(app, pilot, made.number)
        choose(dialog, "incident")
        dialog.query_one("#i-1", Tick).value = True
        await until(pilot, lambda: dialog.query_one("#amount", Input).value == "40.00")
        type_amount(dialog, "12.00")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, RefundDialog))
        await look_at(app, pilot, made.number)
        again = await open_refund(app, pilot, made.number)
        assert again.query_one("#amount", Input).value == "12.00"
        await until(pilot, lambda: again.query_one("#reason", Select).value == "incident")
        assert again.query_one("#i-1", Tick).value
