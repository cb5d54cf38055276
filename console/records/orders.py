"""An order: what a pet parent booked of a pet pro, where it stands, and whether it is in trouble."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.disputes import Dispute
from console.records.payments import Payment
from console.records.payouts import Payout
from console.records.record import Category, Record, transition
from console.records.refunds import Refund

RESOURCE = "orders"
PREFIX = "O"


class OrderState(StrEnum):
    PLACED = "placed"
    CONFIRMED = "confirmed"
    IN_SERVICE = "in_service"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


BEFORE_SERVICE = frozenset({OrderState.PLACED, OrderState.CONFIRMED})
"""States in which support may still cancel."""

DONE = frozenset({OrderState.COMPLETED, OrderState.CLOSED})
"""States in which the service was given."""

TRANSITIONS = {
    "cancel": transition(
        OrderState.PLACED, OrderState.CONFIRMED, OrderState.IN_SERVICE, OrderState.COMPLETED, to=OrderState.CANCELLED
    ),
}
"""What employees do; the marketplace moves an order along `COURSE`."""

COURSE = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.IN_SERVICE, OrderState.COMPLETED, OrderState.CLOSED)
"""The states as the marketplace reports them: only forward, and into cancelled from all but the last."""

PLACES = ("parents_home", "pros_place", "elsewhere")
PETS = ("dog", "cat", "bird", "rabbit", "reptile", "other")


class Item(BaseModel):
    """One line of an order; `amount` in minor units of the order's currency, for all of `quantity`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    line: int
    name: Raw
    quantity: int = 1
    amount: int = 0
    refunded: int = 0


class Event(BaseModel):
    """One entry of an order's timeline; `body` is a note's text. Amounts in minor units."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    at: datetime
    kind: str
    by: str
    amount: int | None = None
    currency: str | None = None
    number: str | None = None
    reason: str | None = None
    body: Raw | None = None


class LinkedTicket(BaseModel):
    """A ticket about the order."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    number: str
    state: str


class Order(Record):
    """Amounts in minor units. `payments` and all below it come when the order is read whole."""

    state: Annotated[str, Category.PLAIN] = ""
    trouble: Annotated[bool, Category.PLAIN] = False
    trouble_reason: Annotated[str | None, Category.PLAIN] = None
    trouble_since: Annotated[datetime | None, Category.PLAIN] = None
    trouble_ticket: Annotated[str | None, Category.PLAIN] = None
    parent: Annotated[str | None, Category.PLAIN] = None
    pro: Annotated[str | None, Category.PLAIN] = None
    service: Annotated[str, Category.PLAIN] = ""
    place: Annotated[str, Category.PLAIN] = ""
    pet: Annotated[str, Category.PLAIN] = ""
    placed: Annotated[datetime | None, Category.PLAIN] = None
    starts: Annotated[datetime | None, Category.PLAIN] = None
    ends: Annotated[datetime | None, Category.PLAIN] = None
    amount: Annotated[int, Category.PLAIN] = 0
    currency: Annotated[str, Category.PLAIN] = ""
    payment_state: Annotated[str, Category.PLAIN] = ""
    pet_name: Annotated[Raw | None, Category.SERVICE] = None
    care_notes: Annotated[Raw | None, Category.SERVICE] = None
    items: Annotated[tuple[Item, ...], Category.SERVICE] = ()
    address: Annotated[Raw | None, Category.ADDRESS] = None
    payments: Annotated[tuple[Payment, ...], Category.PLAIN] = ()
    refunds: Annotated[tuple[Refund, ...], Category.PLAIN] = ()
    disputes: Annotated[tuple[Dispute, ...], Category.PLAIN] = ()
    payouts: Annotated[tuple[Payout, ...], Category.PLAIN] = ()
    tickets: Annotated[tuple[LinkedTicket, ...], Category.PLAIN] = ()
    timeline: Annotated[tuple[Event, ...], Category.SERVICE] = ()
