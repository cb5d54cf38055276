"""What the screens look like, at 120x40 and at 80x24, each against a real platform on which the time stands still."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from console.app import ConsoleApp
from console.chain import Head
from console.demo import Demo
from console.errors import ConnectionFailed, NotAllowed, Stale
from console.platform_api.platform import Platform
from console.raw import Raw
from console.records.tickets import Ticket
from console.session import Session
from console.settings import Settings
from screens.audit import AuditScreen
from screens.employees import EmployeesScreen
from screens.lock import LockScreen
from screens.parts.confirm import Confirm
from screens.parts.filter_language import Filter
from screens.parts.form import EditForm
from screens.parts.list_detail import ListDetailScreen
from screens.parts.new_employee import NewEmployeeDialog
from screens.parts.note import NoteDialog
from screens.parts.password_again import PasswordAgain
from screens.parts.pick import Pick
from screens.parts.stale import StaleDialog
from screens.parts.witness import judge
from screens.sign_in import SignInScreen
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.platform_api.api import serving
from tests.screens.consoles import NOW, PASSWORD, on_screen, until
from tests.screens.settled import settled

ROLES = {"the_log_of_the_auditor": "auditor", "a_log_that_was_changed": "auditor"}

pytestmark = pytest.mark.usefixtures("utc")

Step = Callable[[ConsoleApp, Pilot[int]], Awaitable[None]]


async def ready(app: ConsoleApp, pilot: Pilot[int]) -> ListDetailScreen:
    """The start screen with its list, and the first record beside it where there is one."""
    await until(pilot, lambda: isinstance(app.screen, ListDetailScreen))
    screen = app.screen
    assert isinstance(screen, ListDetailScreen)
    await until(pilot, lambda: screen.record or "No " in on_screen(app))
    app.workers.cancel_group(app, "feed")
    await settled(pilot)
    return screen


async def go(app: ConsoleApp, pilot: Pilot[int], number: str) -> ListDetailScreen:
    screen = await ready(app, pilot)
    screen.table.go_to(number)
    await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


async def person(app: ConsoleApp, pilot: Pilot[int]) -> UsersScreen:
    await ready(app, pilot)
    await pilot.press("colon", *"U-7", "enter")
    await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)
    users = app.screen
    assert isinstance(users, UsersScreen)
    timeline = users.detail.query_one("#detail-timeline", Static)
    await until(pilot, lambda: "Timeline" in str(timeline.content))
    return users


# The states: each is a function whose name is the picture's


async def the_queue(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)


async def nothing_in_the_queue(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await ready(app, pilot)
    assert isinstance(screen, TicketsScreen)
    screen.show_filtered(Filter({"state": ("pending",), "channel": ("letter",), "user": ("U-150",)}))
    await until(pilot, lambda: "No tickets here" in on_screen(app))
    screen.detail.show_nothing(screen.NOTHING)


async def a_ticket(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    await pilot.press("enter")


async def a_ticket_in_hand(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await ready(app, pilot)
    rows = [record for record in screen.table.window.rows if isinstance(record, Ticket)]
    await go(app, pilot, next(ticket.number for ticket in rows if ticket.assignee is None))
    await pilot.press("t")
    await until(pilot, lambda: app.session.case and "is in hand" in on_screen(app))
    await until(pilot, lambda: isinstance(screen.record, Ticket) and screen.record.yours)


async def actions(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await a_ticket_in_hand(app, pilot)
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, Pick))


async def a_question(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    reasons = {"takeover": "Somebody else may be using the account"}
    effect = "U-7 can't sign in until somebody unlocks it. Nothing else changes."
    app.push_screen(Confirm("Lock U-7", effect, "Lock", reasons=reasons, ask="Note", typed="lock"))
    await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#typed"))


async def a_note(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await a_ticket_in_hand(app, pilot)
    await pilot.press("N")
    await until(pilot, lambda: isinstance(app.screen, NoteDialog))


async def a_new_ticket_without_its_reference(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    await pilot.press("n")
    await until(pilot, lambda: app.screen.query("#subject"))
    app.screen.query_one("#subject", Input).value = "李 [b]leash[/b]"
    await pilot.press("ctrl+s")


async def the_case_picker(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    await pilot.press("7")
    await until(pilot, lambda: isinstance(app.screen, AuditScreen) and app.screen.record)
    await pilot.press("t")
    await until(pilot, lambda: isinstance(app.screen, Pick))


async def the_help(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    await pilot.press("question_mark")


async def a_jump_to_nowhere(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    await pilot.press("colon", *"survey 3", "enter")


async def a_person(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await person(app, pilot)


async def a_person_in_clear(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await person(app, pilot)
    assert screen.record is not None
    values = {"name": Raw("Maria \x1b[31m[b]Gómez"), "email": Raw("maria@example.com"), "city": Raw("Old Lyme")}
    app.revealed.keep(screen.record.id, values, NOW + timedelta(minutes=30))
    app.reveals_changed.publish(None)
    await until(pilot, lambda: "maria@example.com" in on_screen(app))


async def a_form_with_faults(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await person(app, pilot)
    values = {"name": Raw("Maria Gómez"), "city": Raw("a\nb")}
    errors = {"email": "is an address like name@example.com"}
    draft = {"email": Raw("maria@")}
    app.push_screen(EditForm(Content("Edit U-7"), screen.FIELDS, values, {}, draft=draft, errors=errors))
    await until(pilot, lambda: isinstance(app.screen, EditForm) and app.screen.query("#f-city"))


async def others_were_faster(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await person(app, pilot)
    assert screen.record is not None
    stale = Stale(412, {"changed": [{"field": "email", "by": "billing", "at": "2026-11-01T12:29:40Z"}]})
    yours = {"phone": Raw("+1 202-555-0117"), "email": Raw("new@example.com")}
    app.push_screen(StaleDialog(screen.record, yours, stale, {"phone": "Phone", "email": "E-mail"}, NOW))
    await until(pilot, lambda: isinstance(app.screen, StaleDialog) and app.screen.query("#k-email"))


async def not_allowed(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await ready(app, pilot)
    error = NotAllowed(403, {"because": "Needs your claim: t takes it."})
    screen.failed(error, "write a note on T-20")


async def offline(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await ready(app, pilot)
    screen.failed(ConnectionFailed("gone"), "load the list")
    await until(pilot, lambda: "offline, just now" in on_screen(app))


async def the_lock(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    await pilot.press("ctrl+g")
    await until(pilot, lambda: isinstance(app.screen, LockScreen))


async def a_sign_in_that_failed(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    app.post_message(app.SignInFailed(None))
    await until(pilot, lambda: isinstance(app.screen, SignInScreen))
    app.screen.query_one("#platform", Static).update(Content("http://127.0.0.1"))  # its port is another each time
    app.screen.query_one("#act", Button).press()
    await until(pilot, lambda: "both needed" in on_screen(app))


async def the_log_of_the_auditor(app: ConsoleApp, pilot: Pilot[int]) -> None:
    """Without rows: their order and their hashes are others each time."""
    screen = await ready(app, pilot)
    assert isinstance(screen, AuditScreen)
    await until(pilot, lambda: screen.query_one("#witness").display)
    screen.post_message(AuditScreen.Judged(judge(Head(3, b"a"), Head(3, b"a"), Head(9, b"c"))))
    screen.show_filtered(Filter({"outcome": ("failed",)}))
    await until(pilot, lambda: "No audit" in on_screen(app) and "6 more since" in on_screen(app))
    screen.detail.show_nothing("")


async def a_log_that_was_changed(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await ready(app, pilot)
    assert isinstance(screen, AuditScreen)
    await until(pilot, lambda: screen.query_one("#witness").display)
    screen.post_message(AuditScreen.Judged(judge(Head(3, b"a"), Head(3, b"b"), Head(9, b"c"))))
    screen.show_filtered(Filter({"outcome": ("failed",)}))
    await until(pilot, lambda: "No audit" in on_screen(app) and "CHANGED" in on_screen(app))
    screen.detail.show_nothing("")


async def the_employees(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await ready(app, pilot)
    assert isinstance(screen, EmployeesScreen)


async def a_filter_of_nonsense(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await the_employees(app, pilot)
    await pilot.press("slash", *"role:king", "enter")
    await until(pilot, lambda: "role: is one of" in on_screen(app))


async def a_role_to_grant(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await the_employees(app, pilot)
    await pilot.press("down", "plus")
    await until(pilot, lambda: isinstance(app.screen, Pick))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, Confirm))


async def a_new_employee_with_faults(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await the_employees(app, pilot)
    await pilot.press("n")
    await until(pilot, lambda: isinstance(app.screen, NewEmployeeDialog) and app.screen.query("#again"))
    app.screen.query_one("#name", Input).value = "Zoë [b]O'Neil"
    await pilot.press("ctrl+s")


async def the_password_again(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await the_employees(app, pilot)
    app.push_screen(PasswordAgain("grant E-12", "That was not your password."))
    await until(pilot, lambda: isinstance(app.screen, PasswordAgain) and app.screen.query("#password"))


OF_ADMIN = (the_employees, a_filter_of_nonsense, a_role_to_grant, a_new_employee_with_faults, the_password_again)

STATES: tuple[Step, ...] = (
    the_queue, nothing_in_the_queue, a_ticket, a_ticket_in_hand, actions, a_question, a_note,
    a_new_ticket_without_its_reference, the_case_picker, the_help, a_jump_to_nowhere, a_person, a_person_in_clear,
    a_form_with_faults, others_were_faster, not_allowed, offline, the_lock, a_sign_in_that_failed,
    the_log_of_the_auditor, a_log_that_was_changed, *OF_ADMIN,
)  # fmt: skip


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        role = "admin" if state in OF_ADMIN else ROLES.get(state.__name__, "support")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, role), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
