"""Whether the platform works: for whoever watches over it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.database import Database, is_alive
from console.platform_api.guard import public
from console.platform_api.platform import Platform
from console.platform_api.tables import AuditHead, table

router = APIRouter(tags=["the platform"])


@router.get("/health", dependencies=[public])
def health(request: Request) -> Response:
    platform: Platform = request.app.state.platform
    database = _works(lambda: is_alive(platform.database) and is_alive(platform.vault.database))
    audit = _works(lambda: _has_head(platform.database))
    good = database and audit
    found = {"status": _word(good), "database": _word(database), "audit": _word(audit)}
    return JsonAnswer(found, status_code=200 if good else 503)


def _works(probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except (SQLAlchemyError, OSError):
        return False


def _has_head(database: Database) -> bool:
    with database.reading() as connection:
        return connection.execute(select(table(AuditHead).c.seq)).first() is not None


def _word(good: bool) -> str:
    return "ok" if good else "failing"
