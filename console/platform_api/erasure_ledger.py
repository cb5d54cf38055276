"""Who must stay erased: a file beside the checkpoints, outside the databases, so that restoring those can't bring anybody back.

`DATA/erasures.log` (0600) is only ever appended to: a line of JSON for each erasure that was begun, on the disk before anything goes,
and for the texts of others that lose the name. It holds ids, no values. Keep copies of it with the backups of the databases, and let
it outlive them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from console.errors import SettingsError

ERASURES = "erasures.log"


class LedgerError(SettingsError):
    """A line that is no erasure. Names the line."""

    advice = "Restore erasures.log from its copies: without it a restored database holds people who were erased."


class ErasureLedger:
    """Several processes may add to it at a time."""

    def __init__(self, data: Path) -> None:
        self.path = data / ERASURES

    def add(self, person: str, request: str | None, at: datetime) -> None:
        """Durable when this returns. The same person twice does no harm."""
        self._append({"at": at.isoformat(), "person": person, "request": request})

    def add_redacted(self, person: str, kind: str, keys: Sequence[Sequence[Any]]) -> None:
        """Which texts of others lose the person's name: once it is gone nobody can find them by it again."""
        if keys:
            self._append({"of": person, "kind": kind, "keys": [list(key) for key in keys]})

    def _append(self, content: Mapping[str, Any]) -> None:
        line = json.dumps(content) + "\n"
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            whole = self._break(handle) + line.encode("ascii")
            if os.write(handle, whole) < len(whole):
                raise OSError("the disk is full")
            os.fsync(handle)
        finally:
            os.close(handle)

    def _break(self, handle: int) -> bytes:
        """What keeps this line apart from one that a power cut left unfinished."""
        size = os.fstat(handle).st_size
        return b"" if size == 0 or os.pread(handle, 1, size - 1) == b"\n" else b"\n"

    def persons(self) -> Mapping[str, str | None]:
        """Person → request, in the order in which they were erased."""
        return {it["person"]: it["request"] for it in self._lines() if "person" in it}

    def redacted(self, person: str) -> Mapping[str, list[list[Any]]]:
        """Kind of texts → the keys of those that named the person."""
        found: dict[str, list[list[Any]]] = {}
        for it in self._lines():
            if it.get("of") == person:
                found.setdefault(it["kind"], []).extend(it["keys"])
        return found

    def _lines(self) -> list[dict[str, Any]]:
        """A line that was cut off never began an erasure: what is written ends with its brace, and was on the disk before anything went."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        return [_parsed(line, number, self.path) for number, line in enumerate(lines, 1) if line.endswith(b"}")]


def _parsed(line: bytes, number: int, path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line)
        ids = (found["of"],) if "of" in found else (found["person"], found["request"] or found["person"])
        return found if all(str(UUID(it)) == it for it in ids) else {}
    except (ValueError, KeyError, TypeError):
        raise LedgerError(f"{path}: line {number} is no erasure.") from None
