"""Orders as the marketplace sends them, and what of them can't be: every mistake of a request is named at once, and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from console.platform_api.problems import Invalid
from console.records.orders import COURSE, TRANSITIONS, OrderState
from console.records.record import Category
from console.records.users import Source

PERSONAL: Mapping[str, Category] = {
    "pet_name": Category.SERVICE, "care_notes": Category.SERVICE, "items": Category.SERVICE, "address": Category.ADDRESS,
}  # fmt: skip
"""Field → category, of the values that need a source and a seal."""

NEEDED = ("service", "placed", "starts", "ends", "amount", "currency")
"""Of a new order, beside its people and its items."""

Errors = list[dict[str, str]]


@dataclass(frozen=True)
class Incoming:
    """One order as sent. `plain` are columns, `values` the personal ones; `trouble` is a reason to raise it."""

    external_id: str
    parent: str | None
    pro: str | None
    plain: Mapping[str, Any]
    values: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, Source] = field(default_factory=dict)
    trouble: str | None = None


@dataclass(frozen=True)
class Known:
    """What is here already: users and orders by the marketplace's ids."""

    users: Mapping[str, Row[Any]]
    orders: Mapping[str, Row[Any]]


def refuse_nonsense(items: Sequence[Incoming], known: Known, now: datetime) -> None:
    """Invalid names every field that can't be taken."""
    errors: Errors = []
    seen: set[str] = set()
    for place, item in enumerate(items):
        found = list(_wrong(item, known, now))
        if item.external_id in seen:
            found.append(("external_id", "stands twice in this request"))
        seen.add(item.external_id)
        errors += [{"where": f"items.{place}.{name}", "what": what} for name, what in found]
    if errors:
        raise Invalid("Nothing was stored. Correct the fields that are named.", errors=errors)


def _wrong(item: Incoming, known: Known, now: datetime) -> list[tuple[str, str]]:
    row = known.orders.get(item.external_id)
    return [*_people(item, known, row), *_missing(item, row), *_times(item, row, now), *_course(item, row)]


def _people(item: Incoming, known: Known, row: Row[Any] | None) -> list[tuple[str, str]]:
    found = []
    for name in ("parent", "pro"):
        sent = getattr(item, name)
        if sent is None:
            if row is None:
                found.append((name, "is needed for a new order"))
        elif sent not in known.users:
            found.append((name, "is no user here: send the user first"))
        elif row is not None and known.users[sent].id != getattr(row, name):
            found.append((name, "can't change"))
    if item.parent is not None and item.parent == item.pro:
        found.append(("pro", "is the parent"))
    return found


def _missing(item: Incoming, row: Row[Any] | None) -> list[tuple[str, str]]:
    if row is not None:
        changed = item.plain.get("currency", row.currency) != row.currency
        return [("currency", "can't change")] if changed else []
    lacking = [name for name in NEEDED if name not in item.plain]
    lacking += [] if "items" in item.values else ["items"]
    return [(name, "is needed for a new order") for name in lacking]


def _times(item: Incoming, row: Row[Any] | None, now: datetime) -> list[tuple[str, str]]:
    placed, starts, ends = (item.plain.get(name, getattr(row, name, None)) for name in ("placed", "starts", "ends"))
    found = []
    if placed is not None and placed > now:
        found.append(("placed", "lies in the future"))
    if starts is not None and ends is not None and ends < starts:
        found.append(("ends", "lies before its start"))
    return found


def _course(item: Incoming, row: Row[Any] | None) -> list[tuple[str, str]]:
    """Only forward, and into cancelled from all but the last."""
    state = item.plain.get("state")
    if state is None or row is None or state == row.state:
        return []
    if state == OrderState.CANCELLED:
        return [] if row.state in TRANSITIONS["cancel"].sources else [("state", f"can't follow {row.state}")]
    forward = row.state in COURSE and COURSE.index(OrderState(state)) > COURSE.index(OrderState(row.state))
    return [] if forward else [("state", f"can't follow {row.state}")]
