"""The routes of an erasure under /v1/privacy-requests, and legal holds under /v1/users."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from console.platform_api import erasure_work as work
from console.platform_api import legal_holds
from console.platform_api.guard import Asking, permits
from console.platform_api.problems import Invalid
from console.platform_api.routes import models
from console.platform_api.routes.collection import to_response
from console.records.reasons import REASONS


class SentBack(models.Request):
    reason: models.Code
    text: models.Text | None = None


class Approval(models.Request):
    plan: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Holding(models.Request):
    reason: models.Code
    text: models.Text | None = None


class Lift(models.Request):
    text: models.Text | None = None


def add_erasure(router: APIRouter) -> None:
    @router.post("/{named}/plan", dependencies=[permits("privacy-requests", "plan")])
    def plan(named: str, ask: Asking) -> Response:
        return to_response(work.plan(ask, named))

    @router.post("/{named}/submit", dependencies=[permits("privacy-requests", "submit")])
    def submit(named: str, ask: Asking) -> Response:
        return to_response(work.submit(ask, named))

    @router.post("/{named}/send-back", dependencies=[permits("privacy-requests", "send-back")])
    def send_back(named: str, ask: Asking, wish: SentBack) -> Response:
        return to_response(work.send_back(ask, named, _reason("send_back", wish.reason), wish.text))

    @router.get("/{named}/plan", dependencies=[permits("privacy-requests", "approve")])
    async def compared(named: str, ask: Asking) -> Response:
        return to_response(await work.compared(ask, named))

    @router.post("/{named}/approve", dependencies=[permits("privacy-requests", "approve")])
    def approve(named: str, ask: Asking, wish: Approval) -> Response:
        return to_response(work.approve(ask, named, wish.plan))


def add_holds(router: APIRouter) -> None:
    @router.post("/{named}/hold", dependencies=[permits("users", "hold")])
    def hold(named: str, ask: Asking, wish: Holding) -> Response:
        return to_response(legal_holds.place(ask, named, _reason("hold", wish.reason), wish.text))

    @router.post("/{named}/lift-hold", dependencies=[permits("users", "lift-hold")])
    def lift_hold(named: str, ask: Asking, wish: Lift) -> Response:
        return to_response(legal_holds.lift(ask, named, wish.text))


def _reason(action: str, code: str) -> str:
    offered = REASONS[action]
    if code not in offered:
        raise Invalid("Say why.", errors=[{"where": "reason", "what": f"is one of {', '.join(offered)}"}])
    return code
