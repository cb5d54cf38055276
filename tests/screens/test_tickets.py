"""The tickets screen, in the console, against a real platform."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.records.tickets import Ticket
from screens.parts.new_ticket import NewTicketDialog
from screens.parts.note import NoteDialog
from screens.parts.pick import Pick
from screens.parts.prompt import Prompt
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.platform_api.api import Api
from tests.screens.consoles import on_screen, signed_in, until

pytestmark = pytest.mark.anyio


async def open_tickets(app: ConsoleApp, pilot: Pilot[int]) -> TicketsScreen:
    await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.record)
    assert isinstance(app.screen, TicketsScreen)
    return app.screen


async def take_a_free_one(app: ConsoleApp, pilot: Pilot[int]) -> TicketsScreen:
    """The first ticket of the queue that is nobody's, in hand."""
    screen = await open_tickets(app, pilot)
    rows = [record for record in screen.table.window.rows if isinstance(record, Ticket)]
    free = next(ticket for ticket in rows if ticket.assignee is None and ticket.about == "person")
    screen.table.go_to(free.number)
    await until(pilot, lambda: screen.record and screen.record.number == free.number)
    await pilot.press("t")
    await until(pilot, lambda: app.session.case and app.session.case.number == free.number)
    return screen


async def test_the_queue_opens_with_the_newest_ticket_beside_it(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_tickets(app, pilot)
        assert screen.record is not None
        await until(pilot, lambda: "Thread" in on_screen(app))
        assert screen.record.number in on_screen(app).splitlines()[3]
        states = {getattr(record, "state", "") for record in screen.table.window.rows}
        assert states <= {"open", "pending"}


async def test_taking_a_ticket_claims_it_and_shows_it_in_the_head(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await take_a_free_one(app, pilot)
        case = app.session.case
        assert case is not None
        await until(pilot, lambda: case.number in on_screen(app).splitlines()[0])
        await until(pilot, lambda: "yours for" in on_screen(app))
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is None)
        assert "no case in hand" in on_screen(app).splitlines()[0]
        assert isinstance(screen.record, Ticket)
        assert screen.record.yours


async def test_keys_act_on_the_row_under_the_cursor_not_on_the_record_shown_before(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_tickets(app, pilot)
        before = screen.record
        await pilot.press("j", "y")
        assert before is not None
        assert screen.table.cursor_record is not None
        assert app.clipboard == screen.table.cursor_record.number != before.number


async def test_a_note_is_written_and_stands_in_the_thread(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await take_a_free_one(app, pilot)
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        app.screen.query_one(TextArea).text = "Called back: [b]no answer[/b]"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Called back: [b]no answer[/b]" in on_screen(app))
        assert "note written" in on_screen(app)


async def test_a_note_that_is_left_comes_back_as_a_draft(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await take_a_free_one(app, pilot)
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        app.screen.query_one(TextArea).text = "half a thought"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen))
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        assert app.screen.query_one(TextArea).text == "half a thought"


async def test_a_link_is_made_undone_and_opened(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await take_a_free_one(app, pilot)
        links = len(screen.record.links) if isinstance(screen.record, Ticket) else 0
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, Prompt))
        app.screen.query_one(Input).value = "nonsense"
        await pilot.press("enter")
        assert isinstance(app.screen, Prompt)
        app.screen.query_one(Input).value = "U-9"
        await pilot.press("enter")
        await until(pilot, lambda: "linked to U-9" in on_screen(app))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(screen.record, Ticket) and len(screen.record.links) == links)
        await until(pilot, lambda: "undone" in on_screen(app) or "no longer linked" in on_screen(app))


async def test_an_action_that_is_not_allowed_says_why_and_sends_nothing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_tickets(app, pilot)
        rows = [record for record in screen.table.window.rows if isinstance(record, Ticket)]
        other = next(ticket for ticket in rows if not ticket.yours)
        screen.table.go_to(other.number)
        await until(pilot, lambda: screen.record and screen.record.number == other.number)
        await pilot.press("N")
        await until(pilot, lambda: "Needs your claim: t takes it." in on_screen(app))
        assert app.screen is screen


async def test_all_actions_are_listed_the_others_with_their_reason(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await take_a_free_one(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await until(pilot, lambda: "Solve" in on_screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen))


async def test_solving_and_undoing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await take_a_free_one(app, pilot)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(screen.record, Ticket) and screen.record.state == "solved")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(screen.record, Ticket) and screen.record.state == "open")


async def test_a_new_ticket_is_the_case_in_hand(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await open_tickets(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NewTicketDialog))
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, NewTicketDialog)
        app.screen.query_one("#subject", Input).value = "Lost a \x1b[31mleash"
        app.screen.query_one("#reference", Input).value = "call of 12:04"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.session.case)
        await until(pilot, lambda: "Lost a ␛[31mleash" in on_screen(app))


async def filtered(pilot: Pilot[int], screen: TicketsScreen, typed: str) -> None:
    await pilot.press("slash")
    screen.bar.typing.value = typed
    await pilot.press("enter")


def tickets_of(screen: TicketsScreen) -> list[Ticket]:
    return [record for record in screen.table.window.rows if isinstance(record, Ticket)]


async def test_the_queue_starts_with_what_waits_and_escape_goes_back_to_it(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_tickets(app, pilot)
        assert "state:open,pending" in on_screen(app).splitlines()[2]
        await filtered(pilot, screen, "state:closed")
        await until(pilot, lambda: {ticket.state for ticket in tickets_of(screen)} == {"closed"})
        await pilot.press("escape")
        await until(pilot, lambda: {ticket.state for ticket in tickets_of(screen)} <= {"open", "pending"})
        assert "state:open,pending" in on_screen(app).splitlines()[2]


async def test_an_empty_filter_shows_all_tickets(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_tickets(app, pilot)
        await filtered(pilot, screen, "")
        await until(pilot, lambda: "closed" in {ticket.state for ticket in tickets_of(screen)})
        assert "/ all" in on_screen(app).splitlines()[2]


async def test_every_filter_narrows_the_tickets(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_tickets(app, pilot)
        await filtered(pilot, screen, "channel:phone assignee:none")
        await until(pilot, lambda: {ticket.channel for ticket in tickets_of(screen)} == {"phone"})
        linked = next(ticket for ticket in tickets_of(screen) if ticket.links)
        number = linked.links[0].number
        await filtered(pilot, screen, f"user:{number}")
        await until(pilot, lambda: linked.id in {ticket.id for ticket in tickets_of(screen)})
        assert all(number in {link.number for link in ticket.links} for ticket in tickets_of(screen))
        await filtered(pilot, screen, "assignee:me")
        me = app.session.me.number
        await until(pilot, lambda: {ticket.assignee for ticket in tickets_of(screen)} <= {me, None})


async def test_a_filter_of_nonsense_is_explained_and_the_arrows_offer_others(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_tickets(app, pilot)
        await filtered(pilot, screen, "user:maria")
        await until(pilot, lambda: "a number, as in U-12" in on_screen(app))
        await pilot.press("up")
        assert screen.bar.typing.value == "assignee:me state:open,pending"
        await pilot.press("enter")
        await until(pilot, lambda: screen.filter.params.get("assignee") == ("me",))


async def test_a_linked_person_is_opened(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_tickets(app, pilot)
        rows = [record for record in screen.table.window.rows if isinstance(record, Ticket)]
        linked = next(ticket for ticket in rows if len(ticket.links) == 1)
        screen.table.go_to(linked.number)
        await until(pilot, lambda: screen.record and screen.record.number == linked.number)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)
        assert linked.links[0].number in on_screen(app)


async def test_a_ticket_that_others_changed_meanwhile_is_shown_anew_and_not_overwritten(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await take_a_free_one(app, pilot)
        ticket = screen.record
        assert isinstance(ticket, Ticket)
        app.workers.cancel_group(app, "feed")  # which might tell of the change before the key is pressed
        with Api(str(app.settings.url), seeded_platform) as api:
            mine = api.sign_in("support", case=ticket.id)
            headers = {"If-Match": f'"{ticket.version}"', "Idempotency-Key": "elsewhere"}
            assert mine.post(f"/v1/tickets/{ticket.id}/pending", headers=headers, json={}).status_code == 200
        await pilot.press("d")
        await until(pilot, lambda: isinstance(screen.record, Ticket) and screen.record.state == "pending")
        assert "changed meanwhile" in on_screen(app)
