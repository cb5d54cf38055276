"""The timeline of an application in words: what became of its state tells what was done."""

from __future__ import annotations

from screens.parts.timeline import Entry, FieldChange

BY_STATE = {
    "submitted": "noted that the answer came",
    "in_review": "took it into review",
    "info_requested": "asked the applicant for information",
    "approved": "approved it",
    "declined": "declined it",
    "reopened": "reopened it",
    "withdrawn": "noted that it is withdrawn",
    "expired": "let it expire: no answer came",
}
"""The state that it came into → what was done."""


def in_words(entry: Entry) -> Entry:
    """What the words say already stands below no more."""
    changed = {change.field: change for change in entry.change}
    said = _said(changed)
    left = tuple(change for change in entry.change if change.field not in ("state", "assignee", "recommendation"))
    return entry.model_copy(update={"said": said, "change": left})


def _said(changed: dict[str, FieldChange]) -> str:
    state, holder = _after(changed, "state"), changed.get("assignee")
    if state in BY_STATE:
        return BY_STATE[state]
    if "recommendation" in changed:
        return f"recommended to {_after(changed, 'recommendation') or 'do nothing'} it"
    if holder is not None:
        return "took it" if holder.after else "put it back"
    return "changed it" if changed else "worked on it"


def _after(changed: dict[str, FieldChange], field: str) -> str:
    found = changed.get(field)
    return found.after.typed if found is not None and found.after is not None else ""
