"""What every test may ask for: databases of its own, and a home that isn't the developer's.

database_url      an empty database, once on SQLite and once on PostgreSQL
sqlite_url        on SQLite alone
postgresql_url    on PostgreSQL alone
"""

import contextlib
import gc
import itertools
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.tmpdir import tmppath_result_key
from argon2 import PasswordHasher
from hypothesis import settings
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from console.platform_api import database, passwords
from tests.postgresql import Server, in_memory, shared_folder

FOLDER = "PETWORKS_TEST_POSTGRESQL"  # in the environment, as the workers of pytest-xdist inherit it
WATCHED = "PETWORKS_TEST_PROCESS"

_serial = itertools.count()

# Tests never assert a time; on a busy machine an example may take long.
settings.register_profile("petworks", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("petworks")


def pytest_configure(config: pytest.Config) -> None:
    """The main process chooses the folders before the workers start; PostgreSQL itself starts when needed.

    Files go to memory where there is room for them: a disk takes 5 ms to sync each of the commits of thousands of platforms.
    """
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = str(shared_folder())
        os.environ[WATCHED] = str(os.getpid())
        if quick := in_memory():
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quick))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder of a server that no test has needed; a running one removes its own.

    pytest looks for rubbish five times when this has run, to report what fails as it goes: once through all of it is enough.
    """
    gc.collect()
    gc.freeze()
    if not hasattr(config, "workerinput"):
        with contextlib.suppress(OSError):  # it has files in it, or is gone already
            Path(os.environ[FOLDER]).rmdir()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Programs in terminals first: one of their tests takes up to a minute, and at the end of a run one worker would be alone with it."""
    items.sort(key=lambda item: "terminal" not in item.path.parts)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through all of it for rubbish again and again took a quarter of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(1_000_000, 5, 10)  # the rubbish of some twenty consoles, in one go


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """As pytest's, which looks through the folders of all tests before it makes one: 4 ms after two thousand of them.

    It goes with the test unless that failed: all of them together are gigabytes.
    """
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.mktemp(f"{name}{next(_serial)}", numbered=False)
    yield folder
    if request.node.stash[tmppath_result_key].get("call", False):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings, data or tokens of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("PETWORKS_") and name not in (FOLDER, WATCHED)]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "COLUMNS", "LINES", "TEXTUAL"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        monkeypatch.setenv(
            name, os.environ[name]
        )  # the console's `main` forgets them: the pictures' plugin needs its own
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(scope="session")
def platform_hasher() -> PasswordHasher:
    """What passwords are hashed with outside the tests."""
    return passwords.hasher


@pytest.fixture(scope="session", autouse=True)
def quick_passwords(platform_hasher: PasswordHasher) -> Iterator[None]:
    """A hash is made to take its time, 0.2 s, and thousands of tests sign somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_once() -> Iterator[None]:
    """Each test has databases of its own, and SQLAlchemy would compile the same statements for each: a fifth of its time."""
    compiled: LRUCache[Any, Any] = LRUCache(10_000)

    def engine(url: str, **options: Any) -> Engine:
        return create_engine(url, execution_options={"compiled_cache": compiled}, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", engine)
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # a part of what statements are found by
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The run's PostgreSQL server."""
    server = Server(Path(os.environ[FOLDER]))
    server.start(watched=int(os.environ[WATCHED]))
    yield server
    server.close()


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """An empty database; it goes after the test with the vault that the platform made beside it."""
    name = f"petworks_{secrets.token_hex(4)}"
    postgresql.create(name)
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file that doesn't exist yet."""
    return f"sqlite:///{tmp_path / 'petworks.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database on each of the two that the platform runs on."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
