"""/v1/presence: that one has a record of a queue open, and who else has."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console import access
from console.platform_api import presence
from console.platform_api.answers import JsonAnswer
from console.platform_api.entities import Entity
from console.platform_api.guard import Ask, Asking, signed_in
from console.platform_api.problems import NotAllowed, NotFound
from console.platform_api.routes import models
from console.platform_api.routes.offer import ENTITIES
from console.platform_api.store import find

router = APIRouter(prefix="/v1/presence", tags=["the platform"])

QUEUES = ("tickets", "pro-applications", "privacy-requests")
"""What colleagues may get in each other's way at. Who looks at a person is nobody's business but the log's."""

_ENTITIES = {entity.resource: entity for entity in ENTITIES if entity.resource in QUEUES}


class Looking(models.Request):
    resource: models.Code
    record: models.Code


@router.post("", dependencies=[signed_in])
def look(ask: Asking, wish: Looking) -> Response:
    record = _record(ask, wish.resource, wish.record)
    return JsonAnswer({"others": presence.look(ask, wish.resource, record)})


@router.delete("/{resource}/{named}", dependencies=[signed_in], status_code=204)
def leave(resource: str, named: str, ask: Asking) -> Response:
    presence.leave(ask, resource, _record(ask, resource, named))
    return Response(status_code=204)


def _record(ask: Ask, resource: str, named: str) -> str:
    """The id of a record that the asker may read; a refusal is about that resource, and on the log."""
    entity = _queue(resource)
    ask.resource, ask.action = resource, "presence"
    if not access.has(ask.actor.roles, resource, "read"):
        raise NotAllowed("Your role does not have this.")
    with ask.platform.database.reading() as connection:
        return str(find(ask, connection, entity, named).id)


def _queue(resource: str) -> Entity:
    if resource not in _ENTITIES:
        raise NotFound("There is no such queue.")
    return _ENTITIES[resource]
