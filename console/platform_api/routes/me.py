"""Who is signed in, and what they may see and do."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, signed_in
from console.platform_api.me import describe

router = APIRouter(prefix="/v1", tags=["signing in"])


@router.get("/me", dependencies=[signed_in])
async def me(ask: Asking) -> Response:
    return JsonAnswer(describe(ask.platform, ask.actor))
