"""The clocks of privacy requests as the API keeps them, with a time that stands still: from intake to overdue, to the last moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from console.platform_api.privacy_clocks import RULES, appeal_limit, limits
from console.platform_api.tables import UserRow
from console.records.privacy_requests import Regime
from tests.platform_api.api import Api
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, post
from tests.platform_api.worked import Clock

LIST = "/v1/privacy-requests"
LETTER = {"subject": "Your request", "body": "You can turn to the Attorney General."}
MOMENT = timedelta(microseconds=1)
REGIMES = st.sampled_from([regime for regime in Regime if regime is not Regime.OPT_OUT])
NEW_YORK = ZoneInfo("America/New_York")


def at(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def taken_in(client: httpx.Client, received: datetime, kind: str = "access", **more: Any) -> dict[str, Any]:
    body = {"kind": kind, "channel": "email", "received": received.isoformat(), "reply_to": "maria@example.net", **more}
    answer = post(client, LIST, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def under(regime: Regime) -> dict[str, str]:
    return {} if regime is Regime.POLICY else {"regime": str(regime), "regime_reason": "asked"}


def do(client: httpx.Client, number: str, action: str, **body: Any) -> httpx.Response:
    version = client.get(f"{LIST}/{number}").json()["version"]
    return post(client, f"{LIST}/{number}/{action}", body, version=version)


def overdue(client: httpx.Client, number: str) -> bool:
    """As the record, the list and its filter say, which never differ."""
    record = client.get(f"{LIST}/{number}").json()["overdue"]
    [listed] = [one["overdue"] for one in client.get(LIST).json()["items"] if one["number"] == number]
    filtered = [one["number"] for one in client.get(LIST, params={"overdue": "yes"}).json()["items"]]
    assert record == listed == (number in filtered)
    return bool(record)


def moment_of(body: dict[str, Any], field: str) -> datetime | None:
    return datetime.fromisoformat(body[field]) if body[field] else None


RECEIVED = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - without


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECEIVED, REGIMES)
@example(at("2027-01-31T23:59:59", "Europe/Brussels"), Regime.GDPR)
@example(at("2028-02-29T00:00", "Europe/Brussels"), Regime.GDPR)
@example(at("2027-01-28T02:30"), Regime.CTDPA)  # due on the day on which clocks go forward
@example(at("2026-11-25T23:30", "America/Los_Angeles"), Regime.CCPA)
def test_each_limit_runs_to_its_last_moment_and_the_extension_too(
    sqlite_api: Api, received: datetime, regime: Regime
) -> None:
    clock = Clock(sqlite_api.platform)
    clock.now = received
    found, longer = limits(regime, received), limits(regime, received, extended=True)
    client = sqlite_api.sign_in("privacy")
    number = taken_in(client, received, **under(regime))["number"]
    assert post(client, f"{LIST}/{number}/claim").status_code == 200
    if found.acknowledge_due is not None:
        clock.now = found.acknowledge_due
        client = sqlite_api.sign_in("privacy")
        assert not overdue(client, number)
        clock.now += MOMENT
        assert overdue(client, number)
        assert post(client, f"{LIST}/{number}/claim").status_code == 200
        assert do(client, number, "acknowledge", message=LETTER).json()["overdue"] is False
    clock.now = found.due
    client = sqlite_api.sign_in("privacy")
    assert not overdue(client, number) and post(client, f"{LIST}/{number}/claim").status_code == 200
    extended = do(client, number, "extend", reason="complex", message=LETTER).json()
    assert (moment_of(extended, "due"), moment_of(extended, "next_due")) == (longer.due, longer.due)
    clock.now = longer.due
    client = sqlite_api.sign_in("privacy")
    assert not overdue(client, number)
    clock.now += MOMENT
    assert overdue(client, number)


def test_a_moment_after_the_first_period_it_cant_be_extended(sqlite_api: Api) -> None:
    clock = Clock(sqlite_api.platform)
    clock.now = received = at("2026-12-31T10:00")
    number = taken_in(sqlite_api.sign_in("privacy"), received)["number"]
    clock.now = limits(Regime.POLICY, received).due + MOMENT
    client = sqlite_api.sign_in("privacy")
    assert post(client, f"{LIST}/{number}/claim").status_code == 200
    actions = client.get(f"{LIST}/{number}").json()["actions"]
    [because] = [action["because"] for action in actions if action["name"] == "extend"]
    refused = do(client, number, "extend", reason="complex", message=LETTER)
    assert (refused.status_code, refused.json()["because"]) == (409, because)
    assert because == "The first period is over: an extension needs its notice inside it."


def test_what_came_before_today_has_run_since_then(sqlite_api: Api) -> None:
    """P14: it may be overdue as soon as it is taken in; whose clock it is, is known with the person."""
    clock = Clock(sqlite_api.platform)
    clock.now = at("2027-03-20T12:00")
    received, client = at("2027-01-31T12:00"), sqlite_api.sign_in("privacy")
    person = add_person(sqlite_api.platform, phone="+32 470 12 34 56", postcode="9000")
    body = taken_in(client, received)
    assert (body["regime"], body["overdue"]) == ("policy", True)
    assert post(client, f"{LIST}/{body['number']}/claim").status_code == 200
    number = f"U-{row_of(sqlite_api.platform, UserRow, person).number}"
    known = do(client, body["number"], "identify", person=number).json()
    assert (known["regime"], moment_of(known, "due")) == ("gdpr", limits(Regime.GDPR, received).due)


def test_an_appeal_is_decided_in_its_own_time_and_so_is_what_it_opens_again(sqlite_api: Api) -> None:
    clock, regime = Clock(sqlite_api.platform), Regime.CTDPA
    clock.now = received = at("2026-09-01T12:00")
    client = sqlite_api.sign_in("privacy")
    number = taken_in(client, received, **under(regime))["number"]
    assert post(client, f"{LIST}/{number}/claim").status_code == 200
    wish = {"reason": "unfounded", "basis": "Section 4", "policy_version": "1", "message": LETTER}
    assert do(client, number, "deny", **wish).json()["next_due"] is None
    clock.now = at("2027-02-01T12:00")
    appealed = do(
        sqlite_api.sign_in("support"), number, "appeal", reason="disagrees", channel="letter", received=at("2027-01-15T12:00").isoformat()
    ).json()  # fmt: skip
    limit = appeal_limit(regime, at("2027-01-15T12:00"))
    assert (moment_of(appealed, "next_due"), limit) == (limit, at("2027-03-17T00:00") - MOMENT)
    clock.now = limit
    other = sqlite_api.sign_in("privacy2")
    assert not overdue(other, number)
    reversed_ = do(other, number, "reverse", policy_version="1", message=LETTER).json()
    assert (reversed_["state"], moment_of(reversed_, "next_due")) == ("reversed", limit)
    clock.now += MOMENT
    assert overdue(other, number)


def test_p7_an_opt_out_works_on_commit_and_its_confirmation_is_due_within_ten_business_days(sqlite_api: Api) -> None:
    """Over Thanksgiving: the Thursday doesn't count, so the tenth is a day later."""
    clock, platform = Clock(sqlite_api.platform), sqlite_api.platform
    clock.now = received = at("2026-11-23T16:00")
    person = add_person(platform)
    number = f"U-{row_of(platform, UserRow, person).number}"
    body = taken_in(sqlite_api.sign_in("support"), received, "opt_out", person=number)
    user = row_of(platform, UserRow, person)
    assert (body["state"], user.opted_out, user.specials) == ("effective", True, False)
    due = moment_of(body, "next_due")
    assert due is not None and due.astimezone(NEW_YORK).date().isoformat() == "2026-12-08"
    clock.now = due
    client = sqlite_api.sign_in("privacy")
    assert not overdue(client, body["number"])
    clock.now += MOMENT
    assert overdue(client, body["number"])
    assert post(client, f"{LIST}/{body['number']}/claim").status_code == 200
    assert do(client, body["number"], "confirm", message=LETTER).json()["overdue"] is False


def test_every_regime_has_a_zone_that_is_there() -> None:
    assert set(RULES) == set(Regime)
    assert all(ZoneInfo(rule.zone).utcoffset(datetime(2027, 1, 1, tzinfo=UTC)) is not None for rule in RULES.values())
