"""Entries from the marketplace: sealed, without anybody in them, refused with a reason, and withdrawn at any time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from console.platform_api.documents import load
from console.platform_api.platform import Platform
from console.platform_api.tables import EmployeeRow, UserRow, table
from console.platform_api.takers import contest_taker
from console.records.contests import ContestState
from tests.platform_api.api import Api, employee_id
from tests.platform_api.contests_made import (
    Contests,
    add_contest,
    contests,
    entries,
    entries_of,
    entry,
    known_as,
    moment,
    rows,
)
from tests.platform_api.people import add_person, log_of
from tests.platform_api.surveys_made import add_entry, add_survey, entry_of
from tests.platform_api.test_contest_privacy import package
from tests.platform_api.worked import Clock, jobs_left, worker

HOSTILE = "\x1b]0;owned\x07[b]mark[/up] \u202etxt.exe \U0001f408 =HYPERLINK(1) " + "ẞ" * 100


@pytest.fixture
def made(api: Api) -> Contests:
    return Contests(api)


def contact(platform: Platform, row: Any) -> dict[str, str]:
    key = platform.vault.keys_of([row.id])[row.id]
    found = load(key.open("contest-entries", row.id, "entry_contact", bytes(row.sealed_entry_contact)))
    return {name: value.value for name, value in found.items()}


def test_an_entry_is_sealed_and_leads_to_no_user(made: Contests, platform: Platform) -> None:
    person = add_person(platform)
    known_as(platform, person, "ada")
    number = made.opened()
    item = entry(platform, number, "a", person="ada", name=HOSTILE)
    [result] = made.send(item).json()["results"]
    [row] = entries_of(platform, number)
    assert (result["outcome"], result["number"]) == ("created", f"CE-{row.number}")
    assert contact(platform, row)["name"] == HOSTILE
    assert row.taker == contest_taker(platform.keys, person)
    assert person not in str(tuple(row))
    [logged] = log_of(platform, "contest-entries:ingest")
    assert logged.subject not in (None, platform.vault.pseudonyms([person])[person])
    assert made.send(item).json()["results"][0]["outcome"] == "unchanged"
    assert made.read(number)["entries"] == 1


def test_nobody_s_answers_can_be_put_beside_their_contact(made: Contests, platform: Platform) -> None:
    """P34: who reads the database finds no column of a survey's entry in a contest's."""
    person = add_person(platform)
    known_as(platform, person, "ada")
    number = made.opened()
    made.send(entry(platform, number, "a", person="ada"))
    answered = entry_of(platform, add_entry(platform, add_survey(platform), person=person))
    [entered] = entries_of(platform, number)
    assert answered.taker is not None and entered.taker is not None
    assert not {answered.taker, answered.id, answered.external_id} & set(entered)


@pytest.mark.parametrize("name", ["user", "person", "taker", "external_id", "email", "name"])
def test_no_list_is_narrowed_to_a_person(made: Contests, name: str) -> None:
    made.enter(made.opened(), "a")
    for resource in ("contest-entries", "contests", "awards"):
        assert made.manager.get(f"/v1/{resource}", params={name: "a"}).status_code == 400


def test_who_may_not_take_part_is_on_the_list_and_left_out(made: Contests, platform: Platform) -> None:
    person = add_person(platform)
    known_as(platform, person, "ada")
    number = made.opened(regions=["US-CT", "US-NY"])
    made.enter(number, "fine", person="ada", region="US-NY")
    made.enter(number, "again", person="ada", region="US-NY")
    made.enter(number, "young", of_age=False, region="US-CT")
    made.enter(number, "far", region="CA-ON")
    made.enter(number, "nowhere")
    assert {row.external_id: row.reason for row in entries_of(platform, number)} == {
        "fine": None, "again": "twice", "young": "not_of_age", "far": "region", "nowhere": "region",
    }  # fmt: skip


def test_nobody_who_works_here_takes_part(made: Contests, platform: Platform) -> None:
    person = add_person(platform)
    known_as(platform, person, "ada")
    staff = table(EmployeeRow)
    with platform.database.writing() as session:
        mine = staff.c.id == employee_id(platform, "support")
        session.connection().execute(staff.update().where(mine).values(person=person))
    number = made.opened()
    made.enter(number, "hers", person="ada")
    made.enter(number, "other")
    made.close(number)
    assert {row.external_id: (row.state, row.reason) for row in entries_of(platform, number)} == {
        "hers": ("ineligible", "employee"),
        "other": ("eligible", None),
    }


def test_one_address_enters_once_however_it_is_written_and_whoever_has_it(made: Contests, platform: Platform) -> None:
    """Without a person too: or one of them enters a thousand times."""
    person = add_person(platform, email="ada@known.example")
    known_as(platform, person, "ada")
    number, other = made.opened(), made.opened()
    for place, email in enumerate(("Me@one.example", "me@ONE.example", "you@one.example", "ADA@known.example")):
        made.enter(number, f"e{place}", email=email)
    made.enter(number, "hers", person="ada", email="another@one.example")
    made.enter(number, "named", person="ada", email="another@one.example")
    made.enter(other, "there", email="me@one.example")
    reasons = {row.external_id: row.reason for row in entries_of(platform, number)}
    assert reasons == {"e0": None, "e1": "twice", "e2": None, "e3": None, "hers": "twice", "named": "twice"}
    [there] = entries_of(platform, other)
    takers = {row.external_id: row.taker for row in entries_of(platform, number)}
    assert (
        there.reason is None and there.taker not in takers.values()
    )  # nobody follows a stranger from contest to contest
    assert takers["e3"] == takers["hers"] == contest_taker(platform.keys, person)


def test_whoever_is_known_by_their_address_has_the_entry_in_their_package(made: Contests, platform: Platform) -> None:
    person = add_person(platform, email="ada@known.example")
    number = made.opened()
    made.enter(number, "hers", email="Ada@known.example")
    made.enter(number, "other")
    [found] = package(platform, person)
    assert found["contact"]["email"] == "Ada@known.example"


def test_an_employee_s_address_is_an_employee(made: Contests, platform: Platform) -> None:
    staff = table(EmployeeRow)
    person = add_person(platform, email="ada@home.example")
    with platform.database.writing() as session:
        mine = staff.c.id == employee_id(platform, "support")
        work = session.connection().execute(select(staff.c.email).where(mine)).scalar_one()
        session.connection().execute(staff.update().where(mine).values(person=person))
    number = made.opened()
    made.enter(number, "work", email=work.upper())
    made.enter(number, "home", email="ada@home.example")
    assert {row.external_id: row.reason for row in entries_of(platform, number)} == {
        "work": "employee", "home": "employee",
    }  # fmt: skip


def test_who_is_being_erased_is_known_by_no_address(made: Contests, platform: Platform) -> None:
    person, number = add_person(platform, email="ada@known.example"), made.opened()
    users = table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(state="erasing"))
    made.enter(number, "a", email="ada@known.example")
    assert entries_of(platform, number)[0].taker != contest_taker(platform.keys, person)


def test_a_corrected_address_counts_as_that_address_s(made: Contests, platform: Platform) -> None:
    number = made.opened()
    made.enter(number, "a", email="a@one.example")
    made.enter(number, "b", email="b@one.example")
    assert made.send({"external_id": "b", "email": "A@one.example"}).status_code == 200
    made.enter(number, "c", email="b@one.example")
    assert [row.reason for row in entries_of(platform, number)] == [None, "twice", None]


@pytest.mark.parametrize("state", ["erasing", "erased"])
def test_nobody_who_is_being_erased_enters(made: Contests, platform: Platform, state: str) -> None:
    person, number = add_person(platform), made.opened()
    known_as(platform, person, "ada")
    users = table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(state=state))
    answer = made.send(entry(platform, number, "a", person="ada"))
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"where": "items.0.person", "what": "was erased"}])
    assert rows(platform, entries) == []


def test_the_contact_is_corrected_while_it_is_open_and_not_after(made: Contests, platform: Platform) -> None:
    number = made.opened()
    made.enter(number, "a")
    changed = made.send({"external_id": "a", "city": "New Haven", "phone": "203 555 0100"})
    assert changed.json()["results"][0]["outcome"] == "updated"
    [row] = entries_of(platform, number)
    assert (contact(platform, row)["city"], contact(platform, row)["name"]) == ("New Haven", "Ada a")
    made.close(number)
    assert made.send({"external_id": "a", "city": "Hartford"}).status_code == 422


def test_an_entry_is_withdrawn_at_any_time_and_nothing_of_it_is_left(made: Contests, platform: Platform) -> None:
    number = made.opened()
    made.enter(number, "a", "b")
    for external in ("a", "b"):
        assert made.send({"external_id": external, "state": "withdrawn"}).json()["results"][0]["outcome"] == "updated"
        if external == "a":
            made.close(number)
    assert made.send({"external_id": "a", "state": "withdrawn"}).json()["results"][0]["outcome"] == "unchanged"
    for row in entries_of(platform, number):
        assert (row.state, row.reason, row.sealed_entry_contact, row.salt) == ("ineligible", "withdrawn", None, None)
        assert platform.vault.keys_of([row.id]) == {}
    assert made.read(number)["eligible"] == 0
    assert [job.kind for job in jobs_left(platform)] == ["rewrap"]  # the next epoch makes copies of the vault worthless


def test_whoever_is_gone_is_gone_once(made: Contests, platform: Platform) -> None:
    """A reserve who withdraws twice: the second time nothing changes, as with everything that is sent again."""
    number = made.drawn(count=4, places=1, reserves=1)
    [reserve] = [row for row in entries_of(platform, number) if row.rank == 2]
    outcomes = [
        made.send({"external_id": reserve.external_id, "state": "withdrawn"}).json()["results"][0] for _ in range(2)
    ]
    assert [it["outcome"] for it in outcomes] == ["updated", "unchanged"]
    assert outcomes[0]["version"] == outcomes[1]["version"]


# Withdrawn again, once nothing of it is here


def withdrawn(external: str, contest: str | None = None, **more: Any) -> dict[str, Any]:
    return {"external_id": external, "state": "withdrawn", **more} | ({"contest": contest} if contest else {})


def purged(made: Contests, number: str, clock: Clock) -> Contests:
    """Its prizes are settled, and the purge is over; signed in anew."""
    for award in [each["number"] for each in made.awards(number)]:
        made.rule_out(award)
    clock.forward(minutes=2)
    worker(made.platform).run_all()
    later = Contests(made.api)
    assert later.read(number)["state"] == "purged"
    return later


def test_a_withdrawal_that_is_sent_again_after_the_purge_is_done_already(made: Contests, platform: Platform) -> None:
    """With the rest of its batch: or the marketplace would send that for ever."""
    number, clock = made.opened(places=1, reserves=0), Clock(platform)
    made.enter(number, "a", "b", "c")
    assert made.send(withdrawn("a", number)).status_code == 200
    made.close(number)
    made.draw(number)
    made = purged(made, number, clock)
    fresh = made.opened()
    answer = made.send(withdrawn("a", number), entry(platform, fresh, "new"), withdrawn("never", number))
    assert answer.status_code == 200, answer.text
    found = answer.json()["results"]
    assert [it["outcome"] for it in found] == ["unchanged", "created", "unchanged"]
    assert found[0] == {"external_id": "a", "outcome": "unchanged"}
    assert found[2] == {"external_id": "never", "outcome": "unchanged"}  # the same: nobody learns what was here
    assert len(entries_of(platform, fresh)) == 1 and len(rows(platform, entries)) == 4
    assert len(platform.vault.keys_of([row.id for row in rows(platform, entries)])) == 1
    logged = log_of(platform, "contest-entries:ingest")
    made.send(withdrawn("a", number))
    assert json.loads(log_of(platform, "contest-entries:ingest")[len(logged)].details) == {"count": 1, "changed": 0}


@pytest.mark.parametrize("state", ContestState)
def test_whether_a_withdrawal_of_what_isn_t_here_is_true_already_hangs_on_its_contest(
    made: Contests, platform: Platform, state: str
) -> None:
    """While one may still come in, or be there under another id, it is a mistake that somebody should hear of."""
    contest = add_contest(platform, str(state))
    [row] = rows(platform, contests, contests.c.id == contest)
    answer = made.send(withdrawn("typo", f"CT-{row.number}"))
    if state in ("awarded", "lapsed", "purged"):
        assert answer.json()["results"] == [{"external_id": "typo", "outcome": "unchanged"}]
    else:
        assert (answer.status_code, [it["where"] for it in answer.json()["errors"]]) == (422, ["items.0.state"])


def test_a_withdrawal_that_names_no_contest_is_true_once_all_are_over(made: Contests, platform: Platform) -> None:
    add_contest(platform, "purged")
    add_contest(platform, "draft")
    assert made.send(withdrawn("a")).json()["results"] == [{"external_id": "a", "outcome": "unchanged"}]
    add_contest(platform, "open")
    refused = made.send(withdrawn("a"))
    assert (refused.status_code, [it["where"] for it in refused.json()["errors"]]) == (422, ["items.0.contest"])
    unknown = made.send(withdrawn("a", "CT-999"))
    assert unknown.json()["errors"] == [{"where": "items.0.contest", "what": "is no contest here"}]


@pytest.mark.parametrize("state", ["erasing", "erased"])
def test_of_somebody_erased_a_withdrawal_is_done_already_and_an_entry_refused(
    made: Contests, platform: Platform, state: str
) -> None:
    person, number = add_person(platform), made.opened()
    known_as(platform, person, "ada")
    users = table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(state=state))
    for contest in (number, None):
        answer = made.send(withdrawn("hers", contest, person="ada"))
        assert answer.json()["results"] == [{"external_id": "hers", "outcome": "unchanged"}]
    assert made.send(entry(platform, number, "hers", person="ada")).status_code == 422
    assert made.send(withdrawn("hers", number, person="nobody")).status_code == 422
    assert rows(platform, entries) == []


def test_mistakes_are_all_named_and_nothing_is_stored(made: Contests, platform: Platform) -> None:
    number, now = made.opened(), platform.clock()
    wrong = [
        entry(platform, number, "a", email=None), entry(platform, number, "b", person="nobody"), entry(platform, "what?", "c"),
        entry(platform, number, "d", entered_at=moment(now + timedelta(hours=1))),
        entry(platform, number, "e", entered_at=moment(now - timedelta(days=11))), entry(platform, number, "f", state="withdrawn"),
        entry(platform, number, "a"),
    ]  # fmt: skip
    answer = made.send(*wrong)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [
        "items.6.external_id", "items.0.email", "items.1.person", "items.2.contest", "items.3.entered_at", "items.4.entered_at",
        "items.5.state",
    ]  # fmt: skip
    assert rows(platform, entries) == []


def test_a_disqualified_entry_is_passed_over(made: Contests, platform: Platform) -> None:
    number = made.opened(places=3, reserves=0)
    made.enter(number, *"abc")
    made.close(number)
    row = entries_of(platform, number)[0]
    path, headers = (
        f"/v1/contest-entries/CE-{row.number}/disqualify",
        {"If-Match": f'"{row.version}"', "Idempotency-Key": "1"},
    )
    assert made.manager.post(path, json={"reason": "forged"}, headers=headers).status_code == 200
    assert (made.read(number)["eligible"], made.read(number)["excluded"]) == (2, 1)
    made.draw(number, by=made.api.sign_in("manager2"))
    assert sorted(one["entry"] for one in made.awards(number)) == [
        f"CE-{one.number}" for one in entries_of(platform, number)[1:]
    ]
    assert json.loads(log_of(platform, "contest-entries:disqualify")[0].fields) == ["state"]
