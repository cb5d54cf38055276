"""Who of the sample's people applies: every pro did, some others did in vain, and as many as a desk has in a morning wait."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from random import Random

from console.platform_api.seed_people import Person
from console.records.pro_applications import ApplicationState
from console.records.users import UserState

_S = ApplicationState

MORNING = 50
"""Open applications in a sample of `USUAL` users; of more people there are more, but a desk doesn't let them pile up as fast."""

USUAL = 2_000

ENDED = {_S.DECLINED: 0.025, _S.WITHDRAWN: 0.01, _S.EXPIRED: 0.007}
"""How an application that is over and made nobody a pro ended → the part of all users."""


def open_in(users: int) -> int:
    """Open applications unless somebody asks for more."""
    return min(users // 8, round(MORNING * math.sqrt(users / USUAL)))


class Applicants:
    """The applicants of one share by their places among its people. The same for the same random source."""

    def __init__(self, random: Random, people: Sequence[Person], open_count: int) -> None:
        self.pros = [place for place, person in enumerate(people) if person.pro]
        others = [place for place, it in enumerate(people) if not it.pro and it.state == UserState.ACTIVE]
        random.shuffle(others)
        rounds = -(-open_count // max(1, len(others)))  # more open ones than people: some have several
        self.open = (others * rounds)[:open_count]
        rest = iter(others[open_count:])
        self.ended = {state: _some(random, rest, part * len(people)) for state, part in ENDED.items()}

    def alike(self, random: Random, people: Sequence[Person]) -> list[Person]:
        """The people, some of whom applied under a phone, an e-mail or an address of somebody else who did."""
        found = list(people)
        known = [*self.pros, *self.open, *self.ended[_S.DECLINED]]
        for place in self.open[4::9] if len(known) > 1 else ():
            other = found[random.choice(known)]
            found[place] = random.choice((_same_phone, _same_email, _same_address))(found[place], other)
        return found


def _some(random: Random, rest: Iterator[int], wanted: float) -> list[int]:
    """So many of the rest; of a fraction as often as it says."""
    count = int(wanted) + (random.random() < wanted % 1)
    return list(islice(rest, count))


def _same_phone(person: Person, other: Person) -> Person:
    return replace(person, phone=other.phone, phone_normal=other.phone_normal)


def _same_email(person: Person, other: Person) -> Person:
    return replace(person, email=other.email)


def _same_address(person: Person, other: Person) -> Person:
    street = other.street or "12 Elm Street"
    return replace(person, street=street, city=other.city, postcode=other.postcode)
