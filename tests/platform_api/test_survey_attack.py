"""An attacker who has everything that is told of a survey: all questions, all breakdowns, all totals, and solves for what is hidden.

Everything told is a sum of whole numbers, none below zero. The attacker looks for two ways to fill in all that is hidden, at once, in all
tables, so that every sum is right: where a cell of one to nine is the same in all of them, it is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.platform_api import suppression, survey_count_job
from console.platform_api.platform import Platform
from console.platform_api.suppression import hide_line
from console.platform_api.survey_answers import counted
from console.platform_api.survey_count_job import cells
from console.platform_api.survey_counts import EVERYBODY, NOT_SAID, Cell, Counts
from console.platform_api.survey_published import groups, totals
from console.records.surveys import BREAKDOWNS as BY
from console.records.surveys import DEMOGRAPHICS, LEAST
from tests.platform_api.api import Api
from tests.platform_api.people import post
from tests.platform_api.surveys_made import CHOICE, NPS, WORDS, add_entry, add_survey, close, count_all, number_of

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"id": "q1", "kind": "choice", "text": "?", "options": [{"code": code, "label": code} for code in ("o1", "o2", "o3")]},
    {"id": "q2", "kind": "choice", "text": "?", "optional": True, "options": [{"code": code, "label": code} for code in ("o1", "o2")]},
    {"id": "q3", "kind": "nps", "text": "?"},
)  # fmt: skip
BREAKDOWNS = ("gender", "week")
WEEKS = ("2026-03-02", "2026-03-09", "2026-03-16")

Name = tuple[str, ...]
Said = tuple[dict[str, Any], dict[str, str]]
"""What somebody answers, and what they say of themselves."""

ANSWERED: st.SearchStrategy[Said] = st.tuples(
    st.fixed_dictionaries(
        {"q1": st.integers(0, 10)},
        optional={"q2": st.sampled_from(("o1", "o2", "o3")), "q4": st.sampled_from(("well", "badly"))},
    ),
    st.fixed_dictionaries({}, optional={"gender": st.sampled_from(DEMOGRAPHICS["gender"])}),
)
NAMING = frozenset(
    ("id", "number", "survey", "title", "created", "opens", "closes", "opened", "submitted", "aggregated")
)
"""What names a survey or an entry, and when it came."""


@dataclass
class Sums:
    """`equal`: sums of cells that are known, or that are cells themselves (moved to the left with a minus)."""

    least: dict[Name, int] = field(default_factory=dict)
    most: dict[Name, int] = field(default_factory=dict)
    equal: list[tuple[dict[Name, int], int]] = field(default_factory=list)
    of: dict[Name, list[int]] = field(default_factory=dict)

    def cell(self, name: Name, told: int | None, most: int) -> None:
        self.least[name], self.most[name] = (0, most) if told is None else (told, told)

    def add(self, parts: Iterable[Name], whole: Name | int) -> None:
        terms = dict.fromkeys(parts, 1)
        if isinstance(whole, tuple):
            terms[whole] = -1
        for name in terms:
            self.of.setdefault(name, []).append(len(self.equal))
        self.equal.append((terms, 0 if isinstance(whole, tuple) else whole))

    def with_value(self, name: Name, value: int) -> bool:
        """Whether everything can be filled in with this value there."""
        least, most = dict(self.least), dict(self.most)
        if not least[name] <= value <= most[name]:
            return False
        least[name] = most[name] = value
        return self._filled(least, most, [name])

    def _filled(self, least: dict[Name, int], most: dict[Name, int], changed: list[Name]) -> bool:
        if not self._narrowed(least, most, changed):
            return False
        open_ones = [name for name in least if least[name] < most[name]]
        if not open_ones:
            return True
        name = min(open_ones, key=lambda it: most[it] - least[it])
        for value in range(least[name], most[name] + 1):
            low, high = dict(least), dict(most)
            low[name] = high[name] = value
            if self._filled(low, high, [name]):
                return True
        return False

    def _narrowed(self, least: dict[Name, int], most: dict[Name, int], changed: list[Name]) -> bool:
        waiting = list(dict.fromkeys(place for name in changed for place in self.of.get(name, ())))
        while waiting:
            terms, whole = self.equal[waiting.pop()]
            low = sum(times * (least if times > 0 else most)[name] for name, times in terms.items())
            high = sum(times * (most if times > 0 else least)[name] for name, times in terms.items())
            if not low <= whole <= high:
                return False
            for name, times in terms.items():
                own = times * (least if times > 0 else most)[name], times * (most if times > 0 else least)[name]
                bounds = sorted(((whole - (high - own[1])) * times, (whole - (low - own[0])) * times))
                narrower = max(least[name], bounds[0]), min(most[name], bounds[1])
                if narrower[0] > narrower[1]:
                    return False
                if narrower != (least[name], most[name]):
                    least[name], most[name] = narrower
                    waiting += [place for place in self.of[name] if place not in waiting]
                    low = sum(t * (least if t > 0 else most)[n] for n, t in terms.items())
                    high = sum(t * (most if t > 0 else least)[n] for n, t in terms.items())
        return True


@st.composite
def surveys(draw: st.DrawFn) -> Counts:
    """What some entries come to; many are alike, so that some cells are large."""
    groups_of = st.fixed_dictionaries({
        "gender": st.sampled_from((*DEMOGRAPHICS["gender"][:2], NOT_SAID)), "week": st.sampled_from(WEEKS),
        "age_band": st.just(NOT_SAID), "region": st.just(NOT_SAID),
    })  # fmt: skip
    answers = st.fixed_dictionaries(
        {"q1": st.sampled_from(("o1", "o2", "o3")), "q3": st.sampled_from(("3", "8", "9"))},
        optional={"q2": st.sampled_from(("o1", "o2"))},
    )
    found = Counts()
    for told, said, times in draw(st.lists(st.tuples(answers, groups_of, st.integers(1, 14)), min_size=2, max_size=12)):
        for cell in cells(QUESTIONS, told, said):
            found[cell] += times
    return found


def published(counts: Counts) -> tuple[Sums, dict[Name, int], int]:
    """All that an attacker knows, the truth about it, and how many entries there are."""
    number = sum(n for it, n in counts.items() if it[:3] == ("q1", EVERYBODY, ""))
    sums, true = Sums(), dict[Name, int]()
    for named, line in totals(QUESTIONS, counts).items():
        for answer, told in line.items():
            sums.cell((named, answer), told, number)
            true[named, answer] = counts[Cell(named, "", "", answer)]
        sums.add([(named, answer) for answer in line], number)
    for breakdown in BREAKDOWNS:
        _breakdown(counts, breakdown, number, sums, true)
    return sums, true, number


def _breakdown(counts: Counts, breakdown: str, number: int, sums: Sums, true: dict[Name, int]) -> None:
    found = groups(QUESTIONS, counts, breakdown)
    weeks = sorted({it.value for it in counts if it.breakdown == "week"})
    for group in found:
        of = [group.value] if group.until is None else [week for week in weeks if group.value <= week <= group.until]
        sums.cell((breakdown, group.value), group.entries, number)
        true[breakdown, group.value] = sum(counts[Cell("", breakdown, it, "")] for it in of)
        for named, line in group.answers.items():
            for answer, told in line.items():
                sums.cell((named, answer, breakdown, group.value), told, number)
                true[named, answer, breakdown, group.value] = sum(
                    counts[Cell(named, breakdown, it, answer)] for it in of
                )
            sums.add([(named, answer, breakdown, group.value) for answer in line], (breakdown, group.value))
    sums.add([(breakdown, group.value) for group in found], number)
    for question in QUESTIONS:
        for answer in counted(question):
            parts = [(question["id"], answer, breakdown, group.value) for group in found]
            sums.add(parts, (question["id"], answer))


@given(surveys())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_cell_of_one_to_nine_is_known_to_who_solves_for_all_of_them(counts: Counts) -> None:
    sums, true, number = published(counts)
    for name, value in true.items():
        assert sums.least[name] <= value <= sums.most[name]
        if not 0 < value < LEAST or (number < LEAST and len(name) == 2 and name[0] in BREAKDOWNS):
            continue
        if name[0] == "week":  # how many came when is no secret
            continue
        assert sums.least[name] < sums.most[name], name  # it isn't told
        assert any(sums.with_value(name, other) for other in (value + 1, value - 1, value + 2, value - 2)), (
            name,
            value,
        )


@given(st.lists(st.tuples(ANSWERED, ANSWERED), min_size=1, max_size=12))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_looks_before_the_end_are_the_same_whatever_was_answered(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch, pairs: list[tuple[Said, Said]]
) -> None:
    """Who looks after every entry until the end learns no more than who looks once at the end: two surveys that differ in all that was
    said look alike until then, while batches of three are counted. Cells of two are large here, or so few entries would tell nothing anyhow."""
    monkeypatch.setattr(survey_count_job, "AT_ONCE", 3)
    monkeypatch.setattr(suppression, "LEAST", 2)
    platform, manager = sqlite_api.platform, sqlite_api.sign_in("manager")
    both = [add_survey(platform, questions=(NPS, CHOICE, WORDS), started=99) for _ in range(2)]
    for pair in pairs:
        for survey, (answers, said) in zip(both, pair, strict=True):
            add_entry(platform, survey, answers=answers, said=said)
            count_all(platform, survey)
        one, other = (looks(manager, platform, survey) for survey in both)
        assert one == other
    for survey in both:
        close(platform, survey)
    assert all(figures_of(manager, platform, survey)["told"] for survey in both)


def looks(manager: httpx.Client, platform: Platform, survey: str) -> list[Any]:
    """All that is told of it, without what names it and when it was made."""
    path = f"/v1/surveys/{number_of(platform, survey)}"
    record = {name: it for name, it in manager.get(path).json().items() if name not in NAMING}
    entries = manager.get("/v1/survey-entries", params={"survey": number_of(platform, survey), "limit": 200}).json()
    listed = [{name: it for name, it in item.items() if name not in NAMING} for item in entries["items"]]
    figures = [figures_of(manager, platform, survey, **({"by": by} if by else {})) for by in (None, *BY)]
    others = [manager.get(f"{path}/texts?question=q4"), post(manager, f"{path}/export")]
    return [record, listed, entries["total"], figures, [answer.status_code for answer in others]]


def figures_of(manager: httpx.Client, platform: Platform, survey: str, **params: str) -> dict[str, Any]:
    answer = manager.get(f"/v1/surveys/{number_of(platform, survey)}/figures", params=params).json()
    return {name: it for name, it in answer.items() if name not in NAMING}


def test_the_attacker_is_able_to_solve() -> None:
    """Of a survey whose small cells were merely left out, one by one, the same attacker finds them."""
    sums = Sums()
    for row in "ab":
        for column in "xyz":
            told = {"ax": 20, "ay": 30, "az": None, "bx": 15, "by": None, "bz": 40}[row + column]
            sums.cell((row, column), told, 200)
        sums.add([(row, column) for column in "xyz"], {"a": 54, "b": 62}[row])
    assert not sums.with_value(("a", "z"), 5) and sums.with_value(("a", "z"), 4)
    assert not sums.with_value(("b", "y"), 6) and sums.with_value(("b", "y"), 7)


def test_two_hidden_cells_with_one_entry_between_them_would_be_known_to_be_small() -> None:
    """Why at least ten entries stand in what is hidden together."""
    assert hide_line(Counter(a=1, b=0, c=30, d=40)) == {"a", "b", "c"}
