"""Contests from their draft to their draw: what is fixed when, that nothing goes back, and that a draw is done once."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from console import draw
from console.draw_check import faults_of, verify_file
from console.platform_api import contest_draw_job, contest_jobs
from console.platform_api.contest_work import SEED
from console.platform_api.platform import Platform
from console.records.contests import RESOURCE
from tests.platform_api.api import Api
from tests.platform_api.contests_made import (
    SOON,
    Contests,
    contest_row,
    contests,
    entries,
    entries_of,
    entry,
    key,
    moment,
    rows,
)
from tests.platform_api.people import log_of
from tests.platform_api.worked import Clock, jobs_left, worker

HOSTILE = "\u202e[bold]=HYPERLINK(1) \U0001f408 <script>" + "ẞ" * 20


@pytest.fixture
def made(api: Api) -> Contests:
    return Contests(api)


def seed_of(platform: Platform, number: str) -> bytes:
    """As only a process with the vault can open it."""
    row = contest_row(platform, number)
    key = platform.vault.keys_of([row.id])[row.id]
    return key.open(RESOURCE, row.id, SEED, bytes(row.sealed_seed))


# Drafts


def test_a_draft_is_changed_and_what_is_promised_is_fixed_when_it_opens(made: Contests) -> None:
    number = str(made.make(title=HOSTILE)["number"])
    edited = made.done(number, "edit", {"prize": "Six groomings", "places": 1, "regions": ["US-CT"]})
    assert (edited["title"], edited["prize"], edited["places"], edited["state"]) == (
        HOSTILE,
        "Six groomings",
        1,
        "draft",
    )
    opened = made.done(number, "open")
    assert (opened["state"], opened["policy_version"], opened["seed"]) == ("open", "1", None)
    assert opened["terms_hash"] == draw.terms_hash(made.record(number)["terms"])
    refused = made.do(number, "edit", {"prize": "Nothing"})
    assert (refused.status_code, made.read(number)["prize"]) == (409, "Six groomings")


def test_a_contest_that_ends_before_it_begins_is_none(made: Contests, platform: Platform) -> None:
    now = platform.clock()
    for body in (
        {"opens": moment(now), "closes": moment(now)},
        {"opens": moment(now), "closes": moment(now - timedelta(1))},
    ):
        answer = made.manager.post(
            "/v1/contests", json={"title": "a", "rules": "b", "prize": "c", "prize_value": 1, **body}, headers=key()
        )
        assert answer.status_code == 422
    number = str(made.make(opens=moment(now - timedelta(2)), closes=moment(now - timedelta(1)))["number"])
    assert made.do(number, "open").status_code == 409
    assert made.do(number, "edit", {"closes": moment(now - timedelta(3))}).status_code == 422


@pytest.mark.parametrize("action", ["open", "edit"])
def test_nothing_that_opened_goes_back(made: Contests, action: str) -> None:
    number = made.opened()
    made.close(number)
    assert made.do(number, action, {} if action == "edit" else None).status_code == 409
    assert made.read(number)["state"] == "closed"


# The commitment


def test_the_seed_is_committed_to_at_the_opening_and_lies_nowhere_in_clear(made: Contests, platform: Platform) -> None:
    number = made.opened()
    seed = seed_of(platform, number)
    told = made.read(number)
    assert told["commitment"] == draw.commitment(seed)
    assert hashlib.sha256(seed).hexdigest() != told["commitment"]  # of this use alone
    [opened] = log_of(platform, "contests:open")
    assert told["commitment"] in opened.details
    shown = f"{told}{made.record(number)}{contest_row(platform, number)}"
    assert seed.hex() not in shown
    assert repr(seed)[2:-1] not in shown


def test_closing_fixes_the_list_and_its_hash(made: Contests, platform: Platform) -> None:
    number = made.opened(regions=["US-CT"])
    made.enter(number, "a", "b", "c", region="US-CT")
    made.enter(number, "young", of_age=False, region="US-CT")
    made.enter(number, "far", region="US-NY")
    made.close(number)
    told, record = made.read(number), made.record(number)
    assert (told["entries"], told["eligible"], told["excluded"], told["work"]) == (5, 3, 2, None)
    leaves = sorted(bytes(row.leaf) for row in entries_of(platform, number))
    assert told["entries_hash"] == draw.hash_of(leaves)
    assert record["leaves"] == [one.hex() for one in leaves]
    assert {(row.state, row.reason) for row in entries_of(platform, number)} == {
        ("eligible", None), ("ineligible", "not_of_age"), ("ineligible", "region"),
    }  # fmt: skip
    [fixed] = log_of(platform, "contests:list-fixed")
    assert told["entries_hash"] in fixed.details


def test_closing_fixes_who_takes_no_part_and_a_record_tells_who_came_later(
    made: Contests, platform: Platform, tmp_path: Path
) -> None:
    number = made.opened()
    made.enter(number, *"abcdef")
    made.enter(number, "young", of_age=False)
    made.close(number)
    closed, young = made.record(number), entries_of(platform, number)[-1]
    fixed = draw.hash_of([bytes(young.leaf)], draw.EXCLUDED)
    assert (closed["excluded_then"], closed["excluded_hash"]) == (1, fixed)
    assert fixed in log_of(platform, "contests:list-fixed")[0].details
    assert made.send({"external_id": "a", "state": "withdrawn"}).status_code == 200
    assert made.disqualify(entries_of(platform, number)[1].number).status_code == 200
    later = made.record(number)
    assert sorted((one["why"], one["late"]) for one in later["excluded"]) == [
        ("left", True), ("not_eligible", False), ("not_eligible", True),
    ]  # fmt: skip
    assert said(tmp_path, later, closed) == (
        0, f"{number}: since the earlier record 2 more were excluded: 1 left, 1 not eligible.",
    )  # fmt: skip
    for one, fault in ((0, "excluded: "), (1, "excluded: "), (2, "excluded: ")):
        back = {**later, "excluded": [*later["excluded"][:one], *later["excluded"][one + 1 :]]}
        assert said(tmp_path, back, later)[0] == 1 and fault in said(tmp_path, back, later)[1]


def said(folder: Path, record: dict[str, Any], earlier: dict[str, Any]) -> tuple[int, str]:
    """What `verify` ends with, and its last line."""
    files = [folder / "record.json", folder / "earlier.json"]
    for file, content in zip(files, (record, earlier), strict=True):
        file.write_text(json.dumps(content))
    out = StringIO()
    code = verify_file(files[0], out, earlier=files[1])
    return code, out.getvalue().splitlines()[-1]


def test_who_took_part_in_a_draw_did_whatever_they_do_later(
    made: Contests, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while those who lost are not told yet."""
    number = made.opened()
    made.enter(number, *(f"e{n}" for n in range(9)))
    made.close(number)
    made.done(number, "draw", {"word": number})
    with monkeypatch.context() as patched:
        patched.setattr(contest_draw_job, "_tell_some", lambda *_: 1 / 0)
        worker(platform).one_job()
    before = made.record(number)
    lost = next(row for row in entries_of(platform, number) if row.rank is None)
    assert made.send({"external_id": lost.external_id, "state": "withdrawn"}).status_code == 200
    told = made.read(number)
    assert (told["eligible"], told["excluded"]) == (9, 0)
    assert made.record(number)["excluded"] == before["excluded"] == []
    assert list(faults_of(made.record(number))) == []


def test_nothing_is_entered_once_it_is_closed_and_the_reason_is_said(made: Contests, platform: Platform) -> None:
    number, draft = made.opened(), str(made.make()["number"])
    made.enter(number, "a")
    made.wait_for_end(number)
    made.done(number, "close")
    for contest, why in (
        (number, "is closed: its list is fixed"),
        (draft, "is not open yet"),
        ("CT-999", "is no contest here"),
    ):
        answer = made.send(entry(platform, contest, "late"))
        assert (answer.status_code, answer.json()["errors"]) == (422, [{"where": "items.0.contest", "what": why}])
    assert len(rows(platform, entries)) == 1


def test_a_closing_that_was_killed_goes_on(made: Contests, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    number = made.opened()
    made.enter(number, *"abcdefg")
    monkeypatch.setattr(contest_jobs, "AT_ONCE", 3)
    clock = Clock(platform)
    clock.forward(seconds=SOON.total_seconds())
    made.done(number, "close")
    steps = iter([None, None, RuntimeError("killed")])

    def dying(*_: Any) -> int | None:
        if (error := next(steps, None)) is not None:
            raise error
        return settle(*_)

    from console.platform_api import contest_close_job

    settle = contest_close_job._settle_some
    with monkeypatch.context() as patched:
        patched.setattr(contest_close_job, "_settle_some", dying)
        worker(platform).one_job()
    half = made.read(number)
    assert (half["entries_hash"], half["work"]) == (None, {"what": "closing", "done": 6, "total": 7})
    assert made.do(number, "draw", {"word": number}).status_code == 409
    clock.forward(minutes=5)
    worker(platform).run_all()
    assert (made.read(number)["eligible"], jobs_left(platform)) == (7, [])


def test_who_takes_a_record_is_on_the_log(made: Contests, platform: Platform) -> None:
    number = made.opened()
    made.enter(number, "a")
    made.close(number)
    made.record(number)
    [row] = log_of(platform, "contests:record")
    assert (row.role, row.outcome, row.record, json.loads(row.details)["entries"]) == (
        "manager",
        "done",
        contest_row(platform, number).id,
        1,
    )


# The draw


def test_a_draw_needs_the_typed_number_and_the_password(made: Contests, platform: Platform) -> None:
    number = made.opened()
    made.enter(number, "a")
    made.close(number)
    assert made.do(number, "draw", {"word": "yes"}).status_code == 422
    clock = Clock(platform)
    clock.forward(minutes=6)
    stale = made.do(number, "draw", {"word": number})
    assert (stale.status_code, stale.json()["type"]) == (401, "fresh-sign-in")


def test_a_draw_gives_what_anyone_can_work_out_from_its_record(made: Contests, platform: Platform) -> None:
    number = made.opened()
    made.enter(number, *(f"e{n}" for n in range(20)))
    made.enter(number, *(f"y{n}" for n in range(10)), of_age=False)
    made.close(number)
    seed = seed_of(platform, number)
    made.draw(number)
    record, told = made.record(number), made.read(number)
    assert (told["state"], told["seed"]) == ("drawn", seed.hex())
    excluded = [record["leaves"].index(one["leaf"]) for one in record["excluded"]]
    assert len(excluded) == 10
    picked = draw.pick(draw.draw_key(seed, told["entries_hash"]), 30, 4, excluded)
    assert [one["leaf"] for one in record["drawn_leaves"]] == [record["leaves"][place] for place in picked]
    found = {row.rank: row for row in entries_of(platform, number) if row.rank}
    assert [found[rank].state for rank in (1, 2, 3, 4)] == ["won", "won", "eligible", "eligible"]
    states = sorted(row.state for row in entries_of(platform, number) if not row.rank)
    assert states == ["ineligible"] * 10 + ["lost"] * 16
    assert [(one["place"], one["rank"], one["state"]) for one in made.awards(number)] == [
        (1, 1, "drawn"),
        (2, 2, "drawn"),
    ]
    assert contest_row(platform, number).sealed_seed is None


def test_a_seed_that_was_not_committed_to_draws_nothing(made: Contests, platform: Platform) -> None:
    """Whoever puts another one there, with the vault's help, is found out before anybody has won."""
    number = made.opened()
    made.enter(number, *"abc")
    made.close(number)
    row = contest_row(platform, number)
    other = platform.vault.keys_of([row.id])[row.id].seal(RESOURCE, row.id, SEED, b"\x07" * draw.SEED_BYTES)
    with platform.database.writing() as session:
        mine = contests.c.id == row.id
        session.connection().execute(contests.update().where(mine).values(sealed_seed=other))
    made.done(number, "draw", {"word": number})
    worker(platform).one_job()
    after = made.read(number)
    assert (after["state"], after["seed"], made.awards(number)) == ("closed", None, [])
    assert [job.kind for job in jobs_left(platform)] == ["contest-draw"]


def test_nobody_is_taken_out_of_a_list_that_is_being_drawn(made: Contests, platform: Platform) -> None:
    """Neither while it is, nor once it is known who is next."""
    number = made.opened(places=1, reserves=1)
    made.enter(number, *"abc")
    made.close(number)

    def disqualify() -> list[int]:
        return [
            made.manager.post(
                f"/v1/contest-entries/CE-{row.number}/disqualify",
                json={"reason": "forged"},
                headers={**key(), "If-Match": f'"{row.version}"'},
            ).status_code
            for row in entries_of(platform, number)
        ]

    made.done(number, "draw", {"word": number})
    assert disqualify() == [409, 409, 409]
    made.work()
    assert disqualify() == [409, 409, 409]
    assert len(made.awards(number)) == 1


def test_who_took_an_entry_out_draws_it_not(api: Api, made: Contests, platform: Platform) -> None:
    """All but one disqualified, and drawn: one manager alone would have chosen the winner."""
    number = made.opened()
    made.enter(number, *"abc")
    entries = entries_of(platform, number)
    assert made.disqualify(entries[0].number).status_code == 200  # while it is open, too
    made.close(number)
    assert made.disqualify(entries[1].number).status_code == 200
    refused = made.do(number, "draw", {"word": number})
    assert (refused.status_code, refused.json()["conditions"]) == (403, ["not_disqualifier"])
    assert "another manager" in refused.json()["because"]
    made.done(number, "draw", {"word": number}, by=api.sign_in("manager2"))
    made.work()
    record = made.record(number)
    assert (record["disqualified"], [one["why"] for one in record["excluded"]]) == (2, ["not_eligible"] * 2)


def test_whoever_took_entries_out_of_another_contest_draws_this_one(made: Contests, platform: Platform) -> None:
    other, number = made.opened(), made.opened()
    made.enter(other, "a")
    assert made.disqualify(entries_of(platform, other)[0].number).status_code == 200
    made.close(number)
    made.done(number, "draw", {"word": number})


def test_two_managers_at_once_draw_once(api: Api, made: Contests, platform: Platform) -> None:
    number = made.opened()
    made.enter(number, *"abcdef")
    made.close(number)
    clients, version = [api.sign_in("manager"), api.sign_in("manager2")], made.read(number)["version"]
    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(made.do, number, "draw", {"word": number}, by=one, version=version) for one in clients]
    assert sorted(one.result().status_code for one in tries) in ([200, 409], [200, 412])
    assert made.do(number, "draw", {"word": number}).status_code == 409
    made.work()
    assert len(made.awards(number)) == 2
    assert len(log_of(platform, "contests:drawn")) == 1


def test_a_draw_that_was_killed_draws_the_same_when_it_goes_on(
    made: Contests, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = made.opened()
    made.enter(number, *(f"e{n}" for n in range(9)))
    made.close(number)
    before = contest_draw_job.prepare(platform, contest_row(platform, number).id)
    clock = Clock(platform)
    made = Contests(made.api)
    made.done(number, "draw", {"word": number})

    def killed(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    for place, state in (("add_award", "closed"), ("change", "closed"), ("_tell_some", "drawn")):
        with monkeypatch.context() as patched:
            patched.setattr(contest_draw_job, place, killed)
            worker(platform).one_job()
        assert (made.read(number)["state"], len(made.awards(number))) == (state, 2 if state == "drawn" else 0)
        clock.forward(minutes=5)
        made = Contests(made.api)
    worker(platform).run_all()
    drawn = {row.rank: bytes(row.leaf) for row in entries_of(platform, number) if row.rank}
    assert [drawn[rank] for rank in sorted(drawn)] == list(before.leaves)
    assert (len(made.awards(number)), jobs_left(platform)) == (2, [])


def test_who_leaves_between_the_look_and_the_draw_is_not_drawn(
    made: Contests, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = made.opened(places=1, reserves=0)
    made.enter(number, "a", "b")
    made.close(number)
    contest = contest_row(platform, number).id
    first = contest_draw_job.prepare(platform, contest).leaves[0]
    [winner] = [row for row in entries_of(platform, number) if bytes(row.leaf) == first]
    prepare = contest_draw_job.prepare

    def late(*args: Any) -> contest_draw_job.Prepared:
        """Prepared, and then the one who was drawn withdraws."""
        found = prepare(*args)
        gone = made.send({"external_id": winner.external_id, "state": "withdrawn"})
        assert gone.status_code == 200, gone.text
        return found

    made.done(number, "draw", {"word": number})
    with monkeypatch.context() as patched:
        patched.setattr(contest_draw_job, "prepare", late)
        worker(platform).one_job()
    assert made.read(number)["state"] == "drawn"  # in the same try: whoever goes on leaving delays no draw
    states = {row.external_id: row.state for row in entries_of(platform, number)}
    other = "b" if winner.external_id == "a" else "a"
    assert states == {winner.external_id: "ineligible", other: "won"}


def test_a_contest_that_nobody_entered_is_drawn_and_over(made: Contests) -> None:
    number = made.drawn(count=0)
    assert (made.read(number)["state"] in ("awarded", "purged"), made.awards(number)) == (True, [])


def test_long_work_goes_in_batches(made: Contests, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest_jobs, "AT_ONCE", 2)
    monkeypatch.setattr(contest_jobs, "READ_AT_ONCE", 3)
    number = made.drawn(count=11)
    assert len(made.record(number)["leaves"]) == 11
    assert sorted({row.state for row in entries_of(platform, number)}) == ["eligible", "lost", "won"]
