"""The list of surveys and contests: what kind each is, how far it is, and how many took part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from textual.content import Content

from console.records.campaigns import Campaign
from console.records.contests import Contest
from console.records.record import Record
from console.records.surveys import Survey
from console.text import ago_brief, line
from screens.parts.campaign_words import state
from screens.parts.record_table import Column

STYLES: Mapping[str, str] = {"open": "$text-success", "draft": "dim", "purged": "dim", "lapsed": "dim"}
"""State → its colour beside its word; the others have none."""

_SHARED = ("state", "opens", "closes", "created", "entries")


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """Number, title and state stay however narrow it gets."""

    def until(campaign: Campaign) -> Content:
        return Content(ago_brief(campaign.closes, clock()) if campaign.closes else "–")

    def since(campaign: Campaign) -> Content:
        return Content(ago_brief(campaign.opens, clock()) if campaign.opens else "–")

    return [
        Column("Number", 7, lambda campaign: line(campaign.number)),
        Column("Kind", 7, lambda campaign: line(campaign.kind), priority=2),
        Column("Title", None, lambda campaign: line(campaign.title), narrowest=16),
        Column("State", 7, standing),
        Column("Opens", 9, since, "right", sort="opens", priority=3),
        Column("Closes", 9, until, "right", sort="closes", priority=1),
        Column("Entries", 9, lambda campaign: Content(f"{campaign.entries:,}"), "right"),
    ]


def standing(campaign: Campaign) -> Content:
    said = Content(state(campaign.state))
    return said.stylize(STYLES[campaign.state]) if campaign.state in STYLES else said


def as_listed(record: Record) -> Record:
    """A survey or a contest that came whole, as its row in the list shows it."""
    if not isinstance(record, Survey | Contest):
        return record
    kind = "survey" if isinstance(record, Survey) else "contest"
    shared = {name: getattr(record, name) for name in ("id", "number", "version", *_SHARED)}
    return Campaign.model_validate({**shared, "kind": kind, "title": record.title.typed if record.title else None})
