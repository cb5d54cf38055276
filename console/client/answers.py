"""What replies mean: JSON, problems, records, pages; what isn't the contract's is ContractBroken, quoting no value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Generic, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from console.client.transport import Reply
from console.errors import ContractBroken, Problem
from console.records import RECORDS
from console.records.record import Record

VERSION = 1
"""The major version of the contract that this console writes."""

R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Answer:
    """`bare`: done, as the platform's memory of the intent says; the body only has resource, id and version."""

    status: int
    body: dict[str, Any]
    etag: int | None = None
    replayed: bool = False
    bare: bool = False


class Total(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    count: int
    exact: bool


@dataclass(frozen=True)
class Page(Generic[R]):
    """Part of a list; `first` is the index of the first item in the whole list, estimated where the total is."""

    items: tuple[R, ...]
    next: str | None
    previous: str | None
    total: Total
    first: int


class Changed(BaseModel):
    """A record that got a new version; no values."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    seq: int
    resource: str
    id: str
    version: int


class Changes(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    items: tuple[Changed, ...] = ()
    last: int


class Offer(BaseModel):
    """What `GET /v1` lists; members that this console doesn't know stay in `model_extra`."""

    model_config = ConfigDict(frozen=True, extra="allow")

    version: str
    environment: str | None = None
    resources: dict[str, dict[str, Any]] = {}

    @property
    def major(self) -> int:
        head = self.version.partition(".")[0]
        if not (head.isascii() and head.isdecimal()):
            raise ContractBroken("The platform names no version of the contract.")
        return int(head)


class _Shape(BaseModel):
    """A page before its items are read."""

    items: list[dict[str, Any]]
    next: str | None = None
    previous: str | None = None
    total: Total
    first: int = 0


def answer(reply: Reply) -> Answer:
    """The answer, or the Problem that it tells."""
    if reply.status >= 400:
        raise problem(reply)
    body = {} if reply.status == HTTPStatus.NO_CONTENT or not reply.body else _json(reply)
    return Answer(
        reply.status, body, _etag(reply), replayed=reply.headers.get("Idempotent-Replay", "").lower() == "true"
    )


def problem(reply: Reply) -> Problem:
    """A page that isn't the platform's own is a gateway's trouble from 500 on; below it is another server."""
    wait = _retry_after(reply.headers.get("Retry-After"))
    if media_type(reply) == "application/problem+json":
        return Problem.of(reply.status, _json(reply), retry_after=wait)
    if reply.status < 500:
        raise ContractBroken(f"The answer ({reply.status}) is not a Petworks platform's.")
    return Problem.of(reply.status, {"title": f"The platform is in trouble ({reply.status})."}, retry_after=wait)


def model(kind: type[M], body: Mapping[str, Any]) -> M:
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise ContractBroken(f"{kind.__name__}: {_where(error)}") from None


def record(collection: str, body: Mapping[str, Any]) -> Record:
    return model(RECORDS[collection], body)


def page(collection: str, body: Mapping[str, Any]) -> Page[Any]:
    shape = model(_Shape, body)
    items = tuple(record(collection, item) for item in shape.items)
    return Page(items, shape.next, shape.previous, shape.total, max(0, shape.first))


def _where(error: ValidationError) -> str:
    """The first place and what is wrong there, without the input."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'the answer'}: {first['type'].replace('_', ' ')}."


def media_type(reply: Reply) -> str:
    """What the body is, without its parameters."""
    return str(reply.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def _json(reply: Reply) -> dict[str, Any]:
    try:
        body = json.loads(reply.body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ContractBroken(f"The answer ({reply.status}) is not JSON.") from None
    if not isinstance(body, dict):
        raise ContractBroken(f"The answer ({reply.status}) is not a JSON object.")
    return body


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)


def _etag(reply: Reply) -> int | None:
    tag = reply.headers.get("ETag", "").strip('"')
    return int(tag) if tag.isascii() and tag.isdecimal() else None


def _retry_after(header: str | None) -> float | None:
    """Seconds from now; RFC 9110 allows a number or a date."""
    if header is None:
        return None
    if header.isascii() and header.isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
