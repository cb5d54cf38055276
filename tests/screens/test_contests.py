"""Contests, in the console, against a real platform: from the draft to the draw, its prizes, and what nobody may see."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input, Select, TextArea

from console.app import ConsoleApp
from console.errors import NotAllowed
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import DisclosureRow, MailRow, table
from console.platform_api.transaction import own_work
from screens.parts.campaign_entries import EntriesDialog
from screens.parts.chart_dialog import ChartDialog
from screens.parts.confirm import Confirm
from screens.parts.foot import live_keys
from screens.parts.help import all_keys
from screens.parts.pick import Pick
from screens.parts.prompt import Prompt
from tests.platform_api.contests_made import add_contest, awards, contests, rows
from tests.platform_api.people import log_of
from tests.screens.applications import question, say
from tests.screens.campaigns import contest, contest_number, entered, look_at, open_screen, work
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.money import flat
from tests.screens.privacy import fill, form, letter, send

pytestmark = pytest.mark.anyio

TITLE = "[b]Food[/b] 🐶 \u0644\u0644\u0643\u0644\u0628"
DRAFT: Mapping[str, str | bool] = {
    "title": TITLE, "prize": "A year of food", "prize_value": "640.00", "currency": "usd", "places": "1", "reserves": "2", "opens": "now",
    "closes": "+3d", "rules": "One entry each.\nNo purchase necessary.", "regions": "us-ct", "answer_days": "14",
}  # fmt: skip


def open_contest(platform: Platform, many: int = 30, **columns: Any) -> str:
    """Its number, with so many entries."""
    over = {"closes": platform.clock() - timedelta(seconds=1)}
    made = add_contest(platform, "open", entries_hash=None, **{**over, **columns})
    entered(platform, made, many)
    return contest_number(platform, made)


async def go_on(app: ConsoleApp, pilot: Any, words: str) -> Confirm:
    """The question of the next step, which says what follows."""
    await pilot.press("a")
    asking = await question(app, pilot)
    assert words in flat(app), on_screen(app)
    assert isinstance(app.focused, Button) and app.focused.id == "cancel"
    return asking


def press(asking: Confirm) -> None:
    asking.query_one("#act", Button).press()


async def drawn(app: ConsoleApp, pilot: Any, platform: Platform, number: str) -> Any:
    """The contest, closed and drawn at the console."""
    screen = await look_at(app, pilot, number)
    press(await go_on(app, pilot, "is fixed"))
    await until(pilot, lambda: contest(screen).state == "closed")
    work(platform)
    await until(pilot, lambda: contest(screen).entries_hash is not None)
    asking = await go_on(app, pilot, "anybody can do the draw again")
    asking.query_one("#typed", Input).value = number
    press(asking)
    await until(pilot, lambda: contest(screen).drawn_by is not None)
    work(platform)
    await until(pilot, lambda: contest(screen).state == "drawn")
    return screen


# From the draft to the draw


async def test_a_contest_is_written_and_opening_commits_to_its_seed(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_screen(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("down", "enter")
        asked = await form(app, pilot)
        fill(asked, **{**DRAFT, "prize_value": "lots"})
        await send(app, pilot, asked)
        asked = await form(app, pilot)
        await say(app, pilot, "An amount in USD")
        fill(asked, prize_value="640.00")
        await send(app, pilot, asked)
        await until(pilot, lambda: screen.record is not None and screen.record.number.startswith("CT-"))
        made = contest(screen)
        assert made.title is not None and made.title.typed == TITLE and made.prize_value == 64_000
        assert "[b]Food[/b]" in on_screen(app) and made.regions == ("US-CT",)
        press(await go_on(app, pilot, "nobody can choose it later, you neither"))
        await until(pilot, lambda: contest(screen).state == "open")
        commitment = contest(screen).commitment
        assert commitment and commitment[:12] in flat(app)


async def test_a_draft_is_changed_and_an_open_one_says_why_not(seeded_platform: Platform):
    draft = contest_number(seeded_platform, add_contest(seeded_platform, "draft"))
    opened = open_contest(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, draft)
        await pilot.press("e")
        asked = await form(app, pilot)
        fill(asked, prize="Two years of food")
        await send(app, pilot, asked)
        await until(pilot, lambda: (prize := contest(screen).prize) is not None and prize.typed == "Two years of food")
        await look_at(app, pilot, opened)
        await pilot.press("e")
        await until(pilot, lambda: f"⊘ {opened}" in flat(app))


async def test_the_draw_is_a_sequence_of_what_is_fixed_committed_and_drawn(seeded_platform: Platform):
    number = open_contest(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await drawn(app, pilot, seeded_platform, number)
        found = contest(screen)
        told = flat(app)
        for fixed in (found.commitment, found.entries_hash, found.seed):
            assert fixed is not None and fixed[:12] in told
        assert "✓ closed" in told and "30 entries, the list is fixed" in told and "2 winners" in told
        assert on_screen(app).count("→  notify") == 1


async def test_a_wrong_word_draws_nothing(seeded_platform: Platform):
    number = contest_number(seeded_platform, add_contest(seeded_platform, "closed"))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number)
        asking = await go_on(app, pilot, "It is done once, and never taken back")
        asking.query_one("#typed", Input).value = "CT"
        press(asking)
        await say(app, pilot, f"Type {number} exactly")
        await pilot.press("escape")
        assert contest(screen).drawn_by is None


async def test_the_published_record_becomes_a_file_that_only_its_owner_reads(seeded_platform: Platform, tmp_path: Path):
    number = open_contest(seeded_platform)
    file = tmp_path / "record.json"
    file.write_text("mine")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await drawn(app, pilot, seeded_platform, number)
        await pilot.press("R")
        for name in (file, tmp_path / "draw.json"):
            await until(pilot, lambda: isinstance(app.screen, Prompt) and app.screen.query(Input))
            app.screen.query_one(Input).value = str(name)
            await pilot.press("enter")
            if name == file:
                await say(app, pilot, "is there already")
        await say(app, pilot, "petworks contest verify")
    record = json.loads((tmp_path / "draw.json").read_text())
    assert file.read_text() == "mine" and (tmp_path / "draw.json").stat().st_mode & 0o777 == 0o600
    assert record["count"] == 30 == len(record["leaves"]) and "Locket" not in json.dumps(record)


# Entries


async def test_contact_of_an_entry_that_was_not_drawn_is_nobodys_and_the_try_is_on_the_log(seeded_platform: Platform):
    number = open_contest(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, EntriesDialog))
        await until(pilot, lambda: "entered" in on_screen(app))
        assert "Locket" not in on_screen(app)
        await pilot.press("v")
        await until(pilot, lambda: "sealed for every role" in on_screen(app) and "on the log" in on_screen(app))
        assert "Locket" not in on_screen(app)
    assert [row.outcome for row in log_of(seeded_platform, "contest-entries:reveal")] == ["refused"]


async def test_an_entry_that_breaks_the_rules_is_passed_over(seeded_platform: Platform):
    number = open_contest(seeded_platform, 3)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, EntriesDialog) and "entered" in on_screen(app))
        await pilot.press("d")
        asking = await question(app, pilot)
        asking.query_one("#reason", Select).value = "automated"
        press(asking)
        await until(pilot, lambda: "takes no part in the draw" in on_screen(app))
        await until(pilot, lambda: "ineligible" in on_screen(app))


async def test_entries_offer_what_the_role_may_try_and_name_another_refusal_by_its_own_words(
    seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    number = open_contest(seeded_platform, 3)
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        await look_at(app, pilot, number)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, EntriesDialog) and "entered" in on_screen(app))
        assert "v contact" in on_screen(app) and "not eligible" not in on_screen(app)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number)

        async def refused(*_: object, **__: object) -> object:
            raise NotAllowed(403, {"title": "Your roles have changed."})

        monkeypatch.setattr(screen, "send", refused)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, EntriesDialog) and "entered" in on_screen(app))
        await pilot.press("d")
        asking = await question(app, pilot)
        asking.query_one("#reason", Select).value = "automated"
        press(asking)
        await say(app, pilot, "Your roles have changed")


async def test_entries_a_day_are_a_chart(seeded_platform: Platform):
    number = open_contest(seeded_platform, 12)
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        await look_at(app, pilot, number)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, ChartDialog))
        await say(app, pilot, "a full bar is 12 entries")


# A prize


async def in_hand(app: ConsoleApp, pilot: Any, platform: Platform, **columns: Any) -> Any:
    """A contest with one prize, drawn, and that in hand."""
    number = open_contest(platform, 6, places=1, **columns)
    screen = await drawn(app, pilot, platform, number)
    await pilot.press("a")
    await until(pilot, lambda: app.session.case is not None and screen.in_hand(contest(screen)) is not None)
    return screen


async def test_a_winner_is_shown_for_the_case_of_their_prize_and_hidden_with_it(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        await say(app, pilot, "is in hand, as T-")
        assert "@entry.example" not in on_screen(app)
        await pilot.press("v")
        await say(app, pilot, "@entry.example")
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is None and "@entry.example" not in on_screen(app))
        await pilot.press("v")
        await say(app, pilot, "for the case of their prize alone")
        assert contest(screen).awards[0].state == "drawn"
    reasons = [row.reason for row in log_of(seeded_platform, "awards:reveal") if row.outcome == "done"]
    assert reasons == ["notify_winner"]


async def test_a_letter_tells_the_winner_and_the_prize_is_handed_over(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        await pilot.press("a")
        composer = await letter(app, pilot)
        await until(pilot, lambda: "Please answer this mail" in composer.query_one("#text", TextArea).text)
        composer.action_send()
        await until(pilot, lambda: contest(screen).awards[0].state == "notified")
        press(await go_on(app, pilot, "contact closes at once"))
        await until(pilot, lambda: contest(screen).awards[0].state == "awarded")
        await until(pilot, lambda: app.session.case is None)
        await say(app, pilot, "✓ 1 prize handed over")


async def test_a_prize_that_was_just_handed_over_is_not_offered_while_its_contest_is_fetched_anew(
    seeded_platform: Platform,
):
    number = open_contest(seeded_platform, 6, places=2)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await drawn(app, pilot, seeded_platform, number)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("enter")
        await until(pilot, lambda: screen.in_hand(contest(screen)) is not None)
        first = screen.in_hand(contest(screen))
        await pilot.press("a")
        composer = await letter(app, pilot)
        await until(pilot, lambda: "Please answer this mail" in composer.query_one("#text", TextArea).text)
        composer.action_send()
        await until(pilot, lambda: screen.in_hand(contest(screen)).state == "notified")
        before = contest(screen)
        press(await go_on(app, pilot, "contact closes at once"))
        await until(pilot, lambda: [each.state for each in contest(screen).awards] == ["awarded", "drawn"])
        await until(pilot, lambda: app.session.case is None)
        screen.record = before
        await pilot.press("t")
        await until(pilot, lambda: screen.in_hand(contest(screen)) is not None)
        assert screen.in_hand(contest(screen)).place != first.place


@pytest.mark.parametrize("how", ["u", "x"])
async def test_a_letter_that_is_taken_back_leaves_the_winner_untold(seeded_platform: Platform, how: str):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        held = screen.in_hand(contest(screen))
        await pilot.press("a")
        composer = await letter(app, pilot)
        await until(pilot, lambda: "Please answer this mail" in composer.query_one("#text", TextArea).text)
        composer.action_send()
        await until(pilot, lambda: contest(screen).awards[0].state == "notified")
        await say(app, pilot, "u takes it back")
        if how == "u":
            await pilot.press("u")
        else:
            screen.do(f"undo-letter {held.number}")
        await say(app, pilot, "taken back, nothing was sent. It is drawn.")
        await until(pilot, lambda: contest(screen).awards[0].state == "drawn")
        await say(app, pilot, "Tell by")
        await pilot.press("a")
        await letter(app, pilot)  # the winner is to be written to again


async def test_nothing_is_forfeited_before_the_winner_was_written_to(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        held = screen.in_hand(contest(screen))
        screen.do(f"forfeit {held.number}")
        await say(app, pilot, "Write to the winner first")


async def test_who_drew_it_rules_nobody_out_and_another_manager_does(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        held = screen.in_hand(contest(screen))
        screen.do(f"rule-out {held.number}")
        await say(app, pilot, "You drew this contest: another manager does it.")
        drawn_by_another(seeded_platform)
        screen.do(f"rule-out {held.number}")
        asking = await question(app, pilot)
        assert "The next reserve" in flat(app)
        press(asking)
        await until(pilot, lambda: [each.state for each in contest(screen).awards] == ["forfeited", "drawn"])
        await say(app, pilot, "reserve CE-")


async def test_who_drew_it_says_of_nobody_that_they_declined_and_another_manager_does(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        held = screen.in_hand(contest(screen))
        screen.do(f"decline {held.number}")
        await say(app, pilot, "You drew this contest: another manager does it.")
        drawn_by_another(seeded_platform)
        screen.do(f"decline {held.number}")
        await say(app, pilot, "Write to the winner first")
        written(seeded_platform, "sent")
        screen.do(f"decline {held.number}")
        press(await question(app, pilot))
        await until(pilot, lambda: [each.state for each in contest(screen).awards] == ["forfeited", "drawn"])
        await say(app, pilot, "The winner does not want it")


@pytest.mark.parametrize(
    ("letter", "offered"),
    [("failed", "What they entered reaches nobody"), ("sent", "The winner did not answer in time")],
)
async def test_only_reasons_that_hold_are_offered(seeded_platform: Platform, letter: str, offered: str):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        held = screen.in_hand(contest(screen))
        written(seeded_platform, letter)
        screen.do(f"forfeit {held.number}")
        asking = await question(app, pilot)
        assert [str(words) for words, _ in asking.query_one("#reason", Select)._options[1:]] == [offered]


def written(platform: Platform, state: str) -> None:
    """To the newest prize, whose winner's time to answer is over."""
    newest = rows(platform, awards)[-1]
    with own_work(platform) as work:
        letter = MailRow(
            id=new_id(), state=state, at=work.now, due=work.now, topic="prize", person=newest.entry, entry=newest.entry,
            ticket=newest.ticket,
        )  # fmt: skip
        work.session.add(letter)
        work.change("awards", awards, newest, state="notified", notified=work.now, due=work.now)
        work.entries.append(work.entry("awards", "notify", record=newest.id))


def drawn_by_another(platform: Platform) -> None:
    """As if it had been: the feed tells the console."""
    with own_work(platform) as work:
        newest = rows(platform, contests)[-1]
        work.change("contests", contests, newest, drawn_by=new_id())
        work.entries.append(work.entry("contests", "edit", record=newest.id))


async def test_a_courier_is_told_what_is_ticked_and_the_ledger_says_so(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        await pilot.press("a")
        composer = await letter(app, pilot)
        await until(pilot, lambda: "Please answer this mail" in composer.query_one("#text", TextArea).text)
        composer.action_send()
        await until(pilot, lambda: contest(screen).awards[0].state == "notified")
        held = screen.in_hand(contest(screen))
        await until(pilot, lambda: screen.in_hand(contest(screen)).find_action("ship").allowed)
        screen.do(f"ship {held.number}")
        asked = await form(app, pilot)
        fill(asked, name=False)
        await send(app, pilot, asked)
        await say(app, pilot, "on the ledger of disclosures")
        await until(pilot, lambda: contest(screen).awards[0].shipped is not None)
    with seeded_platform.database.reading() as connection:
        told = connection.execute(
            table(DisclosureRow).select().where(table(DisclosureRow).c.recipient == "courier")
        ).all()
    assert [(row.purpose, list(row.fields)) for row in told] == [("prize", ["city"])]


async def test_x_lists_what_can_be_done_with_the_prize_in_hand_and_why_not(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await in_hand(app, pilot, seeded_platform)
        held = screen.in_hand(contest(screen))
        await pilot.press("x")
        await until(pilot, lambda: f"Write to the winner, {held.number}" in on_screen(app))
        listed = on_screen(app)
        assert f"Prize forfeited, {held.number}" in listed and "It is drawn; this goes only from notified." in listed
        await pilot.press("escape")
        screen.do(f"release {held.number}")
        await until(pilot, lambda: app.session.case is None and contest(screen).awards[0].assignee is None)


# Who sees what


@pytest.mark.parametrize("role", ["privacy", "auditor"])
async def test_privacy_and_the_auditor_read_what_is_fixed_and_do_nothing(seeded_platform: Platform, role: str):
    number = open_contest(seeded_platform)
    async with signed_in(seeded_platform, role) as (app, pilot):
        screen = await look_at(app, pilot, number)
        await say(app, pilot, "the seed is committed")
        does = {does for _, does in [*live_keys(screen), *all_keys(screen)]}
        assert {"entries", "published record"} <= does and not {"new", "next step", "take in hand", "reveal"} & does
        await pilot.press("a")
        assert not isinstance(app.screen, Confirm) and contest(screen).state == "open"
