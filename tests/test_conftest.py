"""The fixtures give what they promise."""

import secrets
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, event, literal, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import CacheStats

from console.platform_api.database import Database
from tests.made_once import made_once
from tests.postgresql import Server

_folders: list[Path] = []
"""Of the tests of this module that have ended."""


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_database(database_url: str, turn: int) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE pet (name TEXT)"))
        assert connection.execute(text("SELECT count(*) FROM pet")).scalar() == 0
    engine.dispose()


def test_postgresql_drops_the_vault_with_its_database(postgresql: Server) -> None:
    postgresql.create("litter")
    postgresql.create("litter_vault")
    with postgresql.connect("litter_vault"):
        postgresql.drop("litter")
    for name in ("litter", "litter_vault"):
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            postgresql.connect(name)


def test_postgresql_lowers_every_script(postgresql: Server) -> None:
    with postgresql.connect() as connection:
        row = connection.execute("SELECT lower('ÅSA ΣΟΦΊΑ')").fetchone()
    assert row == ("åsa σοφία",)


def test_a_database_is_found_again_by_its_url(postgresql_url: str) -> None:
    assert make_url(postgresql_url).database


def test_a_statement_is_compiled_once_for_all_databases(database_url: str) -> None:
    seen: list[CacheStats] = []
    for _ in range(2):
        database = Database(database_url)
        event.listen(database.engine, "after_cursor_execute", lambda *about: seen.append(about[4].cache_hit))
        with database.writing() as session:
            session.execute(select(literal(1).label(database_url)))
        database.dispose()
    compiled = [found for found in seen if found is not CacheStats.NO_CACHE_KEY]  # BEGIN is text
    assert compiled == [CacheStats.CACHE_MISS, CacheStats.CACHE_HIT]


def test_what_all_workers_need_is_made_once_and_anew_after_a_failure(tmp_path_factory: pytest.TempPathFactory) -> None:
    name, made = f"made-{secrets.token_hex(4)}", []

    def fail(folder: Path) -> None:
        folder.mkdir()
        raise OSError("half made")

    def make(folder: Path) -> None:
        folder.mkdir()
        made.append(folder)

    with pytest.raises(OSError, match="half made"):
        made_once(tmp_path_factory, name, fail)
    assert [made_once(tmp_path_factory, name, make) for _ in range(2)] == 2 * made


@pytest.mark.xdist_group("one after the other")
@pytest.mark.parametrize("turn", [1, 2])
def test_a_folder_goes_with_its_test(tmp_path: Path, turn: int) -> None:
    assert not any(folder.exists() for folder in _folders)
    _folders.append(tmp_path)


def test_the_home_is_the_tests_own(tmp_path: Path) -> None:
    assert Path.home() == tmp_path / "home"
