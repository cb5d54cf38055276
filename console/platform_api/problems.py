"""What can go wrong, as RFC 9457 problems. A problem never carries what was sent.

Problem
├── BadRequest 400 · NotSignedIn 401 · FreshSignIn 401 · NotAllowed 403 · NotFound 404
├── Conflict 409 · InFlight 409 · KeyReused 409 · Stale 412 · TooLarge 413 · Invalid 422
├── VersionRequired 428 · KeyRequired 428 · TooMany 429
└── Busy 503 · AuditUnavailable 503 · StorageFull 507
"""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """`because` is a sentence for people; `members` are further members of the problem document."""

    status = 500
    type = "unexpected"
    title = "Something went wrong"

    def __init__(self, because: str = "", *, retry_after: int | None = None, **members: Any) -> None:
        super().__init__(self.title)
        self.because = because
        self.retry_after = retry_after
        self.members = members

    def document(self, request_id: str) -> dict[str, Any]:
        head = {"type": self.type, "title": self.title, "status": self.status, "detail": self.because or self.title}
        return {**head, "because": self.because, "request_id": request_id, **self.members}


class BadRequest(Problem):
    status, type, title = 400, "bad-request", "The request can't be understood"


class NotSignedIn(Problem):
    status, type, title = 401, "not-signed-in", "Sign in first"


class FreshSignIn(Problem):
    status, type, title = 401, "fresh-sign-in", "Give your password again"


class NotAllowed(Problem):
    status, type, title = 403, "not-allowed", "Not allowed"


class NotFound(Problem):
    status, type, title = 404, "not-found", "There is no such record"


class Conflict(Problem):
    status, type, title = 409, "conflict", "Not possible as things stand"


class InFlight(Problem):
    status, type, title = 409, "in-flight", "The same request is still being worked on"


class KeyReused(Problem):
    status, type, title = 409, "key-reused", "This idempotency key belongs to another request"


class Stale(Problem):
    """`version`: the record's now; `changed`: [{field, by, at}] since the version that was sent."""

    status, type, title = 412, "stale", "The record changed in the meantime"


class TooLarge(Problem):
    status, type, title = 413, "too-large", "The request is too large"


class Invalid(Problem):
    """`errors`: [{where, what}]."""

    status, type, title = 422, "invalid", "Some values can't be taken"


class VersionRequired(Problem):
    status, type, title = 428, "version-required", "Say which version you saw, with If-Match"


class KeyRequired(Problem):
    status, type, title = 428, "key-required", "Send an Idempotency-Key"


class TooMany(Problem):
    status, type, title = 429, "too-many", "Too many tries"


class Busy(Problem):
    status, type, title = 503, "busy", "The platform is busy; try again"


class AuditUnavailable(Problem):
    status, type, title = 503, "audit-unavailable", "The audit log can't be written, so nothing is shown"


class StorageFull(Problem):
    status, type, title = 507, "storage-full", "The platform's disk is full; nothing was changed"


def only_from(state: str, *sources: str) -> str:
    """What is said when a record's state doesn't allow what is asked for."""
    return f"It is {state}; this goes only from {' or '.join(sources)}.".replace("_", " ")
