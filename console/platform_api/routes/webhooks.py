"""/v1/webhooks: what the payment processor sends. Its signature is the guard; no employee asks."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from console.platform_api import webhooks
from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import public
from console.platform_api.platform import Platform
from console.platform_api.processors.signatures import HEADER

router = APIRouter(prefix="/v1/webhooks", tags=["the platform"])


@router.post("/processor", dependencies=[public])
async def processor(request: Request) -> Response:
    """The same event twice is answered alike: a refusal would make the processor send it again for days."""
    platform: Platform = request.app.state.platform
    body, signature = await request.body(), request.headers.get(HEADER, "")
    await run_in_threadpool(webhooks.take, platform, body, signature)
    return JsonAnswer({"taken": True})
