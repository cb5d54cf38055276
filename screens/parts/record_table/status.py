"""How a list is doing, in words: loading, waiting, empty, failed, offline and cut short never look alike."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from textual.content import Content

from console.errors import ConnectionFailed, PetworksError, Problem
from console.text import line

PATIENCE = 1.0
"""Seconds of loading after which the table says what it waits for."""


@dataclass
class Status:
    """Of one list: since when it waits, what went wrong last, and when rows last came."""

    what: str
    hint: str
    waiting_since: float | None = None
    error: PetworksError | None = None
    heard: float | None = None

    @property
    def offline(self) -> bool:
        return isinstance(self.error, ConnectionFailed)

    def asked(self) -> None:
        self.waiting_since = self.waiting_since or monotonic()

    def answered(self, error: PetworksError | None = None) -> None:
        """An answer or a failure came: nothing is waited for."""
        self.waiting_since, self.error = None, error
        if error is None:
            self.heard = monotonic()

    @property
    def waited(self) -> float:
        return 0.0 if self.waiting_since is None else monotonic() - self.waiting_since

    def instead(self) -> list[tuple[str, Content]]:
        """What stands where rows would be when there are none, each line with its component."""
        if self.error is not None:
            return self._failed(self.error)
        if self.waiting_since is not None or self.heard is None:
            return []
        return [("hint", Content(f"No {self.what} here.")), ("hint", Content(self.hint))]

    def _failed(self, error: PetworksError) -> list[tuple[str, Content]]:
        lines = [
            ("error", Content(f"Can't load the {self.what}: ") + line(str(error))),
            ("hint", line(error.advice)),
            ("hint", Content("Nothing was changed." + _request(error))),
            ("hint", Content("ctrl+r tries again")),
        ]
        return [(component, text) for component, text in lines if text]

    def notice(self, cut_short: int | None) -> tuple[str, Content] | None:
        """What stands below the rows; `cut_short` is how many came when there are more that can't be had."""
        if self.error is not None and self.offline:
            return "error", Content(f"Offline: this is {self._age()} old. Writes are not sent. ctrl+r tries again")
        if self.error is not None:
            why = line(str(self.error)) + Content(_request(self.error))
            return "error", Content(f"Can't load more {self.what}: ") + why + Content(" ctrl+r tries again")
        if self.waited >= PATIENCE:
            return "notice", Content(f"waiting for {self.what} … {self.waited:.0f} s")
        if cut_short is not None:
            return "notice", Content(f"first {cut_short:,} of more: narrow it down with /")
        return None

    def _age(self) -> str:
        seconds = int(monotonic() - (self.heard or monotonic()))
        return "moments" if seconds < 10 else f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _request(error: PetworksError) -> str:
    return f" Request {error.request_id}." if isinstance(error, Problem) and error.request_id else ""


def total_text(count: int, exact: bool, cut_short: bool) -> str:
    """An honest count: "2,000", "about 1,048,000", "first 20 of more"."""
    if cut_short:
        return f"first {count:,} of more"
    if exact:
        return f"{count:,}"
    unit = 1000 if count >= 10_000 else 100 if count >= 1000 else 10
    return f"about {max(unit, round(count / unit) * unit):,}"
