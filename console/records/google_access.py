"""Access to what came from Google about one person (P8): asked for on one of three grounds, allowed by a second person, for a day."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record, transition

RESOURCE = "google-access"
PREFIX = "GA"


class GoogleAccessState(StrEnum):
    ASKED = "asked"
    ALLOWED = "allowed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


TRANSITIONS = {
    "allow": transition(GoogleAccessState.ASKED, to=GoogleAccessState.ALLOWED),
    "refuse": transition(GoogleAccessState.ASKED, to=GoogleAccessState.REFUSED),
    "withdraw": transition(GoogleAccessState.ASKED, GoogleAccessState.ALLOWED, to=GoogleAccessState.WITHDRAWN),
}


class GoogleAccess(Record):
    """`ground`: consent, security, legal. It holds for who asked, for their case alone, `until`."""

    state: Annotated[str, Category.PLAIN] = ""
    person: Annotated[str | None, Category.PLAIN] = None
    case: Annotated[str | None, Category.PLAIN] = None
    ground: Annotated[str, Category.PLAIN] = ""
    asked: Annotated[datetime | None, Category.PLAIN] = None
    asked_by: Annotated[str | None, Category.PLAIN] = None
    decided: Annotated[datetime | None, Category.PLAIN] = None
    decided_by: Annotated[str | None, Category.PLAIN] = None
    until: Annotated[datetime | None, Category.PLAIN] = None
    evidence: Annotated[Raw | None, Category.THREAD] = None
