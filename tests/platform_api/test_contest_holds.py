"""A legal hold and contests: nothing that leads to somebody under it goes, but nobody uses their contact for that (P33)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from console.platform_api import contest_jobs, contest_purge_job, erasure_keeps, sweeps
from console.platform_api.audit_log import audit
from console.platform_api.ids import new_id
from console.platform_api.mail_senders.seam import Refused
from console.platform_api.platform import Platform
from console.platform_api.tables import JobRow, LegalHoldRow, TicketMessage, TicketRow, table
from console.platform_api.takers import contest_taker
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.contests_made import (
    Contests,
    awards,
    contest_row,
    contests,
    entries,
    entries_of,
    entry,
    key,
    known_as,
    rows,
)
from tests.platform_api.mailed import files, poster, state_of
from tests.platform_api.orders_made import row_of as row_at
from tests.platform_api.people import add_person, log_of, post
from tests.platform_api.test_awards import LETTER, claimed, entry_of, reveal, row_of, told
from tests.platform_api.test_contest_privacy import package
from tests.platform_api.test_privacy_unsent import goes
from tests.platform_api.worked import Clock, worker

_holds, _messages, _jobs = table(LegalHoldRow), table(TicketMessage), table(JobRow)


@pytest.fixture
def made(api: Api) -> Contests:
    return Contests(api)


@pytest.fixture
def person(platform: Platform) -> str:
    found = add_person(platform)
    known_as(platform, found, "ada")
    return found


def hold(platform: Platform, person: str) -> None:
    with platform.database.writing() as session:
        row = LegalHoldRow(id=new_id(), person=person, placed=platform.clock(), placed_by=new_id(), reason="court")
        session.add(row)


def lift(platform: Platform) -> None:
    with platform.database.writing() as session:
        session.execute(update(_holds).values(lifted=platform.clock()))


def won(made: Contests, others: int = 0, **terms: Any) -> str:
    """The prize of a contest that the person has won, in the manager's hands."""
    number = made.opened(**{"places": others + 1, "reserves": 0, **terms})
    made.enter(number, "mine", person="ada")
    made.enter(number, *(f"other{place}" for place in range(others)))
    made.close(number)
    made.draw(number)
    mine = f"CE-{entries_of(made.platform, number)[0].number}"
    return claimed(made, next(each["number"] for each in made.awards(number) if each["entry"] == mine))


def ended(made: Contests, prize: str, how: str) -> None:
    if how == "award":
        told(made, prize)
        made.done(prize, "award")
    elif how == "rule-out":
        made.rule_out(prize)
    else:
        assert made.send({"external_id": "mine", "state": "withdrawn"}).json()["results"][0]["outcome"] == "updated"


def on(platform: Platform, clock: Clock, minutes: int = 2, times: int = 1) -> None:
    """The worker's sweeps, minute by minute."""
    for _ in range(times):
        clock.forward(minutes=minutes)
        worker(platform).run_all()


def later(made: Contests) -> Contests:
    """Signed in anew: time went on."""
    return Contests(made.api)


def found(platform: Platform) -> list[str]:
    """The purges that a sweep asks for now."""
    with own_work(platform) as work:
        sweeps._start_purges(work)
    with platform.database.reading() as connection:
        return [kind for kind in connection.execute(select(_jobs.c.kind)).scalars() if kind.endswith("-purge")]


def logged(platform: Platform) -> int:
    with platform.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(audit)).scalar_one()


def seals(platform: Platform, prize: str) -> Iterator[Any]:
    """All that is sealed under the entry's key, and the tokens by which it is found."""
    award, entered = row_of(platform, prize), entry_of(platform, prize)
    yield from (award.sealed_entry_contact, award.taker, entered.sealed_entry_contact, entered.taker, entered.salt)
    yield row_at(platform, TicketRow, award.ticket).sealed_thread
    with platform.database.reading() as connection:
        mine = select(_messages.c.sealed_thread).where(_messages.c.ticket == award.ticket)
        yield from connection.execute(mine).scalars()


# The prize


@pytest.mark.parametrize("worth", [0, 250_000], ids=["worth nothing", "kept for tax"])
@pytest.mark.parametrize("how", ["award", "rule-out", "withdraw"])
def test_the_end_of_a_prize_leaves_what_is_of_a_winner_under_a_legal_hold(
    made: Contests, platform: Platform, person: str, how: str, worth: int
) -> None:
    prize, clock = won(made, others=1, prize_value=worth), Clock(platform)
    post(made.manager, f"/v1/awards/{prize}/note", {"body": "They rang."})
    hold(platform, person)
    ended(made, prize, how)
    on(platform, clock, minutes=6, times=3)
    award, entered = row_of(platform, prize), entry_of(platform, prize)
    assert None not in list(seals(platform, prize))
    assert len(platform.vault.keys_of([award.entry])) == 1
    assert award.purged is None and entered.taker == contest_taker(platform.keys, person)
    assert entered.state == ("won" if how == "award" else "lost")
    lift(platform)
    on(platform, clock)
    award = row_of(platform, prize)
    kept = contest_taker(platform.keys, person) if how == "award" and worth else None
    assert [each for each in seals(platform, prize) if each is not None] == ([kept] if kept else [])
    assert platform.vault.keys_of([award.entry]) == {} and award.purged is not None
    assert [row.record for row in log_of(platform, "awards:contact-gone")] == [award.id]


def test_nobody_uses_the_contact_of_a_winner_that_a_hold_keeps(made: Contests, platform: Platform, person: str) -> None:
    """Nor does anything show that it is kept: who is under a hold is told by no prize."""
    prize = won(made)
    case = made.read(prize)["case"]
    assert reveal(made.manager, prize, case).status_code == 200
    hold(platform, person)
    told(made, prize)
    made.done(prize, "award")
    shown = made.read(prize)
    assert (shown["masks"], shown["messages"]) == ({}, [])
    assert reveal(made.manager, prize, case).status_code == 403
    assert "entry.example" not in made.manager.get("/v1/awards").text
    for action, body in (
        ("notify", LETTER),
        ("ship", {"fields": ["street"]}),
        ("rule-out", None),
        ("note", {"body": "x"}),
    ):
        assert made.do(prize, action, body).status_code in (403, 409), action
    assert made.manager.post(f"/v1/awards/{prize}/claim", headers=key()).status_code in (403, 409)
    version = made.manager.get(f"/v1/tickets/{case}").json()["version"]
    assert post(made.manager, f"/v1/tickets/{case}/reopen", version=version).status_code in (403, 409)


def test_the_last_letter_goes_and_none_after_it(made: Contests, platform: Platform, person: str) -> None:
    """As where nothing is held, where the key goes a minute later: one that failed isn't sent again then."""
    prize, clock = won(made), Clock(platform)
    hold(platform, person)
    lost = made.done(prize, "notify", LETTER)["message"]
    goes(platform, lost, Refused)
    last = made.done(prize, "notify", LETTER)["message"]
    made.done(prize, "award")
    clock.forward(seconds=11)
    poster(platform).run_all()
    assert state_of(platform, last) == ("sent", None)
    clock.forward(minutes=1)
    again = post(made.manager, f"/v1/tickets/{row_of(platform, prize).ticket}/resend", {"message": lost})
    assert again.status_code == 200, again.text
    poster(platform).run_all()
    assert state_of(platform, lost)[0] == "failed" and len(files(platform)) == 1


def test_what_is_held_is_looked_for_without_a_job_or_a_row_on_the_log_each_minute(
    made: Contests, platform: Platform, person: str
) -> None:
    prize, clock = won(made), Clock(platform)
    hold(platform, person)
    ended(made, prize, "award")
    on(platform, clock, minutes=6)
    before = logged(platform)
    version = row_of(platform, prize).version
    for _ in range(3):
        on(platform, clock)
        assert found(platform) == []
    assert logged(platform) == before and row_of(platform, prize).version == version


def test_a_contest_is_purged_once_the_last_held_winner_has_gone(
    made: Contests, platform: Platform, person: str
) -> None:
    prize, clock = won(made, others=2), Clock(platform)
    number = made.read(prize)["contest"]
    hold(platform, person)
    for award in [each["number"] for each in made.awards(number)]:
        claimed(made, award)
        told(made, award)
        made.done(award, "award")
    on(platform, clock, minutes=6, times=2)
    kept = [row.id for row in entries_of(platform, number) if row.state != "purged"]
    assert kept == [row_of(platform, prize).entry] and len(platform.vault.keys_of(kept)) == 1
    assert (contest_row(platform, number).state, contest_row(platform, number).purged) == ("awarded", None)
    assert [json.loads(one.details) for one in log_of(platform, "contests:purge-waits")] == [{"held": 1}]
    lift(platform)
    on(platform, clock)
    row = contest_row(platform, number)
    assert (row.state, row.purged_entries) == ("purged", 3)
    assert platform.vault.keys_of(kept) == {} and row_of(platform, prize).purged is not None
    assert {row.sealed_entry_contact for row in rows(platform, awards)} == {None}


def test_a_hold_that_is_placed_while_a_contest_is_purged_counts(
    made: Contests, platform: Platform, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, clock = made.opened(), Clock(platform)
    made.enter(number, "other")
    made.enter(number, "mine", person="ada")
    with platform.database.writing() as session:
        session.execute(update(contests).values(state="awarded", awarded=platform.clock()))
    real = contest_jobs.batches

    def made_before(*given: Any) -> Any:
        found = real(*given)
        hold(platform, person)
        return found

    monkeypatch.setattr(contest_purge_job, "batches", made_before)
    on(platform, clock)
    states = {row.external_id: row.state for row in entries_of(platform, number)}
    assert states == {None: "purged", "mine": "entered"} and contest_row(platform, number).purged is None
    assert len(platform.vault.keys_of([row.id for row in entries_of(platform, number)])) == 1


def test_a_plan_to_erase_says_tax_law_keeps_only_what_it_keeps(made: Contests, platform: Platform, person: str) -> None:
    """A prize that a hold alone keeps is no such."""
    prize = won(made, prize_value=0)
    hold(platform, person)
    ended(made, prize, "award")
    with platform.database.reading() as connection:
        assert erasure_keeps._prizes(connection, contest_taker(platform.keys, person)) == []


# Who withdraws


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_who_withdraws_under_a_legal_hold_takes_part_no_more_and_goes_once_it_is_lifted(
    made: Contests, platform: Platform, person: str, closed: bool
) -> None:
    number, clock = made.opened(), Clock(platform)
    made.enter(number, "mine", person="ada")
    made.enter(number, "other")
    hold(platform, person)
    if closed:
        made.close(number)
    outcomes = [made.send({"external_id": "mine", "state": "withdrawn"}).json()["results"][0]["outcome"] for _ in "ab"]
    assert outcomes == ["updated", "unchanged"]
    [row] = [each for each in entries_of(platform, number) if each.external_id == "mine"]
    assert (row.state, row.reason, row.gone is not None) == ("ineligible", "withdrawn", True)
    assert None not in (row.salt, row.taker, row.sealed_entry_contact)
    assert len(platform.vault.keys_of([row.id])) == 1
    assert package(platform, person)[0]["contact"]["name"] == "Ada mine"
    on(platform, clock, times=2)
    assert len(platform.vault.keys_of([row.id])) == 1 and log_of(platform, "contest-entries:left") == []
    lift(platform)
    on(platform, clock)
    [row] = [each for each in entries_of(platform, number) if each.external_id == "mine"]
    assert (row.salt, row.taker, row.sealed_entry_contact) == (None, None, None)
    assert platform.vault.keys_of([row.id]) == {}
    on(platform, clock, times=2)
    assert len(log_of(platform, "contest-entries:left")) == 1


def test_what_was_withdrawn_under_a_hold_is_corrected_no_more_and_bars_no_new_entry(
    made: Contests, platform: Platform, person: str
) -> None:
    number = made.opened()
    made.enter(number, "mine", person="ada")
    hold(platform, person)
    made.send({"external_id": "mine", "state": "withdrawn"})
    before = entries_of(platform, number)[0].sealed_entry_contact
    [answer] = made.send({"external_id": "mine", "city": "Elsewhere"}).json()["results"]
    assert answer["outcome"] == "unchanged" and entries_of(platform, number)[0].sealed_entry_contact == before
    made.send(entry(platform, number, "again", person="ada"))
    assert [row.reason for row in entries_of(platform, number)] == ["withdrawn", None]


def test_a_reserve_who_withdrew_under_a_hold_is_passed_over(made: Contests, platform: Platform, person: str) -> None:
    number = made.opened(places=1, reserves=2)
    made.enter(number, *"ab")
    made.enter(number, "mine", person="ada")
    made.close(number)
    made.draw(number)
    second = next(row for row in entries_of(platform, number) if row.rank == 2)
    with platform.database.writing() as session:
        mine = {"taker": contest_taker(platform.keys, person)}
        session.execute(update(entries).where(entries.c.id == second.id).values(mine))
    hold(platform, person)
    made.send({"external_id": second.external_id, "state": "withdrawn"})
    made.rule_out(claimed(made, made.awards(number)[0]["number"]))
    assert [each["rank"] for each in made.awards(number)] == [1, 3]
    assert [each["left"] for each in made.record(number)["drawn_leaves"]] == [False, True, False]


def test_a_hold_that_is_placed_before_the_job_runs_keeps_it(made: Contests, platform: Platform, person: str) -> None:
    prize, clock = won(made), Clock(platform)
    hold(platform, person)
    ended(made, prize, "rule-out")
    on(platform, clock, minutes=6)
    lift(platform)
    assert sorted(found(platform)) == ["award-purge", "contest-purge"]
    hold(platform, person)
    on(platform, clock)
    assert None not in list(seals(platform, prize))
    assert len(platform.vault.keys_of([row_of(platform, prize).entry])) == 1
