"""When the log can't be written, nothing is shown and nothing is changed (P19). The table itself refuses, for real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from console.platform_api.database import RUNTIME_ROLE, Database
from console.records.employees import Role
from tests.access.world import World
from tests.telling import told

BROKEN = {
    True: (
        "CREATE TRIGGER no_log BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END",
        "DROP TRIGGER no_log",
    ),
    False: (f"REVOKE INSERT ON audit FROM {RUNTIME_ROLE}", f"GRANT INSERT ON audit TO {RUNTIME_ROLE}"),
}
"""SQLite or not → statements that make the log unwritable, and writable again."""

GONE = {
    True: ("ALTER TABLE audit RENAME TO audit_away", "ALTER TABLE audit_away RENAME TO audit"),
    False: ("ALTER TABLE audit RENAME TO audit_away", "ALTER TABLE audit_away RENAME TO audit"),
}


@contextmanager
def unwritable(world: World, ways: dict[bool, tuple[str, str]]) -> Iterator[None]:
    owner = Database(world.platform.database.url, as_runtime=False)
    there, back = ways[owner.sqlite]
    try:
        with owner.engine.begin() as connection:
            connection.execute(text(there))
        yield
    finally:
        with owner.engine.begin() as connection:
            connection.execute(text(back))
        owner.dispose()


@pytest.mark.parametrize("ways", [BROKEN, GONE], ids=["refused", "gone"])
def test_without_a_log_no_order_is_shown_and_no_money_moves(world: World, ways: dict[bool, tuple[str, str]]) -> None:
    support, billing, parent = world.employee(Role.SUPPORT), world.employee(Role.BILLING), world.person()
    order = world.order(parent)
    payment = world.payment(order)
    refund, review = world.refund(payment, by=support), world.review(payment)
    world.case_of(review, billing)
    world.case(support, parent, orders=[order])
    with unwritable(world, ways):
        answers = {
            "read": support.get(f"/v1/orders/{order.number}"),
            "list": support.get("/v1/orders"),
            "search": billing.post("/v1/orders/search", {"last_four": payment.texts["last_four"]}),
            "reveal": support.reveal(order, "address", resource="orders"),
            "figures": billing.get("/v1/orders/figures", by="day", since="2026-11-01", until="2026-11-08"),
            "export": billing.post("/v1/orders/export", {"filters": {}}),
            "trouble": support.post(f"/v1/orders/{order.number}/trouble", {"reason": "incident"}, version=1),
            "cancel": support.post(f"/v1/orders/{order.number}/cancel", {"reason": "mistake"}, version=1),
            "refund": billing.post(f"/v1/payments/{payment.number}/refund", {"amount": 100, "reason": "goodwill"}),
            "approve": billing.post(f"/v1/refunds/{refund.number}/approve", version=1),
            "settle": billing.post(f"/v1/payment-reviews/{review.number}/settle", {"outcome": "in_order"}, version=1),
        }
    statuses = {name: (answer.status_code, answer.json()["type"]) for name, answer in answers.items()}
    assert statuses == dict.fromkeys(answers, (503, "audit-unavailable"))
    everything = "".join(answer.text for answer in answers.values())
    assert not [text for text in (*order.texts.values(), payment.texts["brand"]) if text in everything]
    after = support.get(f"/v1/orders/{order.number}").json()
    assert (after["version"], after["state"], after["trouble"]) == (1, "confirmed", False)
    assert [(paid["reserved"], paid["refunded"]) for paid in after["payments"]] == [(2_000, 0)]
    assert [asked["state"] for asked in after["refunds"]] == ["requested"]
    assert billing.get(f"/v1/payment-reviews/{review.number}").json()["state"] == "open"


@pytest.mark.parametrize("ways", [BROKEN, GONE], ids=["refused", "gone"])
def test_without_a_log_nothing_is_revealed_read_or_changed(world: World, ways: dict[bool, tuple[str, str]]) -> None:
    employee, person = world.employee(Role.SUPPORT), world.person()
    case = world.case(employee, person)
    other = world.case(world.employee(Role.SUPPORT), person)
    with unwritable(world, ways):
        answers = {
            "reveal": employee.reveal(person, "name", "email"),
            "read": employee.get(f"/v1/users/{person.number}"),
            "list": employee.get("/v1/users"),
            "search": employee.post("/v1/users/search", {"email": person.values["email"]}),
            "by name": employee.post("/v1/users/search", {"name": person.values["name"]}),
            "thread": employee.get(f"/v1/tickets/{case.number}"),
            "check": employee.post(
                f"/v1/users/{person.number}/caller-check",
                {"case": case.id, "field": "phone", "said": person.values["phone"]},
            ),
            "lock": employee.post(f"/v1/users/{person.number}/lock", {"reason": "fraud"}, version=1),
            "correct": employee.ask(
                "PATCH", f"/v1/users/{person.number}", {"set": {"name": "New Name"}, "source": "self"}, version=1
            ),
            "note": employee.post(f"/v1/tickets/{case.number}/note", {"body": "a note"}),
            "refusal": employee.post(f"/v1/tickets/{other.number}/note", {"body": "a note"}),
        }
    statuses = {name: (answer.status_code, answer.json()["type"]) for name, answer in answers.items()}
    assert statuses == dict.fromkeys(answers, (503, "audit-unavailable"))
    everything = "".join(answer.text for answer in answers.values())
    assert not told([*person.values.values(), *case.texts.values()], everything)
    after = employee.get(f"/v1/users/{person.number}").json()
    assert (after["version"], after["state"]) == (1, "active")
    assert len(employee.get(f"/v1/tickets/{case.number}").json()["messages"]) == 2
    assert employee.reveal(person, "name").json()["grant"] == "new"


@pytest.mark.parametrize("ways", [BROKEN, GONE], ids=["refused", "gone"])
def test_without_a_log_no_document_is_opened_and_nobody_becomes_a_pro(
    world: World, ways: dict[bool, tuple[str, str]]
) -> None:
    manager, person = world.employee(Role.MANAGER), world.person()
    application = world.application(person, "in_review", complete=True)
    document, path = world.document(application), f"/v1/pro-applications/{application.number}"
    manager.case = world.case_of_application(application, manager).id
    version = world.version("pro-applications", application.id)
    wish = {"case": manager.case, "purpose": "view"}
    with unwritable(world, ways):
        answers = {
            "read": manager.get(path),
            "list": manager.get("/v1/pro-applications"),
            "figures": manager.get("/v1/pro-applications/figures", by="day", since="2026-11-01", until="2026-11-08"),
            "reveal": manager.reveal(document, "file_name", resource="application-documents"),
            "open": manager.post(f"/v1/application-documents/{document.number}/open", wish),
            "ask": manager.post(f"{path}/ask", {"subject": "s", "body": "b"}, version=version),
            "approve": manager.post(f"{path}/approve", {}, version=version),
            "decline": manager.post(f"{path}/decline", {"reason": "area"}, version=version),
        }
    statuses = {name: (answer.status_code, answer.json()["type"]) for name, answer in answers.items()}
    # what was done to the person before stands in the log: without one there is nothing to say of it
    looked = statuses.pop("read")
    assert looked in ((503, "audit-unavailable"), (500, "unexpected"))
    assert statuses == dict.fromkeys(statuses, (503, "audit-unavailable"))
    everything = "".join(answer.text for answer in answers.values())
    assert not [text for text in (*application.texts.values(), *document.texts.values()) if text in everything]
    assert manager.get(path).json()["state"] == "in_review"
    assert manager.get(f"/v1/users/{person.number}").json()["pro"] is False
