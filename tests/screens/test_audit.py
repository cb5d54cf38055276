"""The audit log, in the console against a real platform."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.records.audit import AuditRow
from screens.audit import AuditScreen
from screens.parts.pick import Pick
from screens.parts.witness import Head, Witness
from tests.screens.consoles import on_screen, signed_in, until

pytestmark = pytest.mark.anyio


async def open_audit(app: ConsoleApp, pilot: Pilot[int]) -> AuditScreen:
    await pilot.press("7")
    await until(pilot, lambda: isinstance(app.screen, AuditScreen) and app.screen.record)
    assert isinstance(app.screen, AuditScreen)
    return app.screen


def said(screen: AuditScreen) -> str:
    return str(screen.query_one("#witness", Static).render())


async def test_an_employee_sees_the_own_entries_and_no_chain(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_audit(app, pilot)
        rows = [record for record in screen.table.window.rows if isinstance(record, AuditRow)]
        assert {row.actor for row in rows} == {app.session.me.number}
        assert not screen.query_one("#witness").display
        assert "Chain" not in on_screen(app)


async def test_the_auditor_sees_the_chain_and_the_console_becomes_a_witness(seeded_platform: Platform):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        await until(pilot, lambda: "From now on this console compares" in said(screen))
        await until(pilot, lambda: "Chain" in on_screen(app))
        assert Witness(app.platform).seen() is not None


async def test_a_log_that_holds_what_was_seen_is_said_to_hold(seeded_platform: Platform):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        head = (await app.session.client.get("/v1/audit/head")).body
        Witness(app.platform).keep(Head(head["seq"], head["hash"]))
        screen = AuditScreen()
        await app.push_screen(screen)
        await until(pilot, lambda: "is what this console saw before" in said(screen))


@pytest.mark.parametrize(("seq", "loud"), [(1, "THE LOG WAS CHANGED"), (10_000, "THE LOG WAS CUT")])
async def test_a_log_that_is_not_what_was_seen_is_said_loudly(
    seeded_platform: Platform, tmp_path: Path, seq: int, loud: str
):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        Witness(app.platform).keep(Head(seq, "00" * 32))
        screen = AuditScreen()
        await app.push_screen(screen)
        await until(pilot, lambda: loud in said(screen))
        assert Witness(app.platform).seen() == Head(seq, "00" * 32)


async def test_entries_are_narrowed(seeded_platform: Platform):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: screen.view == "refused" and "No audit" in on_screen(app))
