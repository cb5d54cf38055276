"""The one place of the console that holds personal values in clear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from console.raw import Raw

T = TypeVar("T")


class HoldsValues(ModalScreen[T]):
    """A dialog that shows values in clear, or into which they may have been typed: it goes when they must."""

    SHOWS: ClassVar[bool] = False
    """Whether it shows what the platform told in clear: then it goes whether or not anything else is in clear."""
    LASTS: ClassVar[bool] = False
    """Whether nobody can get it again: then only the lock puts it away."""

    @property
    def keeps(self) -> bool:
        """Whether what was typed is there again."""
        return True

    def put_away(self) -> None:
        """Leave, keeping what was typed."""
        raise NotImplementedError

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Once: Textual would take away whatever is on top, as when it was put away while its button was pressed."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()


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
