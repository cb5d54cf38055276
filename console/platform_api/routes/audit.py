"""/v1/audit."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from console.platform_api import store
from console.platform_api.answers import JsonAnswer
from console.platform_api.audit_log import AUDIT, export_lines, head, subject_of
from console.platform_api.guard import Asking, permits
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, params_of, to_response

router = APIRouter(prefix="/v1/audit", tags=["audit"])


@router.get("", dependencies=[permits("audit", "list")])
async def list_rows(request: Request, ask: Asking) -> Response:
    params = params_of(request)
    named = params.get("subject", [""])[0]
    with ask.platform.database.reading() as connection:
        subject = subject_of(ask, connection, named) if named else None
    return to_response(await store.page(ask, AUDIT, params, asker=store.asker_of(ask, subject)))


@router.get("/head", dependencies=[permits("audit", "head")])
async def chain_head(ask: Asking) -> Response:
    return JsonAnswer(await head(ask))


@router.post("/export", dependencies=[permits("audit", "export")])
async def export(ask: Asking, filters: dict[models.Code, models.Short] | None = None) -> Response:
    return StreamingResponse(await export_lines(ask, filters or {}), media_type="application/x-ndjson")


add_read(router, AUDIT)
