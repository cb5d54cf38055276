"""The audit log, in the console against a real platform."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import ConsoleApp
from console.chain import Head
from console.platform_api.audit import Entry, append
from console.platform_api.platform import Platform
from console.records.audit import AuditRow
from screens.audit import AuditScreen
from screens.parts.witness import Witness
from tests.platform_api.api import Api, employee_id, serving
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
        screen = await open_audit(app, pilot)
        await until(pilot, lambda: "Witness" in said(screen))
        head = (await app.session.client.get("/v1/audit/head")).body
        Witness(app.platform).keep(Head(head["seq"], bytes.fromhex(head["hash"])))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "is what this console saw before" in said(screen))


@pytest.mark.parametrize(("seq", "loud"), [(1, "THE LOG WAS CHANGED"), (10_000, "THE LOG WAS CUT")])
async def test_a_log_that_is_not_what_was_seen_is_said_loudly(
    seeded_platform: Platform, tmp_path: Path, seq: int, loud: str
):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        await until(pilot, lambda: "Witness" in said(screen))
        Witness(app.platform).keep(Head(seq, bytes(32)))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: loud in said(screen))
        assert Witness(app.platform).seen() == Head(seq, bytes(32))


async def test_a_witness_that_can_not_be_read_is_said(seeded_platform: Platform):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        await until(pilot, lambda: "Witness" in said(screen))
        Witness(app.platform).file.write_text("nonsense\n")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "No witness" in said(screen))
        assert "witness-demo" in said(screen)


async def test_a_reload_compares_again_and_keeps_the_new_head(seeded_platform: Platform):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        await until(pilot, lambda: "From now on this console compares" in said(screen))
        first = Witness(app.platform).seen()
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "is what this console saw before" in said(screen))
        second = Witness(app.platform).seen()
        assert first is not None
        assert second is not None
        assert second.seq > first.seq


def detail(screen: AuditScreen) -> str:
    return " ".join(str(screen.query_one("#detail-sections", Static).render()).split())


def rows_of(screen: AuditScreen) -> list[AuditRow]:
    return [record for record in screen.table.window.rows if isinstance(record, AuditRow)]


async def filtered(pilot: Pilot[int], screen: AuditScreen, typed: str) -> None:
    await pilot.press("slash")
    screen.bar.typing.value = typed
    await pilot.press("enter")


async def test_entries_are_filtered_and_escape_goes_back(seeded_platform: Platform):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        assert "all that your role may see" in on_screen(app)
        await filtered(pilot, screen, "outcome:refused")
        await until(pilot, lambda: "No audit" in on_screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: rows_of(screen) and "all that your role may see" in on_screen(app))


@pytest.mark.parametrize(
    "typed",
    [
        "action:sign-ins:sign-in",
        "resource:sign-ins action:sign-in outcome:done",
        "actor:me action:sign-in",
        "actor:E-9 action:sign-in since:2026-01-01 until:2999-01-01T00:00",
    ],
)
async def test_every_filter_narrows_the_list(seeded_platform: Platform, typed: str):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        await filtered(pilot, screen, typed)
        await until(pilot, lambda: {row.action for row in rows_of(screen)} == {"sign-ins:sign-in"})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("outcome:maybe", "is one of done, refused, failed"),
        ("since:yesterday", "a date, as in"),
        ("actor:dana", "me, a number, as in E-12"),
        ("actor:me actor:E-1", "takes one value"),
        ("colour:red", "There is no colour: here"),
    ],
)
async def test_a_filter_that_makes_no_sense_is_explained_where_it_is_typed(
    seeded_platform: Platform, typed: str, said: str
):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        await filtered(pilot, screen, typed)
        await until(pilot, lambda: said in on_screen(app))
        assert screen.filter == AuditScreen.DEFAULT


async def test_the_manager_is_offered_what_they_were_told(seeded_platform: Platform):
    tell_the_manager(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_audit(app, pilot)
        assert "told:manager is what you were told" in on_screen(app)
        await filtered(pilot, screen, "told:manager")
        await until(pilot, lambda: [row.told for row in rows_of(screen)] == ["manager"])
        await until(pilot, lambda: "The manager was told" in on_screen(app))
        assert "more than 30 people" in detail(screen)


async def test_privacy_sees_the_entries_about_one_person(seeded_platform: Platform):
    with serving(seeded_platform) as url, Api(url, seeded_platform) as api:
        assert api.sign_in("support").get("/v1/users/U-7").status_code == 200
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await open_audit(app, pilot)
        assert "subject:U-… is about one person" in on_screen(app)
        await filtered(pilot, screen, "subject:U-7")
        await until(pilot, lambda: {row.record for row in rows_of(screen)} == {"U-7"})
        assert "support" in {row.role for row in rows_of(screen)}


async def test_details_are_words_and_not_code(seeded_platform: Platform):
    with serving(seeded_platform) as url, Api(url, seeded_platform) as api:
        support = api.sign_in("support")
        version = support.get("/v1/users/U-7").json()["version"]
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": "one"}
        body = {"topics": ["specials", "products"], "channel": "email"}
        assert support.post("/v1/users/U-7/opt-out", headers=headers, json=body).status_code == 200
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_audit(app, pilot)
        await filtered(pilot, screen, "action:opt-out")
        await until(pilot, lambda: screen.record and "opt-out" in getattr(screen.record, "action", ""))
        await until(pilot, lambda: "topics: specials, products" in on_screen(app))
        assert "['" not in on_screen(app)
        assert "stands for the same person" in detail(screen)


def tell_the_manager(platform: Platform) -> None:
    """An entry of support that the manager is told of."""
    entry = Entry(
        at=platform.clock(), actor=employee_id(platform, "support"), role="support", resource="users", action="reveal",
        outcome="done", request="01912345-0000-7000-8000-000000000000", told="manager", fields=("name",),
    )  # fmt: skip
    with platform.database.writing() as session:
        append(session, [entry])
