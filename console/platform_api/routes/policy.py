"""/v1/policy."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.policy import policy

router = APIRouter(prefix="/v1/policy", tags=["policy"])


@router.get("", dependencies=[permits("policy", "list")])
def rules(ask: Asking) -> Response:
    return JsonAnswer(policy(ask))
