"""What happened to a record, from its history pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from textual.content import Content

from console.raw import Raw
from console.text import line


class FieldChange(BaseModel):
    """A field before and after, both as masks."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    field: str
    before: Raw | None = None
    after: Raw | None = None


class Entry(BaseModel):
    """One look or deed; `by` is "you" or a role."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime
    by: str = ""
    role: str | None = None
    action: str = ""
    fields: tuple[str, ...] = ()
    case: str | None = None
    outcome: str = "done"
    match: bool | None = None
    reason: str | None = None
    change: tuple[FieldChange, ...] = ()
    said: str = ""
    """What was done, where a screen has better words than the action's."""


class History(BaseModel):
    """A page of `GET {record}/history`, newest first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    items: tuple[Entry, ...] = ()
    next: str | None = None


WHO = {"service": "the marketplace", "platform": "the platform"}
"""Who is no employee."""

VERBS = {
    "read": "looked",
    "history": "read the timeline",
    "search": "found them",
    "search-name": "found them by name",
    "contact": "asked whether we may write",
    "reveal": "revealed",
    "correct": "corrected",
    "ingest": "updated",
    "caller-check": "checked the caller:",
    "lock": "locked the account",
    "unlock": "unlocked the account",
    "suspend": "suspended the account",
    "reinstate": "reinstated the account",
    "opt-out": "opted the person out",
    "opt-in": "opted the person in",
    "note": "wrote a note",
    "trouble": "raised trouble",
    "resolve": "resolved the trouble",
    "cancel": "cancelled it",
    "search-card": "found it by its card",
    "refund": "refunded, or asked for it",
    "approve": "approved a refund",
    "reject": "rejected a refund",
    "processing": "told the processor of a refund",
    "succeeded": "carried out a refund",
    "failed": "could not carry out a refund",
    "settle": "settled a payment review",
    "claim": "claimed a case",
    "release": "put a case back",
    "link": "linked a ticket",
    "unlink": "took a ticket's link away",
    "mail-sent": "sent them a mail",
    "hold": "placed a legal hold",
    "lift-hold": "lifted the legal hold",
}
"""Action → past tense."""

NAMED = ("reveal", "correct", "ingest", "caller-check")
"""Actions whose fields are told; those of others tell nothing, or stand below as changes."""

FIELDS = {"email": "e-mail", "age_band": "age", "google_email": "Google e-mail"}
"""Field → its word, where it is another."""


def timeline(entries: Sequence[Entry], *, more: bool, now: datetime) -> list[tuple[Content, Content]]:
    """What stands at the left of a line, and the text beside it: a title, the entries, below each its changes."""
    lines = [(Content(""), Content("Timeline").stylize("bold $accent"))]
    for entry in entries:
        lines.append((Content.assemble("  ", (when(entry.at, now), "dim"), "  "), _entry(entry)))
        lines += [(Content(" " * 10), _change(change)) for change in entry.change]
    if not entries:
        lines.append((Content("  "), Content("nothing yet").stylize("dim")))
    if more:
        lines.append((Content("  "), Content("… scroll for older").stylize("dim")))
    return lines


def _entry(entry: Entry) -> Content:
    name = entry.action.rpartition(":")[2]
    said = f"{WHO.get(entry.by, entry.by)} {entry.said or VERBS.get(name, f'did “{name}”')}"
    if entry.fields and name in NAMED:
        said += f" {', '.join(_word(field) for field in entry.fields)}"
    if entry.match is not None:
        said += " matched" if entry.match else " did not match"
    if entry.reason and name not in NAMED:
        said += f": {entry.reason.replace('_', ' ')}"
    if entry.case:
        said += f", {entry.case}"
    if entry.outcome != "done":
        said += f" ({entry.outcome})"
    return line(said)


def _word(field: str) -> str:
    return FIELDS.get(field, field.replace("_", " "))


def when(at: datetime, now: datetime) -> str:
    local = at.astimezone()
    if local.date() == now.astimezone().date():
        return f"{local:%H:%M}".ljust(6)
    return f"{local:%-d %b}".ljust(6) if local.year == now.year else f"{local:%b %Y}"


def _change(change: FieldChange) -> Content:
    before = line(change.before) if change.before else Content("–")
    after = line(change.after) if change.after else Content("–")
    return Content.assemble(line(f"{_word(change.field)} ").stylize("dim"), before, (" → ", "dim"), after)
