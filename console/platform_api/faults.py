"""From exceptions to problems. Refusals are on the audit log before they are answered."""

from __future__ import annotations

import errno
from functools import cache
from itertools import takewhile
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy import exc
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.platform_api import guard
from console.platform_api.answers import ProblemAnswer
from console.platform_api.envelope import unexpected
from console.platform_api.problems import BadRequest, Busy, Invalid, NotFound, Problem, StorageFull
from console.platform_api.routes import models

RETRY_SECONDS = 1
SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL = 5, 6, 13
PRIMARY = 0xFF
"""SQLite's extended codes carry the primary one in their lowest byte."""

POSTGRESQL_BUSY = ("40001", "40P01", "53300", "55P03", "57014", "57P01", "57P02", "57P03", "08")
"""Serialization, deadlock, too many connections, lock timeout, cancelled, shutting down, starting, connection lost."""

POSTGRESQL_FULL = "53100"


class MethodNotAllowed(Problem):
    status, type, title = 405, "bad-request", "This address doesn't take this method"


def handle(app: FastAPI) -> None:
    """Puts the handlers on the application."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(exc.SQLAlchemyError, _database)
    app.add_exception_handler(OSError, _system)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    await guard.record_refusal(request, error)
    return ProblemAnswer(error, request.state.request_id)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return ProblemAnswer(_of_validation(request.url.path, error.errors()), request.state.request_id)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem: Problem = BadRequest()
    if error.status_code == 404:
        problem = NotFound("There is nothing at this address.")
    elif error.status_code == 405:
        problem = MethodNotAllowed()
    return ProblemAnswer(problem, request.state.request_id, dict(error.headers or {}))


async def _database(request: Request, error: Exception) -> Response:
    problem = of_database(error) or unexpected(error, request.state.request_id)
    return ProblemAnswer(problem, request.state.request_id)


async def _system(request: Request, error: Exception) -> Response:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    problem = StorageFull() if full else unexpected(error, request.state.request_id)
    return ProblemAnswer(problem, request.state.request_id)


def of_database(error: BaseException) -> Problem | None:
    """Busy or StorageFull, when that is what the database says."""
    if isinstance(error, exc.TimeoutError):  # every connection is taken
        return Busy(retry_after=RETRY_SECONDS)
    if not isinstance(error, exc.DBAPIError):
        return None
    code, state = getattr(error.orig, "sqlite_errorcode", None), getattr(error.orig, "sqlstate", None)
    if code is not None:
        return _of_sqlite(code & PRIMARY)
    if state == POSTGRESQL_FULL:
        return StorageFull()
    lost = error.connection_invalidated or (state is None and isinstance(error, exc.OperationalError))
    return Busy(retry_after=RETRY_SECONDS) if lost or str(state).startswith(POSTGRESQL_BUSY) else None


def _of_sqlite(code: int) -> Problem | None:
    if code in (SQLITE_BUSY, SQLITE_LOCKED):
        return Busy(retry_after=RETRY_SECONDS)
    return StorageFull() if code == SQLITE_FULL else None


def _of_validation(path: str, errors: Any) -> Problem:
    """An unknown term of a list or a search is 400; no answer holds what was sent, not even an unknown name."""
    unknown = [error for error in errors if error["type"] == "extra_forbidden"]
    if any(error["loc"][0] == "query" for error in unknown) or (unknown and path.endswith("/search")):
        return BadRequest("One of the terms isn't offered here; GET /v1 lists what is.")
    return Invalid("Look at errors.", errors=[_one(error) for error in errors])


def _one(error: Any) -> dict[str, str]:
    unknown = error["type"] == "extra_forbidden"
    place = _names(error["loc"][:-1] if unknown else error["loc"])
    return {"where": ".".join(place), "what": "A field isn't known here" if unknown else _what(error)}


def _names(place: tuple[int | str, ...]) -> list[str]:
    """Of where in a body it is wrong, the part up to a name that no model has: a key of a mapping is what somebody sent."""
    known = _known_names()
    kept = takewhile(lambda part: isinstance(part, int) or part in known, place) if place[0] == "body" else place
    return [str(part) for part in kept]


def _what(error: Any) -> str:
    """pydantic's sentence, but for the one that quotes the input."""
    if error["type"] == "union_tag_invalid":
        return f"Input should be one of {error['ctx']['expected_tags']}"
    return str(error["msg"]).removeprefix("Value error, ")


@cache
def _known_names() -> frozenset[str]:
    """Every name that stands in a model of a request; the models are all there once the application is."""
    waiting, names = [models.Request], {"body"}
    while waiting:
        found = waiting.pop()
        names |= set(found.model_fields)
        waiting += found.__subclasses__()
    return frozenset(names)
