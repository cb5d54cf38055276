"""Which rows exist for a role at all, in lists, by number, in jumps and in the change feed. What doesn't exist is 404."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from console.platform_api.ids import new_id
from console.records.employees import Role
from tests.access.world import Employee, World


def numbers(employee: Employee, resource: str, **params: Any) -> Iterator[str]:
    """Of the whole list: other tests have made rows of their own, and this one's may stand on a later page."""
    while True:
        listed = employee.get(f"/v1/{resource}", **{"limit": 200, **params})
        assert listed.status_code == 200, listed.text
        page = listed.json()
        yield from (item["number"] for item in page["items"])
        if page["next"] is None:
            return
        params["cursor"] = page["next"]


def sees(employee: Employee, resource: str, name: str, **params: Any) -> bool:
    """Whether a row is there: its list and its own address must agree."""
    in_list = name in numbers(employee, resource, **params)
    single = employee.get(f"/v1/{resource}/{name}").status_code
    assert (in_list, single) in {(True, 200), (False, 404)} or params, (in_list, single)
    return in_list


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.PRIVACY])
def test_all_tickets_exist_for_support_manager_and_privacy(world: World, role: Role) -> None:
    assert sees(world.employee(role), "tickets", world.ticket(("users", world.person().id)).number)


def test_for_billing_only_tickets_about_orders_exist_and_those_it_holds(world: World) -> None:
    billing, person = world.employee(Role.BILLING), world.person()
    person_alone = ("users", person.id)
    assert not sees(billing, "tickets", world.ticket(person_alone).number)
    assert not sees(billing, "tickets", world.ticket(person_alone, ("payments", new_id())).number)
    assert not sees(billing, "tickets", world.ticket(person_alone, holder=world.employee(Role.BILLING)).number)
    assert sees(billing, "tickets", world.ticket(person_alone, ("orders", new_id())).number)
    assert sees(billing, "tickets", world.ticket(person_alone, holder=billing).number)


def test_what_billing_may_not_see_it_may_not_work_on_or_hear_of(world: World) -> None:
    billing, support = world.employee(Role.BILLING), world.employee(Role.SUPPORT)
    ticket = world.ticket(("users", world.person().id))
    assert billing.post(f"/v1/tickets/{ticket.number}/claim").status_code == 404
    assert billing.post(f"/v1/tickets/{ticket.number}/note", {"body": "x"}).status_code == 404
    last = billing.get("/v1/changes").json()["last"]
    assert support.post(f"/v1/tickets/{ticket.number}/claim").status_code == 200
    heard = {role: employee.get("/v1/changes", after=last).text for role, employee in (("b", billing), ("s", support))}
    assert ticket.id in heard["s"]
    assert ticket.id not in heard["b"]


def test_cases_of_payment_reviews_are_for_billing_and_managers(world: World) -> None:
    """What the bank says about somebody: not in lists, not by number, not in the order's tickets, not in the feed."""
    payment = world.payment(order := world.order())
    review = world.review(payment)
    case = world.case_of(review)
    for role in (Role.SUPPORT, Role.PRIVACY, Role.BILLING, Role.MANAGER):
        employee, there = world.employee(role), role in (Role.BILLING, Role.MANAGER)
        assert sees(employee, "tickets", case.number) == there, role
        within = employee.get(f"/v1/orders/{order.number}").json()["tickets"]
        assert (case.number in {ticket["number"] for ticket in within}) == there
        last = employee.get("/v1/changes").json()["last"]
        claimed = world.employee(Role.MANAGER).post(f"/v1/payment-reviews/{review.number}/claim")
        assert claimed.status_code == 200
        heard = employee.get("/v1/changes", after=last).text
        assert ((case.id in heard), (review.id in heard)) == (there, there), role
        world.change_ticket(case, assignee=None, lease_until=None)


def test_a_request_is_nothing_to_whom_it_names_nor_privacys_own_to_privacy(world: World) -> None:
    """P36: not in lists, not by number, not to work on, not in the feed; nor is its case, but to who works on it."""
    for about_privacy in (False, True):
        employees = {
            role: (world.employee(role), world.employee(role))
            for role in (Role.SUPPORT, Role.BILLING, Role.MANAGER, Role.AUDITOR)
        }
        named = [first for first, _ in employees.values()]
        privacy = world.employee(Role.PRIVACY)
        last = {employee.id: employee.get("/v1/changes").json()["last"] for employee in (privacy, *named)}
        request = world.request(world.person(), "concern", about_privacy=about_privacy, names=named)
        holder = world.employee(Role.MANAGER if about_privacy else Role.PRIVACY)
        assert holder.post(f"/v1/privacy-requests/{request.number}/claim").status_code == 200
        case = world.case_of_request(request)
        for mine, other in employees.values():
            assert not sees(mine, "privacy-requests", request.number)
            assert sees(other, "privacy-requests", request.number)
            assert request.id not in mine.get("/v1/changes", after=last[mine.id]).text
        assert sees(privacy, "privacy-requests", request.number) != about_privacy
        assert (request.id in privacy.get("/v1/changes", after=last[privacy.id]).text) != about_privacy
        there = [employees[Role.SUPPORT][1], employees[Role.MANAGER][1], privacy, named[2]]
        assert [sees(employee, "tickets", case.number) for employee in (holder, *there)] == [
            True,
            *(False for _ in there),
        ]
        for action in ("claim", "note"):
            answer = named[2].post(
                f"/v1/privacy-requests/{request.number}/{action}", {"body": "x"} if action == "note" else None
            )
            assert answer.status_code == 404


NAMED = (Role.SUPPORT, Role.BILLING, Role.MANAGER, Role.PRIVACY, Role.AUDITOR, Role.ADMIN)
READERS = (Role.SUPPORT, Role.BILLING, Role.MANAGER, Role.PRIVACY)
"""Who reads tickets at all."""


@pytest.mark.parametrize("role", NAMED)
@pytest.mark.parametrize("about_privacy", [False, True])
def test_p36_whom_a_concern_names_finds_neither_where_it_came_from_nor_what_was_done(
    world: World, role: Role, about_privacy: bool
) -> None:
    """The ticket that it came from, and all rows of the log about either: by list, number, filter, feed and export."""
    mine, other, person, order = world.employee(role), world.employee(role), world.person(), world.order()
    source = world.ticket(("users", person.id), ("orders", order.id))
    request = world.request(person, "concern", about_privacy=about_privacy, names=[mine], source=source.id)
    case = world.case_of_request(request, world.employee(Role.MANAGER if about_privacy else Role.PRIVACY))
    last = {one.id: one.get("/v1/changes").json()["last"] for one in (mine, other)}
    about: dict[str, Any] = {"subject": world.pseudonym(person)}

    def logged(action: str, **columns: Any) -> int:
        return world.audit(action, actor=mine, role=str(role), **columns)

    done = [
        logged("privacy-requests:create", record=request.id, **about),
        logged("tickets:read", record=source.id),
        logged("users:reveal", ticket=source.id, **about),
        logged("users:reveal", ticket=case.id, **about),
        logged("tickets:note", record=case.id, ticket=case.id),
    ]
    beside = logged("users:read", **about)
    world.employee(Role.SUPPORT).post(f"/v1/tickets/{source.number}/claim")
    named = about["subject"] if role is Role.AUDITOR else person.number
    filters = [{}, {"resource": "privacy-requests"}, {"action": "reveal"}, {"actor": "me"}, {"subject": named}]
    for params in filters:
        items = mine.get("/v1/audit", limit=200, **params).json()["items"]
        assert not {item["seq"] for item in items} & set(done), params
    assert {mine.get(f"/v1/audit/{seq}").status_code for seq in done} == {404}
    assert mine.get(f"/v1/audit/{beside}").status_code == 200
    if role is Role.AUDITOR:
        rows = [json.loads(line)["seq"] for line in mine.post("/v1/audit/export", {}).text.splitlines()]
        assert beside in rows and not set(rows) & set(done)
        assert set(done) <= {item["seq"] for item in other.get("/v1/audit", limit=200).json()["items"]}
    if role not in READERS:
        return
    there = role is not Role.PRIVACY or not about_privacy  # what is about privacy is nothing to their colleagues either
    assert not sees(mine, "tickets", source.number) and sees(other, "tickets", source.number) == there
    assert not sees(mine, "tickets", source.number, user=person.number)
    within = mine.get(f"/v1/orders/{order.number}").json()["tickets"]
    assert source.number not in {ticket["number"] for ticket in within}
    assert source.id not in mine.get("/v1/changes", after=last[mine.id]).text
    assert (source.id in other.get("/v1/changes", after=last[other.id]).text) == there
    assert mine.post("/v1/presence", {"resource": "tickets", "record": source.number}).status_code == 404
    for action, body in (("claim", None), ("note", {"body": "x"}), ("renew", None)):
        assert mine.post(f"/v1/tickets/{source.number}/{action}", body).status_code == 404, action


def test_p36_whom_a_concern_names_goes_on_with_its_ticket_no_more(world: World) -> None:
    """The person complained in the very ticket that the employee has in hand, and a colleague takes it in."""
    support, colleague, person = world.employee(Role.SUPPORT), world.employee(Role.SUPPORT), world.person()
    source = world.case(support, person)
    assert support.reveal(person, "name").status_code == 200
    wish = {
        "kind": "concern", "channel": "email", "received": "2026-03-01T10:00:00Z", "person": person.number,
        "names": [support.number], "ticket": source.number,
    }  # fmt: skip
    taken = colleague.post("/v1/privacy-requests", wish)
    assert taken.status_code == 201, taken.text
    assert support.reveal(person, "name").status_code == 403
    assert support.get(f"/v1/tickets/{source.number}").status_code == 404


def test_the_auditor_hears_of_refunds_and_of_no_order(world: World) -> None:
    auditor, support, payment = world.employee(Role.AUDITOR), world.employee(Role.SUPPORT), world.payment(world.order())
    last = auditor.get("/v1/changes").json()["last"]
    asked = support.post(f"/v1/payments/{payment.number}/refund", {"amount": 100, "reason": "goodwill"})
    assert asked.status_code == 200, asked.text
    heard = {item["resource"] for item in auditor.get("/v1/changes", after=last).json()["items"]}
    assert "refunds" in heard
    assert not heard & {"orders", "payments", "tickets", "payment-reviews"}


def test_of_the_log_exists_what_the_role_may_see(world: World) -> None:
    writers = {
        role: world.employee(role) for role in (Role.SUPPORT, Role.BILLING, Role.MANAGER, Role.PRIVACY, Role.ADMIN)
    }
    rows = {role: world.audit("users:list", actor=writer, role=str(role)) for role, writer in writers.items()}
    grants = world.audit("employees:grant", actor=writers[Role.ADMIN], role="admin", record=writers[Role.SUPPORT].id)
    team = {Role.SUPPORT, Role.BILLING}
    for role in writers:
        asking = world.employee(role)
        visible = team if role is Role.MANAGER else set()
        assert {r for r, row in rows.items() if sees(asking, "audit", f"A-{row}")} == visible, role
        assert sees(asking, "audit", f"A-{grants}") == (role is Role.ADMIN)
        assert sees(writers[role], "audit", f"A-{rows[role]}")
    auditor = world.employee(Role.AUDITOR)
    assert all(sees(auditor, "audit", f"A-{row}") for row in [*rows.values(), grants])


def test_one_with_several_roles_is_of_the_team(world: World) -> None:
    row = world.audit("users:list", actor=world.employee(Role.MANAGER, Role.SUPPORT), role="manager+support")
    assert sees(world.employee(Role.MANAGER), "audit", f"A-{row}")
    other = world.audit("users:list", actor=world.employee(Role.PRIVACY), role="manager+privacy")
    assert not sees(world.employee(Role.MANAGER), "audit", f"A-{other}")


def test_privacy_sees_the_log_of_one_person_whom_it_names(world: World) -> None:
    privacy, support, person = world.employee(Role.PRIVACY), world.employee(Role.SUPPORT), world.person()
    row = f"A-{world.audit('users:read', actor=support, role='support', subject=world.pseudonym(person))}"
    assert not sees(privacy, "audit", row)
    assert sees(privacy, "audit", row, subject=person.number)
    assert not sees(privacy, "audit", row, subject=world.person().number)
    assert not sees(world.employee(Role.BILLING), "audit", row, subject=person.number)


def test_several_roles_see_what_each_of_them_sees(world: World) -> None:
    both = world.employee(Role.BILLING, Role.SUPPORT)
    assert sees(both, "tickets", world.ticket(("users", world.person().id)).number)
    masks = both.get(f"/v1/users/{world.person().number}").json()["masks"]
    assert {"city", "postcode"} <= set(masks)


def test_one_without_roles_gets_nothing(world: World) -> None:
    nobody, person = world.employee(), world.person()
    ticket = world.ticket(("users", person.id), ("orders", new_id()), holder=nobody)
    paths = ("users", "tickets", "audit", "employees", f"users/{person.number}", f"tickets/{ticket.number}")
    assert {path: nobody.get(f"/v1/{path}").status_code for path in paths} == dict.fromkeys(paths, 403)
    assert nobody.get("/v1/changes", after=0).json()["items"] == []


def test_cases_of_applications_are_nothing_to_billing(world: World) -> None:
    case = world.case_of_application(world.application(world.person(), "in_review"))
    for role in (Role.SUPPORT, Role.PRIVACY, Role.BILLING, Role.MANAGER):
        assert sees(world.employee(role), "tickets", case.number) == (role is not Role.BILLING), role
