"""Which cells of what is published are hidden, so that nobody who subtracts learns of fewer than ten entries (P23). Pure: no database.

Hidden are all cells under LEAST, zero too, and as many more as it takes: whoever knows everything that is published (every other cell,
the totals, the other breakdowns) is left with a range of at least LEAST for each of them, with the true count in it.

`hide_line` does so for one distribution whose total is known; `hide_table` for two at a time, inside which rows and columns that are
hidden as lines are hidden whole. A table is looked at as a flow: what may be moved round it, leaving all that is published as it is, is
what an attacker can't rule out. A column that is hidden whole may exchange with another such (every other breakdown hides them whole
too, so each can follow), and so may a row.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from console.records.surveys import LEAST

Name = TypeVar("Name", bound=Hashable)
Cell = tuple[str, str]
"""Row and column."""
Node = tuple[str, str]

COLUMNS, ROWS = ("pool", "columns"), ("pool", "rows")
"""Where columns, and rows, that are hidden whole exchange."""

WITHOUT_LIMIT = 1 << 62


def hide_line(counts: Mapping[Name, int]) -> frozenset[Name]:
    """Never one alone, and never few together: two at least, with LEAST entries between them."""
    hidden = {name for name, count in counts.items() if count < LEAST}
    others = sorted((name for name in counts if name not in hidden), key=lambda name: counts[name])
    for name in others if hidden else ():
        if len(hidden) >= 2 and sum(counts[it] for it in hidden) >= LEAST:
            break
        hidden.add(name)
    return frozenset(hidden)


@dataclass
class _Table:
    """`free`: the cells that are hidden so far; `whole`: rows and columns that are."""

    rows: Sequence[str]
    columns: Sequence[str]
    counts: Mapping[Cell, int]
    whole_rows: Collection[str]
    whole_columns: Collection[str]
    free: set[Cell] = field(default_factory=set)

    def count(self, cell: Cell) -> int:
        return self.counts.get(cell, 0)

    def row_sum(self, row: str) -> int:
        return sum(self.count((row, column)) for column in self.columns)

    def column_sum(self, column: str) -> int:
        return sum(self.count((row, column)) for row in self.rows)


def hide_table(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Mapping[Cell, int],
    whole_rows: Collection[str] = (),
    whole_columns: Collection[str] = (),
) -> frozenset[Cell]:
    """`whole_rows` and `whole_columns`: what `hide_line` hides of the totals."""
    table = _Table(rows, columns, counts, whole_rows, whole_columns)
    every = [(row, column) for row in rows for column in columns]
    table.free = {it for it in every if it[0] in whole_rows or it[1] in whole_columns or table.count(it) < LEAST}
    for cell in [it for it in every if it in table.free and table.count(it) < LEAST]:
        while not _has_room(table, cell):
            more = _rectangle(table, cell)
            if not more:
                return frozenset(every)
            table.free |= more
    return frozenset(table.free)


# What can't be ruled out


def _has_room(table: _Table, cell: Cell) -> bool:
    return _in_rectangle(table, cell) or room(table, cell) >= LEAST


def _in_rectangle(table: _Table, cell: Cell) -> bool:
    """The quick answer, for most: two hidden cells that could give it ten, with a fourth that takes them."""
    row, column = cell
    giving = [it for it in table.columns if it != column and _gives(table, (row, it))]
    others = (it for it in table.rows if it != row and _gives(table, (it, column))) if giving else ()
    return any((other, it) in table.free for other in others for it in giving)


def _gives(table: _Table, cell: Cell) -> bool:
    return cell in table.free and table.count(cell) >= LEAST


def room(table: _Table, cell: Cell) -> int:
    """How wide the range of a hidden cell is, looked at up to LEAST: how much more and how much less it may be."""
    row, column = ("row", cell[0]), ("column", cell[1])
    up = _flow(table, cell, column, row, LEAST)
    return up + _flow(table, cell, row, column, min(LEAST - up, table.count(cell)))


def _flow(table: _Table, cell: Cell, source: Node, sink: Node, most: int) -> int:
    """How much can be moved from one to the other without the cell itself."""
    moved: dict[tuple[Node, Node], int] = {}
    found = 0
    while found < most:
        path = _path(table, cell, source, sink, moved)
        if path is None:
            break
        step = min(most - found, *(_left(table, moved, *arc) for arc in path))
        for start, end in path:
            moved[start, end] = moved.get((start, end), 0) + step
        found += step
    return found


def _path(
    table: _Table, cell: Cell, source: Node, sink: Node, moved: Mapping[tuple[Node, Node], int]
) -> list[tuple[Node, Node]] | None:
    came: dict[Node, Node] = {source: source}
    waiting = deque([source])
    while waiting:
        node = waiting.popleft()
        for other in _beside(table, cell, node):
            if other not in came and _left(table, moved, node, other) > 0:
                came[other] = node
                if other == sink:
                    return _traced(came, sink)
                waiting.append(other)
    return None


def _traced(came: Mapping[Node, Node], node: Node) -> list[tuple[Node, Node]]:
    path = []
    while came[node] != node:
        path.append((came[node], node))
        node = came[node]
    return path


def _beside(table: _Table, cell: Cell, node: Node) -> Iterator[Node]:
    kind, name = node
    if node == COLUMNS:
        yield from (("column", it) for it in table.columns if it in table.whole_columns)
    elif node == ROWS:
        yield from (("row", it) for it in table.rows if it in table.whole_rows)
    elif kind == "row":
        yield from (("column", it) for it in table.columns if (name, it) in table.free and (name, it) != cell)
        if name in table.whole_rows:
            yield ROWS
    else:
        yield from (("row", it) for it in table.rows if (it, name) in table.free and (it, name) != cell)
        if name in table.whole_columns:
            yield COLUMNS


def _left(table: _Table, moved: Mapping[tuple[Node, Node], int], start: Node, end: Node) -> int:
    """How much more may go there: rows give columns without limit, what goes back is there already."""
    there = moved.get((end, start), 0) - moved.get((start, end), 0)
    return _limit(table, start, end) + there


def _limit(table: _Table, start: Node, end: Node) -> int:
    if start[0] == "column" and end[0] == "row":
        return table.count((end[1], start[1]))
    if start == COLUMNS:
        return table.column_sum(end[1])
    if end == ROWS:
        return table.row_sum(start[1])
    return WITHOUT_LIMIT


# What is hidden beside it


def _rectangle(table: _Table, cell: Cell) -> set[Cell]:
    """The cells to hide next: those of a rectangle that gives room at the least loss. Empty when there is none that hides more."""
    best: tuple[int, int, set[Cell]] | None = None
    for corners in _rectangles(table, cell):
        new = set(corners) - table.free
        gain = min(LEAST, table.count(corners[0]), table.count(corners[1]))
        rank = -gain, sum(table.count(it) for it in new)
        if new and gain and (best is None or rank < best[:2]):
            best = (*rank, new)
    return best[2] if best is not None else set()


def _rectangles(table: _Table, cell: Cell) -> Iterable[tuple[Cell, Cell, Cell]]:
    """Beside the cell: what could give it more in its row and in its column, and what takes that."""
    row, column = cell
    for other_row in table.rows:
        for other_column in table.columns:
            if other_row != row and other_column != column:
                yield (row, other_column), (other_row, column), (other_row, other_column)
