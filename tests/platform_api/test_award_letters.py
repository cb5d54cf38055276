"""A letter to a winner that is taken back takes back what hangs on it, and stays once something was built on it: nobody counts as told whom
nobody wrote to (P33)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.platform_api.mail_senders.seam import Refused, Unsure
from console.platform_api.platform import Platform
from console.platform_api.tables import TicketRow
from tests.platform_api.api import Api
from tests.platform_api.contests_made import Contests, key, known_as
from tests.platform_api.mailed import files, poster, state_of
from tests.platform_api.orders_made import row_of as row_at
from tests.platform_api.people import add_person, log_of, post
from tests.platform_api.test_awards import LETTER, claimed, row_of
from tests.platform_api.test_privacy_undo import MOVING
from tests.platform_api.test_privacy_unsent import goes
from tests.platform_api.worked import Clock, ledger


@pytest.fixture
def made(api: Api) -> Contests:
    return Contests(api)


@pytest.fixture
def prize(made: Contests) -> str:
    """The first prize of a contest, in the manager's hands."""
    return claimed(made, made.awards(made.drawn())[0]["number"])


def undo(made: Contests, award: str, message: str, by: httpx.Client | None = None) -> httpx.Response:
    client = by or made.manager
    return client.post(f"/v1/awards/{award}/undo-letter", json={"message": message}, headers=key())


def write(made: Contests, award: str) -> str:
    return str(made.done(award, "notify", LETTER)["message"])


def stands(platform: Platform, award: str) -> dict[str, Any]:
    """The award's row and that of its case."""
    row = row_of(platform, award)
    case = row_at(platform, TicketRow, row.ticket)
    found = {**{f"case {name}": value for name, value in case._asdict().items() if name not in MOVING}, **row._asdict()}
    return {name: value for name, value in found.items() if name not in MOVING}


def test_the_prize_is_back_to_what_it_was_with_its_case_and_its_clocks(
    made: Contests, platform: Platform, prize: str
) -> None:
    before, clock = stands(platform, prize), Clock(platform)
    message = write(made, prize)
    assert (made.read(prize)["state"], stands(platform, prize) == before) == ("notified", False)
    clock.forward(seconds=8)
    undone = undo(made, prize, message)
    assert undone.status_code == 200, undone.text
    shown = undone.json()
    assert (shown["state"], shown["notified"], shown["yours"]) == ("drawn", None, True)
    assert stands(platform, prize) == before
    assert [(it["kind"], it["mail"]) for it in made.read(prize)["messages"]] == [("out", "undone")]
    clock.forward(seconds=3)
    poster(platform).run_all()
    assert files(platform) == [] and state_of(platform, message) == ("undone", None)
    [row] = log_of(platform, "awards:undo-letter")
    assert (row.outcome, row.record) == ("done", row_of(platform, prize).id)
    for action, body in (("ship", {"fields": ["street"]}), ("award", None), ("forfeit", {"reason": "no_answer"})):
        assert made.do(prize, action, body).status_code == 409, action  # nobody told the winner
    write(made, prize)
    assert made.read(prize)["state"] == "notified"


def test_a_reminder_that_is_taken_back_leaves_the_winner_told(made: Contests, platform: Platform, prize: str) -> None:
    first, before, clock = write(made, prize), stands(platform, prize), Clock(platform)
    clock.forward(seconds=2)
    reminder = write(made, prize)
    refused = undo(made, prize, first)
    assert (refused.status_code, "later letter" in refused.text) == (409, True)
    assert undo(made, prize, reminder).status_code == 200
    assert stands(platform, prize) == before
    assert undo(made, prize, first).status_code == 200
    assert made.read(prize)["state"] == "drawn"


@pytest.mark.parametrize(
    ("action", "body"),
    [("ship", {"fields": ["name", "street"]}), ("award", None), ("rule-out", None)],
)
def test_what_was_done_on_the_strength_of_a_letter_keeps_it(
    made: Contests, platform: Platform, prize: str, action: str, body: Any
) -> None:
    message = write(made, prize)
    made.rule_out(prize) if action == "rule-out" else made.done(prize, action, body)
    before = stands(platform, prize)
    assert undo(made, prize, message).status_code == 409
    assert stands(platform, prize) == before and state_of(platform, message) == ("waiting", None)
    assert len(ledger(platform)) == (action == "ship")
    Clock(platform).forward(seconds=11)
    poster(platform).run_all()
    assert state_of(platform, message) == ("sent", None)


def test_a_winner_who_left_meanwhile_is_no_winner_again(made: Contests, platform: Platform) -> None:
    known_as(platform, add_person(platform), "ada")
    number = made.opened(places=1, reserves=0)
    made.enter(number, "mine", person="ada")
    made.close(number)
    made.draw(number)
    prize = claimed(made, made.awards(number)[0]["number"])
    message = write(made, prize)
    assert made.send({"external_id": "mine", "state": "withdrawn"}).status_code == 200
    assert undo(made, prize, message).status_code == 409
    assert made.read(prize)["state"] == "forfeited"


def test_only_who_wrote_it_takes_it_back_and_only_in_time(api: Api, made: Contests, platform: Platform) -> None:
    number = made.drawn()
    prize, other = (claimed(made, one["number"]) for one in made.awards(number))
    message = write(made, prize)
    assert [undo(made, prize, message, api.sign_in(who)).status_code for who in ("manager2", "privacy", "support")] == [
        403, 403, 403,
    ]  # fmt: skip
    for wrong in (message[:-1], "x", row_of(platform, prize).ticket):
        assert undo(made, prize, wrong).status_code == 404
    write(made, other)
    assert undo(made, other, message).status_code == 404
    case = made.read(prize)["case"]
    by_ticket = made.manager.post(f"/v1/tickets/{case}/undo-reply", json={"message": message}, headers=key())
    assert (by_ticket.status_code, "from the award" in by_ticket.text) == (409, True)
    Clock(platform).forward(seconds=11)
    poster(platform).run_all()
    late = undo(made, prize, message)
    assert (late.status_code, "has gone out" in late.text) == (409, True)
    assert made.read(prize)["state"] == "notified"


def test_the_last_letter_of_the_last_prize_goes_before_everybody_s_contact_does(
    made: Contests, platform: Platform
) -> None:
    number = made.drawn(places=1, reserves=0)
    prize, clock = claimed(made, made.awards(number)[0]["number"]), Clock(platform)
    goes(platform, write(made, prize))
    message = write(made, prize)
    made.done(prize, "award")
    made.work()
    clock.forward(seconds=11)
    made.work()
    assert state_of(platform, message) == ("sent", None)
    clock.forward(minutes=1)
    made.work()
    assert Contests(made.api).read(number)["state"] == "purged"


# Letters that did not go


@pytest.mark.parametrize("error", [Refused, Unsure])
def test_a_winner_whom_no_letter_reached_is_not_told_until_one_went(
    made: Contests, platform: Platform, prize: str, error: type[Exception]
) -> None:
    before = made.read(prize)
    message = write(made, prize)
    goes(platform, message, error)
    lost = made.read(prize)
    assert (lost["state"], lost["notified"], lost["due"]) == ("drawn", None, before["due"])
    [row] = log_of(platform, "awards:letter-lost")
    assert row.record == row_of(platform, prize).id
    for action, body in (("award", None), ("ship", {"fields": ["street"]}), ("forfeit", {"reason": "no_answer"})):
        assert made.do(prize, action, body).status_code == 409, action
    again = post(made.manager, f"/v1/tickets/{row_of(platform, prize).ticket}/resend", {"message": message})
    assert again.status_code == 200, again.text
    goes(platform, message)
    told = made.read(prize)
    assert told["state"] == "notified"
    assert row_of(platform, prize).due == platform.clock() + timedelta(days=14)


def test_a_reminder_that_failed_leaves_the_winner_told(made: Contests, platform: Platform, prize: str) -> None:
    goes(platform, write(made, prize))
    told = made.read(prize)
    goes(platform, write(made, prize), Refused)
    now = made.read(prize)
    assert [now[name] for name in ("state", "notified", "due")] == [told[name] for name in ("state", "notified", "due")]


def test_once_both_letters_failed_nobody_was_told(made: Contests, platform: Platform, prize: str) -> None:
    goes(platform, write(made, prize), Refused)
    goes(platform, write(made, prize), Unsure)
    shown = made.read(prize)
    assert (shown["state"], shown["forfeit_reasons"]) == ("drawn", ["unreachable"])
    assert made.done(prize, "forfeit", {"reason": "unreachable"})["state"] == "forfeited"


@pytest.mark.parametrize(
    ("letters", "because"),
    [
        ((Unsure,), "Nobody can tell whether the letter went out: send it again."),
        ((None, Refused), "The winner still has time to answer."),
        ((Refused, None), "The winner still has time to answer."),
        ((Refused, "waiting"), "Write to the winner first: no letter went out yet."),
        (("waiting",), "Write to the winner first: no letter went out yet."),
    ],
    ids=["unknown", "sent, then failed", "failed, then sent", "failed, another on its way", "on its way"],
)
def test_nobody_is_unreachable_of_whom_the_platform_doesn_t_know_it(
    made: Contests, platform: Platform, prize: str, letters: tuple[Any, ...], because: str
) -> None:
    for how in letters:
        message = write(made, prize)
        if how != "waiting":
            goes(platform, message, *([how] if how else []))
    refused = made.do(prize, "forfeit", {"reason": "unreachable"})
    assert (refused.status_code, refused.json()["because"]) == (409, because)
    assert made.read(prize)["forfeit_reasons"] == []
