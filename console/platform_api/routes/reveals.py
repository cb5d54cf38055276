"""/v1/reveals: putting an end to all that one may still see."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console.platform_api.guard import Asking, signed_in
from console.platform_api.reveal import end_grants

router = APIRouter(prefix="/v1/reveals", tags=["users"])


@router.delete("", dependencies=[signed_in], status_code=204)
def end_reveals(ask: Asking) -> Response:
    ask.resource, ask.action = "users", "end-reveals"
    end_grants(ask)
    return Response(status_code=204)
