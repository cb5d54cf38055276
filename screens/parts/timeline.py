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
    change: tuple[FieldChange, ...] = ()


class History(BaseModel):
    """A page of `GET {record}/history`, newest first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    items: tuple[Entry, ...] = ()
    next: str | None = None


VERBS = {"read": "looked", "reveal": "revealed", "update": "changed", "search": "found", "history": "read the history"}
"""Action → past tense; others are shown by their name."""

LOOKS = ("read", "history")
"""Their fields are those of the screen, and tell nothing."""


def timeline(entries: Sequence[Entry], *, more: bool, now: datetime) -> list[tuple[Content, Content]]:
    """What stands at the left of a line, and the text beside it: a title, the entries, below each its changes."""
    lines = [(Content(""), Content("Timeline").stylize("bold $accent"))]
    for entry in entries:
        lines.append((Content.assemble("  ", (_when(entry.at, now), "dim"), "  "), _entry(entry)))
        lines += [(Content(" " * 10), _change(change)) for change in entry.change]
    if not entries:
        lines.append((Content("  "), Content("nothing yet").stylize("dim")))
    if more:
        lines.append((Content("  "), Content("… scroll for older").stylize("dim")))
    return lines


def _entry(entry: Entry) -> Content:
    said = f"{entry.by} {_verb(entry.action)}"
    if entry.fields and not entry.change and entry.action not in LOOKS:
        said += f" {', '.join(entry.fields)}"
    if entry.case:
        said += f", {entry.case}"
    if entry.outcome != "done":
        said += f" ({entry.outcome})"
    return line(said)


def _verb(action: str) -> str:
    name = action.rpartition(":")[2]
    return VERBS.get(name, name.replace("_", " ").replace("-", " "))


def _when(at: datetime, now: datetime) -> str:
    local = at.astimezone()
    if local.date() == now.astimezone().date():
        return f"{local:%H:%M}".ljust(6)
    return f"{local:%-d %b}".ljust(6) if local.year == now.year else f"{local:%b %Y}"


def _change(change: FieldChange) -> Content:
    before = line(change.before) if change.before else Content("–")
    after = line(change.after) if change.after else Content("–")
    return Content.assemble(line(f"{change.field} ").stylize("dim"), before, (" → ", "dim"), after)
