"""What stands around every route: the guard, limits, headers, and problems for whatever goes wrong."""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from psycopg import errors
from sqlalchemy import exc, text
from starlette.responses import Response

from console import access
from console.platform_api import faults
from console.platform_api.app import ROUTERS, UnguardedRoute, create_app
from console.platform_api.guard import is_guarded, public
from console.platform_api.limits import BODY, INGEST
from console.platform_api.platform import Platform
from console.platform_api.problems import Busy, NotAllowed, NotFound, Problem, StorageFull
from console.platform_api.tables import AuditEntry, table
from tests.platform_api.api import Api, serving, serving_app

HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


def is_problem(answer: httpx.Response, status: int, kind: str) -> bool:
    body = answer.json()
    return (
        (answer.status_code, body["status"], body["type"]) == (status, status, kind)
        and answer.headers["content-type"] == "application/problem+json"
        and body["request_id"] == answer.headers["request-id"]
    )


# The guard


def test_every_route_says_who_may_use_it():
    routes = [route for router in ROUTERS for route in router.routes]
    assert len(routes) > 30
    assert all(is_guarded(route) for route in routes)


def test_an_application_with_an_unguarded_route_does_not_start(sqlite_platform: Platform):
    router = APIRouter(prefix="/v1")

    @router.get("/open")
    def unguarded() -> None: ...

    with pytest.raises(UnguardedRoute, match="/v1/open"):
        create_app(sqlite_platform, [router])


def test_a_guard_inside_the_route_is_not_enough(sqlite_platform: Platform):
    router, inner = APIRouter(), APIRouter(prefix="/v1")

    @inner.get("/nested", dependencies=[public])
    def nested() -> None: ...

    router.include_router(inner)
    with pytest.raises(UnguardedRoute):
        create_app(sqlite_platform, [router])


def public_routes() -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if public in getattr(route, "dependencies", ())
        for method in getattr(route, "methods", ())
    }  # fmt: skip


def test_what_is_open_to_anyone():
    """A webhook's guard is its signature; a package's, its link and the passphrase."""
    known = {
        ("GET", "/v1"), ("POST", "/v1/auth/token"), ("GET", "/health"), ("POST", "/v1/webhooks/processor"),
        ("GET", "/v1/packages/{token}"), ("POST", "/v1/packages/{token}"),
    }  # fmt: skip
    assert public_routes() == known


def all_routes() -> set[tuple[str, str]]:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return {(method, route.path) for route in routes for method in route.methods or ()}


def test_everything_else_asks_for_a_sign_in(sqlite_api: Api):
    for method, path in all_routes() - public_routes():
        kind = "text/csv" if path == "/v1/reconciliations" else "application/json"
        named = path.replace("{", "").replace("}", "")
        answer = sqlite_api.request(method, named, content=b"{}", headers={"Content-Type": kind})
        assert is_problem(answer, 401, "not-signed-in"), (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"


# Routes that go wrong


@contextmanager
def failing(platform: Platform, error: BaseException, *, streamed: bool = False) -> Iterator[Api]:
    """A platform with two routes that raise, one of them on the event loop."""
    router = APIRouter(prefix="/v1/failing")

    @router.get("/loop", dependencies=[public])
    async def on_loop() -> Response:
        raise error

    @router.get("/thread", dependencies=[public])
    def in_thread() -> Response:
        raise error

    with serving_app(create_app(platform, [*ROUTERS, router])) as url, Api(url, platform) as client:
        yield client


class Private(Exception):
    """An exception whose text quotes a value."""


@pytest.mark.parametrize("way", ["loop", "thread"])
def test_the_unexpected_is_answered_and_logged_without_values(
    sqlite_platform: Platform, caplog: pytest.LogCaptureFixture, way: str
):
    with caplog.at_level(logging.DEBUG), failing(sqlite_platform, Private("Jane Doe")) as api:
        answer = api.get(f"/v1/failing/{way}")
    assert is_problem(answer, 500, "unexpected")
    assert "Jane" not in answer.text + caplog.text
    assert "Private" in caplog.text
    assert answer.headers["request-id"] in caplog.text
    assert HEADERS.items() <= dict(answer.headers).items()


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("said by the database")
    error.sqlite_errorcode = code
    return error


def database_error(original: BaseException) -> exc.DBAPIError:
    return exc.OperationalError("INSERT INTO users VALUES (?)", {"name": "Jane Doe"}, original)


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), Busy),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), Busy),
        (sqlite_error(sqlite3.SQLITE_LOCKED), Busy),
        (sqlite_error(sqlite3.SQLITE_FULL), StorageFull),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), None),
        (errors.DeadlockDetected(), Busy),
        (errors.LockNotAvailable(), Busy),
        (errors.SerializationFailure(), Busy),
        (errors.TooManyConnections(), Busy),
        (errors.AdminShutdown(), Busy),
        (errors.DiskFull(), StorageFull),
        (errors.OperationalError("connection refused"), Busy),
        (errors.UndefinedTable(), None),
    ],
)
def test_what_a_database_says(original: BaseException, expected: type[Problem] | None):
    found = faults.of_database(database_error(original))
    assert (type(found) if found else None) is expected
    assert expected is not Busy or (found is not None and found.retry_after)


def test_every_connection_taken_is_busy():
    assert isinstance(faults.of_database(exc.TimeoutError()), Busy)


def test_a_full_disk_of_a_file_is_said_so(sqlite_platform: Platform):
    with failing(sqlite_platform, OSError(28, "No space left on device")) as api:
        assert is_problem(api.get("/v1/failing/thread"), 507, "storage-full")


def test_a_locked_database_is_busy_for_real(sqlite_platform: Platform):
    """Another process holds the write lock longer than we wait."""
    admin = {"grant_type": "password", "email": "admin@petworks.example", "password": "x" * 12}
    with serving(sqlite_platform) as url, Api(url, sqlite_platform) as api:
        holder = sqlite3.connect(sqlite_platform.database.url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        answer = api.post("/v1/auth/token", json=admin)
        holder.execute("ROLLBACK")
    assert is_problem(answer, 503, "busy")
    assert int(answer.headers["retry-after"]) > 0


# Refusals


def refusals(platform: Platform) -> list[Any]:
    entries = table(AuditEntry)
    with platform.database.reading() as connection:
        return list(connection.execute(entries.select().where(entries.c.outcome == "refused")))


def test_a_refusal_is_on_the_log_before_it_is_answered(api: Api):
    answer = api.sign_in("support").get("/v1/employees")
    assert is_problem(answer, 403, "not-allowed")
    [row] = refusals(api.platform)
    assert (row.resource, row.action, row.request) == ("employees", "list", answer.headers["request-id"])


def test_what_is_hidden_is_on_the_log_too(api: Api):
    answer = api.sign_in("admin").get("/v1/employees/E-999999")
    assert is_problem(answer, 404, "not-found")
    assert [(row.resource, row.action) for row in refusals(api.platform)] == [("employees", "read")]


@pytest.mark.parametrize("error", [NotAllowed("No."), NotFound()])
def test_problems_of_routes_are_answered_as_they_are(sqlite_platform: Platform, error: Problem):
    with failing(sqlite_platform, error) as api:
        assert is_problem(api.get("/v1/failing/loop"), error.status, error.type)


def test_no_audit_no_answer(sqlite_platform: Platform):
    with serving(sqlite_platform) as url, Api(url, sqlite_platform) as api:
        support = api.sign_in("support")
        sqlite_platform.recorder.close()
        assert is_problem(support.get("/v1/employees"), 503, "audit-unavailable")


# Requests that can't be understood


def test_addresses_and_methods_that_do_not_exist(sqlite_api: Api):
    assert is_problem(sqlite_api.get("/v1/nothing"), 404, "not-found")
    wrong = sqlite_api.put("/v1/auth/token", json={})
    assert is_problem(wrong, 405, "bad-request")
    assert "POST" in wrong.headers["allow"]


@pytest.mark.parametrize("path", ["/v1/users/%00", "/v1/users?state=%00", "/v1/%00"])
def test_a_nul_in_the_address(sqlite_api: Api, path: str):
    assert is_problem(sqlite_api.sign_in("support").get(path), 400, "bad-request")


def test_an_address_of_any_length_is_not_read(sqlite_api: Api):
    assert is_problem(sqlite_api.get("/v1/users?state=" + "x" * 9000), 413, "too-large")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"grant_type": "password", "grant_type": "password"}', "application/json"),
        (b"grant_type=password", "application/x-www-form-urlencoded"),
        (b"{}", "text/plain"),
        (b"{", "application/json; charset=utf-8"),
        (b'{"email": "\\ud800"}', "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_bodies_that_are_not_strict_json(sqlite_api: Api, body: bytes, content_type: str):
    answer = sqlite_api.post("/v1/auth/token", content=body, headers={"content-type": content_type})
    assert is_problem(answer, 400, "bad-request")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        {"grant_type": "password"},
        {"grant_type": "card"},
        {"grant_type": "password", "email": "Jane", "password": ["Jane"]},
        {"grant_type": "password", "email": "Jane", "password": "", "Jane": "Jane"},
        {"grant_type": "password", "email": "Jane" * 500, "password": "x"},
        {"grant_type": "password", "email": 5, "password": True},
        {"grant_type": "refresh_token", "refresh_token": "Jane", "nonce": "short"},
    ],
)
def test_values_that_cannot_be_taken_are_not_repeated(sqlite_api: Api, body: object):
    answer = sqlite_api.post("/v1/auth/token", json=body)
    assert is_problem(answer, 422, "invalid")
    assert "Jane" not in answer.text
    assert all({"where", "what"} == set(error) for error in answer.json()["errors"])


def test_unknown_terms_of_a_list_are_bad_requests(sqlite_api: Api):
    answer = sqlite_api.sign_in("support").get("/v1/changes?Jane=1")
    assert is_problem(answer, 400, "bad-request")
    assert "Jane" not in answer.text


def test_unknown_terms_of_a_search_are_bad_requests(sqlite_api: Api):
    answer = sqlite_api.sign_in("support").post("/v1/users/search", json={"shoe": "Jane"})
    assert is_problem(answer, 400, "bad-request")
    assert "Jane" not in answer.text


# Size


def test_a_body_that_is_announced_too_large_is_not_read(sqlite_api: Api):
    answer = sqlite_api.post("/v1/auth/token", content=b" " * (BODY + 1), headers={"content-type": "application/json"})
    assert is_problem(answer, 413, "too-large")


def test_a_body_that_grows_too_large_is_not_read_further(sqlite_api: Api):
    def parts() -> Iterator[bytes]:
        for _ in range(BODY // 65536 + 2):
            yield b" " * 65536

    answer = sqlite_api.post("/v1/auth/token", content=parts(), headers={"content-type": "application/json"})
    assert is_problem(answer, 413, "too-large")


def test_what_is_ingested_may_be_larger(sqlite_api: Api):
    blank = json.dumps({"items": [], "x": " " * (BODY + 1)})
    marketplace = sqlite_api.sign_in("service")
    assert (
        marketplace.post("/v1/ingest/users", content=blank, headers={"content-type": "application/json"}).status_code
        != 413
    )
    too_large = " " * (INGEST + 1)
    answer = marketplace.post("/v1/ingest/users", content=too_large, headers={"content-type": "application/json"})
    assert is_problem(answer, 413, "too-large")


def test_a_length_that_is_a_lie_changes_nothing(sqlite_api: Api):
    """A client that hangs up in the middle of its body gets no answer, and the platform goes on."""
    host, port = sqlite_api.base_url.host, sqlite_api.base_url.port
    with socket.create_connection((host, port)) as connection:
        head = (
            b"POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
        )
        connection.sendall(head)
    assert sqlite_api.get("/health").status_code == 200


# Answers


@pytest.mark.parametrize("path", ["/v1", "/health", "/v1/me", "/nothing", "/openapi.json"])
def test_every_answer_has_its_id_and_is_kept_by_nobody(sqlite_api: Api, path: str):
    first, second = sqlite_api.get(path), sqlite_api.get(path)
    assert HEADERS.items() <= dict(first.headers).items()
    assert first.headers["request-id"] != second.headers["request-id"]
    assert "server" not in first.headers


def test_health(api: Api):
    assert api.get("/health").json() == {"status": "ok", "database": "ok", "audit": "ok"}


def test_health_says_what_fails(sqlite_api: Api):
    with sqlite_api.platform.database.writing() as session:
        session.connection().execute(text("DROP TABLE audit_head"))
    answer = sqlite_api.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "database": "ok", "audit": "failing"}


def test_openapi_lists_every_route(sqlite_api: Api):
    listed = sqlite_api.get("/openapi.json").json()["paths"]
    assert {getattr(route, "path_format", "") for router in ROUTERS for route in router.routes} <= set(listed)


def test_nothing_else_is_served(sqlite_api: Api):
    assert {sqlite_api.get(path).status_code for path in ("/docs", "/redoc", "/docs/oauth2-redirect")} == {404}


# What is offered


def test_the_offer_needs_no_sign_in(sqlite_api: Api):
    offer = sqlite_api.get("/v1").json()
    assert (offer["version"], offer["environment"]) == ("1", "demo")
    assert set(offer["resources"]) == set(access.TABLE) - {"policy"}  # a page, and no list of records
    assert offer["resources"]["users"]["prefix"] == "U"
    assert offer["resources"]["tickets"]["states"] == ["open", "pending", "solved", "closed"]
    assert "answer_ticket" in offer["reveal_reasons"]
    assert all(offer[f"{action}_reasons"] for action in ("lock", "unlock", "suspend", "reinstate"))
    assert "support" in offer["roles"]
