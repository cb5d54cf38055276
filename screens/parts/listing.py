"""A list of the platform as a table wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.client import Client, Page


@dataclass(frozen=True)
class Listing:
    """One collection with its filters and its order."""

    client: Client
    collection: str
    params: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    async def page(
        self,
        *,
        cursor: str | None = None,
        around: str | None = None,
        at: str | None = None,
        fraction: float | None = None,
        end: bool = False,
        limit: int,
    ) -> Page[Any]:
        place = {"cursor": cursor, "around": around, "at": at, "end": "true" if end else None}
        place["fraction"] = None if fraction is None else f"{fraction:.6f}"
        return await self.client.page(self.collection, params={**self.params, **place, "limit": limit})
