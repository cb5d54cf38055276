"""Refunds: who may ask and who decides, limits, second persons, two at once; and that no more goes back than came in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from console.platform_api import jobs, refund_work
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.rules import Rules
from console.platform_api.tables import (
    EmployeeRole,
    EmployeeRow,
    PaymentReviewRow,
    PaymentRow,
    RefundRow,
    SignIn,
    TicketRow,
    table,
)
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api, employee_id, serving
from tests.platform_api.orders_made import (
    add_dispute,
    add_order,
    add_pair,
    add_payment,
    add_refund,
    claim,
    events_of,
    row_of,
    sums_of,
)
from tests.platform_api.people import add_ticket, key, log_of, post
from tests.telling import telling

ASKING = {"amount": 2_500, "reason": "not_as_booked"}
HOSTILE = "\x1b]52;c;cm0gLXJm\x07[@click=app.quit]paid[/] \u202egnp.exe 🐕‍🦺 שלום <b>x</b> " + "y" * 9_000


def limits(platform: Platform, each: int = 10_000, daily: int = 50_000, **more: Any) -> None:
    platform.rules = replace(Rules(), each={"billing": {"USD": each}}, daily={"billing": {"USD": daily}}, **more)


def paid(platform: Platform, state: str = "captured", **more: Any) -> str:
    return add_payment(platform, add_order(platform), state, **more)


def refund(client: httpx.Client, payment: str, amount: int = 2_500, **more: Any) -> httpx.Response:
    return post(client, f"/v1/payments/{payment}/refund", {**ASKING, "amount": amount}, **more)


def refunds_in(platform: Platform) -> list[Any]:
    found = table(RefundRow)
    with platform.database.reading() as connection:
        return list(connection.execute(select(found).order_by(found.c.number)))


def reviews_in(platform: Platform) -> list[Any]:
    found = table(PaymentReviewRow)
    with platform.database.reading() as connection:
        return list(connection.execute(select(found).order_by(found.c.number)))


def jobs_in(platform: Platform) -> list[tuple[str, str]]:
    with platform.database.reading() as connection:
        return [(row.kind, row.mark) for row in connection.execute(select(jobs.jobs).order_by(jobs.jobs.c.id))]


def amounts(platform: Platform, payment: str) -> tuple[str, int, int, int]:
    row = row_of(platform, PaymentRow, payment)
    return row.state, row.refunded, row.reserved, row.lost


def also(platform: Platform, name: str, role: str) -> None:
    """The employee has that role, too."""
    with platform.database.writing() as session:
        session.add(EmployeeRole(employee=employee_id(platform, name), role=role, at=platform.clock()))


def is_person(platform: Platform, name: str, person: str) -> None:
    employees = table(EmployeeRow)
    with platform.database.writing() as session:
        who = employees.c.id == employee_id(platform, name)
        session.connection().execute(update(employees).where(who).values(person=person))


# Asking


def test_billing_within_its_limits_refunds_at_once(api: Api, platform: Platform):
    payment = paid(platform)
    answer = refund(api.sign_in("billing"), payment)
    body = answer.json()
    assert answer.status_code == 200 and body["refund"] == "RF-1" and body["number"] == "P-1"
    assert (body["reserved"], body["left"], body["state"]) == (2_500, 7_500, "captured")
    [row] = refunds_in(platform)
    me = employee_id(platform, "billing")
    assert (row.state, row.requested_by, row.decided_by, row.needs) == ("approved", me, me, None)
    assert jobs_in(platform) == [("refund", f"refund:{row.id}")] and reviews_in(platform) == []
    [entry] = log_of(platform, "payments:refund")
    assert '"refund":"RF-1"' in entry.details and entry.reason == "not_as_booked"


@pytest.mark.parametrize(("name", "amount", "needs"), [
    ("support", 2_500, "billing"), ("support", 10_001, "manager"), ("billing", 10_001, "manager"), ("manager", 2_500, "billing"),
    ("manager", 20_000, "manager"),
])  # fmt: skip
def test_all_others_wait_for_a_second_person(api: Api, platform: Platform, name: str, amount: int, needs: str):
    payment = paid(platform, amount=20_000)
    assert refund(api.sign_in(name), payment, amount).status_code == 200
    [row], [review] = refunds_in(platform), reviews_in(platform)
    assert (row.state, row.needs, row.decided_by) == ("requested", needs, None) and jobs_in(platform) == []
    assert (review.kind, review.refund, review.state, review.amount) == ("refund", row.id, "open", amount)
    assert amounts(platform, payment) == ("captured", 0, amount, 0)
    assert [event.kind for event in events_of(platform, row.order_id)] == ["refund_requested"]


@pytest.mark.parametrize(("holder", "kept"), [("billing", True), ("billing2", False), (None, False)])
def test_a_refund_names_the_case_that_is_in_hand_and_no_other(
    api: Api, platform: Platform, holder: str | None, kept: bool
):
    ticket = add_ticket(platform, person=add_pair(platform)[0])
    if holder is not None:
        claim(platform, ticket, holder)
    assert refund(api.sign_in("billing", case=ticket), paid(platform)).status_code == 200
    assert [row.ticket for row in refunds_in(platform)] == [ticket if kept else None]


def test_double_enter_refunds_once_and_says_the_same_number(api: Api, platform: Platform):
    payment, intent, billing = paid(platform), key(), api.sign_in("billing")
    first, again = (refund(billing, payment, intent=intent) for _ in range(2))
    assert first.json()["refund"] == again.json()["refund"] == "RF-1"
    assert again.headers["idempotent-replay"] == "true" and len(refunds_in(platform)) == 1
    assert amounts(platform, payment)[2] == 2_500


def test_a_key_pressed_ten_times_at_once_refunds_once(api: Api, platform: Platform):
    payment, intent = paid(platform), key()
    with serving(platform) as other:
        second = Api(other, platform)
        clients = [server.sign_in("billing") for server in (api, second) for _ in range(5)]
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda client: refund(client, payment, intent=intent), clients))
        second.close()
    assert {answer.status_code for answer in answers} <= {200, 409} and len(refunds_in(platform)) == 1
    assert {answer.json()["refund"] for answer in answers if answer.status_code == 200} == {"RF-1"}


def test_the_same_key_with_another_amount_is_refused(api: Api, platform: Platform):
    payment, intent, billing = paid(platform), key(), api.sign_in("billing")
    assert refund(billing, payment, intent=intent).status_code == 200
    assert refund(billing, payment, 1, intent=intent).json()["type"] == "key-reused"
    assert amounts(platform, payment)[2] == 2_500


def test_twenty_at_once_never_give_back_more_than_there_is(api: Api, platform: Platform):
    payment = paid(platform, amount=10_000)
    with serving(platform) as other:
        second = Api(other, platform)
        names = ("support", "billing", "manager", "support2", "billing2")
        clients = [server.sign_in(name) for server in (api, second) for name in (*names, *names)]
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda client: refund(client, payment, 1_500), clients))
        second.close()
    codes = [answer.status_code for answer in answers]
    assert set(codes) <= {200, 409, 422, 503} and 1 <= codes.count(200) <= 6
    assert 503 in codes or codes.count(200) == 6
    assert amounts(platform, payment) == ("captured", 0, 1_500 * codes.count(200), 0)
    assert len(refunds_in(platform)) == codes.count(200)


@pytest.mark.parametrize(
    "amount", [0, -1, 10_001, 10**12, 10**12 + 1, 2**63, 10**30, 25.0, 25.5, "2500", True, None, [2_500], {"USD": 1}]
)
def test_amounts_that_can_not_be_refunded(api: Api, platform: Platform, amount: object):
    payment = paid(platform)
    answer = post(api.sign_in("billing"), f"/v1/payments/{payment}/refund", {**ASKING, "amount": amount})
    assert answer.status_code in (400, 422) and (answer.status_code == 422 or amount in (2**63, 10**30))
    assert amounts(platform, payment) == ("captured", 0, 0, 0) and refunds_in(platform) == []


def test_more_than_is_left_says_what_is_left(api: Api, platform: Platform):
    payment = paid(platform)
    billing = api.sign_in("billing")
    refund(billing, payment, 4_000)
    body = refund(billing, payment, 6_001).json()
    assert (body["type"], body["left"], body["currency"]) == ("invalid", 6_000, "USD")
    assert refund(billing, payment, 6_000).status_code == 200
    gone = refund(billing, payment, 1)
    assert gone.status_code == 409 and "asked for" in gone.json()["because"]
    [action] = [a for a in billing.get(f"/v1/payments/{payment}").json()["actions"] if a["name"] == "refund"]
    assert not action["allowed"] and action["because"]


@pytest.mark.parametrize("state", ["pending", "authorized", "failed", "voided", "refunded", "lost", "disputed"])
def test_payments_of_which_nothing_goes_back(api: Api, platform: Platform, state: str):
    payment = paid(platform, state, refunded=10_000 if state == "refunded" else 0)
    answer = refund(api.sign_in("manager"), payment)
    assert answer.status_code == 409 and answer.json()["because"]
    assert refunds_in(platform) == []


def test_a_disputed_payment_is_refunded_only_where_the_processor_allows_it(api: Api, platform: Platform):
    payment = paid(platform, "disputed")
    limits(platform, refund_while_disputed=True)
    assert refund(api.sign_in("billing"), payment).status_code == 200


@pytest.mark.parametrize("body", [
    {}, {"amount": 5}, {**ASKING, "reason": "because"}, {**ASKING, "text": ""}, {**ASKING, "text": "x" * 10_001}, {**ASKING, "currency": "USD"},
    {**ASKING, "lines": {}}, {**ASKING, "lines": {"0": 2_500}}, {**ASKING, "lines": {"01": 2_500}}, {**ASKING, "lines": {"x": 2_500}},
    {**ASKING, "lines": {"1": -1}}, {**ASKING, "lines": [2_500]}, {**ASKING, "text": "the card is 4242 4242 4242 4242"}, [], "text", None,
])  # fmt: skip
def test_wishes_that_can_not_be_taken(api: Api, platform: Platform, body: object):
    payment = paid(platform)
    answer = post(api.sign_in("billing"), f"/v1/payments/{payment}/refund", body)
    assert answer.status_code == 422 and "4242" not in telling(answer.text)
    assert refunds_in(platform) == []


def test_a_refund_needs_a_key(api: Api, platform: Platform):
    payment = paid(platform)
    assert api.sign_in("billing").post(f"/v1/payments/{payment}/refund", json=ASKING).status_code == 428


def test_a_version_that_is_sent_is_honoured(api: Api, platform: Platform):
    payment, billing = paid(platform), api.sign_in("billing")
    assert refund(billing, payment, version=1).status_code == 200
    stale = refund(billing, payment, version=1)
    assert stale.status_code == 412 and [change["field"] for change in stale.json()["changed"]] == ["reserved"]
    assert refund(billing, payment, version=2).status_code == 200


# By items


def test_by_items_each_at_most_for_what_is_left_of_it(api: Api, platform: Platform):
    payment, billing = paid(platform), api.sign_in("billing")
    path = f"/v1/payments/{payment}/refund"
    lines = {**ASKING, "amount": 5_000, "lines": {"1": 4_000, "2": 1_000}}
    assert post(billing, path, lines).json()["left"] == 5_000
    over = post(billing, path, {**ASKING, "amount": 5_001, "lines": {"2": 5_001}}).json()
    assert over["errors"] == [{"where": "amount", "what": "is more than what is left to refund"}]
    again = post(billing, path, {**ASKING, "amount": 1, "lines": {"1": 1}}).json()
    assert again["errors"] == [{"where": "lines.1", "what": "is more than what is left of this line"}]
    assert post(billing, path, {**ASKING, "amount": 5_000, "lines": {"2": 5_000}}).json()["left"] == 0


def test_a_line_that_came_back_can_be_refunded_again(api: Api, platform: Platform):
    payment, support, manager = paid(platform), api.sign_in("support"), api.sign_in("manager")
    body = {**ASKING, "amount": 4_000, "lines": {"1": 4_000}}
    assert post(support, f"/v1/payments/{payment}/refund", body).status_code == 200
    assert post(support, f"/v1/payments/{payment}/refund", body).status_code == 422
    assert post(manager, "/v1/refunds/RF-1/reject", {"reason": "wrong_amount"}, version=1).status_code == 200
    assert post(support, f"/v1/payments/{payment}/refund", body).status_code == 200


@pytest.mark.parametrize(
    ("lines", "amount"), [({"1": 2_000}, 2_500), ({"3": 2_500}, 2_500), ({"1": 1_000, "2": 1_499}, 2_500)]
)
def test_lines_that_do_not_add_up(api: Api, platform: Platform, lines: dict[str, int], amount: int):
    payment = paid(platform)
    answer = post(
        api.sign_in("billing"), f"/v1/payments/{payment}/refund", {**ASKING, "amount": amount, "lines": lines}
    )
    assert answer.status_code == 422 and refunds_in(platform) == []


def test_a_pros_fee_obeys_the_same_rules_and_is_for_no_line(api: Api, platform: Platform):
    """P28."""
    payment, billing = paid(platform, kind="fee"), api.sign_in("billing")
    assert post(billing, f"/v1/payments/{payment}/refund", {**ASKING, "lines": {"1": 2_500}}).status_code == 422
    assert refund(billing, payment, 10_001).status_code == 422
    assert refund(billing, payment).json()["left"] == 7_500
    assert refund(api.sign_in("support"), payment).status_code == 200
    assert [row.state for row in refunds_in(platform)] == ["approved", "requested"]


# Looking beforehand


@pytest.mark.parametrize(("name", "amount", "goes", "approver"), [
    ("billing", 10_000, "at_once", None), ("billing", 10_001, "approval", "manager"), ("support", 1, "approval", "billing"),
    ("manager", 10_001, "approval", "manager"),
])  # fmt: skip
def test_the_preview_says_what_will_happen(
    api: Api, platform: Platform, name: str, amount: int, goes: str, approver: str
):
    payment = paid(platform, amount=20_000)
    client = api.sign_in(name)
    body = post(client, f"/v1/payments/{payment}/refund-preview", {"amount": amount}).json()
    assert (body["goes"], body["approver"], body["left_before"], body["left_after"]) == (
        goes,
        approver,
        20_000,
        20_000 - amount,
    )
    assert bool(body["because"]) == (goes == "approval")
    assert amounts(platform, payment) == ("captured", 0, 0, 0) and len(log_of(platform, "payments:refund-preview")) == 1
    assert refund(client, payment, amount).status_code == 200
    [row] = refunds_in(platform)
    assert (row.state == "approved") == (goes == "at_once") and row.needs == approver


def test_the_preview_refuses_what_the_refund_would(api: Api, platform: Platform):
    payment, disputed = paid(platform), paid(platform, "disputed")
    billing = api.sign_in("billing")
    for body in ({"amount": 0}, {"amount": 10_001}, {"amount": 1.5}, {"amount": 5, "lines": {"9": 5}}):
        assert post(billing, f"/v1/payments/{payment}/refund-preview", body).status_code == 422
    assert post(billing, f"/v1/payments/{disputed}/refund-preview", {"amount": 5}).status_code == 409
    assert post(api.sign_in("auditor"), f"/v1/payments/{payment}/refund-preview", {"amount": 5}).status_code == 403


# Limits


def test_above_the_daily_limit_another_person_decides(api: Api, platform: Platform):
    limits(platform, each=4_000, daily=10_000)
    payment, billing = paid(platform, amount=90_000), api.sign_in("billing")
    for _ in range(2):
        refund(billing, payment, 4_000)
    body = post(billing, f"/v1/payments/{payment}/refund-preview", {"amount": 2_001}).json()
    assert (body["goes"], body["approver"]) == ("approval", "billing") and "in a day" in body["because"]
    refund(billing, payment, 2_001)
    refund(billing, payment, 2_000)
    assert [row.state for row in refunds_in(platform)] == ["approved", "approved", "requested", "approved"]
    assert post(billing, "/v1/refunds/RF-3/approve", version=1).status_code == 403, "their own"
    assert post(api.sign_in("billing2"), "/v1/refunds/RF-3/approve", version=1).status_code == 200


def test_what_was_approved_for_others_counts_and_the_next_day_begins_anew(api: Api, platform: Platform):
    limits(platform, each=4_000, daily=5_000)
    payment = paid(platform, amount=90_000)
    support, billing = api.sign_in("support"), api.sign_in("billing")
    for _ in range(3):
        refund(support, payment, 3_000)
    assert post(billing, "/v1/refunds/RF-1/approve", version=1).status_code == 200
    refused = post(billing, "/v1/refunds/RF-2/approve", version=1)
    assert refused.status_code == 403 and "above what you may refund" in refused.json()["because"]
    [approve] = [a for a in billing.get("/v1/refunds/RF-2").json()["actions"] if a["name"] == "approve"]
    assert not approve["allowed"]
    start = platform.clock()
    platform.clock = lambda: start + timedelta(days=1)
    assert post(api.sign_in("billing"), "/v1/refunds/RF-2/approve", version=1).status_code == 200


def test_what_failed_does_not_count(api: Api, platform: Platform):
    limits(platform, each=5_000, daily=5_000)
    payment, billing = paid(platform), api.sign_in("billing")
    refund(billing, payment, 5_000)
    with own_work(platform) as work:
        refund_work.fail(work, refunds_in(platform)[0].id, "declined")
    refund(billing, payment, 5_000)
    assert [row.state for row in refunds_in(platform)] == ["failed", "approved"]


def test_two_at_once_do_not_pass_the_daily_limit(api: Api, platform: Platform):
    """Each on another payment, so no payment's lock keeps them apart."""
    limits(platform, each=4_000, daily=10_000)
    payments = [paid(platform) for _ in range(8)]
    with serving(platform) as other:
        second = Api(other, platform)
        clients = [server.sign_in("billing") for _ in range(4) for server in (api, second)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda pair: refund(pair[0], pair[1], 4_000), zip(clients, payments, strict=True)))
        second.close()
    given = [row.amount for row in refunds_in(platform) if row.state == "approved"]
    assert given and sum(given) <= 10_000


def test_two_approvals_at_once_do_not_pass_it_either(api: Api, platform: Platform):
    limits(platform, each=4_000, daily=10_000)
    for _ in range(6):
        add_refund(platform, paid(platform), 4_000)
    clients = [api.sign_in("billing") for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda place: post(clients[place], f"/v1/refunds/RF-{place + 1}/approve", version=1), range(6))
        )
    codes = [answer.status_code for answer in answers]
    assert set(codes) <= {200, 403, 503} and 1 <= codes.count(200) <= 2
    assert [row.state for row in refunds_in(platform)].count("approved") == codes.count(200)


def test_a_currency_without_a_limit_is_a_managers(api: Api, platform: Platform):
    payment = paid(platform, currency="CHF")
    refund(api.sign_in("billing"), payment, 1)
    assert refunds_in(platform)[0].needs == "manager"
    assert post(api.sign_in("billing2"), "/v1/refunds/RF-1/approve", version=1).status_code == 403
    assert post(api.sign_in("manager"), "/v1/refunds/RF-1/approve", version=1).status_code == 200


# Deciding


@pytest.mark.parametrize("name", ["billing", "manager"])
def test_approved_by_somebody_else_it_is_sent(api: Api, platform: Platform, name: str):
    payment = paid(platform)
    refund(api.sign_in("support"), payment)
    answer = post(api.sign_in(name), "/v1/refunds/RF-1/approve", version=1)
    body, [row], [review] = answer.json(), refunds_in(platform), reviews_in(platform)
    assert (answer.status_code, body["state"], body["decided_by"] is not None, body["needs"]) == (
        200,
        "approved",
        True,
        None,
    )
    assert jobs_in(platform) == [("refund", f"refund:{row.id}")] and amounts(platform, payment)[2] == 2_500
    assert (review.state, review.outcome) == ("settled", "approved")
    assert row_of(platform, TicketRow, review.ticket).state == "solved"


def test_rejected_its_amount_is_there_again(api: Api, platform: Platform):
    payment = paid(platform)
    refund(api.sign_in("support"), payment)
    billing = api.sign_in("billing")
    wish = {"reason": "not_due", "text": "It was given."}
    body = post(billing, "/v1/refunds/RF-1/reject", wish, version=1).json()
    assert (
        body["state"] == "rejected" and amounts(platform, payment) == ("captured", 0, 0, 0) and jobs_in(platform) == []
    )
    assert (reviews_in(platform)[0].state, reviews_in(platform)[0].outcome) == ("settled", "rejected")
    assert log_of(platform, "refunds:reject")[0].reason == "not_due"
    assert post(billing, "/v1/refunds/RF-1/approve", version=2).status_code == 409


@pytest.mark.parametrize(
    "wish", [{}, {"reason": "no"}, {"reason": "goodwill"}, {"reason": "not_due", "text": ""}, {"reason": 5}]
)
def test_a_rejection_needs_its_reason(api: Api, platform: Platform, wish: object):
    add_refund(platform, paid(platform))
    assert post(api.sign_in("manager"), "/v1/refunds/RF-1/reject", wish, version=1).status_code == 422


@pytest.mark.parametrize(("roles", "name"), [
    ((), "billing"), ((), "manager"), (("billing",), "support"), (("manager",), "support"), (("manager",), "billing"),
    (("manager", "billing"), "support"),
])  # fmt: skip
def test_nobody_decides_on_what_they_asked_for(api: Api, platform: Platform, roles: tuple[str, ...], name: str):
    """Not by another role that they have, either."""
    for role in roles:
        also(platform, name, role)
    client, payment = api.sign_in(name), paid(platform, amount=20_000)
    assert refund(client, payment, 10_001).status_code == 200
    for action, body in (("approve", {}), ("reject", {"reason": "not_due"})):
        refused = post(client, f"/v1/refunds/RF-1/{action}", body, version=1)
        assert refused.status_code == 403 and "yourself" in refused.json()["because"]
        assert post(client, f"/v1/refunds/RF-1/{action}", body, version=7).status_code == 403, "told before a conflict"
    assert amounts(platform, payment)[2] == 10_001
    assert post(api.sign_in("manager2"), "/v1/refunds/RF-1/approve", version=1).status_code == 200


def test_two_roles_refund_by_themself_only_as_billing_may(api: Api, platform: Platform):
    """Support needs no recent password to ask; to give money back at once takes one, whatever else they are."""
    also(platform, "support", "billing")
    payment, client = paid(platform), api.sign_in("support")
    with platform.database.writing() as session:
        signs = table(SignIn)
        session.connection().execute(update(signs).values(signed_in=platform.clock() - timedelta(minutes=31)))
    refused = refund(client, payment)
    assert refused.status_code == 401 and refused.json()["type"] == "fresh-sign-in" and refunds_in(platform) == []
    assert refund(client, payment, 10_000).status_code == 401


def test_the_password_is_asked_for_after_half_an_hour(api: Api, platform: Platform):
    payment, billing = paid(platform), api.sign_in("billing")
    with platform.database.writing() as session:
        session.connection().execute(update(table(SignIn)).values(signed_in=platform.clock() - timedelta(minutes=31)))
    assert refund(billing, payment).json()["type"] == "fresh-sign-in"
    assert post(billing, f"/v1/payments/{payment}/refund-preview", {"amount": 5}).status_code == 200
    add_refund(platform, payment)
    assert post(billing, "/v1/refunds/RF-1/approve", version=1).json()["type"] == "fresh-sign-in"
    assert amounts(platform, payment)[2] == 2_500


def test_nobody_acts_on_money_of_their_own(api: Api, platform: Platform):
    parent, pro = add_pair(platform)
    payment = add_payment(platform, add_order(platform, parent, pro))
    is_person(platform, "billing", parent)
    is_person(platform, "manager", pro)
    for name in ("billing", "manager"):
        assert refund(api.sign_in(name), payment).status_code == 403
    add_refund(platform, payment)
    for name in ("billing", "manager"):
        assert post(api.sign_in(name), "/v1/refunds/RF-1/approve", version=1).status_code == 403
    assert post(api.sign_in("billing2"), "/v1/refunds/RF-1/approve", version=1).status_code == 200


def test_a_stale_decision_conflicts(api: Api, platform: Platform):
    payment = paid(platform)
    refund(api.sign_in("support"), payment)
    assert post(api.sign_in("billing"), "/v1/refunds/RF-1/reject", {"reason": "not_due"}, version=1).status_code == 200
    stale = post(api.sign_in("manager"), "/v1/refunds/RF-1/approve", version=1)
    assert stale.status_code == 412 and {change["by"] for change in stale.json()["changed"]} == {"billing"}
    assert post(api.sign_in("manager"), "/v1/refunds/RF-1/approve").status_code == 428
    assert jobs_in(platform) == [] and amounts(platform, payment)[2] == 0


def test_one_of_ten_deciding_at_once_decides(api: Api, platform: Platform):
    payment = paid(platform)
    refund(api.sign_in("support"), payment)
    clients = [
        api.sign_in(name) for name in ("billing", "billing2", "manager", "manager2", "billing") for _ in range(2)
    ]
    deeds: list[tuple[str, Any]] = [("approve", {}), ("reject", {"reason": "not_due"})] * 5

    def decide(place: int) -> int:
        action, body = deeds[place]
        return post(clients[place], f"/v1/refunds/RF-1/{action}", body, version=1).status_code

    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(decide, range(10)))
    assert codes.count(200) == 1 and set(codes) <= {200, 412, 503}
    approved = refunds_in(platform)[0].state == "approved"
    assert len(jobs_in(platform)) == approved and amounts(platform, payment)[2] == (2_500 if approved else 0)


def test_a_dispute_meanwhile_holds_the_decision_up(api: Api, platform: Platform):
    payment, manager = paid(platform), api.sign_in("manager")
    refund(api.sign_in("support"), payment)
    with platform.database.writing() as session:
        session.connection().execute(update(table(PaymentRow)).values(state="disputed", undisputed="captured"))
    add_dispute(platform, payment)
    held = post(manager, "/v1/refunds/RF-1/approve", version=1)
    assert held.status_code == 409 and "bank" in held.json()["because"] and jobs_in(platform) == []
    assert post(manager, "/v1/refunds/RF-1/reject", {"reason": "disputed"}, version=1).status_code == 200
    assert amounts(platform, payment) == ("disputed", 0, 0, 0)


# The platform's part


Step = Callable[..., Any]


def taken(platform: Platform, *steps: tuple[Step, Any]) -> None:
    """What the platform does with the first refund, each in a transaction of its own."""
    for step, more in steps:
        with own_work(platform) as work:
            step(work, refunds_in(platform)[0].id, *more)


BEGIN: tuple[Step, Any] = (refund_work.begin, ())
SUCCEED: tuple[Step, Any] = (refund_work.succeed, ("re_1",))
FAIL: tuple[Step, Any] = (refund_work.fail, ("declined",))
RETURN: tuple[Step, Any] = (refund_work.fail_later, ("expired",))


@pytest.mark.parametrize(("steps", "state", "money"), [
    ((BEGIN,), "processing", ("captured", 0, 2_500, 0)),
    ((BEGIN, BEGIN), "processing", ("captured", 0, 2_500, 0)),
    ((BEGIN, SUCCEED), "succeeded", ("partially_refunded", 2_500, 0, 0)),
    ((SUCCEED,), "succeeded", ("partially_refunded", 2_500, 0, 0)),
    ((BEGIN, SUCCEED, SUCCEED, BEGIN), "succeeded", ("partially_refunded", 2_500, 0, 0)),
    ((BEGIN, FAIL, FAIL, BEGIN), "failed", ("captured", 0, 0, 0)),
    ((BEGIN, SUCCEED, RETURN, RETURN), "failed", ("captured", 0, 0, 0)),
    ((BEGIN, SUCCEED, FAIL), "failed", ("captured", 0, 0, 0)),
])  # fmt: skip
def test_each_step_may_come_twice(platform: Platform, steps: Any, state: str, money: tuple[Any, ...]):
    payment = paid(platform)
    add_refund(platform, payment, 2_500, "approved")
    taken(platform, *steps)
    [row] = refunds_in(platform)
    assert row.state == state and amounts(platform, payment) == money
    assert sums_of(platform, row.order_id).get("refunded", 0) == money[1]
    opened = [review.rule for review in reviews_in(platform)]
    assert opened == ([] if state != "failed" else ["refund_returned" if SUCCEED in steps else "refund_failed"])


def test_the_whole_amount_makes_it_refunded(platform: Platform):
    payment = paid(platform)
    add_refund(platform, payment, 10_000, "approved")
    taken(platform, BEGIN, SUCCEED)
    assert amounts(platform, payment) == ("refunded", 10_000, 0, 0)


def test_what_the_bank_took_meanwhile_is_not_sent(platform: Platform):
    payment = paid(platform)
    add_refund(platform, payment, 2_500, "approved")
    with platform.database.writing() as session:
        session.connection().execute(update(table(PaymentRow)).values(state="disputed", undisputed="captured"))
    with own_work(platform) as work:
        assert refund_work.begin(work, refunds_in(platform)[0].id) is None
    [row] = refunds_in(platform)
    assert (row.state, row.failure) == ("failed", "disputed") and amounts(platform, payment) == ("disputed", 0, 0, 0)


# Texts, and who sees them


def test_a_note_is_sealed_under_the_payer_and_comes_back_as_typed(api: Api, platform: Platform):
    payment, support = paid(platform), api.sign_in("support")
    wish = {**ASKING, "text": HOSTILE}
    assert post(support, f"/v1/payments/{payment}/refund", wish).status_code == 200
    assert support.get("/v1/refunds/RF-1").json()["note"] == HOSTILE
    assert "note" not in support.get("/v1/refunds").json()["items"][0], "no list has it"
    [row] = refunds_in(platform)
    assert b"gnp.exe" not in bytes(row.sealed_service)
    keys = platform.vault.keys_of([row.payer])
    assert b"gnp.exe" in keys[row.payer].open("refunds", row.id, "service", bytes(row.sealed_service))
    assert not [entry for entry in log_of(platform, "payments:refund") if "gnp.exe" in entry.details]


def test_the_auditor_sees_refunds_and_no_person(api: Api, platform: Platform):
    add_refund(platform, paid(platform))
    auditor = api.sign_in("auditor")
    body = auditor.get("/v1/refunds/RF-1").json()
    assert body["amount"] == 2_500 and "note" not in body and "U-" not in auditor.get("/v1/refunds/RF-1").text
    assert body["actions"] == []


@pytest.mark.parametrize("name", ["privacy", "auditor", "admin", "service"])
def test_others_refund_nothing(api: Api, platform: Platform, name: str):
    payment = paid(platform)
    add_refund(platform, payment)
    client = api.sign_in(name)
    assert refund(client, payment).status_code == 403
    assert post(client, "/v1/refunds/RF-1/approve", version=1).status_code == 403
    assert post(client, "/v1/refunds/RF-1/reject", {"reason": "not_due"}, version=1).status_code == 403
    assert refunds_in(platform)[0].state == "requested"


def test_support_asks_and_decides_nothing(api: Api, platform: Platform):
    add_refund(platform, paid(platform), by="billing")
    assert post(api.sign_in("support"), "/v1/refunds/RF-1/approve", version=1).status_code == 403


def test_lists_by_state_payment_and_order(api: Api, platform: Platform):
    payment = paid(platform)
    add_refund(platform, payment)
    add_refund(platform, paid(platform), state="approved")
    billing = api.sign_in("billing")

    def numbers(query: str) -> list[str]:
        return [item["number"] for item in billing.get(f"/v1/refunds?{query}").json()["items"]]

    assert numbers("") == ["RF-2", "RF-1"] and numbers("state=requested") == ["RF-1"]
    assert numbers("payment=P-2") == ["RF-2"] and numbers("order=O-1&state=requested&state=approved") == ["RF-1"]
    assert billing.get("/v1/refunds?state=gone").status_code == 400
    assert billing.get("/v1/refunds?payment=P-99").status_code == 404
    assert billing.get(f"/v1/refunds/{new_id()}").status_code == 404
