"""Reminders of privacy requests: raised by the platform's own sweep, once before a limit and once after it, and after each that moves."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from console.platform_api.platform import Platform
from console.platform_api.privacy_clocks import SOON
from console.platform_api.privacy_reminders import remind
from console.platform_api.tables import PrivacyRequestRow, table
from console.platform_api.transaction import own_work
from console.records.privacy_requests import ENDED, OPEN
from tests.platform_api.api import Api
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, log_of
from tests.platform_api.privacy_made import add_request
from tests.platform_api.worked import Clock, worker

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def clock(platform: Platform) -> Clock:
    return Clock(platform)


def due_in(platform: Platform, clock: Clock, time: timedelta, **more: Any) -> str:
    due = clock.now + time
    return add_request(platform, **{"state": "in_progress", "due": due, "next_due": due, **more})


def sweep(platform: Platform) -> list[tuple[str, str, bool]]:
    """(record, who is told, overdue) of each reminder that this sweep raised."""
    before = len(log_of(platform, "privacy-requests:remind"))
    with own_work(platform) as work:
        remind(work)
    raised = log_of(platform, "privacy-requests:remind")[before:]
    return [(row.record, row.told, json.loads(row.details)["overdue"]) for row in raised]


def test_one_reminder_comes_before_and_one_when_it_was_missed(platform: Platform, clock: Clock):
    request = due_in(platform, clock, SOON + MOMENT)
    assert sweep(platform) == []
    clock.now += MOMENT
    assert sweep(platform) == [(request, "privacy", False)]
    clock.now += SOON
    assert sweep(platform) == []  # its last moment
    clock.now += MOMENT
    assert sweep(platform) == [(request, "manager", True)]
    clock.now += timedelta(days=400)
    assert sweep(platform) == []


def test_who_was_away_for_long_hears_once_of_what_was_missed(platform: Platform, clock: Clock):
    requests = [due_in(platform, clock, timedelta(days=-days)) for days in (1, 30)]
    assert sorted(sweep(platform)) == sorted((request, "manager", True) for request in requests)
    assert sweep(platform) == []


def test_a_limit_that_moves_has_its_reminders_again(platform: Platform, clock: Clock):
    request, rows = due_in(platform, clock, timedelta(days=1)), table(PrivacyRequestRow)
    assert sweep(platform) == [(request, "privacy", False)]
    later = clock.now + timedelta(days=46)
    with platform.database.writing() as session:
        session.connection().execute(update(rows).where(rows.c.id == request).values(due=later, next_due=later))
    clock.forward(days=38)
    assert sweep(platform) == []
    clock.forward(days=1)
    assert sweep(platform) == [(request, "privacy", False)]


def test_each_state_in_which_a_clock_runs_is_reminded_of_and_no_other(platform: Platform, clock: Clock):
    made = {state: due_in(platform, clock, timedelta(0), state=state) for state in sorted(OPEN | ENDED)}
    assert {record for record, *_ in sweep(platform)} == {made[state] for state in OPEN}


def test_a_concern_about_privacy_is_told_to_the_manager(platform: Platform, clock: Clock):
    request = due_in(platform, clock, timedelta(days=1), kind="concern", about_privacy=True)
    assert sweep(platform) == [(request, "manager", False)]


def test_it_stands_in_the_thread_and_on_the_feed_and_names_nobody(api: Api, platform: Platform, clock: Clock):
    person = add_person(platform, name="Maria Gómez")
    request = due_in(platform, clock, timedelta(days=1), person=person, assignee="privacy")
    row, client = row_of(platform, PrivacyRequestRow, request), api.sign_in("privacy")
    seen = client.get("/v1/changes").json()["last"]
    worker(platform).one_turn()
    [entry] = log_of(platform, "privacy-requests:remind")
    assert (entry.actor, entry.subject is not None) == (None, True) and "Maria" not in str(entry)
    body = client.get(f"/v1/privacy-requests/{request}").json()
    assert body["version"] == row.version + 1
    assert [message["body"][:26] for message in body["messages"] if message["kind"] == "note"] == [
        "A limit is near: it ends w"
    ]
    changed = client.get("/v1/changes", params={"after": seen}).json()
    assert ("privacy-requests", request) in {(one["resource"], one["id"]) for one in changed["items"]}


def test_managers_find_what_they_were_told_on_the_log(api: Api, platform: Platform, clock: Clock):
    """And nothing of what names them (P36)."""
    missed, _ = due_in(platform, clock, -MOMENT), due_in(platform, clock, timedelta(days=1))
    named = due_in(platform, clock, -MOMENT, kind="concern", about_privacy=True, names=["manager2"])
    sweep(platform)
    numbers = {request: f"PR-{row_of(platform, PrivacyRequestRow, request).number}" for request in (missed, named)}
    for name, known in (("manager", set(numbers.values())), ("manager2", {numbers[missed]})):
        found = api.sign_in(name).get("/v1/audit", params={"action": "remind"}).json()["items"]
        assert {row["record"] for row in found} == known, name
