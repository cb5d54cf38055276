"""Figures of orders: sums by day and week of a zone, the same on both databases as a plain model says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from console.platform_api import order_figures
from console.platform_api.buckets import MOST, buckets
from console.platform_api.ids import new_id
from console.platform_api.orders import ORDERS
from console.platform_api.platform import Platform
from console.platform_api.problems import BadRequest
from console.platform_api.tables import AuditEntry, MoneyRow, OrderRow, table
from tests.platform_api.api import Api

money, orders, audit = table(MoneyRow), table(OrderRow), table(AuditEntry)
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


class Moved(NamedTuple):
    """Money that moved: when, what kind of, how much."""

    at: datetime
    kind: str
    currency: str
    amount: int


def add_order(platform: Platform, **fields: Any) -> str:
    order = new_id()
    values = {
        "id": order, "parent": new_id(), "pro": new_id(), "service": "boarding", "placed": NOW, "starts": NOW, "ends": NOW,
        "amount": 5_000, "currency": "USD", **fields,
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(OrderRow(**values))
    return order


def add_money(platform: Platform, moved: Sequence[Moved], order: str | None = None) -> None:
    rows = [{"id": new_id(), "order_id": order or new_id(), **one._asdict()} for one in moved]
    with platform.database.writing() as session:
        session.connection().execute(insert(money), rows)


def figures(api: Api, name: str = "billing", **params: Any) -> Any:
    answer = api.sign_in(name).get("/v1/orders/figures", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


# Buckets


def test_the_default_is_the_last_thirty_days_with_today() -> None:
    found = buckets("day", None, None, NEW_YORK, NOW)
    assert (len(found), found.days[0], found.days[-1]) == (30, date(2026, 10, 24), date(2026, 11, 23))


def test_today_is_the_zones_own() -> None:
    late = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert buckets("day", None, None, NEW_YORK, late).days[-1] == date(2026, 11, 23)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-07-01", 24)])
def test_the_day_of_a_change_of_clocks_is_one_bucket(day: str, hours: int) -> None:
    until = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    found = buckets("day", day, until, NEW_YORK, NOW)
    assert found.bounds[1] - found.bounds[0] == timedelta(hours=hours)


def test_weeks_start_on_monday_and_are_whole() -> None:
    found = buckets("week", "2026-11-04", "2026-11-10", NEW_YORK, NOW)
    assert found.days == (date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16))


@pytest.mark.parametrize(
    ("by", "since", "until"),
    [
        ("month", None, None), ("day", "2026-13-01", None), ("day", "yesterday", None), ("day", "\x00", None),
        ("day", "2026-11-05", "2026-11-05"), ("day", "2026-11-05", "2026-11-01"), ("day", "0001-01-01", None),
        ("week", None, "9999-12-31"), ("day", "2024-01-01", "2026-01-01"),
    ],
)  # fmt: skip
def test_days_that_are_none_are_refused(by: str, since: str | None, until: str | None) -> None:
    with pytest.raises(BadRequest):
        buckets(by, since, until, NEW_YORK, NOW)


def test_as_many_buckets_as_are_allowed() -> None:
    until = date(2026, 1, 1) + timedelta(days=MOST)
    assert len(buckets("day", "2026-01-01", until.isoformat(), NEW_YORK, NOW)) == MOST


# Sums, beside a plain model

ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata", "UTC")
ANY_TIME = st.datetimes(datetime(2018, 2, 1), datetime(2018, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - without
EDGES = st.builds(
    lambda at, step: at.replace(minute=0, second=0, microsecond=0) + timedelta(microseconds=step),
    ANY_TIME,
    st.sampled_from([-1, 0]),
)
"""Where one bucket ends and the next begins, among them."""
MOMENTS = ANY_TIME | EDGES
MOVED = st.builds(
    Moved,
    MOMENTS,
    st.sampled_from(order_figures.KINDS),
    st.sampled_from(["USD", "EUR", "JPY"]),
    st.integers(-900, 10**9),
)


def by_hand(moved: Sequence[Moved], by: str, zone: ZoneInfo) -> dict[tuple[str, str, date], int]:
    sums: dict[tuple[str, str, date], int] = defaultdict(int)
    for one in moved:
        day = one.at.astimezone(zone).date()
        start = day - timedelta(days=day.weekday()) if by == "week" else day
        sums[(one.currency, one.kind, start)] += one.amount
    return {key: amount for key, amount in sums.items() if amount}


def flat(answer: Mapping[str, Any]) -> dict[tuple[str, str, date], int]:
    return {
        (found["currency"], kind, bucket["start"]): bucket[kind]
        for found in answer["currencies"]
        for bucket in found["buckets"]
        for kind in order_figures.KINDS
        if bucket[kind]
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MOVED, max_size=30), st.sampled_from(ZONES), st.sampled_from(["day", "week"]), st.booleans())
def test_sums_are_those_of_a_plain_model(
    platform: Platform, moved: list[Moved], zone: str, by: str, narrowed: bool
) -> None:
    with platform.database.writing() as session:
        session.connection().execute(delete(money))
        session.connection().execute(delete(orders))
    order = add_order(platform)
    if moved:
        add_money(platform, moved, order)
        add_money(platform, [Moved(moved[0].at, "captured", "USD", 77)], add_order(platform, state="closed"))
    found = buckets(by, "2018-01-15", "2018-12-15", ZoneInfo(zone), NOW)
    clause = orders.c.state == "placed" if narrowed else None
    with platform.database.reading() as connection:
        sums = order_figures.summed(connection, ORDERS, found, clause)
    everything = [*moved, *([] if narrowed or not moved else [Moved(moved[0].at, "captured", "USD", 77)])]
    assert flat(order_figures.answer(found, sums)) == by_hand(everything, by, ZoneInfo(zone))


@pytest.mark.parametrize("few", [0, 100])
def test_a_filter_gives_the_same_however_many_orders_it_lets_through(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(order_figures, "FEW", few)
    for state, amount in (("placed", 100), ("closed", 20), ("placed", 3)):
        add_money(platform, [Moved(NOW, "captured", "USD", amount)], add_order(platform, state=state))
    with platform.database.reading() as connection:
        found = buckets("day", None, None, NEW_YORK, NOW)
        sums = order_figures.summed(connection, ORDERS, found, orders.c.state == "placed")
    assert order_figures.answer(found, sums)["currencies"][0]["captured"] == 103


# Over HTTP


def test_figures_have_every_bucket_and_the_totals(api: Api) -> None:
    noon = datetime(2026, 11, 1, 17, tzinfo=UTC)
    moved = [
        Moved(noon, "captured", "USD", 10_000), Moved(noon + timedelta(days=1), "captured", "USD", 500),
        Moved(noon, "refunded", "USD", 900), Moved(noon, "refunded", "USD", -900), Moved(noon, "disputed", "JPY", 4_000),
    ]  # fmt: skip
    add_money(api.platform, moved)
    answer = figures(api, since="2026-10-31", until="2026-11-03")
    assert {**answer, "currencies": None} == {
        "by": "day", "zone": "America/New_York", "since": "2026-10-31", "until": "2026-11-03", "currencies": None,
    }  # fmt: skip
    yen, dollars = answer["currencies"]
    assert (yen["currency"], yen["disputed"], yen["captured"]) == ("JPY", 4_000, 0)
    assert [bucket["start"] for bucket in dollars["buckets"]] == ["2026-10-31", "2026-11-01", "2026-11-02"]
    assert dollars["buckets"][1] == {"start": "2026-11-01", "captured": 10_000, "refunded": 0, "disputed": 0}
    assert (dollars["captured"], dollars["refunded"], dollars["disputed"]) == (10_500, 0, 0)


def test_without_money_there_are_no_currencies(api: Api) -> None:
    assert figures(api, by="week")["currencies"] == []


def test_the_lists_own_filters_narrow_the_figures(api: Api) -> None:
    now = api.platform.clock()
    for trouble, amount in ((True, 700), (False, 40)):
        order = add_order(api.platform, trouble=trouble)
        add_money(api.platform, [Moved(now, "captured", "USD", amount)], order)
    assert figures(api, trouble="yes")["currencies"][0]["captured"] == 700
    assert figures(api, trouble="no")["currencies"][0]["captured"] == 40
    assert figures(api)["currencies"][0]["captured"] == 740


@pytest.mark.parametrize(
    "params", [{"by": "hour"}, {"colour": "blue"}, {"state": "ghost"}, {"since": ["2026-11-01"] * 2}]
)
def test_what_there_is_none_of_is_refused(sqlite_api: Api, params: Mapping[str, Any]) -> None:
    answer = sqlite_api.sign_in("billing").get("/v1/orders/figures", params=params)
    assert answer.status_code == 400
    assert "ghost" not in answer.text


@pytest.mark.parametrize("name", ["billing", "manager", "auditor"])
def test_who_may_see_figures(sqlite_api: Api, name: str) -> None:
    assert figures(sqlite_api, name)["by"] == "day"


@pytest.mark.parametrize("name", ["support", "privacy", "admin", "service"])
def test_who_may_not(sqlite_api: Api, name: str) -> None:
    assert sqlite_api.sign_in(name).get("/v1/orders/figures").status_code == 403


def test_the_auditor_gets_no_sums_of_one_person(sqlite_api: Api) -> None:
    assert sqlite_api.sign_in("auditor").get("/v1/orders/figures", params={"user": "U-1"}).status_code == 403


def test_a_look_at_figures_is_on_the_log_without_the_filters_values(sqlite_api: Api) -> None:
    figures(sqlite_api, state="closed")
    with sqlite_api.platform.database.reading() as connection:
        row = connection.execute(select(audit).where(audit.c.action == "figures")).one()
    assert (row.resource, row.outcome, row.details) == ("orders", "done", '{"by":"day","filters":["state"]}')
