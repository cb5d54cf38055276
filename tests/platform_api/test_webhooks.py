"""Webhooks over HTTP: signed, forged, late, repeated, out of order, about nothing that we know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import stripe
from sqlalchemy import select

from console.platform_api.payment_truth import apply_truth
from console.platform_api.platform import Platform
from console.platform_api.processors import built_in
from console.platform_api.processors.seam import FoundDispute, FoundPayment, FoundState
from console.platform_api.processors.secrets import webhook_secret
from console.platform_api.processors.signatures import HEADER, sign
from console.platform_api.tables import DisputeRow, OrderRow, PaymentRow, table
from console.platform_api.transaction import own_work
from console.platform_api.webhooks import LARGEST
from console.platform_api.work import Worker
from tests.platform_api.api import Api
from tests.platform_api.orders_made import row_of, sums_of
from tests.platform_api.test_work import reviews, state
from tests.platform_api.worked import (
    Clock,
    approved,
    books,
    events_taken,
    given_back,
    jobs_left,
    number_of,
    paid,
    token_of,
    worker,
)

PATH = "/v1/webhooks/processor"
JSON = {"Content-Type": "application/json; charset=utf-8"}


def event(token: str, name: str = "evt_1", kind: str = "refund.updated", **about: Any) -> dict[str, Any]:
    found = {"object": kind.partition(".")[0], "payment_intent": token, **about}
    return {"id": name, "object": "event", "type": kind, "data": {"object": found}}


def send(api: Api, body: bytes | Mapping[str, Any], *, at: datetime | None = None, secret: str = "") -> httpx.Response:
    """Signed as the processor does, unless another time or secret is given."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    secret = secret or webhook_secret(api.platform.data, make=True)
    signature = sign(content, secret, at or api.platform.clock())
    return api.post(PATH, content=content, headers={**JSON, HEADER: signature})


def deliver(api: Api, order: int = 1) -> None:
    """What the simulator has to tell comes over HTTP; -1: the last first."""
    simulator = built_in(api.platform)
    for place, body in simulator.waiting()[::order]:
        assert send(api, body).status_code == 200
        simulator.taken(place)


def work_off(platform: Platform) -> None:
    worker(platform).run_all()


def asked_again(platform: Platform) -> int:
    return len([job for job in jobs_left(platform) if job.kind == "sync"])


def test_a_payment_follows_what_the_processor_says(api: Api):
    platform = api.platform
    payment = paid(platform, "pending")
    simulator, token = built_in(platform), token_of(platform, payment)
    simulator.change_payment(token, "payment_intent.amount_capturable_updated", state="authorized")
    deliver(api)
    work_off(platform)
    assert books(platform, payment)[0] == "authorized"
    simulator.change_payment(token, "payment_intent.succeeded", state="captured", captured=10_000)
    deliver(api)
    work_off(platform)
    assert books(platform, payment) == ("captured", 0, 0)


def test_a_payment_that_failed_is_to_be_reviewed(api: Api):
    payment = paid(api.platform, "pending")
    token = token_of(api.platform, payment)
    built_in(api.platform).change_payment(
        token, "payment_intent.payment_failed", state="failed", failure="card_declined"
    )
    deliver(api)
    work_off(api.platform)
    assert books(api.platform, payment)[0] == "failed"
    assert reviews(api.platform) == [("failed", "failed")]


@pytest.mark.parametrize("ends", ["authorized", "captured"])
def test_a_payer_may_try_another_card_after_one_failed(api: Api, ends: str):
    platform = api.platform
    payment = paid(platform, "failed")
    simulator, token = built_in(platform), token_of(platform, payment)
    simulator.change_payment(token, state=ends, captured=10_000 if ends == "captured" else 0, failure=None)
    deliver(api)
    work_off(platform)
    row = row_of(platform, PaymentRow, payment)
    assert (row.state, row.captured, row.failure) == (ends, 10_000 if ends == "captured" else 0, None)
    assert row_of(platform, OrderRow, row.order_id).payment_state == ends
    assert sums_of(platform, row.order_id).get("captured", 0) == row.captured


@pytest.mark.parametrize("later", ["pending", "voided"])
def test_nothing_else_follows_a_failure(api: Api, later: str):
    payment = paid(api.platform, "failed")
    built_in(api.platform).change_payment(token_of(api.platform, payment), state=later)
    deliver(api)
    work_off(api.platform)
    row = row_of(api.platform, PaymentRow, payment)
    assert (row.state, row.failure) == ("failed", "card_declined")


def test_money_in_another_currency_is_not_booked_but_looked_at(api: Api):
    platform = api.platform
    payment = paid(platform, "authorized")
    simulator, token = built_in(platform), token_of(platform, payment)
    simulator.change_payment(token, state="captured", captured=10_000, currency="EUR")
    simulator.open_dispute(token, 10_000, "EUR")
    deliver(api)
    work_off(platform)
    assert books(platform, payment)[0] == "authorized"
    assert sums_of(platform, row_of(platform, PaymentRow, payment).order_id) == {}
    assert reviews(platform) == [("mismatched", "currency_differs")]


def test_disputes_are_taken_in_the_order_in_which_they_were_opened(api: Api):
    """The processor names the newest first; the older one was won, so the newer one could be opened at all."""
    platform = api.platform
    payment = paid(platform)
    now = platform.clock()

    def dispute(name: str, state: str, days: int) -> FoundDispute:
        return FoundDispute(name, state, "fraudulent", 10_000, "USD", now - timedelta(days=days))

    found = (dispute("dp_new", "needs_response", 1), dispute("dp_old", "won", 30))
    truth = FoundPayment(token_of(platform, payment), "captured", 10_000, 10_000, "USD", disputes=found)
    with own_work(platform) as work:
        apply_truth(work, payment, truth)
    rows = table(DisputeRow)
    with platform.database.reading() as connection:
        kept = connection.execute(select(rows.c.processor_reference, rows.c.state).order_by(rows.c.opened)).all()
    assert [tuple(row) for row in kept] == [("dp_old", "won"), ("dp_new", "needs_response")]
    assert books(platform, payment)[0] == "disputed"


def test_a_dispute_opens_with_its_deadline_and_closes(api: Api):
    platform = api.platform
    payment = paid(platform)
    simulator, token = built_in(platform), token_of(platform, payment)
    dispute = simulator.open_dispute(token, 10_000, "USD", "product_not_received")
    deliver(api)
    work_off(platform)
    assert books(platform, payment)[0] == "disputed"
    assert reviews(platform) == [("disputed", "product_not_received")]
    simulator.close_dispute(dispute, "won")
    deliver(api)
    work_off(platform)
    assert books(platform, payment) == ("captured", 0, 0)


def test_a_dispute_that_was_opened_and_lost_before_we_heard_of_it(api: Api):
    platform = api.platform
    payment = paid(platform)
    simulator = built_in(platform)
    dispute = simulator.open_dispute(token_of(platform, payment), 10_000, "USD")
    simulator.close_dispute(dispute, "lost")
    deliver(api, order=-1)
    work_off(platform)
    assert books(platform, payment)[0] == "lost"


def test_failed_before_succeeded_ends_the_same(api: Api):
    """The refund succeeds and then fails; its webhooks come the wrong way round."""
    platform = api.platform
    payment = paid(platform)
    refund = approved(platform, payment)
    simulator = built_in(platform)
    assert worker(platform).one_job()
    assert state(platform, refund) == ("succeeded", None)
    simulator.settle(number_of(platform, refund), FoundState.FAILED, "declined_by_bank")
    deliver(api, order=-1)
    work_off(platform)
    assert state(platform, refund) == ("failed", "declined_by_bank")
    assert books(platform, payment) == ("captured", 0, 0)
    assert [amount for _, amount, _ in given_back(platform, payment)] == [2_500]


def test_the_same_event_twice_does_nothing_more(api: Api):
    token = token_of(api.platform, paid(api.platform))
    answers = [send(api, event(token)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert asked_again(api.platform) == 1
    work_off(api.platform)
    assert send(api, event(token)).status_code == 200
    assert asked_again(api.platform) == 0
    assert [found.id for found in events_taken(api.platform)] == ["evt_1"]


def test_a_processor_that_tells_twice_is_heard_once(api: Api):
    platform = api.platform
    payment = paid(platform)
    refund = approved(platform, payment)
    built_in(platform).script(number_of(platform, refund), "twice")
    work_off(platform)
    assert len(events_taken(platform)) == 1
    assert books(platform, payment) == ("partially_refunded", 2_500, 0)


def test_what_it_says_of_itself_is_not_believed(api: Api):
    """A webhook's own amounts and states count for nothing: the processor is asked."""
    payment = paid(api.platform)
    lie = event(token_of(api.platform, payment), kind="charge.dispute.created", amount=10_000, status="lost")
    assert send(api, lie).status_code == 200
    work_off(api.platform)
    assert books(api.platform, payment) == ("captured", 0, 0)


@pytest.mark.parametrize("name", ["pi_of_somebody_else", "\x1b[2Jpi", "ch_1' OR '1'='1"])
def test_a_payment_that_nobody_knows_changes_nothing(api: Api, name: str):
    assert send(api, event(name)).status_code == 200
    work_off(api.platform)
    assert jobs_left(api.platform) == []


def test_an_event_about_something_else_is_taken_and_left(api: Api):
    about = {
        "id": "evt_9",
        "type": "customer.created",
        "data": {"object": {"object": "customer", "email": "a@b.example"}},
    }
    assert send(api, about).status_code == 200
    assert jobs_left(api.platform) == []
    assert [found.kind for found in events_taken(api.platform)] == ["customer.created"]


def test_a_charge_and_an_object_that_stands_there_whole_are_understood(api: Api):
    payment = paid(api.platform)
    token = token_of(api.platform, payment)
    built_in(api.platform).open_dispute(token, 10_000, "USD")
    whole = {
        "id": "evt_5",
        "type": "charge.updated",
        "data": {"object": {"object": "charge", "id": "ch_x", "payment_intent": {"id": token}}},
    }
    assert send(api, whole).status_code == 200
    Worker(api.platform, built_in(api.platform)).one_job()
    assert books(api.platform, payment)[0] == "disputed"


def refused(api: Api, answer: httpx.Response, status: int = 400) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (events_taken(api.platform), jobs_left(api.platform)) == ([], [])


def test_a_forged_signature_is_refused(api: Api):
    refused(api, send(api, event("pi_1"), secret="whsec_guessed"))


@pytest.mark.parametrize(
    "header",
    [
        "", "t=,v1=", "v1=abc", "t=1", "t=x,v1=abc", "t=1,t=2,v1=abc", "nonsense", "t=99999999999999999999,v1=a", "t=²,v1=a",
        "t=1," + "v1=a," * 1000,
    ],
)  # fmt: skip
def test_a_signature_that_is_none_is_refused(api: Api, header: str):
    headers = [(b"Content-Type", b"application/json"), (HEADER.encode(), header.encode())]
    refused(api, api.post(PATH, content=json.dumps(event("pi_1")), headers=headers))


def test_without_a_signature_it_is_refused(api: Api):
    refused(api, api.post(PATH, json=event("pi_1")))


def test_another_body_under_the_same_signature_is_refused(api: Api):
    body, other = json.dumps(event("pi_1")).encode(), json.dumps(event("pi_2")).encode()
    signature = sign(body, webhook_secret(api.platform.data, make=True), api.platform.clock())
    refused(api, api.post(PATH, content=other, headers={**JSON, HEADER: signature}))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_one_that_was_signed_at_another_time_is_refused(api: Api, minutes: int):
    """An old one may have been overheard; one of the future was signed by a wrong clock."""
    refused(api, send(api, event("pi_1"), at=api.platform.clock() + timedelta(minutes=minutes)))


def test_within_five_minutes_it_is_taken(api: Api):
    assert send(api, event("pi_1"), at=api.platform.clock() - timedelta(minutes=4)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"17", b'"event"', b"{", b"{}", b'{"id": "evt_1"}', b'{"id": 1, "type": "a", "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "a b", "data": {"object": {}}}', b'{"id": "evt_1", "type": "a", "data": {"object": []}}',
        b'{"id": "", "type": "a", "data": {"object": {}}}', b'{"id": "evt_1", "type": "a", "data": 1}', b"\xff\xfe", b'{"id": NaN}',
        b'{"id": "evt \\u202e", "type": "a", "data": {"object": {}}}', b"[" * 50_000,
        b'{"id": "' + b"e" * 300 + b'", "type": "a", "data": {"object": {}}}',
    ],
)  # fmt: skip
def test_garbage_is_refused_even_when_it_is_signed(api: Api, body: bytes):
    refused(api, send(api, body))


def test_one_that_is_too_large_is_refused(api: Api):
    refused(api, send(api, event("pi_1", note="x" * LARGEST)), 413)


def test_hostile_tokens_lead_nowhere(api: Api):
    for number, token in enumerate(("💥", "‮lr", "x" * 10_000, {"id": 7}, ["pi_1"], None, 5, True)):
        assert send(api, event(token, f"evt_{number}")).status_code == 200  # type: ignore[arg-type]
    assert jobs_left(api.platform) == []


def test_what_stripe_signs_is_genuine(api: Api):
    """The SDK makes the signature, and ours passes the SDK's own check."""
    secret = webhook_secret(api.platform.data, make=True)
    body = json.dumps(event("pi_1"))
    theirs = stripe.WebhookSignature.generate_signature_header(body, secret)
    assert api.post(PATH, content=body, headers={**JSON, HEADER: theirs}).status_code == 200
    ours = sign(body.encode(), secret, api.platform.clock())
    assert stripe.WebhookSignature.verify_header(body, ours, secret, 300)


def test_the_secret_is_a_file_that_nobody_else_reads(api: Api):
    assert send(api, event("pi_1")).status_code == 200
    path = api.platform.data / "webhook-secret"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    assert api.post(PATH, json=event("pi_2")).status_code == 503


def test_the_environment_s_secret_comes_first(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PETWORKS_WEBHOOK_SECRET", "whsec_of_the_environment")
    assert send(api, event("pi_1"), secret="whsec_of_the_environment").status_code == 200
    assert not (api.platform.data / "webhook-secret").exists()


def test_ids_of_old_events_are_forgotten(api: Api):
    clock = Clock(api.platform)
    assert send(api, event("pi_1")).status_code == 200
    clock.forward(days=31)
    work_off(api.platform)
    assert events_taken(api.platform) == []
