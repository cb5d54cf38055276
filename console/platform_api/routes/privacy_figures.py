"""GET /v1/privacy-requests/figures: for charts. Added to the router of requests, before what reads one by its number."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.privacy_figures import figures
from console.platform_api.routes.collection import params_of


def add_figures(router: APIRouter) -> None:
    @router.get("/figures", dependencies=[permits("privacy-requests", "figures")])
    def privacy_figures(request: Request, ask: Asking) -> Response:
        return JsonAnswer(figures(ask, params_of(request)))
