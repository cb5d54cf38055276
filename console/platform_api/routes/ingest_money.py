"""/v1/ingest/payments, /payouts and /payout-changes: what the marketplace sends about money, by its own ids."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, Field
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.ingest_payments import SentPayment, ingest_payments
from console.platform_api.ingest_payouts import SentChange, SentPayout, ingest_changes, ingest_payouts
from console.platform_api.routes import models
from console.platform_api.routes.ingest import MOST, BlackedOut, Moment
from console.platform_api.routes.payments import Amount

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])

External = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
LastFour = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
"""Exactly these: a longer one may be a card's number, so it is refused and stored nowhere (P16)."""
Label = Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S"), BlackedOut]
Failure = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$"), models.NoCard]


def _reference(value: str) -> str:
    if value.isdigit():
        raise ValueError("is the processor's own name of it, like ch_1a2b3c; never a card's number")
    return value


Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,100}$"), models.NoCard, AfterValidator(_reference)]


class IngestedPayment(models.Request):
    external_id: External
    order: External
    kind: Literal["charge", "fee"] = "charge"
    state: Literal["pending", "authorized", "captured", "failed", "voided"]
    amount: Amount
    currency: Currency
    captured: Amount | None = None
    created: Moment | None = None
    captured_at: Moment | None = None
    failure: Failure | None = None
    processor_reference: Reference | None = None
    brand: Label | None = None
    last_four: LastFour | None = None


class IngestedPayments(models.Request):
    items: Annotated[list[IngestedPayment], Field(min_length=1, max_length=MOST)]


class IngestedPayout(models.Request):
    external_id: External
    pro: External
    order: External | None = None
    state: Literal["scheduled", "paid", "failed", "held"]
    amount: Amount
    currency: Currency
    created: Moment | None = None
    arrives: Moment | None = None
    failure: Failure | None = None
    processor_reference: Reference | None = None
    bank: Label | None = None
    last_four: LastFour | None = None


class IngestedPayouts(models.Request):
    items: Annotated[list[IngestedPayout], Field(min_length=1, max_length=MOST)]


class IngestedChange(models.Request):
    external_id: External
    pro: External
    asked: Moment
    old_last_four: LastFour | None = None
    new_last_four: LastFour


class IngestedChanges(models.Request):
    items: Annotated[list[IngestedChange], Field(min_length=1, max_length=MOST)]


def _sent(item: models.Request) -> dict[str, Any]:
    return {name: getattr(item, name) for name in type(item).model_fields}


@router.post("/payments", dependencies=[permits("payments", "ingest")])
def payments(ask: Asking, body: IngestedPayments) -> Response:
    return JsonAnswer({"results": ingest_payments(ask, [SentPayment(**_sent(item)) for item in body.items])})


@router.post("/payouts", dependencies=[permits("payouts", "ingest")])
def payouts(ask: Asking, body: IngestedPayouts) -> Response:
    return JsonAnswer({"results": ingest_payouts(ask, [SentPayout(**_sent(item)) for item in body.items])})


@router.post("/payout-changes", dependencies=[permits("payouts", "ingest")])
def payout_changes(ask: Asking, body: IngestedChanges) -> Response:
    return JsonAnswer({"results": ingest_changes(ask, [SentChange(**_sent(item)) for item in body.items])})
