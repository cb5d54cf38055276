"""What this platform offers: states, actions, orders, filters and reasons, so that a console needs to guess nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from console import access
from console.platform_api import privacy_verification
from console.platform_api.answers import JsonAnswer
from console.platform_api.application_documents import DOCUMENTS
from console.platform_api.audit_log import AUDIT
from console.platform_api.awards import AWARDS
from console.platform_api.campaigns import CAMPAIGNS
from console.platform_api.contest_entries import ENTRIES
from console.platform_api.contests import CONTESTS
from console.platform_api.disclosures import DISCLOSURES
from console.platform_api.employees import EMPLOYEES
from console.platform_api.entities import Entity
from console.platform_api.google_access import GOOGLE_ACCESS
from console.platform_api.guard import public
from console.platform_api.mail_templates import OFFERED
from console.platform_api.me import VERSION
from console.platform_api.orders import ORDERS
from console.platform_api.payment_reviews import REVIEWS
from console.platform_api.payments import PAYMENTS
from console.platform_api.payouts import PAYOUTS
from console.platform_api.platform import Platform
from console.platform_api.policy_versions import POLICY_VERSIONS
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.pro_applications import APPLICATIONS
from console.platform_api.reconciliations import RECONCILIATIONS
from console.platform_api.refunds import REFUNDS
from console.platform_api.survey_entries import SURVEY_ENTRIES
from console.platform_api.surveys import SURVEYS
from console.platform_api.tickets import TICKETS
from console.platform_api.users import USERS
from console.records.application_documents import DocumentState
from console.records.awards import AwardState
from console.records.campaigns import CampaignState
from console.records.contest_entries import EntryState as ContestEntryState
from console.records.contests import ContestState
from console.records.employees import Purpose, Role
from console.records.google_access import GoogleAccessState
from console.records.orders import OrderState
from console.records.payment_reviews import OUTCOMES, ReviewState
from console.records.payments import PaymentState
from console.records.payouts import PayoutState
from console.records.privacy_requests import RequestState
from console.records.pro_applications import ApplicationState
from console.records.reasons import REASONS
from console.records.reconciliations import ReconciliationState
from console.records.refunds import RefundState
from console.records.survey_entries import EntryState
from console.records.surveys import SurveyState
from console.records.tickets import TicketState
from console.records.users import UserState

router = APIRouter(tags=["the platform"])

ENTITIES = (
    USERS, TICKETS, ORDERS, AUDIT, EMPLOYEES, REVIEWS, PAYMENTS, REFUNDS, PAYOUTS, RECONCILIATIONS, DISCLOSURES, APPLICATIONS, DOCUMENTS,
    POLICY_VERSIONS, GOOGLE_ACCESS,
    REQUESTS, CAMPAIGNS, SURVEYS, SURVEY_ENTRIES,
    REQUESTS, CONTESTS, ENTRIES, AWARDS,
)  # fmt: skip
STATES: dict[str, type[StrEnum]] = {
    "users": UserState,
    "tickets": TicketState,
    "orders": OrderState,
    "payments": PaymentState,
    "refunds": RefundState,
    "payouts": PayoutState,
    "payment-reviews": ReviewState,
    "reconciliations": ReconciliationState,
    "pro-applications": ApplicationState,
    "application-documents": DocumentState,
    "privacy-requests": RequestState,
    "google-access": GoogleAccessState,
    "campaigns": CampaignState,
    "surveys": SurveyState,
    "survey-entries": EntryState,
    "contests": ContestState,
    "contest-entries": ContestEntryState,
    "awards": AwardState,
}


@router.get("/v1", dependencies=[public])
async def offer(request: Request) -> Response:
    platform: Platform = request.app.state.platform
    return JsonAnswer({"version": VERSION, "environment": platform.environment, **_OFFER})


def _of(entity: Entity) -> dict[str, Any]:
    return {
        "states": list(STATES.get(entity.resource, ())),
        "actions": list(access.actions(frozenset(Role), entity.resource)),
        "sorts": list(entity.sorts),
        "filters": {name: list(found.values) for name, found in entity.filters.items()},
        "prefix": entity.prefix,
    }


_OFFER: dict[str, Any] = {
    "resources": {entity.resource: _of(entity) for entity in ENTITIES},
    **{f"{action}_reasons": reasons for action, reasons in REASONS.items()},
    "outcomes": OUTCOMES,
    "templates": OFFERED,
    "verification_points": privacy_verification.OFFERED,
    "roles": list(Role),
    "deputy_purposes": list(Purpose),
}
