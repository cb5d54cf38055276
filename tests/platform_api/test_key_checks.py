"""One key file for one vault: none is made beside a filled one, another is refused, and an older copy of it too."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete

from console.platform_api.cli import main
from console.platform_api.ids import new_id
from console.platform_api.key_checks import KeysDiffer
from console.platform_api.key_epochs import begin_epoch
from console.platform_api.keys import KeyFileError, Keys
from console.platform_api.migrate import migrate
from console.platform_api.platform import Platform, open_platform
from console.platform_api.vault import VaultError
from console.platform_api.vault_tables import KEY_CHECKS


def urls(platform: Platform) -> tuple[str, str]:
    return platform.database.url, platform.vault.database.url


def machine(platform: Platform, folder: Path) -> Path:
    """The data folder of another machine of the platform, with nothing in it."""
    folder.mkdir(mode=0o700)
    return folder


def test_no_new_keys_are_made_beside_a_filled_vault(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    file = platform.data / "keys.json"
    kept = file.read_bytes()
    file.unlink()
    with pytest.raises(KeyFileError, match="is missing, and the vault is full"):
        open_platform(platform.data, *urls(platform))
    options = ["--data", str(platform.data), "--database", urls(platform)[0], "--vault-database", urls(platform)[1]]
    assert main(["work", *options, "--environment", "demo", "--once"]) == 2
    said = capsys.readouterr().err
    assert "keys.json is missing" in said and "PETWORKS_KEY_FILE" in said and "its own backup" in said
    assert not file.exists()
    file.write_bytes(kept)
    file.chmod(0o600)
    open_platform(platform.data, *urls(platform)).close()


def test_a_machine_with_keys_of_its_own_is_refused(platform: Platform, tmp_path: Path) -> None:
    other = machine(platform, tmp_path / "other")
    with pytest.raises(KeyFileError, match="is missing"):
        open_platform(other, *urls(platform))
    Keys.load(other)
    with pytest.raises(KeysDiffer, match="other keys than the vault knows") as caught:
        open_platform(other, *urls(platform))
    assert "PETWORKS_KEY_FILE" in caught.value.advice
    assert not any(
        secret in str(caught.value) for secret in json.loads((other / "keys.json").read_text())["master"].values()
    )


def test_the_same_file_is_taken_wherever_it_lies(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETWORKS_KEY_FILE", str(platform.data / "keys.json"))
    open_platform(machine(platform, tmp_path / "other"), *urls(platform)).close()


def test_an_older_copy_is_refused_once_an_epoch_has_begun(
    platform: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Also by a process that has been running with it: it makes no key that nobody else can open."""
    copy = machine(platform, tmp_path / "copy")
    shutil.copy(platform.data / "keys.json", copy)
    running = open_platform(copy, *urls(platform))
    owner = new_id()
    begin_epoch(platform.data / "keys.json", after=1)
    platform.vault.create([owner])
    with pytest.raises(KeysDiffer, match="another copy has gone on"):
        running.vault.create([new_id()])
    with caplog.at_level(logging.ERROR), pytest.raises(VaultError):
        running.vault.keys_of([owner])
    assert "is it another machine's?" in caplog.text
    running.close()
    with pytest.raises(KeysDiffer, match="of epoch 1, and the vault of epoch 2"):
        open_platform(copy, *urls(platform))


def test_of_two_machines_that_begin_an_epoch_each_the_second_is_refused(platform: Platform, tmp_path: Path) -> None:
    copy = machine(platform, tmp_path / "copy")
    shutil.copy(platform.data / "keys.json", copy)
    running = open_platform(copy, *urls(platform))
    for data in (platform.data, copy):
        begin_epoch(data / "keys.json", after=1)
    platform.vault.rewrap()
    assert platform.vault.epoch == 2
    with pytest.raises(KeysDiffer):
        running.vault.rewrap()
    running.close()


def test_another_file_in_the_place_of_the_one_in_use_is_not_taken(
    sqlite_platform: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    platform, owner = sqlite_platform, new_id()
    platform.vault.create([owner])
    file = platform.data / "keys.json"
    kept = shutil.copy(file, tmp_path / "kept.json")
    Keys.load(tmp_path / "strange")
    shutil.copy(tmp_path / "strange" / "keys.json", file)
    for _ in range(2):
        with pytest.raises(KeysDiffer):
            platform.vault.create([new_id()])
    assert "other keys than the vault knows" in caplog.text
    shutil.copy(kept, file)
    assert set(platform.vault.keys_of([owner])) == {owner}


def test_a_vault_of_before_learns_its_keys_from_a_file_that_opens_it(platform: Platform, tmp_path: Path) -> None:
    with platform.vault.database.writing() as session:
        session.connection().execute(delete(KEY_CHECKS))
    Keys.load(machine(platform, tmp_path / "strange"))
    with pytest.raises(KeysDiffer, match="opens nothing"):
        open_platform(tmp_path / "strange", *urls(platform))
    open_platform(platform.data, *urls(platform)).close()
    with pytest.raises(KeysDiffer, match="other keys"):
        open_platform(tmp_path / "strange", *urls(platform))


def test_an_empty_vault_takes_the_keys_of_the_first_start_and_no_others(tmp_path: Path) -> None:
    """Of machines that start at once, each with a folder of its own, one goes on."""
    data = tmp_path / "data"
    migrate(data)
    open_platform(data).close()
    (data / "keys.json").unlink()
    with pytest.raises(KeysDiffer):
        open_platform(data)
