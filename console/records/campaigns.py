"""Surveys and contests in one list: what their screen shows. Each is read whole as what it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record

RESOURCE = "campaigns"
PREFIX = "SV"
"""Of the first kind; each goes by its own number (SV-3, CT-2)."""


class CampaignState(StrEnum):
    """Of either kind; those from `drawn` on are contests' alone."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DRAWN = "drawn"
    AWARDED = "awarded"
    PURGED = "purged"
    LAPSED = "lapsed"


class Campaign(Record):
    """`kind`: survey or contest; `id` is that of the survey or contest itself."""

    kind: Annotated[str, Category.PLAIN] = ""
    state: Annotated[str, Category.PLAIN] = ""
    title: Annotated[Raw | None, Category.PLAIN] = None
    opens: Annotated[datetime | None, Category.PLAIN] = None
    closes: Annotated[datetime | None, Category.PLAIN] = None
    created: Annotated[datetime | None, Category.PLAIN] = None
    entries: Annotated[int, Category.PLAIN] = 0
