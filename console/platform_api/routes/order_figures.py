"""GET /v1/orders/figures: for charts. Added to the router of orders, before what reads one by its number."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.entities import Entity
from console.platform_api.guard import Asking, permits
from console.platform_api.order_figures import figures
from console.platform_api.routes.collection import params_of


def add_figures(router: APIRouter, orders: Entity) -> None:
    @router.get("/figures", dependencies=[permits("orders", "figures")])
    def order_figures(request: Request, ask: Asking) -> Response:
        return JsonAnswer(figures(ask, orders, params_of(request)))
