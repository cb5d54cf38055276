"""/v1/contest-entries. A reveal is there to be refused: no role has it, and each try is on the log (P32)."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from console.platform_api import contest_entry_work as work
from console.platform_api.contest_entries import ENTRIES
from console.platform_api.guard import Asking, permits
from console.platform_api.record_history import record_history
from console.platform_api.routes import models
from console.platform_api.routes.choosing import reason_of
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.routes.revealing import add_reveal

router = collection(ENTRIES)


class Disqualifying(models.Request):
    reason: models.Code


@router.post("/{named}/disqualify", dependencies=[permits("contest-entries", "disqualify")])
def disqualify(named: str, ask: Asking, wish: Disqualifying) -> Response:
    return to_response(work.disqualify(ask, named, reason_of("disqualify", wish.reason)))


@router.get("/{named}/history", dependencies=[permits("contest-entries", "history")])
async def history(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await record_history(ask, ENTRIES, named, request.query_params.get("cursor")))


add_reveal(router, ENTRIES)
add_read(router, ENTRIES)
