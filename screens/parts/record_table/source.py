"""Where the rows of a table come from, and what it asks of there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from console.records.record import Record


class Total(Protocol):
    """How many records the list has; an estimate unless exact."""

    @property
    def count(self) -> int: ...
    @property
    def exact(self) -> bool: ...


class Page(Protocol):
    """Neighbouring records of a list; `first` is the (estimated) place of the first of them in the whole."""

    @property
    def items(self) -> Sequence[Record]: ...
    @property
    def next(self) -> str | None: ...
    @property
    def previous(self) -> str | None: ...
    @property
    def total(self) -> Total: ...
    @property
    def first(self) -> int: ...


class Source(Protocol):
    """A list: one filter, one order. Asked for a way to a page that it doesn't have, it answers its first page."""

    async def page(
        self,
        *,
        cursor: str | None = None,
        around: str | None = None,
        at: str | None = None,
        fraction: float | None = None,
        end: bool = False,
        limit: int,
    ) -> Page: ...


Purpose = Literal["show", "reload", "go", "scroll", "next", "previous"]


Reached = Callable[[Any], bool]


@dataclass(frozen=True)
class Ask:
    """One request for a page, and what it is for: it decides where the page lands and what a failure means.

    `row` is the row at which the page's first record should stand, if the page itself doesn't know better.
    """

    purpose: Purpose
    cursor: str | None = None
    around: str | None = None
    at: str | None = None
    fraction: float | None = None
    end: bool = False
    row: int | None = None
    reached: Reached | None = None
    """With `at`: tells the first record at or beyond it, which stands somewhere on the page."""
    by_hand: bool = False
    """Whether a key of the table asked for it, and not the screen."""

    async def of(self, source: Source, limit: int) -> Page:
        return await source.page(
            cursor=self.cursor, around=self.around, at=self.at, fraction=self.fraction, end=self.end, limit=limit
        )
