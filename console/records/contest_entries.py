"""An entry of a contest, without who entered: that they did, when, and what became of it. Their contact is nobody's to see (P32)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record, transition

RESOURCE = "contest-entries"
PREFIX = "CE"


class EntryState(StrEnum):
    ENTERED = "entered"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    WON = "won"
    LOST = "lost"
    PURGED = "purged"


_S = EntryState
UNDRAWN = (_S.ENTERED, _S.ELIGIBLE)

TRANSITIONS = {"disqualify": transition(*UNDRAWN, to=_S.INELIGIBLE)}
"""Closing, drawing and purging are the platform's own."""

WHY = ("not_of_age", "region", "employee", "twice", "withdrawn", "erased", "disqualified")
"""Why an entry takes no part."""


class ContestEntry(Record):
    """`reason`: why it takes no part, one of WHY. `rank`: its place in the order of the draw, if it won or is a reserve.

    The contact is there so that it can be named where it is refused.
    """

    state: Annotated[str, Category.PLAIN] = ""
    contest: Annotated[str, Category.PLAIN] = ""
    entered: Annotated[datetime | None, Category.PLAIN] = None
    reason: Annotated[str | None, Category.PLAIN] = None
    rank: Annotated[int | None, Category.PLAIN] = None
    purged: Annotated[datetime | None, Category.PLAIN] = None
    name: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    email: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    phone: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    street: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    city: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    postcode: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
