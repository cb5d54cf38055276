"""Words for what is known of a pro application: its state, its limit, what it lacks, what is like it."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content

from console.records.pro_applications import OPEN, WAITING, ProApplication
from console.text import ago, line
from screens.parts.case_words import yours
from screens.parts.money_view import span, word

STATES = {"info_requested": "asked"}
"""State → its word, where it is another."""

SOON = timedelta(days=1)
"""What is due within this stands out."""

HOUR = timedelta(hours=1)

ALIKE = {"phone": "phone", "email": "e-mail", "address": "address", "business_name": "business name"}
"""What two applications have alike → words."""


def state(name: str) -> str:
    return STATES.get(name) or word(name)


def limit(application: ProApplication, now: datetime) -> Content:
    """How long there is to decide, how long it is overdue, or that the clock stands still; by sign and word."""
    if application.stopped is not None:
        return Content(f"stands still, asked {_since(application.stopped, now)}").stylize("dim")
    return _running(application, now)


def brief_limit(application: ProApplication, now: datetime) -> Content:
    """The same for a list: as long as it is, never a date, which would be cut."""
    if application.stopped is not None:
        length = now - application.stopped
        return Content(f"asked {'just now' if length < HOUR else f'{span(length)} ago'}").stylize("dim")
    return _running(application, now)


def _since(at: datetime, now: datetime) -> str:
    said = ago(at, now)
    return "just now" if said == "now" else f"{said} ago" if now - at < timedelta(days=7) else f"on {said}"


def _running(application: ProApplication, now: datetime) -> Content:
    if application.due is None or application.state not in WAITING:
        return Content("")
    left = application.due - now
    if left <= timedelta(0):
        return Content(f"! overdue {span(-left)}").stylize("bold $text-error")
    said = Content(f"{_long(left)} left")
    return said.stylize("$text-warning") if left < SOON else said


def _long(length: timedelta) -> str:
    days = length.days
    return span(length) if not days else "1 day" if days == 1 else f"{days} days"


def waiting(application: ProApplication, now: datetime) -> str:
    """Since when it has been here."""
    return ago(application.received, now) if application.received else ""


def whose(application: ProApplication, now: datetime) -> str:
    """Who has it in hand, in the words of a sentence."""
    if application.state not in OPEN:
        return ""
    if not application.yours:
        return f"{line(application.assignee).plain} works on it" if application.assignee else "nobody works on it"
    return yours(application.lease_until, now)


def lacks(application: ProApplication) -> str:
    """What is missing, by name."""
    return ", ".join(word(each) for each in application.missing)


def alike(by: tuple[str, ...]) -> str:
    return ", ".join(ALIKE.get(each) or word(each) for each in by)


def recommended(application: ProApplication) -> str:
    """In the words of a mark: "approve?", "decline?"; empty where nobody said so."""
    return f"{word(application.recommendation)}?" if application.recommendation else ""
