"""What an answer says, without what is chance in it: a few digits that must not be in it may stand in an id or in a moment."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MOMENT = r"\d{4}-\d\d-\d\dT[\d:.]+|\b1[78]\d{14}\b"  # the second is in microseconds since 1970
_ID = r"\b(?=[\w-]*[a-z])[\w-]{16,}\b"
_CHANCE = re.compile(f"{_MOMENT}|{_ID}")


def telling(text: str) -> str:
    return _CHANCE.sub("…", text)


def told(texts: Iterable[str], said: str) -> list[str]:
    """Those that an answer says; a few digits only where they aren't chance."""
    rest = telling(said)
    return [text for text in texts if text in (rest if text.isdigit() else said)]
