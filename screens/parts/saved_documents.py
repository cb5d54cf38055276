"""Documents as files, for the programs that show what a terminal can't: the owner's alone, and gone with the case.

They stand where the system keeps what ends with the session (memory, on most), else with the console's state. Each console has a folder
of its own and holds its lock while it runs: a folder whose lock is free is left over from one that was killed, and is removed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from console.export import NoFile, created

SUFFIXES: Mapping[str, str] = {
    "text/plain": "txt",
    "image/png": "png",
    "image/jpeg": "jpg",
    "application/pdf": "pdf",
}
"""Media type → suffix."""

LOCK, TURN = "lock", "turn"
"""The file in each folder that its console holds; the one that is held while folders come and go."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


def places() -> list[Path]:
    """Where the folders may be, the one for new ones first."""
    state = platformdirs.user_state_path("petworks") / "documents"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform == "linux" and runtime and os.access(runtime, os.W_OK | os.X_OK):
        return [Path(runtime) / "petworks" / "documents", state]
    return [state]


def file_name(application: str, kind: str, media_type: str) -> str:
    """As in `PA-104-insurance.pdf`: made of what the platform says, and never of what an applicant called it."""
    parts = [part for part in (application, kind.replace("_", "-")) if _PLAIN.fullmatch(part)]
    return f"{'-'.join(parts) or 'document'}.{SUFFIXES.get(media_type, 'bin')}"


class SavedDocuments:
    """The files of one console. Nothing is made before the first is saved."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock = -1
        self._files: dict[str, Path] = {}

    def __bool__(self) -> bool:
        return bool(self._files)

    def path_of(self, document: str) -> Path | None:
        """Where the document of this id is saved, if it is."""
        return self._files.get(document)

    def save(self, document: str, name: str, content: bytes) -> Path:
        """A new file that only its owner reads; NoFile when there can be none. Saved twice, it is one file."""
        if (known := self._files.get(document)) is not None:
            known.unlink(missing_ok=True)
        path = _free(self._own_folder(), name)
        with created(path) as file:
            file.write(content)
        self._files[document] = path
        return path

    def clear(self) -> bool:
        """Removes every file, and the folder; whether there was any."""
        had, folder = bool(self._files), self._folder
        self._files, self._folder = {}, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(self._lock)
        return had

    def _own_folder(self) -> Path:
        if self._folder is None:
            try:
                self._make()
            except OSError as error:
                raise NoFile(f"No folder for it can be made: {error.strerror}.", advice="Look at the disk.") from None
        assert self._folder is not None
        return self._folder

    def _make(self) -> None:
        base = places()[0]
        _private(base)
        with _turn(base):
            folder = Path(tempfile.mkdtemp(prefix="", dir=base))
            self._lock = os.open(folder / LOCK, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._folder = folder


def remove_leftovers() -> None:
    """What consoles left that were killed. One that can't be removed stays for the next start: nothing else waits for it."""
    for base in places():
        if base.is_dir() and not base.is_symlink():
            with suppress(OSError), _turn(base):
                for folder in base.iterdir():
                    if folder.is_dir() and not folder.is_symlink() and _is_left(folder):
                        shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Whether no console holds its lock; one without a lock file was cut off while it was made."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _private(base: Path) -> None:
    """The folder of folders: the employee's own, open to nobody else. Another's in its place is refused."""
    for folder in (base.parent, base):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise NoFile(f"{folder} is not a folder of yours.", advice="Remove it, then try again.")
    base.chmod(0o700)


@contextmanager
def _turn(base: Path) -> Iterator[None]:
    """Alone among the consoles of this computer: none is taken for left over while it is being made."""
    turn = os.open(base / TURN, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
    finally:
        os.close(turn)


def _free(folder: Path, name: str) -> Path:
    """The name, or with a number behind it where another document has it already."""
    start, path, number = folder / name, folder / name, 2
    while path.exists():
        path = start.with_stem(f"{start.stem}-{number}")
        number += 1
    return path
