"""What every collection has: a list and a look at one record. Also how an answer of the store goes over the wire."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from console.platform_api import store
from console.platform_api.answers import JsonAnswer
from console.platform_api.entities import Entity
from console.platform_api.entity_export import export
from console.platform_api.guard import Asking, permits
from console.platform_api.routes import models


def to_response(answer: store.Answer) -> Response:
    headers = {} if answer.version is None else {"ETag": f'"{answer.version}"'}
    if answer.replayed:
        headers["Idempotent-Replay"] = "true"
    return JsonAnswer(answer.body, answer.status, headers)


def params_of(request: Request) -> dict[str, list[str]]:
    """The query's parameters, each with all of its values."""
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(name, []).append(value)
    return found


def collection(entity: Entity) -> APIRouter:
    """A router at /v1/{resource} with its list and `GET /{id}`; the entity's own routes are added to it."""
    router = APIRouter(prefix=f"/v1/{entity.resource}", tags=[entity.resource])

    @router.get("", dependencies=[permits(entity.resource, "list")])
    async def list_records(request: Request, ask: Asking) -> Response:
        return to_response(await store.page(ask, entity, params_of(request)))

    return router


class Exporting(models.Request):
    """The filters of the list, each with a value or several, and its order."""

    filters: dict[models.Code, models.Short | Annotated[list[models.Short], Field(min_length=1, max_length=100)]] = (
        Field(default_factory=dict)
    )
    sort: models.Code | None = None


def add_export(router: APIRouter, entity: Entity) -> None:
    """`POST /export`: the whole list as JSON lines. The role needs `export` in the access table."""

    @router.post("/export", dependencies=[permits(entity.resource, "export")])
    async def export_records(ask: Asking, wish: Exporting) -> Response:
        filters = {name: [value] if isinstance(value, str) else value for name, value in wish.filters.items()}
        return await export(ask, entity, filters, wish.sort)


def add_read(router: APIRouter, entity: Entity) -> None:
    """Added last, so that a path with a name of its own is not taken for an id."""

    @router.get("/{named}", dependencies=[permits(entity.resource, "read")])
    async def read_record(named: str, ask: Asking) -> Response:
        return to_response(await store.read(ask, entity, named))
