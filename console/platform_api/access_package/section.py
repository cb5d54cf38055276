"""One part of a package: whose rows, in which order, and how each reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, func, select

from console.platform_api.access_package.gathering import Gathering, Item

Rows = Sequence[Row[Any]]

AT_ONCE = 500
"""Rows in one look: what stands in memory, with what hangs on them."""


@dataclass(frozen=True)
class File:
    """A document as it came, beside the two files."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Section:
    """`key` rises along the rows, each its own. `dress` gives an item for each row; `files`, what comes beside."""

    name: str
    title: str
    table: Table
    mine: Callable[[Gathering], ColumnElement[bool]]
    dress: Callable[[Gathering, Rows], list[Item]]
    key: str = "number"
    at_once: int = AT_ONCE
    files: Callable[[Gathering, Rows], list[File]] | None = None

    def count(self, gathering: Gathering) -> int:
        counted = select(func.count()).select_from(self.table).where(self.mine(gathering))
        return gathering.connection.execute(counted).scalar_one()

    def some(self, gathering: Gathering, after: str, most: int) -> Rows:
        """The next rows behind the one whose key is `after`; empty for the first."""
        key = self.table.c[self.key]
        beyond = [key > self._value(after)] if after else []
        wanted = select(self.table).where(self.mine(gathering), *beyond).order_by(key)
        return gathering.connection.execute(wanted.limit(min(most, self.at_once))).all()

    def place_of(self, row: Row[Any]) -> str:
        return str(getattr(row, self.key))

    def _value(self, after: str) -> Any:
        return int(after) if self.key in ("number", "seq", "version") else after
