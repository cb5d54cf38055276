"""Orders and what happened to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


class OrderRow(Row, table=True):
    """`amount` in minor units. `payment_state` is that of its charge, so that lists need no join."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("orders_state", "state", "number"),
        Index("orders_trouble", "trouble", "number"),
        Index("orders_service", "service", "number"),
        Index("orders_starts", "starts", "number"),
        Index("orders_amount", "amount", "number"),
        Index("orders_facets", "trouble", "payment_state", "state", "number"),
        Index("orders_facets_starts", "trouble", "payment_state", "state", "starts", "number"),
        Index("orders_facets_amount", "trouble", "payment_state", "state", "amount", "number"),
        Index("orders_parent", "parent", "number"),
        Index("orders_pro", "pro", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "placed"
    trouble: bool = False
    trouble_reason: str | None = None
    trouble_since: datetime | None = moment(default=None)
    trouble_ticket: str | None = id_field(default=None)
    parent: str = id_field()
    pro: str = id_field()
    service: str
    place: str = "parents_home"
    pet: str = "dog"
    placed: datetime = moment()
    starts: datetime = moment()
    ends: datetime = moment()
    amount: int = Field(sa_type=BigInteger)
    currency: str
    payment_state: str = "pending"
    sealed_service: bytes | None = sealed()
    sealed_address: bytes | None = sealed()


class OrderEvent(Row, table=True):
    """One entry of an order's timeline. `owner` is whose key seals a note: the pet parent."""

    __tablename__ = "order_events"
    __table_args__ = (Index("order_events_order", "order_id", "at"),)

    id: str = id_field(primary_key=True)
    order_id: str = id_field()
    at: datetime = moment()
    kind: str
    employee: str | None = id_field(default=None)
    role: str | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    number: str | None = None
    reason: str | None = None
    owner: str | None = id_field(default=None)
    sealed_service: bytes | None = sealed()
