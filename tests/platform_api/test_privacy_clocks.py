"""The clocks of privacy requests, beside a calendar that is counted day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.platform_api.privacy_clocks import (
    EARLIEST,
    RULES,
    appeal_limit,
    business_days_after,
    extension_hinders,
    is_business_day,
    is_overdue,
    limits,
    months_after,
    next_due,
)
from console.records.privacy_requests import OPEN, Regime, RequestState

BUSINESS = (Regime.POLICY, Regime.CCPA)
MICROSECOND = timedelta(microseconds=1)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - without
REGIMES = st.sampled_from(list(Regime))
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def last_day(regime: Regime, limit: datetime) -> date:
    """The day that a limit is the very end of."""
    zone = ZoneInfo(RULES[regime].zone)
    following = (limit + MICROSECOND).astimezone(zone)
    assert following.time() == time(), "a limit is the last moment of a day"
    return following.date() - timedelta(days=1)


def at(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# What the law says, example by example


@pytest.mark.parametrize(
    ("regime", "received", "acknowledge", "due", "extended"),
    [
        # Thanksgiving and Christmas, the latter on a Friday; 23:59 still counts as that day
        (Regime.POLICY, at("2026-11-23T23:59"), "2026-12-08", "2027-01-07", "2027-02-21"),
        (Regime.CTDPA, at("2026-12-31T09:00"), None, "2027-02-14", "2027-03-31"),
        # ten at night in California is the next day in New York already
        (Regime.CCPA, at("2026-11-22T22:00", "America/Los_Angeles"), "2026-12-07", "2027-01-06", "2027-02-20"),
        (Regime.GDPR, at("2027-01-31T12:00", "Europe/Brussels"), None, "2027-02-28", "2027-04-30"),
        (Regime.GDPR, at("2028-01-30T12:00", "Europe/Brussels"), None, "2028-02-29", "2028-04-30"),
        (Regime.GDPR, at("2027-11-30T12:00", "Europe/Brussels"), None, "2027-12-30", "2028-02-29"),
        # New Year's Day of 2028 is a Saturday, so the Friday before is free; Martin Luther King's is the 17th
        (Regime.OPT_OUT, at("2027-12-30T12:00"), None, "2028-01-14", "2028-01-14"),
        # Juneteenth on a Saturday: Friday; Independence Day on a Sunday: Monday
        (Regime.OPT_OUT, at("2027-06-17T12:00"), None, "2027-07-02", "2027-07-02"),
        (Regime.OPT_OUT, at("2027-06-24T12:00"), None, "2027-07-09", "2027-07-09"),
        (Regime.OPT_OUT, at("2028-02-28T12:00"), None, "2028-03-13", "2028-03-13"),
    ],
)
def test_the_days_that_the_law_gives(
    regime: Regime, received: datetime, acknowledge: str | None, due: str, extended: str
) -> None:
    found = limits(regime, received)
    first = found.acknowledge_due and str(last_day(regime, found.acknowledge_due))
    assert (first, str(last_day(regime, found.due))) == (acknowledge, due)
    assert str(last_day(regime, limits(regime, received, extended=True).due)) == extended


def test_the_day_on_which_the_clocks_change_ends_at_midnight_too() -> None:
    assert limits(Regime.CTDPA, at("2026-01-22T12:00")).due == at("2026-03-09T00:00") - MICROSECOND
    assert limits(Regime.CTDPA, at("2026-09-17T12:00")).due == at("2026-11-02T00:00") - MICROSECOND


# In general


@given(MOMENTS, REGIMES)
def test_every_limit_is_counted_from_the_day_of_receipt(received: datetime, regime: Regime) -> None:
    day = received.astimezone(ZoneInfo(RULES[regime].zone)).date()
    found, longer = limits(regime, received), limits(regime, received, extended=True)
    assert found.acknowledge_due is None or received < found.acknowledge_due <= found.due
    assert (longer.due > found.due) == (regime is not Regime.OPT_OUT)
    assert longer.acknowledge_due == found.acknowledge_due and longer.rule_version == found.rule_version
    if regime in (*BUSINESS, Regime.CTDPA):
        assert last_day(regime, found.due) - day == timedelta(days=45)
        assert last_day(regime, longer.due) - day == timedelta(days=90)
    assert last_day(regime, appeal_limit(regime, received)) - day == timedelta(days=60)


@given(DAYS, st.integers(1, 15))
def test_business_days_are_those_on_which_people_work(day: date, count: int) -> None:
    end = business_days_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(map(is_business_day, between)) == count and is_business_day(end)
    assert not any(is_business_day(one) for one in between if one.weekday() >= 5)


@pytest.mark.parametrize("year", range(2022, 2036))
def test_each_year_has_eleven_federal_holidays(year: int) -> None:
    """On which nobody works, or on a day beside: New Year's can be on the last day of the year before."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(-1, 364)]
    free = [day for day in days if day.weekday() < 5 and not is_business_day(day)]
    assert len(free) == 11


@given(DAYS, st.integers(1, 36))
def test_months_clamp_and_never_reach_into_the_next(day: date, months: int) -> None:
    end = months_after(day, months)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(MOMENTS, MOMENTS, REGIMES)
def test_who_asks_later_is_never_due_sooner(one: datetime, other: datetime, regime: Regime) -> None:
    sooner, later = sorted((one, other))
    for extended in (False, True):
        assert limits(regime, sooner, extended=extended).due <= limits(regime, later, extended=extended).due
    assert appeal_limit(regime, sooner) <= appeal_limit(regime, later)


def test_the_oldest_that_can_be_sent_has_its_limits() -> None:
    assert all(limits(regime, EARLIEST).due > EARLIEST for regime in Regime)


# Extending


@given(MOMENTS, st.sampled_from(sorted(set(Regime) - {Regime.OPT_OUT})))
def test_an_extension_needs_its_notice_inside_the_first_period(received: datetime, regime: Regime) -> None:
    due = limits(regime, received).due
    assert extension_hinders(regime, due, None, received) == ""
    assert extension_hinders(regime, due, None, due) == ""
    assert "first period is over" in extension_hinders(regime, due, None, due + MICROSECOND)
    assert "once already" in extension_hinders(regime, due, received, received)


def test_an_opt_out_cant_be_extended() -> None:
    received = at("2026-11-23T12:00")
    assert extension_hinders(Regime.OPT_OUT, limits(Regime.OPT_OUT, received).due, None, received)


# The limit that runs


def test_one_limit_runs_while_it_is_open_and_none_when_it_has_ended() -> None:
    acknowledge, due, appeal = at("2026-12-08"), at("2027-01-07"), at("2027-03-01")
    for state in RequestState:
        first = next_due(state, acknowledge_due=acknowledge, due=due, appeal_due=None)
        heard = next_due(state, acknowledge_due=acknowledge, due=due, appeal_due=None, acknowledged=at("2026-12-01"))
        again = next_due(state, acknowledge_due=acknowledge, due=due, appeal_due=appeal)
        assert (first, heard, again) == ((acknowledge, due, appeal) if state in OPEN else (None, None, None))
    assert next_due(RequestState.RECEIVED, acknowledge_due=due, due=acknowledge, appeal_due=None) == acknowledge
    assert next_due(RequestState.RECEIVED, acknowledge_due=None, due=due, appeal_due=None) == due


def test_the_last_moment_is_in_time() -> None:
    due = at("2027-01-08") - MICROSECOND
    assert not is_overdue(due, due) and is_overdue(due, due + MICROSECOND) and not is_overdue(None, due)
