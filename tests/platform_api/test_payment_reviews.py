"""Payment reviews: due first, claimed with their case, noted, settled as what they are; payout changes stopped or put in force."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from console.platform_api import payout_work, review_rules
from console.platform_api.platform import Platform
from console.platform_api.review_work import open_review, settle_review
from console.platform_api.tables import (
    DisputeRow,
    EmployeeRow,
    PaymentReviewRow,
    PayoutChangeRow,
    RevealGrant,
    TicketRow,
    table,
)
from console.platform_api.transaction import own_work
from console.records.payment_reviews import OUTCOMES, OUTCOMES_OF, ReviewKind
from tests.platform_api.api import Api, employee_id
from tests.platform_api.orders_made import (
    add_dispute,
    add_order,
    add_pair,
    add_payment,
    add_payout_change,
    add_refund,
    add_review,
    row_of,
)
from tests.platform_api.people import log_of, post
from tests.telling import telling

HOSTILE = "\x1b]0;owned\x07[b]mark[/up] \u202etxt.exe 🐈 مرحبا\n" + "ж" * 9_000


def paid(platform: Platform, state: str = "captured", **more: Any) -> str:
    return add_payment(platform, add_order(platform), state, **more)


def review_of(platform: Platform, kind: str = "failed", assignee: str | None = "billing", **columns: Any) -> str:
    return add_review(platform, kind, payment=paid(platform), assignee=assignee, **columns)


def settle(client: httpx.Client, review: str, outcome: str, *, version: int | None = 1, **more: Any) -> httpx.Response:
    return post(client, f"/v1/payment-reviews/{review}/settle", {"outcome": outcome, **more}, version=version)


def numbers(client: httpx.Client, query: str = "") -> list[str]:
    answer = client.get(f"/v1/payment-reviews?{query}")
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


# Lists


def test_what_is_due_first_stands_first(api: Api, platform: Platform):
    now = platform.clock()
    for hours in (48, 1, 24, 1):
        review_of(platform, assignee=None, due=now + timedelta(hours=hours))
    billing = api.sign_in("billing")
    assert numbers(billing) == ["RV-2", "RV-4", "RV-3", "RV-1"] == numbers(billing, "sort=due")
    assert numbers(billing, "limit=2") == ["RV-2", "RV-4"] and numbers(billing, "sort=-number")[0] == "RV-4"


def test_lists_by_state_kind_and_who_has_them(api: Api, platform: Platform):
    review_of(platform, "failed")
    review_of(platform, "large", assignee=None)
    review_of(platform, "large", assignee="billing2", state="settled")
    billing = api.sign_in("billing")
    assert numbers(billing, "state=open") == ["RV-1", "RV-2"] and numbers(billing, "kind=large&state=settled") == [
        "RV-3"
    ]
    assert numbers(billing, "assignee=me") == ["RV-1"] and numbers(billing, "assignee=none") == ["RV-2"]
    assert numbers(billing, "assignee=E-99") == [] == billing.get("/v1/tickets?assignee=E-99").json()["items"]
    assert numbers(billing, "assignee=E-2") == ["RV-1"]
    for query in ("state=gone", "kind=odd", "assignee=me&assignee=none"):
        assert billing.get(f"/v1/payment-reviews?{query}").status_code == 400
    start = platform.clock()
    platform.clock = lambda: start + timedelta(minutes=31)
    assert numbers(api.sign_in("billing"), "assignee=me") == [], "the lease has lapsed"


@pytest.mark.parametrize("name", ["support", "privacy", "auditor", "admin", "service"])
def test_reviews_are_billings_and_managers(api: Api, platform: Platform, name: str):
    """And their cases are no tickets for the others."""
    review_of(platform)
    client = api.sign_in(name)
    assert client.get("/v1/payment-reviews").status_code == 403 == client.get("/v1/payment-reviews/RV-1").status_code
    assert client.get("/v1/tickets/T-1").status_code in (403, 404)
    if name in ("support", "privacy"):
        assert client.get("/v1/tickets").json()["items"] == []


def test_one_whole(api: Api, platform: Platform):
    payment = paid(platform, "disputed")
    dispute = add_dispute(platform, payment)
    add_review(platform, "disputed", payment=payment, dispute=dispute)
    body = api.sign_in("billing").get("/v1/payment-reviews/RV-1").json()
    assert (body["payment"]["number"], body["payment"]["last_four"]) == ("P-1", "4242")
    assert (body["dispute"]["state"], body["dispute"]["payment"], body["case"]) == ("needs_response", "P-1", "T-1")
    assert body["refund"] is None and body["messages"] == [] and body["person"] == "U-1"
    masked = api.sign_in("manager").get("/v1/payment-reviews/RV-1")
    assert "4242" not in telling(masked.text) and masked.json()["payment"]["masks"]["last_four"] == "•••"


def test_a_payout_change_shows_its_last_fours_to_billing_alone(api: Api, platform: Platform):
    add_review(platform, "payout_change", payout_change=add_payout_change(platform, add_pair(platform)[1]))
    change = api.sign_in("billing").get("/v1/payment-reviews/RV-1").json()["payout_change"]
    assert (change["old_last_four"], change["new_last_four"], change["state"]) == ("1111", "2222", "waiting")
    masked = api.sign_in("manager").get("/v1/payment-reviews/RV-1")
    assert "2222" not in telling(masked.text) and masked.json()["payout_change"]["masks"]["new_last_four"] == "•••"


# Working on one


def test_a_claim_is_the_cases_claim(api: Api, platform: Platform):
    review = review_of(platform, assignee=None)
    billing = api.sign_in("billing")
    body = post(billing, f"/v1/payment-reviews/{review}/claim").json()
    assert body["yours"] and body["assignee"] and body["version"] == 2
    ticket = billing.get("/v1/tickets/T-1").json()
    assert ticket["yours"] and ticket["lease_until"] == body["lease_until"] and ticket["version"] == 2
    assert post(api.sign_in("billing2"), f"/v1/payment-reviews/{review}/claim").status_code == 403
    assert post(billing, f"/v1/payment-reviews/{review}/release", version=2).json()["assignee"] is None
    assert post(api.sign_in("billing2"), f"/v1/payment-reviews/{review}/claim").status_code == 200


def test_one_of_ten_claims_wins(api: Api, platform: Platform):
    review = review_of(platform, assignee=None)
    clients = [api.sign_in(name) for name in ("billing", "billing2") * 5]
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda client: post(client, f"/v1/payment-reviews/{review}/claim").status_code, clients))
    winners = {place % 2 for place, code in enumerate(codes) if code == 200}
    assert len(winners) == 1 and set(codes) <= {200, 403, 503}


def test_notes_go_into_the_cases_thread(api: Api, platform: Platform):
    review = review_of(platform)
    billing = api.sign_in("billing")
    assert post(billing, f"/v1/payment-reviews/{review}/note", {"body": HOSTILE}).status_code == 200
    [message] = billing.get(f"/v1/payment-reviews/{review}").json()["messages"]
    assert (message["body"], message["by"], message["kind"]) == (HOSTILE, "you", "note")
    assert billing.get("/v1/tickets/T-1").json()["messages"] == [message]
    for body in ({"body": ""}, {"body": "x" * 10_001}, {"body": "4242 4242 4242 4242"}, {}, {"body": 5}):
        assert post(billing, f"/v1/payment-reviews/{review}/note", body).status_code == 422


@pytest.mark.parametrize(
    ("action", "body"), [("release", None), ("note", {"body": "x"}), ("settle", {"outcome": "retried"})]
)
def test_a_lapsed_lease_does_nothing(api: Api, platform: Platform, action: str, body: Any):
    review = review_of(platform)
    start = platform.clock()
    platform.clock = lambda: start + timedelta(minutes=31)
    answer = post(api.sign_in("billing"), f"/v1/payment-reviews/{review}/{action}", body, version=1)
    assert answer.status_code == 403 and "claim" in answer.json()["because"]
    assert row_of(platform, PaymentReviewRow, review).version == 1
    assert post(api.sign_in("billing2"), f"/v1/payment-reviews/{review}/claim").status_code == 200


def test_nobody_works_on_money_of_their_own(api: Api, platform: Platform):
    review = review_of(platform)
    employees, payer = table(EmployeeRow), row_of(platform, PaymentReviewRow, review).person
    with platform.database.writing() as session:
        who = employees.c.id == employee_id(platform, "billing")
        session.connection().execute(update(employees).where(who).values(person=payer))
    assert settle(api.sign_in("billing"), review, "retried").status_code == 403


# Settling


def test_settled_it_solves_its_case_and_hides_what_was_revealed(api: Api, platform: Platform):
    review = review_of(platform)
    billing = api.sign_in("billing", case="T-1")
    wish = {"fields": ["name"], "case": "T-1", "reason": "payment_review"}
    assert billing.post("/v1/users/U-1/reveal", json=wish).status_code == 200
    body = settle(billing, review, "retried", text=HOSTILE).json()
    assert (body["state"], body["outcome"], body["version"]) == ("settled", "retried", 2) and body["settled"]
    assert body["messages"][0]["body"] == HOSTILE
    assert row_of(platform, TicketRow, row_of(platform, PaymentReviewRow, review).ticket).state == "solved"
    with platform.database.reading() as connection:
        expires = connection.execute(select(table(RevealGrant).c.expires)).scalars().all()
    assert all(moment <= platform.clock() for moment in expires)
    assert billing.post("/v1/users/U-1/reveal", json=wish).status_code == 403
    assert log_of(platform, "payment-reviews:settle")[0].reason == "retried"
    assert settle(billing, review, "fraud", version=2).status_code in (403, 409)


def test_a_review_is_ended_by_settling_alone(api: Api, platform: Platform):
    review_of(platform)
    billing = api.sign_in("billing")
    assert post(billing, "/v1/tickets/T-1/solved", version=1).status_code == 409
    assert row_of(platform, TicketRow, billing.get("/v1/tickets/T-1").json()["id"]).state == "open"


def test_a_stale_settlement_conflicts(api: Api, platform: Platform):
    review = review_of(platform)
    billing = api.sign_in("billing")
    post(billing, f"/v1/payment-reviews/{review}/note", {"body": "looked"})
    assert settle(billing, review, "retried").status_code == 412
    assert settle(billing, review, "retried", version=None).status_code == 428
    assert settle(billing, review, "retried", version=2).status_code == 200


CASES = [(kind, outcome) for kind in ReviewKind for outcome in OUTCOMES]


@pytest.mark.parametrize(("kind", "outcome"), CASES)
def test_each_kind_has_its_outcomes(sqlite_api: Api, sqlite_platform: Platform, kind: ReviewKind, outcome: str):
    platform = sqlite_platform
    payment = add_payment(platform, add_order(platform), "partially_refunded", refunded=5)
    change = add_payout_change(platform, add_pair(platform)[1])
    about = {"payout_change": change} if kind is ReviewKind.PAYOUT_CHANGE else {"payment": payment}
    review = add_review(platform, kind, assignee="billing", **about)
    answer = settle(sqlite_api.sign_in("billing"), review, outcome)
    assert answer.status_code == (200 if outcome in OUTCOMES_OF[kind] else 409)
    assert (row_of(platform, PaymentReviewRow, review).state == "settled") == (answer.status_code == 200)
    assert answer.status_code == 200 or answer.json()["because"]


@pytest.mark.parametrize(
    "body", [{}, {"outcome": "shrugged"}, {"outcome": ""}, {"outcome": 5}, {"outcome": "retried", "text": ""}, []]
)
def test_settlements_that_are_none(api: Api, platform: Platform, body: Any):
    review = review_of(platform)
    assert post(api.sign_in("billing"), f"/v1/payment-reviews/{review}/settle", body, version=1).status_code == 422


def test_money_that_has_not_gone_back_is_not_refunded(api: Api, platform: Platform):
    review = review_of(platform, "large")
    refused = settle(api.sign_in("billing"), review, "refunded")
    assert refused.status_code == 409 and "gone back" in refused.json()["because"]


def test_a_refund_that_waits_is_decided_and_not_settled(api: Api, platform: Platform):
    payment = paid(platform)
    refund = add_refund(platform, payment)
    review = add_review(platform, "refund", payment=payment, refund=refund, assignee="billing", mark=f"refund:{refund}")
    billing = api.sign_in("billing")
    refused = settle(billing, review, "in_order")
    assert refused.status_code == 409 and "approve it or reject it" in refused.json()["because"]
    assert post(billing, f"/v1/refunds/{refund}/approve", version=1).status_code == 200
    assert billing.get(f"/v1/payment-reviews/{review}").json()["outcome"] == "approved"


# Disputes


def looked(platform: Platform, payment: str) -> None:
    with own_work(platform) as work:
        review_rules.look_at_payment(work, payment)


def test_a_dispute_is_due_when_its_evidence_is(api: Api, platform: Platform):
    payment = paid(platform, "disputed")
    dispute = add_dispute(platform, payment)
    looked(platform, payment)
    looked(platform, payment)
    [body] = api.sign_in("billing").get("/v1/payment-reviews").json()["items"]
    row = row_of(platform, DisputeRow, dispute)
    assert body["kind"] == "disputed" and row_of(platform, PaymentReviewRow, body["id"]).due == row.evidence_due
    later, disputes = row.evidence_due + timedelta(days=2), table(DisputeRow)
    with platform.database.writing() as session:
        session.connection().execute(update(disputes).values(evidence_due=later))
    looked(platform, payment)
    moved = row_of(platform, PaymentReviewRow, body["id"])
    assert (moved.due, moved.version) == (later, body["version"] + 1)


@pytest.mark.parametrize("state", ["won", "lost"])
def test_what_the_bank_decides_settles_the_review(platform: Platform, state: str):
    payment = paid(platform, "disputed")
    dispute = add_dispute(platform, payment)
    looked(platform, payment)
    with platform.database.writing() as session:
        session.connection().execute(
            update(table(DisputeRow)).where(table(DisputeRow).c.id == dispute).values(state=state)
        )
    for _ in range(2):
        looked(platform, payment)
    with platform.database.reading() as connection:
        [row] = connection.execute(select(table(PaymentReviewRow)))
    assert (row.state, row.outcome, row.settled_by, row.version) == ("settled", state, None, 2)
    assert row_of(platform, TicketRow, row.ticket).state == "solved"


# Opening


def test_the_same_cause_opens_one_review(platform: Platform):
    payment, person = paid(platform), add_pair(platform)[0]

    def opened() -> str:
        with own_work(platform) as work:
            return open_review(work, ReviewKind.MISMATCHED, "mismatch:1", person=person, payment=payment)

    first = opened()
    with own_work(platform) as work:
        settle_review(work, "mismatch:1", "corrected")
        settle_review(work, "nothing", "corrected")
    assert opened() == first and row_of(platform, PaymentReviewRow, first).outcome == "corrected"


# Payout changes


def change_with_review(platform: Platform) -> tuple[str, str]:
    change = add_payout_change(platform, add_pair(platform)[1])
    mark = payout_work.mark_of(change)
    return change, add_review(platform, "payout_change", payout_change=change, assignee="billing", mark=mark)


def in_force(platform: Platform, **later: float) -> int:
    with own_work(platform) as work:
        return payout_work.put_in_force(work, work.now + timedelta(**later))


def test_a_change_that_was_stopped_is_never_in_force(api: Api, platform: Platform):
    change, review = change_with_review(platform)
    assert settle(api.sign_in("billing"), review, "stopped").status_code == 200
    assert in_force(platform, hours=200) == 0 and row_of(platform, PayoutChangeRow, change).state == "stopped"


@pytest.mark.parametrize("outcome", ["in_order", None])
def test_a_change_is_in_force_when_its_hours_are_over(api: Api, platform: Platform, outcome: str | None):
    change, review = change_with_review(platform)
    if outcome is not None:
        assert settle(api.sign_in("billing"), review, outcome).status_code == 200
    assert in_force(platform, hours=71) == 0 and row_of(platform, PayoutChangeRow, change).state == "waiting"
    assert (in_force(platform, hours=73), in_force(platform, hours=73)) == (1, 0)
    assert row_of(platform, PayoutChangeRow, change).state == "in_force"
    assert row_of(platform, PaymentReviewRow, review).state == ("settled" if outcome else "open")


def test_once_in_force_it_is_too_late_to_stop_it(api: Api, platform: Platform):
    change, review = change_with_review(platform)
    in_force(platform, hours=73)
    refused = settle(api.sign_in("billing"), review, "stopped", version=2)
    assert refused.status_code == 409 and "too late" in refused.json()["because"]
    assert row_of(platform, PayoutChangeRow, change).state == "in_force"
    assert settle(api.sign_in("billing"), review, "fraud", version=2).status_code == 200


def test_fraud_stops_a_change_that_still_waits(api: Api, platform: Platform):
    change, review = change_with_review(platform)
    assert settle(api.sign_in("billing"), review, "fraud").status_code == 200
    assert in_force(platform, hours=200) == 0 and row_of(platform, PayoutChangeRow, change).state == "stopped"
    assert [entry.details for entry in log_of(platform, "payouts:change")] == ['{"change":"stopped"}']


def test_stopped_and_put_in_force_at_once_is_one_of_them(api: Api, platform: Platform):
    change, review = change_with_review(platform)
    billing = api.sign_in("billing")
    deeds: list[Callable[[], Any]] = [
        lambda: settle(billing, review, "stopped").status_code,
        lambda: in_force(platform, hours=73),
    ]
    with ThreadPoolExecutor(2) as pool:
        code, moved = pool.map(lambda deed: deed(), deeds)
    assert (code, moved, row_of(platform, PayoutChangeRow, change).state) in (
        (200, 0, "stopped"), (409, 1, "in_force"), (412, 1, "in_force"), (503, 1, "in_force"),
    )  # fmt: skip
