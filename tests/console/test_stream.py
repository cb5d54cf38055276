"""Answers too long to hold: whole lines, however they are cut on the way, and none that is only half there."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.client.answers import Total
from console.client.stream import Stream, gathered, told_total
from console.client.transport import Reply
from console.errors import ContractBroken

TEXT = '{"name": "Zoë \\u001b[31m"}\n{"name": "李"}\n{}\n'.encode()


async def parts_of(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def rows(*parts: bytes) -> list[dict[str, Any]]:
    async def gather() -> list[dict[str, Any]]:
        return [row async for row in Stream(parts_of(*parts)).rows()]

    return asyncio.run(gather())


@given(st.lists(st.integers(0, len(TEXT)), max_size=6))
def test_lines_are_the_same_however_they_are_cut(cuts: list[int]):
    edges = [0, *sorted(cuts), len(TEXT)]
    assert rows(*(TEXT[start:end] for start, end in pairwise(edges))) == [
        {"name": "Zoë \x1b[31m"}, {"name": "李"}, {},
    ]  # fmt: skip


@pytest.mark.parametrize("text", [b'{"a": 1}\n{"b"', b"[1]\n", b"nonsense\n", b"[" * 100_000 + b"\n", b"\n"])
def test_what_is_cut_short_or_no_object_is_no_answer(text: bytes):
    with pytest.raises(ContractBroken):
        rows(text)


@pytest.mark.parametrize(
    ("told", "total"),
    [
        ("1200; exact", Total(count=1200, exact=True)),
        ("48000; estimated", Total(count=48_000, exact=False)),
        ("", None),
        ("many", None),
        ("-1; exact", None),
        ("٣; exact", None),
    ],
)
def test_the_total_is_what_the_platform_tells(told: str, total: Total | None):
    headers = httpx.Headers([(b"Petworks-Total", told.encode())] if told else [])
    assert told_total(Reply(200, headers, b"")) == total


def test_a_file_is_gathered_whole_and_refused_as_soon_as_it_is_too_large():
    asked: list[bytes] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            asked.append(b"0123456789")
            yield asked[-1]

    assert asyncio.run(gathered(parts_of(b"a", b"", b"bc"), 3)) == b"abc"
    with pytest.raises(ContractBroken):
        asyncio.run(gathered(endless(), 25))
    assert len(asked) == 3
