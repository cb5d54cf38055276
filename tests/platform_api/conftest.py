"""Platforms for the tests, each fresh, migrated, with two employees of every role.

place             the data of such a platform, once on SQLite and once on PostgreSQL
platform          once on SQLite and once on PostgreSQL
sqlite_platform   on SQLite alone, where the database makes no difference
postgresql_platform
api               an HTTP client of `platform` behind a real server; api.sign_in("support") gives one that is signed in
sqlite_api        the same of `sqlite_platform`
sample            the data of 2,000 sample users, to be copied
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.platform_api.migrate import migrate
from console.platform_api.platform import Platform, open_platform
from console.platform_api.seed import PASSWORD as SEED_PASSWORD
from console.platform_api.seed import seed
from tests.made_once import made_once
from tests.platform_api.api import PASSWORD, Api, Place, prepare, serving
from tests.postgresql import Server

TEMPLATE = "template_of_tests"
"""A database; nobody is connected to it, so it can be copied. It goes with the run's server."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "sqlite-template", lambda data: prepare(Place(data)))


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that belongs to TEMPLATE."""

    def make(data: Path) -> None:
        postgresql.drop(TEMPLATE)
        postgresql.create(TEMPLATE)
        prepare(Place(data, postgresql.url(TEMPLATE)))

    return made_once(tmp_path_factory, "postgresql-template", make)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of 2,000 sample users, with employees. Nobody opens it; who wants a platform with them copies it."""
    data = tmp_path_factory.mktemp("sample") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SEED_PASSWORD, PASSWORD)
        migrate(data, None)
        seed(data, users=2_000, employees=True, report=lambda _: None)
    return data


@pytest.fixture
def sqlite_place(sqlite_template: Path, tmp_path: Path) -> Place:
    return Place(Path(shutil.copytree(sqlite_template, tmp_path / "sqlite-data")))


@pytest.fixture
def postgresql_place(postgresql: Server, postgresql_template: Path, tmp_path: Path) -> Iterator[Place]:
    name = f"petworks_{secrets.token_hex(4)}"
    for suffix in ("", "_vault"):
        postgresql.copy(TEMPLATE + suffix, name + suffix)
    yield Place(Path(shutil.copytree(postgresql_template, tmp_path / "postgresql-data")), postgresql.url(name))
    postgresql.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def sqlite_platform(sqlite_place: Place) -> Iterator[Platform]:
    yield from _opened(sqlite_place)


@pytest.fixture
def postgresql_platform(postgresql_place: Place) -> Iterator[Platform]:
    yield from _opened(postgresql_place)


def _opened(place: Place) -> Iterator[Platform]:
    platform = open_platform(place.data, place.url)
    yield platform
    platform.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def platform(request: pytest.FixtureRequest) -> Platform:
    found: Platform = request.getfixturevalue(f"{request.param}_platform")
    return found


@pytest.fixture
def api(platform: Platform) -> Iterator[Api]:
    with serving(platform) as url, Api(url, platform) as client:
        yield client


@pytest.fixture
def sqlite_api(sqlite_platform: Platform) -> Iterator[Api]:
    with serving(sqlite_platform) as url, Api(url, sqlite_platform) as client:
        yield client
