"""What writing, what goes out and saved views look like, at 120x40 and at 80x24, on a platform on which the time stands still."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.raw import Raw
from console.records.tickets import Message, Ticket
from console.session import Session
from console.settings import Settings
from console.views import View
from screens.parts.composer_dialog import Composer, Filled, Writing, Written
from screens.parts.views_dialog import ViewsDialog
from screens.tickets import TicketsScreen
from tests.platform_api.api import serving
from tests.screens.consoles import NOW, PASSWORD, on_screen, select, until
from tests.screens.settled import settled
from tests.screens.test_looks import ready

pytestmark = pytest.mark.usefixtures("utc")

Step = Callable[[ConsoleApp, Pilot[int]], Awaitable[None]]


async def a_ticket(app: ConsoleApp, pilot: Pilot[int]) -> TicketsScreen:
    """One that a person wrote, in hand."""
    screen = await ready(app, pilot)
    assert isinstance(screen, TicketsScreen)
    rows = [record for record in screen.table.window.rows if isinstance(record, Ticket)]
    found = next(each for each in rows if each.about == "person" and each.assignee is None and len(each.links) == 1)
    screen.table.go_to(found.number)
    await until(pilot, lambda: screen.record and screen.record.number == found.number)
    await pilot.press("t")
    await until(pilot, lambda: app.session.case and isinstance(screen.record, Ticket) and screen.record.yours)
    return screen


async def writing(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await a_ticket(app, pilot)
    await pilot.press("r")
    await until(pilot, lambda: isinstance(app.screen, Composer) and app.screen.query("#act"))
    await select(pilot, "#template", "need_information")
    text = app.screen.query_one("#text", TextArea)
    await until(pilot, lambda: text.text.startswith("Hello"))


async def writing_that_was_refused(app: ConsoleApp, pilot: Pilot[int]) -> None:
    """With a message that may be left out, marks in the text, and all that can be said below it."""
    await ready(app, pilot)
    what = Writing(
        title="Decline PA-7", purpose="decline", ticket="T-20", person="U-104", who="the applicant", act="Decline",
        also="The application is declined at once.", without="Decline without a message",
    )  # fmt: skip
    before = Written(Raw("Your [b]application"), Raw("Line one\x1b[31m\n李 عربي\n" + "long words " * 30))
    templates = {"declined": "Declined"}
    wrong = "The text holds what looks like a card number: say it without."

    async def fill(_: str) -> Filled:
        raise AssertionError

    app.push_screen(Composer(what, templates, before, fill, wrong))
    await until(pilot, lambda: isinstance(app.screen, Composer) and app.screen.query("#act"))


def sent(mail: str, seconds: int, failure: str | None = None) -> Message:
    known = {"id": mail, "at": NOW - timedelta(minutes=3), "kind": "out", "by": "you", "mail": mail, "failure": failure}
    texts = {"subject": "Your question", "body": "It is mended."}
    return Message.model_validate({**known, **texts, "due": NOW + timedelta(seconds=seconds)})


async def what_goes_out(app: ConsoleApp, pilot: Pilot[int]) -> None:
    screen = await a_ticket(app, pilot)
    assert screen.record is not None
    states = [
        ("sent", -9, None),
        ("failed", -9, "smtp_550"),
        ("unknown", -9, "cut_off"),
        ("undone", 1, None),
        ("waiting", 8, None),
    ]
    screen.record = screen.record.model_copy(update={"messages": tuple(sent(*each) for each in states)})
    await pilot.press("enter")
    screen.redraw()
    await until(pilot, lambda: "goes out in 8 s" in on_screen(app) or screen.detail.max_scroll_y)


async def a_reply_that_waits(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await a_ticket(app, pilot)
    await pilot.press("r")
    await until(pilot, lambda: isinstance(app.screen, Composer) and app.screen.query("#act"))
    app.screen.query_one("#subject", Input).value = "Your question"
    app.screen.query_one("#text", TextArea).text = "It is mended: try again.\nIf not, answer this."
    await pilot.press("ctrl+s")
    await until(pilot, lambda: "goes out in 10 seconds" in on_screen(app))
    await pilot.press("enter")


async def views(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    app.views.save("tickets", View(Raw("free, by phone"), {"assignee": ("none",), "channel": ("phone",)}))
    app.views.save(
        "tickets", View(Raw("mine \x1b[31m[b]李"), {"assignee": ("me",), "state": ("open", "pending", "solved")})
    )
    app.views.start_with("tickets", Raw("free, by phone"))
    await pilot.press("f")
    await until(pilot, lambda: isinstance(app.screen, ViewsDialog) and "free, by phone" in on_screen(app))


async def no_views(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await ready(app, pilot)
    await pilot.press("f")
    await until(pilot, lambda: isinstance(app.screen, ViewsDialog) and "none yet" in on_screen(app))


STATES: tuple[Step, ...] = (writing, writing_that_was_refused, what_goes_out, a_reply_that_waits, views, no_views)
SIZES = ((120, 40), (80, 24))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, "support"), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
