"""What isn't a request: sizes, JSON that parsers understand differently, methods, headers. No answer holds what was sent."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contract.target import CANARY, Target, new_key

SEARCH = "/v1/users/search"
JSON = {"Content-Type": "application/json"}


def post(target: Target, content: bytes, **headers: str) -> httpx.Response:
    return target.as_role("support").post(SEARCH, content=content, headers=JSON | headers)


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"zqxcanary", b"\xff\xfe", b'{"email": "a@b.example", "email": "zqxcanary"}', b'{"limit": NaN}', b'{"limit": Infinity}',
        b'{"limit": 1e999}', b'{"limit": 123456789012345678901234567890}', b'{"email": "zqxcanary\\u0000"}',
        b'{"email": "zqxcanary\\ud800"}', b'{"email": ' + b"[" * 100 + b"]" * 100 + b"}", b'{"zqxcanary": 1}', b'{"name": ""}',
        b'{"email": "zqxcanary@mail.example", "phone": "1"}', b'{"city": "zqxcanary"}', b"{}",
    ],
    ids=lambda content: content[:40].decode(errors="replace"),
)  # fmt: skip
def test_a_body_that_is_not_understood(target: Target, content: bytes):
    assert post(target, content).status_code in (400, 422)


@pytest.mark.parametrize("content", [b"[]", b'"zqxcanary"', b"1", b"null", b'{"limit": "zqxcanary"}', b'{"email": 1}'])
def test_a_body_of_another_shape(target: Target, content: bytes):
    assert post(target, content).status_code == 422


def test_another_content_type(target: Target):
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        answer = target.as_role("support").post(SEARCH, content=b"{}", headers={"Content-Type": kind})
        assert answer.status_code == 400


def test_a_body_that_is_too_large(target: Target):
    body = b'{"email": "' + b"a" * 1024 * 1024 + b'"}'
    assert post(target, body).status_code == 413


def test_a_body_that_is_too_large_and_says_so_late(target: Target):
    def parts() -> Any:
        yield b'{"email": "'
        for _ in range(40):
            yield b"a" * 64 * 1024
        yield b'"}'

    try:
        answer = target.as_role("support").post(SEARCH, content=parts(), headers=JSON)
    except httpx.WriteError:  # the connection was closed before all of it was sent
        return
    assert answer.status_code == 413


def test_an_address_that_is_too_long(target: Target):
    assert target.as_role("support").get("/v1/users", params={"at": "1" * 9000}).status_code == 413


def test_addresses_that_are_not_there(target: Target):
    for path in ("/", "/v2", f"/v1/{CANARY}", "/v1/users/1/2/3/4", "/admin", "/docs", "/redoc"):
        assert target.nobody.get(path).status_code == 404


def test_methods_that_an_address_does_not_take(target: Target):
    for method, path in (
        ("PUT", "/v1/users"),
        ("DELETE", "/v1/users/1"),
        ("PATCH", "/v1/audit/1"),
        ("DELETE", "/v1/audit/1"),
    ):
        answer = target.as_role("support").request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"]


@pytest.mark.parametrize("version", ["x", "zqxcanary", '"1', "-1", '"-1"', '"' + "9" * 40 + '"', '"1.0"', "*"])
def test_a_version_that_is_none(target: Target, version: str):
    headers = {"If-Match": version, "Idempotency-Key": new_key()}
    answer = target.as_role("support").post("/v1/tickets/T-1/release", headers=headers)
    assert answer.status_code in (400, 412, 403)
    if version not in ('"1',):
        assert answer.status_code == 400


@pytest.mark.parametrize("key", ["", "x" * 65, "zqxcanary" * 8])
def test_a_key_that_is_none(target: Target, key: str):
    body = {"subject": "Call", "channel": "phone"}
    answer = target.as_role("support").post("/v1/tickets", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code in (400, 428)


def test_fields_that_nobody_expects(target: Target):
    body = {"subject": "Call", "channel": "phone", CANARY: CANARY}
    answer = target.as_role("support").post("/v1/tickets", json=body, headers={"Idempotency-Key": new_key()})
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert answer.json()["errors"]


REFUSED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("support", "POST", "/v1/tickets", {"subject": "Call", "channel": CANARY}),
    ("support", "POST", "/v1/tickets", {"subject": [CANARY], "channel": "phone"}),
    ("support", "POST", "/v1/users/{user}/lock", {"reason": CANARY}),
    ("support", "POST", "/v1/users/{user}/lock", {"reason": {CANARY: CANARY}}),
    ("support", "POST", "/v1/users/{user}/opt-out", {"topics": [CANARY], "channel": "email"}),
    ("support", "POST", "/v1/users/{user}/opt-out", {"topics": ["specials"], "channel": CANARY}),
    ("support", "POST", "/v1/users/{user}/reveal", {"fields": [CANARY], "case": "T-1"}),
    ("support", "POST", "/v1/users/{user}/reveal", {"fields": ["name"], "case": CANARY}),
    ("support", "POST", "/v1/users/{user}/caller-check", {"case": "T-1", "field": CANARY, "said": CANARY}),
    ("support", "PATCH", "/v1/users/{user}", {"set": {"name": "x"}, "source": CANARY}),
    ("support", "PATCH", "/v1/users/{user}", {"set": {CANARY: CANARY}, "source": "self"}),
    ("support", "PATCH", "/v1/users/{user}", {"set": {CANARY: [CANARY]}, "source": "self"}),
    ("support", "PATCH", "/v1/users/{user}", {"set": {CANARY * 10: CANARY}, "source": "self"}),
    ("admin", "POST", "/v1/employees", {"email": CANARY, "name": "x", "roles": [CANARY], "password": CANARY}),
    ("admin", "POST", "/v1/employees", {"email": CANARY, "name": "x", "roles": ["support"], "password": CANARY * 3}),
    ("admin", "POST", "/v1/employees/{employee}/grant", {"role": CANARY}),
    ("auditor", "POST", "/v1/audit/export", {CANARY: CANARY}),
    ("auditor", "POST", "/v1/audit/export", {CANARY * 10: CANARY}),
    ("auditor", "POST", "/v1/audit/export", {CANARY: [CANARY]}),
    ("service", "POST", "/v1/ingest/users", {"items": [{"external_id": CANARY, "email": CANARY, "sources": {"email": "self"}}]}),
    ("service", "POST", "/v1/ingest/users", {"items": [{"external_id": CANARY, "sources": {CANARY: "self"}}]}),
    ("service", "POST", "/v1/ingest/users", {"items": [{"external_id": CANARY, "interests": [CANARY], CANARY: 1}]}),
    ("service", "POST", "/v1/ingest/users", {"items": [{"external_id": CANARY, "registered": CANARY}]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "method", "path", "body"), REFUSED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_problem_repeats_what_was_sent(target: Target, role: str, method: str, path: str, body: dict[str, Any]):
    """The client looks for the canary in every problem."""
    [user] = target.lister("users").get("/v1/users", params={"limit": 1, "state": "active"}).json()["items"]
    [employee] = target.lister("employees").get("/v1/employees", params={"limit": 1, "role": "support"}).json()["items"]
    path = path.format(user=user["number"], employee=employee["number"])
    headers = {"Idempotency-Key": new_key(), "If-Match": f'"{user["version"]}"'}
    answer = target.lately(role).request(method, path, json=body, headers=headers)
    assert answer.status_code in (400, 403, 404, 422), answer.text


@pytest.mark.parametrize(
    "grant",
    [{"grant_type": CANARY}, {"grant_type": [CANARY]}, {CANARY: CANARY}, {"grant_type": "password", "email": CANARY}],
)
def test_nor_does_signing_in(target: Target, grant: dict[str, Any]):
    assert target.nobody.post("/v1/auth/token", json=grant).status_code == 422
