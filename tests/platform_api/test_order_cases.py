"""An order in trouble is a case: it lets people be reached until it is resolved (P26), and is the only way to a street (P25)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from console.platform_api.order_work import raise_trouble
from console.platform_api.orders import orders
from console.platform_api.platform import Platform
from console.platform_api.tables import EmployeeRow, OrderRow, TicketRow, table
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api, employee_id
from tests.platform_api.orders_made import add_order, add_pair, claim, row_of
from tests.platform_api.people import add_person, add_ticket, log_of, post

REASON = "order_trouble"


def version_of(client: httpx.Client, order: str) -> int:
    return int(client.get(f"/v1/orders/{order}").json()["version"])


def trouble(client: httpx.Client, order: str, reason: str = "incident", **more: Any) -> httpx.Response:
    return post(client, f"/v1/orders/{order}/trouble", {"reason": reason, **more}, version=version_of(client, order))


def resolve(client: httpx.Client, order: str, text: str = "All is well") -> httpx.Response:
    return post(client, f"/v1/orders/{order}/resolve", {"text": text}, version=version_of(client, order))


def reveal(client: httpx.Client, path: str, case: str, *fields: str) -> httpx.Response:
    return client.post(f"/v1/{path}/reveal", json={"fields": list(fields), "case": case, "reason": REASON})


def in_trouble(platform: Platform, client: httpx.Client, name: str) -> tuple[str, str]:
    """An order in trouble, its case held by the employee of that name: their ids."""
    order = add_order(platform)
    assert trouble(client, order).status_code == 200
    case = row_of(platform, OrderRow, order).trouble_ticket
    claim(platform, case, name)
    return order, case


@pytest.mark.parametrize("role", ["support", "billing", "manager"])
def test_trouble_opens_a_case(api: Api, platform: Platform, role: str) -> None:
    order, client = add_order(platform), api.sign_in(role)
    body = trouble(client, order, text="The dog ran away").json()
    assert (body["trouble"], body["trouble_reason"], body["trouble_ticket"]) == (True, "incident", "T-1")
    assert [(event["kind"], event["reason"], event["body"]) for event in body["timeline"]] == [
        ("trouble", "incident", "The dog ran away")
    ]
    case = client.get("/v1/tickets/T-1").json()
    assert (case["about"], case["channel"], case["state"], case["assignee"], case["self_opened"]) == (
        "order", "platform", "open", None, False,
    )  # fmt: skip
    assert sorted(link["number"] for link in case["links"]) == ["O-1", "U-1", "U-2"]
    assert [ticket["number"] for ticket in body["tickets"]] == ["T-1"]
    [row] = log_of(platform, "orders:trouble")
    assert row.reason == "incident" and "dog" not in row.details


def test_a_case_is_claimed_and_lets_people_be_reached(api: Api, platform: Platform) -> None:
    """P26, from raising to resolving, over HTTP alone."""
    support, order = api.sign_in("support"), add_order(platform)
    row = row_of(platform, OrderRow, order)
    trouble(support, order)
    case = row_of(platform, OrderRow, order).trouble_ticket
    assert reveal(support, f"users/{row.parent}", case, "name").status_code == 403, "nobody has claimed it"
    assert post(support, f"/v1/tickets/{case}/claim").status_code == 200

    for person in (row.parent, row.pro):
        assert reveal(support, f"users/{person}", case, "name").status_code == 200

    body = resolve(support, order, "Found, and well").json()
    assert (body["trouble"], body["trouble_reason"], body["trouble_ticket"]) == (False, None, None)
    assert [event["kind"] for event in body["timeline"]] == ["trouble", "resolved"]
    for path in (f"users/{row.parent}", f"users/{row.pro}", f"orders/{order}"):
        fields = ("address",) if path.startswith("orders") else ("name",)
        assert reveal(support, path, case, *fields).status_code == 403, "P26: after resolution"


@pytest.mark.parametrize("role", ["support", "billing", "manager"])
def test_the_address_needs_a_case_of_this_very_order(api: Api, platform: Platform, role: str) -> None:
    """P25."""
    client = api.sign_in(role)
    order, case = in_trouble(platform, client, role)
    answer = reveal(client, f"orders/{order}", case, "address")
    assert answer.status_code == 200 and answer.json()["values"] == {"address": "12 Fairfield Avenue"}
    [entry] = log_of(platform, "orders:reveal")
    assert (entry.reason, entry.record, entry.fields) == (REASON, order, '["address"]')
    assert entry.subject == platform.vault.pseudonyms([row_of(platform, OrderRow, order).parent]).popitem()[1]
    assert "Fairfield" not in entry.details
    other, others_case = in_trouble(platform, client, role)
    assert reveal(client, f"orders/{order}", others_case, "address").status_code == 403
    parent = row_of(platform, OrderRow, other).parent
    plain = add_ticket(platform, role, person=parent)
    assert reveal(client, f"orders/{other}", plain, "address").status_code == 403, "the person alone is not enough"


def test_the_case_must_be_of_the_parent_too(api: Api, platform: Platform) -> None:
    support = api.sign_in("support")
    order, somebody = add_order(platform), add_person(platform)
    case = add_ticket(platform, "support", person=somebody, links=[("orders", order)])
    assert reveal(support, f"orders/{order}", case, "address").status_code == 403


@pytest.mark.parametrize(
    ("fields", "status"),
    [(["address"], 200), (["pet_name"], 403), (["items", "address"], 403), (["amount"], 422), ([], 422)],
)
def test_fields_of_a_reveal(api: Api, platform: Platform, fields: list[str], status: int) -> None:
    support = api.sign_in("support")
    order, case = in_trouble(platform, support, "support")
    assert reveal(support, f"orders/{order}", case, *fields).status_code == status


def test_privacy_sees_an_address_for_its_own_case(api: Api, platform: Platform) -> None:
    order = add_order(platform)
    case = add_ticket(platform, "privacy", person=row_of(platform, OrderRow, order).parent)
    assert reveal(api.sign_in("privacy"), f"orders/{order}", case, "address").status_code == 200


def test_the_pros_employee_self_may_not_look(api: Api, platform: Platform) -> None:
    support = api.sign_in("support")
    order, case = in_trouble(platform, support, "support")
    employees = table(EmployeeRow)
    with platform.database.writing() as session:
        mine = employees.c.id == employee_id(platform, "support")
        session.connection().execute(update(employees).where(mine).values(person=row_of(platform, OrderRow, order).pro))
    assert reveal(support, f"orders/{order}", case, "address").status_code == 403


# Raised and resolved


def test_trouble_and_calm_by_turns(api: Api, platform: Platform) -> None:
    support, order = api.sign_in("support"), add_order(platform)
    assert resolve(support, order).status_code == 409
    assert trouble(support, order).status_code == 200
    again = trouble(support, order, "no_show")
    assert again.status_code == 409 and again.json()["because"] == "It is in trouble already."
    assert resolve(support, order).status_code == 200
    assert trouble(support, order, "no_show").json()["trouble_ticket"] == "T-2", "a case of its own"
    actions = {a["name"]: a for a in support.get(f"/v1/orders/{order}").json()["actions"]}
    assert not actions["trouble"]["allowed"] and actions["resolve"]["allowed"]


@pytest.mark.parametrize("state", ["placed", "in_service", "closed", "cancelled"])
def test_trouble_is_raised_in_any_state(api: Api, platform: Platform, state: str) -> None:
    assert trouble(api.sign_in("support"), add_order(platform, state=state)).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("trouble", {"reason": "bored"}, 422), ("trouble", {}, 422), ("trouble", {"reason": "other", "text": ""}, 422),
        ("resolve", {}, 422), ("resolve", {"text": ""}, 422),
    ],
)  # fmt: skip
def test_without_a_reason_or_a_note_nothing_happens(
    api: Api, platform: Platform, path: str, body: dict[str, str], status: int
) -> None:
    order = add_order(platform)
    assert post(api.sign_in("support"), f"/v1/orders/{order}/{path}", body, version=1).status_code == status
    assert not row_of(platform, OrderRow, order).trouble


def test_two_who_raise_it_at_once_open_one_case(api: Api, platform: Platform) -> None:
    order = add_order(platform)
    clients = [api.sign_in(name) for name in ("support", "support2", "billing", "manager")]
    with ThreadPoolExecutor(4) as pool:
        path, body = f"/v1/orders/{order}/trouble", {"reason": "safety"}
        answers = list(pool.map(lambda client: post(client, path, body, version=1).status_code, clients))
    assert sorted(answers) == [200, 412, 412, 412]
    assert api.sign_in("manager").get("/v1/tickets").json()["total"]["count"] == 1


def test_the_platform_raises_trouble_once(platform: Platform) -> None:
    order = add_order(platform)
    for _ in range(2):
        with own_work(platform) as work:
            row = work.lock(orders, order)
            assert row is not None
            case = raise_trouble(work, row, "payment")
            work.entries.append(work.entry("orders", "trouble", record=order))
    found = row_of(platform, OrderRow, order)
    assert (found.trouble_ticket, found.version) == (case, 2)


# The case's ticket


@pytest.mark.parametrize("role", ["support", "manager"])
def test_a_case_is_not_solved_or_reopened_by_hand(api: Api, platform: Platform, role: str) -> None:
    client = api.sign_in(role)
    order, case = in_trouble(platform, client, role)
    answer = post(client, f"/v1/tickets/{case}/solved", version=1)
    assert answer.status_code == 409 and "order's trouble is resolved" in answer.json()["because"]
    assert resolve(client, order).status_code == 200
    found = row_of(platform, TicketRow, case)
    assert (found.state, found.lease_until) == ("solved", None)
    assert post(client, f"/v1/tickets/{case}/reopen", version=found.version).status_code == 409
    assert post(client, f"/v1/tickets/{case}/claim").status_code == 409
    assert post(client, f"/v1/tickets/{case}/closed", version=found.version).status_code == 200


@pytest.mark.parametrize("action", ["link", "unlink"])
@pytest.mark.parametrize("resource", ["users", "orders"])
def test_nobody_links_or_unlinks_a_case_of_the_platform(
    api: Api, platform: Platform, action: str, resource: str
) -> None:
    """Else a stranger, or another order, becomes part of it and can be revealed."""
    support = api.sign_in("support")
    order, case = in_trouble(platform, support, "support")
    strange = {"users": add_person(platform), "orders": add_order(platform)}
    known = {"users": row_of(platform, OrderRow, order).parent, "orders": order}
    target = (strange if action == "link" else known)[resource]
    before = support.get(f"/v1/tickets/{case}").json()
    answer = post(support, f"/v1/tickets/{case}/{action}", {"resource": resource, "id": target}, version=1)
    assert (answer.status_code, answer.json()["because"]) == (409, "Only the platform links a case of its own.")
    assert support.get(f"/v1/tickets/{case}").json()["links"] == before["links"]
    assert {a["name"]: a["allowed"] for a in before["actions"]}[action] is False


def test_a_case_at_rest_and_put_back_keeps_the_order_in_trouble(api: Api, platform: Platform) -> None:
    support = api.sign_in("support")
    order, case = in_trouble(platform, support, "support")
    assert post(support, f"/v1/tickets/{case}/pending", version=1).status_code == 200
    assert post(support, f"/v1/tickets/{case}/release", version=2).status_code == 200
    assert row_of(platform, OrderRow, order).trouble


def test_resolving_puts_the_case_into_the_feed(api: Api, platform: Platform) -> None:
    support = api.sign_in("support")
    order, case = in_trouble(platform, support, "support")
    start = support.get("/v1/changes").json()["last"]
    resolve(support, order)
    seen = support.get("/v1/changes", params={"after": start}).json()["items"]
    assert {(item["resource"], item["id"]) for item in seen} == {("orders", order), ("tickets", case)}
    assert len({item["seq"] for item in seen}) == 1


def test_work_on_the_order_keeps_its_case(api: Api, platform: Platform) -> None:
    order, case = in_trouble(platform, api.sign_in("support"), "support")
    start = platform.clock()
    platform.clock = lambda: start + timedelta(minutes=29)
    holder = api.sign_in("support", case=case)
    assert post(holder, f"/v1/orders/{order}/note", {"body": "called"}).status_code == 200
    platform.clock = lambda: start + timedelta(minutes=58)
    assert post(api.sign_in("support2"), f"/v1/tickets/{case}/claim").status_code == 403


def test_hits_tell_the_month_of_the_last_service(api: Api, platform: Platform) -> None:
    parent, pro = add_pair(platform)
    for month, state in ((3, "closed"), (5, "completed"), (7, "confirmed"), (9, "cancelled")):
        add_order(platform, parent, pro, starts=datetime(2026, month, 30, 23, 30, tzinfo=UTC), state=state)
    case = add_ticket(platform, "support", person=parent)
    terms = {"name": "Ada Parent", "case": case}
    [hit] = api.sign_in("support").post("/v1/users/search", json=terms).json()["items"]
    assert hit["last_service"] == "2026-05"
