"""Who took part, as a keyed token: it tells whether an entry is a given person's, and nobody whose it is without the platform's key.

One for each purpose: of who is in the database, nobody's answers can be put beside their contact (P34).
"""

from __future__ import annotations

from typing import NamedTuple

from console.platform_api import blind
from console.platform_api.keys import Keys


class Takers(NamedTuple):
    """What a person's entries know them by."""

    survey: int
    contest: int


def takers_of(keys: Keys, person: str) -> Takers:
    return Takers(survey_taker(keys, person), contest_taker(keys, person))


def survey_taker(keys: Keys, person: str) -> int:
    return blind.token(keys, "survey", person)


def stranger_taker(keys: Keys, contest: str, email: str) -> int:
    """Of an entry by nobody that is known here, in one contest: it tells a second one of the same address, and nothing in any other."""
    return blind.token(keys, f"contest-email {contest}", blind.normal_email(email))


def contest_taker(keys: Keys, person: str) -> int:
    """Of entries and of the prizes that they won."""
    return blind.token(keys, "contest", person)
