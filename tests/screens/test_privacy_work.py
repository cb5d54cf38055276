"""Privacy requests from intake to their end, in the console, against a real platform: forms, letters, decisions, second persons."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from textual.pilot import Pilot
from textual.widgets import Button, Input, Select, Static, TextArea

from console.app import ConsoleApp
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.policy_versions import in_force
from console.platform_api.privacy_alike import asker_token
from console.platform_api.tables import PrivacyRequestRow, ProposalRow, TellingRow, UserRow, table
from screens.parts.one_time import OneTime
from screens.tickets import TicketsScreen
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person
from tests.platform_api.privacy_made import add_request
from tests.platform_api.worked import worker
from tests.screens.applications import answer, question, say
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.privacy import (
    fill,
    form,
    letter,
    look_at,
    number_of,
    open_screen,
    send,
    shown,
    state_of,
    take,
)

pytestmark = pytest.mark.anyio

ASKER = "asks@example.net"


async def send_letter(app: ConsoleApp, pilot: Pilot[int], *, text: str = "") -> None:
    """What its template says, or this text."""
    composer = await letter(app, pilot)
    await until(pilot, lambda: text or composer.query_one(TextArea).text)
    if text:
        composer.query_one("#subject", Input).value = "Your request"
        composer.query_one(TextArea).text = text
    composer.query_one("#act", Button).press()
    await until(pilot, lambda: app.screen is not composer)


# Intake


async def test_an_opt_out_is_taken_in_and_works_at_once(seeded_platform: Platform):
    person = add_person(seeded_platform, email="out@example.net")
    number = f"U-{row_of(seeded_platform, UserRow, person).number}"
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await open_screen(app, pilot)
        asked = await form(app, pilot, "n")
        asked.query_one("#act", Button).press()
        await until(pilot, lambda: on_screen(app).count("choose one") == 2 and "needed" in on_screen(app))
        fill(
            asked,
            kind="opt_out",
            channel="phone",
            received="yesterday",
            person=number,
            words="No more specials, please.",
        )
        await send(app, pilot, asked)
        asked = await form(app, pilot)
        await until(pilot, lambda: "a date or a time" in on_screen(app))
        assert asked.query_one("#q-words", TextArea).text.startswith("No more")
        fill(asked, received="3h")
        await send(app, pilot, asked)
        await until(
            pilot, lambda: screen.record and shown(screen).kind == "opt_out" and shown(screen).state == "effective"
        )
        assert row_of(seeded_platform, UserRow, person).opted_out
        await say(app, pilot, "→ Confirm the opt-out")


async def test_what_is_alike_is_shown_before_anything_is_stored_and_a_refusal_keeps_what_was_typed(
    seeded_platform: Platform,
):
    known = asker_token(seeded_platform.keys, ASKER)
    first = number_of(seeded_platform, add_request(seeded_platform, reply_to=ASKER, asker_token=known))
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await open_screen(app, pilot)
        asked = await form(app, pilot, "n")
        fill(asked, kind="access", channel="email", received="2d", person="U-999999", reply_to=ASKER)
        await send(app, pilot, asked)
        answer(await question(app, pilot))
        asked = await form(app, pilot)
        assert asked.query_one("#e-person").display
        fill(asked, person="")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        asked = await form(app, pilot, "n")
        assert asked.query_one("#q-reply_to", Input).value == ASKER
        await send(app, pilot, asked)
        seen = await question(app, pilot)
        await say(app, pilot, f"≈ {first}")
        answer(seen)
        await until(pilot, lambda: screen.record and shown(screen).channel == "email" and shown(screen).number != first)
        assert shown(screen).created_by


async def test_a_ticket_leads_to_its_request_with_how_and_when_it_came(seeded_platform: Platform):
    async with signed_in(seeded_platform, "support") as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.record)
        tickets = app.screen
        assert isinstance(tickets, TicketsScreen) and tickets.record
        number = tickets.record.number
        asked = await form(app, pilot, "P")
        await say(app, pilot, f"Privacy request of {number}")
        assert asked.query_one("#q-received", Input).value
        fill(asked, kind="delete", channel="email", reply_to=ASKER)
        await send(app, pilot, asked)
        await until(pilot, lambda: app.current_mode == "privacy-requests")
        screen = await open_screen(app, pilot)
        await until(pilot, lambda: screen.record and shown(screen).ticket == number)


# Proof


async def test_matching_points_and_a_declaration_prove_who_asks(seeded_platform: Platform):
    person = add_person(seeded_platform, email="maria@example.net", phone="+12035550199", postcode="06604")
    request = add_request(seeded_platform, "delete", "verifying", person=person, acknowledged=seeded_platform.clock())
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        asked = await form(app, pilot, "a")
        fill(asked, email="maria@example.net", phone="+12035550100", declaration=True)
        await send(app, pilot, asked)
        asked = await form(app, pilot)
        await say(app, pilot, "1 of 3 points match")
        fill(asked, phone="+1 203 555 0199", postcode="06604")
        await send(app, pilot, asked)
        await until(pilot, lambda: shown(screen).state == "verified")
        await say(app, pilot, "✓ verified by 3 points")


async def test_after_the_last_wrong_value_nothing_is_asked_any_more(seeded_platform: Platform):
    person = add_person(seeded_platform, email="maria@example.net", phone="+12035550199", postcode="06604")
    request = add_request(seeded_platform, "correct", "verifying", person=person, acknowledged=seeded_platform.clock())
    wrong = {
        "disputed": "city",
        "email": "m@example.net",
        "phone": "+12035550100",
        "postcode": "99999",
        "order": "O-999999",
    }
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        asked = await form(app, pilot, "a")
        fill(asked, **wrong)
        await send(app, pilot, asked)
        asked = await form(app, pilot)
        await say(app, pilot, "1 wrong value more, and it ends")
        await send(app, pilot, asked)
        await until(pilot, lambda: app.screen is screen)
        await say(app, pilot, "no more is compared")
        asked = await form(app, pilot, "a")
        fill(asked, **wrong)
        await send(app, pilot, asked)
        await until(pilot, lambda: app.screen is screen)
        await say(app, pilot, "5 values were wrong")


# Letters and decisions


async def test_a_letter_is_edited_from_its_template_and_acknowledges(seeded_platform: Platform):
    request = add_request(seeded_platform, received=seeded_platform.clock() - timedelta(days=1))
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        await pilot.press("a")
        composer = await letter(app, pilot)
        await until(pilot, lambda: "We have your request since" in composer.query_one(TextArea).text)
        await say(app, pilot, "To whoever asks, by e-mail")
        await pilot.press("f2")
        await until(pilot, lambda: shown(screen).state == "acknowledged")
        await say(app, pilot, "u takes it back")
        await pilot.press("u")
        await say(app, pilot, "taken back, nothing was sent. It is received.")


async def test_a_denial_has_reason_basis_and_letter_and_cites_the_policy(seeded_platform: Platform):
    request = add_request(
        seeded_platform, "access", "verified", person=add_person(seeded_platform, email="d@example.net")
    )
    with seeded_platform.database.reading() as connection:
        label = in_force(connection, seeded_platform.clock()).label
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        asked = await question(app, pilot, "d")
        await say(app, pilot, f"It cites version {label} of the policy.")
        answer(asked, "kept_by_law")
        await say(app, pilot, "Basis: the law or rule: say something first.")
        answer(asked, "kept_by_law", "CGS 42-518(c)")
        await send_letter(app, pilot, text="We don't do it. You can appeal.")
        await until(pilot, lambda: shown(screen).state == "denied")
        for words in ("Basis", "What it is about must be kept by law", "✓ denied"):
            await say(app, pilot, words)
        row = row_of(seeded_platform, PrivacyRequestRow, request)
        assert (row.reason, row.policy_version) == ("kept_by_law", label)
        assert app.session.case is None
        await pilot.press("a")
        await say(app, pilot, "nothing is next")


async def test_reason_and_basis_are_there_again_when_the_letter_was_left(seeded_platform: Platform):
    person = add_person(seeded_platform, email="d@example.net")
    now = seeded_platform.clock()
    request = add_request(seeded_platform, "access", "in_progress", person=person, acknowledged=now)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        answer(await question(app, pilot, "d"), "unfounded", "CTDPA § 42-518(c)(4)")
        await letter(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        asked = await question(app, pilot, "d")
        assert asked.query_one("#text", Input).value == "CTDPA § 42-518(c)(4)"
        assert asked.query_one("#reason", Select).value == "unfounded"
        answer(asked)
        await send_letter(app, pilot, text="We don't do it.")
        await until(pilot, lambda: shown(screen).state == "denied")
        assert not [place for place in app.drafts if place.startswith(shown(screen).number)]


async def test_p10_a_denial_offers_no_reason_that_tells_who_is_known_before_it_is_proven(seeded_platform: Platform):
    offered: list[set[str]] = []
    for state in ("received", "verified"):
        request = add_request(seeded_platform, "access", state, person=add_person(seeded_platform), assignee="privacy")
        async with signed_in(seeded_platform, "privacy") as (app, pilot):
            await look_at(app, pilot, number_of(seeded_platform, request))
            asked = await question(app, pilot, "d")
            assert ("It isn't proven who asks" in " ".join(on_screen(app).split())) == (state == "received")
            offered.append({str(value) for _, value in asked.query_one("#reason", Select)._options})
    assert "nothing" in offered[1] - offered[0] and "no_right" in offered[0]


async def test_extending_writes_the_notice_and_moves_the_limit(seeded_platform: Platform):
    request = add_request(
        seeded_platform, "access", "verified", person=add_person(seeded_platform, email="e@example.net")
    )
    before = row_of(seeded_platform, PrivacyRequestRow, request).due
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        answer(await question(app, pilot, "e"), "complex")
        await send_letter(app, pilot)
        await until(pilot, lambda: shown(screen).extended and shown(screen).due != before)
        await say(app, pilot, "Extended")


async def test_an_appeal_is_decided_by_another_and_names_the_attorney_general(seeded_platform: Platform):
    person = add_person(seeded_platform, email="a@example.net")
    request = add_request(seeded_platform, "access", "denied", person=person, regime="ctdpa")
    number = number_of(seeded_platform, request)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await look_at(app, pilot, number)
        screen.do("appeal")
        asked = await form(app, pilot)
        fill(asked, reason="disagrees", received="now", text="I don't agree.")
        await send(app, pilot, asked)
        await until(pilot, lambda: shown(screen).state == "appealed")
        await say(app, pilot, "→ Uphold the decision")
        await say(app, pilot, "now: decide the appeal")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number)
        answer(await question(app, pilot, "a"))
        composer = await letter(app, pilot)
        await until(pilot, lambda: "Attorney General of Connecticut" in composer.query_one(TextArea).text)
        composer.query_one(TextArea).text = "It stays as it was."
        composer.query_one("#act", Button).press()
        await say(app, pilot, "names the Attorney General")
        composer = await letter(app, pilot)
        composer.query_one(TextArea).text = "It stays. Turn to the Attorney General of Connecticut."
        composer.query_one("#act", Button).press()
        await until(pilot, lambda: shown(screen).state == "upheld")


async def test_the_rules_that_apply_are_changed_with_a_reason(seeded_platform: Platform):
    request = add_request(seeded_platform, "access", received=seeded_platform.clock() - timedelta(days=3))
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        screen.do("set-regime")
        asked = await form(app, pilot)
        fill(asked, regime="gdpr", reason="residence")
        await send(app, pilot, asked)
        await until(pilot, lambda: shown(screen).regime == "gdpr")
        await say(app, pilot, "GDPR, Europe, residence")


# Corrections


async def test_a_correction_is_shown_beside_what_is_stored_before_it_is_applied(seeded_platform: Platform):
    person = add_person(seeded_platform, email="old@example.net", city="Hartford")
    request = add_request(
        seeded_platform,
        "correct",
        "in_progress",
        person=person,
        disputed=["city"],
        acknowledged=seeded_platform.clock(),
    )
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        await say(app, pilot, "→ Propose a correction")
        asked = await form(app, pilot, "a")
        fill(asked, field="city", value="Bridgeport")
        await send(app, pilot, asked)
        await say(app, pilot, "→ Apply the corrections")
        seen = await question(app, pilot, "a")
        await say(app, pilot, "→ Bridgeport")
        answer(seen)
        await say(app, pilot, "✓ corrections applied")
        assert shown(screen).steps


async def test_a_proposal_is_withdrawn_and_whoever_had_the_old_value_is_ticked_off(seeded_platform: Platform):
    now = seeded_platform.clock()
    person = add_person(seeded_platform, email="moved@example.net", city="Hartford")
    request = add_request(seeded_platform, "correct", "in_progress", person=person, disputed=["city"], acknowledged=now)
    courier = TellingRow(id=new_id(), request=request, recipient="courier", fields=["city"], at=now)
    with seeded_platform.database.writing() as session:
        session.add(courier)
        telling = courier.id
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        asked = await form(app, pilot, "a")
        fill(asked, field="city", value="Bridgeport")
        await send(app, pilot, asked)
        await say(app, pilot, "→ Apply the corrections")
        screen.do("withdraw-proposal")
        asked = await form(app, pilot)
        proposals = table(ProposalRow)
        with seeded_platform.database.reading() as connection:
            proposal = connection.execute(select(proposals.c.id).where(proposals.c.request == request)).scalar_one()
        fill(asked, proposal=proposal)
        await send(app, pilot, asked)
        await say(app, pilot, "→ Propose a correction")
        screen.do("told")
        asked = await form(app, pilot)
        assert isinstance(asked.query_one("#q-telling"), Select)
        fill(asked, telling=telling, how="phone", told="never")
        asked.query_one("#act", Button).press()
        await until(pilot, lambda: "a date or a time" in on_screen(app))
        asked = await form(app, pilot)
        fill(asked, told="now")
        await send(app, pilot, asked)
        await until(pilot, lambda: [each.how for each in shown(screen).tellings] == ["phone"])


# A second person


async def test_an_erasure_needs_a_plan_a_second_person_and_typed_words(seeded_platform: Platform):
    person = add_person(seeded_platform, email="gone@example.net")
    request = add_request(seeded_platform, "delete", "in_progress", person=person, acknowledged=seeded_platform.clock())
    number = number_of(seeded_platform, request)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number)
        await pilot.press("a")
        await until(pilot, lambda: shown(screen).plan is not None)
        await say(app, pilot, "deletes ")
        answer(await question(app, pilot, "a"))
        await until(pilot, lambda: shown(screen).state == "review")
        await pilot.press("a")
        await until(pilot, lambda: "⊘" in on_screen(app))
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number)
        asked = await question(app, pilot, "a")
        asked.query_one("#typed", Input).value = f"erase {number}"
        asked.query_one("#act", Button).press()
        await until(pilot, lambda: state_of(seeded_platform, request) in ("erasing", "fulfilled"))


# A package


async def test_the_passphrase_of_a_package_is_shown_once(seeded_platform: Platform):
    person = add_person(seeded_platform, email="sees@example.net")
    now = seeded_platform.clock()
    request = add_request(
        seeded_platform, "access", "in_progress", person=person, acknowledged=now, reply_to="sees@example.net"
    )
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number_of(seeded_platform, request))
        answer(await question(app, pilot, "a"))
        await until(pilot, lambda: shown(screen).package is not None)
        await asyncio.to_thread(worker(seeded_platform).run_all)
        await say(app, pilot, "→ Release the package")
        answer(await question(app, pilot, "a"))
        await send_letter(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, OneTime) and app.screen.query("#secret"))
        secret = str(app.screen.query_one("#secret", Static).content)
        assert len(secret) > 10
        await pilot.press("escape")
        await say(app, pilot, "✓ package released")
        assert secret not in on_screen(app)
