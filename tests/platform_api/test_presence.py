"""Who has a record open right now: told to whoever may read it, soon forgotten, and never more than a number."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.platform_api import presence
from console.platform_api.platform import Platform
from console.platform_api.tables import EmployeeRow, TicketRow, table
from tests.platform_api.api import Api, email_of, employee_id
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, add_ticket, log_of
from tests.platform_api.privacy_made import add_request
from tests.platform_api.worked import Clock, worker


def number_of(platform: Platform, name: str) -> str:
    employees = table(EmployeeRow)
    with platform.database.reading() as connection:
        found = connection.execute(select(employees.c.number).where(employees.c.email == email_of(name)))
        return f"E-{found.scalar_one()}"


def ticket_number(platform: Platform, **more: Any) -> str:
    ticket = add_ticket(platform, person=add_person(platform), **more)
    return f"T-{row_of(platform, TicketRow, ticket).number}"


def look(client: httpx.Client, record: str, resource: str = "tickets") -> httpx.Response:
    return client.post("/v1/presence", json={"resource": resource, "record": record})


def others(client: httpx.Client, record: str) -> list[str]:
    answer = look(client, record)
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["others"]
    return found


def rows(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(presence.presence)))


def test_colleagues_hear_of_each_other_by_number(api: Api) -> None:
    ticket, support, manager = ticket_number(api.platform), api.sign_in("support"), api.sign_in("manager")
    assert others(support, ticket) == []
    assert others(manager, ticket) == [number_of(api.platform, "support")]
    assert others(support, ticket) == [number_of(api.platform, "manager")]


def test_officers_hear_of_each_other_at_a_privacy_request_and_who_is_named_in_it_does_not(sqlite_api: Api) -> None:
    request = add_request(sqlite_api.platform, "concern", names=["support"])
    officers = [sqlite_api.sign_in(name) for name in ("privacy", "privacy2", "support")]
    found = [look(officer, request, "privacy-requests") for officer in officers]
    assert [answer.status_code for answer in found] == [200, 200, 404]
    assert found[1].json()["others"] == [number_of(sqlite_api.platform, "privacy")]


def test_no_name_leaves_the_platform(api: Api) -> None:
    ticket = ticket_number(api.platform)
    look(api.sign_in("support"), ticket)
    answer = look(api.sign_in("manager"), ticket)
    assert set(answer.json()) == {"others"}
    assert "support" not in answer.text.lower()


def test_it_is_of_one_record(api: Api) -> None:
    mine, theirs = ticket_number(api.platform), ticket_number(api.platform)
    look(api.sign_in("support"), theirs)
    assert others(api.sign_in("manager"), mine) == []


def test_saying_it_again_keeps_one_row(api: Api) -> None:
    ticket, support = ticket_number(api.platform), api.sign_in("support")
    for _ in range(3):
        look(support, ticket)
    assert len(rows(api.platform)) == 1


def test_it_lapses_unless_it_is_said_again(api: Api) -> None:
    clock, ticket = Clock(api.platform), ticket_number(api.platform)
    support, manager = api.sign_in("support"), api.sign_in("manager")
    look(support, ticket)
    clock.forward(seconds=presence.LIFE.total_seconds() - 1)
    assert others(manager, ticket) == [number_of(api.platform, "support")]
    look(support, ticket)
    clock.forward(seconds=2)
    assert others(manager, ticket) == [number_of(api.platform, "support")]
    clock.forward(seconds=presence.LIFE.total_seconds())
    assert others(manager, ticket) == []


def test_leaving_ends_it_at_once_and_may_be_said_twice(api: Api) -> None:
    ticket, support, manager = ticket_number(api.platform), api.sign_in("support"), api.sign_in("manager")
    look(support, ticket)
    look(manager, ticket)
    for _ in range(2):
        assert support.delete(f"/v1/presence/tickets/{ticket}").status_code == 204
    assert others(manager, ticket) == []
    assert others(support, ticket) == [number_of(api.platform, "manager")]


def test_what_lapsed_is_swept_up(platform: Platform, api: Api) -> None:
    clock, ticket = Clock(platform), ticket_number(platform)
    look(api.sign_in("support"), ticket)
    clock.forward(seconds=30)
    look(api.sign_in("manager"), ticket)
    clock.forward(seconds=31)
    worker(platform).run_all()
    assert [row.employee for row in rows(platform)] == [employee_id(platform, "manager")]
    clock.forward(seconds=60)
    worker(platform).run_all()
    assert rows(platform) == []


def test_it_is_no_look_and_stands_not_on_the_log(sqlite_api: Api) -> None:
    ticket = ticket_number(sqlite_api.platform)
    look(sqlite_api.sign_in("support"), ticket)
    assert log_of(sqlite_api.platform, "tickets:read") == []
    assert log_of(sqlite_api.platform, "tickets:presence") == []


def test_what_a_role_may_not_read_it_may_not_watch(sqlite_api: Api) -> None:
    ticket = ticket_number(sqlite_api.platform)
    for name in ("auditor", "admin", "service"):
        answer = look(sqlite_api.sign_in(name), ticket)
        assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")
    assert rows(sqlite_api.platform) == []
    assert {row.outcome for row in log_of(sqlite_api.platform, "tickets:presence")} == {"refused"}


def test_what_is_hidden_from_a_role_is_not_there(sqlite_api: Api) -> None:
    """Billing has the tickets that are linked to orders."""
    ticket = ticket_number(sqlite_api.platform)
    answer = look(sqlite_api.sign_in("billing"), ticket)
    assert (answer.status_code, answer.json()["type"]) == (404, "not-found")
    assert sqlite_api.sign_in("billing").delete(f"/v1/presence/tickets/{ticket}").status_code == 404


@pytest.mark.parametrize("resource", ["users", "audit", "nothing", "../tickets"])
def test_nobody_can_be_watched_looking_at_people(sqlite_api: Api, resource: str) -> None:
    assert look(sqlite_api.sign_in("support"), "U-1", resource).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"resource": "tickets"}, {"resource": "tickets", "record": 7}, {"resource": "tickets", "record": ""},
     {"resource": "tickets", "record": "T-1", "employee": "E-1"}, {"resource": "x" * 41, "record": "T-1"}, []],
)  # fmt: skip
def test_bodies_that_are_none_are_refused(sqlite_api: Api, body: Any) -> None:
    assert sqlite_api.sign_in("support").post("/v1/presence", json=body).status_code == 422


@pytest.mark.parametrize("record", ["T-999999", "T-", "x", "T-1' OR 1=1", "🐕", "9" * 40])
def test_a_record_that_is_none(sqlite_api: Api, record: str) -> None:
    assert look(sqlite_api.sign_in("support"), record).status_code == 404
