"""/v1/tickets."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from console.platform_api import ticket_drafts, ticket_replies, ticket_work
from console.platform_api.guard import Asking, permits
from console.platform_api.problems import BadRequest, Invalid
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.tickets import TICKETS
from console.records.tickets import CHANNELS, TRANSITIONS

router = collection(TICKETS)


class Opening(models.Request):
    reference: Annotated[str, Field(max_length=200), models.NoCard] = ""
    subject: Annotated[str, Field(min_length=1, max_length=200), models.NoCard]
    channel: models.Code


@router.post("", dependencies=[permits("tickets", "open")])
def open_ticket(ask: Asking, wish: Opening) -> Response:
    if wish.channel not in CHANNELS:
        raise Invalid(
            "Say how they reached us.", errors=[{"where": "channel", "what": f"is one of {', '.join(CHANNELS)}"}]
        )
    return to_response(ticket_work.open_ticket(ask, wish.reference, wish.subject, wish.channel))


@router.post("/{named}/claim", dependencies=[permits("tickets", "claim")])
def claim(named: str, ask: Asking) -> Response:
    return to_response(ticket_work.claim(ask, named))


@router.post("/{named}/renew", dependencies=[permits("tickets", "renew")])
def renew(named: str, ask: Asking) -> Response:
    return to_response(ticket_work.renew(ask, named))


@router.post("/{named}/release", dependencies=[permits("tickets", "release")])
def release(named: str, ask: Asking) -> Response:
    return to_response(ticket_work.release(ask, named))


class Note(models.Request):
    body: models.Text


@router.post("/{named}/note", dependencies=[permits("tickets", "note")])
def note(named: str, ask: Asking, wish: Note) -> Response:
    return to_response(ticket_work.note(ask, named, wish.body))


class Reply(models.Letter):
    to: models.Code | None = None


@router.post("/{named}/reply", dependencies=[permits("tickets", "reply")])
def reply(named: str, ask: Asking, wish: Reply) -> Response:
    said = ticket_replies.Reply(wish.subject, wish.body, wish.template, wish.to)
    return to_response(ticket_replies.reply(ask, named, said))


@router.post("/{named}/undo-reply", dependencies=[permits("tickets", "undo-reply")])
def undo_reply(named: str, ask: Asking, wish: models.Sent) -> Response:
    return to_response(ticket_replies.undo(ask, named, wish.message))


@router.post("/{named}/resend", dependencies=[permits("tickets", "resend")])
def resend(named: str, ask: Asking, wish: models.Sent) -> Response:
    return to_response(ticket_replies.resend(ask, named, wish.message))


DRAFT = frozenset({"template", "to", "reason"})


@router.get("/{named}/drafts", dependencies=[permits("tickets", "reply")])
async def draft(named: str, request: Request, ask: Asking) -> Response:
    asked = dict(request.query_params)
    if set(asked) - DRAFT or "template" not in asked:
        raise BadRequest("Ask with template, and with to and reason if you like.")
    wanted = ticket_drafts.draft(ask, named, asked["template"], to=asked.get("to"), reason=asked.get("reason"))
    return to_response(await wanted)


class Target(models.Request):
    resource: models.Code
    id: models.Code


@router.post("/{named}/link", dependencies=[permits("tickets", "link")])
def link(named: str, ask: Asking, wish: Target) -> Response:
    return to_response(ticket_work.link(ask, named, wish.resource, wish.id))


@router.post("/{named}/unlink", dependencies=[permits("tickets", "unlink")])
def unlink(named: str, ask: Asking, wish: Target) -> Response:
    return to_response(ticket_work.unlink(ask, named, wish.resource, wish.id))


def _move(action: str) -> None:
    @router.post(f"/{{named}}/{action}", dependencies=[permits("tickets", action)], name=action)
    def move(named: str, ask: Asking) -> Response:
        return to_response(ticket_work.move(ask, named))


for _action in TRANSITIONS:
    _move(_action)

add_read(router, TICKETS)
