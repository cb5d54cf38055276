"""The platform with sample data as a child process on loopback, for trying the console out.

The data stay between runs, in a folder of their own, until they are made anew. The child watches a pipe: however the
console ends, even killed, the child ends too.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import platformdirs

from console import views
from console.arguments import ROLES
from console.errors import PetworksError
from console.plain import safe_line
from console.stop_with_parent import STOP_WITH_STDIN

USERS = 2000
START_SECONDS = 60.0
STOP_SECONDS = 5.0
SEED_PASSWORD = "PETWORKS_SEED_PASSWORD"  # noqa: S105 - the variable's name

Tell = Callable[[str], None]


class DemoFailed(PetworksError):
    advice = "Make the sample data anew: petworks demo --fresh"


class Demo:
    """A running platform with sample data, and who to sign in as."""

    def __init__(self, url: str, password: str, role: str) -> None:
        self.url = url
        self.role = role
        self._password = password

    def credentials(self, role: str) -> tuple[str, str]:
        """E-mail and password of that role's first sample employee."""
        return f"{role}@petworks.example", self._password

    def next_role(self) -> None:
        """`role` becomes the next one, round and round."""
        self.role = ROLES[(ROLES.index(self.role) + 1) % len(ROLES)]


@contextmanager
def running(role: str, *, users: int | None = None, fresh: bool = False, tell: Tell = lambda _: None) -> Iterator[Demo]:
    """The demo for as long as the `with` lasts; `tell` gets what it waits for."""
    folder = platformdirs.user_data_path("petworks") / "demo"
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder.with_suffix(".lock")):
        data = DemoData(folder)
        if fresh:
            data.remove()
        data.make_ready(users, tell)
        with _platform(data, tell) as url:
            yield Demo(url, data.password(), role)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two platforms on the same files would be two writers of one audit log."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoFailed("A demo is running already.", advice="Close the other one first.") from None
        yield


class DemoData:
    """The folder of the sample data: `demo.json` says how many users it has, of which version, and whether it is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._note = folder / "demo.json"
        self._secret = folder / "seed-password"

    def password(self) -> str:
        return self._secret.read_text(encoding="ascii")

    def make_ready(self, users: int | None, tell: Tell) -> None:
        """Seeds a new folder, redoes a half-made one, and refuses one that isn't what was asked for."""
        note = self._read()
        if note is not None and not note.get("whole"):
            tell("The sample data were left half made: making them anew …")
            self.remove()
            note = None
        if note is None:
            self._make(users or USERS, tell)
        elif note.get("version") != version("petworks-console"):
            raise DemoFailed(f"The sample data are of version {safe_line(str(note.get('version')), 20)}.")
        elif users is not None and users != note.get("users"):
            raise DemoFailed(f"The sample data have {note.get('users')} users, not {users}.")

    def remove(self) -> None:
        if not self.folder.exists():
            return
        if not self._note.exists() and any(self.folder.iterdir()):
            raise DemoFailed(
                f"{self.folder} holds something else.", advice="Move it away: the demo keeps its data there."
            )
        shutil.rmtree(self.folder)

    def _read(self) -> dict[str, Any] | None:
        """None for a folder that isn't there or is empty."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if self.folder.exists():
                self.remove()
            return None
        except ValueError:
            return {}
        return note if isinstance(note, dict) else {}

    def _make(self, users: int, tell: Tell) -> None:
        from screens.parts.witness import Witness  # takes half a second, which only new data cost

        Witness("demo").forget()
        views.forget("demo")
        self.folder.mkdir(mode=0o700, parents=True)
        note = {"version": version("petworks-console"), "users": users}
        self._write(self._note, json.dumps(note | {"whole": False}))
        self._write(self._secret, secrets.token_urlsafe(18))
        tell(f"Making sample data: {users:,} users …")
        order = ["seed", "--data", str(self.folder), "--users", str(users), "--seed", "1", "--employees"]
        order += ["--until", "now"]  # what is due in the sample is due today
        with _child(order, self.folder, {SEED_PASSWORD: self.password(), STOP_WITH_STDIN: "1"}) as child:
            for progress in _lines(child.stdout):
                tell(safe_line(progress, 200))
            if child.wait() != 0:
                raise DemoFailed(f"The sample data could not be made. {_last_words(self.folder)}")
        self._write(self._note, json.dumps(note | {"whole": True}))

    def _write(self, path: Path, text: str) -> None:
        """Whole or not at all, and the owner's alone."""
        new = path.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(path)


@contextmanager
def _platform(data: DemoData, tell: Tell) -> Iterator[str]:
    tell("Starting the platform …")
    with _child(["serve", "--child", "--data", str(data.folder), "--port", "0"], data.folder, {}) as child:
        yield _address(child, data.folder)


@contextmanager
def _child(order: list[str], folder: Path, variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """`petworks platform …`; what it says to standard error goes to platform.log."""
    log = os.open(folder / "platform.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        child = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-P", "-m", "console", "platform", *order],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | variables,
            start_new_session=True,  # ctrl+c in the terminal is the console's
        )
    finally:
        os.close(log)
    try:
        yield child
    finally:
        _stop(child)


def _stop(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _address(child: subprocess.Popen[str], folder: Path) -> str:
    """Where it listens; it is killed when it says nothing for too long."""
    impatient = threading.Timer(START_SECONDS, child.kill)
    impatient.daemon = True
    impatient.start()
    try:
        for told in _lines(child.stdout):
            if found := re.match(r"listening on (http://127\.0\.0\.1:\d+)\s*$", told):
                threading.Thread(target=_drain, args=(child.stdout,), daemon=True).start()
                return found[1]
    finally:
        impatient.cancel()
    raise DemoFailed(f"The platform did not start. {_last_words(folder)}")


def _lines(stream: IO[str] | None) -> Iterator[str]:
    assert stream is not None
    return iter(stream.readline, "")


def _drain(stream: IO[str]) -> None:
    """A full pipe would hold the platform up."""
    try:
        while stream.read(65536):
            pass
    except ValueError:  # closed: the demo has ended
        return


def _last_words(folder: Path) -> str:
    """What the child complained of, and where the rest of it stands."""
    log = folder / "platform.log"
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    complaints = [line for line in lines if line.startswith("petworks")] or lines[-1:]
    return safe_line(" ".join([*complaints[-1:], f"({log})"]))
