"""/v1/ingest/orders: what the marketplace sends of orders, by its own ids."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AfterValidator, Field, model_validator
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.incoming_orders import PERSONAL, Incoming
from console.platform_api.ingest_orders import ingest_orders
from console.platform_api.order_items import dump_items
from console.platform_api.routes import models
from console.platform_api.routes.ingest import BlackedOut, Moment, Self, Service, Typed
from console.records.orders import PETS, PLACES, OrderState
from console.records.reasons import REASONS
from console.records.users import Source

MOST = 200
"""Orders in one request."""

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])

External = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
MinorUnits = Annotated[int, Field(ge=0, le=10**12)]


def one_of(*values: str) -> Any:
    def check(value: str) -> str:
        if value not in values:
            raise ValueError(f"is one of {', '.join(values)}")
        return value

    return AfterValidator(check)


class IngestedItem(models.Request):
    """One line: `amount` in minor units, for all of `quantity`."""

    name: Typed
    quantity: Annotated[int, Field(ge=1, le=10_000)] = 1
    amount: MinorUnits


class OrderSources(models.Request):
    """Where each value came from (P1): the pet parent."""

    pet_name: Self = None
    care_notes: Self = None
    items: Self = None
    address: Self = None


class IngestedOrder(models.Request):
    """Fields that are absent stay as they are. A state goes forward alone; `trouble` is the reason to raise it for."""

    external_id: External
    parent: External | None = None
    pro: External | None = None
    state: Annotated[str, one_of(*OrderState)] | None = None
    service: Service | None = None
    place: Annotated[str, one_of(*PLACES)] | None = None
    pet: Annotated[str, one_of(*PETS)] | None = None
    pet_name: Typed | None = None
    care_notes: Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S"), BlackedOut] | None = None
    items: Annotated[list[IngestedItem], Field(min_length=1, max_length=100)] | None = None
    address: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S"), BlackedOut] | None = None
    placed: Moment | None = None
    starts: Moment | None = None
    ends: Moment | None = None
    amount: MinorUnits | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    trouble: Annotated[str, one_of(*REASONS["trouble"])] | None = None
    sources: OrderSources = OrderSources()

    @model_validator(mode="after")
    def check(self) -> IngestedOrder:
        """P1: no personal value without its source, and no source without its value. Money is the sum of its lines."""
        if any((getattr(self, name) is None) != (getattr(self.sources, name) is None) for name in PERSONAL):
            raise ValueError("sources names every personal value that is sent, and nothing else")
        lines = None if self.items is None else sum(item.amount for item in self.items)
        if lines != self.amount:
            raise ValueError("amount is the sum of the items, and is sent with them")
        return self

    def incoming(self) -> Incoming:
        names = ("state", "service", "place", "pet", "placed", "starts", "ends", "amount", "currency")
        plain = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        values = {name: getattr(self, name) for name in PERSONAL if getattr(self, name) is not None}
        if self.items is not None:
            lines = [{"line": line, **item.model_dump()} for line, item in enumerate(self.items, 1)]
            values["items"] = dump_items(lines)
        sources = {name: Source(getattr(self.sources, name)) for name in values}
        return Incoming(self.external_id, self.parent, self.pro, plain, values, sources, self.trouble)


class IngestedOrders(models.Request):
    items: Annotated[list[IngestedOrder], Field(min_length=1, max_length=MOST)]


@router.post("/orders", dependencies=[permits("orders", "ingest")])
def ingest(ask: Asking, body: IngestedOrders) -> Response:
    return JsonAnswer({"results": ingest_orders(ask, [item.incoming() for item in body.items])})
