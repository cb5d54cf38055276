"""What the console shows of a user as a pro, and where it leads."""

from datetime import timedelta

import pytest

from console.platform_api.platform import Platform
from screens.parts.pick import Pick
from screens.pro_applications import ProApplicationsScreen
from tests.platform_api.applications_made import add_document, decided
from tests.platform_api.orders_made import add_order, add_pair
from tests.screens.applications import number_of
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.money import flat
from tests.screens.test_suspension import look_at

pytestmark = pytest.mark.anyio


async def test_application_papers_and_orders_stand_on_the_page_and_o_leads_there(seeded_platform: Platform) -> None:
    parent, pro = add_pair(seeded_platform)
    application = decided(seeded_platform, "approved", person=pro, services=("walking", "boarding"), complete=False)
    now = seeded_platform.clock()
    add_document(seeded_platform, application, "licence", expires=now + timedelta(days=300))
    add_document(seeded_platform, application, "insurance", expires=now - timedelta(days=3))
    for state in ("confirmed", "closed", "closed"):
        add_order(seeded_platform, parent, pro, state=state)
    number = number_of(seeded_platform, application)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, seeded_platform, pro)
        await until(pilot, lambda: "As a pro" in on_screen(app) and "3 orders" in on_screen(app))
        said = flat(app)
        for words in (
            f"{number} approved",
            "boarding, walking",
            "✗ insurance expired",
            "licence until",
            "1 confirmed, 2 closed",
        ):
            assert words in said
        screen.action_open_linked()
        await until(pilot, lambda: isinstance(app.screen, Pick) and number in on_screen(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ProApplicationsScreen))
        await until(pilot, lambda: app.screen.record and app.screen.record.number == number)  # type: ignore[attr-defined]


async def test_of_a_parent_there_is_no_such_section(seeded_platform: Platform) -> None:
    parent = add_pair(seeded_platform)[0]
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await look_at(app, pilot, seeded_platform, parent)
        await until(pilot, lambda: "Linked" in on_screen(app))
        assert "As a pro" not in on_screen(app)
