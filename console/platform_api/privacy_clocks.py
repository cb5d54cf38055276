"""When a privacy request is to be acknowledged, answered and decided on appeal: by regime, from the day on which it was received.

Days are those of the regime's time zone, and the day of receipt isn't counted. A limit is the last moment of its last day: it has
been missed when the clock is past it. All months are counted from receipt, so that a short month shortens nothing after it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from console.records.privacy_requests import ENDED, ZONES, Regime, RequestState

VERSION = "2026-1"
"""Of the rules below: whoever changes one adds a version, and requests keep what they were given until their regime is set anew."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing was received before."""

SOON = timedelta(days=7)
"""A limit that is as near is soon: its reminder is raised."""

KEPT_MONTHS = 24


@dataclass(frozen=True)
class Span:
    """A time to be counted on a calendar: one of the three."""

    days: int = 0
    business_days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        if self.business_days:
            return business_days_after(day, self.business_days)
        return months_after(day, self.months) + timedelta(days=self.days)


@dataclass(frozen=True)
class Rule:
    """`longest`: how long an answer may take when it was extended, from receipt too."""

    zone: str
    respond: Span
    longest: Span | None = None
    acknowledge: Span | None = None


RULES: Mapping[Regime, Rule] = {
    Regime.POLICY: Rule(ZONES[Regime.POLICY], Span(days=45), Span(days=90), Span(business_days=10)),
    Regime.CTDPA: Rule(ZONES[Regime.CTDPA], Span(days=45), Span(days=90)),
    Regime.CCPA: Rule(ZONES[Regime.CCPA], Span(days=45), Span(days=90), Span(business_days=10)),
    Regime.GDPR: Rule(ZONES[Regime.GDPR], Span(months=1), Span(months=3)),
    Regime.OPT_OUT: Rule(ZONES[Regime.OPT_OUT], Span(business_days=10)),
}

APPEAL = Span(days=60)
"""Connecticut's; Petworks' policy gives it to everybody, also where the regime has no appeal, so that none waits for ever."""


@dataclass(frozen=True)
class Limits:
    """What a request is kept to. Its fields are columns of it."""

    acknowledge_due: datetime | None
    due: datetime
    rule_version: str = VERSION


def limits(regime: Regime, received: datetime, *, extended: bool = False) -> Limits:
    """From its receipt, also when the regime is found out later. An extension counts where the regime has one."""
    rule = RULES[regime]
    respond = rule.longest if extended and rule.longest is not None else rule.respond
    acknowledge = _last_moment(rule, rule.acknowledge, received) if rule.acknowledge is not None else None
    return Limits(acknowledge, _last_moment(rule, respond, received))


def is_extended(regime: Regime, received: datetime, extended: datetime | None) -> bool:
    """Whether an extension holds under this regime, too: its notice went out inside the first period."""
    return extended is not None and extended <= limits(regime, received).due


def appeal_limit(regime: Regime, received: datetime) -> datetime:
    """When an appeal that came at `received` is to be decided."""
    return _last_moment(RULES[regime], APPEAL, received)


def extension_hinders(regime: Regime, due: datetime, extended: datetime | None, now: datetime) -> str:
    """Why it can't be extended now, or nothing. The last moment of the first period counts."""
    if RULES[regime].longest is None:
        return "An opt-out can't be extended."
    if extended is not None:
        return "It was extended once already."
    return "The first period is over: an extension needs its notice inside it." if now > due else ""


def next_due(
    state: RequestState,
    *,
    acknowledge_due: datetime | None,
    due: datetime,
    appeal_due: datetime | None,
    acknowledged: datetime | None = None,
) -> datetime | None:
    """The limit that runs now; None when it has ended. What an appeal has opened again is to be done in the appeal's time.

    Whatever was done meanwhile, the first limit runs until the person has heard from us.
    """
    if state in ENDED:
        return None
    if appeal_due is not None:
        return appeal_due
    if acknowledge_due is not None and acknowledged is None:
        return min(acknowledge_due, due)
    return due


def kept_until(ended: datetime) -> datetime:
    """When the record of a request that has ended is purged (P12)."""
    return _months_later(ended, KEPT_MONTHS)


def purged_through(now: datetime) -> datetime:
    """What ended by then is purged now."""
    return _months_later(now, -KEPT_MONTHS)


def _months_later(at: datetime, months: int) -> datetime:
    return datetime.combine(months_after(at.date(), months), at.timetz())


def is_overdue(next_due: datetime | None, now: datetime) -> bool:
    return next_due is not None and now > next_due


# Calendars


def _last_moment(rule: Rule, span: Span, received: datetime) -> datetime:
    zone = ZoneInfo(rule.zone)
    day = span.after(received.astimezone(zone).date())
    return datetime.combine(day, time.max, zone).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """31 January and a month is the last of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def business_days_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_business_day(day)
    return day


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """Federal holidays of the United States, and the days on which they are observed."""
    from holidays import country_holidays  # a quarter of a second to load, and the platform starts without it

    return frozenset(country_holidays("US", years=year))
