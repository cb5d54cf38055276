"""An answer that is too long to hold: its parts as they come, or the JSON objects of its lines."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from console.client.answers import Total
from console.client.transport import Reply
from console.errors import ContractBroken

TOTAL = "Petworks-Total"
"""The header that says how many lines are to come: `1200; exact` or `48000; estimated`."""


@dataclass(frozen=True)
class Stream:
    """`total`: how many lines are to come, where the platform says so."""

    parts: AsyncIterator[bytes]
    total: Total | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.parts

    async def rows(self) -> AsyncIterator[dict[str, Any]]:
        """The object of each line; a last one without its end means that the answer was cut short."""
        rest = b""
        async for part in self.parts:
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                yield _object(line)
        if rest:
            raise ContractBroken("The answer was cut short.")


@dataclass(frozen=True)
class File:
    """What it is, the platform says, and whoever shows it looks."""

    data: bytes = field(repr=False)
    media_type: str = ""


async def gathered(parts: AsyncIterator[bytes], most: int) -> bytes:
    """All parts as one; ContractBroken as soon as they are more than they may be."""
    held = bytearray()
    async for part in parts:
        held += part
        if len(held) > most:
            raise ContractBroken(f"The file has more than {most} bytes.")
    return bytes(held)


def told_total(reply: Reply) -> Total | None:
    count, _, how = reply.headers.get(TOTAL, "").partition(";")
    if not (count.isascii() and count.isdecimal()):
        return None
    return Total(count=int(count[:15]), exact=how.strip() == "exact")


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ContractBroken("The answer has a line that is no JSON object.")
    return found
