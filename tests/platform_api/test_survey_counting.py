"""Counting the entries of surveys, and what is told of them: each once, and at the end, without what would lead to anybody."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.platform_api import survey_count_job
from console.platform_api.platform import Platform
from console.platform_api.survey_counts import EVERYBODY, Cell, load
from console.platform_api.survey_figures import NOT_YET
from console.platform_api.surveys import COUNTING, surveys
from console.platform_api.tables import SurveyEntryRow, table
from console.platform_api.transaction import own_work
from console.records.surveys import DEMOGRAPHICS, LEAST
from tests.platform_api import forked
from tests.platform_api.api import Api
from tests.platform_api.people import log_of, post
from tests.platform_api.surveys_made import (
    CHOICE,
    NPS,
    WORDS,
    add_entry,
    add_survey,
    close,
    count_all,
    entry_of,
    fill,
    number_of,
    row_of,
)
from tests.platform_api.worked import Clock, worker

_entries = table(SurveyEntryRow)


@pytest.fixture
def manager(sqlite_api: Api) -> httpx.Client:
    return sqlite_api.sign_in("manager")


def figures(client: httpx.Client, platform: Platform, survey: str, **params: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/surveys/{number_of(platform, survey)}/figures", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(answer: dict[str, Any], question: str) -> dict[str, int | None]:
    [found] = [it for it in answer["questions"] if it["id"] == question]
    return {it["answer"]: it["count"] for it in found["answers"]}


def states(platform: Platform) -> Counter[str]:
    with platform.database.reading() as connection:
        return Counter(connection.execute(select(_entries.c.state)).scalars())


# Once


def test_every_entry_counts_once_in_each_of_its_cells(platform: Platform) -> None:
    survey, random = add_survey(platform), Random(2)
    fill(platform, survey, 60, random)
    close(platform, survey)
    with platform.database.reading() as connection:
        counts = load(connection, survey, EVERYBODY, "gender", "week", "region")
    for question in ("q1", "q2", "q3", "q4"):
        for breakdown in ("", "gender", "week", "region"):
            assert sum(n for it, n in counts.items() if (it.question, it.breakdown) == (question, breakdown)) == 60
    assert counts[Cell("q4", "", "", "none")] == counts[Cell("", "region", "not_said", "")] == 60
    assert (row_of(platform, survey).counted, states(platform)) == (60, Counter(aggregated=60))


@pytest.mark.parametrize("step", ["counted", "committed"])
def test_a_worker_that_is_killed_counts_nothing_twice(platform: Platform, step: str) -> None:
    survey, random = add_survey(platform), Random(3)
    fill(platform, survey, 55, random)
    with platform.database.writing() as session:
        session.connection().execute(
            surveys.update().values(state="closed", closed=platform.clock() - timedelta(minutes=1))
        )
    url = "-" if platform.database.sqlite else platform.database.url
    killed = forked.run("tests.platform_api.killed_survey_worker", str(platform.data), url, step)
    assert killed.returncode == -9, killed.said
    assert states(platform)["aggregated"] == (0 if step == "counted" else 20)
    Clock(platform).forward(minutes=3)
    worker(platform).run_all()
    with platform.database.reading() as connection:
        counts = load(connection, survey, EVERYBODY)
    assert sum(n for it, n in counts.items() if it.question == "q1") == row_of(platform, survey).counted == 55
    assert row_of(platform, survey).settled is not None


def test_two_workers_at_once_count_each_entry_once(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is open the last few wait for the rest of their batch."""
    monkeypatch.setattr(survey_count_job, "AT_ONCE", 20)
    survey = add_survey(platform)
    fill(platform, survey, 45, Random(4))
    with own_work(platform) as work:
        survey_count_job.ask(work, survey)
    one, other = worker(platform), worker(platform)
    while any([one.one_job(), other.one_job()]):
        pass
    assert (row_of(platform, survey).counted, states(platform)["submitted"]) == (40, 5)


def test_the_version_is_the_managers_own(
    sqlite_platform: Platform, manager: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting makes no decision stale; consoles hear of it all the same."""
    monkeypatch.setattr(survey_count_job, "AT_ONCE", 20)
    survey = add_survey(sqlite_platform)
    fill(sqlite_platform, survey, 30, Random(6))
    count_all(sqlite_platform, survey)
    changed = manager.get("/v1/changes", params={"after": 0}).json()["items"]
    assert {"surveys"} <= {item["resource"] for item in changed}
    assert post(manager, f"/v1/surveys/{survey}/close", version=1).status_code == 200


def test_one_whose_key_is_gone_counts_no_more(platform: Platform) -> None:
    """Whoever is being erased at that very moment is neither in a count nor in how many there are."""
    survey = add_survey(platform, questions=[NPS])
    made = [add_entry(platform, survey, answers={"q1": 9}) for _ in range(30)]
    platform.vault.forget(made[:1])
    close(platform, survey)
    with platform.database.reading() as connection:
        counts = load(connection, survey, EVERYBODY)
    assert (row_of(platform, survey).counted, counts[Cell("q1", "", "", "promoter")]) == (29, 29)


# What is told


def test_before_the_last_count_no_answer_is_told(
    sqlite_platform: Platform, manager: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many came in and how many of those who began finished is nobody's answer. Then all of it is told at once."""
    monkeypatch.setattr(survey_count_job, "AT_ONCE", 20)
    survey = add_survey(sqlite_platform, questions=[NPS, WORDS], started=80)
    for place in range(40):
        add_entry(sqlite_platform, survey, answers={"q1": 9, **({"q4": "well"} if place < 20 else {})})
    path = f"/v1/surveys/{number_of(sqlite_platform, survey)}"
    for because in (NOT_YET, COUNTING):
        count_all(sqlite_platform, survey)
        if because == COUNTING:
            _closed(sqlite_platform, survey)
        for by in ({}, {"by": "week"}):
            answer = figures(manager, sqlite_platform, survey, **by)
            assert (answer["told"], answer["because"], answer["settled"]) == (False, because, None)
            assert (answer["entries"], answer["finished"], answer["completion"], answer["groups"]) == (
                40,
                0.5,
                None,
                None,
            )
            assert [(it["answers"], it["nps"], it["mean"]) for it in answer["questions"]] == [(None, None, None)] * 2
        refused = [manager.get(f"{path}/texts?question=q4"), post(manager, f"{path}/export")]
        assert [answer.status_code for answer in refused] == [409, 409]
    assert manager.get(f"{path}/figures", params={"by": "name"}).status_code == 400
    count_all(sqlite_platform, survey)
    answer = figures(manager, sqlite_platform, survey, by="week")
    assert (answer["told"], answer["because"], answer["counted"]) == (True, None, 40)
    assert told(answer, "q4") == {"given": 20, "none": 20} and answer["groups"]
    assert manager.get(f"{path}/texts?question=q4").status_code == post(manager, f"{path}/export").status_code == 200


def _closed(platform: Platform, survey: str) -> None:
    """And not counted yet."""
    with platform.database.writing() as session:
        closed = {"state": "closed", "closed": platform.clock()}
        session.connection().execute(surveys.update().where(surveys.c.id == survey).values(closed))


def test_the_net_promoter_score_has_its_interval(sqlite_platform: Platform, manager: httpx.Client) -> None:
    """50 promoters, 30 passives, 20 detractors: (50 - 20) / 100, ± 1.96 √((0.7 - 0.09) / 100)."""
    survey = add_survey(sqlite_platform, questions=[NPS])
    for score in [9, 10] * 25 + [7, 8] * 15 + [0, 6] * 10:
        add_entry(sqlite_platform, survey, answers={"q1": score})
    close(sqlite_platform, survey)
    [question] = figures(manager, sqlite_platform, survey)["questions"]
    assert question["nps"] == {"score": 30.0, "low": 14.7, "high": 45.3}
    assert question["mean"] is None


def test_no_score_is_made_of_what_is_hidden(sqlite_platform: Platform, manager: httpx.Client) -> None:
    scale = {"id": "q2", "kind": "scale", "text": "?", "optional": False, "low": 1, "high": 3}
    survey = add_survey(sqlite_platform, questions=[NPS, scale])
    for score, value in [(10, 3)] * 40 + [(8, 2)] * 20 + [(3, 1)] * 9:
        add_entry(sqlite_platform, survey, answers={"q1": score, "q2": value})
    close(sqlite_platform, survey)
    answer = figures(manager, sqlite_platform, survey)
    assert told(answer, "q1") == {"detractor": None, "passive": None, "promoter": 40}
    assert [(it["nps"], it["mean"]) for it in answer["questions"]] == [(None, None), (None, None)]


def test_a_scale_has_its_mean(sqlite_platform: Platform, manager: httpx.Client) -> None:
    scale = {"id": "q1", "kind": "scale", "text": "?", "optional": True, "low": 1, "high": 3}
    survey = add_survey(sqlite_platform, questions=[scale])
    for value in [3] * 20 + [2] * 10 + [1] * 10:
        add_entry(sqlite_platform, survey, answers={"q1": value})
    for _ in range(10):
        add_entry(sqlite_platform, survey, answers={})
    close(sqlite_platform, survey)
    answer = figures(manager, sqlite_platform, survey)
    assert answer["questions"][0]["mean"] == 2.25
    assert answer["completion"] == {"complete": 40, "share": 0.8}


def test_completion_goes_in_tens(sqlite_platform: Platform, manager: httpx.Client) -> None:
    survey = add_survey(sqlite_platform, questions=[NPS, WORDS], started=100)
    for place in range(60):
        add_entry(sqlite_platform, survey, answers={"q1": 9, **({"q4": "well"} if place < 37 else {})})
    close(sqlite_platform, survey)
    answer = figures(manager, sqlite_platform, survey)
    assert (answer["completion"], answer["finished"]) == ({"complete": 30, "share": 0.5}, 0.6)


@pytest.mark.parametrize("empty", [0, 1, 9, 52, 60])
def test_completion_doesn_t_tell_how_many_left_a_question_empty(
    sqlite_platform: Platform, manager: httpx.Client, empty: int
) -> None:
    """With 61 entries and 60 that are complete it would be known that one at most did."""
    survey = add_survey(sqlite_platform, questions=[CHOICE])
    for place in range(61):
        add_entry(sqlite_platform, survey, answers={"q2": "o1"} if place >= empty else {})
    close(sqlite_platform, survey)
    answer = figures(manager, sqlite_platform, survey)
    assert told(answer, "q2")["none"] is None
    assert answer["completion"] == {"complete": None, "share": None}


def test_fewer_than_ten_entries_tell_nothing_but_that_they_are(
    sqlite_platform: Platform, manager: httpx.Client
) -> None:
    survey = add_survey(sqlite_platform)
    fill(
        sqlite_platform,
        survey,
        9,
        Random(8),
    )
    close(sqlite_platform, survey)
    for by in (None, *DEMOGRAPHICS, "week"):
        answer = figures(manager, sqlite_platform, survey, **({"by": by} if by else {}))
        assert answer["entries"] == answer["counted"] == 9
        counts = [it["count"] for question in answer["questions"] for it in question["answers"]]
        counts += [
            it["count"] for group in answer["groups"] for question in group["questions"] for it in question["answers"]
        ]
        assert [count for count in counts if count is not None] == []
        assert answer["completion"]["complete"] is None


def test_weeks_with_few_entries_are_told_together(sqlite_platform: Platform, manager: httpx.Client) -> None:
    survey, now = (
        add_survey(sqlite_platform, questions=[NPS], opens=sqlite_platform.clock() - timedelta(days=60)),
        sqlite_platform.clock(),
    )
    for weeks, many in ((8, 15), (6, 4), (5, 3), (3, 40), (1, 2)):
        for place in range(many):
            submitted = now - timedelta(days=7 * weeks)
            add_entry(sqlite_platform, survey, answers={"q1": (10, 8, 3)[place % 3]}, submitted=submitted)
    close(sqlite_platform, survey)
    groups = figures(manager, sqlite_platform, survey, by="week")["groups"]
    assert [group["entries"] for group in groups] == [15, 49]
    assert [group["until"] is not None for group in groups] == [False, True]


# Texts and export


def test_texts_are_told_without_entry_day_or_order(sqlite_platform: Platform, manager: httpx.Client) -> None:
    survey = add_survey(sqlite_platform)
    hostile = ["\x1b]0;owned\x07", "[bold red]x[/]", "\u202egnp.exe", "Z͑ͫ̓ͪ̂ͫ̽͏ą̴̙̤̞l", "=1+1", "x" * 10_000]
    words = [*hostile, *(f"text {n}" for n in range(30))]
    for word in (*words, *[None] * LEAST):
        add_entry(sqlite_platform, survey, text=word)
    path = f"/v1/surveys/{number_of(sqlite_platform, survey)}/texts"
    assert manager.get(path, params={"question": "q4"}).status_code == 409  # it is open
    close(sqlite_platform, survey)
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = manager.get(path, params={"question": "q4", "limit": 10, **cursor}).json()
        assert all(isinstance(item, str) for item in page["items"])
        found += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert Counter(found) == Counter(words)
    assert found != words  # one chance in 36!
    assert page["total"] == {"count": 36, "exact": True}
    assert manager.get(path, params={"question": "q1"}).status_code == manager.get(path).status_code == 400
    assert [row.role for row in log_of(sqlite_platform, "surveys:texts") if row.outcome == "done"] == ["manager"] * 4


def test_fewer_than_ten_texts_are_told_to_nobody(sqlite_platform: Platform, manager: httpx.Client) -> None:
    survey = add_survey(sqlite_platform)
    for place in range(40):
        add_entry(sqlite_platform, survey, text=f"word{place}" if place < 9 else None)
    close(sqlite_platform, survey)
    answer = manager.get(f"/v1/surveys/{number_of(sqlite_platform, survey)}/texts", params={"question": "q4"})
    assert answer.status_code == 409 and "word" not in answer.text


def read(manager: httpx.Client, platform: Platform, survey: str, limit: int = 200) -> tuple[list[str], Any]:
    """All texts to its end, and how many there are said to be."""
    path, found = f"/v1/surveys/{number_of(platform, survey)}/texts", list[str]()
    page: Any = {"next": ""}
    while page["next"] is not None:
        cursor = {"cursor": page["next"]} if page["next"] else {}
        answer = manager.get(path, params={"question": "q4", "limit": limit, **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
    return found, page["total"]


def test_texts_don_t_tell_how_few_left_it_empty(sqlite_platform: Platform, manager: httpx.Client) -> None:
    """As many are told whether nobody did or nine, and of ten the figures say it themselves."""
    counts = {}
    for empty in (0, 1, 9, 10):
        survey = add_survey(sqlite_platform)
        for place in range(40):
            add_entry(sqlite_platform, survey, text=f"word {place}" if place >= empty else None)
        close(sqlite_platform, survey)
        hidden = told(figures(manager, sqlite_platform, survey), "q4") == {"given": None, "none": None}
        found, total = read(manager, sqlite_platform, survey, limit=7)
        assert (len(set(found)), total["count"]) == (len(found), len(found))
        counts[empty] = hidden, len(found)
    assert counts == {0: (True, 31), 1: (True, 31), 9: (True, 31), 10: (False, 30)}


def test_an_export_has_all_that_is_told_and_no_more(sqlite_platform: Platform, manager: httpx.Client) -> None:
    survey = add_survey(sqlite_platform)
    fill(sqlite_platform, survey, 200, Random(9))
    close(sqlite_platform, survey)
    answer = post(manager, f"/v1/surveys/{number_of(sqlite_platform, survey)}/export")
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.headers["Petworks-Total"] == f"{len(lines)}; exact"
    for by in (None, *DEMOGRAPHICS, "week"):
        shown = figures(manager, sqlite_platform, survey, **({"by": by} if by else {}))
        if by is None:
            cells = {(None, q["id"], it["answer"]): it["count"] for q in shown["questions"] for it in q["answers"]}
        else:
            cells = {
                (group["value"], q["id"], it["answer"]): it["count"]
                for group in shown["groups"]
                for q in group["questions"]
                for it in q["answers"]
            }
        assert {
            (it["value"], it["question"], it["answer"]): it["count"] for it in lines if it["breakdown"] == by
        } == cells
    assert all((line["count"] is None) == line["hidden"] for line in lines)
    assert any(line["hidden"] for line in lines) and not all(line["hidden"] for line in lines)
    assert [json.loads(row.details)["rows"] for row in log_of(sqlite_platform, "surveys:export")] == [len(lines)]


# By itself


def test_on_its_last_day_a_survey_closes_and_is_counted_by_itself(
    sqlite_platform: Platform, manager: httpx.Client
) -> None:
    survey = add_survey(sqlite_platform, days=2)
    entry = fill(sqlite_platform, survey, 12, Random(1))[0]
    clock = Clock(sqlite_platform)
    worker(sqlite_platform).run_all()
    assert row_of(sqlite_platform, survey).state == "open"
    clock.forward(days=3)
    worker(sqlite_platform).run_all()
    row = row_of(sqlite_platform, survey)
    assert (row.state, row.closed_by, row.counted) == ("closed", None, 12)
    assert row.settled is not None and entry_of(sqlite_platform, entry).state == "aggregated"
