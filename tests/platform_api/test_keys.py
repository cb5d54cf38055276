"""The key file: made once, for us alone, and never taken when others could have read or changed it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from console.platform_api.keys import KeyFileError, Keys


def _secrets(keys: Keys) -> list[bytes]:
    return [*keys.master.values(), keys.blind, keys.cursor, keys.token, keys.audit_signing.private_bytes_raw()]


def test_made_once_and_private(tmp_path: Path):
    data = tmp_path / "data"
    made = Keys.load(data)
    assert stat.S_IMODE((data / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert _secrets(Keys.load(data)) == _secrets(made)
    assert len(set(_secrets(made))) == 5
    assert [path.name for path in data.iterdir()] == ["keys.json"]


def test_two_folders_have_nothing_in_common(tmp_path: Path):
    one, other = Keys.load(tmp_path / "one"), Keys.load(tmp_path / "other")
    assert not set(_secrets(one)) & set(_secrets(other))


def test_processes_that_start_at_once_agree(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: Keys.load(tmp_path), range(16)))
    assert len({keys.blind for keys in loaded}) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int):
    Keys.load(tmp_path)
    (tmp_path / "keys.json").chmod(mode)
    with pytest.raises(KeyFileError, match="others can read"):
        Keys.load(tmp_path)


def test_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PETWORKS_KEY_FILE", str(tmp_path / "elsewhere" / "master.json"))
    Keys.load(tmp_path / "data")
    assert (tmp_path / "elsewhere" / "master.json").exists()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "broken",
    [
        lambda file: "",
        lambda file: "{}",
        lambda file: "[1]",
        lambda file: json.dumps({**file, "blind": "c2hvcnQ="}),
        lambda file: json.dumps({**file, "blind": file["blind"] + "!"}),
        lambda file: json.dumps({**file, "epoch": 2}),
        lambda file: json.dumps({**file, "master": {"one": file["cursor"]}}),
        lambda file: json.dumps({name: value for name, value in file.items() if name != "token"}),
    ],
)
def test_a_broken_file_is_named_and_not_quoted(tmp_path: Path, broken: Callable[[dict[str, Any]], str]):
    Keys.load(tmp_path)
    path = tmp_path / "keys.json"
    file = json.loads(path.read_text())
    path.write_text(broken(file))
    with pytest.raises(KeyFileError) as caught:
        Keys.load(tmp_path)
    assert str(path) in str(caught.value)
    assert not any(file[name] in repr(caught.value) + str(caught.value) for name in ("blind", "cursor", "token"))
    assert caught.value.__cause__ is None


def test_a_missing_folder_of_a_broken_link(tmp_path: Path):
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(KeyFileError):
        Keys.load(tmp_path)


def test_a_newer_epoch_wraps_and_the_older_still_opens(tmp_path: Path):
    made = Keys.load(tmp_path)
    path = tmp_path / "keys.json"
    file = json.loads(path.read_text())
    path.write_text(json.dumps({**file, "epoch": 2, "master": {**file["master"], "2": file["cursor"]}}))
    later = Keys.load(tmp_path)
    assert later.epoch == 2
    assert later.master[1] == made.master[1]


def test_no_repr_shows_a_key(tmp_path: Path):
    keys = Keys.load(tmp_path)
    shown = repr(keys) + str(keys)
    assert not any(repr(secret) in shown or secret.hex() in shown for secret in _secrets(keys))
    assert "PrivateKey" not in shown
