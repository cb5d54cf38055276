"""Epochs of the master key: a new one is begun, and the old one destroyed once it wraps nobody's key any more.

Whatever copy of the vault the old one wrapped then opens nobody, the erased among them. One process at a time changes the file.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from console.platform_api.keys import KeyFileError, Keys, load_file, new_key, read_file
from console.platform_api.private_files import write_over


def begin_epoch(file: Path, after: int) -> Keys:
    """A new master key wraps from now on, unless the epoch `after` has ended already."""
    with _alone(file):
        content = _content(file)
        if content["epoch"] == after:
            content["epoch"] = after + 1
            content["master"][str(after + 1)] = new_key()
            _write(file, content)
    return load_file(file)


def destroy_epoch(file: Path, epoch: int) -> Keys:
    """Its key is gone for good. KeyFileError for the one that wraps new keys."""
    with _alone(file):
        content = _content(file)
        if content["epoch"] == epoch:
            raise KeyFileError(f"{file}: epoch {epoch} is the one in use.", advice="Begin another one first.")
        if content["master"].pop(str(epoch), None) is not None:
            _write(file, content)
    return load_file(file)


def _content(file: Path) -> dict[str, Any]:
    load_file(file)  # whole, and nobody else's
    content: dict[str, Any] = json.loads(read_file(file))
    return content


def _write(file: Path, content: dict[str, Any]) -> None:
    write_over(file, json.dumps(content, indent=2).encode())


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    handle = os.open(file.with_name(f"{file.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
