"""Tests of screens run in asyncio, as the console does; mark them with `pytest.mark.anyio`.

seeded_platform   a platform of its own with 150 sample people, their tickets, and two employees of every role
still             the same, at one moment
styles_once       no style is parsed twice in a run
utc               times are drawn in UTC
"""

import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from console.platform_api.migrate import make_ready
from console.platform_api.platform import Platform, open_platform
from console.platform_api.seed import PASSWORD as SEED_PASSWORD
from console.platform_api.seed import seed
from console.platform_api.tables import TicketRow, table
from tests.made_once import made_once
from tests.screens.consoles import NOW, PASSWORD, USERS


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def styles_once() -> Iterator[None]:
    """Each test has an app of its own, and Textual would parse the same styles for each, in 60 ms."""
    parsed: dict[tuple[Any, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_once(self: Stylesheet, *what: Any, **more: Any) -> list[RuleSet]:
        key = (what, *sorted(more.items()), *sorted(self._variables.items()))
        if key not in parsed:
            parsed[key] = parse(self, *what, **more)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(scope="session")
def seeded_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "seeded-template", _seed)


def _seed(data: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SEED_PASSWORD, PASSWORD)
        make_ready(data, None, None)
        seed(data, users=USERS, employees=True, processes=1, report=lambda _: None)


@pytest.fixture
def seeded_platform(seeded_template: Path, tmp_path: Path) -> Iterator[Platform]:
    platform = open_platform(Path(shutil.copytree(seeded_template, tmp_path / "data")), None)
    yield platform
    platform.close()


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are drawn in the zone of this computer."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture
def still(seeded_platform: Platform) -> Platform:
    """The platform at one moment, with claims that end soon after it."""
    seeded_platform.clock = lambda: NOW
    tickets = table(TicketRow)
    with seeded_platform.database.writing() as session:
        claimed = tickets.c.lease_until.is_not(None)
        session.connection().execute(update(tickets).where(claimed).values(lease_until=NOW + timedelta(minutes=12)))
    return seeded_platform
