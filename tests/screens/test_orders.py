"""Orders in the console, against a real platform: the list, the whole order, its case in hand, and what is done about it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from console.app import ConsoleApp
from console.errors import ConnectionFailed
from console.platform_api.platform import Platform
from console.platform_api.tables import OrderRow, PaymentRow, SignIn, UserRow, table
from console.records.orders import Order
from screens.orders import OrdersScreen
from screens.parts.chart_dialog import ChartDialog
from screens.parts.confirm import Confirm
from screens.parts.export_file import ExportDialog
from screens.parts.filter_bar import FilterInput
from screens.parts.list_detail import ListDetailScreen
from screens.parts.note import NoteDialog
from screens.parts.password_again import PasswordAgain
from screens.parts.pick import Pick
from screens.parts.refund import RefundDialog
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.platform_api.api import Api, employee_id, serving
from tests.platform_api.orders_made import add_dispute, add_order, add_pair, add_payment, add_payout, add_refund, row_of
from tests.platform_api.people import post
from tests.screens.consoles import PASSWORD, on_screen, select, signed_in, until

pytestmark = pytest.mark.anyio

NARROW = (90, 70)
"""The detail has the whole width, so that its lines don't break in the middle of what is looked for."""
HOSTILE = "Rex \x1b[31m[b]bold[/b] \u202eevil 🐶"


def number_of(platform: Platform, order: str) -> str:
    return f"O-{row_of(platform, OrderRow, order).number}"


def person(platform: Platform, user: str) -> str:
    return f"U-{row_of(platform, UserRow, user).number}"


def flat(app: ConsoleApp) -> str:
    """What is on the screen, without its line breaks."""
    return " ".join(on_screen(app).replace("▏", " ").replace("│", " ").split())


async def open_orders(app: ConsoleApp, pilot: Pilot[int], number: str = "") -> OrdersScreen:
    """The screen of orders, and one of them beside the list."""
    await until(pilot, lambda: isinstance(app.screen, ListDetailScreen) and app.screen.table.status.heard)
    await pilot.press("4")
    await until(pilot, lambda: isinstance(app.screen, OrdersScreen) and app.screen.table.status.heard)
    screen = app.screen
    assert isinstance(screen, OrdersScreen)
    if number:
        screen.go_to(number)
        await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


async def filtered(app: ConsoleApp, pilot: Pilot[int], words: str) -> None:
    await pilot.press("slash")
    app.screen.query_one(FilterInput).value = words
    await pilot.press("enter")


def numbers(screen: OrdersScreen) -> list[str]:
    return [record.number for record in screen.table.window.rows]


def shows(screen: OrdersScreen, words: str, found: list[str]) -> bool:
    return screen.filter.words == words and bool(screen.table.status.heard) and numbers(screen) == found


def has_many(screen: OrdersScreen) -> bool:
    return len(screen.table.window) > 10


def shown(screen: OrdersScreen) -> Order:
    assert isinstance(screen.record, Order)
    return screen.record


async def confirm(app: ConsoleApp, pilot: Pilot[int], *, reason: str = "", text: str = "") -> None:
    """Answer the question with yes."""
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
    if reason:
        await until(pilot, lambda: app.screen.query("#reason #label"))  # what the choice itself is made of
        await select(pilot, "#reason", reason)
    if text:
        app.screen.query_one("#text", Input).value = text
    app.screen.query_one("#act", Button).press()


async def say(app: ConsoleApp, pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: words in flat(app))


def raise_trouble(platform: Platform, order: str, reason: str = "incident") -> str:
    """By another employee; the number of its case."""
    with serving(platform) as url, Api(url, platform) as api:
        clerk = api.sign_in("support2")
        version = row_of(platform, OrderRow, order).version
        answer = post(clerk, f"/v1/orders/{order}/trouble", {"reason": reason}, version=version)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["trouble_ticket"])


# The list


async def test_support_starts_with_what_is_in_trouble_by_sign_and_word(seeded_platform: Platform):
    calm, troubled = add_order(seeded_platform), add_order(seeded_platform)
    raise_trouble(seeded_platform, troubled)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_orders(app, pilot)
        await until(pilot, lambda: numbers(screen) == [number_of(seeded_platform, troubled)])
        assert "! incident" in on_screen(app)
        await filtered(app, pilot, "")
        await until(pilot, lambda: number_of(seeded_platform, calm) in numbers(screen))
        assert "all orders" in on_screen(app)
        await pilot.press("escape")
        await until(pilot, lambda: screen.filter.words == "trouble:yes")


async def test_billing_and_managers_start_with_all_orders(seeded_platform: Platform):
    for role in ("billing", "manager"):
        async with signed_in(seeded_platform, role) as (app, pilot):
            screen = await open_orders(app, pilot)
            await until(pilot, partial(has_many, screen))
            assert screen.filter.words == ""


async def test_filters_in_the_words_of_people(seeded_platform: Platform):
    parent, pro = add_pair(seeded_platform)
    now = seeded_platform.clock()
    soon = add_order(seeded_platform, parent, pro, starts=now + timedelta(days=1))
    ago = add_order(seeded_platform, parent, pro, starts=now - timedelta(days=20), service="boarding")
    add_payment(seeded_platform, ago, "failed", amount=12_345)
    of = f"user:{person(seeded_platform, parent)}"
    first, second = number_of(seeded_platform, soon), number_of(seeded_platform, ago)
    expected = {
        of: [second, first],
        f"{of} since:<3d": [first],
        f"{of} until:3d": [second],
        f"{of} payment:failed": [second],
        f"{of} service:boarding amount:99.99..100": [second],
        f"{of} amount:100.01..": [],
    }
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await open_orders(app, pilot)
        for words, found in expected.items():
            await filtered(app, pilot, words)
            await until(pilot, partial(shows, screen, words, found))


@pytest.mark.parametrize(
    "typed", ["since:soon", "amount:12.345", "amount:..", "user:12", "payment:maybe", "trouble:some"]
)
async def test_filters_of_nonsense_say_what_there_is(seeded_platform: Platform, typed: str):
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await open_orders(app, pilot)
        await filtered(app, pilot, typed)
        await say(app, pilot, f"{typed.partition(':')[0]}: is ")
        assert screen.filter.words == ""


async def test_an_order_is_found_by_number_reference_and_card(seeded_platform: Platform):
    order = add_order(seeded_platform)
    payment = add_payment(seeded_platform, order, last_four="9871")
    reference = row_of(seeded_platform, PaymentRow, payment).processor_reference
    number = number_of(seeded_platform, order)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await open_orders(app, pilot)
        for typed, said in ((number, "number"), (f"reference:{reference}", "reference"), ("card:9871", "card")):
            await filtered(app, pilot, typed)
            await until(pilot, partial(shows, screen, f"search by {said}", [number]))
            assert reference not in on_screen(app).splitlines()[2]
        await filtered(app, pilot, "card:98")
        await say(app, pilot, "card: the last four digits")


async def test_support_finds_no_cards(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_orders(app, pilot)
        assert screen.bar.vocabulary.terms == ("number",)
        await filtered(app, pilot, "card:4242")
        await say(app, pilot, "There is no card: here")


async def test_another_order_of_the_list(seeded_platform: Platform):
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await open_orders(app, pilot)
        screen.post_message(OrdersScreen.SortChosen("-amount"))
        await until(pilot, lambda: "largest amount first" in on_screen(app) and len(screen.table.window))
        await until(pilot, lambda: screen.table.window.record(0) is not None)
        rows = [record.amount for record in screen.table.window.rows if isinstance(record, Order)]
        assert rows == sorted(rows, reverse=True)


# The whole order


async def test_the_whole_order_with_its_money(seeded_platform: Platform):
    order = add_order(seeded_platform)
    payment = add_payment(seeded_platform, order)
    add_refund(seeded_platform, payment, 2_500, needs="manager")
    add_payout(seeded_platform, order)
    disputed = add_payment(seeded_platform, order, "disputed", amount=5_000)
    add_dispute(seeded_platform, disputed)
    async with signed_in(seeded_platform, "billing", size=NARROW) as (app, pilot):
        await open_orders(app, pilot, number_of(seeded_platform, order))
        for words in (
            "Biscuit, dog" if row_of(seeded_platform, OrderRow, order).pet == "dog" else "Biscuit",
            "Afraid of thunder", "40.00 2 × Walk in the park", "100.00 together", "captured · visa ••4242", "reserved 25.00 USD",
            "left 75.00 USD", "25.00 USD waits for a manager", "Service not as booked; asked for by support", "evidence by", "6 d left",
            "80.00 USD · paid · First Harbor ••9012",
        ):  # fmt: skip
            await say(app, pilot, words)


@pytest.mark.parametrize(("role", "says", "hides"), [("support", "captured", "••"), ("manager", "•••", "4242")])
async def test_cards_are_for_billing_alone(seeded_platform: Platform, role: str, says: str, hides: str):
    order = add_order(seeded_platform, street="", pet_name="Bo")
    add_payment(seeded_platform, order)
    async with signed_in(seeded_platform, role, size=NARROW) as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        await say(app, pilot, "Money")
        money = flat(app).partition(" Money ")[2].partition(" Linked ")[0]
        assert says in money
        assert hides not in money
        assert "4242" not in repr(screen.record)


async def test_hostile_text_is_drawn_and_does_nothing(seeded_platform: Platform):
    items = [{"line": 1, "name": HOSTILE + "x" * 200, "quantity": 1, "amount": 100}]
    order = add_order(seeded_platform, items=items, pet_name=HOSTILE, care_notes=f"{HOSTILE}\n{'long ' * 400}")
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await open_orders(app, pilot, number_of(seeded_platform, order))
        await say(app, pilot, "[b]bold[/b]")
        drawn = on_screen(app)
        assert not {"\x1b", "\u202e"} & set(drawn)
        assert drawn.count("[b]bold[/b]") >= 2


# Trouble, its case, and the address


async def test_trouble_opens_a_case_that_is_taken_in_hand_and_shows_the_address(seeded_platform: Platform):
    order = add_order(seeded_platform)
    async with signed_in(seeded_platform, "support", size=NARROW) as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        await pilot.press("v")
        await say(app, pilot, "There is no case in hand")
        await pilot.press("exclamation_mark")
        await say(app, pilot, "gets a case that anybody of support, billing and the managers can claim")
        await confirm(app, pilot, reason="incident", text="The dog ran away")
        await until(pilot, lambda: shown(screen).trouble)
        case = str(shown(screen).trouble_ticket)
        await say(app, pilot, "! Something happened to a pet")
        await pilot.press("t")
        await until(pilot, lambda: app.session.case and app.session.case.number == case)
        await until(pilot, lambda: "address" in shown(screen).masks and "address" not in shown(screen).withheld)
        assert "12 Fairfield Avenue" not in on_screen(app)
        await pilot.press("v")
        await say(app, pilot, "12 Fairfield Avenue")
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is None and "12 Fairfield Avenue" not in on_screen(app))


async def test_resolving_needs_words_and_ends_the_case(seeded_platform: Platform):
    order = add_order(seeded_platform)
    raise_trouble(seeded_platform, order)
    async with signed_in(seeded_platform, "support", size=NARROW) as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        await pilot.press("t")
        await until(pilot, lambda: app.session.case)
        await pilot.press("R")
        await confirm(app, pilot)
        await say(app, pilot, "How it was settled: say something first.")
        await confirm(app, pilot, text="Found again, and well")
        await until(pilot, lambda: not shown(screen).trouble)
        await say(app, pilot, "Found again, and well")
        await until(pilot, lambda: app.session.case is None)


async def test_t_without_trouble_offers_ones_own_tickets(seeded_platform: Platform):
    order = add_order(seeded_platform)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await open_orders(app, pilot, number_of(seeded_platform, order))
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Pick) and "Case in hand" in on_screen(app))


async def test_cancelling_names_the_effect_and_its_own_cancel_is_the_default(seeded_platform: Platform):
    order = add_order(seeded_platform)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        screen.do("cancel")
        await say(app, pilot, "is cancelled for good: the service does not take place")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert row_of(seeded_platform, OrderRow, order).state == "confirmed"
        screen.do("cancel")
        await confirm(app, pilot, reason="pro_asked")
        await until(pilot, lambda: shown(screen).state == "cancelled")
        await say(app, pilot, "cancelled – The pro can't do it you")


async def test_what_is_not_allowed_says_why(seeded_platform: Platform):
    order = add_order(seeded_platform, state="in_service")
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        screen.do("cancel")
        await say(app, pilot, "Once the service has begun, a manager cancels.")
        screen.do("resolve")
        await say(app, pilot, "It is not in trouble.")
        await pilot.press("r")
        await say(app, pilot, "Nothing was charged for it.")


async def test_a_note_stands_in_the_timeline(seeded_platform: Platform):
    order = add_order(seeded_platform)
    async with signed_in(seeded_platform, "billing", size=NARROW) as (app, pilot):
        await open_orders(app, pilot, number_of(seeded_platform, order))
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        await pilot.press(*"called back", "ctrl+s")
        await say(app, pilot, "note written.")
        await say(app, pilot, "called back")


# Money


async def test_r_opens_the_refund_of_the_one_payment_or_asks_which(seeded_platform: Platform):
    order = add_order(seeded_platform)
    add_payment(seeded_platform, order)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, RefundDialog) and "left 100.00" in flat(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        add_payment(seeded_platform, order, kind="fee", amount=300)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: len(shown(screen).payments) == 2)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, Pick) and "the pro's fee" in on_screen(app))


async def test_a_waiting_refund_is_approved_from_its_order(seeded_platform: Platform):
    order = add_order(seeded_platform)
    payment = add_payment(seeded_platform, order)
    add_refund(seeded_platform, payment, 2_500, needs="manager")
    async with signed_in(seeded_platform, "manager", size=NARROW) as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        number = shown(screen).refunds[0].number
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Pick) and f"Approve {number}, 25.00 USD" in on_screen(app))
        app.screen.dismiss(f"approve {number}")
        await confirm(app, pilot)
        await until(pilot, lambda: shown(screen).refunds[0].state != "requested")


# What it is linked to


async def test_people_lead_to_their_orders_and_orders_to_their_people(seeded_platform: Platform):
    parent, pro = add_pair(seeded_platform)
    found = [number_of(seeded_platform, add_order(seeded_platform, parent, pro)) for _ in range(2)]
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.table.status.heard)
        await pilot.press("colon", *person(seeded_platform, parent), "enter")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and "2 orders · no tickets" in flat(app))
        await pilot.press("o")
        await until(
            pilot, lambda: isinstance(app.screen, OrdersScreen) and sorted(numbers(app.screen)) == sorted(found)
        )
        await pilot.press("colon", *f"order {found[0]}", "enter")
        await until(pilot, lambda: isinstance(app.screen, OrdersScreen) and app.screen.record)
        screen = app.screen
        assert isinstance(screen, OrdersScreen)
        await until(pilot, lambda: screen.record and screen.record.number == found[0])
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Pick) and "pet parent" in on_screen(app))
        app.screen.dismiss(person(seeded_platform, pro))
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)


async def test_a_case_leads_to_its_order(seeded_platform: Platform):
    order = add_order(seeded_platform)
    case = raise_trouble(seeded_platform, order)
    number = number_of(seeded_platform, order)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.table.status.heard)
        screen = app.screen
        assert isinstance(screen, TicketsScreen)
        screen.go_to(case)
        await until(pilot, lambda: screen.record and screen.record.number == case and number in on_screen(app))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        app.screen.dismiss(number)
        await until(pilot, lambda: isinstance(app.screen, OrdersScreen) and app.screen.record)


# Others, meanwhile


async def test_an_open_order_changes_by_itself_and_a_stale_action_says_what_changed(seeded_platform: Platform):
    order = add_order(seeded_platform)
    async with signed_in(seeded_platform, "support", size=NARROW) as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        screen.do("cancel")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
        await asyncio.to_thread(raise_trouble, seeded_platform, order, "safety")
        await confirm(app, pilot, reason="mistake")
        await say(app, pilot, "it was changed meanwhile (")
        assert row_of(seeded_platform, OrderRow, order).state == "confirmed"
        await until(pilot, lambda: shown(screen).trouble)
        await say(app, pilot, "! Somebody feels unsafe")


async def test_offline_the_order_stays_with_its_age(seeded_platform: Platform):
    order = add_order(seeded_platform)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_orders(app, pilot, number_of(seeded_platform, order))
        app.workers.cancel_group(app, "feed")
        await pilot.pause(0.5)
        screen.post_message(OrdersScreen.NotArrived(shown(screen).number, ConnectionFailed("gone")))
        await say(app, pilot, "Offline: this is moments old")


async def test_nothing_found_says_what_widens_it(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await open_orders(app, pilot)
        await say(app, pilot, "No orders here.")
        await say(app, pilot, "/ shows others, and enter after it all")


async def test_roles_without_orders_have_no_such_tab(seeded_platform: Platform):
    for role in ("auditor", "admin"):
        async with signed_in(seeded_platform, role) as (app, _):
            assert "orders" not in app.tab_names


# Many at once


async def mark(screen: OrdersScreen, pilot: Pilot[int], count: int) -> None:
    screen.table.focus()
    await pilot.press("g", *["space"] * count)
    await until(pilot, lambda: len(screen.table.marked) == count)


async def choose(app: ConsoleApp, pilot: Pilot[int], name: str) -> None:
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, Pick))
    app.screen.dismiss(name)


async def test_refunding_many_says_the_totals_and_whom_not_before(seeded_platform: Platform):
    parent, pro = add_pair(seeded_platform)
    orders = [add_order(seeded_platform, parent, pro) for _ in range(4)]
    payments = [
        add_payment(seeded_platform, orders[0]),
        add_payment(seeded_platform, orders[1], amount=3_000, currency="EUR"),
        add_payment(seeded_platform, orders[2], "failed"),
        add_payment(seeded_platform, orders[3], amount=1_550),
    ]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_orders(app, pilot)
        await filtered(app, pilot, f"user:{person(seeded_platform, parent)}")
        await until(pilot, lambda: len(screen.table.window) == 4)
        await mark(screen, pilot, 4)
        await choose(app, pilot, "refund")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
        await say(app, pilot, "Refund 3 orders in full")
        for words in (
            "Together 30.00 EUR + 115.50 USD.",
            "Not allowed for 1",
            "No money of it was captured.",
        ):
            assert words in flat(app)
        await confirm(app, pilot, reason="cancelled")
        await say(app, pilot, "Refund in full: 3 done, 30.00 EUR + 115.50 USD.")
        assert not screen.table.marked
    reserved = [row_of(seeded_platform, PaymentRow, payment).reserved for payment in payments]
    assert reserved == [10_000, 3_000, 0, 1_550]


async def test_what_failed_of_many_stays_marked_and_is_retried_alone(seeded_platform: Platform):
    parent, pro = add_pair(seeded_platform)
    orders = [add_order(seeded_platform, parent, pro) for _ in range(3)]
    payments = [add_payment(seeded_platform, order, amount=2_000) for order in orders]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_orders(app, pilot)
        await filtered(app, pilot, f"user:{person(seeded_platform, parent)}")
        await until(pilot, lambda: len(screen.table.window) == 3)
        await mark(screen, pilot, 3)
        await choose(app, pilot, "refund")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
        paid = table(PaymentRow)
        with seeded_platform.database.writing() as session:
            changed = paid.update().where(paid.c.id == payments[1]).values(refunded=500, version=paid.c.version + 1)
            session.connection().execute(changed)
        await confirm(app, pilot, reason="goodwill")
        await say(app, pilot, "Refund in full: 2 done, 40.00 USD, 1 failed")
        assert screen.table.marked == {orders[1]}
        await choose(app, pilot, "refund")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "Together 15.00 USD." in flat(app))
        await confirm(app, pilot, reason="goodwill")
        await say(app, pilot, "Refund in full: 1 done, 15.00 USD.")
    assert [row_of(seeded_platform, PaymentRow, payment).reserved for payment in payments] == [2_000, 1_500, 2_000]


async def test_s_stops_many_before_the_next_one(seeded_platform: Platform):
    parent, pro = add_pair(seeded_platform)
    orders = [add_order(seeded_platform, parent, pro) for _ in range(3)]
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_orders(app, pilot)
        await filtered(app, pilot, f"user:{person(seeded_platform, parent)}")
        await until(pilot, lambda: len(screen.table.window) == 3)
        await mark(screen, pilot, 3)
        await choose(app, pilot, "trouble")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "Raise trouble for 3 orders" in flat(app))
        screen.action_stop()
        await confirm(app, pilot, reason="no_show")
        await say(app, pilot, "0 done, 3 not tried. They stay marked")
        assert screen.table.marked == set(orders)
    assert not any(row_of(seeded_platform, OrderRow, order).trouble for order in orders)


# The list as a file


async def export(app: ConsoleApp, pilot: Pilot[int], file: Path, *, suffix: str = "csv") -> None:
    await pilot.press("E")
    await until(pilot, lambda: isinstance(app.screen, ExportDialog) and app.screen.query("#act"))
    await select(pilot, "#format", suffix)
    app.screen.query_one("#file", Input).value = str(file)
    app.screen.query_one("#act", Button).press()


async def test_the_list_as_a_file_is_what_it_shows_and_its_owners_alone(seeded_platform: Platform, tmp_path: Path):
    parent, pro = add_pair(seeded_platform)
    orders = [add_order(seeded_platform, parent, pro, pet_name="=1+1") for _ in range(2)]
    add_payment(seeded_platform, orders[0])
    file = tmp_path / "orders.csv"
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await open_orders(app, pilot)
        await filtered(app, pilot, f"user:{person(seeded_platform, parent)}")
        await until(pilot, lambda: len(screen.table.window) == 2)
        await export(app, pilot, file)
        await until(pilot, lambda: file.exists() and "2 rows are in" in flat(app))
        head, *rows = file.read_text().splitlines()
        assert head.startswith('"number","state","trouble"')
        assert [row.split(",")[0] for row in rows] == [
            f'"{number_of(seeded_platform, order)}"' for order in orders[::-1]
        ]
        assert all('"100.00","USD"' in row for row in rows)
        assert "4242" not in file.read_text() and "=1+1" not in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600
        await export(app, pilot, file)
        await say(app, pilot, "is there already")
        await pilot.press("escape")
        assert len(file.read_text().splitlines()) == 3


async def test_an_export_that_is_stopped_leaves_no_file(seeded_platform: Platform, tmp_path: Path):
    file = tmp_path / "orders.jsonl"
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_orders(app, pilot)
        screen.action_stop()
        await export(app, pilot, file, suffix="jsonl")
        await say(app, pilot, "The export was stopped: there is no file.")
        assert not file.exists()
        await export(app, pilot, file, suffix="jsonl")
        await until(pilot, lambda: "rows are in" in flat(app))
        assert file.read_text().startswith('{"id"')


async def test_an_export_asks_for_a_password_that_is_fresh(seeded_platform: Platform, tmp_path: Path):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await open_orders(app, pilot)
        sign_ins, old = table(SignIn), seeded_platform.clock() - timedelta(minutes=10)
        with seeded_platform.database.writing() as session:
            mine = sign_ins.c.employee == employee_id(seeded_platform, "manager")
            session.connection().execute(sign_ins.update().where(mine).values(signed_in=old))
        await export(app, pilot, tmp_path / "orders.csv")
        await until(pilot, lambda: isinstance(app.screen, PasswordAgain) and app.screen.query("#password"))
        assert not (tmp_path / "orders.csv").exists()
        app.screen.query_one("#password", Input).value = PASSWORD
        await pilot.press("enter")
        await until(pilot, lambda: "rows are in" in flat(app))


async def test_support_has_no_export_and_no_chart(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_orders(app, pilot)
        assert not screen.check_action("export", ())
        assert not screen.check_action("chart", ())
        assert not [each for each in screen.commands() if each.title.startswith(("Export", "Chart"))]


# The list as a chart


async def test_the_chart_is_of_the_filter_a_currency_at_a_time(seeded_platform: Platform):
    parent, pro = add_pair(seeded_platform)
    dollars = add_payment(seeded_platform, add_order(seeded_platform, parent, pro))
    add_payment(seeded_platform, add_order(seeded_platform, parent, pro), amount=3_000, currency="EUR")
    add_refund(seeded_platform, dollars, 2_500, "succeeded")
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await open_orders(app, pilot)
        words = f"user:{person(seeded_platform, parent)}"
        await filtered(app, pilot, words)
        await until(pilot, lambda: len(screen.table.window) == 2)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, ChartDialog) and "EUR (1 of 2)" in on_screen(app))
        assert words in on_screen(app)
        await pilot.press("c")
        await until(pilot, lambda: "USD (2 of 2)" in on_screen(app))
        lines = on_screen(app).splitlines()
        today = next(each for each in lines if "100.00" in each and "█" in each)
        assert "25.00" in today and "–" in today
        await pilot.press("w")
        await say(app, pilot, "by week")
        await until(pilot, lambda: "a full bar is 100.00 USD" in on_screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_a_chart_of_nothing_and_a_chart_that_did_not_come(seeded_platform: Platform):
    parent, pro = add_pair(seeded_platform)
    add_order(seeded_platform, parent, pro)
    async with signed_in(seeded_platform, "manager", size=(80, 24)) as (app, pilot):
        screen = await open_orders(app, pilot)
        await filtered(app, pilot, f"user:{person(seeded_platform, parent)}")
        await until(pilot, lambda: len(screen.table.window) == 1)
        await pilot.press("c")
        await say(app, pilot, "No money moved in this time.")
        app.screen.post_message(ChartDialog.Failed(ConnectionFailed("gone")))
        await say(app, pilot, "No connection: could not add up the money.")
