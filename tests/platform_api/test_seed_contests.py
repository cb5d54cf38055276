"""Contests of the sample data: one in each state, entered by people and strangers, drawn so that anyone can do it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from console import draw
from console.platform_api.documents import load
from console.platform_api.platform import Platform
from console.platform_api.seed_contests import entry_count
from console.platform_api.tables import AwardRow, ContestEntryRow, ContestRow, MailRow, TicketMessage, TicketRow, table
from console.records.awards import AwardState
from console.records.contest_entries import EntryState
from console.records.contests import ContestState
from tests.platform_api.test_seed import SHARE_A_SAMPLE, copied

pytestmark = SHARE_A_SAMPLE

LOOKED_AT = [table(model) for model in (ContestRow, ContestEntryRow, AwardRow, TicketRow, TicketMessage, MailRow)]


@pytest.fixture(scope="module")
def found(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """All of a sample of 2,000 users that contests touch, with its platform."""
    with copied(sample, tmp_path_factory.mktemp("contests")) as platform:
        yield {**{table.name: rows_of(platform, table) for table in LOOKED_AT}, "letters": letters_of(platform)}


def rows_of(platform: Platform, found_in: Table) -> list[dict[str, Any]]:
    with platform.database.reading() as connection:
        order = found_in.c.number if "number" in found_in.c else found_in.c.id
        return [dict(row) for row in connection.execute(select(found_in).order_by(order)).mappings()]


def letters_of(platform: Platform) -> list[dict[str, str]]:
    """What was written to winners, where it opens still."""
    messages, letters = table(TicketMessage), table(MailRow)
    wanted = select(messages).where(messages.c.id.in_(select(letters.c.id)), messages.c.sealed_thread.is_not(None))
    with platform.database.reading() as connection:
        rows = connection.execute(wanted).all()
    keys = platform.vault.keys_of([row.owner for row in rows])
    opened = (load(keys[row.owner].open("ticket_messages", row.id, "thread", bytes(row.sealed_thread))) for row in rows)
    return [{name: document[name].value for name in ("subject", "body")} for document in opened]


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


def test_who_was_told_of_a_prize_has_a_letter_that_went_out_and_nobody_else(found: dict[str, Any]) -> None:
    """As `notify` would have made it: with it the prize can be forfeited once the time to answer is over."""
    answer_days = {row["id"]: row["answer_days"] for row in found["contests"]}
    for row in found["awards"]:
        letters = [mail for mail in found["mail"] if mail["ticket"] == row["ticket"]]
        thread = [it for it in found["ticket_messages"] if it["ticket"] == row["ticket"] and it["kind"] == "out"]
        if row["state"] == "drawn":
            assert (letters, thread) == ([], [])
            continue
        [letter], [message] = letters, thread
        assert row["due"] == row["notified"] + timedelta(days=answer_days[row["contest"]])
        assert (letter["id"], letter["at"], row["notified"]) == (message["id"], message["at"], letter["at"])
        assert (letter["state"], letter["template"], letter["topic"]) == ("sent", "prize_won", "prize")
        assert letter["person"] == letter["entry"] == message["owner"] == row["entry"]
        assert letter["sealed_thread"] is None and letter["finished"] > letter["due"] > letter["at"]
        assert (message["sealed_thread"] is not None) == (row["state"] == "notified")
        notes = [it["at"] for it in found["ticket_messages"] if it["ticket"] == row["ticket"] and it["kind"] == "note"]
        assert all(letter["finished"] < at for at in notes) and bool(notes) == (row["state"] == "notified")


def test_the_letter_to_a_winner_reads_as_the_console_writes_it(found: dict[str, Any]) -> None:
    [subject, body] = found["letters"][0].values()
    assert subject == "You have won: Twelve groomings"
    assert body.startswith("Hello,\n\nYou took part in our contest “A year of grooming”") and "within 14 days" in body


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
