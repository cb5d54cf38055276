"""Whether a platform fulfils docs/api.md: `pytest tests/contract --platform-url https://staging.example`.

Without an address the reference platform is started as a process, once on SQLite and once on PostgreSQL. The tests write: give
them a platform of sample data. They sign in as `{role}@petworks.example` with the password in PETWORKS_SEED_PASSWORD.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from console.records import RECORDS
from tests.contract.reference import seeded_and_served
from tests.contract.scene import Scene
from tests.contract.target import ROLES, Target
from tests.postgresql import Server

GIVEN = pytest.StashKey[Target]()
SEED_PASSWORD = "PETWORKS_SEED_PASSWORD"


def pytest_addoption(parser: pytest.Parser) -> None:
    options = parser.getgroup("contract")
    options.addoption("--platform-url", help="the platform to check; without it the reference platform is started")
    options.addoption(
        "--platform-account", action="append", default=[], metavar="ROLE=EMAIL", help="whom to sign in as"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Reads the password before any test clears the environment."""
    url = config.getoption("--platform-url", default=None)
    if not url:
        return
    if SEED_PASSWORD not in os.environ:
        raise pytest.UsageError(f"Set {SEED_PASSWORD} to the password of the platform's test accounts.")
    accounts = dict(text.split("=", 1) for text in config.getoption("--platform-account"))
    if unknown := set(accounts) - set(ROLES):
        raise pytest.UsageError(f"There is no role {', '.join(sorted(unknown))}.")
    config.stash[GIVEN] = Target(url, os.environ[SEED_PASSWORD], accounts)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test runs for each platform, and those about records for each resource: a new entity is covered unasked."""
    if "target" in metafunc.fixturenames:
        names = ["given"] if GIVEN in metafunc.config.stash else ["sqlite", "postgresql"]
        chosen = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]
        metafunc.parametrize("target", chosen, indirect=True, scope="session")
    if "resource" in metafunc.fixturenames:
        metafunc.parametrize("resource", list(RECORDS))


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The platform under test."""
    if request.param == "given":
        yield request.config.stash[GIVEN]
        return
    data = tmp_path_factory.mktemp("contract") / "data"
    if request.param == "sqlite":
        with seeded_and_served(data) as target:
            yield target
        return
    server: Server = request.getfixturevalue("postgresql")
    name = f"contract_{secrets.token_hex(4)}"
    server.create(name)
    try:
        with seeded_and_served(data, server.url(name)) as target:
            yield target
    finally:
        server.drop(name)


@pytest.fixture
def scene(target: Target) -> Scene:
    """People and tickets of a test's own."""
    return Scene(target)
