"""How orders are filtered and found: the words of the bar, and what of them the platform is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.client import Client, Page
from console.raw import Raw
from screens.parts.filter_kinds import exact_moment, minor_span, moment, money_span, numbered
from screens.parts.filter_language import Filter, Kind

KINDS: Mapping[str, Kind] = {"since": moment(), "until": moment(), "amount": money_span(), "user": numbered("U")}
ONCE = ("since", "until", "amount", "user")

EXAMPLES = ("trouble:yes", "payment:disputed,failed", "state:placed,confirmed since:1d until:+3d", "amount:200..")

PAYMENT = "payment"
"""What the bar calls the platform's `payment_state`."""

TERMS: Mapping[str, str] = {"number": "number", "reference": "processor_reference", "card": "last_four"}
"""Term of the bar → the platform's."""
OF_CARDS = ("reference", "card")

HALF_A_YEAR = timedelta(weeks=26)


def offered(filters: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The platform's filters by the names that the bar has for them."""
    return {PAYMENT if name == "payment_state" else name: values for name, values in filters.items()}


def terms(may: Iterable[str]) -> tuple[str, ...]:
    """What the role may find orders by."""
    if "search" not in may:
        return ()
    return tuple(name for name in TERMS if name not in OF_CARDS or "search-card" in may)


def params(chosen: Filter, now: datetime) -> dict[str, Sequence[str]]:
    """A filter as the platform wants it: exact times, minor units."""
    found: dict[str, Sequence[str]] = {
        "payment_state" if name == PAYMENT else name: values for name, values in chosen.params.items()
    }
    found |= {name: (exact_moment(found[name][0], now),) for name in ("since", "until") if name in found}
    return found | ({"amount": (minor_span(found["amount"][0]),)} if "amount" in found else {})


def of_days(asked: Mapping[str, Sequence[str]], by: str, now: datetime) -> dict[str, Sequence[str]]:
    """The same for figures, which go by whole days: of weeks half a year, unless the filter says since when."""
    found = {name: (values[0][:10],) if name in ("since", "until") else values for name, values in asked.items()}
    if by == "week" and "since" not in found:
        found["since"] = ((now - HALF_A_YEAR).date().isoformat(),)
    return found


def objection(wanted: Filter) -> str:
    """Why a search can't be sent as it is; empty when it can."""
    if len(wanted.terms) > 1:
        return f"Search by one of {', '.join(f'{name}:' for name in wanted.terms)} at a time."
    card = wanted.terms.get("card")
    if card is not None and not (len(card.typed) == 4 and card.typed.isascii() and card.typed.isdecimal()):
        return "card: the last four digits, as in 4242."
    return ""


@dataclass(frozen=True)
class OrderSearch:
    """The orders that one term finds; by POST, so that it stands in no URL. Those of a card come in pages."""

    client: Client
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
        asked: dict[str, object] = {TERMS[name]: raw.typed for name, raw in self.terms.items()}
        if "last_four" in asked:
            asked |= {"limit": min(limit, 200)} | ({"cursor": cursor} if cursor else {})
        return await self.client.search("orders", asked, case=self.case)
