"""Webhook signatures as Stripe makes them: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">`, in hex.

Checked here and not by the SDK, which takes a second to import: the process that answers requests doesn't load it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

HEADER = "Stripe-Signature"
TOLERANCE = timedelta(minutes=5)
LONGEST_HEADER = 2000


def sign(body: bytes, secret: str, at: datetime) -> str:
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_signature(body, secret, str(seconds))}"


def is_genuine(body: bytes, header: str, secret: str, now: datetime) -> bool:
    """Whether it was signed with the secret, and lately: an old one may have been overheard."""
    if not secret or len(header) > LONGEST_HEADER or not header.isascii():
        return False
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not times[0].isdigit() or len(times[0]) > 11:
        return False
    expected = _signature(body, secret, times[0])
    matches = any(hmac.compare_digest(expected, one) for one in signatures)
    return matches and abs(now - datetime.fromtimestamp(int(times[0]), UTC)) <= TOLERANCE


def _signature(body: bytes, secret: str, seconds: str) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
