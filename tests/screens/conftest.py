"""Tests of screens run in asyncio, as the console does; mark them with `pytest.mark.anyio`.

seeded_platform   a platform of its own with 150 sample people, their tickets, and two employees of every role
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.platform_api.migrate import make_ready
from console.platform_api.platform import Platform, open_platform
from console.platform_api.seed import PASSWORD as SEED_PASSWORD
from console.platform_api.seed import seed
from tests.screens.consoles import PASSWORD, USERS


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def seeded_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("seeded") / "data"
    before = os.environ.get(SEED_PASSWORD)
    os.environ[SEED_PASSWORD] = PASSWORD
    try:
        make_ready(data, None, None)
        seed(data, users=USERS, employees=True, processes=1, report=lambda _: None)
    finally:
        os.environ.pop(SEED_PASSWORD) if before is None else os.environ.update({SEED_PASSWORD: before})
    return data


@pytest.fixture
def seeded_platform(seeded_template: Path, tmp_path: Path) -> Iterator[Platform]:
    platform = open_platform(Path(shutil.copytree(seeded_template, tmp_path / "data")), None)
    yield platform
    platform.close()
