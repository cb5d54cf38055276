"""The form for what the asker gave, and a plan that has changed before a second person types a word for it, against a real platform."""

from __future__ import annotations

import pytest
from textual.widgets import Button, Input, TextArea

from console.platform_api.mail_senders.seam import Refused
from console.platform_api.platform import Platform
from console.platform_api.tables import PrivacyRequestRow
from screens.parts.privacy_history import in_words
from screens.parts.timeline import Entry
from tests.platform_api.api import Api, serving
from tests.platform_api.orders_made import add_order, row_of
from tests.platform_api.people import START, add_person, log_of, post
from tests.platform_api.privacy_made import REPLY_TO, add_request
from tests.platform_api.test_privacy_proof import look
from tests.platform_api.test_privacy_unsent import goes
from tests.screens.applications import answer, question, say
from tests.screens.consoles import on_screen, signed_in, until
from tests.screens.money import flat
from tests.screens.privacy import fill, form, look_at, number_of, send, shown, state_of, take
from tests.screens.test_privacy_lists import choose
from tests.screens.test_privacy_unsent import denied

pytestmark = pytest.mark.anyio

NEW = "maria.new@example.org"


async def test_a_typo_is_put_right_and_the_proof_is_said_to_be_taken_back(seeded_platform: Platform) -> None:
    request = add_request(seeded_platform, "delete", "in_progress", person=add_person(seeded_platform))
    number = number_of(seeded_platform, request)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await take(app, pilot, number)
        asked = await form(app, pilot, "C")
        assert asked.query_one("#q-reply_to", Input).value == REPLY_TO and not asked.query("#q-authority")
        await say(app, pilot, "takes the proof back")
        fill(asked, reason="typo")
        await send(app, pilot, asked)
        asked = await form(app, pilot)
        await say(app, pilot, "nothing is changed yet")
        fill(asked, asker="")
        await send(app, pilot, asked)
        asked = await form(app, pilot)
        await say(app, pilot, "is changed, not taken out")
        fill(asked, asker="Maria Gómez", reply_to=NEW)
        await send(app, pilot, asked)
        await say(app, pilot, f"{number}: changed. The proof is taken back: check anew who asks.")
        await until(pilot, lambda: shown(screen).state == "received")
        assert shown(screen).reply_to is not None and NEW in flat(app)
    [entry] = log_of(seeded_platform, "privacy-requests:amend")
    assert entry.fields == '["reply_to","state"]', "only what was changed is sent"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("asker", "reply_to"), "changed the name and the address"),
        (("authority", "state"), "changed the authority, which took the proof back"),
    ],
)
async def test_the_timeline_says_what_was_changed_and_no_value(fields: tuple[str, ...], said: str) -> None:
    moved = {"state": {"before": "verified", "after": "received"}}
    change = [{"field": name, **moved.get(name, {})} for name in fields]
    entry = in_words(Entry.model_validate({"at": START, "by": "privacy", "fields": fields, "change": change}))
    assert (entry.said, entry.change) == (said, ())


async def test_what_can_not_be_drawn_as_it_was_typed_is_left_alone(seeded_platform: Platform) -> None:
    request = add_request(seeded_platform, agent=True, asker="Eve \x1b[31m\u202egil", authority="One\nTwo")
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        await take(app, pilot, number_of(seeded_platform, request))
        asked = await form(app, pilot, "C")
        asker = asked.query_one("#q-asker", Input)
        assert asker.value == "" and "can't be shown" in asker.placeholder
        assert asked.query_one("#q-authority", TextArea).text == "One\nTwo"
        fill(asked, authority="", reason="authority_gone")
        await send(app, pilot, asked)
        await say(app, pilot, ": changed.")
    [entry] = log_of(seeded_platform, "privacy-requests:amend")
    assert entry.fields == '["authority"]'


async def test_it_is_not_done_without_the_claim_nor_where_it_is_too_late(seeded_platform: Platform) -> None:
    unclaimed = number_of(seeded_platform, add_request(seeded_platform))
    over = number_of(seeded_platform, add_request(seeded_platform, state="denied"))
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        for number, because in ((unclaimed, "Needs your claim"), (over, "every letter has gone")):
            await look_at(app, pilot, number)
            assert "C change" not in on_screen(app)
            await pilot.press("C")
            await say(app, pilot, because)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        screen = await look_at(app, pilot, unclaimed)
        assert not screen.check_action("do", ("amend",))


async def test_a_letter_that_failed_gets_its_address_after_the_end_and_goes_there(seeded_platform: Platform) -> None:
    number, message = denied(seeded_platform, "ada@no_host.example.org")
    goes(seeded_platform, message, Refused)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await look_at(app, pilot, number)
        asked = await form(app, pilot, "C")
        address = asked.query_one("#q-reply_to", Input)
        assert address.value == "" and "@" in address.placeholder and "ada@" not in on_screen(app)
        await say(app, pilot, "goes there when it is sent again")
        await pilot.resize_terminal(80, 24)
        fill(asked, reply_to=NEW, reason="new_address")
        await send(app, pilot, asked)
        await say(app, pilot, f"{number}: changed.")
        await pilot.press("a")
        await choose(app, pilot, "again")
        await say(app, pilot, "it goes out again")
        assert NEW not in on_screen(app) and shown(screen).state == "denied"


async def test_somebody_else_s_change_is_not_written_over(seeded_platform: Platform) -> None:
    """Masks of two addresses may be alike, so the version alone decides."""
    number, message = denied(seeded_platform, "ada@no_host.example.org")
    goes(seeded_platform, message, Refused)
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await look_at(app, pilot, number)
        asked = await form(app, pilot, "C")
        request = shown(screen).id
        with serving(seeded_platform) as url, Api(url, seeded_platform) as api:
            other = api.sign_in("privacy2")
            body = {"reply_to": "ade@no_host.example.org", "reason": "typo"}
            version = look(other, request)["version"]
            assert post(other, f"/v1/privacy-requests/{request}/amend", body, version=version).status_code == 200
        fill(asked, reply_to=NEW, reason="new_address")
        await send(app, pilot, asked)
        await say(app, pilot, "changed")
        row = row_of(seeded_platform, PrivacyRequestRow, request)
        assert len(log_of(seeded_platform, "privacy-requests:amend")) >= 1 and row.version == version + 1


async def test_a_plan_that_has_changed_is_said_to_be_before_a_word_is_typed(seeded_platform: Platform) -> None:
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
    add_order(seeded_platform, person, state="confirmed")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await look_at(app, pilot, number)
        asked = await question(app, pilot, "a")
        await say(app, pilot, "It has changed since it was submitted")
        await say(app, pilot, "! stops on 1 order not over yet, wasn't in it")
        assert not asked.query("#typed")
        asked.query_one("#act", Button).press()
        await until(pilot, lambda: app.screen is not asked)
        answer(await question(app, pilot), reason="incomplete")
        await until(pilot, lambda: state_of(seeded_platform, request) == "in_progress")
