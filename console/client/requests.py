"""What goes out: paths, queries, headers and bodies of the contract."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from console.client.transport import Request
from console.raw import Raw

Query = Mapping[str, str | int | bool | Sequence[str] | None]


def path(*parts: str) -> str:
    """/v1/… with every part quoted: a `/` or `..` in an id leads nowhere else."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def signed(request: Request, token: str) -> Request:
    named = {**request.headers, "Authorization": f"Bearer {token}"}
    return Request(request.method, request.path, request.params, named, request.body)


def headers(*, case: str | None = None, key: str | None = None, version: int | None = None) -> dict[str, str]:
    named = {"Petworks-Case": case, "Idempotency-Key": key, "If-Match": None if version is None else f'"{version}"'}
    return {name: value for name, value in named.items() if value is not None}


def parameters(query: Query | None) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for name, value in (query or {}).items():
        if isinstance(value, str | int):
            pairs.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
        elif value is not None:
            pairs.extend((name, item) for item in value)
    return tuple(pairs)


def json_bytes(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, default=_typed, allow_nan=False).encode()


def _typed(value: object) -> str:
    if isinstance(value, Raw):
        return value.typed
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)
