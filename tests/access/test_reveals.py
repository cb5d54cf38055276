"""Reveals over time: how long they hold, what ends them, how many there may be, and who is told (P19)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from console.platform_api.reveal import SELF_OPENED_A_DAY, TOLD_ABOVE
from console.records.employees import Role
from tests.access.world import Employee, Person, Ticket, World


def needs_a_reason(answer: httpx.Response) -> bool:
    """Whether no grant holds any more: without a reason it would have been enough."""
    return answer.status_code == 422 and [error["where"] for error in answer.json()["errors"]] == ["reason"]


def started(world: World) -> tuple[Employee, Person, Ticket]:
    """A support agent with a case in hand who has revealed the person's name."""
    employee, person = world.employee(Role.SUPPORT), world.person()
    case = world.case(employee, person)
    first = employee.reveal(person, "name")
    assert (first.status_code, first.json()["grant"]) == (200, "new")
    assert first.json()["values"] == {"name": person.values["name"]}
    return employee, person, case


def ticket_action(employee: Employee, ticket: Ticket, action: str, body: Any = None) -> httpx.Response:
    version = employee.world.version("tickets", ticket.id)
    answer = employee.post(f"/v1/tickets/{ticket.number}/{action}", body, version=version)
    assert answer.status_code == 200, answer.text
    return answer


# How long


def test_a_grant_holds_for_thirty_minutes(world: World) -> None:
    employee, person, case = started(world)
    again = employee.reveal(person, "email", reason=None)
    assert (again.status_code, again.json()["grant"]) == (200, "held")
    with world.clock.forward(minutes=29):
        ticket_action(employee, case, "renew")
        assert employee.reveal(person, "email", reason=None).json()["grant"] == "held"
    with world.clock.forward(minutes=31):
        ticket_action(employee, case, "renew")
        assert needs_a_reason(employee.reveal(person, "email", reason=None))
        assert employee.reveal(person, "email").json()["grant"] == "new"


def test_a_lapsed_claim_is_no_case(world: World) -> None:
    employee, person, _ = started(world)
    with world.clock.forward(minutes=31):
        answer = employee.reveal(person, "name")
        assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")


def test_each_look_within_a_grant_is_on_the_log_before_it_leaves(world: World) -> None:
    employee, person, case = started(world)
    answer = employee.reveal(person, "phone", "email", reason=None)
    row = world.logged(answer)
    assert row is not None
    assert (row.action, row.outcome, row.ticket, row.actor) == ("reveal", "done", case.id, employee.id)
    assert (row.subject, row.fields, row.reason) == (world.pseudonym(person), '["phone","email"]', "answer_ticket")
    assert row.record is None


# What ends it


def solve(employee: Employee, ticket: Ticket, _: Person) -> None:
    ticket_action(employee, ticket, "solved")
    ticket_action(employee, ticket, "reopen")


def release(employee: Employee, ticket: Ticket, _: Person) -> None:
    ticket_action(employee, ticket, "release")
    assert employee.post(f"/v1/tickets/{ticket.number}/claim").status_code == 200


def unlink(employee: Employee, ticket: Ticket, person: Person) -> None:
    target = {"resource": "users", "id": person.id}
    ticket_action(employee, ticket, "unlink", target)
    assert employee.reveal(person, "name").status_code == 403
    ticket_action(employee, ticket, "link", target)


def lock(employee: Employee, _: Ticket, __: Person) -> None:
    assert employee.ask("DELETE", "/v1/reveals").status_code == 204


@pytest.mark.parametrize("end", [solve, release, unlink, lock])
def test_a_grant_ends_with_the_case_and_with_the_lock(
    world: World, end: Callable[[Employee, Ticket, Person], None]
) -> None:
    """Even when the case is in hand again: its reveals begin anew."""
    employee, person, case = started(world)
    end(employee, case, person)
    assert needs_a_reason(employee.reveal(person, "name", reason=None))


@pytest.mark.parametrize("action", ["solved", "release"])
def test_without_its_case_nothing_is_revealed(world: World, action: str) -> None:
    employee, person, case = started(world)
    ticket_action(employee, case, action)
    answer = employee.reveal(person, "name")
    assert answer.status_code == 403
    assert person.values["name"] not in answer.text


def test_a_lock_ends_nobody_else_s_reveals(world: World) -> None:
    employee, person, _ = started(world)
    other, someone, _ = started(world)
    lock(other, *started(world)[2:], someone)
    assert employee.reveal(person, "name", reason=None).json()["grant"] == "held"


def test_a_grant_is_of_one_person_and_one_case(world: World) -> None:
    employee, person, case = started(world)
    other = world.person()
    ticket_action(employee, case, "link", {"resource": "users", "id": other.id})
    assert needs_a_reason(employee.reveal(other, "name", reason=None))
    world.case(employee, person)
    assert needs_a_reason(employee.reveal(person, "name", reason=None))


# How many


def open_alone(employee: Employee, person: Person) -> Ticket:
    """A ticket that the employee made up, over the API."""
    opened = employee.post("/v1/tickets", {"subject": "s", "channel": "phone", "reference": ""}).json()
    ticket = Ticket(opened["id"], opened["number"], {})
    ticket_action(employee, ticket, "link", {"resource": "users", "id": person.id})
    employee.case = ticket.id
    return ticket


def test_tickets_opened_alone_allow_five_reveals_a_day(world: World) -> None:
    employee = world.employee(Role.SUPPORT)
    for _ in range(SELF_OPENED_A_DAY):
        person = world.person()
        open_alone(employee, person)
        answer = employee.reveal(person, "name")
        assert answer.status_code == 200
        row = world.logged(answer)
        assert row is not None
        assert row.told == "manager"
    person = world.person()
    ticket = open_alone(employee, person)
    sixth = employee.reveal(person, "name")
    assert (sixth.status_code, sixth.json()["type"]) == (429, "too-many")
    assert int(sixth.headers["retry-after"]) > 0
    assert person.values["name"] not in sixth.text
    assert world.logged(sixth).outcome == "refused"  # type: ignore[union-attr]
    check = {"case": ticket.id, "field": "phone", "said": person.values["phone"]}
    assert employee.post(f"/v1/users/{person.number}/caller-check", check).json()["match"] is True
    assert employee.reveal(person, "name").status_code == 200


def test_a_caller_check_that_does_not_match_lifts_nothing(world: World) -> None:
    employee, person = world.employee(Role.SUPPORT), world.person()
    ticket = open_alone(employee, person)
    check = {"case": ticket.id, "field": "phone", "said": "+1 203 555 9999"}
    assert employee.post(f"/v1/users/{person.number}/caller-check", check).json() == {"match": False, "left": 4}
    assert employee.get(f"/v1/tickets/{ticket.number}").json()["self_opened"] is True


def test_a_new_day_allows_five_again(sqlite_world: World) -> None:
    employee = sqlite_world.employee(Role.SUPPORT)
    people = [sqlite_world.person() for _ in range(SELF_OPENED_A_DAY + 1)]
    for person in people[:-1]:
        open_alone(employee, person)
        assert employee.reveal(person, "name").status_code == 200
    with sqlite_world.clock.forward(days=1):
        open_alone(employee, people[-1])
        assert employee.reveal(people[-1], "name").status_code == 200


def told_rows(manager: Employee, employee: Employee) -> list[str]:
    rows = manager.get("/v1/audit", told="manager", actor=employee.number, limit=200).json()["items"]
    return [row["action"] for row in rows]


def test_above_thirty_persons_an_hour_the_manager_is_told(world: World) -> None:
    employee, manager = world.employee(Role.SUPPORT), world.employee(Role.MANAGER)
    people = [world.person() for _ in range(TOLD_ABOVE + 1)]
    world.case(employee, *people)
    for person in people[:-1]:
        assert employee.reveal(person, "name").status_code == 200
    assert employee.reveal(people[0], "email", reason=None).json()["grant"] == "held"
    assert told_rows(manager, employee) == []
    assert employee.reveal(people[-1], "name").status_code == 200
    assert told_rows(manager, employee) == ["users:reveal"]


def test_after_an_hour_they_are_counted_anew(sqlite_world: World) -> None:
    employee, manager = sqlite_world.employee(Role.SUPPORT), sqlite_world.employee(Role.MANAGER)
    people = [sqlite_world.person() for _ in range(TOLD_ABOVE + 1)]
    case = sqlite_world.case(employee, *people)
    for person in people[:-1]:
        assert employee.reveal(person, "name").status_code == 200
    with sqlite_world.clock.forward(minutes=61):
        employee.post(f"/v1/tickets/{case.number}/claim")
        assert employee.reveal(people[-1], "name").status_code == 200
    assert told_rows(manager, employee) == []


def test_hits_of_a_search_by_name_count_as_persons_looked_at(sqlite_world: World) -> None:
    employee, manager = sqlite_world.employee(Role.SUPPORT), sqlite_world.employee(Role.MANAGER)
    namesakes = [sqlite_world.person(values={"name": f"Gwendolen{employee.number[2:]}x Common"}) for _ in range(16)]
    sqlite_world.case(employee)
    search = {"name": namesakes[0].values["name"]}
    assert len(employee.post("/v1/users/search", search).json()["items"]) == 16
    people = [sqlite_world.person() for _ in range(TOLD_ABOVE - 16 + 1)]
    sqlite_world.case(employee, *people)
    for person in people:
        assert employee.reveal(person, "name").status_code == 200
    assert told_rows(manager, employee) == ["users:reveal"]
    sqlite_world.case(employee)
    assert employee.post("/v1/users/search", search).status_code == 200
    assert told_rows(manager, employee) == ["users:search-name", "users:reveal"]
