"""The platform's own secrets: master keys by epoch, the blind indexes' key; keys for cursors, tokens, checkpoints.

They stand in one file, `DATA/keys.json` (0600), which a backup of the databases must not travel with. A key service
would take the place of `_read`.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console.errors import SettingsError
from console.platform_api.private_files import private_folder, write_once

KEY_BYTES = 32
PLACE = "PETWORKS_KEY_FILE"
SECRETS = ("blind", "cursor", "token", "audit_signing")


class KeyFileError(SettingsError):
    """The key file can't be used. Says what is wrong with the file, never what is in it."""

    advice = "Restore keys.json from its own backup: without it no personal value can be read."


@dataclass(frozen=True)
class Keys:
    """`epoch`: of the master key that wraps new keys; older ones unwrap. `blind_id` goes into every blind token."""

    epoch: int
    master: dict[int, bytes] = field(repr=False)
    blind: bytes = field(repr=False)
    blind_id: str
    cursor: bytes = field(repr=False)
    token: bytes = field(repr=False)
    audit_signing: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def load(cls, data: Path) -> Keys:
        """The keys of a data folder. Makes them when there is no file; refuses a file that others can read."""
        path = Path(os.environ.get(PLACE) or data / "keys.json")
        if not path.exists():
            private_folder(path.parent)
            write_once(path, _new_file())
        return _parse(_read(path), path)


def _new_file() -> bytes:
    made = {name: _text(secrets.token_bytes(KEY_BYTES)) for name in SECRETS}
    master = {"1": _text(secrets.token_bytes(KEY_BYTES))}
    return json.dumps({"version": 1, "epoch": 1, "master": master, "blind_id": "1", **made}, indent=2).encode()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if stat.S_IMODE(found.st_mode) & 0o077:
                raise KeyFileError(f"{path}: others can read the key file.", advice=f"chmod 600 {path}")
            if found.st_uid not in (os.geteuid(), 0):
                raise KeyFileError(
                    f"{path}: the key file belongs to another user.", advice="Give it to the platform's user."
                )
            return file.read()
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}.") from None


def _parse(content: bytes, path: Path) -> Keys:
    try:
        file: dict[str, Any] = json.loads(content)
        master = {int(epoch): _key(text) for epoch, text in file["master"].items()}
        blind, cursor, token, signing = (_key(file[name]) for name in SECRETS)
        epoch, blind_id = int(file["epoch"]), str(file["blind_id"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileError(f"{path}: this isn't a whole key file.") from None  # the cause would quote the file
    if epoch not in master:
        raise KeyFileError(f"{path}: the master key of epoch {epoch} is missing.")
    return Keys(epoch, master, blind, blind_id, cursor, token, Ed25519PrivateKey.from_private_bytes(signing))


def _key(text: str) -> bytes:
    found = base64.b64decode(text, validate=True)
    if len(found) != KEY_BYTES:
        raise ValueError
    return found


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
