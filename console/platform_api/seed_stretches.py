"""Which orders a share makes: numbers rise with time over all shares, though each makes its own apart from the others.

The years are cut into blocks of equally many orders' worth, each block into one stretch a share. A share's users order in the stretches
that begin after they registered, so its orders are runs of consecutive numbers and go into every index run by run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

AN_USER = 2
"""Orders made for each user."""

BLOCKS = 16
REGISTERED = 0.6
"""A user's part of all users, to this power, is their registration's part of the years (see `seed_people`)."""

ORDERED = 0.375
"""The same for orders: as many at a time as there are users by then."""


@dataclass(frozen=True)
class Stretch:
    """Orders `first` to `first + count - 1`, placed between two parts of the years."""

    first: int
    count: int
    begin: float
    end: float

    def part(self, place: float) -> float:
        """When the order at that place in the stretch (0 to 1) is placed."""
        return float((self.begin + (self.end - self.begin) * place) ** ORDERED)


@lru_cache(maxsize=2)
def stretches(users: int, share: int) -> Mapping[int, tuple[Stretch, ...]]:
    """Place of a share → its stretches; `share` users are made at once."""
    places = range(-(-users // share))
    counts = [_counts(users, share, place, len(places)) for place in places]
    found: dict[int, list[Stretch]] = {place: [] for place in places}
    first = 1
    for block in range(BLOCKS):
        for place in places:
            count = counts[place][block]
            if count:
                begin, end = ((block + edge / len(places)) / BLOCKS for edge in (place, place + 1))
                found[place].append(Stretch(first, count, begin, end))
            first += count
    return {place: tuple(some) for place, some in found.items()}


def _counts(users: int, share: int, place: int, places: int) -> list[int]:
    """Orders of one share in each block: equally many in each that begins once its users are there, the odd ones in the last."""
    last = min((place + 1) * share, users)
    orders = (last - place * share) * AN_USER
    known = (last / users) ** REGISTERED
    open_to = [
        block
        for block in range(BLOCKS)
        if places == 1 or block == BLOCKS - 1 or ((block + place / places) / BLOCKS) ** ORDERED >= known
    ]
    each, odd = divmod(orders, len(open_to))
    return [(each + (odd if block == BLOCKS - 1 else 0)) if block in open_to else 0 for block in range(BLOCKS)]
