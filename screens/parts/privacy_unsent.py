"""Letters of a request that have reached nobody: those that failed, and those that wait to be posted, by sign and word."""

from __future__ import annotations

from textual.content import Content

from console.records.privacy_requests import PrivacyRequest, Unsent
from console.records.tickets import MailState
from console.text import exact
from screens.parts import outgoing
from screens.parts.detail import Section

FAILED, TO_POST = ("✗ ", "$text-error"), ("✉ ", "$text-warning")


def has_failed(letter: Unsent) -> bool:
    return letter.state != MailState.TO_POST


def sign(request: PrivacyRequest) -> Content:
    """Before its state in the list: what failed says more than what waits."""
    if not request.unsent:
        return Content("")
    return Content.assemble(FAILED if any(map(has_failed, request.unsent)) else TO_POST)


def mark(request: PrivacyRequest) -> Content:
    """Where a list says how long there is, for what has ended with a letter that nobody got."""
    said = "not sent" if any(map(has_failed, request.unsent)) else "to be posted"
    return Content.assemble(sign(request), said)


def section(request: PrivacyRequest) -> Section:
    """Which, how it was to go, and why it didn't; the next step stands in the checklist."""
    return Section("Reached nobody", hint="x sends it", text=tuple(map(standing, request.unsent)))


def standing(letter: Unsent) -> Content:
    """As in "✗ letter of 3 March 2026 14:30, by e-mail: the address can't be written to"."""
    if not has_failed(letter):
        return Content.assemble(TO_POST, f"letter of {exact(letter.at)}, by post: it counts once it is said to be sent")
    why = (
        "nobody can tell whether it went out" if letter.state == MailState.UNKNOWN else outgoing.why_of(letter.failure)
    )
    return Content.assemble(FAILED, f"letter of {exact(letter.at)}, by e-mail: {Content(why).plain}")
