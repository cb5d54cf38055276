"""What stands beside privacy requests: legal holds, what stays of the erased, values from Google that were asked for, what third
parties were told, and the deputy who approves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from console.app import ConsoleApp
from console.errors import Stale
from console.platform_api.disclosures import PROCESSOR, disclose
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.privacy_requests import requests
from console.platform_api.tables import KeptRow, PrivacyRequestRow, UserRow
from console.platform_api.transaction import own_work
from console.records.google_access import GoogleAccess
from console.records.users import User
from screens.disclosures import DisclosuresScreen
from screens.employees import EmployeesScreen
from screens.google_access import GoogleAccessesScreen
from screens.parts.outgoing import only_letters_went
from screens.parts.pick import Pick
from screens.policy import PolicyScreen
from screens.users import UsersScreen
from tests.platform_api.api import Api, serving
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, post
from tests.platform_api.privacy_made import add_request
from tests.platform_api.test_google_access import asked as ask_for
from tests.platform_api.test_second_person import OWN, build
from tests.screens.applications import answer, question, say
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.privacy import look_at, number_of, open_screen, shown, state_of, take

pytestmark = pytest.mark.anyio


def user_number(platform: Platform, person: str) -> str:
    return f"U-{row_of(platform, UserRow, person).number}"


async def at_person(app: ConsoleApp, pilot: Pilot[int], number: str) -> UsersScreen:
    await pilot.press("2")
    await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.table.cursor_record)
    screen = app.screen
    assert isinstance(screen, UsersScreen)
    screen.go_to(number)
    await until(pilot, lambda: screen.record and screen.record.number == number and screen.linked.of == number)
    return screen


async def choose(app: ConsoleApp, pilot: Pilot[int], name: str) -> None:
    """Of a list, by the id of its option."""
    await until(pilot, lambda: isinstance(app.screen, Pick) and app.screen.query_one(OptionList).option_count)
    options = app.screen.query_one(OptionList)
    options.highlighted = next(place for place, each in enumerate(options.options) if each.id == name)
    await pilot.press("enter")


# Legal holds


async def test_a_legal_hold_is_placed_told_of_and_lifted(seeded_platform: Platform) -> None:
    number = user_number(seeded_platform, add_person(seeded_platform))
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await at_person(app, pilot, number)
        assert "Legal hold" not in on_screen(app)
        await pilot.press("x")
        await choose(app, pilot, "hold")
        answer(await question(app, pilot), "court", "Case 12")
        await say(app, pilot, "! A court or authority asks for it")
        assert "x lift it" in on_screen(app) and ", by E-" in on_screen(app)
        assert "Case 12" not in on_screen(app)
        await pilot.press("x")
        await choose(app, pilot, "lift-hold")
        answer(await question(app, pilot))
        await say(app, pilot, "under no legal hold any more.")
        assert isinstance(screen.record, User)
        assert [each.lifted is not None for each in screen.record.holds] == [True]
        assert "A court or authority asks for it: lifted" in " ".join(on_screen(app).split())
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await at_person(app, pilot, number)
        assert "A court or authority asks for it" not in on_screen(app)


# What stays


async def test_what_stays_of_the_erased_is_shown_without_a_value(seeded_platform: Platform) -> None:
    person = add_person(seeded_platform)
    request = add_request(seeded_platform, "delete", "fulfilled", person=person)
    until_when = seeded_platform.clock() + timedelta(days=120)
    rows = (
        KeptRow(
            id=new_id(), person=person, request=request, what="contact", basis="dispute_window", count=1, key_owner=new_id(),
            until=until_when, sealed_kept=b"sealed",
        ),
        KeptRow(id=new_id(), person=person, request=request, what="opt_out_hash", basis="opt_out", count=1, key_owner=new_id()),
        KeptRow(id=new_id(), person=person, request=request, what="payments", basis="accounting", count=6),
    )  # fmt: skip
    with seeded_platform.database.writing() as session:
        session.add_all(rows)
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await look_at(app, pilot, number_of(seeded_platform, request))
        await say(app, pilot, "What stays of them")
        said = " ".join(on_screen(app).split())
        assert [(each.what, each.key) for each in shown(screen).kept] == [
            ("contact", "own"), ("opt_out_hash", "hash"), ("payments", None),
        ]  # fmt: skip
        assert "Not allowed" not in said


# Values from Google


async def at_access(app: ConsoleApp, pilot: Pilot[int], number: str) -> GoogleAccessesScreen:
    await open_screen(app, pilot)
    await pilot.press("W")
    await until(pilot, lambda: isinstance(app.screen, GoogleAccessesScreen) and app.screen.table.status.heard)
    screen = app.screen
    assert isinstance(screen, GoogleAccessesScreen)
    screen.go_to(number)
    await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


async def test_the_list_of_values_from_google_is_decided_on_by_another(seeded_platform: Platform) -> None:
    person = add_person(seeded_platform)
    request = add_request(seeded_platform, "access", person=person, assignee="privacy")
    with serving(seeded_platform) as url, Api(url, seeded_platform) as api:
        made = ask_for(api.sign_in("privacy"), person, str(row_of(seeded_platform, PrivacyRequestRow, request).ticket))
        assert made.status_code == 201, made.text
    number = made.json()["number"]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await at_access(app, pilot, number)
        assert "a allow" in on_screen(app)
        answer(await question(app, pilot, "a"))
        await say(app, pilot, f"{number}: allowed, for a day.")
        assert isinstance(screen.record, GoogleAccess) and screen.record.state == "allowed"
        await pilot.press("escape", "escape", "escape")
        await until(pilot, lambda: app.current_mode == "privacy-requests")


async def test_who_asked_for_values_from_google_withdraws_it_by_one_key(seeded_platform: Platform) -> None:
    person = add_person(seeded_platform)
    request = add_request(seeded_platform, "access", person=person, assignee="privacy")
    with serving(seeded_platform) as url, Api(url, seeded_platform) as api:
        made = ask_for(api.sign_in("privacy"), person, str(row_of(seeded_platform, PrivacyRequestRow, request).ticket))
    number = made.json()["number"]
    for role, may in (("manager", False), ("privacy", True)):
        async with signed_in(seeded_platform, role) as (app, pilot):
            screen = await at_access(app, pilot, number)
            assert ("w withdraw" in on_screen(app)) == may
            if may:
                answer(await question(app, pilot, "w"))
                await say(app, pilot, f"{number}: withdrawn.")
                assert isinstance(screen.record, GoogleAccess) and screen.record.state == "withdrawn"


# What third parties were told


async def test_what_third_parties_were_told_is_reached_from_a_person_and_from_the_policy(
    seeded_platform: Platform,
) -> None:
    person = add_person(seeded_platform)
    with own_work(seeded_platform) as work:
        disclose(work, PROCESSOR, ("amount", "token"), "refund", person, "RF-1")
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await at_person(app, pilot, user_number(seeded_platform, person))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Pick | DisclosuresScreen))
        if isinstance(app.screen, Pick):
            await choose(app, pilot, "what third parties were told")
        await until(pilot, lambda: isinstance(app.screen, DisclosuresScreen) and app.screen.record)
        screen = app.screen
        assert isinstance(screen, DisclosuresScreen)
        assert len(screen.table.window.rows) == 1
        await say(app, pilot, "told to the payment processor")
        await until(pilot, lambda: "· amount" in on_screen(app) and "· token" in on_screen(app))
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        await pilot.press("9")
        await until(pilot, lambda: isinstance(app.screen, PolicyScreen) and app.screen.table.status.heard)
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, DisclosuresScreen) and app.screen.record)
        await pilot.press("escape")
        await until(pilot, lambda: app.current_mode == "policy")


# A deputy


def sent_for_approval(platform: Platform) -> str:
    """With a plan as the platform makes it."""
    known: dict[str, Any] = {"assignee": "privacy", "acknowledged": platform.clock()}
    request = add_request(platform, "delete", "in_progress", person=add_person(platform), **known)
    where = f"/v1/privacy-requests/{request}"
    with serving(platform) as url, Api(url, platform) as api:
        privacy = api.sign_in("privacy")
        assert post(privacy, f"{where}/plan").status_code == 200
        sent = post(privacy, f"{where}/submit", version=privacy.get(where).json()["version"])
    assert sent.status_code == 200, sent.text
    return request


async def test_a_deputy_is_named_and_approves_by_the_one_key(seeded_platform: Platform) -> None:
    request = sent_for_approval(seeded_platform)
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, EmployeesScreen) and app.screen.record)
        screen = app.screen
        assert isinstance(screen, EmployeesScreen)
        screen.go_to("E-2")
        await until(pilot, lambda: screen.record and screen.record.number == "E-2")
        await pilot.press("x")
        await choose(app, pilot, "name-deputy")
        await choose(app, pilot, "erasure")
        asked = await question(app, pilot)
        assert "24 hours" in on_screen(app)
        answer(asked)
        await say(app, pilot, "E-2 stands in as a second person for erasures, for a day.")
        assert "! for erasures, until" in on_screen(app)
    async with signed_in(seeded_platform, "support2") as (app, pilot):
        await look_at(app, pilot, number_of(seeded_platform, request))
        await say(app, pilot, "a next step")
        approving = await question(app, pilot, "a")
        approving.query_one("#typed", Input).value = f"erase {number_of(seeded_platform, request)}"
        answer(approving)
        await until(pilot, lambda: state_of(seeded_platform, request) == "erasing")


async def test_a_release_to_a_strange_address_is_allowed_by_another_by_the_one_key(seeded_platform: Platform) -> None:
    person = add_person(seeded_platform)
    now = seeded_platform.clock()
    known: dict[str, Any] = {"assignee": "privacy", "acknowledged": now, "verified": now, "verified_by": "points"}
    request = add_request(seeded_platform, "access", "in_progress", person=person, reply_to=OWN, **known)
    with serving(seeded_platform) as url, Api(url, seeded_platform) as api:
        build(api.sign_in("privacy"), seeded_platform, request)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await look_at(app, pilot, number_of(seeded_platform, request))
        await say(app, pilot, "next: a second person")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number_of(seeded_platform, request))
        await say(app, pilot, "a next step")
        asked = await question(app, pilot, "a")
        assert "isn't the one that the person gave" in " ".join(on_screen(app).split())
        answer(asked)
        await say(app, pilot, "the release is allowed.")
        package = shown(screen).package
        assert package is not None and package.allowed_by == "E-5"


# Letters that go out while somebody types


async def test_a_letter_that_goes_out_meanwhile_stops_nobody(seeded_platform: Platform) -> None:
    """Whoever works on it has a form open; the version of the request moves on, and nothing else of it."""
    person = add_person(seeded_platform)
    request = add_request(seeded_platform, "delete", "verified", person=person)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        before = shown(screen)
        with own_work(seeded_platform) as work:
            row = work.lock(requests, request)
            assert row is not None
            work.change("privacy-requests", requests, row)
            work.entries.append(work.entry("tickets", "mail-sent", record=row.ticket))
        screen.record = before
        done = await screen.send(before, "begin", {})
        assert done.version == before.version + 2
        assert not only_letters_went(before, done)


async def test_what_somebody_else_did_meanwhile_stops_it(seeded_platform: Platform) -> None:
    person = add_person(seeded_platform)
    request = add_request(seeded_platform, "delete", "verified", person=person)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        before = shown(screen)
        with own_work(seeded_platform) as work:
            row = work.lock(requests, request)
            assert row is not None
            work.change("privacy-requests", requests, row, state="in_progress")
            work.entries.append(work.entry("privacy-requests", "begin", record=row.id))
        with pytest.raises(Stale):
            await screen.send(before, "begin", {})
        await until(pilot, lambda: shown(screen).state == "in_progress")


async def test_keys_act_on_a_row_whose_record_is_on_its_way(seeded_platform: Platform) -> None:
    """Enter and `t` at once: nobody is told that nothing is selected."""
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await open_screen(app, pilot)
        await until(pilot, lambda: screen.record)
        screen.go_inside()
        screen.record = None
        assert screen.selected is screen.table.cursor_record
        screen._number = "PR-0"
        assert screen.selected is None
