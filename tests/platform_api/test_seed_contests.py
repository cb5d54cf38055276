"""Contests of the sample data: one in each state, entered by people and strangers, drawn so that anyone can do it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, select

from console import draw
from console.platform_api.platform import Platform
from console.platform_api.seed_contests import entry_count
from console.platform_api.tables import AwardRow, ContestEntryRow, ContestRow, TicketRow, table
from console.records.awards import AwardState
from console.records.contest_entries import EntryState
from console.records.contests import ContestState
from tests.platform_api.test_seed import seeded

LOOKED_AT = [table(model) for model in (ContestRow, ContestEntryRow, AwardRow, TicketRow)]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """All of a sample of 2,000 users that contests touch, with its platform."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PETWORKS_SEED_PASSWORD", "correct horse battery")
        with seeded(tmp_path_factory.mktemp("contests"), users=2_000) as platform:
            yield {table.name: rows_of(platform, table) for table in LOOKED_AT}


def rows_of(platform: Platform, found_in: Table) -> list[dict[str, Any]]:
    with platform.database.reading() as connection:
        return [dict(row) for row in connection.execute(select(found_in).order_by(found_in.c.number)).mappings()]


def test_they_are_in_every_state_and_so_are_their_entries_and_prizes(found: dict[str, Any]) -> None:
    assert sorted(row["state"] for row in found["contests"]) == sorted(
        {*map(str, ContestState)} - {"lapsed"}
    )  # these are all drawn in time
    assert {row["state"] for row in found["contest_entries"]} == {str(state) for state in EntryState}
    assert {row["state"] for row in found["awards"]} == {str(state) for state in AwardState}
    entered = Counter(row["contest"] for row in found["contest_entries"])
    for row in found["contests"]:
        assert row["entries"] == entered[row["id"]]
        assert row["eligible"] is None or row["eligible"] + row["excluded"] == row["entries"]
    assert [entry_count(users, 1.0) for users in (0, 30, 2_000, 1_000_000)] == [0, 3, 90, 90]


def test_each_draw_follows_from_its_seed_and_its_list(found: dict[str, Any]) -> None:
    for row in found["contests"]:
        mine = sorted(
            (one for one in found["contest_entries"] if one["contest"] == row["id"]), key=lambda one: one["leaf"]
        )
        if row["entries_hash"] is not None:
            assert row["entries_hash"] == draw.hash_of(one["leaf"] for one in mine)
        if row["seed"] is None:
            continue
        seed = bytes.fromhex(row["seed"])
        excluded = [place for place, one in enumerate(mine) if one["reason"] is not None]
        picked = draw.pick(
            draw.draw_key(seed, row["entries_hash"]), len(mine), row["places"] + row["reserves"], excluded
        )
        assert [mine[place]["rank"] for place in picked] == list(range(1, len(picked) + 1))
        assert row["commitment"] == draw.commitment(seed)


def test_nothing_of_a_prize_lies_ahead_and_nobody_forfeits_before_their_time_is_over(found: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    for row in found["awards"]:
        assert all(row[name] <= now for name in ("drawn", "notified", "shipped", "ended") if row[name] is not None), row
        assert row["reason"] != "no_answer" or row["ended"] >= row["due"]


def test_contact_is_there_while_it_has_a_purpose_and_not_after(found: dict[str, Any]) -> None:
    over = {row["id"] for row in found["contests"] if row["state"] == "purged"}
    for row in found["contest_entries"]:
        assert (row["sealed_entry_contact"] is None) >= (row["contest"] in over)
        assert (row["state"] == "purged") == (row["contest"] in over)
        assert (row["sealed_entry_contact"] is None) == (row["salt"] is None)
    for row in found["awards"]:
        assert (row["sealed_entry_contact"] is not None) == (row["state"] in ("drawn", "notified"))
    cases = {row["id"]: row for row in found["tickets"] if row["about"] == "award"}
    assert {row["ticket"] for row in found["awards"]} == set(cases)
