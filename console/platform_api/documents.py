"""What stands inside a sealed value: a record's fields of one category, each with its source and time (P1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from console.platform_api.columns import EPOCH
from console.platform_api.problems import Problem
from console.records.users import Source

MICROSECOND = timedelta(microseconds=1)
SOURCES: Mapping[str, Source] = {source.value: source for source in Source}


class DocumentError(Problem):
    """A document that can't be written or read. Shows nothing of it."""

    status, type, title = 500, "unexpected", "A stored value can't be read"


class Value(NamedTuple):
    """A personal value, where it came from and since when. There is none without a source."""

    value: str
    source: Source
    at: datetime

    def __repr__(self) -> str:
        return f"Value(…, {self.source!s})"


def dump(document: Mapping[str, Value]) -> bytes:
    """Compact JSON: {field: [value, source, microseconds since 1970]}. Refuses a source that is none."""
    if any(value.source not in SOURCES for value in document.values()):
        raise DocumentError("A personal value needs its source.")
    return dump_json(
        {name: (it.value, str(it.source), (it.at - EPOCH) // MICROSECOND) for name, it in document.items()}
    )


def load(content: bytes) -> dict[str, Value]:
    try:
        return {name: _value(*stored) for name, stored in load_json(content).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DocumentError from None  # the cause would quote the document


def _value(value: str, source: str, at: int) -> Value:
    return Value(value, SOURCES[source], EPOCH + timedelta(microseconds=at))


def dump_json(plain: object) -> bytes:
    """Any JSON that gets sealed: a change, a thread. A lone surrogate is refused without quoting the text."""
    try:
        return to_json(plain)  # 0.8 µs where json takes 3
    except ValueError:
        raise DocumentError("Text holds characters that no encoding has.") from None


def load_json(content: bytes) -> Any:
    """ValueError unless it is JSON. Keys alone are cached: a cached value would outlive the person's erasure."""
    return from_json(content, cache_strings="keys")
