"""/v1/pro-applications/{id}/approve-preview and decline-preview."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console.platform_api.application_preview import preview
from console.platform_api.guard import Asking, permits
from console.platform_api.routes import models
from console.platform_api.routes.collection import to_response

router = APIRouter(prefix="/v1/pro-applications", tags=["pro-applications"])


class Look(models.Request):
    """Nothing: what a decision says beside itself hinders none."""


@router.post("/{named}/approve-preview", dependencies=[permits("pro-applications", "approve")])
async def approve_preview(named: str, ask: Asking, wish: Look) -> Response:
    return to_response(await preview(ask, named, "approve"))


@router.post("/{named}/decline-preview", dependencies=[permits("pro-applications", "decline")])
async def decline_preview(named: str, ask: Asking, wish: Look) -> Response:
    return to_response(await preview(ask, named, "decline"))
