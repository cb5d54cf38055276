"""Payments to review, in the console, against a real platform."""

from datetime import timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList, TextArea

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import PaymentReviewRow, PaymentRow, RefundRow
from console.records.payment_reviews import PaymentReview
from screens.orders import OrdersScreen
from screens.parts.confirm import Confirm
from screens.parts.foot import live_keys
from screens.parts.help import all_keys
from screens.parts.note import NoteDialog
from screens.parts.pick import Pick
from screens.payment_reviews import PaymentReviewsScreen
from screens.reconciliations import ReconciliationsScreen
from screens.tickets import TicketsScreen
from tests.platform_api.api import Api
from tests.platform_api.orders_made import (
    add_dispute,
    add_order,
    add_payment,
    add_payout_change,
    add_refund,
    add_review,
    row_of,
)
from tests.platform_api.people import add_person, post
from tests.screens.consoles import on_screen, select, signed_in, until
from tests.screens.money import Reviewed, flat, look_at, review_of, reviewed

pytestmark = pytest.mark.anyio


def shown(screen: PaymentReviewsScreen) -> PaymentReview:
    assert isinstance(screen.record, PaymentReview)
    return screen.record


def rows(screen: PaymentReviewsScreen) -> list[PaymentReview]:
    return [each for each in screen.table.window.rows if isinstance(each, PaymentReview)]


async def start(app: ConsoleApp, pilot: Pilot[int]) -> PaymentReviewsScreen:
    await pilot.press("0")
    await until(pilot, lambda: isinstance(app.screen, PaymentReviewsScreen) and app.screen.record)
    assert isinstance(app.screen, PaymentReviewsScreen)
    return app.screen


async def take(app: ConsoleApp, pilot: Pilot[int], number: str) -> PaymentReviewsScreen:
    screen = await look_at(app, pilot, number)
    await pilot.press("t")
    await until(pilot, lambda: app.session.case is not None and shown(screen).yours)
    return screen


# The list


async def test_billing_starts_with_what_waits_the_most_urgent_first(seeded_platform: Platform):
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await start(app, pilot)
        assert "state:open" in on_screen(app).splitlines()[2]
        assert {review.state for review in rows(screen)} == {"open"}
        due = [review.due for review in rows(screen) if review.due]
        assert due == sorted(due)
        assert len(due) == len(rows(screen)) > 3
        assert "d over" in on_screen(app)


async def test_a_manager_finds_the_refunds_to_decide(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await start(app, pilot)
        assert {(review.kind, review.state) for review in rows(screen)} == {("refund", "open")}
        await pilot.press("slash")
        screen.bar.typing.value = "kind:disputed"
        await pilot.press("enter")
        await until(pilot, lambda: {review.kind for review in rows(screen)} == {"disputed"})
        await pilot.press("escape")
        await until(pilot, lambda: {review.kind for review in rows(screen)} == {"refund"})


async def test_the_time_that_is_left_and_what_is_over_differ_by_word_and_sign(seeded_platform: Platform):
    order = add_order(seeded_platform)
    now = seeded_platform.clock()
    soon = review_of(seeded_platform, add_payment(seeded_platform, order), due=now + timedelta(hours=5, minutes=30))
    late = review_of(seeded_platform, add_payment(seeded_platform, order), due=now - timedelta(days=2, hours=1))
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await look_at(app, pilot, soon.number)
        assert "5 h left" in flat(app)
        await look_at(app, pilot, late.number)
        assert "! 2 d over" in flat(app)


async def test_support_has_no_such_screen(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen))
        await pilot.press("0")
        await pilot.pause()
        assert isinstance(app.screen, TicketsScreen)
        assert "Payments" not in on_screen(app)


@pytest.mark.parametrize("kind", ["failed", "disputed", "mismatched", "large", "repeated"])
async def test_each_kind_says_what_is_the_matter_and_what_comes_next(seeded_platform: Platform, kind: str):
    state = {"failed": "failed", "disputed": "disputed"}.get(kind, "captured")
    payment = add_payment(seeded_platform, add_order(seeded_platform), state)
    dispute = add_dispute(seeded_platform, payment, reason="fraudulent") if kind == "disputed" else None
    made = review_of(seeded_platform, payment, kind, dispute=dispute)
    said = {
        "failed": "100.00 USD could not be charged: card declined.",
        "disputed": "The payer's bank asks for 100.00 USD back: fraudulent.",
        "mismatched": "The processor's books and ours differ.",
        "large": "100.00 USD is unusually large.",
        "repeated": "The same payer paid 100.00 USD more than once.",
    }
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await look_at(app, pilot, made.number)
        assert said[kind] in flat(app)
        assert "→ t takes it in hand." in flat(app)
        assert made.payment_number in flat(app)
        assert "visa ••4242" in flat(app)


async def test_a_manager_sees_the_instrument_masked(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    change = add_review(seeded_platform, "payout_change", payout_change=payout_change(seeded_platform))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, made.number)
        assert "4242" not in on_screen(app)
        await look_at(app, pilot, f"RV-{row_of(seeded_platform, PaymentReviewRow, change).number}")
        await until(pilot, lambda: "In force" in on_screen(app))
        assert "2222" not in on_screen(app)


def payout_change(platform: Platform) -> str:
    return add_payout_change(platform, add_person(platform, pro=True))


async def test_a_payout_change_shows_both_ends_and_can_be_stopped(seeded_platform: Platform):
    change = payout_change(seeded_platform)
    review = add_review(seeded_platform, "payout_change", payout_change=change, assignee="billing")
    number = f"RV-{row_of(seeded_platform, PaymentReviewRow, review).number}"
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await look_at(app, pilot, number)
        assert "From ••1111 To ••2222" in " ".join(on_screen(app).replace("▏", "").split()) or "••2222" in flat(app)
        await settle_as(app, pilot, "stopped")
        assert "the change never takes effect" in flat(app)
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: row_of(seeded_platform, PaymentReviewRow, review).outcome == "stopped")


# In hand


async def test_taking_one_claims_it_and_its_ticket_is_the_case_in_hand(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await take(app, pilot, made.number)
        assert app.session.case is not None
        assert app.session.case.number == shown(screen).case
        await until(
            pilot, lambda: f"{shown(screen).case} {made.number} Unusually large" in on_screen(app).splitlines()[0]
        )
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is None)
        await pilot.press("u")
        await until(pilot, lambda: not shown(screen).yours and "claim undone" in flat(app))


async def test_one_that_somebody_else_works_on_is_not_taken(seeded_platform: Platform):
    payment = add_payment(seeded_platform, add_order(seeded_platform))
    made = review_of(seeded_platform, payment, assignee="billing2")
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await look_at(app, pilot, made.number)
        assert "works on it" in flat(app)
        await pilot.press("t")
        await until(pilot, lambda: "Somebody else is working on it." in flat(app))
        assert app.session.case is None


async def test_a_note_stands_in_the_thread_and_is_no_markup(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await take(app, pilot, made.number)
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        app.screen.query_one(TextArea).text = "Asked the bank: [b]\x1b[31mno\u202e 🐶"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "note written" in flat(app))
        await until(pilot, lambda: "Asked the bank: [b]␛[31mno" in flat(app))


# Settling


async def settle_as(app: ConsoleApp, pilot: Pilot[int], outcome: str) -> None:
    """Up to the question."""
    await pilot.press("s")
    await until(pilot, lambda: isinstance(app.screen, Pick) and app.screen.query(OptionList))
    options = app.screen.query_one(OptionList)
    options.highlighted = options.get_option_index(outcome)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))


async def test_it_is_settled_with_an_outcome_that_fits_and_the_next_one_comes(seeded_platform: Platform):
    order = add_order(seeded_platform)
    past = seeded_platform.clock() - timedelta(days=900)
    first = review_of(seeded_platform, add_payment(seeded_platform, order), due=past)
    following = review_of(seeded_platform, add_payment(seeded_platform, order), due=past + timedelta(hours=1))
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await start(app, pilot)
        await until(pilot, lambda: shown(screen).number == first.number)
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is not None)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        offered = {option.id for option in app.screen.query_one(OptionList).options}
        assert offered == {"in_order", "refunded", "fraud"}
        await pilot.press("escape")
        await settle_as(app, pilot, "in_order")
        assert app.focused is not None
        assert app.focused.id == "cancel"
        app.screen.query_one("#text", Input).value = "as booked"
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: screen.record is not None and shown(screen).number == following.number)
        assert app.session.case is None
        await until(pilot, lambda: first.number not in {review.number for review in rows(screen)})
    assert row_of(seeded_platform, PaymentReviewRow, first.review).outcome == "in_order"


async def test_settling_needs_a_claim_and_says_so(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await look_at(app, pilot, made.number)
        await pilot.press("s")
        await until(pilot, lambda: "Needs your claim: t takes it." in flat(app))
        assert app.screen is screen


async def test_one_that_changed_meanwhile_is_not_settled_over_it(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await take(app, pilot, made.number)
        app.workers.cancel_group(app, "feed")
        version = shown(screen).version
        with Api(str(app.settings.url), seeded_platform) as api:
            noted = post(api.sign_in("billing"), f"/v1/payment-reviews/{made.review}/note", {"body": "hold on"})
            assert noted.status_code == 200, noted.text
        await settle_as(app, pilot, "in_order")
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: shown(screen).version > version)
        await until(pilot, lambda: "changed meanwhile" in flat(app) or shown(screen).state == "settled")
    assert row_of(seeded_platform, PaymentReviewRow, made.review).state == "open"


# Refunds that wait


def asked_for(platform: Platform, by: str, amount: int = 2_500, needs: str = "billing") -> tuple[Reviewed, str]:
    payment = add_payment(platform, add_order(platform), amount=50_000)
    refund = add_refund(platform, payment, amount, by=by, needs=needs, note="[b]cut short[/b] \x1b[31m")
    return review_of(platform, payment, "refund", refund=refund, mark=f"refund:{refund}", amount=amount), refund


async def test_a_second_person_approves_in_words_and_money(seeded_platform: Platform):
    made, refund = asked_for(seeded_platform, "support")
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await look_at(app, pilot, made.number)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
        assert "25.00 USD goes back to visa ••4242 at once. It can't be taken back." in flat(app)
        assert "“[b]cut short[/b] ␛[31m”" in flat(app)
        app.screen.query_one("#act", Button).focus()
        await pilot.press("enter", "enter")
        await until(pilot, lambda: row_of(seeded_platform, RefundRow, refund).state == "approved")
        await until(pilot, lambda: row_of(seeded_platform, PaymentReviewRow, made.review).state == "settled")
        await until(pilot, lambda: "settled with RF-" in flat(app) or "on its way back" in flat(app))


async def test_who_asked_does_not_approve_and_is_told_why(seeded_platform: Platform):
    made, refund = asked_for(seeded_platform, "manager")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, made.number)
        for key in ("a", "d"):
            screen.say(None)
            await pilot.press(key)
            await until(pilot, lambda: "You asked for it yourself: somebody else decides." in flat(app))
            assert app.screen is screen
    assert row_of(seeded_platform, RefundRow, refund).state == "requested"


async def test_billing_does_not_approve_above_its_limit(seeded_platform: Platform):
    made, _ = asked_for(seeded_platform, "support", amount=40_000, needs="manager")
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await look_at(app, pilot, made.number)
        await pilot.press("a")
        await until(pilot, lambda: "a manager decides" in flat(app))


async def test_a_rejected_refund_frees_the_money(seeded_platform: Platform):
    made, refund = asked_for(seeded_platform, "support")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, made.number)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "Choose a reason first." in flat(app))
        await select(pilot, "#reason", "wrong_amount")
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: row_of(seeded_platform, RefundRow, refund).state == "rejected")
    assert row_of(seeded_platform, PaymentRow, made.payment).reserved == 0


async def test_the_keys_of_a_decision_are_there_where_there_is_one(seeded_platform: Platform):
    made, _ = asked_for(seeded_platform, "support")
    other = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await look_at(app, pilot, made.number)
        await pilot.pause()
        assert {"approve", "reject"} <= {does for _, does in [*live_keys(screen), *all_keys(screen)]}
        await look_at(app, pilot, other.number)
        await pilot.pause()
        assert not {"approve", "reject"} & {does for _, does in [*live_keys(screen), *all_keys(screen)]}


# Live, and other places


async def test_a_dispute_that_arrives_meanwhile_is_told_and_shown(seeded_platform: Platform):
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await start(app, pilot)
        payment = add_payment(seeded_platform, add_order(seeded_platform), "disputed")
        due = seeded_platform.clock() + timedelta(hours=3, minutes=5)
        made = review_of(seeded_platform, payment, "disputed", dispute=add_dispute(seeded_platform, payment), due=due)
        await until(pilot, lambda: made.number in {review.number for review in rows(screen)})
        await until(pilot, lambda: f"New: {made.number}, disputed, 100.00 USD, 3 h left." in flat(app))


async def test_what_the_list_leaves_out_is_not_told(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await start(app, pilot)
        other = reviewed(seeded_platform)
        made, _ = asked_for(seeded_platform, "support")
        await until(pilot, lambda: f"New: {made.number}" in flat(app))
        assert other.number not in {review.number for review in rows(screen)}


async def test_the_order_is_opened(seeded_platform: Platform):
    made = reviewed(seeded_platform)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await look_at(app, pilot, made.number)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, OrdersScreen) and made.order_number in on_screen(app))


async def test_the_books_are_one_key_away_and_escape_comes_back(seeded_platform: Platform):
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await start(app, pilot)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, ReconciliationsScreen))
        await until(pilot, lambda: "Reconciliations" in on_screen(app).splitlines()[0])
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PaymentReviewsScreen))
