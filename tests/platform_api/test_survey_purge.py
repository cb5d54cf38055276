"""What becomes of answers: purged some time after the closing, erased with who gave them, told to them in their package."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import ColumnElement, func, select

from console.platform_api import erasure_job, survey_purge_job
from console.platform_api.erasure_receipt import receipt
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.surveys import RAW_KEPT
from console.platform_api.tables import JobRow, LegalHoldRow, SurveyCountRow, SurveyEntryRow, SurveyTextRow, table
from console.platform_api.transaction import Transaction, own_work
from tests.platform_api.api import Api, employee_id
from tests.platform_api.erased import approve, lay_out
from tests.platform_api.packages_made import files_in, released, somebody, take
from tests.platform_api.people import add_person, log_of
from tests.platform_api.surveys_made import add_entry, add_survey, close, count_all, entry_of, fill, number_of, row_of
from tests.platform_api.test_erasure import everything
from tests.platform_api.worked import Clock, worker

_entries, _texts, _jobs, _counts = table(SurveyEntryRow), table(SurveyTextRow), table(JobRow), table(SurveyCountRow)


def texts_of(platform: Platform, survey: str) -> int:
    with platform.database.reading() as connection:
        return connection.execute(
            select(func.count()).select_from(_texts).where(_texts.c.survey == survey)
        ).scalar_one()


def counts_of(platform: Platform, survey: str) -> list[tuple[object, ...]]:
    with platform.database.reading() as connection:
        key = [_counts.c[name] for name in ("question", "breakdown", "value", "answer")]
        return [
            tuple(row) for row in connection.execute(select(_counts).where(_counts.c.survey == survey).order_by(*key))
        ]


def test_thirty_days_after_the_closing_the_answers_go_and_the_counts_stay(platform: Platform) -> None:
    survey, person = add_survey(platform), add_person(platform)
    made = fill(platform, survey, 25, Random(1))
    made.append(add_entry(platform, survey, text="canary text", person=person))
    clock = Clock(platform)
    close(platform, survey)
    counts = counts_of(platform, survey)
    lay = [bytes(entry_of(platform, made[0]).sealed_answers)[:200]]
    clock.forward(days=RAW_KEPT.days - 1)
    worker(platform).run_all()
    assert entry_of(platform, made[0]).state == "aggregated" and texts_of(platform, survey) == 1
    clock.forward(days=2)
    worker(platform).run_all()
    for entry in made:
        row = entry_of(platform, entry)
        assert (row.state, row.taker, row.external_id, row.sealed_answers, row.sealed_demographic) == (
            "purged",
            None,
            None,
            None,
            None,
        )
    assert row_of(platform, survey).purged is not None
    assert platform.vault.keys_of(made) == {} and texts_of(platform, survey) == 0
    assert counts_of(platform, survey) == counts
    if platform.database.sqlite:
        assert not [piece for piece in lay if piece in everything(platform.data)]
    assert [row.action for row in log_of(platform, "surveys:purged")] == ["purged"]
    with platform.database.reading() as connection:
        kinds = connection.execute(select(_jobs.c.kind)).scalars().all()
    assert "rewrap" in kinds  # the next epoch makes copies of the vault worthless


def test_of_somebody_under_a_legal_hold_nothing_goes(sqlite_platform: Platform) -> None:
    platform = sqlite_platform
    survey, person = add_survey(platform), add_person(platform)
    held, other = (add_entry(platform, survey, person=one) for one in (person, add_person(platform)))
    close(platform, survey)
    clock = Clock(platform)
    place_hold(platform, person)
    clock.forward(days=RAW_KEPT.days + 1)
    worker(platform).run_all()
    assert [entry_of(platform, it).state for it in (held, other)] == ["aggregated", "purged"]
    assert row_of(platform, survey).purged is None
    with platform.database.writing() as session:
        session.connection().execute(table(LegalHoldRow).update().values(lifted=clock.now))
    clock.forward(minutes=2)
    worker(platform).run_all()
    assert entry_of(platform, held).state == "purged" and row_of(platform, survey).purged is not None


def place_hold(platform: Platform, person: str) -> None:
    with platform.database.writing() as session:
        placed: dict[str, Any] = {
            "placed": platform.clock(),
            "placed_by": employee_id(platform, "manager"),
            "reason": "court",
        }
        session.add(LegalHoldRow(id=new_id(), person=person, **placed))


def test_a_purge_that_is_under_way_heeds_a_hold_and_goes_on_after_a_kill(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey, person = add_survey(platform), add_person(platform)
    made = [add_entry(platform, survey, person=one) for one in (add_person(platform), person, add_person(platform))]
    close(platform, survey)
    clock, steps, purge = Clock(platform), iter(range(3)), survey_purge_job.purge_some

    def dying(work: Transaction, of: str, batch: ColumnElement[bool]) -> None:
        """Killed in its second batch; somebody is put under a hold meanwhile."""
        if next(steps) == 1:
            raise RuntimeError("killed")
        purge(work, of, batch)

    monkeypatch.setattr(survey_purge_job, "AT_ONCE", 1)
    monkeypatch.setattr(survey_purge_job, "purge_some", dying)
    clock.forward(days=RAW_KEPT.days + 1)
    worker(platform).run_all()
    assert [entry_of(platform, it).state for it in made] == ["purged", "aggregated", "aggregated"]
    batches = survey_purge_job.batches(platform, survey)
    place_hold(platform, person)
    for batch in batches:  # found before the hold was placed
        with own_work(platform) as work:
            purge(work, survey, batch)
    assert [entry_of(platform, it).state for it in made] == ["purged", "aggregated", "purged"]
    assert list(platform.vault.keys_of(made)) == [made[1]]


def test_whoever_is_erased_loses_their_entries_counted_or_not(platform: Platform) -> None:
    """What was counted stays a part of counts, and the receipt says so; what wasn't counts no more."""
    scene = lay_out(platform)
    open_one, over = add_survey(platform), add_survey(platform)
    fill(platform, over, 30, Random(2))
    fill(platform, open_one, 30, Random(3))
    counted = add_entry(platform, over, person=scene.person, text="mine")
    close(platform, over)
    waiting = add_entry(platform, open_one, person=scene.person, text="mine too")
    others = [counted, waiting]
    counts = counts_of(platform, over)
    approve(platform, scene)
    worker(platform).run_all()
    scene.assert_erased(platform)
    assert [entry_of(platform, it) for it in others] == [None, None]
    assert platform.vault.keys_of(others) == {}
    assert texts_of(platform, over) == texts_of(platform, open_one) == 0
    assert counts_of(platform, over) == counts
    close(platform, open_one)
    assert row_of(platform, open_one).counted == 30
    erasure_job.settle(platform)


def test_the_receipt_says_what_stays_of_them(sqlite_platform: Platform) -> None:
    text = receipt(3, sqlite_platform.clock(), [("survey_counts", "nobodys", None)], [])
    assert "counts, in which nobody can be told any more" in text and "the answers themselves are deleted" in text


def test_a_package_has_the_answers_with_their_questions(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    person = somebody(platform, "Quoxmark")
    content = json.loads(files_in(take(sqlite_api, released(sqlite_api, person)))["data.json"])["sections"]
    [entry] = content["surveys"]
    assert entry["survey"] == "How are we doing?"
    assert {it["question"]: it["answer"] for it in entry["answers"]} == {
        "Would you recommend us?": "9", "What else?": "TypedQuoxmark",
    }  # fmt: skip
    assert entry["about_you"] == {"gender": "female"}


def test_after_the_purge_nothing_finds_them(sqlite_platform: Platform) -> None:
    """Not the person's own package either: there is nothing left of it."""
    survey = add_survey(sqlite_platform, "closed", closed=sqlite_platform.clock() - RAW_KEPT - timedelta(days=1))
    add_entry(sqlite_platform, survey, person=add_person(sqlite_platform))
    count_all(sqlite_platform, survey)
    worker(sqlite_platform).run_all()
    with sqlite_platform.database.reading() as connection:
        assert connection.execute(select(_entries.c.taker)).scalars().all() == [None]
    assert number_of(sqlite_platform, survey)
