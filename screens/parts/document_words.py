"""What is said of a document of an application: what it is, what it is worth, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from textual.content import Content

from console.records.application_documents import ApplicationDocument, DocumentState
from console.text import ago, day, line

KINDS: Mapping[str, str] = {
    "text/plain": "plain text",
    "image/png": "PNG picture",
    "image/jpeg": "JPEG picture",
    "application/pdf": "PDF",
}
"""Media type → words."""


def kind(document: ApplicationDocument) -> str:
    return line(document.kind.replace("_", " ").capitalize()).plain


def standing(document: ApplicationDocument, now: datetime, *, soon: bool = False) -> Content:
    """By sign and word: whether it counts, and until when. `soon`: it counts no more within the platform's days."""
    if document.state == DocumentState.PENDING:
        return Content.assemble(("? ", "bold $text-warning"), "the provider has not answered yet")
    if document.state == DocumentState.REPLACED:
        return Content("· replaced by a newer one").stylize("dim")
    if not document.complete:
        when = f"expired {_since(document.expires, now)}" if document.expires else "doesn't count"
        return Content.assemble(("✗ ", "bold $text-error"), when)
    return _counts(document, now, soon=soon)


def _counts(document: ApplicationDocument, now: datetime, *, soon: bool) -> Content:
    if document.expires is None:
        return Content.assemble(("✓ ", "$text-success"), "complete, never expires")
    if soon:
        return Content.assemble(("! ", "bold $text-warning"), f"complete, expires {until(document.expires, now)}")
    return Content.assemble(("✓ ", "$text-success"), f"complete, expires {until(document.expires, now)}")


def until(at: datetime, now: datetime) -> str:
    """In 5 d; from a week on the date."""
    words = ago(at, now)
    return words if words.startswith("in ") else f"on {day(at)}"


def _since(at: datetime, now: datetime) -> str:
    words = ago(at, now)
    return "just now" if words == "now" else f"on {words}" if words == day(at) else f"{words} ago"


def content(document: ApplicationDocument) -> str:
    """What can be opened, and how large it is."""
    if document.media_type is None:
        return "nothing to open"
    return f"{KINDS.get(document.media_type) or line(document.media_type).plain}, {size(document.size or 0)}"


def size(count: int) -> str:
    """Bytes as people say them."""
    if count < 1024:
        return f"{count} bytes"
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"
