"""What became of a write whose answer was lost."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy import select
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import KEY_LENGTH, Ask, Asking, signed_in
from console.platform_api.tables import Intent, table

router = APIRouter(prefix="/v1/intents", tags=["the platform"])

_intents = table(Intent)
_UNKNOWN = {"status": None, "resource": None, "id": None, "version": None}


@router.get("/{key:path}", dependencies=[signed_in])
async def intent(ask: Asking, key: Annotated[str, Path(max_length=KEY_LENGTH)]) -> Response:
    return JsonAnswer({"key": key, **(_find(ask, key) or {"state": "unknown", **_UNKNOWN})})


def _find(ask: Ask, key: str) -> dict[str, Any] | None:
    """The employee's own latest write with this key: keys belong to whoever made them."""
    mine = select(_intents).where(_intents.c.employee == ask.actor.id, _intents.c.key == key)
    with ask.platform.database.reading() as connection:
        row = connection.execute(mine.order_by(_intents.c.at.desc()).limit(1)).first()
    if row is None:
        return None
    return {"state": "done", "status": row.status, "resource": row.resource, "id": row.record, "version": row.version}
