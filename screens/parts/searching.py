"""Finding people by what they say of themselves: by POST, so that it stands in no URL, and never twice without being asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.client import Client, Page
from console.raw import Raw
from screens.parts.filter_language import Filter

KINDS = ("number", "email", "phone", "name")
"""Exactly one of them is a search; a name may be narrowed by what follows."""
NARROWING = ("city", "postcode")


@dataclass(frozen=True)
class Searching:
    """The hits of one search, all on one page; the platform logs it, and counts the hits of a name as people looked at."""

    client: Client
    collection: str
    terms: Mapping[str, Raw]
    case: str | None

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
        terms: dict[str, object] = {name: raw.typed for name, raw in self.terms.items()}
        if self.case is not None:
            terms["case"] = self.case
        return await self.client.search(self.collection, terms, case=self.case)


def objection(wanted: Filter, *, has_case: bool) -> str:
    """Why a search can't be sent as it is, as a sentence; empty when it can. The platform has the last word."""
    if not wanted.terms:
        return ""
    kinds = [name for name in KINDS if name in wanted.terms]
    if not kinds:
        return f"{' and '.join(wanted.terms)} only narrow a search by name: add name:"
    if len(kinds) > 1:
        return f"Search by one of {', '.join(f'{kind}:' for kind in kinds)} at a time."
    narrowing = [name for name in NARROWING if name in wanted.terms]
    if narrowing and kinds[0] != "name":
        return f"{' and '.join(narrowing)} narrow a search by name only: leave out {', '.join(narrowing)}."
    if kinds[0] == "name" and not has_case:
        return "To find people by name take a case in hand first (escape, t): it is logged for it, and hits count."
    return ""
