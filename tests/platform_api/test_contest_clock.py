"""What a contest's days bring about: nobody closes one early, it closes by itself, and one that nobody draws ends all the same (P33)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from console.draw_check import verify_file
from console.platform_api import sweeps
from console.platform_api.platform import Platform
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.contests_made import SOON, Contests, contest_row, entries_of, key
from tests.platform_api.people import log_of
from tests.platform_api.worked import Clock, worker


@pytest.fixture
def made(api: Api) -> Contests:
    return Contests(api)


def swept(platform: Platform) -> None:
    """A minute passes for the platform."""
    for part in sweeps.PARTS:
        with own_work(platform) as work:
            part(work)


def undrawn(made: Contests, platform: Platform) -> tuple[str, Clock]:
    """Closed, with three entries; the clock stands at its closing."""
    number = made.opened()
    made.enter(number, *"abc")
    clock = Clock(platform)
    clock.now = datetime.fromisoformat(made.read(number)["closes"])
    worker(platform).run_all()
    assert made.read(number)["entries_hash"] is not None
    return number, clock


def test_nobody_closes_a_contest_once_a_chosen_few_are_in(made: Contests, platform: Platform) -> None:
    """It promised to take entries until its end."""
    number = made.opened()
    made.enter(number, "chosen")
    version = made.read(number)["version"]
    early = made.manager.post(f"/v1/contests/{number}/close", headers={**key(), "If-Match": f'"{version}"'})
    assert (early.status_code, "closes by itself then" in early.json()["because"]) == (409, True)
    made.enter(number, "another")
    made.close(number)
    assert made.read(number)["closed"] >= made.read(number)["closes"]


def test_a_contest_closes_by_itself_and_its_list_is_fixed(made: Contests, platform: Platform) -> None:
    number = made.opened()
    made.enter(number, *"abc")
    swept(platform)
    assert made.read(number)["state"] == "open"
    clock = Clock(platform)
    clock.forward(seconds=SOON.total_seconds() + 1)
    worker(platform).run_all()
    told = made.read(number)
    assert (told["state"], told["closed_by"], told["entries"], told["eligible"]) == ("closed", None, 3, 3)
    [row] = log_of(platform, "contests:close")
    assert (row.actor, json.loads(row.details)) == (None, {"entries": 3})
    assert told["closed"] >= told["closes"]


def test_who_verifies_finds_one_that_was_closed_early(made: Contests, tmp_path: Path) -> None:
    number = made.drawn()
    file, record, out = tmp_path / "record.json", made.record(number), StringIO()
    before = datetime.fromisoformat(record["terms"]["closes"]) - timedelta(seconds=1)
    file.write_text(json.dumps({**record, "closed": before.isoformat()}))
    assert verify_file(file, out) == 1
    assert out.getvalue() == f"{number}: closed: before the end that was promised\n"


def test_managers_are_told_once_of_a_contest_that_nobody_draws(made: Contests, platform: Platform) -> None:
    number, clock = undrawn(made, platform)
    told = made.read(number)
    assert datetime.fromisoformat(told["draw_due"]) - clock.now == timedelta(days=14)
    assert datetime.fromisoformat(told["lapses"]) - clock.now == timedelta(days=180)
    for days, rows in ((13.9, 0), (0.1, 1), (30, 1)):
        clock.forward(days=days)
        swept(platform)
        assert len(log_of(platform, "contests:remind")) == rows
    [row] = log_of(platform, "contests:remind")
    assert (row.told, row.record) == ("manager", contest_row(platform, number).id)
    made = Contests(made.api)
    found = made.manager.get("/v1/audit", params={"resource": "contests", "action": "remind"}).json()["items"]
    assert [(one["action"], one["told"]) for one in found] == [("contests:remind", "manager")]


def test_one_that_is_drawn_is_reminded_of_no_more_and_lapses_never(made: Contests, platform: Platform) -> None:
    number, clock = undrawn(made, platform)
    made.draw(number)
    assert (made.read(number)["draw_due"], made.read(number)["lapses"]) == (None, None)
    clock.forward(days=200)
    swept(platform)
    assert (log_of(platform, "contests:remind"), Contests(made.api).read(number)["state"]) == ([], "drawn")


def test_one_that_nobody_draws_lapses_and_all_contact_of_it_is_purged(made: Contests, platform: Platform) -> None:
    number, clock = undrawn(made, platform)
    ids = [row.id for row in entries_of(platform, number)]
    clock.forward(days=179.9)
    swept(platform)
    assert len(platform.vault.keys_of(ids)) == 3
    clock.forward(days=0.1)
    worker(platform).run_all()
    made = Contests(made.api)
    told = made.read(number)
    assert (told["state"], told["purged_entries"], told["purged"] is not None) == ("lapsed", 3, True)
    assert made.do(number, "draw", {"word": number}).status_code == 409
    assert {(row.state, row.taker, row.salt, row.sealed_entry_contact) for row in entries_of(platform, number)} == {
        ("purged", None, None, None)
    }
    row = contest_row(platform, number)
    assert (platform.vault.keys_of([*ids, row.id]), row.sealed_seed, row.seed) == ({}, None, None)
    [said] = log_of(platform, "contests:lapse")
    assert (said.told, json.loads(said.details)) == ("manager", {"entries": 3})
    swept(platform)
    assert len(log_of(platform, "contests:purged")) == 1
    file, out = platform.data / "record.json", StringIO()
    file.write_text(json.dumps(made.record(number)))
    assert verify_file(file, out) == 0
    assert out.getvalue().endswith("Nobody drew it in time: it lapsed.\n")
