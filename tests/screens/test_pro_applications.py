"""Pro applications, in the console, against a real platform."""

from datetime import timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList, Static, TextArea

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow, UserRow
from screens.parts.bulk_results import Results
from screens.parts.composer_dialog import Composer
from screens.parts.foot import live_keys
from screens.parts.help import all_keys
from screens.parts.note import NoteDialog
from screens.parts.pick import Pick
from screens.parts.stale import StaleDecision
from screens.pro_applications import ProApplicationsScreen
from screens.tickets import TicketsScreen
from screens.users import UsersScreen
from tests.platform_api.api import employee_id
from tests.platform_api.applications_made import add_application, add_document, decided
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person
from tests.screens.applications import (
    HERE,
    LONG_AGO,
    add_queue,
    answer,
    as_another,
    lapse,
    look_at,
    marked,
    number_of,
    only_ours,
    open_screen,
    question,
    rows,
    say,
    shown,
    state_of,
    take,
)
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.money import flat

pytestmark = pytest.mark.anyio

Deeds = tuple[tuple[str, dict[str, str]], ...]
HOSTILE = "[b]Paws[/b] \x1b]8;;https://evil.example\x07here\x1b]8;;\x07 \u202egnp.exe https://evil.example/x"


# The queue


async def test_a_manager_starts_with_what_waits_and_has_least_time_left(seeded_platform: Platform):
    first, second = add_queue(seeded_platform, 2)
    add_application(seeded_platform, state="info_requested", received=seeded_platform.clock() - LONG_AGO)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ProApplicationsScreen) and app.screen.record)
        screen = await open_screen(app, pilot)
        assert "state:submitted,in_review,reopened" in on_screen(app).splitlines()[2]
        assert [each.number for each in rows(screen)[:2]] == [number_of(seeded_platform, a) for a in (first, second)]
        assert {each.state for each in rows(screen)} <= {"submitted", "in_review", "reopened"}
        assert "! overdue" in on_screen(app)


async def test_the_limit_is_said_in_words(seeded_platform: Platform):
    now = seeded_platform.clock()
    late = add_application(seeded_platform, due=now - timedelta(hours=3, minutes=5))
    soon = add_application(seeded_platform, due=now + timedelta(days=2, minutes=5))
    still = add_application(seeded_platform, state="info_requested", stopped=now - timedelta(days=2, minutes=5))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        for application, words in (
            (late, "! overdue 3 h"),
            (soon, "2 days left"),
            (still, "stands still, asked 2 d ago"),
        ):
            await look_at(app, pilot, number_of(seeded_platform, application))
            await say(app, pilot, words)


async def test_the_list_has_room_for_every_mark_and_says_who_looks_at_one(seeded_platform: Platform):
    here, long_ago = {"postcode": HERE}, seeded_platform.clock() - timedelta(days=20, minutes=5)
    number = number_of(
        seeded_platform, add_application(seeded_platform, complete=False, profile=here, recommendation="decline")
    )
    unlike = add_person(
        seeded_platform, name="Otto Unlike", email="otto@example.net", phone="+12035550177", street="9 Elm Road"
    )
    elsewhere = {**here, "business_name": "Otto's Kennels"}
    add_application(seeded_platform, unlike, "info_requested", stopped=long_ago, profile=elsewhere)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await take(app, pilot, number)
        await pilot.press("escape", "slash")
        screen.bar.typing.value = f"postcode:{HERE}"
        await pilot.press("enter")
        for words in ("with you", "! lacks 2 decline?", "asked 20 d ago"):
            await until(pilot, lambda words=words: words in on_screen(app))  # type: ignore[misc]


async def test_filters_narrow_the_queue(seeded_platform: Platform):
    lacking = add_application(seeded_platform, services=("boarding",), complete=False, profile={"postcode": HERE})
    other = add_application(seeded_platform, services=("walking",), profile={"postcode": HERE})
    wanted = {
        f"postcode:{HERE} service:boarding missing:insurance": {lacking},
        f"postcode:{HERE} assignee:none": {lacking, other},
        f"postcode:{HERE} recommended:none service:walking": {other},
    }
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_screen(app, pilot)
        for typed, found in wanted.items():
            await pilot.press("slash")
            screen.bar.typing.value = typed
            await pilot.press("enter")
            expected = {number_of(seeded_platform, each) for each in found}
            await until(pilot, lambda expected=expected: {each.number for each in rows(screen)} == expected)  # type: ignore[misc]
        await pilot.press("slash")
        screen.bar.typing.value = "missing:nothing"
        await pilot.press("enter")
        await say(app, pilot, "missing: is one of insurance")


async def test_s_chooses_another_order(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_screen(app, pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        app.screen.dismiss("number")
        await say(app, pilot, "oldest first")
        await until(
            pilot, lambda: [e.number for e in rows(screen)] == sorted((e.number for e in rows(screen)), key=_digits)
        )


def _digits(number: str) -> int:
    return int(number.rpartition("-")[2])


async def test_who_has_no_part_in_it_has_no_such_tab(seeded_platform: Platform):
    for role in ("billing", "auditor"):
        async with signed_in(seeded_platform, role) as (app, _):
            assert "pro-applications" not in app.tab_names


async def test_the_privacy_officer_reads_in_masks_and_does_nothing(seeded_platform: Platform):
    application = add_application(seeded_platform, profile={"business_name": "Locket Paws"})
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await look_at(app, pilot, number_of(seeded_platform, application))
        assert "Locket Paws" not in on_screen(app)
        does = {does for _, does in [*live_keys(screen), *all_keys(screen)]}
        assert not {"take in hand", "approve", "decline", "recommend", "ask", "next-item mode"} & does


# What the detail shows


async def test_what_speaks_against_it_is_shown_first(seeded_platform: Platform):
    now = seeded_platform.clock()
    person = add_person(seeded_platform, email="once@example.net")
    decided(seeded_platform, person=person)
    application = add_application(seeded_platform, person, services=("boarding",), complete=False)
    add_document(seeded_platform, application, "insurance", expires=now + timedelta(days=12, hours=1))
    add_document(seeded_platform, application, "licence", expires=now - timedelta(days=3, hours=1))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number_of(seeded_platform, application))
        await say(app, pilot, "✗ missing: background check, licence")
        await say(app, pilot, "! insurance")
        await say(app, pilot, "3 d ago")
        await say(app, pilot, "12 d left")


async def test_what_people_typed_is_neither_markup_nor_link_nor_control(seeded_platform: Platform):
    profile = dict.fromkeys(("business_name", "area", "experience", "rates", "answers"), HOSTILE)
    application = add_application(seeded_platform, received=seeded_platform.clock() - LONG_AGO, profile=profile)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number_of(seeded_platform, application))
        await say(app, pilot, "Answers")
        drawn = on_screen(app)
        assert "[b]Paws[/b]" in drawn
        assert "\x1b" not in drawn and "\u202e" not in drawn
        styles = [s.style for line in app.screen._compositor.render_strips(app.size) for s in line if s.style]
        assert not [style.link for style in styles if style.link]
        await pilot.press("a")
        await say(app, pilot, "Needs your claim")


# In hand


async def test_taking_one_opens_its_case_and_u_takes_it_back(seeded_platform: Platform):
    application = add_application(seeded_platform, profile={"business_name": "Happy Tails"})
    number = number_of(seeded_platform, application)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await take(app, pilot, number)
        assert app.session.case is not None
        assert app.session.case.number == shown(screen).case
        assert f"{number} Happy Tails" in on_screen(app).splitlines()[0]
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is None)
        await pilot.press("u")
        await until(pilot, lambda: not shown(screen).yours and "claim undone" in flat(app))


async def test_one_that_somebody_else_has_is_not_taken(seeded_platform: Platform):
    application = add_application(seeded_platform, state="in_review", assignee="manager2")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await look_at(app, pilot, number_of(seeded_platform, application))
        await say(app, pilot, "works on it")
        await pilot.press("t")
        await say(app, pilot, "Somebody else is working on it.")
        assert app.session.case is None


async def test_v_shows_who_applied_for_the_case_in_hand(seeded_platform: Platform):
    person = add_person(seeded_platform, email="pia@example.net", name="Pia Locket")
    application = add_application(seeded_platform, person)
    async with signed_in(seeded_platform, "manager", size=(120, 60)) as (app, pilot):
        await look_at(app, pilot, number_of(seeded_platform, application))
        await pilot.press("v")
        await say(app, pilot, "There is no case in hand.")
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is not None)
        await pilot.press("v")
        await say(app, pilot, "Pia Locket")
        await say(app, pilot, "pia@example.net")
        await pilot.press("t")
        await until(pilot, lambda: "Pia Locket" not in flat(app))


async def test_a_claim_that_lapsed_decides_nothing(seeded_platform: Platform):
    application = add_application(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, application))
        asked = await question(app, pilot, "d")
        lapse(seeded_platform, application)
        answer(asked, "documents")
        await say(app, pilot, "Needs your claim")
        await until(pilot, lambda: app.session.case is None)
    assert state_of(seeded_platform, application) == "in_review"


# Deciding


async def test_approval_names_its_effect_and_makes_somebody_a_pro(seeded_platform: Platform):
    application = add_application(seeded_platform)
    person = row_of(seeded_platform, ProApplicationRow, application).person
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, application))
        asked = await question(app, pilot, "a")
        assert app.focused is not None
        assert app.focused.id == "cancel"
        assert "becomes a pro and can take orders" in flat(app)
        assert not row_of(seeded_platform, UserRow, person).pro
        answer(asked, text="All in order")
        await say(app, pilot, "is approved.")
        await until(pilot, lambda: app.session.case is None)
    assert row_of(seeded_platform, UserRow, person).pro
    assert state_of(seeded_platform, application) == "approved"


async def test_what_is_missing_hinders_approval_and_says_so(seeded_platform: Platform):
    application = add_application(seeded_platform, complete=False)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, application))
        await pilot.press("a")
        await say(app, pilot, "It lacks: insurance, background check.")
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Pick) and "It lacks: insurance" in on_screen(app))


async def test_a_decline_needs_a_reason(seeded_platform: Platform):
    application = add_application(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, application))
        asked = await question(app, pilot, "d")
        answer(asked)
        await say(app, pilot, "Choose a reason first.")
        answer(asked, "area", "Nobody walks there")
        await say(app, pilot, "is declined.")
        await until(pilot, lambda: app.screen is screen)
    row = row_of(seeded_platform, ProApplicationRow, application)
    assert (row.state, row.reason) == ("declined", "area")


async def test_a_decision_can_take_a_message_along(seeded_platform: Platform):
    application = add_application(seeded_platform)
    async with signed_in(seeded_platform, "manager", size=(120, 70)) as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, application))
        asked = await question(app, pilot, "d")
        asked.query_one("#tick").value = True  # type: ignore[attr-defined]
        answer(asked, "area")
        await write(
            app,
            pilot,
            "About your application",
            "We don't offer this there yet.",
            begins="We do not offer this service in your area.",
        )
        await say(app, pilot, "is declined. The message goes out in a moment.")
        await until(pilot, lambda: shown(screen).messages and "goes out in" in flat(app))
        await pilot.press("u")
        await say(app, pilot, "taken back, nothing was sent. It stays declined.")
    assert state_of(seeded_platform, application) == "declined"


async def write(app: ConsoleApp, pilot: Pilot[int], subject: str, text: str, begins: str) -> None:
    """In place of the template that it begins with, which says `begins`."""
    await until(
        pilot, lambda: isinstance(app.screen, Composer) and app.screen.query("#subject") and app.screen.query("#text")
    )
    await until(pilot, lambda: begins in app.screen.query_one(TextArea).text)
    app.screen.query_one("#subject", Input).value = subject
    app.screen.query_one(TextArea).text = text
    await pilot.press("ctrl+s")


async def test_asking_stops_the_clock_and_the_answer_sets_it_going(seeded_platform: Platform):
    application = add_application(seeded_platform)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, application))
        await pilot.press("i")
        await write(app, pilot, "Your insurance", "Please send the policy.", begins="please tell us")
        await say(app, pilot, "The clock stands still until the answer comes.")
        await until(pilot, lambda: state_of(seeded_platform, application) == "info_requested")
        await say(app, pilot, "stands still, asked just now")
        screen.do("answered")
        answer(await question(app, pilot), "by_mail")
        await until(pilot, lambda: state_of(seeded_platform, application) == "submitted")


async def test_a_question_about_what_is_missing_begins_with_its_names(seeded_platform: Platform):
    application = add_application(seeded_platform, complete=False)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, application))
        await pilot.press("i")
        await write(app, pilot, "", "Please send both.", begins="proof of your insurance")
        await say(app, pilot, "A message needs a subject and a text.")


async def test_support_recommends_and_a_manager_finds_it_free(seeded_platform: Platform):
    application = add_application(seeded_platform)
    number = number_of(seeded_platform, application)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await take(app, pilot, number)
        does = {does for _, does in [*live_keys(screen), *all_keys(screen)]}
        assert "recommend" in does
        assert not {"approve", "decline"} & does
        answer(await question(app, pilot, "r"))
        await say(app, pilot, "Choose a recommendation first.")
        answer(await question(app, pilot), "approve", "Well known in Bridgeport")
        await say(app, pilot, "It is put back for a manager.")
        await until(pilot, lambda: not shown(screen).assignee)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await take(app, pilot, number)
        await say(app, pilot, "Well known in Bridgeport")
        await question(app, pilot, "a")
        assert "recommends to approve it." in flat(app)


async def test_who_declined_it_does_not_reopen_it_and_another_one_does(seeded_platform: Platform):
    own = decided(seeded_platform, by="manager")
    theirs = decided(seeded_platform, by="manager2")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number_of(seeded_platform, own))
        screen.do("reopen")
        await say(app, pilot, "You decided it before: somebody else does now.")
        await look_at(app, pilot, number_of(seeded_platform, theirs))
        screen.do("reopen")
        asked = await question(app, pilot)
        assert "Another manager decides" in flat(app)
        answer(asked, "new_facts")
        await until(pilot, lambda: state_of(seeded_platform, theirs) == "reopened")
    assert state_of(seeded_platform, own) == "declined"


async def test_a_withdrawal_and_a_note(seeded_platform: Platform):
    application = add_application(seeded_platform)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, application))
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        app.screen.query_one(TextArea).text = "Called: [b]wants\x1b[31m out"
        await pilot.press("ctrl+s")
        await say(app, pilot, "note written")
        await say(app, pilot, "Called: [b]wants␛[31m out")
        screen.do("withdraw")
        answer(await question(app, pilot), "applicant_asked")
        await until(pilot, lambda: state_of(seeded_platform, application) == "withdrawn")
        await until(pilot, lambda: app.session.case is None)


async def test_the_timeline_says_what_was_done(seeded_platform: Platform):
    application = add_application(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, application))
        await pilot.press("ctrl+r")
        timeline = screen.detail.query_one("#detail-timeline", Static)
        await until(pilot, lambda: "you took it into review" in str(timeline.content))


# Others were faster


async def test_a_decision_that_came_too_late_shows_theirs_and_overwrites_nothing(seeded_platform: Platform):
    application = add_application(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, application))
        app.workers.cancel_group(app, "feed")
        asked = await question(app, pilot, "a")
        lapse(seeded_platform, application)
        deeds: Deeds = (("claim", {}), ("decline", {"reason": "conduct"}))
        await as_another(app, seeded_platform, "manager2", application, *deeds)
        answer(asked)
        await until(pilot, lambda: isinstance(app.screen, StaleDecision) and app.screen.query("#cancel"))
        await say(app, pilot, "changed while you were deciding")
        assert "declined" in flat(app)
        assert "Threats, harassment or harm before" in flat(app)
        assert not app.screen.query("#act")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        await say(app, pilot, "nothing was overwritten")
    assert state_of(seeded_platform, application) == "declined"


async def test_one_that_only_changed_is_decided_when_told_so_once_more(seeded_platform: Platform):
    application = add_application(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, application))
        app.workers.cancel_group(app, "feed")
        asked = await question(app, pilot, "d")
        await as_another(app, seeded_platform, "manager", application, ("note", {"body": "hold on"}))
        answer(asked, "untrue")
        await until(pilot, lambda: isinstance(app.screen, StaleDecision) and app.screen.query("#act"))
        assert state_of(seeded_platform, application) == "in_review"
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: state_of(seeded_platform, application) == "declined")


# Next-item mode


async def test_one_after_the_other_is_taken_until_nothing_waits(seeded_platform: Platform):
    first, second, third = add_queue(seeded_platform, 3)
    numbers = [number_of(seeded_platform, each) for each in (first, second, third)]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: app.session.case is not None and shown(screen).yours)
        assert shown(screen).number == numbers[0]
        assert "next-item mode" in on_screen(app).splitlines()[2]
        answer(await question(app, pilot, "a"))
        await until(pilot, lambda: screen.record and shown(screen).number == numbers[1] and shown(screen).yours)
        await say(app, pilot, f"{numbers[0]} is approved.")
        await as_another(app, seeded_platform, "manager2", third, ("claim", {}))
        answer(await question(app, pilot, "d"), "experience")
        await say(app, pilot, "Nothing waits here any more: next-item mode is over.")
        assert "next-item mode" not in on_screen(app).splitlines()[2]
        assert app.session.case is None
    states = [state_of(seeded_platform, each) for each in (first, second, third)]
    assert states == ["approved", "declined", "in_review"]


async def test_what_one_left_behind_comes_before_what_nobody_has(seeded_platform: Platform):
    first, second = add_queue(seeded_platform, 2)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, second))
        await pilot.press("t")
        await until(pilot, lambda: app.session.case is None)
        screen = await only_ours(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: app.session.case is not None and shown(screen).id == second and shown(screen).yours)
        await pilot.press("full_stop")
        await until(pilot, lambda: shown(screen).id == first and shown(screen).yours)


async def test_one_that_was_taken_a_moment_before_is_passed_over(
    seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    first, second = add_queue(seeded_platform, 2)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        claim = screen.claim

        async def late(application: object) -> object:
            if state_of(seeded_platform, first) == "submitted":
                await as_another(app, seeded_platform, "manager2", first, ("claim", {}))
            return await claim(application)  # type: ignore[arg-type]

        monkeypatch.setattr(screen, "claim", late)
        await pilot.press("n")
        await until(pilot, lambda: screen.record and shown(screen).number == number_of(seeded_platform, second))
        await say(app, pilot, f"{number_of(seeded_platform, first)} is passed over: Somebody else")


async def test_what_one_can_not_decide_is_passed_over_and_put_back(seeded_platform: Platform):
    me = employee_id(seeded_platform, "manager")
    own, other = add_queue(seeded_platform, 2)
    with seeded_platform.database.writing() as session:
        applications = ProApplicationRow.__table__  # type: ignore[attr-defined]
        mine = applications.update().where(applications.c.id == own).values(recommended_by=me)
        session.connection().execute(mine)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: screen.record and shown(screen).number == number_of(seeded_platform, other))
        await say(app, pilot, "is passed over: You recommended it yourself")
        screen.look(number_of(seeded_platform, own))
        await until(pilot, lambda: screen.record and shown(screen).id == own)
        assert shown(screen).assignee is None


async def test_a_conflict_in_the_mode_goes_on_with_the_next(seeded_platform: Platform):
    first, second = add_queue(seeded_platform, 2)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: app.session.case is not None and shown(screen).id == first)
        asked = await question(app, pilot, "a")
        lapse(seeded_platform, first)
        deeds: Deeds = (("claim", {}), ("decline", {"reason": "documents"}))
        await as_another(app, seeded_platform, "manager2", first, *deeds)
        answer(asked)
        await until(pilot, lambda: isinstance(app.screen, StaleDecision) and app.screen.query("#cancel"))
        await pilot.press("enter")
        await until(pilot, lambda: screen.record and shown(screen).id == second and shown(screen).yours)
        await say(app, pilot, "was decided by somebody else; nothing was overwritten.")


async def test_u_takes_back_the_message_and_not_the_next_one(seeded_platform: Platform):
    first, second = add_queue(seeded_platform, 2)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: app.session.case is not None and shown(screen).id == first)
        await pilot.press("i")
        await write(app, pilot, "Your flat", "Is it yours?", begins="please tell us")
        await until(pilot, lambda: screen.record and shown(screen).id == second and shown(screen).yours)
        await pilot.press("u")
        await say(app, pilot, "taken back, nothing was sent. The clock still stands")
        assert shown(screen).id == second and shown(screen).yours


async def test_the_full_stop_puts_it_back_and_goes_on(seeded_platform: Platform):
    first, second = add_queue(seeded_platform, 2)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: app.session.case is not None and shown(screen).id == first)
        await pilot.press("full_stop")
        await until(pilot, lambda: screen.record and shown(screen).id == second and shown(screen).yours)
        await say(app, pilot, f"{number_of(seeded_platform, first)} is put back.")
        await pilot.press("n")
        await say(app, pilot, "Next-item mode is over.")
        assert shown(screen).yours


# Many at once


async def start_bulk(app: ConsoleApp, pilot: Pilot[int], name: str) -> None:
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, Pick) and app.screen.query(OptionList))
    app.screen.dismiss(name)


async def test_a_dry_run_says_which_can_not_be_decided_and_what_is_claimed(seeded_platform: Platform):
    free, held = add_queue(seeded_platform, 2)
    lacking = add_queue(seeded_platform, 1, complete=False)[0]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        await as_another(app, seeded_platform, "manager2", held, ("claim", {}))
        await marked(screen, pilot, 3)
        await start_bulk(app, pilot, "approve")
        asked = await question(app, pilot)
        said = flat(app)
        assert "Approve 1 application" in said
        assert "1 of them: claimed on the way, being nobody's yet." in said
        assert "Not allowed for 2, which stay as they are" in said
        assert f"{number_of(seeded_platform, lacking)} It lacks: insurance" in said
        assert f"{number_of(seeded_platform, held)} Somebody else" in said
        assert state_of(seeded_platform, free) == "submitted"
        answer(asked)
        await until(pilot, lambda: isinstance(app.screen, Results) and app.screen.query("#cancel"))
        assert f"{number_of(seeded_platform, free)} approved" in flat(app)
        assert "left as it is: It lacks" in flat(app)
    states = [state_of(seeded_platform, each) for each in (free, held, lacking)]
    assert states == ["approved", "in_review", "submitted"]


async def test_what_failed_is_put_back_stays_marked_and_is_tried_again_alone(
    seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    found = add_queue(seeded_platform, 3)
    numbers = [number_of(seeded_platform, each) for each in found]
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        await marked(screen, pilot, 3)
        await start_bulk(app, pilot, "decline")
        asked = await question(app, pilot)
        await as_another(app, seeded_platform, "manager2", found[1], ("claim", {}))
        answer(asked, "duplicate")
        await until(pilot, lambda: isinstance(app.screen, Results) and app.screen.query("#act"))
        assert "2 done, 1 failed" in flat(app)
        assert f"✗ {numbers[1]}" in flat(app)
        assert [state_of(seeded_platform, each) for each in found] == ["declined", "in_review", "declined"]
        assert screen.table.marked == {found[1]}
        lapse(seeded_platform, found[1])
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: isinstance(app.screen, Results) and "1 done" in flat(app))
        await say(app, pilot, f"✓ {numbers[1]}")
    assert row_of(seeded_platform, ProApplicationRow, found[1]).reason == "duplicate"


async def test_s_stops_after_the_one_that_is_at_work(seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch):
    found = add_queue(seeded_platform, 3)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await only_ours(app, pilot)
        do_one = screen.do_one

        async def then_stop(*given: object) -> object:
            screen.action_stop()
            return await do_one(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(screen, "do_one", then_stop)
        await marked(screen, pilot, 3)
        await start_bulk(app, pilot, "decline")
        answer(await question(app, pilot), "area")
        await until(pilot, lambda: isinstance(app.screen, Results) and app.screen.query("#cancel"))
        assert "1 done, 2 not tried" in flat(app)
        await pilot.press("escape")
        assert screen.table.marked == set(found[1:])
    assert [state_of(seeded_platform, each) for each in found] == ["declined", "submitted", "submitted"]


# Other places


async def test_o_leads_to_the_person_and_the_case_and_numbers_lead_back(seeded_platform: Platform):
    application = add_application(seeded_platform, state="in_review", assignee="manager")
    document = add_document(seeded_platform, application, "other")
    number = number_of(seeded_platform, application)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number)
        person, case = shown(screen).person, shown(screen).case
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Pick) and "who applied" in on_screen(app))
        app.screen.dismiss(person)
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and app.screen.record)
        await pilot.press("colon", *str(case), "enter")
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.record)
        await pilot.press("colon", *document_number(screen, document), "enter")
        await until(pilot, lambda: isinstance(app.screen, ProApplicationsScreen) and number in on_screen(app))


def document_number(screen: ProApplicationsScreen, document: str) -> str:
    return next(each.number for each in shown(screen).documents if each.id == document)
