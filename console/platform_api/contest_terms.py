"""What a contest promises, as plain JSON: what its hash is of, and what its published record says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from console.platform_api.contests import TERMS


def terms_of(row: Row[Any]) -> dict[str, Any]:
    """Times as people and programs read them."""
    return {name: plain(getattr(row, name)) for name in TERMS}


def plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
