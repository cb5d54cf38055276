"""The sequence of a contest: what is committed, fixed and drawn, each with its hash, and at most one next step."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.records.awards import Award
from console.records.contests import Contest, Progress
from screens.parts.contest_steps import current, next_step, step_lines, steps, waiting

NOW = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)
OPENED = {
    "opened": NOW - timedelta(days=26),
    "opened_by": "E-4",
    "commitment": "c0ffee" * 10,
    "entries": 1204,
    "places": 2,
    "reserves": 3,
}
CLOSED = {**OPENED, "closed": NOW - timedelta(days=6), "entries_hash": "beef" * 16}
DRAWN = {**CLOSED, "drawn": NOW - timedelta(days=5), "drawn_by": "E-4", "seed": "5eed" * 16}


def contest(state: str, **values: Any) -> Contest:
    return Contest(id="x", number="CT-2", version=1, state=state, **values)


def award(place: int, state: str, rank: int = 0) -> Award:
    return Award(
        id=f"{place}{rank}", number=f"AW-{place}{rank}", version=1, state=state, place=place, rank=rank or place
    )


def drawn(found: Contest) -> str:
    return "\n".join(f"{sign.plain} {said.plain}" for sign, said in step_lines(found, NOW))


STATES: list[tuple[Contest, str]] = [
    (contest("draft", places=2, reserves=3), "open"),
    (contest("open", **OPENED), "close"),
    (contest("closed", **CLOSED), "draw"),
    (contest("drawn", **DRAWN, awards=(award(1, "drawn"), award(2, "notified"))), "notify"),
    (contest("drawn", **DRAWN, awards=(award(1, "awarded"), award(2, "notified"))), "award"),
]


@pytest.mark.parametrize(("found", "action"), STATES, ids=[action for _, action in STATES])
def test_there_is_one_next_step_and_it_is_what_a_takes(found: Contest, action: str):
    assert drawn(found).count("→") == 1
    step = next_step(found, NOW)
    assert step is not None and step.action == action


@pytest.mark.parametrize(
    "found",
    [
        contest("closed", **{**CLOSED, "entries_hash": None}, work=Progress(what="closing", done=400, total=1204)),
        contest("closed", **CLOSED, drawn_by="E-4", work=Progress(what="drawing", total=1204)),
        contest("awarded", **DRAWN, awarded=NOW, awards=(award(1, "awarded"), award(2, "forfeited"))),
        contest("purged", **DRAWN, awarded=NOW, purged=NOW, purged_entries=1204, awards=(award(1, "awarded"),)),
    ],
    ids=["closing", "drawing", "purging", "over"],
)
def test_where_the_platform_is_at_it_or_all_is_done_nothing_is_next(found: Contest):
    assert next_step(found, NOW) is None and "→" not in drawn(found)


def test_what_is_fixed_stands_with_its_hash_from_the_moment_it_is():
    assert "c0ffee" not in drawn(STATES[0][0])
    opened = drawn(STATES[1][0])
    assert (
        "✓ opened 3 Nov by E-4: the seed is committed\nseed, SHA-256  c0ffeec0ffee…" in opened and "beef" not in opened
    )
    closed = drawn(STATES[2][0])
    assert "1,204 entries, the list is fixed\nlist, SHA-256  beefbeefbeef…" in closed and "5eed" not in closed
    assert "seed  5eed5eed5eed…" in drawn(STATES[3][0])


def test_how_far_the_platform_is_is_said_in_numbers():
    found = contest("closed", **{**CLOSED, "entries_hash": None}, work=Progress(what="closing", done=400, total=1204))
    assert "… closed: the list is being fixed, 400 of 1,204" in drawn(found)


def test_an_open_contest_closes_by_itself_and_leaves_nothing_to_do_before():
    running = contest("open", **OPENED, closes=NOW + timedelta(days=4))
    assert next_step(running, NOW) is None
    assert "… closes by itself 3 Dec, 1,204 entries so far: then the list is fixed" in drawn(running)


def test_a_draw_has_a_day_and_a_lapse_behind_it():
    days = {"draw_due": NOW + timedelta(days=8), "lapses": NOW + timedelta(days=174)}
    assert "→ draw 2 winners and 3 reserves by 7 Dec" in drawn(contest("closed", **CLOSED, **days))
    late = contest("closed", **CLOSED, **{**days, "draw_due": NOW - timedelta(days=1)})
    assert "→ draw 2 winners and 3 reserves: overdue since 28 Nov, lapses 22 May 2027" in drawn(late)


def test_a_time_that_is_over_says_so():
    assert "its time is over, 1,204 entries so far" in drawn(contest("open", **OPENED, closes=NOW - timedelta(hours=1)))


def test_a_reserve_who_was_drawn_for_it_is_the_winner_of_the_place():
    awards = (award(1, "forfeited"), award(2, "awarded"), award(1, "drawn", rank=3))
    assert [each.number for each in current(awards)] == ["AW-13", "AW-20"]
    assert [each.number for each in waiting(awards)] == ["AW-13"]
    assert "notify the winners: 1 of 2 told" in drawn(contest("drawn", **DRAWN, awards=awards))


def test_what_was_purged_is_counted():
    over = contest(
        "purged",
        **DRAWN,
        awarded=NOW,
        purged=NOW,
        purged_entries=1204,
        awards=(award(1, "awarded"), award(2, "forfeited")),
    )
    assert "✓ 1 prize handed over, 1 prize left over" in drawn(over)
    assert "✓ purged 29 Nov: the contact of 1,204 entries is gone for good" in drawn(over)
    assert [step.state for step in steps(over, NOW)] == ["done"] * 6
