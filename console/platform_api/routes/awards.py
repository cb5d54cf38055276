"""/v1/awards."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from console.platform_api import award_work as work
from console.platform_api.award_drafts import draft
from console.platform_api.awards import AWARDS
from console.platform_api.guard import Asking, permits
from console.platform_api.mail import Letter
from console.platform_api.problems import BadRequest
from console.platform_api.record_history import record_history
from console.platform_api.routes import models
from console.platform_api.routes.choosing import reason_of
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.routes.revealing import add_reveal

router = collection(AWARDS)


class Note(models.Request):
    body: models.Text


class Shipping(models.Request):
    """What the courier is told: names of fields, and never their values."""

    fields: Annotated[list[Literal["name", "phone", "street", "city", "postcode"]], Field(min_length=1, max_length=5)]


class Forfeiting(models.Request):
    reason: models.Code


@router.post("/{named}/claim", dependencies=[permits("awards", "claim")])
def claim(named: str, ask: Asking) -> Response:
    return to_response(work.claim(ask, named))


@router.post("/{named}/release", dependencies=[permits("awards", "release")])
def release(named: str, ask: Asking) -> Response:
    return to_response(work.release(ask, named))


@router.post("/{named}/note", dependencies=[permits("awards", "note")])
def note(named: str, ask: Asking, wish: Note) -> Response:
    return to_response(work.note(ask, named, wish.body))


@router.get("/{named}/drafts", dependencies=[permits("awards", "notify")])
async def drafts(named: str, request: Request, ask: Asking) -> Response:
    code = request.query_params.get("template")
    if code is None:
        raise BadRequest("template is one that GET /v1 offers for awards.")
    return to_response(await draft(ask, named, code))


@router.post("/{named}/notify", dependencies=[permits("awards", "notify")])
def notify(named: str, ask: Asking, wish: models.Letter) -> Response:
    return to_response(work.notify(ask, named, Letter(wish.subject, wish.body, wish.template)))


@router.post("/{named}/undo-letter", dependencies=[permits("awards", "undo-letter")])
def undo_letter(named: str, ask: Asking, wish: models.Sent) -> Response:
    return to_response(work.undo_letter(ask, named, wish.message))


@router.post("/{named}/ship", dependencies=[permits("awards", "ship")])
def ship(named: str, ask: Asking, wish: Shipping) -> Response:
    return to_response(work.ship(ask, named, wish.fields))


@router.post("/{named}/award", dependencies=[permits("awards", "award")])
def award(named: str, ask: Asking) -> Response:
    return to_response(work.award(ask, named))


@router.post("/{named}/forfeit", dependencies=[permits("awards", "forfeit")])
def forfeit(named: str, ask: Asking, wish: Forfeiting) -> Response:
    return to_response(work.forfeit(ask, named, reason_of("forfeit", wish.reason)))


@router.post("/{named}/decline", dependencies=[permits("awards", "decline")])
def decline(named: str, ask: Asking) -> Response:
    return to_response(work.decline(ask, named))


@router.post("/{named}/rule-out", dependencies=[permits("awards", "rule-out")])
def rule_out(named: str, ask: Asking) -> Response:
    return to_response(work.rule_out(ask, named))


@router.get("/{named}/history", dependencies=[permits("awards", "history")])
async def history(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await record_history(ask, AWARDS, named, request.query_params.get("cursor")))


add_reveal(router, AWARDS)
add_read(router, AWARDS)
