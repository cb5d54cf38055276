"""Payments, refunds, disputes and payouts; amounts in minor units."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


class PaymentRow(Row, table=True):
    """Amounts in minor units. `reserved` is asked for and not yet sent; a lock on this row stands before every change of them.

    `processor_reference` is the processor's token of the payment, all that it is ever sent of it. `undisputed` is the
    state that a won dispute goes back to. `payer` and `order_id` are ids; the order's amounts are never summed for money, these are.
    """

    __tablename__ = "payments"
    __table_args__ = (
        Index("payments_order", "order_id", "number"),
        Index("payments_payer", "payer", "number"),
        Index("payments_state", "state", "number"),
        Index("payments_captured", "captured_at", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "pending"
    kind: str = "charge"
    order_id: str = id_field()
    payer: str = id_field()
    created: datetime = moment()
    captured_at: datetime | None = moment(default=None)
    amount: int = Field(sa_type=BigInteger)
    captured: int = Field(default=0, sa_type=BigInteger)
    refunded: int = Field(default=0, sa_type=BigInteger)
    reserved: int = Field(default=0, sa_type=BigInteger)
    lost: int = Field(default=0, sa_type=BigInteger)
    currency: str
    failure: str | None = None
    undisputed: str | None = None
    processor_reference: str | None = Field(default=None, unique=True)
    sealed_instrument: bytes | None = sealed()


class RefundRow(Row, table=True):
    """`needs` names who must approve it while it is requested. `lines` are the order's items that it is for, if any, with their amounts."""

    __tablename__ = "refunds"
    __table_args__ = (
        Index("refunds_payment", "payment", "number"),
        Index("refunds_order", "order_id", "number"),
        Index("refunds_state", "state", "number"),
        Index("refunds_decided_by", "decided_by", "decided"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    state: str = "requested"
    payment: str = id_field()
    order_id: str = id_field()
    payer: str = id_field()
    amount: int = Field(sa_type=BigInteger)
    currency: str
    lines: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    reason: str
    needs: str | None = None
    requested_by: str = id_field()
    requested_role: str
    requested: datetime = moment()
    decided_by: str | None = id_field(default=None)
    decided: datetime | None = moment(default=None)
    ticket: str | None = id_field(default=None)
    finished: datetime | None = moment(default=None)
    processor_reference: str | None = Field(default=None, unique=True)
    failure: str | None = None
    sealed_service: bytes | None = sealed()


class DisputeRow(Row, table=True):
    __tablename__ = "disputes"
    __table_args__ = (Index("disputes_payment", "payment"),)

    id: str = id_field(primary_key=True)
    payment: str = id_field()
    order_id: str = id_field()
    processor_reference: str = Field(unique=True)
    state: str = "needs_response"
    reason: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    opened: datetime = moment()
    evidence_due: datetime | None = moment(default=None)
    closed: datetime | None = moment(default=None)


class MoneyRow(Row, table=True):
    """What was captured, refunded (less for a refund that failed after its success) or disputed, when: charts are sums of these."""

    __tablename__ = "money"
    __table_args__ = (
        Index("money_sums", "kind", "currency", "at", "amount", "order_id"),
        Index("money_order", "order_id", "at"),
    )

    id: str = id_field(primary_key=True)
    at: datetime = moment()
    kind: str
    order_id: str = id_field()
    currency: str
    amount: int = Field(sa_type=BigInteger)


class PayoutRow(Row, table=True):
    __tablename__ = "payouts"
    __table_args__ = (Index("payouts_order", "order_id", "number"), Index("payouts_pro", "pro", "number"))

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "scheduled"
    pro: str = id_field()
    order_id: str | None = id_field(default=None)
    amount: int = Field(sa_type=BigInteger)
    currency: str
    created: datetime = moment()
    arrives: datetime | None = moment(default=None)
    failure: str | None = None
    processor_reference: str | None = Field(default=None, unique=True)
    sealed_instrument: bytes | None = sealed()


class PayoutChangeRow(Row, table=True):
    """Where a pro's payouts are to go from `takes_effect` on. `sealed_instrument` holds the old and the new last four."""

    __tablename__ = "payout_changes"
    __table_args__ = (Index("payout_changes_due", "state", "takes_effect"),)

    id: str = id_field(primary_key=True)
    external_id: str | None = Field(default=None, unique=True)
    pro: str = id_field()
    state: str = "waiting"
    asked: datetime = moment()
    takes_effect: datetime = moment()
    sealed_instrument: bytes | None = sealed()
