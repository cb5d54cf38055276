"""The one place of the console that holds personal values in clear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.raw import Raw


class HoldsValues:
    """Of a dialog that shows values in clear: it goes when they must."""

    def put_away(self) -> None:
        """Leave, keeping what was typed."""
        raise NotImplementedError


@dataclass(frozen=True)
class Revealed:
    """The clear values of one record, and when they must be gone again."""

    values: Mapping[str, Raw]
    until: datetime


class RevealedValues:
    """Values by record id; dropped at their expiry, at a lock, when the case ends, and after a minute out of focus."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._held: dict[str, Revealed] = {}

    def __bool__(self) -> bool:
        return bool(self._held)

    def keep(self, record_id: str, values: Mapping[str, Raw], until: datetime) -> None:
        """Add values to those already held of this record."""
        self._held[record_id] = Revealed({**self.of(record_id), **values}, until)

    def correct(self, record_id: str, values: Mapping[str, Raw]) -> None:
        """Bring what is in clear up to date after a correction; what is not in clear stays so."""
        held = self._held.get(record_id)
        if held is not None:
            newer = {name: value for name, value in values.items() if name in held.values}
            self._held[record_id] = Revealed({**held.values, **newer}, held.until)

    def of(self, record_id: str) -> Mapping[str, Raw]:
        """Field → value of what is in clear now; empty when nothing is."""
        held = self._held.get(record_id)
        return held.values if held and held.until > self._now() else {}

    def sweep(self) -> bool:
        """Drop what has expired; whether anything went."""
        before = len(self._held)
        self._held = {key: held for key, held in self._held.items() if held.until > self._now()}
        return len(self._held) < before

    def clear(self) -> bool:
        """Drop everything; whether there was anything."""
        had = bool(self._held)
        self._held = {}
        return had
