"""The timeline of a privacy request in words: what became of its state tells what was done."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from console.raw import Raw
from console.records.privacy_requests import BEFORE_PROOF, TRANSITIONS
from console.text import exact
from screens.parts.money_view import word
from screens.parts.timeline import Entry, FieldChange

PLATFORM = "platform"

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

BY_FIELD = {
    "regime": "changed the rules that apply",
    "person": "said whom it is about",
    "about_privacy": "changed who works on it",
}
"""What changed while its state stayed → what was done."""

SAID = (
    "state",
    "assignee",
    "extended",
    "decided",
    "decided_by",
    "replied",
    "verified",
    "verifier",
    "submitted_by",
    "approved_by",
)
"""Fields that the words say already, or that stand in the detail in words."""

AT_ONCE = "effective"
"""What the platform makes of an opt-out as soon as it is known whose it is."""

MOMENTS = ("acknowledged", "acknowledge_due", "due", "appeal_due")
CODES = ("reason", "regime_reason", "verified_by")

GIVEN = {"asker": "the name", "reply_to": "the address", "authority": "the authority"}
"""What the asker gave → its words; no value of it stands in the history."""


def in_words(entry: Entry) -> Entry:
    """What the words say already stands below no more; what is left is as people read it."""
    changed = {change.field: change for change in entry.change if _differs(change)}
    left = tuple(_readable(change) for name, change in changed.items() if name not in (*SAID, *GIVEN))
    return entry.model_copy(update={"said": _said(changed, by_itself=entry.by == PLATFORM), "change": left})


def _differs(change: FieldChange) -> bool:
    """Masks of two values may be alike."""
    return change.field in GIVEN or change.before != change.after


def _said(changed: Mapping[str, FieldChange], *, by_itself: bool) -> str:
    came_from, came_to, holder = _before(changed, "state"), _after(changed, "state"), changed.get("assignee")
    if given := [words for name, words in GIVEN.items() if name in changed]:
        return f"changed {' and '.join(given)}{', which took the proof back' if came_to else ''}"
    if _is_taken_back(changed):
        return "opened it again: its letter reached nobody" if by_itself else "took the letter back"
    if (came_from, came_to) == ("review", "in_progress"):
        return "sent the plan back"
    if came_to in BY_STATE:
        return BY_STATE[came_to]
    if holder is not None:
        return "took it" if holder.after else "put it back"
    found = next((words for name, words in BY_FIELD.items() if name in changed), "")
    return found or ("extended it" if "due" in changed else "changed it" if changed else "worked on it")


def _is_taken_back(changed: Mapping[str, FieldChange]) -> bool:
    """No deed leads from that state to this one, or there is less time than there was: it is as it was before a letter."""
    if "state" in changed:
        came_from, came_to = _before(changed, "state"), _after(changed, "state")
        if came_to == AT_ONCE and came_from in BEFORE_PROOF:
            return False
        return bool(came_from) and not any(
            came_from in it.sources and came_to == it.target for it in TRANSITIONS.values()
        )
    return "regime" not in changed and "due" in changed and _after(changed, "due") < _before(changed, "due")


def _before(changed: Mapping[str, FieldChange], field: str) -> str:
    found = changed.get(field)
    return found.before.typed if found is not None and found.before is not None else ""


def _after(changed: Mapping[str, FieldChange], field: str) -> str:
    found = changed.get(field)
    return found.after.typed if found is not None and found.after is not None else ""


def _readable(change: FieldChange) -> FieldChange:
    read = _moment if change.field in MOMENTS else _code if change.field in CODES else None
    if read is None:
        return change
    return change.model_copy(update={"before": read(change.before), "after": read(change.after)})


def _moment(value: Raw | None) -> Raw | None:
    """A moment of the platform's, in this computer's zone; whatever else it is stays as it came."""
    with suppress(ValueError):
        return Raw(exact(datetime.fromisoformat(value.typed))) if value else None
    return value


def _code(value: Raw | None) -> Raw | None:
    return Raw(word(value.typed)) if value else None
