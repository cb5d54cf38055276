"""Counting wrong passwords: ten lock an address for half an hour."""

from __future__ import annotations

import hmac
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.platform_api.problems import TooMany

TRIES = 10
LOCKED_FOR = timedelta(minutes=30)
REMEMBERED = 10_000
"""Unknown addresses that a process counts for; the one tried longest ago goes first."""


@dataclass(frozen=True)
class Count:
    failures: int = 0
    locked_until: datetime | None = None

    def charged(self, now: datetime) -> Count:
        """One try more, taken as wrong until it is found right; TooMany while locked."""
        if self.locked_until is not None and self.locked_until > now:
            raise TooMany(
                "Wait until the account opens again.", retry_after=math.ceil((self.locked_until - now).total_seconds())
            )
        failures = 1 if self.locked_until is not None else self.failures + 1
        return Count(failures, now + LOCKED_FOR if failures >= TRIES else None)


class Strangers:
    """Tries at addresses that no employee has: they lock like known ones, so a lock doesn't tell who works here."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._counts: OrderedDict[bytes, Count] = OrderedDict()
        self._lock = threading.Lock()

    def charge(self, email: str, now: datetime) -> None:
        mark = hmac.digest(self._key, b"stranger\n" + email.encode(), "sha256")
        with self._lock:
            self._counts[mark] = self._counts.get(mark, Count()).charged(now)
            self._counts.move_to_end(mark)
            if len(self._counts) > REMEMBERED:
                self._counts.popitem(last=False)
