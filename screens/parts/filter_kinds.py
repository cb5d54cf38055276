"""Values of filters that can't be listed: numbers of records, dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

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


_NEAR = re.compile(r"(?P<ahead>\+|<|)(?P<count>\d{1,4})(?P<unit>h|d|w)", re.ASCII)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment() -> Kind:
    """Dates, times of them in UTC, and how long ago or ahead; `exact_moment` tells the platform which."""
    hint = "a date, as in 2026-11-22, a time in UTC, as in 2026-11-22T14:30, or 3d, 5h, 2w (ago), +3d (ahead)"
    return Kind(hint, lambda value: _NEAR.fullmatch(value) is not None or _is_moment(value), kept=True)


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def exact_moment(value: str, now: datetime) -> str:
    """A date or a time as it is; `3d` or `<3d` the time three days ago, `+3d` in three days."""
    near = _NEAR.fullmatch(value)
    if near is None:
        return value
    distance = int(near["count"]) * _UNITS[near["unit"]]
    at = now + distance if near["ahead"] == "+" else now - distance
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_SPAN = re.compile(r"(?P<least>\d{1,12}(?:\.\d\d)?)?(?:(?P<dots>\.\.)(?P<most>\d{1,12}(?:\.\d\d)?)?)?", re.ASCII)


def money_span() -> Kind:
    """Amounts of money, or spans of them, of a currency with cents; `minor_span` tells the platform which."""
    hint = "an amount or a span, as in 50 or 20..99.50 or 100.."
    return Kind(hint, lambda value: bool(minor_span(value)), kept=True)


def minor_span(value: str) -> str:
    """`20..99.50` as `2000..9950`; empty for what is none."""
    found = _SPAN.fullmatch(value)
    if found is None or not (found["least"] or found["most"]):
        return ""
    least, most = (_minor(found[name]) for name in ("least", "most"))
    return f"{least}{found['dots'] or ''}{most}"


def _minor(amount: str | None) -> str:
    return str(int(Decimal(amount) * 100)) if amount else ""


def name() -> Kind:
    """Names that the platform gives to things, as in `users:caller-check`."""
    return Kind("another name", lambda value: re.fullmatch(r"[a-z_:-]{1,60}", value) is not None, kept=True)
