"""Figures of pro applications: what a plain model counts, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from console.platform_api.application_figures import DECIDED, ENDS, KINDS
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow, table
from console.records.pro_applications import OPEN, ApplicationState
from tests.platform_api.api import Api
from tests.platform_api.applications_made import add_application, decided
from tests.platform_api.people import log_of
from tests.platform_api.worked import Clock

applications = table(ProApplicationRow)
SINCE, UNTIL = date(2026, 10, 26), date(2026, 11, 16)
"""Three weeks, in the first of which New York's clocks change."""


class Application(NamedTuple):
    received: datetime
    state: str
    decided: datetime | None = None
    reason: str | None = None


def add(platform: Platform, made: Sequence[Application]) -> None:
    rows = [
        {"id": new_id(), "person": new_id(), "due": one.received + timedelta(days=3), **one._asdict()} for one in made
    ]
    with platform.database.writing() as session:
        session.connection().execute(delete(applications))
        if rows:
            session.connection().execute(insert(applications), rows)


def figures(api: Api, name: str = "manager", **params: Any) -> Any:
    answer = api.sign_in(name).get("/v1/pro-applications/figures", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_each_kind_stands_in_its_week(api: Api) -> None:
    add(
        api.platform,
        [
            Application(at(2), "approved", at(4)),
            Application(at(3), "declined", at(10), "documents"),
            Application(at(9), "withdrawn", at(10)),
            Application(at(10), "submitted"),
            Application(at(1), "expired", at(11)),
        ],
    )
    body = figures(api, by="week", since=str(SINCE), until=str(UNTIL))
    named = [tuple(row[kind] for kind in KINDS) for row in body["buckets"]]
    assert [row["start"] for row in body["buckets"]] == ["2026-10-26", "2026-11-02", "2026-11-09"]
    assert named == [(1, 0, 0, 0, 0), (2, 1, 0, 0, 0), (2, 0, 1, 1, 1)]
    assert {kind: body[kind] for kind in KINDS} == {
        "received": 5, "approved": 1, "declined": 1, "withdrawn": 1, "expired": 1,
    }  # fmt: skip
    assert body["outcomes"] == [
        {"outcome": "approved", "count": 1, "median_days": 2.0},
        {"outcome": "declined", "count": 1, "median_days": 7.0},
    ]
    assert (body["median_days"], body["reasons"]) == (4.5, [{"reason": "documents", "count": 1}])


def test_reasons_come_commonest_first(api: Api) -> None:
    reasons = ["area", "documents", "documents", "conduct", "conduct", "documents"]
    add(api.platform, [Application(at(2), "declined", at(3), reason) for reason in reasons])
    assert figures(api, since=str(SINCE), until=str(UNTIL))["reasons"] == [
        {"reason": "documents", "count": 3}, {"reason": "conduct", "count": 2}, {"reason": "area", "count": 1},
    ]  # fmt: skip


def test_nothing_at_all_has_every_bucket_and_no_median(api: Api) -> None:
    add(api.platform, [])
    body = figures(api, by="day", since="2026-11-01", until="2026-11-08")
    assert [sum(row[kind] for kind in KINDS) for row in body["buckets"]] == [0] * 7
    assert (body["median_days"], body["reasons"], body["open"], body["overdue"]) == (None, [], 0, 0)
    assert [one["median_days"] for one in body["outcomes"]] == [None, None]


def test_what_waits_is_counted_whenever_it_came(api: Api) -> None:
    clock = Clock(api.platform)
    for state in sorted(OPEN):
        add_application(api.platform, state=state, complete=False)
    decided(api.platform, "approved")
    assert (figures(api)["open"], figures(api)["overdue"]) == (4, 0)
    clock.forward(hours=api.platform.rules.decide_hours)
    body = figures(api, since="2026-11-01", until="2026-11-02")
    assert (body["open"], body["overdue"]) == (4, 3)  # the clock of one stands still


def test_one_that_is_reopened_has_no_end(api: Api) -> None:
    add(api.platform, [Application(at(2), "reopened")])
    body = figures(api, since=str(SINCE), until=str(UNTIL))
    assert [body[kind] for kind in KINDS] == [1, 0, 0, 0, 0]


# Who, and what is no question


@pytest.mark.parametrize("name", ["manager", "auditor"])
def test_managers_and_auditors_have_them_and_they_stand_on_the_log(sqlite_api: Api, name: str) -> None:
    figures(sqlite_api, name)
    [row] = log_of(sqlite_api.platform, "pro-applications:figures")
    assert (row.role, row.outcome, row.subject, row.record) == (name, "done", None, None)


@pytest.mark.parametrize("name", ["support", "billing", "privacy", "admin", "service"])
def test_nobody_else_has_them(sqlite_api: Api, name: str) -> None:
    assert sqlite_api.sign_in(name).get("/v1/pro-applications/figures").status_code == 403


@pytest.mark.parametrize(
    "params",
    [{"by": "month"}, {"since": "yesterday"}, {"since": "2026-11-05", "until": "2026-11-01"}, {"by": ["day", "week"]},
     {"state": "approved"}, {"by": "day", "since": "2024-01-01", "until": "2026-01-01"}, {"until": "\u0663"}],
)  # fmt: skip
def test_questions_that_are_none(sqlite_api: Api, params: Any) -> None:
    answer = sqlite_api.sign_in("manager").get("/v1/pro-applications/figures", params=params)
    assert (answer.status_code, answer.json()["type"]) == (400, "bad-request")


# Beside a plain model

MOMENTS = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 20), timezones=st.just(UTC))  # noqa: DTZ001 - without
LATER = st.timedeltas(timedelta(0), timedelta(days=20))
REASONS = st.sampled_from(["documents", "area", "conduct"])
MADE = st.builds(
    lambda received, state, later, reason: Application(
        received, state, received + later if state in ENDS else None, reason if state == "declined" else None
    ),
    MOMENTS,
    st.sampled_from(list(map(str, ApplicationState))),
    LATER,
    REASONS,
)


def by_hand(made: Sequence[Application], by: str, zone: ZoneInfo) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in made:
        for kind, moment in (("received", one.received), (one.state, one.decided)):
            if moment is not None:
                day = moment.astimezone(zone).date()
                if SINCE <= day < UNTIL:
                    counts[(kind, str(day - timedelta(days=day.weekday()) if by == "week" else day))] += 1
    return counts


def within(made: Sequence[Application], zone: ZoneInfo) -> list[Application]:
    return [one for one in made if one.decided and SINCE <= one.decided.astimezone(zone).date() < UNTIL]


def days(made: Sequence[Application], *states: str) -> float | None:
    took = [(one.decided - one.received) / timedelta(days=1) for one in made if one.decided and one.state in states]
    return round(median(took), 2) if took else None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MADE, max_size=25), st.sampled_from(["day", "week"]))
def test_figures_are_those_of_a_plain_model(platform: Platform, api: Api, made: list[Application], by: str) -> None:
    add(platform, made)
    zone = ZoneInfo(platform.rules.zone)
    body = figures(api, by=by, since=str(SINCE), until=str(UNTIL))
    flat = {(kind, row["start"]): row[kind] for row in body["buckets"] for kind in KINDS if row[kind]}
    assert flat == dict(by_hand(made, by, zone))
    ended = within(made, zone)
    assert body["median_days"] == pytest.approx(days(ended, *DECIDED), abs=0.011)
    for one in body["outcomes"]:
        assert one["count"] == sum(each.state == one["outcome"] for each in ended)
        assert one["median_days"] == pytest.approx(days(ended, one["outcome"]), abs=0.011)
    reasons = Counter(one.reason for one in ended if one.state == "declined")
    assert {one["reason"]: one["count"] for one in body["reasons"]} == dict(reasons)
