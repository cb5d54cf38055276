"""Jumps: the place in a list of a record, of a sort value, or at a fraction of the whole."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from console.platform_api.entities import by_pseudonym, known_as
from console.platform_api.listing import Listing, Place, ends, is_time
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.totals import group_shares, remembered


def place_around(connection: Connection, listing: Listing, named: str) -> Place:
    entity = listing.entity
    sought = entity.named(known_as(listing.ask, entity.resource, named))
    found = connection.execute(select(entity.table).where(sought)).first()
    if found is None:
        raise NotFound("The record to show isn't there.")
    return listing.place_of(found)


def place_at(listing: Listing, value: str) -> Place:
    """The place of a sort value: a number, or a date or time. Ties: the end that the order reaches first."""
    number = 2**62 if listing.descending else 0
    if listing.column is listing.number:
        digits = value.upper().removeprefix(f"{listing.entity.prefix}-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise BadRequest("at is a number in this order.")
        if by_pseudonym(listing.ask, listing.entity.resource):  # the page would tell whose pseudonym it is
            raise BadRequest("Numbers are not known to your role.")
        place = listing.entity.place_of(int(digits))
        return place, place
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        if is_time(listing):
            raise BadRequest("at is a date in this order, as 2026-11-22.") from None
        return value, number
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC), number


def place_of_fraction(connection: Connection, listing: Listing, fraction: float) -> Place | None:
    """About the place at a fraction of the list: numbers rise with time and have no gaps to speak of."""
    found = ends(connection, listing)
    if found is None:
        return None
    low, high = found
    step = round((high - low) * fraction)
    target = high - step if listing.descending else low + step
    if listing.column is listing.number:
        return target, target
    if not is_time(listing):
        return _place_in_groups(connection, listing, fraction)
    row = connection.execute(
        select(listing.entity.table).where(listing.number >= target).order_by(listing.number).limit(1)
    ).first()
    return listing.place_of(row) if row is not None else None


def _place_in_groups(connection: Connection, listing: Listing, fraction: float) -> Place | None:
    """The same in an order by a few values (states): find the group, then the number within it."""
    groups: list[tuple[Any, float, float]] = remembered(connection, listing, "groups", group_shares)
    for value, start, share in groups:
        if fraction <= start + share or value == groups[-1][0]:
            within = (fraction - start) / share if share else 0.0
            low, high = ends(connection, listing) or (0, 0)
            step = round((high - low) * min(max(within, 0.0), 1.0))
            return value, high - step if listing.descending else low + step
    return None
