"""The timeline of a privacy request in words: what became of its state tells what was done."""

from __future__ import annotations

from screens.parts.timeline import Entry, FieldChange

BY_STATE = {
    "acknowledged": "acknowledged it",
    "verifying": "asked for proof",
    "verified": "verified who asks",
    "unverifiable": "closed it as not proven",
    "in_progress": "began the work",
    "review": "sent the plan to a second person",
    "erasing": "approved the erasure",
    "fulfilled": "fulfilled it",
    "partly_fulfilled": "fulfilled it in part",
    "denied": "denied it",
    "appealed": "noted an appeal",
    "upheld": "upheld the decision",
    "reversed": "reversed the decision",
    "withdrawn": "noted that it is withdrawn",
    "effective": "made the opt-out work",
    "confirmed": "confirmed the opt-out",
}
"""The state that it came into → what was done."""

SAID = ("state", "assignee")

GIVEN = {"asker": "the name", "reply_to": "the address", "authority": "the authority"}
"""What the asker gave → its words; no value of it stands in the history."""


def in_words(entry: Entry) -> Entry:
    """What the words say already stands below no more."""
    changed = {change.field: change for change in entry.change}
    said = _said(changed)
    if not said:
        return entry
    left = tuple(change for change in entry.change if change.field not in (*SAID, *GIVEN))
    return entry.model_copy(update={"said": said, "change": left})


def _said(changed: dict[str, FieldChange]) -> str:
    state, holder = changed.get("state"), changed.get("assignee")
    given = [words for name, words in GIVEN.items() if name in changed]
    came_to = state.after.typed if state is not None and state.after is not None else ""
    if given:
        return f"changed {' and '.join(given)}{', which took the proof back' if came_to else ''}"
    if came_to == "in_progress" and state is not None and state.before is not None and state.before.typed == "review":
        return "sent the plan back"
    if came_to in BY_STATE:
        return BY_STATE[came_to]
    if holder is not None:
        return "took it" if holder.after else "put it back"
    return ""
