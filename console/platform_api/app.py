"""The application: routers, what stands around them, and the refusal to start when a route has no guard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from console.platform_api import faults, guard, openapi
from console.platform_api.answers import JsonAnswer
from console.platform_api.envelope import Envelope
from console.platform_api.limits import Limits
from console.platform_api.platform import Platform
from console.platform_api.routes import (
    application_documents,
    application_previews,
    audit,
    auth,
    awards,
    campaigns,
    changes,
    contest_entries,
    contests,
    disclosures,
    employees,
    google_access,
    health,
    ingest,
    ingest_application_documents,
    ingest_applications,
    ingest_contest_entries,
    ingest_money,
    ingest_orders,
    ingest_privacy_requests,
    ingest_surveys,
    intents,
    me,
    offer,
    orders,
    packages,
    payment_reviews,
    payments,
    payouts,
    policy,
    policy_versions,
    presence,
    privacy_requests,
    pro_applications,
    reconciliations,
    refunds,
    reveals,
    survey_entries,
    surveys,
    tickets,
    users,
    webhooks,
)
from console.platform_api.signin import SignIns

ROUTERS = tuple(
    module.router
    for module in (
        offer, auth, me, users, reveals, tickets, orders, audit, employees, privacy_requests,
        payment_reviews, payments, refunds, payouts, reconciliations, pro_applications, application_previews,
        application_documents,
        google_access, policy, policy_versions, disclosures, campaigns, surveys, survey_entries, changes, presence, intents,
        ingest, ingest_applications, ingest_application_documents, ingest_money, ingest_orders, ingest_privacy_requests,
        ingest_surveys, webhooks, packages, health,
        contests, contest_entries, awards, ingest_contest_entries,
    )
)  # fmt: skip


PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail", "because", "request_id"],
                "properties": {
                    **{name: {"type": "string"} for name in ("type", "title", "detail", "because", "request_id")},
                    "status": {"type": "integer"},
                },
            }
        }
    },
}


class UnguardedRoute(RuntimeError):
    """A route doesn't say who may use it."""


def create_app(platform: Platform, routers: Iterable[APIRouter] = ROUTERS) -> FastAPI:
    app = FastAPI(
        title="Petworks platform API",
        version="1",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        default_response_class=JsonAnswer,
        responses={"4XX": PROBLEM, "5XX": PROBLEM},
    )
    app.state.platform = platform
    app.state.sign_ins = SignIns(platform)
    for router in routers:
        _refuse_unguarded(router)
        app.include_router(router)
    app.openapi = openapi.describe(app)  # type: ignore[method-assign]
    faults.handle(app)
    app.add_middleware(Limits)
    app.add_middleware(Envelope)  # added last, so it is the outermost
    return app


def _refuse_unguarded(router: APIRouter) -> None:
    """What isn't a plain route with its guard on the decorator is refused as well: nothing could be said about it."""
    for route in router.routes:
        if not isinstance(route, APIRoute) or not guard.is_guarded(route):
            raise UnguardedRoute(f"{getattr(route, 'path', route)} has no guard: permits(…), signed_in or public")
