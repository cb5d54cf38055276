"""Figures of privacy requests: what a plain model counts, on both databases; and the records as they are exported."""

from __future__ import annotations

import json
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

from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.privacy_clocks import SOON
from console.platform_api.privacy_figures import ENDS, SERIES
from console.platform_api.tables import NamedInRequest, PrivacyRequestRow, table
from console.records.privacy_requests import ENDED, OPEN, Kind, RequestState
from tests.platform_api.api import Api, employee_id
from tests.platform_api.people import add_person, log_of
from tests.platform_api.privacy_made import add_request
from tests.platform_api.worked import Clock

requests = table(PrivacyRequestRow)
SINCE, UNTIL = date(2026, 10, 26), date(2026, 11, 16)
"""Three weeks, in the first of which New York's clocks change."""

END_OF = {str(state): end for end, states in ENDS.items() for state in states}


class Made(NamedTuple):
    kind: str
    received: datetime
    state: str
    decided: datetime | None = None
    due: datetime = datetime(2026, 12, 1, tzinfo=UTC)
    appeal_due: datetime | None = None


def add(platform: Platform, made: Sequence[Made]) -> list[str]:
    fixed = {"channel": "email", "regime": "policy", "rule_version": "1"}
    rows = [
        {"id": new_id(), **fixed, "created": one.received, "next_due": one.appeal_due or one.due, **one._asdict()}
        for one in made
    ]
    with platform.database.writing() as session:
        session.connection().execute(delete(requests))
        if rows:
            session.connection().execute(insert(requests), rows)
    return [str(row["id"]) for row in rows]


def figures(api: Api, name: str = "manager", **params: Any) -> Any:
    answer = api.sign_in(name).get("/v1/privacy-requests/figures", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def at(day: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_each_end_stands_in_its_week(api: Api) -> None:
    add(
        api.platform,
        [
            Made("access", at(2), "fulfilled", at(4)),
            Made("opt_out", at(2), "confirmed", at(10)),
            Made("delete", at(3), "denied", at(10), due=at(9)),
            Made("delete", at(3), "upheld", at(11), due=at(4), appeal_due=at(11)),
            Made("correct", at(9), "withdrawn", at(10)),
            Made("correct", at(9), "appealed", at(10)),
            Made("concern", at(10), "received"),
        ],
    )
    body = figures(api, by="week", since=str(SINCE), until=str(UNTIL))
    named = [tuple(row[name] for name in SERIES) for row in body["buckets"]]
    assert [row["start"] for row in body["buckets"]] == ["2026-10-26", "2026-11-02", "2026-11-09"]
    assert named == [(0, 0, 0, 0, 0), (4, 1, 0, 0, 0), (3, 1, 0, 2, 1)]
    assert {name: body[name] for name in SERIES} == dict(zip(SERIES, (7, 2, 0, 2, 1), strict=True))
    assert (body["median_days"], body["late"], body["open"]) == (7.5, 1, 2)
    kinds = {row["kind"]: (row["count"], row["open"], row["median_days"]) for row in body["kinds"]}
    assert kinds == {
        "access": (1, 0, 2.0), "opt_out": (1, 0, 8.0), "delete": (2, 0, 7.5), "correct": (2, 1, None), "concern": (1, 1, None),
    }  # fmt: skip


def test_what_waits_is_counted_whenever_it_came_and_the_last_moment_is_in_time(api: Api) -> None:
    clock = Clock(api.platform)
    dues = [clock.now - timedelta(microseconds=1), clock.now, clock.now + SOON, clock.now + SOON + SOON]
    add(api.platform, [Made("access", at(1), state, at(2), due) for state in sorted(OPEN | ENDED) for due in dues])
    body = figures(api, since="2026-11-21", until="2026-11-22")
    assert (body["open"], body["overdue"], body["due_soon"]) == (4 * len(OPEN), len(OPEN), 2 * len(OPEN))
    [access] = [row for row in body["kinds"] if row["kind"] == "access"]
    assert (access["open"], access["overdue"], access["count"]) == (4 * len(OPEN), len(OPEN), 0)


def test_who_is_named_finds_it_in_no_count(api: Api) -> None:
    made = add(
        api.platform, [Made("concern", at(2), "received", due=at(9)), Made("concern", at(2), "fulfilled", at(4), at(3))]
    )
    with api.platform.database.writing() as session:
        for request in made:
            session.add(NamedInRequest(request=request, employee=employee_id(api.platform, "manager")))
    seen = {
        name: figures(api, name, since="2026-11-01", until="2026-11-08") for name in ("manager", "manager2", "privacy")
    }
    assert seen["manager2"] == seen["privacy"] != seen["manager"]
    counts = {
        name: value
        for name, value in seen["manager"].items()
        if name in (*SERIES, "open", "overdue", "late", "due_soon")
    }
    assert set(counts.values()) == {0} and seen["manager"]["median_days"] is None
    assert {tuple(row.values())[1:] for row in seen["manager"]["kinds"]} == {(0, 0, 0, None)}
    assert (seen["manager2"]["received"], seen["manager2"]["fulfilled"], seen["manager2"]["late"]) == (2, 1, 1)


@pytest.mark.parametrize("name", ["manager", "privacy", "auditor"])
def test_who_has_them_stands_on_the_log(sqlite_api: Api, name: str) -> None:
    figures(sqlite_api, name)
    [row] = log_of(sqlite_api.platform, "privacy-requests:figures")
    assert (row.role, row.outcome, row.subject, row.record) == (name, "done", None, None)


def test_nobody_else_has_them_and_some_questions_are_none(sqlite_api: Api) -> None:
    for name in ("support", "billing", "admin", "service"):
        assert sqlite_api.sign_in(name).get("/v1/privacy-requests/figures").status_code == 403
    manager = sqlite_api.sign_in("manager")
    for params in (
        {"by": "month"},
        {"since": "2026-11-05", "until": "2026-11-01"},
        {"by": ["day", "week"]},
        {"kind": "x"},
    ):
        answer = manager.get("/v1/privacy-requests/figures", params=params)
        assert (answer.status_code, answer.json()["type"]) == (400, "bad-request")


# Beside a plain model

MOMENTS = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 20), timezones=st.just(UTC))  # noqa: DTZ001 - without
LATER = st.timedeltas(timedelta(0), timedelta(days=20))
MADE = st.builds(
    lambda kind, received, state, later, due: Made(
        kind, received, state, received + later if state in ENDED else None, received + due
    ),
    st.sampled_from(list(map(str, Kind))), MOMENTS, st.sampled_from(list(map(str, RequestState))), LATER, LATER,
)  # fmt: skip


def by_hand(made: Sequence[Made], by: str, zone: ZoneInfo) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in made:
        for name, moment in (("received", one.received), (END_OF.get(one.state), one.decided)):
            if moment is not None and name is not None:
                day = moment.astimezone(zone).date()
                if SINCE <= day < UNTIL:
                    counts[(name, str(day - timedelta(days=day.weekday()) if by == "week" else day))] += 1
    return counts


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MADE, max_size=25), st.sampled_from(["day", "week"]))
def test_figures_are_those_of_a_plain_model(platform: Platform, api: Api, made: list[Made], by: str) -> None:
    add(platform, made)
    zone = ZoneInfo(platform.rules.zone)
    body = figures(api, by=by, since=str(SINCE), until=str(UNTIL))
    flat = {(name, row["start"]): row[name] for row in body["buckets"] for name in SERIES if row[name]}
    assert flat == dict(by_hand(made, by, zone))
    ours = [
        one for one in made
        if one.decided and END_OF.get(one.state, "withdrawn") != "withdrawn" and SINCE <= one.decided.astimezone(zone).date() < UNTIL
    ]  # fmt: skip
    took = [(one.decided - one.received) / timedelta(days=1) for one in ours if one.decided]
    assert body["median_days"] == (pytest.approx(median(took), abs=0.011) if took else None)
    assert body["late"] == sum(one.decided > one.due for one in ours if one.decided)


# Records of requests, exported


def test_records_are_exported_without_anything_that_anybody_wrote(api: Api, platform: Platform) -> None:
    person = add_person(platform, name="Canary Smith")
    add_request(platform, "access", "fulfilled", person=person, words="canary-words", asker="canary-asker")
    add_request(platform, "concern", "received", about_privacy=True)
    for name, count in (("privacy", 1), ("auditor", 2)):
        answer = api.sign_in(name).post("/v1/privacy-requests/export", json={"filters": {}, "sort": "number"})
        rows = [json.loads(line) for line in answer.text.splitlines()]
        assert (answer.status_code, len(rows)) == (200, count)
        assert {"kind", "regime", "rule_version", "received", "due", "decided", "reason", "policy_version"} <= set(
            rows[0]
        )
        assert "canary" not in answer.text.lower()
    assert [json.loads(row.details).get("rows") for row in log_of(platform, "privacy-requests:export")][1::2] == [1, 2]
    for name in ("support", "billing", "manager", "admin"):
        assert api.sign_in(name).post("/v1/privacy-requests/export", json={}).status_code == 403
