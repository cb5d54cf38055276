"""`POST /{id}/reveal` for every entity with values that a case opens; and the case that a body names."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from console.platform_api import reveal as reveals
from console.platform_api.entities import Entity
from console.platform_api.guard import Ask, Asking, permits
from console.platform_api.lookup import find_ticket_id
from console.platform_api.routes import models
from console.platform_api.routes.collection import to_response


def take_case(ask: Ask, named: str | None) -> None:
    """The case that the body names is the case in hand of this request."""
    if named is not None:
        ask.case = find_ticket_id(ask.platform, named)


class RevealWish(models.Request):
    fields: Annotated[list[models.Code], Field(min_length=1, max_length=20)]
    case: models.Code
    reason: models.Code | None = None


def add_reveal(router: APIRouter, entity: Entity) -> None:
    @router.post("/{named}/reveal", dependencies=[permits(entity.resource, "reveal")])
    def reveal(named: str, ask: Asking, wish: RevealWish) -> Response:
        take_case(ask, wish.case)
        return to_response(reveals.reveal(ask, entity, named, reveals.Wish(wish.fields, wish.reason)))
