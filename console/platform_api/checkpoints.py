"""Signed heads of the audit log, outside the database: who rewrites the database can't rewrite these.

`DATA/checkpoints.jsonl` (0600) is only ever appended to; `DATA/audit.pub` holds the public keys that signed them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from console import chain
from console.chain import Checkpoint, Head

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CHECKPOINTS = "checkpoints.jsonl"
PUBLIC_KEY = "audit.pub"
TAIL = 4096
"""Bytes at the end of the file that surely hold its last line."""


class Checkpoints:
    """The checkpoints of a data folder. Several processes may add to them at a time."""

    def __init__(self, data: Path, key: Ed25519PrivateKey) -> None:
        self._path = data / CHECKPOINTS
        self._key = key
        _publish(data / PUBLIC_KEY, key)
        self._cut_unfinished()

    def last(self) -> Checkpoint | None:
        """The one that was added last; ValueError when the file was damaged."""
        lines = self._tail().decode("ascii", "replace").splitlines()
        return chain.read_checkpoints(lines[-1:])[0] if lines else None

    def add(self, head: Head, at: datetime) -> None:
        """Durable when this returns; OSError when it can't be, and then nothing of it stays."""
        line = (chain.checkpoint_line(chain.sign(self._key, head, at)) + "\n").encode("ascii")
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _write_whole(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)

    def _tail(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
                return file.read()
        except FileNotFoundError:
            return b""

    def _cut_unfinished(self) -> None:
        """A line that a power cut left unfinished would make the next one unreadable."""
        rest = self._tail().rpartition(b"\n")[2]
        if rest:
            os.truncate(self._path, self._path.stat().st_size - len(rest))


def _write_whole(handle: int, line: bytes) -> None:
    """One write, so that lines of several processes don't mix; a full disk may take a part of it, which goes again."""
    if (taken := os.write(handle, line)) < len(line):
        size = os.fstat(handle).st_size
        os.ftruncate(handle, size - taken)
        raise OSError("the disk is full")


def _publish(path: Path, key: Ed25519PrivateKey) -> None:
    """Adds the public key to those that are there: earlier checkpoints must still verify after a change of keys."""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with suppress(FileNotFoundError):
        if pem in path.read_bytes():
            return
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        os.write(handle, pem)
        os.fsync(handle)
    finally:
        os.close(handle)
