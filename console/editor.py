"""A text in the employee's own editor: in a file that nobody else reads, gone as soon as the editor has ended.

A console that is killed can't remove it; the next one does, when it starts or opens an editor itself.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shlex
import shutil
import signal
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from console.errors import PetworksError
from console.raw import Raw

LARGEST = 64 * 1024
"""Bytes that are taken back from an editor."""
PATIENCE = 2.0
"""Seconds that an editor has to end once it was told to."""
NO_TRACES = ("-n", "-i", "NONE", "-c", "set noundofile nobackup nowritebackup")
"""For vim: no swap file, no history of what was deleted and typed, no copies. Others keep theirs in the folder that goes, if any."""


class NoEditor(PetworksError):
    advice = "Set VISUAL or EDITOR before the console starts, as in EDITOR=vim."


class NotTaken(PetworksError):
    """What the editor left is no text of a message; `str()` says why."""

    advice = "What stood here before is still here."


def command(environ: Mapping[str, str]) -> list[str]:
    """The editor with what it needs to leave nothing behind; NoEditor when there is none."""
    named = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    if not named:
        raise NoEditor("No editor is named.")
    try:
        words = shlex.split(named)
    except ValueError:
        raise NoEditor("VISUAL or EDITOR can't be read as a command.") from None
    found = shutil.which(words[0], path=environ.get("PATH"))
    if found is None:
        raise NoEditor("The program that VISUAL or EDITOR names is not there.")
    return [*words, *(NO_TRACES if _is_vim(found) else ())]


def _is_vim(program: str) -> bool:
    return Path(program).resolve().name.startswith(("vim", "nvim"))


# The file


def place() -> Path:
    """Where the folders are: in memory where the system has such a place for each user, else with the console's own state."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) / "petworks" if _is_ours(runtime) else platformdirs.user_state_path("petworks")
    return base / "editing"


def _is_ours(folder: str) -> bool:
    try:
        found = os.stat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


@contextmanager
def private_file(text: Raw, where: Path | None = None) -> Iterator[Path]:
    """A file with this text, in a folder of its own that goes with all that an editor put beside it."""
    base = where or place()
    with _alone(base):
        _sweep(base)
        folder = Path(tempfile.mkdtemp(prefix="", dir=base))
        held = _hold(folder)
    try:
        path = folder / "text"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.typed.encode("utf-8", "replace"))
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def sweep(where: Path | None = None) -> None:
    """Remove what consoles left that were killed; those that still run hold theirs."""
    base = where or place()
    if base.is_dir():
        with suppress(OSError), _alone(base):
            _sweep(base)


@contextmanager
def _alone(base: Path) -> Iterator[None]:
    """Nobody sweeps between the making of a folder and its being held."""
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(base / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _sweep(base: Path) -> None:
    for folder in base.iterdir():
        if folder.is_dir() and not folder.is_symlink():
            with suppress(OSError):
                held = _hold(folder)
                shutil.rmtree(folder, ignore_errors=True)
                os.close(held)


def _hold(folder: Path) -> int:
    """Whoever holds a folder is alive; BlockingIOError when somebody else does."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise
    return held


def read_back(path: Path) -> Raw:
    """What the editor left, untrusted as all that is typed; NotTaken for what is no text or too much."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise NotTaken("The editor left no file.") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotTaken("The editor left no file.")
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(LARGEST + 1)
    finally:
        os.close(descriptor)
    if len(content) > LARGEST:
        raise NotTaken(f"At most {LARGEST // 1024} KiB are taken back from an editor.")
    try:
        return Raw(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise NotTaken("What the editor left is no UTF-8 text.") from None


# The program


async def run(order: Sequence[str], go_on: Callable[[], bool], every: float = 1.0) -> None:
    """Run it in front until it ends; told to end when `go_on`, asked every so often, says no. NotTaken when it fails."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # ctrl+c is the editor's, and reaches both
    try:
        child = await asyncio.create_subprocess_exec(*order)
        ended = asyncio.ensure_future(child.wait())
        try:
            while not (await asyncio.wait([ended], timeout=every))[0] and go_on():
                pass
        finally:
            await _end(child, ended)
    except OSError as error:
        raise NotTaken(f"The editor did not start: {error.strerror}.") from None
    finally:
        signal.signal(signal.SIGINT, before)
    if child.returncode and child.returncode > 0:
        raise NotTaken(f"The editor ended with the code {child.returncode}.")


async def _end(child: asyncio.subprocess.Process, ended: asyncio.Future[int]) -> None:
    """As when its window is closed; one that goes on all the same is killed."""
    for number in (signal.SIGHUP, signal.SIGKILL):
        if ended.done():
            return
        with suppress(ProcessLookupError):
            child.send_signal(number)
        await asyncio.wait([ended], timeout=PATIENCE)


def last_key(terminal: int = 0) -> float:
    """When somebody last typed into this terminal, by the system's clock; 0 where the system doesn't tell."""
    try:
        return os.stat(os.ttyname(terminal)).st_atime
    except OSError:
        return 0.0
