"""Who took part, as a keyed token: it tells whether an entry is a given person's, and nobody whose it is without the platform's key."""

from __future__ import annotations

from console.platform_api import blind
from console.platform_api.keys import Keys


def taker_of(keys: Keys, person: str) -> int:
    return blind.token(keys, "entry", person)
