"""/v1/privacy-requests."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from console.platform_api import privacy_request_work as work
from console.platform_api.guard import Asking, permits
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.record_history import record_history
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_export, add_read, collection, to_response
from console.platform_api.routes.privacy_figures import add_figures

router = collection(REQUESTS)


@router.post("/{named}/claim", dependencies=[permits("privacy-requests", "claim")])
def claim(named: str, ask: Asking) -> Response:
    return to_response(work.claim(ask, named))


@router.post("/{named}/release", dependencies=[permits("privacy-requests", "release")])
def release(named: str, ask: Asking) -> Response:
    return to_response(work.release(ask, named))


class Note(models.Request):
    body: models.Text


@router.post("/{named}/note", dependencies=[permits("privacy-requests", "note")])
def note(named: str, ask: Asking, wish: Note) -> Response:
    return to_response(work.note(ask, named, wish.body))


@router.get("/{named}/history", dependencies=[permits("privacy-requests", "history")])
async def history(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await record_history(ask, REQUESTS, named, request.query_params.get("cursor")))


add_figures(router)
add_export(router, REQUESTS)
add_read(router, REQUESTS)
