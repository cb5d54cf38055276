"""The platform under test, and what every one of its answers must look like."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

import httpx

from console.records.application_documents import MEDIA_TYPES
from console.records.employees import Role

ROLES = tuple(str(role) for role in Role)
CANARY = "zqxcanary"
"""Stands in whatever these tests send that is wrong; no problem may hold it."""

TYPES = {
    400: {"bad-request"}, 401: {"not-signed-in", "fresh-sign-in"}, 403: {"not-allowed"}, 404: {"not-found"}, 405: {"bad-request"},
    409: {"conflict", "in-flight", "key-reused"}, 412: {"stale"}, 413: {"too-large"}, 422: {"invalid"},
    428: {"version-required", "key-required"}, 429: {"too-many"}, 500: {"unexpected"}, 503: {"busy", "audit-unavailable"},
    507: {"storage-full"},
}  # fmt: skip
SECURITY = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
PAGES = "/v1/packages/"
"""What people open in a browser."""

LATELY = 180.0
"""Seconds; the contract says five minutes."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def check_answer(answer: httpx.Response) -> None:
    """What holds for all answers; hooked into every client of these tests."""
    answer.read()
    assert answer.headers["request-id"]
    assert SECURITY.items() <= dict(answer.headers).items()
    assert answer.status_code < 500, f"{answer.request.method} {answer.request.url.path}: {answer.text}"
    if answer.request.url.path.startswith(PAGES) and answer.status_code != 400:
        assert answer.headers["content-type"].partition(";")[0] in ("text/html", "application/zip")
    elif answer.status_code >= 400:
        check_problem(answer)
    elif answer.status_code == 204:
        assert not answer.content
    elif answer.request.url.path.startswith("/v1/application-documents/") and answer.request.url.path.endswith("/open"):
        assert answer.headers["content-type"].partition(";")[0] in MEDIA_TYPES
    else:
        assert answer.headers["content-type"].startswith(("application/json", "application/x-ndjson"))


def check_problem(answer: httpx.Response) -> None:
    """RFC 9457, and nothing of what was sent."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "because", "request_id"} <= set(body)
    assert body["status"] == answer.status_code
    assert body["type"] in TYPES[answer.status_code]
    assert body["request_id"] == answer.headers["request-id"]
    assert all(isinstance(body[name], str) and body[name] for name in ("type", "title", "detail"))
    assert CANARY not in answer.text.lower()
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
    if answer.status_code in (429, 503):
        assert int(answer.headers["retry-after"]) > 0
    if answer.status_code == 422:
        assert all(set(error) == {"where", "what"} for error in body["errors"])


class Target:
    """Where the platform is, and clients of it that are signed in."""

    def __init__(self, url: str, password: str, accounts: dict[str, str]) -> None:
        self.url, self.password = url.rstrip("/"), password
        self._accounts = {role: f"{role}@petworks.example" for role in ROLES} | accounts
        self._clients: dict[str, httpx.Client] = {}
        self._offer: dict[str, Any] = {}
        self._may: dict[str, dict[str, list[str]]] = {}
        self._signed_in: dict[str, float] = {}
        self._listers: dict[str, str] = {}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def client(self) -> httpx.Client:
        """A new client, signed in as nobody."""
        return httpx.Client(
            base_url=self.url, timeout=30, trust_env=False, verify=False, event_hooks={"response": [check_answer]}
        )

    def email(self, role: str) -> str:
        return self._accounts[role]

    def sign_in(self, role: str) -> httpx.Response:
        wish = {"grant_type": "password", "email": self.email(role), "password": self.password}
        return self.nobody.post("/v1/auth/token", json=wish)

    def fresh(self, role: str) -> httpx.Client:
        """A client with a sign-in of its own."""
        answer = self.sign_in(role)
        assert answer.status_code == 200, f"nobody can sign in as {self.email(role)}: {answer.text}"
        client = self.client()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    def lately(self, role: str) -> httpx.Client:
        """The same as `as_role`, signed in so recently that what asks for a fresh sign-in goes through."""
        if time.monotonic() - self._signed_in.get(role, -LATELY) >= LATELY:
            if old := self._clients.pop(role, None):
                old.close()
            self._signed_in[role] = time.monotonic()
        return self.as_role(role)

    @property
    def nobody(self) -> httpx.Client:
        return self._clients.setdefault("", self.client())

    def as_role(self, role: str) -> httpx.Client:
        """The client of that role that all tests share."""
        if role not in self._clients:
            self._clients[role] = self.fresh(role)
        return self._clients[role]

    @property
    def offer(self) -> dict[str, Any]:
        self._offer = self._offer or self.nobody.get("/v1").json()
        return self._offer

    def may(self, role: str) -> dict[str, list[str]]:
        """Resource → actions, as the platform says."""
        if role not in self._may:
            self._may[role] = self.as_role(role).get("/v1/me").json()["may"]
        return self._may[role]

    def roles_that(self, resource: str, action: str) -> list[str]:
        return [role for role in ROLES if action in self.may(role).get(resource, [])]

    def lister(self, resource: str) -> httpx.Client:
        """Somebody who sees the resource's list, with its numbers."""
        if resource not in self._listers:
            roles = self.roles_that(resource, "list")
            self._listers[resource] = max(roles, key=lambda role: self._rank(role, resource))
        return self.as_role(self._listers[resource])

    def _rank(self, role: str, resource: str) -> tuple[bool, int]:
        """By number before by pseudonym, then the longest list."""
        page = self.as_role(role).get(f"/v1/{resource}", params={"limit": 1}).json()
        prefix = self.offer["resources"][resource]["prefix"]
        numbered = all(item["number"].startswith(f"{prefix}-") for item in page["items"])
        return numbered, page["total"]["count"]


def new_key() -> str:
    return secrets.token_hex(16)
