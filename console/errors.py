"""What can go wrong, in one tree; `except PetworksError` catches all of it.

PetworksError
├── SettingsError                   the config file, the environment or a flag
├── ConnectionFailed                no connection, no trust in the certificate, no answer in time
│   └── OutcomeUnknown              a write that may or may not have been done
├── ContractBroken                  an answer that isn't the contract's
├── OutOfDate                       the platform speaks a newer version: read-only
└── Problem                         an answer that says no (RFC 9457)
    ├── NotSignedIn                 401
    │   └── FreshSignIn             signed in, but too long ago for this
    ├── NotAllowed                  403
    ├── NotFound                    404
    ├── Conflict                    409
    ├── Stale                       412: others were faster
    ├── Invalid                     400, 413, 422, 428
    ├── TooMany                     429
    └── Unavailable                 502, 503, 504, 507
    (any other: Problem itself)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple


class PetworksError(Exception):
    """`str()` says what happened, `advice` what to do; both may quote the platform, so they are drawn as untrusted."""

    exit_code: ClassVar[int] = 1
    advice: str = ""

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


class SettingsError(PetworksError):
    exit_code = 2


class ConnectionFailed(PetworksError):
    """`sent`: the request may have reached the platform before the connection failed."""

    exit_code = 3
    advice = "Nothing was changed. Look at the address and the network, then try again."

    def __init__(self, message: str, *, advice: str | None = None, sent: bool = True) -> None:
        super().__init__(message, advice=advice)
        self.sent = sent


class OutcomeUnknown(ConnectionFailed):
    """`key` is the intent's: sending the same key and body again can't do it twice."""

    advice = "It may have been done. Look at the record before you do it again; trying again here can't do it twice."

    def __init__(self, message: str, *, key: str, advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.key = key


class ContractBroken(PetworksError):
    advice = "Is this the address of a Petworks platform, and is the console as new as the platform?"


class OutOfDate(PetworksError):
    advice = "Update the console. Until then it only reads."


class Change(NamedTuple):
    """One field that others changed since the version that the write was made from."""

    field: str
    by: str
    at: str


class Problem(PetworksError):
    """An answer that says no; `extra` has the members beyond RFC 9457's own."""

    def __init__(self, status: int, body: Mapping[str, Any], *, retry_after: float | None = None) -> None:
        self.status = status
        self.type = _word(body, "type") or "unexpected"
        self.title = _word(body, "title") or f"The platform answered {status}."
        self.detail = _word(body, "detail")
        self.because = _word(body, "because")
        self.request_id = _word(body, "request_id")
        self.retry_after = retry_after
        self.extra = {name: value for name, value in body.items() if name not in _OWN}
        super().__init__(self.because or self.detail or self.title)

    @staticmethod
    def of(status: int, body: Mapping[str, Any], *, retry_after: float | None = None) -> Problem:
        """The problem of the narrowest class for this status and type."""
        narrow = _BY_TYPE.get(_word(body, "type")) or _BY_STATUS.get(status, Problem)
        return narrow(status, body, retry_after=retry_after)


class NotSignedIn(Problem):
    exit_code = 4
    advice = "Sign in again."


class FreshSignIn(NotSignedIn):
    advice = "This asks for a sign-in within the last minutes: enter the password again."


class NotAllowed(Problem):
    exit_code = 4


class NotFound(Problem):
    advice = "It doesn't exist, or your role doesn't see it."


class Conflict(Problem):
    advice = "Refresh and look again."


class Stale(Problem):
    """`version` is the record's now; `changed` says who changed what since."""

    advice = "Others changed it meanwhile: look at their change before you save yours."

    @property
    def version(self) -> int | None:
        version = self.extra.get("version")
        return version if isinstance(version, int) else None

    @property
    def changed(self) -> list[Change]:
        return [Change(*(_word(row, name) for name in Change._fields)) for row in _rows(self.extra.get("changed"))]


class Invalid(Problem):
    """`errors` says where and what, never the input."""

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(_word(row, "where"), _word(row, "what")) for row in _rows(self.extra.get("errors"))]


class TooMany(Problem):
    advice = "Wait, then try again."


class Unavailable(Problem):
    exit_code = 3
    advice = "The platform is busy or in trouble: try again in a moment."


_OWN = {"type", "title", "status", "detail", "because", "request_id"}
_BY_TYPE: dict[str, type[Problem]] = {"fresh-sign-in": FreshSignIn}
_BY_STATUS: dict[int, type[Problem]] = {
    400: Invalid,
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    412: Stale,
    413: Invalid,
    422: Invalid,
    428: Invalid,
    429: TooMany,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
    507: Unavailable,
}


def _word(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
