"""Sealed cursors: a place in one list, for one filter and one set of roles, for a day. Nobody reads or forges one."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from console.platform_api.problems import BadRequest

LIFE = timedelta(days=1)


def seal(key: bytes, scope: str, place: dict[str, Any], now: datetime) -> str:
    """`scope` names the list, the filter and the roles: the cursor opens for no other."""
    nonce = secrets.token_bytes(12)
    body = json.dumps({**place, "until": int((now + LIFE).timestamp())}, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, body, scope.encode())).decode().rstrip("=")


def unseal(key: bytes, scope: str, cursor: str, now: datetime) -> dict[str, Any]:
    """BadRequest for a cursor that is not ours, not for this list, or too old."""
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place: dict[str, Any] = json.loads(AESGCM(key).decrypt(data[:12], data[12:], scope.encode()))
    except (InvalidTag, ValueError):
        raise BadRequest("This cursor belongs to another list; start from the first page.") from None
    if place["until"] < now.timestamp():
        raise BadRequest("This cursor is more than a day old; start from the first page.")
    return place
