"""The guard on every route: who asks, whether any of their roles has the permission at all, and the log of every refusal.

`dependencies=[permits("users", "lock")]` stands on the decorator; conditions on the record are `store`'s, on the locked row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from console import access
from console.platform_api.actor import Actor
from console.platform_api.audit import Entry
from console.platform_api.platform import Platform
from console.platform_api.problems import (
    BadRequest,
    FreshSignIn,
    KeyRequired,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    TooMany,
    VersionRequired,
)
from console.platform_api.signin import actor_of

KEY_LENGTH = 64


@dataclass
class Ask:
    """One request: who, for which permission, with which case in hand, version and intent."""

    platform: Platform
    actor: Actor
    resource: str
    action: str
    request_id: str
    now: datetime
    case: str | None = None
    key: str | None = None
    expected: int | None = None
    body_digest: bytes = b""
    subject: str | None = None
    """Whose record this turned out to be about, for the log: an owner's id, never written as such."""
    record: str | None = None
    route: str = ""
    """Method and path: the scope of an idempotency key."""
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    """Effects outside the transaction, for once it holds."""

    @property
    def permission(self) -> str:
        return f"{self.resource}:{self.action}"

    def require_version(self) -> int:
        if self.expected is None:
            raise VersionRequired()
        return self.expected

    def require_key(self) -> str:
        if self.key is None:
            raise KeyRequired()
        return self.key

    def entry(self, outcome: str = "done", **more: Any) -> Entry:
        """The audit row of this request; the subject goes by pseudonym."""
        subject = self.platform.vault.pseudonyms([self.subject]).get(self.subject) if self.subject else None
        found = {"subject": subject, "record": self.record, "ticket": self.case, **more}
        return Entry(
            at=self.now, actor=self.actor.id, role=self.actor.role, resource=self.resource, action=self.action,
            outcome=outcome, request=self.request_id, **found,
        )  # fmt: skip


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("Send the access token of POST /v1/auth/token.")
    return token


def _expected(request: Request) -> int | None:
    tag = request.headers.get("If-Match")
    if tag is None:
        return None
    number = tag.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise BadRequest('If-Match is a version in quotes, as in "7".')
    return int(number)


def _key(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise BadRequest(f"An Idempotency-Key is 1 to {KEY_LENGTH} printable ASCII characters.")
    return key


async def _ask(request: Request, resource: str, action: str) -> Ask:
    platform: Platform = request.app.state.platform
    actor = actor_of(platform, _bearer(request))
    ask = Ask(platform, actor, resource, action, request.state.request_id, platform.clock())
    request.state.ask = ask
    if not access.has(actor.roles, resource, action):
        raise NotAllowed("Your role does not have this.")
    ask.case, ask.key, ask.expected = _case(request, platform), _key(request), _expected(request)
    ask.route = f"{request.method} {request.url.path}"
    digest = hashlib.sha256(f"{ask.route}\n{ask.expected}\n".encode() + await request.body())
    ask.body_digest = digest.digest()
    return ask


def _case(request: Request, platform: Platform) -> str | None:
    named = request.headers.get("Petworks-Case")
    if named is None:
        return None
    from console.platform_api.lookup import find_ticket_id

    return find_ticket_id(platform, named)


def permits(resource: str, action: str) -> Any:
    """The guard of one route. Everyone without the permission is refused, and the refusal is on the log."""

    async def guard(request: Request) -> None:
        await _ask(request, resource, action)

    guard.permission = (resource, action)  # type: ignore[attr-defined]
    return Depends(guard)


async def _public() -> None:
    return None


async def _signed_in(request: Request) -> None:
    await _ask_any(request)


async def _ask_any(request: Request) -> None:
    platform: Platform = request.app.state.platform
    actor = actor_of(platform, _bearer(request))
    request.state.ask = Ask(platform, actor, "platform", "read", request.state.request_id, platform.clock())


_public.permission = None  # type: ignore[attr-defined]
_signed_in.permission = None  # type: ignore[attr-defined]
public = Depends(_public)
"""A route for anyone: signing in, health, what is offered."""
signed_in = Depends(_signed_in)
"""A route for every employee about themselves: /v1/me, /v1/intents, /v1/changes."""


async def _current(request: Request) -> Ask:  # a plain function would cost a trip through the thread pool
    ask: Ask = request.state.ask
    return ask


Asking = Annotated[Ask, Depends(_current)]


def is_guarded(route: Any) -> bool:
    """Whether a route's decorator says who may use it."""
    return any(hasattr(dependency.dependency, "permission") for dependency in getattr(route, "dependencies", ()))


REFUSALS = (NotAllowed, NotFound, FreshSignIn, TooMany)


async def record_refusal(request: Request, problem: Problem) -> None:
    """Puts a refusal on the log before it is answered."""
    ask: Ask | None = getattr(request.state, "ask", None)
    if ask is None or not isinstance(problem, REFUSALS):
        return
    await ask.platform.recorder.record(ask.entry("refused", details={"type": problem.type}))
