"""Dialogs answer and never act: what they answer to keys, held keys, and texts that can't be shown as typed."""

from typing import Any

import pytest
from textual.app import App
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Static

from console.errors import Stale
from console.raw import Raw
from console.records.users import User
from screens.parts.confirm import Confirm, Confirmed
from screens.parts.form import UNSHOWABLE, EditForm, Field, FormAnswer
from screens.parts.stale import StaleAnswer, StaleDialog
from tests.screens.consoles import select
from tests.screens.listed import EPOCH

pytestmark = pytest.mark.anyio

NOTHING = object()
TITLE = Content("Title")


class Asking(App[None]):
    """Shows one dialog and keeps its answer."""

    def __init__(self, dialog: ModalScreen[Any]) -> None:
        super().__init__()
        self.dialog = dialog
        self.answer: object = NOTHING

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.keep)

    def keep(self, answer: object) -> None:
        self.answer = answer


def confirm(**more: Any) -> Confirm:
    return Confirm("Lock U-1", "U-1 can't sign in until somebody unlocks it.", "Lock", **more)


# Confirm


async def test_cancel_has_the_focus_so_enter_alone_does_nothing():
    app = Asking(confirm())
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("enter")
        assert app.answer is None


async def test_a_held_enter_confirms_nothing_even_on_the_deed():
    app = Asking(confirm())
    async with app.run_test(notifications=True) as pilot:
        app.dialog.query_one("#act", Button).focus()
        app.dialog._held.pressed("enter")  # type: ignore[attr-defined]
        app.dialog._held.pressed("enter")  # type: ignore[attr-defined]
        app.dialog.query_one("#act", Button).press()
        await pilot.pause()
        assert app.answer is NOTHING


async def test_a_reason_is_asked_for_and_answered():
    app = Asking(confirm(reasons={"takeover": "Somebody else uses it"}, ask="Note"))
    async with app.run_test(notifications=True) as pilot:
        app.dialog.query_one("#act", Button).press()
        await pilot.pause()
        assert app.answer is NOTHING
        assert "reason" in str(app.dialog.query_one("#dialog-error", Static).render())
        await select(pilot, "Select", "takeover")
        app.dialog.query_one("#text", Input).value = "[b]called[/b]"
        app.dialog.query_one("#act", Button).press()
        await pilot.pause()
        assert app.answer == Confirmed("takeover", "[b]called[/b]")


async def test_the_gravest_ask_for_a_typed_word():
    app = Asking(confirm(typed="suspend"))
    async with app.run_test(notifications=True) as pilot:
        for typed in ("", "Suspend", "suspen"):
            app.dialog.query_one("#typed", Input).value = typed
            app.dialog.query_one("#act", Button).press()
            await pilot.pause()
            assert app.answer is NOTHING
        app.dialog.query_one("#typed", Input).value = "suspend"
        app.dialog.query_one("#act", Button).press()
        await pilot.pause()
        assert app.answer == Confirmed()


# Forms

FIELDS = (Field("name", "Name"), Field("email", "E-mail", lambda text: "" if "@" in text else "needs an @"))
VALUES = {"name": Raw("Maria [b]Gómez[/b]"), "email": Raw("maria@example.com")}


def field(app: Asking, name: str) -> Input:
    return app.dialog.query_one(f"#f-{name}", Input)


def error(app: Asking, name: str) -> str:
    return str(app.dialog.query_one(f"#e-{name}", Static).render())


async def test_only_what_changed_is_answered():
    app = Asking(EditForm(TITLE, FIELDS, VALUES, {}))
    async with app.run_test(notifications=True) as pilot:
        assert field(app, "name").value == "Maria [b]Gómez[/b]"
        field(app, "email").value = "m@example.com"
        await pilot.press("ctrl+s")
        assert app.answer == FormAnswer({"email": Raw("m@example.com")}, save=True)


async def test_keys_typed_right_before_saving_are_saved():
    app = Asking(EditForm(TITLE, FIELDS, VALUES, {}))
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("end", "x", "f2")
        assert app.answer == FormAnswer({"name": Raw("Maria [b]Gómez[/b]x")}, save=True)


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved():
    app = Asking(EditForm(TITLE, FIELDS, VALUES, {}))
    async with app.run_test(notifications=True) as pilot:
        field(app, "email").value = "maria"
        field(app, "name").value = ""
        await pilot.press("ctrl+s")
        assert app.answer is NOTHING
        assert "needs an @" in error(app, "email")
        assert "not removed" in error(app, "name")


async def test_what_the_platform_said_stands_until_the_text_is_another():
    draft = {"email": Raw("maria@example")}
    app = Asking(EditForm(TITLE, FIELDS, VALUES, {}, draft=draft, errors={"email": "is no address"}))
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        assert field(app, "email").value == "maria@example"
        assert "is no address" in error(app, "email")
        field(app, "email").value = "maria@example.org"
        await pilot.pause()
        assert "is no address" not in error(app, "email")


@pytest.mark.parametrize("typed", ["a\x1b[31mb", "line\nbreak", "\u202eevil", "\ud800"])
async def test_a_text_that_can_not_be_shown_as_typed_is_replaced_whole_or_left_alone(typed: str):
    app = Asking(EditForm(TITLE, FIELDS, {"name": Raw(typed)}, {}))
    async with app.run_test(notifications=True) as pilot:
        assert field(app, "name").value == ""
        assert field(app, "name").placeholder == UNSHOWABLE
        await pilot.press("ctrl+s")
        assert app.answer == FormAnswer({}, save=True)


async def test_a_mask_is_never_answered_as_a_value():
    app = Asking(EditForm(TITLE, FIELDS, {}, {"name": "M••• G•••"}))
    async with app.run_test(notifications=True) as pilot:
        assert field(app, "name").placeholder == "M••• G•••"
        await pilot.press("ctrl+s")
        assert app.answer == FormAnswer({}, save=True)


async def test_leaving_keeps_what_was_typed_for_a_draft():
    app = Asking(EditForm(TITLE, FIELDS, VALUES, {}))
    async with app.run_test(notifications=True) as pilot:
        field(app, "name").value = "Marta"
        await pilot.press("escape")
        assert app.answer == FormAnswer({"name": Raw("Marta")}, save=False)


# Others were faster

THEIRS = User.model_validate(
    {"id": "u", "number": "U-1", "version": 8, "masks": {"email": "n•••@•••.net"}, "name": "Marta [x]"}
)
STALE = Stale(412, {"changed": [{"field": "email", "by": "billing", "at": "2026-11-01T11:59:40Z"}]})
YOURS = {"email": Raw("mine@example.com"), "phone": Raw("+12025550117")}
LABELS = {"email": "E-mail", "phone": "Phone"}


def drawn(app: Asking) -> str:
    return " | ".join(str(each.render()) for each in app.dialog.query(Static))


async def test_both_sides_are_shown_and_a_clash_is_not_kept_by_itself():
    app = Asking(StaleDialog(THEIRS, YOURS, STALE, LABELS, EPOCH))
    async with app.run_test(notifications=True) as pilot:
        shown = drawn(app)
        assert "billing, now" in shown
        assert "n•••@•••.net" in shown
        assert "mine@example.com" in shown
        app.dialog.query_one("#act", Button).press()
        await pilot.pause()
        assert app.answer == StaleAnswer(frozenset({"phone"}))


async def test_what_is_ticked_is_kept_and_looking_again_saves_nothing():
    app = Asking(StaleDialog(THEIRS, YOURS, STALE, LABELS, EPOCH))
    async with app.run_test(notifications=True) as pilot:
        app.dialog.query_one("#k-email", Checkbox).value = True
        app.dialog.query_one("#again", Button).press()
        await pilot.pause()
        assert app.answer == StaleAnswer(frozenset({"email", "phone"}), again=True)


async def test_cancel_is_the_default_there_too():
    app = Asking(StaleDialog(THEIRS, YOURS, STALE, LABELS, EPOCH))
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("enter")
        assert app.answer is None
