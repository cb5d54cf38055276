"""Suspending a pro in the console: what it does is shown before anything is done."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import OrderRow, UserRow
from screens.parts.confirm import Confirm
from screens.parts.suspension import Effect
from screens.users import UsersScreen
from tests.platform_api.orders_made import add_order, add_pair, row_of
from tests.platform_api.worked import worker
from tests.screens.consoles import on_screen, select, signed_in, until
from tests.screens.money import flat

pytestmark = pytest.mark.anyio


async def look_at(app: ConsoleApp, pilot: Pilot[int], platform: Platform, user: str) -> UsersScreen:
    await pilot.press("2")
    await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.table.status.heard)
    screen, number = app.screen, f"U-{row_of(platform, UserRow, user).number}"
    assert isinstance(screen, UsersScreen)
    screen.go_to(number)
    await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


async def ask(app: ConsoleApp, pilot: Pilot[int], screen: UsersScreen) -> Confirm:
    screen.do("suspend")
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
    assert isinstance(app.screen, Confirm)
    return app.screen


async def test_the_effect_is_in_the_question_and_follows_the_yes(seeded_platform: Platform) -> None:
    parent, pro = add_pair(seeded_platform)
    booked = [add_order(seeded_platform, parent, pro, state=state) for state in ("placed", "confirmed", "in_service")]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, seeded_platform, pro)
        question = await ask(app, pilot, screen)
        said = flat(app)
        for words in ("1 placed (100.00 USD), 1 confirmed (100.00 USD)", "the next one begins", "All 2 are put into trouble",
                      "1 order in service (100.00 USD) goes on as before"):  # fmt: skip
            assert words in said
        assert row_of(seeded_platform, UserRow, pro).state == "active"
        await select(pilot, "#reason", "terms")
        question.query_one("#typed", Input).value = "suspend"
        question.query_one("#act", Button).press()
        await until(pilot, lambda: "suspended." in on_screen(app))
    worker(seeded_platform).run_all()
    assert [row_of(seeded_platform, OrderRow, order).trouble for order in booked] == [True, True, False]


async def test_leaving_the_question_does_nothing(seeded_platform: Platform) -> None:
    pro = add_pair(seeded_platform)[1]
    async with signed_in(seeded_platform, "manager", size=(80, 24)) as (app, pilot):
        screen = await look_at(app, pilot, seeded_platform, pro)
        await ask(app, pilot, screen)
        assert "Nothing that waits for its service is booked of them" in flat(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
    assert row_of(seeded_platform, UserRow, pro).state == "active"


async def test_who_is_no_pro_has_no_such_words(seeded_platform: Platform) -> None:
    parent = add_pair(seeded_platform)[0]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await ask(app, pilot, await look_at(app, pilot, seeded_platform, parent))
        assert "booked of them" not in flat(app)


async def test_without_the_effect_there_is_no_question(
    seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> dict[str, object]:
        raise RuntimeError("not today")

    monkeypatch.setattr("console.platform_api.suspension._effect", fails)
    pro = add_pair(seeded_platform)[1]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, seeded_platform, pro)
        screen.do("suspend")
        await until(pilot, lambda: screen.query_one("#notice").display)
        assert app.screen is screen
    assert row_of(seeded_platform, UserRow, pro).state == "active"


async def test_words_of_all_that_there_can_be() -> None:
    effect = Effect.model_validate(
        {
            "orders": [{"state": "confirmed", "count": 1, "amounts": {"EUR": 700, "USD": 5000}}],
            "next": None, "applications": 1, "payouts": {"count": 2, "amounts": {"USD": 100}}, "newer": True,
        }
    )  # fmt: skip
    assert effect.words().plain.split("\n") == [
        "Booked of them: 1 confirmed (7.00 EUR + 50.00 USD).",
        "It is put into trouble and has a case then. No order is cancelled, and no money moves.",
        "2 payouts (1.00 USD) not gone yet go on as before.",
        "1 application of theirs approved: that stays.",
    ]
