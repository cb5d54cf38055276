"""Epochs of the master key: survivors are wrapped anew, the erased are not, and a copy of the vault from before opens nobody."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.platform_api.cli import main
from console.platform_api.database import Database
from console.platform_api.ids import new_id
from console.platform_api.key_epochs import begin_epoch, destroy_epoch
from console.platform_api.keys import KeyFileError, Keys
from console.platform_api.platform import Platform
from console.platform_api.vault import Vault, VaultError, Wrapper
from console.platform_api.vault_tables import VaultTable
from tests.platform_api.worked import Clock, worker


@pytest.fixture
def vault(database_url: str, tmp_path: Path) -> Iterator[Vault]:
    made = Vault(Database(database_url, as_runtime=False), Keys.load(tmp_path / "keys"))
    VaultTable.metadata.create_all(made.database.engine)
    yield made
    made.database.dispose()


def file_of(vault: Vault) -> Path:
    assert vault.key_file is not None
    return vault.key_file


def rewrap_all(vault: Vault, limit: int = 2) -> None:
    after = vault.rewrap(limit=limit)
    while after is not None:
        after = vault.rewrap(after, limit)


def test_an_erased_owner_is_gone_and_nobody_else(vault: Vault) -> None:
    erased, other = new_id(), new_id()
    vault.create([erased, other])
    pseudonym = vault.pseudonyms([erased])[erased]
    vault.index_all({erased: [1, 2], other: [2, 3]})
    vault.erase([erased])
    vault.erase([erased, new_id()])
    assert set(vault.keys_of([erased, other])) == {other}
    assert vault.owner_of(pseudonym) is None
    assert [vault.find([token], before=None, limit=5) for token in (1, 2, 3)] == [[], [other], [other]]


def test_the_survivors_open_under_the_new_epoch_and_the_old_vault_opens_nobody(vault: Vault, tmp_path: Path) -> None:
    owners = [new_id() for _ in range(5)]
    vault.create(owners)
    sealed = {owner: vault.keys_of([owner])[owner].seal("users", owner, "contact", b"x") for owner in owners}
    pseudonyms = vault.pseudonyms(owners)
    running = Vault(vault.database, Keys.load(tmp_path / "keys"))
    with vault.database.reading() as connection:
        columns = "owner" if vault.database.sqlite else "owner::text"
        old = connection.exec_driver_sql(f"SELECT {columns}, epoch, wrapped, pseudonym FROM data_key").all()
    vault.erase(owners[:1])
    begin_epoch(file_of(vault), after=1)
    assert vault.destroy_epoch(1) is False  # it still wraps some
    rewrap_all(vault)
    assert vault.destroy_epoch(1) is True
    for its in (vault, running):
        assert its.epoch == 2
        assert {o: k.open("users", o, "contact", sealed[o]) for o, k in its.keys_of(owners).items()} == dict.fromkeys(
            owners[1:], b"x"
        )
    assert vault.pseudonyms(owners) == {owner: pseudonyms[owner] for owner in owners[1:]}
    with vault.database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM data_key")
        mark = "?" if vault.database.sqlite else "%s"
        session.connection().exec_driver_sql(
            f"INSERT INTO data_key (owner, epoch, wrapped, pseudonym) VALUES ({mark}, {mark}, {mark}, {mark})",
            [tuple(row) for row in old],
        )
    for owner in owners:
        with pytest.raises(VaultError):
            vault.keys_of([owner])


def test_a_running_process_wraps_under_the_epoch_that_another_began(vault: Vault) -> None:
    begin_epoch(file_of(vault), after=1)
    owner = new_id()
    vault.create([owner])
    rewrap_all(vault)
    assert vault.destroy_epoch(1) is True
    assert set(vault.keys_of([owner])) == {owner}


def beginning_epochs(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time that a key has been wrapped, another thread of the process takes the file, where an epoch has begun."""
    wrap = Wrapper.wrap

    def interrupted(self: Wrapper, owner: str, key: bytes) -> tuple[int, bytes]:
        wrapped = wrap(self, owner, key)
        begin_epoch(file_of(vault), after=self.epoch)
        self.renew()
        return wrapped

    monkeypatch.setattr(Wrapper, "wrap", interrupted)


def test_a_key_is_stored_with_the_epoch_that_wrapped_it(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """With any other it would open no more: the person's values would be lost."""
    owners = sorted(new_id() for _ in range(3))
    vault.create(owners[:2])
    begin_epoch(file_of(vault), after=1)
    beginning_epochs(vault, monkeypatch)
    vault.rewrap()
    vault.create(owners[2:])
    assert set(vault.keys_of(owners)) == set(owners)


def test_an_epoch_that_begins_while_keys_are_looked_up_is_known(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = new_id()
    vault.create([owner])
    other = Vault(vault.database, Keys.load(file_of(vault).parent))
    renew = Wrapper.renew

    def begun_behind_it(self: Wrapper) -> None:
        renew(self)
        if self is vault._wrapper and begin_epoch(file_of(vault), after=1).epoch == 2:
            other.rewrap()

    monkeypatch.setattr(Wrapper, "renew", begun_behind_it)
    assert set(vault.keys_of([owner])) == {owner}


def test_wrapping_anew_brings_nobody_back(vault: Vault) -> None:
    """An erasure between two batches stays one."""
    owners = sorted(new_id() for _ in range(4))
    vault.create(owners)
    begin_epoch(file_of(vault), after=1)
    after = vault.rewrap(limit=1)
    vault.erase(owners[:2])
    while after is not None:
        after = vault.rewrap(after, 1)
    assert set(vault.keys_of(owners)) == set(owners[2:])


def test_an_epoch_is_begun_once_and_the_one_in_use_stays(tmp_path: Path) -> None:
    Keys.load(tmp_path)
    file = tmp_path / "keys.json"
    old = shutil.copy(file, tmp_path / "before.json")
    assert [begin_epoch(file, after=1).epoch, begin_epoch(file, after=1).epoch] == [2, 2]
    with pytest.raises(KeyFileError):
        destroy_epoch(file, 2)
    keys = destroy_epoch(file, 1)
    assert (keys.epoch, set(keys.master)) == (2, {2})
    assert destroy_epoch(file, 1).master == keys.master
    before, now = (json.loads(Path(path).read_text()) for path in (old, file))
    assert {name for name in now if now[name] != before[name]} == {"epoch", "master"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert before["master"]["1"] not in file.read_text()


def test_the_bytes_of_a_key_file_that_is_replaced_are_overwritten(tmp_path: Path) -> None:
    Keys.load(tmp_path)
    file = tmp_path / "keys.json"
    with file.open("rb") as old:
        begin_epoch(file, after=1)
        assert set(old.read()) == {0}


def test_a_damaged_key_file_is_left_alone(tmp_path: Path) -> None:
    Keys.load(tmp_path)
    file = tmp_path / "keys.json"
    file.write_text(file.read_text()[:-20])
    damaged = file.read_bytes()
    with pytest.raises(KeyFileError):
        begin_epoch(file, after=1)
    assert file.read_bytes() == damaged


def test_an_operator_begins_an_epoch_and_ends_the_one_before(
    sqlite_platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    """At once, or by the worker an hour later; either way all keys open."""
    platform = sqlite_platform
    owner = new_id()
    platform.vault.create([owner])
    assert main(["rewrap", "--data", str(platform.data)]) == 0
    assert (platform.vault.epoch, set(Keys.load(platform.data).master)) == (2, {1, 2})
    clock = Clock(platform)
    clock.forward(hours=1, seconds=1)
    worker(platform).run_all()
    assert set(Keys.load(platform.data).master) == {1, 2}  # it wraps once more, and waits for whoever still writes
    clock.forward(hours=1, seconds=1)
    worker(platform).run_all()
    assert set(Keys.load(platform.data).master) == {2}
    assert main(["rewrap", "--data", str(platform.data), "--destroy-now"]) == 0
    assert set(Keys.load(platform.data).master) == {3}
    assert set(platform.vault.keys_of([owner])) == {owner}
    assert "epoch 2 is destroyed" in capsys.readouterr().out
