"""The rules of the policy as a list wants them: all of them at once, counted anew whenever the list is fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.client import Client
from console.records.policy import Policy, PolicyRule, read_policy


@dataclass(frozen=True)
class Count:
    count: int
    exact: bool = True


@dataclass(frozen=True)
class Whole:
    """The one page that there is."""

    items: tuple[PolicyRule, ...]
    next: str | None = None
    previous: str | None = None
    first: int = 0

    @property
    def total(self) -> Count:
        return Count(len(self.items))


@dataclass(frozen=True)
class Rules:
    """`came` hears of each answer before the list shows it."""

    client: Client
    came: Callable[[Policy], None]

    async def page(
        self,
        *,
        cursor: str | None = None,
        around: str | None = None,
        at: str | None = None,
        fraction: float | None = None,
        end: bool = False,
        limit: int,
    ) -> Whole:
        policy = read_policy((await self.client.get("/v1/policy")).body)
        self.came(policy)
        return Whole(policy.rules)
