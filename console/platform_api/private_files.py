"""Files that nobody but the platform's own user reads."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

SQLITE_FILES = ("", "-wal", "-shm", "-journal")


def private_folder(folder: Path) -> Path:
    """The folder, made for us alone if it wasn't there; one that exists keeps its mode."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def private_database(url: str) -> None:
    """Closes a SQLite database's files to others. -wal and -shm get the file's mode, so it must be there first."""
    path = sqlite_path(url)
    if path is None:
        return
    # One that is there isn't opened: closing it would let go of the locks that this process's own connections have on it
    with suppress(FileNotFoundError, FileExistsError):  # no folder: whoever opens the database says so
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    for suffix in SQLITE_FILES:
        with suppress(FileNotFoundError):
            os.chmod(f"{path}{suffix}", 0o600)


def sqlite_path(url: str) -> Path | None:
    """The file behind a SQLite URL; None for PostgreSQL and for a database in memory."""
    name = url.partition("?")[0].removeprefix("sqlite:///")
    return Path(name) if url.startswith("sqlite:///") and name not in ("", ":memory:") else None


def write_once(path: Path, content: bytes) -> None:
    """Puts a whole file there, 0600 and on the disk, unless there is one already: of two processes the first wins."""
    draft = _draft(path, content)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_folder(path.parent)


def write_over(path: Path, content: bytes) -> None:
    """Puts a whole file in the place of the one that is there, whose own bytes are overwritten as far as the disk lets us."""
    draft = _draft(path, content)
    with path.open("r+b") as old:
        os.replace(draft, path)
        sync_folder(path.parent)
        old.write(bytes(os.fstat(old.fileno()).st_size))
        old.flush()
        os.fsync(old.fileno())


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        draft.unlink()
        raise
    return draft


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
