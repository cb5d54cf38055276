"""A version of the privacy policy: a decision cites the one that is in force (P35)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record

RESOURCE = "policy-versions"
PREFIX = "PV"


class PolicyVersion(Record):
    """`label` is what decisions cite; `sha256` is of the published text. `in_force`: the newest whose `effective` has come."""

    label: Annotated[str, Category.PLAIN] = ""
    effective: Annotated[datetime | None, Category.PLAIN] = None
    created: Annotated[datetime | None, Category.PLAIN] = None
    created_by: Annotated[str | None, Category.PLAIN] = None
    sha256: Annotated[str, Category.PLAIN] = ""
    in_force: Annotated[bool, Category.PLAIN] = False
    text: Annotated[Raw | None, Category.PLAIN] = None
