"""Suppression: whatever the counts, whoever subtracts learns of no cell under ten. Random tables, and attackers who know all that is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.platform_api.suppression import _Table, hide_line, hide_table, room
from console.records.surveys import LEAST

SMALL = st.integers(0, 12) | st.sampled_from([0, 1, 9, 10, 11, 30, 500])
LINES = st.lists(SMALL, min_size=2, max_size=9).map(lambda counts: {f"a{n}": count for n, count in enumerate(counts)})

Cell = tuple[str, str]


@st.composite
def tables(draw: st.DrawFn, most: int = 6) -> tuple[list[str], list[str], dict[Cell, int]]:
    rows = [f"r{n}" for n in range(draw(st.integers(2, most)))]
    columns = [f"c{n}" for n in range(draw(st.integers(2, most)))]
    return rows, columns, {(row, column): draw(SMALL) for row in rows for column in columns}


def lines_of(rows: list[str], columns: list[str], counts: Mapping[Cell, int]) -> tuple[dict[str, int], dict[str, int]]:
    by_row = {row: sum(counts[row, column] for column in columns) for row in rows}
    return by_row, {column: sum(counts[row, column] for row in rows) for column in columns}


# One line


@given(LINES)
def test_a_line_hides_all_under_ten_and_never_few_together(line: dict[str, int]) -> None:
    hidden = hide_line(line)
    assert {name for name, count in line.items() if count < LEAST} <= hidden
    if hidden and sum(line.values()) >= LEAST:
        assert len(hidden) >= 2
        assert sum(line[name] for name in hidden) >= LEAST
    if min(line.values()) >= LEAST:
        assert not hidden


@given(LINES)
def test_a_line_hides_no_more_than_it_takes(line: dict[str, int]) -> None:
    hidden = hide_line(line)
    small = {name for name, count in line.items() if count < LEAST}
    for name in hidden - small:
        fewer = hidden - {name}
        assert len(fewer) < 2 or sum(line[it] for it in fewer) < LEAST


# Tables


def hidden_of(
    rows: list[str], columns: list[str], counts: Mapping[Cell, int]
) -> tuple[frozenset[Cell], frozenset[str], frozenset[str]]:
    by_row, by_column = lines_of(rows, columns, counts)
    whole_rows, whole_columns = hide_line(by_row), hide_line(by_column)
    return hide_table(rows, columns, counts, whole_rows, whole_columns), whole_rows, whole_columns


@given(tables())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_cell_under_ten_is_told(table: tuple[list[str], list[str], dict[Cell, int]]) -> None:
    hidden, whole_rows, whole_columns = hidden_of(*table)
    counts = table[2]
    for cell, count in counts.items():
        assert cell in hidden or (count >= LEAST and cell[0] not in whole_rows and cell[1] not in whole_columns)
    if all(count >= LEAST for count in counts.values()):
        assert not hidden


@given(tables())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whoever_subtracts_is_left_with_a_range_of_ten(table: tuple[list[str], list[str], dict[Cell, int]]) -> None:
    """For each hidden cell under ten, as soon as there are ten entries at all."""
    rows, columns, counts = table
    if sum(counts.values()) < LEAST:
        return
    hidden, whole_rows, whole_columns = hidden_of(*table)
    seen = _Table(rows, columns, counts, whole_rows, whole_columns, set(hidden))
    for cell in hidden:
        assert counts[cell] >= LEAST or room(seen, cell) >= LEAST, cell


# Attackers

Told = Mapping[Cell, int | None]


def possible(
    rows: list[str],
    columns: list[str],
    told: Told,
    by_row: Mapping[str, int | None],
    by_column: Mapping[str, int | None],
    whole: int,
) -> Iterator[dict[Cell, int]]:
    """Every table of whole numbers that agrees with all that is told, cell by cell."""
    cells = [(row, column) for row in rows for column in columns]
    yield from _filled(cells, {}, told, by_row, by_column, whole, rows, columns)


def _filled(
    cells: list[Cell], found: dict[Cell, int], told: Told, by_row: Mapping[str, int | None], by_column: Mapping[str, int | None],
    left: int, rows: list[str], columns: list[str],
) -> Iterator[dict[Cell, int]]:  # fmt: skip
    if len(found) == len(cells):
        if left == 0:
            yield dict(found)
        return
    cell = cells[len(found)]
    row, column = cell
    in_row = sum(found.get((row, it), 0) for it in columns)
    in_column = sum(found.get((it, column), 0) for it in rows)
    most = left
    for sum_of, so_far in ((by_row[row], in_row), (by_column[column], in_column)):
        most = most if sum_of is None else min(most, sum_of - so_far)
    ends = ((by_row[row], in_row, column == columns[-1]), (by_column[column], in_column, row == rows[-1]))
    least = max([0, *(sum_of - so_far for sum_of, so_far, last in ends if last and sum_of is not None)])
    known = told[cell]
    values = range(least, most + 1) if known is None else (known,) if least <= known <= most else ()
    for value in values:
        found[cell] = value
        yield from _filled(cells, found, told, by_row, by_column, left - value, rows, columns)
        del found[cell]


@given(
    st.lists(st.integers(0, 12), min_size=4, max_size=4).filter(lambda counts: sum(counts) >= LEAST)
    | st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(lambda counts: sum(counts) >= LEAST)
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_attacker_who_tries_all_that_is_possible_finds_no_small_cell(counts: list[int]) -> None:
    """Each table that agrees with what is told is as likely as the true one: of no hidden cell of 1 to 9 do they all say the same."""
    rows, columns = ["r0", "r1"], [f"c{n}" for n in range(len(counts) // 2)]
    true = {
        (row, column): counts[r * len(columns) + c] for r, row in enumerate(rows) for c, column in enumerate(columns)
    }
    hidden, whole_rows, whole_columns = hidden_of(rows, columns, true)
    by_row, by_column = lines_of(rows, columns, true)
    told = {cell: None if cell in hidden else count for cell, count in true.items()}
    row_told = {row: None if row in whole_rows else count for row, count in by_row.items()}
    column_told = {column: None if column in whole_columns else count for column, count in by_column.items()}
    least, most = dict(true), dict(true)
    for table in possible(rows, columns, told, row_told, column_told, sum(counts)):
        for cell, value in table.items():
            least[cell], most[cell] = min(least[cell], value), max(most[cell], value)
    for cell, count in true.items():
        if count < LEAST:
            assert most[cell] - least[cell] >= LEAST, (cell, count, least[cell], most[cell])


def test_a_bridge_between_two_hidden_blocks_is_no_way_round() -> None:
    """Two hidden cells in every line are not enough: what joins two blocks is told by their sums."""
    rows, columns = [f"r{n}" for n in range(4)], [f"c{n}" for n in range(4)]
    counts = dict.fromkeys([(row, column) for row in rows for column in columns], 50)
    for cell in (("r0", "c0"), ("r1", "c1"), ("r2", "c2"), ("r3", "c3"), ("r1", "c2")):
        counts[cell] = 3
    hidden, _, _ = hidden_of(rows, columns, counts)
    table = _Table(rows, columns, counts, (), (), set(hidden))
    assert all(room(table, cell) >= LEAST for cell, count in counts.items() if count < LEAST)
    bridged = {
        ("r0", "c0"),
        ("r0", "c1"),
        ("r1", "c0"),
        ("r1", "c1"),
        ("r1", "c2"),
        ("r2", "c2"),
        ("r2", "c3"),
        ("r3", "c2"),
        ("r3", "c3"),
    }
    assert room(_Table(rows, columns, counts, (), (), bridged), ("r1", "c2")) == 0


def test_two_questions_of_the_same_people_tell_no_more_together() -> None:
    """Whole rows are hidden in every table of a breakdown, whole columns in every breakdown of a question: so each is protected by itself."""
    random = Random(7)
    for _ in range(50):
        people = [
            (random.choice("abc"), random.choice("xyz"), random.choice(["p", "p", "p", "q", "q", "r"]))
            for _ in range(80)
        ]
        groups = Counter(person[2] for person in people)
        whole_rows = hide_line({name: groups[name] for name in "pqr"})
        for place, answers in ((0, "abc"), (1, "xyz")):
            line = Counter(person[place] for person in people)
            whole_columns = hide_line({answer: line[answer] for answer in answers})
            counts = Counter((person[2], person[place]) for person in people)
            hidden = hide_table(list("pqr"), list(answers), counts, whole_rows, whole_columns)
            assert all((row, answer) in hidden for row in whole_rows for answer in answers)
            assert all((row, answer) in hidden for row in "pqr" for answer in whole_columns)


@pytest.mark.parametrize("size", [(11, 21), (57, 12)])
def test_large_tables_are_looked_at_to_the_end(size: tuple[int, int]) -> None:
    random = Random(3)
    rows, columns = [f"r{n}" for n in range(size[0])], [f"c{n}" for n in range(size[1])]
    counts = {(row, column): random.choice([3, 9, 12, 15, 40, 60]) for row in rows for column in columns}
    hidden, _, _ = hidden_of(rows, columns, counts)
    table = _Table(rows, columns, counts, (), (), set(hidden))
    small = [cell for cell, count in counts.items() if count < LEAST]
    assert all(room(table, cell) >= LEAST for cell in random.sample(small, 40))
    assert len(hidden) < len(counts)
