"""Ids that rise with time: UUID version 7, made before the insert."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import datetime
from random import Random


def new_id() -> str:
    """A UUIDv7 in text: 48 bits of milliseconds, the rest random (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def id_bytes(text: str) -> bytes:
    """ValueError unless it is the id of a record in text. An eighth of what uuid.UUID takes."""
    value = bytes.fromhex(text.replace("-", ""))
    if len(value) != 16:
        raise ValueError
    return value


def id_text(value: bytes) -> str:
    text = bytes(value).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def id_at(moment: datetime, random: Random) -> str:
    """A UUIDv7 of that time, its other bits drawn from `random`: for data that are to be the same each time."""
    milliseconds = int(moment.timestamp() * 1000)
    value = milliseconds << 80 | 0x7 << 76 | random.getrandbits(12) << 64 | 0b10 << 62 | random.getrandbits(62)
    return id_text(value.to_bytes(16))
