"""Tells a key that is held down from one that is pressed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

REPEAT_GAP = 0.15
"""Seconds: terminals repeat a held key every 20 to 60 ms, and nobody presses one key again as fast as this."""


class HeldKey:
    """Of a dialog: whether the last key press was likely a repeat of the one before."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._key = ""
        self._at = clock()
        self.repeats = False

    def pressed(self, key: str) -> None:
        """Note a key press."""
        now = self._clock()
        self.repeats = key == self._key and now - self._at < REPEAT_GAP
        self._key, self._at = key, now
