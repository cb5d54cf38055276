"""Values of filters that can't be listed: numbers of records, dates."""

from __future__ import annotations

import re
from datetime import datetime

from screens.parts.filter_language import Kind

_ID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_PSEUDONYM = r"[0-9a-f]{32}"


def numbered(prefix: str) -> Kind:
    """Records by number or id."""
    found = re.compile(rf"{prefix}-\d{{1,18}}|{_ID}", re.IGNORECASE)
    return Kind(f"a number, as in {prefix}-12", lambda value: found.fullmatch(value) is not None)


def person() -> Kind:
    """People by number or id, or by the pseudonym that the log knows them by."""
    found = re.compile(rf"U-\d{{1,18}}|{_ID}|{_PSEUDONYM}", re.IGNORECASE)
    return Kind("a number, as in U-12, or a pseudonym", lambda value: found.fullmatch(value) is not None)


def moment() -> Kind:
    """Dates, and times of them in UTC."""
    return Kind("a date, as in 2026-11-22, or a time in UTC, as in 2026-11-22T14:30", _is_moment)


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def name() -> Kind:
    """Names that the platform gives to things, as in `users:caller-check`."""
    return Kind("another name", lambda value: re.fullmatch(r"[a-z_:-]{1,60}", value) is not None)
