"""A platform behind a real server, on each database, for all tests of a run that make their own people in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import event

from console.platform_api.database import Database
from console.platform_api.platform import open_platform
from tests.access.world import World
from tests.platform_api.api import Place, prepare, serving
from tests.postgresql import Server


def running(place: Place) -> Iterator[World]:
    prepare(place)
    platform = open_platform(place.data, place.url)
    for database in (platform.database, platform.vault.database):
        _hasten(database)
    with serving(platform) as url, httpx.Client(base_url=url, timeout=30, trust_env=False, verify=False) as http:
        yield World(platform, http)
    platform.close()


def _hasten(database: Database) -> None:
    """The people made here needn't survive a power cut, and a sync takes 3 ms: half of what these tests would take."""
    if database.sqlite:
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


@pytest.fixture(scope="session")
def sqlite_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from running(Place(tmp_path_factory.mktemp("world") / "data"))


@pytest.fixture(scope="session")
def postgresql_world(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    name = f"world_{secrets.token_hex(4)}"
    postgresql.create(name)
    yield from running(Place(tmp_path_factory.mktemp("world") / "data", postgresql.url(name)))
    postgresql.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest) -> World:
    """The run's platform, once on SQLite and once on PostgreSQL. Whatever a test needs in it, it makes."""
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


__all__ = ["postgresql_world", "sqlite_world", "world"]
