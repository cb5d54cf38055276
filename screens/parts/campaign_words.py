"""What surveys and contests are called in the list and beside it: kinds, states, days, filters, orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from console.records import awards, contest_entries, contests, survey_entries, surveys
from console.text import day
from screens.parts.filter_language import Filter
from screens.parts.money_view import word

COLLECTIONS: Mapping[str, str] = {
    surveys.PREFIX: surveys.RESOURCE,
    contests.PREFIX: contests.RESOURCE,
    awards.PREFIX: awards.RESOURCE,
    survey_entries.PREFIX: survey_entries.RESOURCE,
    contest_entries.PREFIX: contest_entries.RESOURCE,
}
"""The letters before a number → where its record is."""

EXAMPLES = ("state:open", "kind:contest state:closed,drawn", "kind:survey state:closed", 'title:"after your booking"')

ALL = Filter()

ONCE = ("title",)

ORDERS: Mapping[str, str] = {
    "-created": "newest first",
    "created": "oldest first",
    "closes": "closing first",
    "-closes": "closing last",
    "opens": "opening first",
    "-opens": "opening last",
}
"""Sort → words."""


def collection_of(number: str) -> str:
    """Of surveys, contests and what hangs on them; empty for anything else."""
    return COLLECTIONS.get(number.partition("-")[0].upper(), "")


def state(code: str) -> str:
    return word(code)


def brief_day(at: datetime, now: datetime) -> str:
    """Without its year where that is this one."""
    return day(at).removesuffix(f" {now.astimezone().year}")


def count(number: int, what: str) -> str:
    """`1 entry`, `1,204 entries`."""
    plural = "entries" if what == "entry" else f"{what}s"
    return f"{number:,} {what if number == 1 else plural}"


def short_hash(value: str | None) -> str:
    """Enough of a hash to compare by eye; all of it is in the record and on the log."""
    return f"{value[:12]}…" if value else "–"
