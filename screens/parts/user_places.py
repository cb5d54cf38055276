"""The orders of the list of users, places in it, and what people are linked to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from console.records.users import User
from screens.parts.jump import Place, parse
from screens.parts.user_view import Linked

ORDERS: Mapping[str, str] = {
    "-number": "newest first",
    "number": "oldest first",
    "-registered": "last registered first",
    "registered": "first registered first",
    "state": "by state, active first",
    "-state": "by state, suspended first",
}
"""Sort → words."""


def linked(found: Linked, applications: Iterable[str] = (), *, told: bool = False) -> dict[str, Place]:
    """Words → where what a person is linked to stands: their orders as a list, each application and ticket by itself; `told`: what
    third parties were told of them too."""
    places = {found.order_words: Place("orders", those=f"user:{found.of}")} if found.orders else {}
    places |= {number: Place("pro-applications", number) for number in applications}
    places |= {number: Place("tickets", number) for number in found.tickets}
    return places | ({"what third parties were told": Place("disclosures", those=f"user:{found.of}")} if told else {})


def reached(at: datetime | int, *, falls: bool) -> Callable[[User], bool]:
    def reached(user: User) -> bool:
        value = user.registered if isinstance(at, datetime) else digits(user.number)
        return value is None or (value <= at if falls else value >= at)  # type: ignore[operator]

    return reached


def digits(number: str) -> int:
    return int(number.strip().rpartition("-")[2])


def no_number(typed: str) -> str:
    place = parse(typed if typed.upper().startswith("U") else f"U-{typed}", ("users",))
    return "" if isinstance(place, Place) and place.number else "A number, as in U-1048233."


def no_date(typed: str) -> str:
    try:
        date.fromisoformat(typed.strip())
    except ValueError:
        return "A date, as in 2026-03-01."
    return ""
