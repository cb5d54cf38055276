"""Words for what is known of a privacy request: its kind, whose clock runs, how long there is, how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from textual.content import Content

from console.records.privacy_requests import OPEN, ZONES, PrivacyRequest
from console.text import day, line
from screens.parts.case_words import yours
from screens.parts.money_view import span, word

KINDS: Mapping[str, str] = {
    "access": "See the data",
    "correct": "Correct",
    "delete": "Delete",
    "opt_out": "Opt out",
    "concern": "Concern",
}
"""Kind → what the person asks for."""

REGIMES: Mapping[str, str] = {
    "policy": "policy",
    "ctdpa": "CTDPA",
    "ccpa": "CCPA",
    "gdpr": "GDPR",
    "opt_out": "CAN-SPAM",
}
"""Regime → what the law, or Petworks' own promise, is called."""

REGIMES_LONG: Mapping[str, str] = {
    "policy": "Petworks' own policy",
    "ctdpa": "CTDPA, Connecticut",
    "ccpa": "CCPA, California",
    "gdpr": "GDPR, Europe",
    "opt_out": "CAN-SPAM, opt-outs",
}

STATES: Mapping[str, str] = {
    "verifying": "proof asked",
    "unverifiable": "not proven",
    "in_progress": "in work",
    "review": "to approve",
    "partly_fulfilled": "partly done",
    "reversed": "decide anew",
}
"""State → its words, where they are others."""

STEPS: Mapping[str, str] = {
    "identified": "person found",
    "begun": "begun",
    "package_built": "package built",
    "release_allowed": "release allowed by a second person",
    "package_released": "package released",
    "proposed": "corrections proposed",
    "applied": "corrections applied",
    "recipients_told": "those who had it told",
    "plan": "plan to erase",
    "submitted": "sent to a second person",
    "second_person": "approved by a second person",
    "effective": "works",
    "appeal_decided": "appeal decided",
    "replied": "replied",
    "letter_posted": "letter posted",
    "letter_sent": "failed letter sent",
}
"""Step of the checklist → its words, where they are others."""

CHANNELS: Mapping[str, str] = {"email": "by e-mail", "web": "by the web form"}

SOON = timedelta(days=5)
"""What is due within this stands out."""

BAR = 8


def kind(name: str) -> str:
    return KINDS.get(name) or word(name).capitalize()


def regime(name: str) -> str:
    return REGIMES.get(name) or word(name)


def state(name: str) -> str:
    return STATES.get(name) or word(name)


def step(name: str) -> str:
    return STEPS.get(name) or state(name)


def channel(name: str) -> str:
    return CHANNELS.get(name) or f"by {word(name)}"


def countdown(request: PrivacyRequest, now: datetime) -> Content:
    """How long there is, or how long it is over: by sign and word, colour only helps."""
    if request.next_due is None:
        return Content("")
    left = request.next_due - now
    if left <= timedelta(0):
        return Content(f"! overdue {span(-left)}").stylize("bold $text-error")
    said = Content(f"{long(left)} left")
    return said.stylize("$text-warning") if left < SOON else said


def long(length: timedelta) -> str:
    """Days in full: that is what the limits are counted in."""
    days = length.days
    return span(length) if not days else "1 day" if days == 1 else f"{days} days"


def limit(request: PrivacyRequest, now: datetime) -> Content:
    """The same for the detail, with the date and how much of the time is gone."""
    if request.next_due is None:
        return Content("")
    said = Content.assemble(countdown(request, now), f" ({last_day(request, request.next_due, now)})")
    if request.received is None:
        return said
    begun = request.decided if request.state == "appealed" and request.decided else request.received
    return Content.assemble(said, "  ", (bar(begun, request.next_due, now), "dim"))


def bar(begun: datetime, ends: datetime, now: datetime) -> str:
    """What is gone of the time between two moments; full from its end on."""
    whole = max((ends - begun).total_seconds(), 1.0)
    gone = min(max((now - begun).total_seconds() / whole, 0.0), 1.0)
    filled = int(gone * BAR)
    return "▓" * filled + "░" * (BAR - filled)


def last_day(request: PrivacyRequest, limit: datetime, now: datetime) -> str:
    """As the law counts it, and as the letters say it: the last moment of a day in one zone is another day's in the next."""
    zone = ZONES.get(request.regime)
    return brief_day(limit.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if zone else limit, now)


def brief_day(at: datetime, now: datetime) -> str:
    """Without its year where that is this one."""
    return day(at).removesuffix(f" {now.astimezone().year}")


def next_is(request: PrivacyRequest) -> str:
    """What has to be done by the limit that runs."""
    if request.next_due is None:
        return ""
    if request.next_due == request.appeal_due:
        return "decide the appeal"
    first = request.next_due == request.acknowledge_due and request.acknowledged is None
    return "acknowledge it" if first else "answer it"


def whose(request: PrivacyRequest, now: datetime) -> str:
    """Who has it in hand, in the words of a sentence."""
    if request.state not in OPEN:
        return ""
    if not request.yours:
        return f"{line(request.assignee).plain} works on it" if request.assignee else "nobody works on it"
    return yours(request.lease_until, now)


MINE = "a next step"
"""Said where the key takes it."""

OTHERS: Mapping[str, str] = {
    "approve": "next: a second person",
    "allow-release": "next: a second person",
    "uphold": "next: another person",
    "reverse": "next: another person",
}
"""What whoever worked on it may not do themself → who does."""


def following(request: PrivacyRequest) -> str:
    """The key for the next step, or whose it is where it isn't the employee's; nothing where nobody takes it."""
    action = next((step.action for step in request.steps if step.state == "next" and step.action), None)
    if action is None:
        return ""
    if request.find_action(action).allowed:
        return MINE
    if action in OTHERS:
        return OTHERS[action]
    if request.yours or request.find_action("claim").allowed:
        return MINE
    if request.assignee:
        return f"next: {line(request.assignee).plain}"
    return "next: a manager" if request.about_privacy else "next: privacy"


def proof(request: PrivacyRequest) -> str:
    """How it was proven who asks; never with what."""
    if request.verified_by == "signed_in":
        return "asked while signed in"
    points = "1 point" if request.points == 1 else f"{request.points} points"
    return f"by {points}" if request.verified_by else ""
