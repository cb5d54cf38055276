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
    return uuid.UUID(text).bytes


def id_text(value: bytes) -> str:
    return str(uuid.UUID(bytes=bytes(value)))


def id_at(moment: datetime, random: Random) -> str:
    """A UUIDv7 of that time, its other bits drawn from `random`: for data that are to be the same each time."""
    milliseconds = int(moment.timestamp() * 1000)
    value = milliseconds << 80 | 0x7 << 76 | random.getrandbits(12) << 64 | 0b10 << 62 | random.getrandbits(62)
    return str(uuid.UUID(int=value))
