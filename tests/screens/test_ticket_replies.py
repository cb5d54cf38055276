"""Replies on tickets, in the console: written, taken back within ten seconds, gone, failed, sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from console.app import ConsoleApp
from console.platform_api.mail_senders.seam import LastWord, Letter, MailError, Refused, Unsure
from console.platform_api.platform import Platform
from console.records.tickets import Message, Ticket
from screens.parts import outgoing
from screens.parts.change_feed import FEED_SECONDS
from screens.parts.composer_dialog import Composer
from screens.parts.confirm import Confirm
from screens.tickets import TicketsScreen
from tests.platform_api.mailed import files, poster
from tests.platform_api.people import add_person, add_ticket
from tests.screens.consoles import on_screen, select, signed_in, until

pytestmark = pytest.mark.anyio

TEXT = "It is mended: [b]try[/b] again."


async def their_ticket(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> TicketsScreen:
    """A ticket of support's about a person with an address, as the console shows it."""
    person = add_person(platform)
    ticket = add_ticket(platform, "support", person=person)
    await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.record)
    screen = app.screen
    assert isinstance(screen, TicketsScreen)
    found: Ticket = await app.session.client.record("tickets", ticket)
    screen.go_to(found.number)
    await until(pilot, lambda: screen.record and screen.record.id == ticket)
    return screen


async def composer(app: ConsoleApp, pilot: Pilot[int]) -> Composer:
    await pilot.press("r")
    await until(pilot, lambda: isinstance(app.screen, Composer) and app.screen.query("#act"))
    assert isinstance(app.screen, Composer)
    return app.screen


async def replied(app: ConsoleApp, pilot: Pilot[int], screen: TicketsScreen) -> Message:
    dialog = await composer(app, pilot)
    dialog.query_one("#subject", Input).value = "Your question"
    dialog.query_one("#text", TextArea).text = TEXT
    await pilot.press("ctrl+s")
    await until(pilot, lambda: outgoing.to_take_back(thread(screen)))
    return thread(screen)[-1]


def thread(screen: TicketsScreen) -> tuple[Message, ...]:
    return screen.record.messages if isinstance(screen.record, Ticket) else ()


def gone_out(platform: Platform) -> int:
    """How many of ours; the platform has others to write to."""
    return len([mail for mail in files(platform) if "Your question" in mail["Subject"]])


def later(platform: Platform, seconds: float = 11) -> None:
    """The ten seconds are over, for the platform."""
    before = platform.clock
    platform.clock = lambda: before() + timedelta(seconds=seconds)


class Failing:
    name = "failing"

    def __init__(self, error: MailError) -> None:
        self.error = error

    def send(self, letter: Letter, last_word: LastWord) -> None:
        if isinstance(self.error, Unsure):
            last_word()
        raise self.error

    def was_sent(self, message_id: str) -> bool | None:
        return None


async def test_a_reply_waits_with_its_seconds_and_goes_out_while_one_looks_on(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await their_ticket(app, pilot, seeded_platform)
        await replied(app, pilot, screen)
        await until(pilot, lambda: " s · u takes it back" in on_screen(app))
        assert "Your question" in on_screen(app) and TEXT in on_screen(app)
        assert "goes out in 10 seconds" in on_screen(app)
        later(seeded_platform)
        poster(seeded_platform).run_all()
        await until(pilot, lambda: "✓ sent" in on_screen(app), seconds=10 + FEED_SECONDS)
    assert gone_out(seeded_platform) == 1


async def test_u_takes_it_back_and_the_text_is_a_draft_again(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await their_ticket(app, pilot, seeded_platform)
        await replied(app, pilot, screen)
        await pilot.press("u")
        await until(pilot, lambda: "taken back: nothing was sent" in on_screen(app))
        later(seeded_platform)
        poster(seeded_platform).run_all()
        assert gone_out(seeded_platform) == 0
        dialog = await composer(app, pilot)
        assert dialog.query_one("#text", TextArea).text == TEXT
        assert dialog.query_one("#subject", Input).value == "Your question"


async def test_it_is_too_late_to_take_back_what_has_gone(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await their_ticket(app, pilot, seeded_platform)
        await replied(app, pilot, screen)
        app.workers.cancel_group(app, "feed")
        later(seeded_platform)
        poster(seeded_platform).run_all()
        await pilot.press("u")
        await until(pilot, lambda: "nobody takes it back" in on_screen(app))
        assert gone_out(seeded_platform) == 1


async def test_what_is_left_comes_back_as_a_draft_and_is_gone_once_sent(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await their_ticket(app, pilot, seeded_platform)
        dialog = await composer(app, pilot)
        dialog.query_one("#text", TextArea).text = "half a thought"
        await pilot.press("escape")
        await until(pilot, lambda: "kept as a draft" in on_screen(app))
        assert (await composer(app, pilot)).query_one("#text", TextArea).text == "half a thought"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await replied(app, pilot, screen)
        dialog = await composer(app, pilot)
        assert dialog.query_one("#text", TextArea).text == ""
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await app.action_lock()
        assert app.drafts == {}


async def test_a_template_of_the_platform_is_filled(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await their_ticket(app, pilot, seeded_platform)
        dialog = await composer(app, pilot)
        await select(pilot, "#template", "acknowledge")
        text = dialog.query_one("#text", TextArea)
        await until(pilot, lambda: text.text.startswith("Hello,\n"))
        assert dialog.query_one("#subject", Input).value == "We have your message"


async def test_what_failed_says_why_and_is_sent_again_after_a_question(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await their_ticket(app, pilot, seeded_platform)
        await replied(app, pilot, screen)
        later(seeded_platform)
        poster(seeded_platform, Failing(Refused("smtp_550"))).run_all()
        await until(pilot, lambda: "not sent: the mail server says 550" in on_screen(app))
        screen.do("resend")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "did not go out" in on_screen(app))
        await pilot.press("enter")  # Cancel
        await until(pilot, lambda: app.screen is screen)
        assert thread(screen)[-1].mail == "failed"
        screen.do("resend")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#act"))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "it goes out again" in on_screen(app))
        poster(seeded_platform).run_all()
        await until(pilot, lambda: "✓ sent" in on_screen(app))


async def test_what_may_have_gone_out_says_so_before_it_goes_twice(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await their_ticket(app, pilot, seeded_platform)
        await replied(app, pilot, screen)
        later(seeded_platform)
        poster(seeded_platform, Failing(Unsure("cut_off"))).run_all()
        await until(pilot, lambda: "Nobody can tell" in on_screen(app))
        screen.do("resend")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "it may arrive" in on_screen(app))


async def test_who_has_not_claimed_it_is_told_so_and_writes_nothing(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await their_ticket(app, pilot, seeded_platform)
        assert isinstance(screen.record, Ticket)
        screen.with_selected(lambda record: screen.perform(record, "release"), "release {number}")
        await until(pilot, lambda: isinstance(screen.record, Ticket) and not screen.record.yours)
        await pilot.press("r")
        await until(pilot, lambda: "Needs your claim" in on_screen(app))
        assert app.screen is screen
        await pilot.press("x")
        await until(pilot, lambda: "Reply by e-mail" in on_screen(app))


async def test_a_card_number_is_refused_and_the_text_is_kept(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await their_ticket(app, pilot, seeded_platform)
        dialog = await composer(app, pilot)
        dialog.query_one("#subject", Input).value = "Your card"
        dialog.query_one("#text", TextArea).text = "4242 4242 4242 4242"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Composer) and "The text" in on_screen(app))
        assert "card number" in on_screen(app)
        assert app.screen.query_one("#text", TextArea).text == "4242 4242 4242 4242"
        assert screen.record is not None and len(thread(screen)) == 1


# Words

NOW = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mail", "seconds", "failure", "words"),
    [
        ("waiting", 7.2, None, "… goes out in 8 s · u takes it back"),
        ("waiting", -3, None, "… goes out now · u takes it back"),
        (
            "waiting",
            -90,
            "connection",
            "… goes out now; the mail server can't be reached, it is tried again · u takes it back",
        ),
        ("sending", -1, None, "→ is being sent"),
        ("sent", -1, None, "✓ sent"),
        ("failed", -1, "no_address", "✗ not sent: there is no e-mail address. x sends it again."),
        ("failed", -1, "new\x1b[31m_code", "✗ not sent: new␛[31m code. x sends it again."),
        ("failed", -1, None, "✗ not sent: no reason is known. x sends it again."),
        ("undone", -1, None, "– taken back: nothing was sent"),
        ("bounced", -1, None, "bounced"),
    ],
)
def test_how_it_stands_is_said(mail: str, seconds: float, failure: str | None, words: str):
    due = NOW + timedelta(seconds=seconds)
    message = Message(id="m", at=NOW, kind="out", by="you", mail=mail, due=due, failure=failure)
    assert outgoing.standing(message, NOW).plain == words
