"""The Stripe adapter: against errors as Stripe documents them, over a socket; and against localstripe, a smoke peer only.

localstripe listens on all interfaces of this machine while its test runs: it can't be told not to.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform
from console.platform_api.processors.seam import (
    Declined,
    FoundPayment,
    FoundState,
    ProcessorError,
    RefundWish,
    Unavailable,
    Unknown,
    VoidWish,
)
from console.platform_api.processors.stripe_processor import StripeProcessor
from console.platform_api.processors.stripe_wire import HEADERS, LARGEST, NotSent, Wire
from console.platform_api.tables import RefundRow
from console.platform_api.work import Worker
from tests.platform_api.orders_made import row_of
from tests.platform_api.stripe_peer import Answer, Arrived, Peer, error, listed, refund, stripe_peer
from tests.platform_api.worked import Clock, approved, books, jobs_left, ledger, number_of, paid

WISH = RefundWish("pi_1", 2_500, "USD", "O-1", "RF-1")
KEY = "sk_test_very_secret"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with stripe_peer() as found:
        yield found


@pytest.fixture
def processor(peer: Peer) -> StripeProcessor:
    return StripeProcessor(KEY, peer.url, seconds=5)


def intent(**more: Any) -> dict[str, Any]:
    return {
        "id": "pi_1", "object": "payment_intent", "amount": 10_000, "amount_received": 10_000, "currency": "usd",
        "status": "succeeded", "last_payment_error": None, **more,
    }  # fmt: skip


# What goes out


def test_a_refund_sends_exactly_what_it_may(peer: Peer, processor: StripeProcessor):
    peer.answer("POST", "/v1/refunds", Answer(200, refund()))
    found = processor.refund(WISH)
    assert (found.reference, found.number, found.state) == ("re_1", "RF-1", FoundState.SUCCEEDED)
    assert (found.amount, found.currency) == (2_500, "USD")
    [arrived] = peer.arrived
    assert arrived.form == {
        "payment_intent": "pi_1", "amount": "2500", "metadata[order]": "O-1", "metadata[refund]": "RF-1"
    }  # fmt: skip
    assert arrived.headers["Idempotency-Key"] == "RF-1"
    assert arrived.headers["Authorization"] == f"Bearer {KEY}"


def test_no_header_says_more_than_it_must(peer: Peer, processor: StripeProcessor):
    """Neither telemetry nor the machine, its proxy or the version of its Python."""
    peer.answer("POST", "/v1/refunds", Answer(200, refund()))
    processor.refund(WISH)
    processor.refund(WISH)
    sent = {name.lower() for arrived in peer.arrived for name in arrived.headers}
    assert sent <= HEADERS | {"host", "user-agent", "accept-encoding", "content-length"}
    assert {arrived.headers["User-Agent"] for arrived in peer.arrived} == {"Petworks"}


@pytest.mark.parametrize(
    "form", ["email=x", "amount=1&metadata[name]=Maria", "reason=fraudulent", "amount=1&customer=cus_1", "AMOUNT=1"]
)
def test_another_field_doesn_t_go_out_even_by_mistake(peer: Peer, form: str):
    with pytest.raises(NotSent):
        Wire().request("post", f"{peer.url}/v1/refunds", {}, form)
    with pytest.raises(NotSent):
        Wire().request("get", f"{peer.url}/v1/refunds?{form}", {})
    assert peer.arrived == []


@pytest.mark.parametrize("url", ["http://stripe.example/v1/refunds", "ftp://127.0.0.1/v1", "http://127.0.0.1.example/"])
def test_only_https_leaves_this_machine(url: str):
    with pytest.raises(NotSent):
        Wire().request("post", url, {}, "amount=1")


def test_a_charge_s_id_is_understood_as_well(peer: Peer, processor: StripeProcessor):
    peer.answer("POST", "/v1/refunds", Answer(200, refund()))
    processor.refund(RefundWish("ch_1", 2_500, "USD", "O-1", "RF-1"))
    assert peer.arrived[0].form["charge"] == "ch_1"
    charge = {
        "id": "ch_1",
        "object": "charge",
        "amount": 10_000,
        "amount_captured": 9_000,
        "captured": True,
        "status": "succeeded",
        "currency": "usd",
    }
    peer.answer("GET", "/v1/charges/ch_1", Answer(200, charge))
    peer.answer("GET", "/v1/refunds", Answer(200, listed(refund())))
    peer.answer("GET", "/v1/disputes", Answer(200, listed(url="/v1/disputes")))
    found = processor.payment("ch_1")
    assert found is not None
    assert (found.state, found.captured, len(found.refunds)) == ("captured", 9_000, 1)


# What comes back


DECIDED: tuple[tuple[int, dict[str, Any], type[ProcessorError], str], ...] = (
    (402, error("card_error", "card_declined"), Declined, "card_declined"),
    (402, error("card_error", "insufficient_funds"), Declined, "insufficient_funds"),
    (400, error("invalid_request_error", "charge_already_refunded"), Declined, "charge_already_refunded"),
    (400, error("invalid_request_error", "charge_disputed"), Declined, "charge_disputed"),
    (400, error("invalid_request_error", "amount_too_large"), Declined, "amount_too_large"),
    (400, error("invalid_request_error", "parameter_unknown"), Declined, "parameter_unknown"),
    (400, error("invalid_request_error", None), Declined, "invalid_request"),
    (400, error("invalid_request_error", "<script> of maria@example.net"), Declined, "invalid_request"),
    (404, error("invalid_request_error", "resource_missing"), Declined, "resource_missing"),
    (400, error("idempotency_error"), Unknown, "number_used_otherwise"),
    (409, error("invalid_request_error", "idempotency_key_in_use"), Unknown, "processor_failed"),
    (429, error("invalid_request_error", "rate_limit"), Unavailable, "rate_limit"),
    (400, error("invalid_request_error", "rate_limit"), Unavailable, "rate_limit"),
    (401, error("invalid_request_error", "api_key_expired"), Unavailable, "key_refused"),
    (403, error("invalid_request_error"), Unavailable, "key_refused"),
    (500, error("api_error"), Unknown, "processor_failed"),
    (502, error("api_error"), Unknown, "processor_failed"),
    (503, error("api_error"), Unknown, "processor_failed"),
    (504, error("api_error"), Unknown, "processor_failed"),
)


@pytest.mark.parametrize(("status", "body", "kind", "code"), DECIDED)
def test_documented_errors_mean_what_they_say(
    peer: Peer, processor: StripeProcessor, status: int, body: Any, kind: type[ProcessorError], code: str
):
    peer.answer("POST", "/v1/refunds", Answer(status, body))
    with pytest.raises(kind) as found:
        processor.refund(WISH)
    assert type(found.value) is kind
    assert (found.value.code, found.value.__suppress_context__) == (code, True)
    assert len(peer.arrived) == 1, "the SDK doesn't try again by itself: the worker looks it up first"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>Bad gateway</html>"), Answer(502, b"<html>"), Answer(200, {"object": "refund"}), Answer(200, []), Answer(200, b""),
        Answer(status=None), Answer(raw=b"HTTP/1.1 200 OK\r\n"), Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"),
        Answer(raw=b"nonsense\r\n\r\n"), Answer(200, b"{" + b" " * (LARGEST + 1) + b"}"),
        Answer(307, b"", headers={"Location": "http://127.0.0.1:1/"}), Answer(200, refund(amount="x", currency=None)),
    ],
)  # fmt: skip
def test_half_an_answer_is_no_answer(peer: Peer, processor: StripeProcessor, answer: Answer):
    peer.answer("POST", "/v1/refunds", answer)
    with pytest.raises(Unknown):
        processor.refund(WISH)


def test_nobody_there_is_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable, match="no_connection"):
        StripeProcessor(KEY, f"http://127.0.0.1:{port}").refund(WISH)


def test_an_answer_that_trickles_is_given_up(peer: Peer):
    """A timeout for each read would wait as long as something comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def trickle() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                    while not over.wait(0.05):
                        connection.sendall(b" ")
                except OSError:
                    return

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            with pytest.raises(Unknown, match="no_answer"):
                StripeProcessor(KEY, f"http://127.0.0.1:{server.getsockname()[1]}", seconds=0.5).refund(WISH)
        finally:
            over.set()
            thread.join()


def test_nothing_private_is_logged(
    peer: Peer, processor: StripeProcessor, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)
    peer.answer("POST", "/v1/refunds", Answer(402, error("card_error", "card_declined")))
    with pytest.raises(Declined) as found:
        processor.refund(WISH)
    told = caplog.text + "".join(capfd.readouterr()) + str(found.value) + repr(found.value)
    assert not any(word in told for word in (KEY, "maria", "pi_1"))


# Looking up


def test_a_refund_is_found_by_its_number_on_any_page(peer: Peer, processor: StripeProcessor):
    def page(arrived: Arrived) -> Answer:
        first = "starting_after" not in arrived.query
        item = refund("RF-9", id="re_9") if first else refund("RF-1", "pending")
        return Answer(200, listed(item, more=first))

    peer.answer("GET", "/v1/refunds", page)
    found = processor.find_refund("RF-1", "pi_1")
    assert found is not None
    assert (found.reference, found.state) == ("re_1", FoundState.PENDING)
    assert [arrived.query for arrived in peer.arrived] == [
        {"payment_intent": "pi_1", "limit": "100"}, {"payment_intent": "pi_1", "limit": "100", "starting_after": "re_9"}
    ]  # fmt: skip
    assert processor.find_refund("RF-2", "pi_1") is None


def test_one_that_was_made_in_the_dashboard_is_nobody_s_number(peer: Peer, processor: StripeProcessor):
    peer.answer("GET", "/v1/refunds", Answer(200, listed(refund(None))))
    assert processor.find_refund("RF-1", "pi_1") is None


def test_a_payment_that_stripe_doesn_t_know_has_no_refunds(processor: StripeProcessor):
    assert processor.find_refund("RF-1", "pi_1") is None
    assert processor.payment("pi_1") is None


def test_looking_up_while_stripe_is_in_trouble_finds_out_nothing(peer: Peer, processor: StripeProcessor):
    """None would mean that it may be sent again."""
    peer.answer("GET", "/v1/refunds", Answer(500, error("api_error")))
    with pytest.raises(Unknown):
        processor.find_refund("RF-1", "pi_1")


@pytest.mark.parametrize(
    ("status", "state", "failure"),
    [
        ("succeeded", "succeeded", None), ("pending", "pending", None), ("requires_action", "pending", None),
        ("failed", "failed", "expired_or_canceled_card"), ("canceled", "failed", "expired_or_canceled_card"), ("new_state", "pending", None),
    ],
)  # fmt: skip
def test_the_states_of_a_refund(peer: Peer, processor: StripeProcessor, status: str, state: str, failure: str | None):
    body = refund(status=status, failure_reason="expired_or_canceled_card")
    peer.answer("POST", "/v1/refunds", Answer(200, body))
    found = processor.refund(WISH)
    assert (found.state, found.failure) == (state, failure)


def payment_as(peer: Peer, processor: StripeProcessor, **more: Any) -> FoundPayment:
    peer.answer("GET", "/v1/payment_intents/pi_1", Answer(200, intent(**more)))
    peer.answer("GET", "/v1/refunds", Answer(200, listed()))
    peer.answer("GET", "/v1/disputes", Answer(200, listed(url="/v1/disputes")))
    found = processor.payment("pi_1")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("status", "state", "captured"),
    [
        ("requires_payment_method", "pending", 0), ("requires_confirmation", "pending", 0), ("requires_action", "pending", 0),
        ("processing", "pending", 0), ("requires_capture", "authorized", 0), ("succeeded", "captured", 9_000), ("canceled", "voided", 0),
    ],
)  # fmt: skip
def test_the_states_of_a_payment(peer: Peer, processor: StripeProcessor, status: str, state: str, captured: int):
    found = payment_as(peer, processor, status=status, amount_received=9_000)
    assert (found.state, found.captured, found.currency) == (state, captured, "USD")


def test_a_payment_that_failed_says_why(peer: Peer, processor: StripeProcessor):
    why = {"type": "card_error", "code": "expired_card", "message": "Maria's card has expired."}
    found = payment_as(peer, processor, status="requires_payment_method", last_payment_error=why)
    assert (found.state, found.failure) == ("failed", "expired_card")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("needs_response", "needs_response"), ("warning_needs_response", "needs_response"), ("under_review", "under_review"),
        ("warning_under_review", "under_review"), ("won", "won"), ("warning_closed", "won"), ("lost", "lost"), ("new", "needs_response"),
    ],
)  # fmt: skip
def test_disputes_come_with_their_deadline(peer: Peer, processor: StripeProcessor, status: str, state: str):
    opened = datetime(2026, 11, 20, tzinfo=UTC)
    due = opened + timedelta(days=9)
    dispute = {
        "id": "dp_1", "object": "dispute", "amount": 10_000, "currency": "usd", "reason": "fraudulent", "status": status,
        "created": int(opened.timestamp()), "evidence_details": {"due_by": int(due.timestamp())},
    }  # fmt: skip
    peer.answer("GET", "/v1/payment_intents/pi_1", Answer(200, intent()))
    peer.answer("GET", "/v1/refunds", Answer(200, listed()))
    peer.answer("GET", "/v1/disputes", Answer(200, listed(dispute, url="/v1/disputes")))
    found = processor.payment("pi_1")
    assert found is not None
    [one] = found.disputes
    assert (one.reference, one.state, one.opened, one.evidence_due) == ("dp_1", state, opened, due)


def test_voiding_sends_nothing_but_the_payment(peer: Peer, processor: StripeProcessor):
    peer.answer("POST", "/v1/payment_intents/pi_1/cancel", Answer(200, intent(status="canceled")))
    processor.void(VoidWish("pi_1", "O-1"))
    [arrived] = peer.arrived
    assert arrived.form == {}
    assert arrived.headers["Idempotency-Key"] == "void-O-1-pi_1"


# localstripe


@pytest.fixture(scope="module")
def localstripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address. It keeps a file in the folder that it runs in; IPv6 is what it binds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("localstripe")), "--from-scratch", "--port", str(port)]
    folder = tmp_path_factory.mktemp("localstripe")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as started:
        assert started.stdout is not None
        try:
            while b"Running on" not in (said := started.stdout.readline()):
                assert said, "localstripe has ended"
            threading.Thread(target=started.stdout.read, daemon=True).start()
            yield f"http://127.0.0.1:{port}"
        finally:
            started.terminate()


def charged(address: str) -> str:
    """A payment of 100.00 that localstripe has captured."""
    with httpx.Client(base_url=address, headers={"Authorization": "Bearer sk_test_12345"}, trust_env=False) as stripe:
        card = {
            "type": "card", "card[number]": "4242424242424242", "card[exp_month]": "12", "card[exp_year]": "2030", "card[cvc]": "123"
        }  # fmt: skip
        method = stripe.post("/v1/payment_methods", data=card).json()
        asked = {"amount": "10000", "currency": "usd", "payment_method": method["id"], "confirm": "true"}
        made = stripe.post("/v1/payment_intents", data=asked)
        assert made.status_code == 200, made.text
        return str(made.json()["id"])


def test_localstripe_takes_our_requests(localstripe: str):
    """That they are well-formed, and no more: it ignores idempotency keys, and knows no disputes."""
    processor = StripeProcessor("sk_test_12345", localstripe)
    token = charged(localstripe)
    assert processor.find_refund("RF-1", token) is None
    found = processor.refund(RefundWish(token, 2_500, "USD", "O-1", "RF-1"))
    assert (found.number, found.state, found.amount, found.currency) == ("RF-1", FoundState.SUCCEEDED, 2_500, "USD")
    assert processor.find_refund("RF-1", token) == found
    assert processor.find_refund("RF-2", token) is None


def test_localstripe_refuses_what_stripe_refuses(localstripe: str):
    processor = StripeProcessor("sk_test_12345", localstripe)
    with pytest.raises(Declined):
        processor.refund(RefundWish("pi_unknown", 2_500, "USD", "O-1", "RF-1"))
    with pytest.raises(Unavailable, match="key_refused"):
        StripeProcessor("pk_wrong", localstripe).refund(WISH)


# With the worker


def test_a_refund_whose_answer_was_lost_is_found_at_stripe_and_not_sent_again(sqlite_platform: Platform, peer: Peer):
    clock = Clock(sqlite_platform)
    payment = paid(sqlite_platform, processor_reference="pi_1")
    wanted = approved(sqlite_platform, payment)
    number = number_of(sqlite_platform, wanted)
    busy = Worker(sqlite_platform, StripeProcessor(KEY, peer.url, seconds=5))
    peer.answer("POST", "/v1/refunds", Answer(status=None))
    busy.run_all()
    assert [job.error for job in jobs_left(sqlite_platform)] == ["no_answer"]
    peer.answer("GET", "/v1/refunds", Answer(200, listed(refund(number))))
    clock.forward(minutes=1)
    busy.run_all()
    assert row_of(sqlite_platform, RefundRow, wanted).processor_reference == "re_1"
    assert books(sqlite_platform, payment) == ("partially_refunded", 2_500, 0)
    assert [arrived.method for arrived in peer.arrived] == ["POST", "GET"]
    assert [row.purpose for row in ledger(sqlite_platform)] == ["refund", "refund_lookup"]


def test_the_process_that_answers_requests_doesn_t_load_the_sdk():
    look = "import sys, console.platform_api.serve; sys.exit('stripe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False, timeout=60).returncode == 0
