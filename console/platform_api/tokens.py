"""Access and refresh tokens: made and read without the database, which holds only the hashes of refresh tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

ACCESS_LIFE = timedelta(minutes=10)
REFRESH_LIFE = timedelta(hours=12)
"""Since its last use."""

_BODY = struct.Struct(">16sQ")
"""The sign-in's id, and the second in which the token ends."""

_MAC_BYTES = 32


def access_token(key: bytes, sign_in: str, now: datetime) -> str:
    body = _BODY.pack(UUID(sign_in).bytes, int((now + ACCESS_LIFE).timestamp()))
    return base64.urlsafe_b64encode(body + _mac(key, b"access", body)).decode()


def sign_in_of(key: bytes, token: str, now: datetime) -> str | None:
    """The sign-in that an access token belongs to; None for one that is forged, cut or too old."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    if len(raw) != _BODY.size + _MAC_BYTES or not hmac.compare_digest(mac, _mac(key, b"access", body)):
        return None
    sign_in, end = _BODY.unpack(body)
    return str(UUID(bytes=sign_in)) if datetime.fromtimestamp(end, UTC) > now else None


def new_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def successor(key: bytes, token: str, nonce: str) -> str:
    """What follows a refresh token. Made from it, so that a lost answer can be repeated without being kept."""
    made = _mac(key, b"refresh", f"{len(token)}\n{token}\n{nonce}".encode())
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def token_hash(token: str) -> bytes:
    """Tokens have 256 random bits, so a plain hash can't be turned back."""
    return hashlib.sha256(token.encode()).digest()


def _mac(key: bytes, purpose: bytes, body: bytes) -> bytes:
    return hmac.digest(key, purpose + b"\n" + body, "sha256")
