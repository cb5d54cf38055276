"""The platform's own secrets: master keys by epoch, the blind indexes' key; keys for cursors, tokens, checkpoints.

They stand in one file, `DATA/keys.json` (0600), which a backup of the databases must not travel with. A key service
would take the place of `read_file`. `key_epochs` begins and destroys epochs of the master key.
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
    file: Path | None = field(default=None, repr=False, compare=False)
    """Where they stand: another process may begin an epoch there, or destroy one, while this one runs."""

    @classmethod
    def load(cls, data: Path) -> Keys:
        """The keys of a data folder. Makes them when there is no file; refuses a file that others can read.

        Beside a vault go through `key_checks.load_keys`, which knows whether they are its own.
        """
        path = place_of(data)
        if not path.exists():
            private_folder(path.parent)
            write_once(path, _new_file())
        return load_file(path)


def place_of(data: Path) -> Path:
    return Path(os.environ.get(PLACE) or data / "keys.json")


def load_file(path: Path) -> Keys:
    try:
        return _parse(read_file(path), path)
    except KeyFileError:  # it was replaced in this very moment, and the old one overwritten
        return _parse(read_file(path), path)


def _new_file() -> bytes:
    made = {name: new_key() for name in SECRETS}
    master = {"1": new_key()}
    return json.dumps({"version": 1, "epoch": 1, "master": master, "blind_id": "1", **made}, indent=2).encode()


def read_file(path: Path) -> bytes:
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
    return Keys(epoch, master, blind, blind_id, cursor, token, Ed25519PrivateKey.from_private_bytes(signing), path)


def _key(text: str) -> bytes:
    found = base64.b64decode(text, validate=True)
    if len(found) != KEY_BYTES:
        raise ValueError
    return found


def new_key() -> str:
    """As it stands in the file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
