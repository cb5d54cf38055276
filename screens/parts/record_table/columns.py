"""What a table shows of a record, and how the columns share a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from textual.content import Content

GAP = 2
GUTTER = 3
"""Cells before the first column: the cursor's sign, the mark's sign, a space."""


@dataclass(frozen=True)
class Column:
    """`width` None shares what is left; when narrow, columns drop out, the highest `priority` first, 0 never."""

    title: str
    width: int | None
    cell: Callable[[Any], Content]
    align: Literal["left", "right"] = "left"
    sort: str | None = None
    priority: int = 0
    narrowest: int = 8

    @property
    def least(self) -> int:
        return self.narrowest if self.width is None else self.width


@dataclass(frozen=True)
class Placed:
    """A column with the cells it got."""

    column: Column
    width: int


def layout(columns: Sequence[Column], width: int) -> tuple[Placed, ...]:
    """The columns that fit into a line of that many cells, and their widths."""
    kept = _fitting(list(columns), width - GUTTER)
    spare = width - GUTTER - _needed(kept)
    flexible = [column for column in kept if column.width is None]
    placed = []
    for column in kept:
        extra = 0
        if column.width is None:
            extra = max(0, spare) // len(flexible)
            spare -= extra
            flexible.pop()
        placed.append(Placed(column, column.least + extra))
    return tuple(placed)


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.least for column in columns) + GAP * max(0, len(columns) - 1)


def _fitting(columns: list[Column], width: int) -> list[Column]:
    while _needed(columns) > width:
        droppable = max(columns, key=lambda column: column.priority)
        if droppable.priority == 0:
            break
        columns.remove(droppable)
    return columns


def cell(content: Content, placed: Placed) -> Content:
    """A column's text in exactly its cells: cut with an ellipsis, numbers to the right."""
    if placed.column.align == "right" and content.cell_length < placed.width:
        return content.pad_left(placed.width - content.cell_length)
    return content.truncate(placed.width, ellipsis=True, pad=True)
