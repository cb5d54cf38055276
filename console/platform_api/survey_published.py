"""What is told of a survey's answers: its counts without what is hidden. Pure: counts come in, cells go out (P23).

All of it is told once the survey is settled, so that no two looks at it ever differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from console.platform_api.suppression import hide_line, hide_table
from console.platform_api.survey_answers import Question, counted
from console.platform_api.survey_counts import EVERYBODY, EVERYTHING, NOT_SAID, Cell, Counts
from console.records.surveys import DEMOGRAPHICS, LEAST, WEEK

Told = Mapping[str, int | None]
"""Answer, or group → how many; None where it is hidden."""


@dataclass(frozen=True)
class Group:
    """One value of a breakdown. `until`: the last Monday of a period that is longer than one week."""

    value: str
    entries: int | None
    answers: Mapping[str, Told]
    """By question."""
    until: str | None = None


def totals(questions: Sequence[Question], counts: Counts) -> dict[str, Told]:
    """By question."""
    return {question["id"]: _line(question, counts) for question in questions}


def _line(question: Question, counts: Counts) -> Told:
    line = {answer: counts[Cell(question["id"], EVERYBODY, "", answer)] for answer in counted(question)}
    hidden = hide_line(line)
    return {answer: None if answer in hidden else count for answer, count in line.items()}


def groups(questions: Sequence[Question], counts: Counts, breakdown: str) -> list[Group]:
    """All groups of a breakdown, in their order; weeks with fewer than LEAST entries are put together with those beside them."""
    members = periods(counts) if breakdown == WEEK else {it: (it,) for it in (*DEMOGRAPHICS[breakdown], NOT_SAID)}
    sizes = {name: sum(counts[Cell(EVERYTHING, breakdown, it, "")] for it in of) for name, of in members.items()}
    whole = frozenset[str]() if breakdown == WEEK else hide_line(sizes)  # how many came when is no secret
    tables = {question["id"]: _table(question, counts, breakdown, members, whole) for question in questions}
    return [
        Group(
            name,
            None if name in whole else sizes[name],
            {question: told[name] for question, told in tables.items()},
            of[-1] if len(of) > 1 else None,
        )
        for name, of in members.items()
    ]


def _table(
    question: Question,
    counts: Counts,
    breakdown: str,
    members: Mapping[str, Sequence[str]],
    whole: Collection[str],
) -> dict[str, Told]:
    answers = counted(question)
    cells = {
        (name, answer): sum(counts[Cell(question["id"], breakdown, it, answer)] for it in of)
        for name, of in members.items()
        for answer in answers
    }
    hidden = (answer for answer, count in _line(question, counts).items() if count is None)
    off = _hidden_in(tuple(members), answers, tuple(cells.items()), frozenset(whole), frozenset(hidden))
    return {name: {it: None if (name, it) in off else cells[name, it] for it in answers} for name in members}


@lru_cache(512)
def _hidden_in(
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    cells: tuple[tuple[tuple[str, str], int], ...],
    whole_rows: frozenset[str],
    whole_columns: frozenset[str],
) -> frozenset[tuple[str, str]]:
    """A table that doesn't change any more is looked at again and again."""
    return hide_table(rows, columns, dict(cells), whole_rows, whole_columns)


def periods(counts: Counts) -> dict[str, tuple[str, ...]]:
    """First Monday → the weeks that are told together, of at least LEAST entries; the last ones go with those before them."""
    sizes = {
        cell.value: count
        for cell, count in sorted(counts.items())
        if (cell.question, cell.breakdown) == (EVERYTHING, WEEK)
    }
    found: list[list[str]] = []
    size = LEAST
    for week, count in sizes.items():
        if size >= LEAST:
            found.append([])
            size = 0
        found[-1].append(week)
        size += count
    if len(found) > 1 and size < LEAST:
        found[-2:] = [[*found[-2], *found[-1]]]
    return {weeks[0]: tuple(weeks) for weeks in found}


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
