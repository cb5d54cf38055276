"""Errors in words: what failed, whether anything changed, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.content import Content

from console.errors import (
    ConnectionFailed,
    ContractBroken,
    FreshSignIn,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OutcomeUnknown,
    PetworksError,
    Problem,
    Stale,
    TooMany,
    Unavailable,
)
from console.text import line

Tone = Literal["failed", "offline", "not-allowed", "unknown", "said"]

SIGNS: dict[Tone, str] = {"failed": "✗", "offline": "○", "not-allowed": "⊘", "unknown": "?", "said": "·"}
"""A sign for each tone, so that colour alone says nothing."""


@dataclass(frozen=True)
class Notice:
    """One line for people: what happened, and what to do about it."""

    tone: Tone
    what: str
    advice: str = ""
    request_id: str = ""

    def content(self) -> Content:
        parts = [
            f"{SIGNS[self.tone]} {self.what}",
            self.advice,
            f"request {self.request_id}" if self.request_id else "",
        ]
        return line("  ".join(part for part in parts if part))


def explain(error: Exception, doing: str) -> Notice:
    """What to tell an employee; `doing` is what was tried, as in "load the tickets"."""
    if isinstance(error, OutcomeUnknown):
        return Notice("unknown", f"No answer came: this may have been done or not: {doing}.", error.advice)
    if isinstance(error, ConnectionFailed):
        return Notice("offline", f"No connection: could not {doing}.", "Nothing was changed. ctrl+r tries again.")
    if isinstance(error, Problem):
        return _problem(error, doing)
    if isinstance(error, ContractBroken):
        return Notice("failed", f"Could not {doing}: the platform's answer can't be read.", error.advice)
    if isinstance(error, PetworksError):
        return Notice("failed", f"Could not {doing}.", error.advice)
    return Notice("failed", f"Could not {doing}: {type(error).__name__} in the console.", "Please report it.")


def _problem(error: Problem, doing: str) -> Notice:
    request, said = error.request_id, str(error)
    if isinstance(error, FreshSignIn):
        return Notice("not-allowed", f"Could not {doing}.", error.advice, request)
    if isinstance(error, NotSignedIn):
        return Notice("not-allowed", "Your session has ended.", "Sign in again; what you typed is kept.", request)
    if isinstance(error, NotAllowed):
        return Notice("not-allowed", f"Not allowed to {doing}: {said}", "x lists what is.")
    if isinstance(error, NotFound):
        return Notice(
            "failed", f"Could not {doing}: there is no such record, or your role does not see it.", "", request
        )
    if isinstance(error, Stale):
        named = (change for change in error.changed if not change.field.endswith("_by"))
        changes = ", ".join(f"{change.field.replace('_', ' ')} by {change.by}" for change in named) or "by others"
        what = f"Could not {doing}: it was changed meanwhile ({changes})."
        return Notice("failed", what, "Nothing was overwritten; it is shown as it is now.")
    if isinstance(error, TooMany | Unavailable):
        return Notice("failed", f"Could not {doing}: {said}", _later(error.retry_after), request)
    return Notice("failed", f"Could not {doing}: {said}", "ctrl+r tries again.", request)


def _later(seconds: float | None) -> str:
    return f"Try again in {round(seconds)} s." if seconds else "Try again in a moment."
