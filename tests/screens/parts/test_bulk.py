"""One deed on many records: what fails stops nothing, and what is left is known."""

import asyncio

import pytest

from console.errors import NotSignedIn, PetworksError, Problem
from console.records.record import Action, Record
from screens.parts.bulk import Amount, Outcome, Plan, run, totals
from screens.parts.progress import Steps, drawn
from tests.screens.listed import user

PEOPLE = [user(number) for number in range(1, 6)]


def go(refusing: dict[str, PetworksError], stop_after: int = 99) -> Outcome:
    steps: list[int] = []

    async def deed(record: Record) -> Record:
        if record.number in refusing:
            raise refusing[record.number]
        return record

    async def work() -> Outcome:
        return await run(
            PEOPLE, deed, stopped=lambda: len(steps) >= stop_after, step=lambda outcome: steps.append(len(outcome.done))
        )

    return asyncio.run(work())


def test_a_failure_is_named_and_stops_nothing_but_itself():
    outcome = go({"U-2": Problem.of(409, {"because": "It is being erased."})})
    assert [record.number for record in outcome.done] == ["U-1", "U-3", "U-4", "U-5"]
    assert [(refusal.number, refusal.why) for refusal in outcome.failed] == [("U-2", "It is being erased.")]
    assert outcome.again == {"id-2"}


def test_stopping_leaves_the_rest_for_later():
    outcome = go({}, stop_after=2)
    assert len(outcome.done) == 2
    assert outcome.again == {"id-3", "id-4", "id-5"}


def test_a_session_that_ended_stops_all():
    with pytest.raises(NotSignedIn):
        go({"U-3": NotSignedIn(401, {})})


def test_a_dry_run_tells_those_apart_for_whom_it_is_not_allowed():
    plan = Plan()
    plan.add(PEOPLE[0].model_copy(update={"actions": (Action(name="lock", allowed=True),)}), "lock")
    plan.add(PEOPLE[1].model_copy(update={"actions": (Action(name="lock", allowed=False, because="No."),)}), "lock")
    assert [record.number for record in plan.allowed] == ["U-1"]
    assert [(refusal.number, refusal.why) for refusal in plan.refused] == [("U-2", "No.")]


def test_progress_says_how_far_what_failed_and_how_to_stop():
    text = drawn(Steps("Refunding 37 orders", 37, 21, 2)).plain
    assert text == "Refunding 37 orders  ▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░  21 of 37   2 failed   S stop after this one"
    assert "stops after this one" in drawn(Steps("x", 3, 1, stopping=True)).plain


@pytest.mark.parametrize("room", [78, 100, 118])
def test_progress_with_its_money_fits_and_keeps_how_to_stop(room: int):
    steps = Steps("Refunding 37 orders", 37, 21, 2, money="1,204.50 USD")
    said = drawn(steps, room).plain
    assert len(said) <= room
    assert all(words in said for words in ("21 of 37", "1,204.50 USD done", "2 failed", "S stop"))


def test_currencies_are_never_added_up():
    amounts = [Amount(10_000, "USD"), Amount(500, "JPY"), Amount(20_450, "USD")]
    assert totals(amounts) == "500 JPY + 304.50 USD"
    assert totals([]) == ""
