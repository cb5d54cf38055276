"""Stripe behind the seam, by its own SDK. A payment's token is the id of its PaymentIntent (`pi_…`) or Charge (`ch_…`).

A refund's number is its idempotency key, so that Stripe does it once; and it stands in the refund's metadata, by which
it is found again after Stripe has forgotten the key (30 days).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe

from console.platform_api.processors.seam import (
    Declined,
    FoundDispute,
    FoundPayment,
    FoundRefund,
    FoundState,
    RefundWish,
    VoidWish,
)
from console.platform_api.processors.stripe_errors import asked, code_of
from console.platform_api.processors.stripe_wire import SECONDS, Wire

PAGE = 100
MISSING = "resource_missing"

PAYMENT_STATES: Mapping[str, str] = {
    "requires_payment_method": "pending",
    "requires_confirmation": "pending",
    "requires_action": "pending",
    "processing": "pending",
    "requires_capture": "authorized",
    "succeeded": "captured",
    "canceled": "voided",
}
REFUND_STATES: Mapping[str, FoundState] = {
    "succeeded": FoundState.SUCCEEDED,
    "failed": FoundState.FAILED,
    "canceled": FoundState.FAILED,
}
DISPUTE_STATES: Mapping[str, str] = {
    "needs_response": "needs_response",
    "warning_needs_response": "needs_response",
    "under_review": "under_review",
    "warning_under_review": "under_review",
    "won": "won",
    "warning_closed": "won",
    "prevented": "won",
    "lost": "lost",
}


class StripeProcessor:
    """`address`: of another server that speaks Stripe's API, for tests."""

    name = "stripe"

    def __init__(self, key: str, address: str | None = None, seconds: float = SECONDS) -> None:
        bases: Any = {"api": address} if address else {}
        client = stripe.StripeClient(key, base_addresses=bases, max_network_retries=0, http_client=Wire(seconds))
        self._stripe = client.v1

    def refund(self, wish: RefundWish) -> FoundRefund:
        metadata = {"order": wish.order, "refund": wish.refund}
        params = {**_named(wish.token), "amount": wish.amount, "metadata": metadata}
        options = {"idempotency_key": wish.refund}
        return asked(lambda: _refund(self._stripe.refunds.create(params, options)))  # type: ignore[arg-type]

    def find_refund(self, number: str, token: str) -> FoundRefund | None:
        return next((found for found in self._refunds(token) if found.number == number), None)

    def void(self, wish: VoidWish) -> None:
        if _is_charge(wish.token):
            raise Declined("charges_are_not_voided")
        key = {"idempotency_key": f"void-{wish.order}-{wish.token}"}
        asked(self._stripe.payment_intents.cancel, wish.token, {}, key)

    def payment(self, token: str) -> FoundPayment | None:
        service, read = (
            (self._stripe.charges, _charge) if _is_charge(token) else (self._stripe.payment_intents, _payment)
        )
        try:
            found: Any = asked(service.retrieve, token)
        except Declined as error:
            if error.code == MISSING:
                return None
            raise
        return asked(read, token, found, tuple(self._refunds(token)), tuple(self._disputes(token)))

    def _refunds(self, token: str) -> list[FoundRefund]:
        return _all(self._stripe.refunds.list, token, _refund)

    def _disputes(self, token: str) -> list[FoundDispute]:
        return _all(self._stripe.disputes.list, token, _dispute)


def _is_charge(token: str) -> bool:
    return token.startswith("ch_")


def _named(token: str) -> dict[str, str]:
    return {"charge" if _is_charge(token) else "payment_intent": token}


def _all(listed: Any, token: str, read: Any) -> list[Any]:
    """Every page; none for a payment that Stripe has never heard of."""

    def pages() -> list[Any]:
        return [read(one) for one in listed({**_named(token), "limit": PAGE}).auto_paging_iter()]

    try:
        return asked(pages)
    except Declined as error:
        if error.code == MISSING:
            return []
        raise


def _refund(found: Any) -> FoundRefund:
    metadata = getattr(found, "metadata", None)
    state = REFUND_STATES.get(found.status, FoundState.PENDING)
    failure = code_of(getattr(found, "failure_reason", None), str(found.status)) if state == FoundState.FAILED else None
    number = metadata["refund"] if metadata and "refund" in metadata else None
    return FoundRefund(found.id, number, state, int(found.amount), found.currency.upper(), failure)


def _dispute(found: Any) -> FoundDispute:
    details = getattr(found, "evidence_details", None)
    due = getattr(details, "due_by", None)
    return FoundDispute(
        found.id, DISPUTE_STATES.get(found.status, "needs_response"), code_of(found.reason, "general"), found.amount,
        found.currency.upper(), datetime.fromtimestamp(found.created, UTC), datetime.fromtimestamp(due, UTC) if due else None,
    )  # fmt: skip


def _payment(
    token: str, found: Any, refunds: tuple[FoundRefund, ...], disputes: tuple[FoundDispute, ...]
) -> FoundPayment:
    state = PAYMENT_STATES.get(found.status, "pending")
    error = getattr(found, "last_payment_error", None)
    failed = error is not None and found.status == "requires_payment_method"
    captured = _captured(found) if state == "captured" else 0
    return FoundPayment(
        token, "failed" if failed else state, found.amount, captured, found.currency.upper(),
        code_of(getattr(error, "code", None), "failed") if failed else None, refunds, disputes,
    )  # fmt: skip


def _charge(
    token: str, found: Any, refunds: tuple[FoundRefund, ...], disputes: tuple[FoundDispute, ...]
) -> FoundPayment:
    state = {"failed": "failed", "pending": "pending"}.get(found.status, "captured" if found.captured else "authorized")
    failure = code_of(getattr(found, "failure_code", None), "failed") if state == "failed" else None
    captured = getattr(found, "amount_captured", found.amount) if state == "captured" else 0
    return FoundPayment(token, state, found.amount, captured, found.currency.upper(), failure, refunds, disputes)


def _captured(found: Any) -> int:
    received = getattr(found, "amount_received", None)
    return int(found.amount if received is None else received)
