"""A contest: its terms, what is fixed of its draw and when, and what was drawn. Anyone can do the draw again (see `console.draw`)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.awards import Award
from console.records.record import Category, Record, transition

RESOURCE = "contests"
PREFIX = "CT"


class ContestState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DRAWN = "drawn"
    AWARDED = "awarded"
    PURGED = "purged"
    LAPSED = "lapsed"


_S = ContestState
OVER = frozenset({_S.AWARDED, _S.LAPSED, _S.PURGED})
"""States in which nobody's entry has a purpose any more: all of them are purged, or about to be, and no other comes."""

TRANSITIONS = {
    "open": transition(_S.DRAFT, to=_S.OPEN),
    "close": transition(_S.OPEN, to=_S.CLOSED),
    "draw": transition(_S.CLOSED, to=_S.CLOSED),
}
"""Nothing is opened again. A draw is asked for here, and done by durable work: it is drawn after that."""

ONLY_IN = {"edit": frozenset({_S.DRAFT})}

MOST_PLACES = 1_000
"""Prizes of one contest, and reserves beside them."""


class Progress(BaseModel):
    """Work that goes on after the answer; `what`: closing, drawing, purging."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    what: str
    done: int = 0
    total: int = 0


class Contest(Record):
    """`opens` and `closes` are as planned, `opened` and `closed` as they came. `commitment` is of the seed, since it opened; `terms_hash` of
    what was promised; `entries_hash` of the closed list; `seed` is known once it is drawn.

    `draw_due` and `lapses` are of one that is closed and that nobody draws: until when it should be, and when it lapses. One that lapsed stays
    so; `purged` says when its entries' contact had gone.

    `eligible` and `excluded` are of the closed list: who takes part, and whom the draw passes over.
    """

    state: Annotated[str, Category.PLAIN] = ""
    title: Annotated[Raw | None, Category.PLAIN] = None
    rules: Annotated[Raw | None, Category.PLAIN] = None
    prize: Annotated[Raw | None, Category.PLAIN] = None
    prize_value: Annotated[int, Category.PLAIN] = 0
    currency: Annotated[str, Category.PLAIN] = ""
    places: Annotated[int, Category.PLAIN] = 0
    reserves: Annotated[int, Category.PLAIN] = 0
    of_age: Annotated[bool, Category.PLAIN] = True
    regions: Annotated[tuple[str, ...], Category.PLAIN] = ()
    answer_days: Annotated[int, Category.PLAIN] = 0
    opens: Annotated[datetime | None, Category.PLAIN] = None
    closes: Annotated[datetime | None, Category.PLAIN] = None
    policy_version: Annotated[str | None, Category.PLAIN] = None
    created: Annotated[datetime | None, Category.PLAIN] = None
    created_by: Annotated[str | None, Category.PLAIN] = None
    opened: Annotated[datetime | None, Category.PLAIN] = None
    opened_by: Annotated[str | None, Category.PLAIN] = None
    closed: Annotated[datetime | None, Category.PLAIN] = None
    closed_by: Annotated[str | None, Category.PLAIN] = None
    drawn: Annotated[datetime | None, Category.PLAIN] = None
    drawn_by: Annotated[str | None, Category.PLAIN] = None
    awarded: Annotated[datetime | None, Category.PLAIN] = None
    purged: Annotated[datetime | None, Category.PLAIN] = None
    purged_entries: Annotated[int, Category.PLAIN] = 0
    entries: Annotated[int, Category.PLAIN] = 0
    eligible: Annotated[int | None, Category.PLAIN] = None
    excluded: Annotated[int, Category.PLAIN] = 0
    commitment: Annotated[str | None, Category.PLAIN] = None
    terms_hash: Annotated[str | None, Category.PLAIN] = None
    entries_hash: Annotated[str | None, Category.PLAIN] = None
    seed: Annotated[str | None, Category.PLAIN] = None
    draw_due: Annotated[datetime | None, Category.PLAIN] = None
    lapses: Annotated[datetime | None, Category.PLAIN] = None
    work: Annotated[Progress | None, Category.PLAIN] = None
    awards: Annotated[tuple[Award, ...], Category.PLAIN] = ()
