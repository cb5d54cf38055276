"""Privacy requests, in the console, against a real platform."""

from datetime import timedelta

import pytest
from textual.widgets import Button, Input

from console.platform_api.platform import Platform
from screens.parts.chart_dialog import ChartDialog
from screens.parts.foot import live_keys
from screens.parts.help import all_keys
from screens.parts.prompt import Prompt
from screens.privacy_requests import PrivacyRequestsScreen
from tests.platform_api.people import add_person
from tests.platform_api.privacy_made import add_request
from tests.screens.applications import question, say
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.money import flat
from tests.screens.privacy import (
    add_package,
    add_plan,
    look_at,
    number_of,
    open_screen,
    plan_of_today,
    rows,
    shown,
    state_of,
    take,
)

pytestmark = pytest.mark.anyio

HOSTILE = "[b]Sue[/b] \x1b]8;;https://evil.example\x07here\x1b]8;;\x07 \u202egnp.exe"
LONG_AGO = timedelta(days=300)


# The list


async def test_the_officer_starts_with_what_is_open_and_due_first(seeded_platform: Platform):
    now = seeded_platform.clock()
    late = add_request(seeded_platform, "delete", "in_progress", received=now - LONG_AGO)
    later = add_request(seeded_platform, "access", received=now - LONG_AGO + timedelta(days=2))
    add_request(seeded_platform, "access", "denied", received=now - LONG_AGO - timedelta(days=2))
    numbers = [number_of(seeded_platform, each) for each in (late, later)]
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, PrivacyRequestsScreen) and len(app.screen.table.window))
        screen = await open_screen(app, pilot)
        await until(pilot, lambda: [each.number for each in rows(screen)[:2]] == numbers)
        drawn = on_screen(app)
        assert "open:yes" in drawn.splitlines()[2] and "! overdue" in drawn and "in work" in drawn
        await pilot.press("slash")
        screen.bar.typing.value = "state:denied"
        await pilot.press("enter")
        await until(pilot, lambda: rows(screen) and {each.state for each in rows(screen)} == {"denied"})
        assert "left" not in " ".join(on_screen(app).splitlines()[4:5])


async def test_how_long_there_is_is_said_in_words_and_the_rules_beside_it(seeded_platform: Platform):
    now = seeded_platform.clock()
    soon = add_request(seeded_platform, "delete", "verified", received=now, next_due=now + timedelta(days=25, hours=1))
    today = add_request(seeded_platform, "access", received=now, next_due=now + timedelta(hours=3, minutes=5))
    over = add_request(seeded_platform, "concern", received=now, next_due=now - timedelta(days=3, minutes=5))
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        for request, words in ((soon, "25 days left ("), (today, "3 h left"), (over, "! overdue 3 d")):
            await look_at(app, pilot, number_of(seeded_platform, request))
            await say(app, pilot, words)
            await say(app, pilot, "Petworks' own policy")


# The checklist


async def test_the_one_next_step_stands_out_and_a_takes_it(seeded_platform: Platform):
    person, now = add_person(seeded_platform, email="s@example.net"), seeded_platform.clock()
    request = add_request(seeded_platform, "delete", "verified", person=person, acknowledged=now)
    number = number_of(seeded_platform, request)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await look_at(app, pilot, number)
        await say(app, pilot, "✓ verified by 3 points")
        await say(app, pilot, "→ Begin the work")
        await say(app, pilot, "· erased")
        assert on_screen(app).count("→") == 1
        await pilot.press("a")
        await say(app, pilot, "Needs your claim")
        await take(app, pilot, number)
        assert f"{number} Delete" in on_screen(app).splitlines()[0]
        await pilot.press("a")
        await until(pilot, lambda: shown(screen).state == "in_progress")
        await say(app, pilot, "→ Make the plan")


async def test_taking_one_opens_its_texts_and_u_takes_it_back(seeded_platform: Platform):
    person = add_person(seeded_platform, email="sue@example.net")
    request = add_request(seeded_platform, words=HOSTILE, asker=HOSTILE, person=person)
    number = number_of(seeded_platform, request)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await look_at(app, pilot, number)
        assert "[b]Sue[/b]" not in on_screen(app)
        await take(app, pilot, number)
        await say(app, pilot, "[b]Sue[/b]")
        drawn = on_screen(app)
        assert "\x1b" not in drawn and "\u202e" not in drawn
        await pilot.press("v")
        await say(app, pilot, "sue@example.net")
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is None and "sue@example.net" not in on_screen(app))
        await pilot.press("u")
        await until(pilot, lambda: not shown(screen).yours and "claim undone" in flat(app))


async def test_what_is_about_nobody_yet_shows_nobody_until_it_is_said_who(seeded_platform: Platform):
    request = add_request(seeded_platform)
    add_person(seeded_platform, email="maria@example.net")
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        await pilot.press("v")
        await say(app, pilot, "It isn't known whom")
        screen.do("identify")
        await until(pilot, lambda: isinstance(app.screen, Prompt))
        app.screen.query_one(Input).value = "Maria"
        await pilot.press("enter")
        await say(app, pilot, "Its number, as in U-1048, or nobody.")
        app.screen.query_one(Input).value = "u-151"
        await pilot.press("enter")
        await until(pilot, lambda: shown(screen).person == "U-151")


# Who sees what


async def test_support_sees_how_far_it_is_and_nothing_that_was_typed(seeded_platform: Platform):
    request = add_request(seeded_platform, words="Locket words", asker="Locket Name", person=None)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await look_at(app, pilot, number_of(seeded_platform, request))
        await say(app, pilot, "✓ received")
        assert "Locket" not in on_screen(app)
        does = {does for _, does in [*live_keys(screen), *all_keys(screen)]}
        assert {"new", "actions"} <= does
        assert not {"take in hand", "next step", "letter", "figures", "deny", "extend"} & does


async def test_the_auditor_reads_and_counts(seeded_platform: Platform):
    add_request(seeded_platform)
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_screen(app, pilot)
        does = {does for _, does in [*live_keys(screen), *all_keys(screen)]}
        assert "figures" in does and not {"take in hand", "new", "next step"} & does
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, ChartDialog))
        await say(app, pilot, "By kind")


# Plans and packages


async def test_a_plan_is_approved_by_its_words_or_not_at_all(seeded_platform: Platform):
    person = add_person(seeded_platform, email="sue@example.net")
    request = add_request(seeded_platform, "delete", "review", person=person, acknowledged=seeded_platform.clock())
    add_plan(seeded_platform, request)
    number = number_of(seeded_platform, request)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number)
        for words in ("deletes 14 messages", "blacks out 3 messages", "keeps 6 payments: accounting, until"):
            await say(app, pilot, words)
        plan_of_today(seeded_platform, request, person)
        await pilot.press("ctrl+r")
        await say(app, pilot, "deletes 1 profile")
        asked = await question(app, pilot, "a")
        asked.query_one("#act", Button).press()
        await say(app, pilot, f"Type erase {number} exactly.")
        assert state_of(seeded_platform, request) == "review"


async def test_a_package_is_counts_and_a_hash(seeded_platform: Platform):
    now = seeded_platform.clock()
    built = add_request(seeded_platform, "access", "in_progress")
    add_package(
        seeded_platform,
        built,
        state="built",
        counts={"orders": 3, "messages": 1412},
        sha256="ab" * 32,
        size=20_480,
        built=now,
    )
    building = add_request(seeded_platform, "access", "in_progress")
    add_package(seeded_platform, building, done=5, total=20)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await look_at(app, pilot, number_of(seeded_platform, built))
        for words in ("3 orders, 1,412 messages", "abababababababab", "20,480 bytes"):
            await say(app, pilot, words)
        await look_at(app, pilot, number_of(seeded_platform, building))
        await say(app, pilot, "Collecting ▓▓▓░")
        await say(app, pilot, "5 of 20")
