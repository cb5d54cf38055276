"""Saved views, what a screen starts with, and the last place; without whom anybody looked for."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.raw import Raw
from console.views import LastPlace, View
from screens.orders import OrdersScreen
from screens.parts.confirm import Confirm
from screens.parts.filter_kinds import moment, money_span, numbered
from screens.parts.filter_language import Filter, Vocabulary
from screens.parts.keepable import keepable, read, wrong_name
from screens.parts.prompt import Prompt
from screens.parts.views_dialog import ViewsDialog
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.screens.consoles import on_screen, signed_in, until

pytestmark = pytest.mark.anyio

CANARY = "zebrafinch"
STARTING = Filter({"state": ("open", "pending")})


async def tickets(app: ConsoleApp, pilot: Pilot[int]) -> TicketsScreen:
    await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.record)
    assert isinstance(app.screen, TicketsScreen)
    return app.screen


async def filtered(pilot: Pilot[int], screen: TicketsScreen | UsersScreen | OrdersScreen, typed: str) -> None:
    await pilot.press("slash")
    screen.bar.typing.value = typed
    await pilot.press("enter")
    await until(pilot, lambda: not screen.bar.has_class("-open"))


async def views_of(app: ConsoleApp, pilot: Pilot[int]) -> ViewsDialog:
    await pilot.press("f")
    return await dialog(app, pilot)


async def dialog(app: ConsoleApp, pilot: Pilot[int]) -> ViewsDialog:
    await until(pilot, lambda: isinstance(app.screen, ViewsDialog) and app.screen.query("#dialog-error"))
    assert isinstance(app.screen, ViewsDialog)
    return app.screen


async def name_it(app: ConsoleApp, pilot: Pilot[int], name: str) -> None:
    await until(pilot, lambda: isinstance(app.screen, Prompt) and app.screen.query(Input))
    app.screen.query_one(Input).value = name
    await pilot.press("enter")


async def saved(app: ConsoleApp, pilot: Pilot[int], name: str) -> ViewsDialog:
    await views_of(app, pilot)
    await pilot.press("n")
    await name_it(app, pilot, name)
    return await dialog(app, pilot)


async def test_a_filter_is_saved_shown_again_renamed_and_deleted(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        await filtered(pilot, screen, "state:closed channel:phone")
        await saved(app, pilot, "old [b]calls \x1b[31m")
        await until(pilot, lambda: "old [b]calls ␛[31m" in on_screen(app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: screen.filter == STARTING)
        await views_of(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: screen.filter == Filter({"state": ("closed",), "channel": ("phone",)}))
        await until(pilot, lambda: "The view old [b]calls ␛[31m." in on_screen(app))

        await views_of(app, pilot)
        await pilot.press("r")
        await name_it(app, pilot, "old calls")
        await dialog(app, pilot)
        assert [view.name for view in app.views.of("tickets")] == [Raw("old calls")]
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")  # Cancel is what enter does
        await dialog(app, pilot)
        assert app.views.of("tickets")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("tab", "enter")
        await dialog(app, pilot)
        assert app.views.of("tickets") == ()
        assert "There are none yet" in on_screen(app)


async def test_a_screen_starts_with_the_view_that_was_chosen_and_escape_goes_back_to_it(seeded_platform: Platform):
    closed = Filter({"state": ("closed",)})
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        await filtered(pilot, screen, "state:closed")
        await saved(app, pilot, "done")
        await pilot.press("s", "escape")
        await until(pilot, lambda: screen.start == closed)
        await filtered(pilot, screen, "")
        await pilot.press("escape")
        await until(pilot, lambda: screen.filter == closed)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        assert screen.filter == closed
        assert "state:closed" in on_screen(app).splitlines()[2]
        await views_of(app, pilot)
        await pilot.press("s", "escape")
        await until(pilot, lambda: screen.start == STARTING)


async def test_an_order_of_the_list_is_part_of_a_view(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await until(pilot, lambda: app.screen.focused)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, OrdersScreen) and app.screen.record)
        screen = app.screen
        assert isinstance(screen, OrdersScreen)
        app.views.save("orders", View(Raw("large"), {"amount": ("50..",)}, "-amount"))
        await views_of(app, pilot)
        assert "amount:50.. · largest amount first" in on_screen(app)
        await pilot.press("enter")
        await until(pilot, lambda: (screen.sort, screen.filter.words) == ("-amount", "amount:50.."))
        await until(pilot, lambda: "largest amount first" in on_screen(app).splitlines()[2])


async def test_a_name_that_is_taken_is_asked_about(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await tickets(app, pilot)
        app.views.save("tickets", View(Raw("mine"), {"state": ("solved",)}))
        await views_of(app, pilot)
        await pilot.press("n")
        await name_it(app, pilot, " mine ")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "takes its place" in on_screen(app))
        await pilot.press("tab", "enter")
        await dialog(app, pilot)
        assert app.views.of("tickets") == (View(Raw("mine"), {"state": ("open", "pending")}),)


async def test_a_view_that_is_no_longer_offered_says_so(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        app.views.save("tickets", View(Raw("strange"), {"state": ("dreaming",)}))
        await views_of(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "can't be shown any more: state: is one of" in on_screen(app))
        assert screen.filter == STARTING
        app.views.save("tickets", View(Raw("smuggled"), {"user": ("U-9",)}))
        await views_of(app, pilot)
        await pilot.press("j", "enter")
        await until(pilot, lambda: "user is never kept" in on_screen(app))


async def test_the_palette_offers_them_too(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        titles = {command.title for command in app.get_system_commands(screen)}
        assert {"Views", "Save this view"} <= titles
        screen.action_save_view()
        await name_it(app, pilot, "from the palette")
        await until(pilot, lambda: app.views.of("tickets"))


async def test_a_damaged_file_is_put_aside_and_said(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await tickets(app, pilot)
        app.views.save("tickets", View(Raw("mine")))
        file = app.views.file
    file.write_bytes(b"\xff damaged \x1b[31m")
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await until(pilot, lambda: "file of your saved views was damaged" in on_screen(app))
        assert file.with_suffix(".damaged").read_bytes() == b"\xff damaged \x1b[31m"


# The last place


async def test_one_comes_back_to_where_one_was(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        await filtered(pilot, screen, "state:closed")
        await until(pilot, lambda: screen.record and getattr(screen.record, "state", "") == "closed")
        await pilot.press("down", "down")
        row = screen.table.cursor_record
        assert row is not None
        await until(pilot, lambda: screen.record and screen.record.number == row.number)
        app.exit()
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        await until(pilot, lambda: screen.filter == Filter({"state": ("closed",)}))
        await until(pilot, lambda: screen.record and screen.record.number == row.number)
        assert "not in this list" not in on_screen(app)


async def test_a_record_that_the_list_no_longer_has_is_no_matter(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await tickets(app, pilot)
    app.views.leave(LastPlace("tickets", "T-999999999", {"state": ("open", "strange")}))
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        await until(pilot, lambda: screen._back_to == screen._back_at == "")
        await pilot.pause(0.1)
        assert screen.filter == STARTING
        assert "not in this list" not in on_screen(app)


async def test_the_place_of_another_employee_is_another(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await tickets(app, pilot)
        await pilot.press("7")
        await until(pilot, lambda: app.current_mode == "audit")
        app.exit()
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        assert app.current_mode == app.session.me.start
    async with signed_in(seeded_platform, "support") as (app, pilot):
        assert app.current_mode == "audit"


async def test_no_person_and_no_word_of_a_search_is_kept_anywhere(seeded_platform: Platform):
    """P17: the console's own files after a session with canaries."""
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await tickets(app, pilot)
        await filtered(pilot, screen, "user:U-9")
        await views_of(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: "nothing of this can be kept" in on_screen(app))
        await pilot.press("escape")
        await filtered(pilot, screen, "state:open user:U-9")
        await views_of(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Prompt) and "without user" in on_screen(app))
        await name_it(app, pilot, f"{CANARY}@example.com")
        await until(pilot, lambda: "no addresses" in on_screen(app))
        await name_it(app, pilot, "mine")
        await dialog(app, pilot)
        await pilot.press("escape", "2")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)
        users = app.screen
        assert isinstance(users, UsersScreen)
        await filtered(pilot, users, f"email:{CANARY}@example.com")
        await until(pilot, lambda: "No users" in on_screen(app))
        app.exit()
    written = kept_files(platformdirs.user_state_path("petworks"))
    assert any(name.startswith("views-") for name in written)
    for content in written.values():
        assert CANARY.encode() not in content and b"U-9" not in content
    place = app.views.place()
    assert place == LastPlace("users", "", None, "-number")


def kept_files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file() and os.access(file, os.R_OK)}


# What may be kept

VOCABULARY = Vocabulary(
    {"state": ("open", "closed"), "assignee": ("me", "none"), "user": (), "since": (), "amount": (), "postcode": ()},
    ("name", "email"),
    "U",
    kinds={"assignee": numbered("E"), "user": numbered("U"), "since": moment(), "amount": money_span()},
)


@pytest.mark.parametrize(
    ("name", "values", "is_kept"),
    [
        ("state", ("open", "closed"), True),
        ("assignee", ("me",), True),
        ("since", ("3d",), True),
        ("amount", ("20..99.50",), True),
        ("assignee", ("E-4",), False),
        ("assignee", ("me", "E-4"), False),
        ("user", ("U-9",), False),
        ("postcode", ("06604",), False),
        ("since", ("maria",), False),
        ("name", ("maria",), False),
    ],
)
def test_what_is_offered_to_everybody_is_kept_and_no_other(name: str, values: tuple[str, ...], is_kept: bool):
    found = keepable(Filter({name: values}), VOCABULARY)
    assert (dict(found.params), found.left_out) == (({name: values}, ()) if is_kept else ({}, (name,)))
    assert isinstance(read({name: values}, VOCABULARY), Filter) == is_kept


def test_terms_of_a_search_are_never_kept():
    found = keepable(Filter(terms={"name": Raw(CANARY)}), VOCABULARY)
    assert (dict(found.params), found.left_out) == ({}, ("name",))


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "maria@example.com", "U-1048", "+1 202 555 0117"])
def test_names_that_tell_of_somebody_are_refused(name: str):
    assert wrong_name(name)


def test_names_for_a_kind_of_work_are_taken():
    assert wrong_name("boarding, 2 days left") == ""
