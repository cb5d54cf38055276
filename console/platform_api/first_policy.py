"""The policy that Petworks published before there was this platform: the first version of all."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TEXT = Path(__file__).parent / "policies" / "first.txt"

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""The published page bears no date; this one is before anything that the platform keeps."""

LABEL = "1"


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def first_policy() -> dict[str, Any]:
    """The row that the migration inserts; the same in every database."""
    text = TEXT.read_text(encoding="utf-8")
    return {
        "id": "016f5e66-e800-7000-8000-000000000001",
        "version": 1,
        "label": LABEL,
        "effective": BEGINNING,
        "created": BEGINNING,
        "created_by": None,
        "sha256": sha256_of(text),
        "text": text,
    }
