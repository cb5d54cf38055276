"""/v1/awards."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from console.platform_api.awards import AWARDS
from console.platform_api.guard import Asking, permits
from console.platform_api.record_history import record_history
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.routes.revealing import add_reveal

router = collection(AWARDS)


@router.get("/{named}/history", dependencies=[permits("awards", "history")])
async def history(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await record_history(ask, AWARDS, named, request.query_params.get("cursor")))


add_reveal(router, AWARDS)
add_read(router, AWARDS)
