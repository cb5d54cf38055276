"""A row of the disclosure ledger (P4): which third party was told what about whom, and why. Names of fields, never values."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from console.records.record import Category, Record

RESOURCE = "disclosures"
PREFIX = "D"

RECIPIENTS = ("processor", "courier", "pro")
"""Third parties that may be told anything at all."""


class Disclosure(Record):
    """`subject` is a pseudonym."""

    at: Annotated[datetime | None, Category.PLAIN] = None
    recipient: Annotated[str, Category.PLAIN] = ""
    fields: Annotated[tuple[str, ...], Category.PLAIN] = ()
    purpose: Annotated[str, Category.PLAIN] = ""
    subject: Annotated[str | None, Category.PLAIN] = None
    about: Annotated[str | None, Category.PLAIN] = None
    case: Annotated[str | None, Category.PLAIN] = None
