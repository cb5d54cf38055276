"""Employees and their roles, in the console against a real platform."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Checkbox, Input

from console.app import ConsoleApp
from console.errors import OutcomeUnknown
from console.platform_api.platform import Platform
from console.platform_api.tables import AuditEntry, table
from console.records.employees import Employee
from screens.employees import EmployeesScreen
from screens.parts.confirm import Confirm
from screens.parts.list_detail import ListDetailScreen
from screens.parts.new_employee import NewEmployeeDialog
from screens.parts.password_again import PasswordAgain
from screens.parts.pick import Pick
from screens.parts.record_table import RecordTable
from tests.platform_api.api import Api
from tests.screens.consoles import PASSWORD, on_screen, signed_in, until

pytestmark = pytest.mark.anyio


async def open_employees(app: ConsoleApp, pilot: Pilot[int], number: str = "") -> EmployeesScreen:
    await until(pilot, lambda: isinstance(app.screen, ListDetailScreen) and app.screen.record)
    await pilot.press("8")
    await until(pilot, lambda: isinstance(app.screen, EmployeesScreen) and app.screen.record)
    screen = app.screen
    assert isinstance(screen, EmployeesScreen)
    if number:
        screen.table.go_to(number)
        await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


def shown(screen: EmployeesScreen) -> Employee:
    assert isinstance(screen.record, Employee)
    return screen.record


async def confirm(app: ConsoleApp, pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: isinstance(app.screen, Confirm) and words in on_screen(app))
    app.screen.query_one("#act", Button).press()


async def grant(app: ConsoleApp, pilot: Pilot[int], role: str) -> None:
    """From the key to the yes."""
    await pilot.press("plus")
    await until(pilot, lambda: isinstance(app.screen, Pick))
    app.screen.dismiss(role)
    await confirm(app, pilot, "Their sessions end at once")


def visible(app: ConsoleApp, text: str) -> bool:
    return text in on_screen(app)


def deeds_of(platform: Platform) -> list[str]:
    entries = table(AuditEntry)
    with platform.database.reading() as connection:
        rows = connection.execute(entries.select().where(entries.c.resource == "employees").order_by(entries.c.seq))
        return [f"{row.action} {row.outcome}" for row in rows if row.action not in ("list", "read")]


async def test_the_admin_starts_with_the_employees(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        assert app.current_mode == "employees"
        screen = await open_employees(app, pilot)
        await until(pilot, lambda: "Ruth Adler" in on_screen(app))
        assert shown(screen).number in on_screen(app)


async def test_a_role_is_granted_and_revoked(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot, "E-1")
        await grant(app, pilot, "billing")
        await until(pilot, lambda: "E-1 has the role billing now." in on_screen(app))
        assert shown(screen).roles == ("billing", "support")
        await pilot.press("minus")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("enter")
        await confirm(app, pilot, "can no longer do what only billing can")
        await until(pilot, lambda: shown(screen).roles == ("support",))
        assert deeds_of(seeded_platform) == ["grant done", "revoke done"]


async def test_roles_that_exclude_each_other_are_refused_in_words(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot, "E-1")
        await grant(app, pilot, "auditor")
        await until(pilot, lambda: "auditor excludes every other role" in on_screen(app))
        assert shown(screen).roles == ("support",)


async def test_nobody_changes_their_own_account(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot)
        screen.table.go_to(app.session.me.number)
        await until(pilot, lambda: screen.record and screen.record.number == app.session.me.number)
        await pilot.press("plus")
        await until(pilot, lambda: "Nobody changes their own account." in on_screen(app))
        assert deeds_of(seeded_platform) == []


async def test_an_account_is_disabled_and_enabled(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot, "E-2")
        for name, words in (("disable", "can't sign in until"), ("enable", "can sign in again")):
            screen.do(name)
            await confirm(app, pilot, words)
            await until(pilot, partial(visible, app, f"E-2: {name}d."))
            assert shown(screen).disabled == (name == "disable")
        assert "E-2: enabled." in on_screen(app)


async def test_a_question_that_is_cancelled_changes_nothing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot, "E-2")
        screen.do("disable")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert deeds_of(seeded_platform) == []


async def test_an_old_password_is_asked_for_again_and_the_same_intent_goes_on(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot, "E-1")
        clock = seeded_platform.clock
        seeded_platform.clock = lambda: clock() + timedelta(minutes=6)
        before = screen.record
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.record is not before)
        refused = {action.name for action in shown(screen).actions if not action.allowed}
        assert refused == {"end-deputy"}  # a fresh password is asked for when it is needed
        await grant(app, pilot, "billing")
        await until(pilot, lambda: isinstance(app.screen, PasswordAgain) and app.screen.query(Input))
        app.screen.query_one(Input).value = "not the password"
        await pilot.press("enter")
        await until(pilot, lambda: "That was not your password." in on_screen(app))
        app.screen.query_one(Input).value = PASSWORD
        await pilot.press("enter")
        await until(pilot, lambda: "E-1 has the role billing now." in on_screen(app))
        assert deeds_of(seeded_platform) == ["grant refused", "grant done"]
        assert not screen._intents


async def test_without_the_password_nothing_is_done(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot, "E-1")
        clock = seeded_platform.clock
        seeded_platform.clock = lambda: clock() + timedelta(minutes=6)
        await grant(app, pilot, "billing")
        await until(pilot, lambda: isinstance(app.screen, PasswordAgain) and app.screen.query(Input))
        await pilot.press("escape")
        await until(pilot, lambda: "Could not grant a role E-1" in on_screen(app))
        assert shown(screen).roles == ("support",)


async def fill(app: ConsoleApp, pilot: Pilot[int], *, email: str, password: str, again: str = "") -> NewEmployeeDialog:
    await pilot.press("n")
    await until(pilot, lambda: isinstance(app.screen, NewEmployeeDialog) and app.screen.query("#again"))
    dialog = app.screen
    assert isinstance(dialog, NewEmployeeDialog)
    dialog.query_one("#name", Input).value = "Zoë [b]O'Neil"
    dialog.query_one("#email", Input).value = email
    dialog.query_one("#r-support", Checkbox).value = True
    dialog.query_one("#password", Input).value = password
    dialog.query_one("#again", Input).value = again or password
    await pilot.press("ctrl+s")
    return dialog


async def test_a_new_employee_is_added_and_can_sign_in(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot)
        await fill(app, pilot, email="zoe@petworks.example", password="a longer pass phrase")
        await until(pilot, lambda: "is added, and can sign in" in on_screen(app))
        await until(pilot, lambda: "Zoë [b]O'Neil" in on_screen(app))
        assert shown(screen).roles == ("support",)
        wish = {"grant_type": "password", "email": "zoe@petworks.example", "password": "a longer pass phrase"}
        with Api(str(app.settings.url), seeded_platform) as api:
            assert api.post("/v1/auth/token", json=wish).status_code == 200


async def test_what_is_lacking_is_said_before_anything_is_sent(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        await open_employees(app, pilot)
        dialog = await fill(app, pilot, email="zoe", password="short", again="other")
        await until(pilot, lambda: "12 characters or more" in on_screen(app))
        assert "an address like" in on_screen(app)
        assert "is not the same" in on_screen(app)
        assert app.screen is dialog
        assert deeds_of(seeded_platform) == []


async def test_what_the_platform_says_of_a_new_employee_stands_at_its_field(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        await open_employees(app, pilot)
        dialog = await fill(app, pilot, email="zoe@petworks", password="a longer pass phrase")
        await until(pilot, lambda: "This is no e-mail address." in on_screen(app))
        assert app.screen is not dialog
        assert app.screen.query_one("#email", Input).value == "zoe@petworks"
        await pilot.press("escape", "n")
        await until(pilot, lambda: isinstance(app.screen, NewEmployeeDialog) and app.screen.query("#again"))
        assert app.screen.query_one("#email", Input).value == "zoe@petworks"
        assert app.screen.query_one("#password", Input).value == ""


async def test_an_address_that_is_taken_is_refused_in_words(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        await open_employees(app, pilot)
        await fill(app, pilot, email="support@petworks.example", password="a longer pass phrase")
        await until(pilot, lambda: "There is an employee with this e-mail already." in on_screen(app))


async def test_the_list_is_filtered_and_escape_goes_back(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot)
        await pilot.press("slash", *"role:aud", "enter")
        await until(pilot, lambda: {getattr(row, "roles", ()) for row in screen.table.window.rows} == {("auditor",)})
        assert "role:auditor" in on_screen(app)
        await pilot.press("escape")
        await until(pilot, lambda: len(list(screen.table.window.rows)) > 2)


async def test_the_auditor_reads_and_is_offered_nothing_to_do(seeded_platform: Platform):
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_employees(app, pilot, "E-1")
        await until(pilot, lambda: "support@petworks.example" in on_screen(app))
        await pilot.press("n", "plus", "minus")
        await pilot.pause()
        assert app.screen is screen
        assert "grant" not in on_screen(app)


async def test_a_change_of_somebody_else_meanwhile_is_shown_and_not_overwritten(seeded_platform: Platform):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot, "E-1")
        app.workers.cancel_group(app, "feed")
        screen.do("disable")
        with Api(str(app.settings.url), seeded_platform) as api:
            other = api.sign_in("admin2")
            headers = {"If-Match": '"1"', "Idempotency-Key": "elsewhere"}
            assert other.post("/v1/employees/E-1/grant", headers=headers, json={"role": "billing"}).status_code == 200
        await confirm(app, pilot, "can't sign in until")
        await until(pilot, lambda: "changed meanwhile" in on_screen(app))
        await until(pilot, lambda: shown(screen).roles == ("billing", "support"))
        assert not shown(screen).disabled


async def test_a_change_whose_answer_was_lost_is_sent_again_with_its_key(
    seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    async with signed_in(seeded_platform, "admin") as (app, pilot):
        screen = await open_employees(app, pilot, "E-2")
        act = app.session.client.act
        keys: list[object] = []

        async def lossy(*arguments: Any, key: str, **others: Any) -> Any:
            """The platform did it; the first answer doesn't arrive."""
            keys.append(key)
            done = await act(*arguments, key=key, **others)
            if len(keys) == 1:
                raise OutcomeUnknown("no answer", key=key)
            return done

        monkeypatch.setattr(app.session.client, "act", lossy)
        app.workers.cancel_group(app, "feed")
        for said in ("may have been done or not", "E-2: disabled."):
            screen.do("disable")
            await confirm(app, pilot, "can't sign in until")
            await until(pilot, partial(visible, app, said))
        assert len(keys) == 2
        assert keys[0] == keys[1]
        assert deeds_of(seeded_platform) == ["disable done"]


@pytest.mark.parametrize("role", ["support", "billing", "manager", "privacy", "auditor", "admin"])
async def test_the_tabs_are_the_screens_that_the_platform_names(seeded_platform: Platform, role: str):
    """Each has a list that the role may see, and the start is one of them."""
    async with signed_in(seeded_platform, role) as (app, pilot):
        me = app.session.me
        assert app.tab_names == me.screens
        assert app.current_mode == me.start
        assert all("list" in me.may[name] for name in me.screens)
        within = {
            "payments", "refunds", "payouts", "application-documents", "policy-versions", "campaigns", "contests", "contest-entries",
            "awards", "survey-entries",
        }  # fmt: skip  # shown on the screens of others, or by the API alone
        assert {name for name, may in me.may.items() if "list" in may} - within == set(me.screens)
        for name in me.screens:
            await app.action_tab(name)
            await until(pilot, lambda: app.screen.query_one("#list", RecordTable).has_focus)
            assert app.current_mode == name
