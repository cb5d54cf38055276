"""What a contest's entrant has of P10 and P12: their entry in their package, and its end when they are erased, whatever the contest is at."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from console.draw_check import faults_of
from console.platform_api import erasure_job, erasure_keeps
from console.platform_api.access_package.gathering import Gathering
from console.platform_api.access_package.of_contests import CONTESTS
from console.platform_api.access_package.of_the_person import DISCLOSURES
from console.platform_api.documents import load_json
from console.platform_api.erasing import Erasure, advance
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import KeptRow, table
from console.platform_api.takers import contest_taker
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.contests_made import Contests, awards, entries_of, key, known_as
from tests.platform_api.people import add_person
from tests.platform_api.worked import Clock, worker


@pytest.fixture
def made(api: Api) -> Contests:
    return Contests(api)


@pytest.fixture
def person(platform: Platform) -> str:
    found = add_person(platform)
    known_as(platform, found, "ada")
    return found


def erase(platform: Platform, person: str) -> None:
    """Step by step, as the job does it."""
    step: str | None = "begin"
    while step is not None:
        with own_work(platform) as work:
            step = advance(work, Erasure(person, None), step)
    assert erasure_job is not None


def package(platform: Platform, person: str) -> list[dict[str, Any]]:
    with platform.database.reading() as connection:
        gathering = Gathering(platform, connection, person, new_id())
        return CONTESTS.dress(gathering, CONTESTS.some(gathering, "", 100))


def entered(made: Contests, others: int = 5, **terms: Any) -> str:
    number = made.opened(**terms)
    made.enter(number, "mine", person="ada", phone="203 555 0100")
    made.enter(number, *(f"other{n}" for n in range(others)))
    return number


def mine(platform: Platform, number: str) -> Any:
    """The person's entry: the first."""
    return entries_of(platform, number)[0]


def test_the_package_has_what_they_entered_and_how_they_find_themselves(
    made: Contests, platform: Platform, person: str
) -> None:
    number = entered(made)
    made.close(number)
    [found] = package(platform, person)
    assert found["contact"]["phone"] == "203 555 0100"
    assert (found["contest"], found["state"], found["external_id"]) == (number, "eligible", "mine")
    assert found["leaf"] in made.record(number)["leaves"]
    assert package(platform, add_person(platform)) == []


@pytest.mark.parametrize("worth", [250_000, 0], ids=["kept for tax", "worth nothing"])
def test_a_winner_is_told_in_their_package_what_a_courier_was_told(
    made: Contests, platform: Platform, person: str, worth: int
) -> None:
    """Once they have the prize, as long as tax law lets us know whose it was; afterwards the row is nobody's (0034)."""
    number = entered(made, others=2, places=3, reserves=0, prize_value=worth)
    made.close(number)
    made.draw(number)
    mine_won, other = shipped(made, platform, number)
    row = {"recipient": "courier", "purpose": "prize", "about": mine_won, "fields": ["name", "street"]}
    assert disclosed(platform, person) == [row]
    for award in (mine_won, other):
        made.done(award, "award")
    Clock(platform).forward(minutes=2)
    worker(platform).run_all()
    assert disclosed(platform, person) == ([row] if worth else [])
    assert disclosed(platform, add_person(platform)) == []
    erase(platform, person)
    assert disclosed(platform, person) == []


def shipped(made: Contests, platform: Platform, number: str) -> list[str]:
    """The person's prize, and somebody else's, each sent by a courier."""
    is_mine = {f"CE-{mine(platform, number).number}": 0}
    won = sorted((one for one in made.awards(number)), key=lambda one: is_mine.get(one["entry"], 1))[:2]
    for award in [one["number"] for one in won]:
        assert made.manager.post(f"/v1/awards/{award}/claim", headers=key()).status_code == 200
        made.done(award, "notify", {"subject": "You have won", "body": "Hello"})
        made.done(award, "ship", {"fields": ["street", "name"]})
    return [one["number"] for one in won]


def disclosed(platform: Platform, person: str) -> list[dict[str, Any]]:
    """What their package says others were told, but for when."""
    with platform.database.reading() as connection:
        gathering = Gathering(platform, connection, person, new_id())
        found = DISCLOSURES.dress(gathering, DISCLOSURES.some(gathering, "", 100))
        assert DISCLOSURES.count(gathering) == len(found)
    return [{name: value for name, value in one.items() if name != "at"} for one in found]


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_an_erased_entrant_is_excluded_and_the_draw_still_verifies(
    made: Contests, platform: Platform, person: str, closed: bool
) -> None:
    number = entered(made, others=1, places=2, reserves=0)
    if closed:
        made.close(number)
    erase(platform, person)
    row = mine(platform, number)
    assert (row.taker, row.salt, row.sealed_entry_contact, row.external_id) == (None, None, None, None)
    assert platform.vault.keys_of([row.id]) == {}
    assert package(platform, person) == []
    if not closed:
        made.close(number)
    assert (made.read(number)["eligible"], made.read(number)["excluded"]) == (1, 1)
    made.draw(number)
    assert [one["rank"] for one in made.awards(number)] == [1]
    record = made.record(number)
    assert record["excluded"] == [{"leaf": bytes(row.leaf).hex(), "why": "left", "late": closed}]
    assert list(faults_of(record)) == []


def test_a_winner_who_is_erased_has_forfeited(made: Contests, platform: Platform, person: str) -> None:
    number = entered(made, places=6, reserves=0)
    made.close(number)
    made.draw(number)
    award = next(one for one in made.awards(number) if one["entry"] == f"CE-{mine(platform, number).number}")
    erase(platform, person)
    after = made.read(award["number"])
    assert (after["state"], after["reason"], after["masks"]) == ("forfeited", "erased", {})
    assert list(faults_of(made.record(number))) == []


def test_an_erasure_says_what_the_tax_law_keeps_of_a_prize(made: Contests, platform: Platform, person: str) -> None:
    number = entered(made, others=0, places=1, reserves=0)
    made.close(number)
    made.draw(number)
    [award] = made.awards(number)
    assert made.manager.post(f"/v1/awards/{award['number']}/claim", headers=key()).status_code == 200
    made.done(award["number"], "notify", {"subject": "You have won", "body": "Hello"})
    made.done(award["number"], "award")
    with platform.database.reading() as connection:
        kept = erasure_keeps._prizes(connection, contest_taker(platform.keys, person))
    assert [(it.what, it.basis, it.count) for it in kept] == [("prizes", "tax", 1)]
    erase(platform, person)


def test_once_tax_law_lets_go_nothing_leads_to_who_won(made: Contests, platform: Platform, person: str) -> None:
    """The record goes with its key, and so does the award's token of the person."""
    number = entered(made, others=0, places=1, reserves=0)
    made.close(number)
    made.draw(number)
    [award] = made.awards(number)
    assert made.manager.post(f"/v1/awards/{award['number']}/claim", headers=key()).status_code == 200
    made.done(award["number"], "notify", {"subject": "You have won", "body": "Hello"})
    made.done(award["number"], "award")
    [kept] = rows_of(platform, table(KeptRow))
    clock = Clock(platform)
    for days, left in ((365 * 7, 1), (400, 0)):
        clock.forward(days=days)
        with own_work(platform) as work:
            erasure_keeps.expire(work)
        assert len(rows_of(platform, table(KeptRow))) == len(platform.vault.keys_of([kept.id])) == left
        assert [row.taker is not None for row in rows_of(platform, awards)] == [bool(left)]


def rows_of(platform: Platform, found_in: Any) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(found_in)))


def test_p10_who_won_finds_their_prize_and_what_tax_law_keeps_in_their_package(
    made: Contests, platform: Platform, person: str
) -> None:
    """Also once it is handed over: the entry has no token of them any more."""
    number = entered(made, others=0, places=1, reserves=0)
    made.close(number)
    made.draw(number)
    [award] = made.awards(number)
    assert made.manager.post(f"/v1/awards/{award['number']}/claim", headers=key()).status_code == 200
    made.done(award["number"], "notify", {"subject": "You have won", "body": "Hello"})
    made.done(award["number"], "award")
    [found] = package(platform, person)
    assert [prize["state"] for prize in found["prizes"]] == ["awarded"]
    with platform.database.reading() as connection:
        [kept] = connection.execute(select(table(KeptRow))).all()
    content = platform.vault.keys_of([kept.key_owner])[kept.key_owner].open(
        "kept", kept.id, "kept", bytes(kept.sealed_kept)
    )
    assert {**found["kept_for_tax"], "until": None} == {**load_json(content), "until": None}
    assert found["kept_for_tax"]["value"] and found["kept_for_tax"]["until"] == kept.until
    assert package(platform, add_person(platform)) == []
