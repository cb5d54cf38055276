"""/v1/reconciliations."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from console.platform_api import reconciliation_work
from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.reconciliations import RECONCILIATIONS, page_of_lines
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, params_of, to_response

router = collection(RECONCILIATIONS)

CSV = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.post("", dependencies=[permits("reconciliations", "import")], openapi_extra=CSV)
async def import_report(request: Request, ask: Asking) -> Response:
    content = await request.body()
    return to_response(await run_in_threadpool(reconciliation_work.import_report, ask, content))


@router.get("/{named}/lines", dependencies=[permits("reconciliations", "read")])
async def lines(named: str, request: Request, ask: Asking) -> Response:
    return JsonAnswer(await page_of_lines(ask, named, params_of(request)))


class Resolving(models.Request):
    """`line`: the number that its line has in the list; `text`: why the difference is right."""

    line: Annotated[int, Field(ge=1, le=1_000_000_000)]
    text: models.Text


@router.post("/{named}/resolve", dependencies=[permits("reconciliations", "resolve")])
def resolve(named: str, ask: Asking, wish: Resolving) -> Response:
    return to_response(reconciliation_work.resolve(ask, named, wish.line, wish.text))


add_read(router, RECONCILIATIONS)
