"""Settings come from file, environment and flags in this order, and a wrong one is named where it stands."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from console.errors import SettingsError
from console.settings import config_path, load, shown


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("PETWORKS_CONFIG", str(path))
    return path


TWO = """\
theme = "dark"
idle_lock_minutes = 10
profile = "staging"

[keys]
reveal = "f2"

[profiles.staging]
url = "https://staging.example.com/"
environment = "staging"

[profiles.production]
url = "https://platform.example.com"
idle_lock_minutes = 3
"""


def test_without_a_file_nothing_is_named_but_all_is_careful(config: Path) -> None:
    settings = load()
    assert (settings.url, settings.environment, settings.idle_lock_minutes) == (None, "production", 15)
    with pytest.raises(SettingsError, match="No platform is named"):
        _ = settings.platform


@pytest.mark.parametrize("folder", [None, "", "  ", "/etc/xdg", "~/x", "relative"])
def test_the_config_file_stands_in_the_system_s_folder_for_settings(
    monkeypatch: pytest.MonkeyPatch, folder: str | None
) -> None:
    if folder is None:
        monkeypatch.delenv("XDG_CONFIG_HOME")
    else:
        monkeypatch.setenv("XDG_CONFIG_HOME", folder)
    assert config_path() == platformdirs.user_config_path("petworks") / "config.toml"


def test_a_profile_adds_to_the_top_of_the_file(config: Path) -> None:
    config.write_text(TWO)
    staging = load()
    assert (staging.profile, staging.platform, staging.environment) == (
        "staging",
        "https://staging.example.com",
        "staging",
    )
    assert (staging.theme, staging.idle_lock_minutes, staging.keys["reveal"]) == ("dark", 10, "f2")
    production = load(profile="production")
    assert (production.environment, production.idle_lock_minutes) == ("production", 3)


def test_the_environment_comes_after_the_file_and_flags_after_both(config: Path) -> None:
    config.write_text(TWO)
    variables = {
        "PETWORKS_PROFILE": "production",
        "PETWORKS_URL": "https://a.example",
        "PETWORKS_IDLE_LOCK_MINUTES": "5",
    }
    settings = load(environ=variables)
    assert (settings.profile, settings.url, settings.idle_lock_minutes) == ("production", "https://a.example", 5)
    settings = load(profile="staging", url="https://b.example", environ=variables)
    assert (settings.profile, settings.url) == ("staging", "https://b.example")


def test_the_only_profile_needs_no_choosing(config: Path) -> None:
    config.write_text('[profiles.ours]\nurl = "https://a.example"\n')
    assert load().profile == "ours"


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('theme = "dark"\nidle_lock_minutes = 16\n', 2, "idle_lock_minutes"),
        ("idle_lock_minutes = true\n", 1, "idle_lock_minutes"),
        ('[profiles.a]\nurl = "https://a.example"\n[profiles.b]\nurl = "http://b.example"\n', 4, "profiles.b.url"),
        ('[profiles."a b"]\n\nenvironment = "live"\n', 3, "profiles.a b.environment"),
        ("[keys]\nreveal = 7\n", 2, "keys.reveal"),
        ('[keys]\nhelp = "h"\nreveall = "f2"\n', 3, "keys.reveall"),
        ('\ntheme = "solarised"\n', 2, "theme"),
        ("themes = 1\n", 1, "themes"),
        ("[profiles.a]\nverify = false\n", 2, "profiles.a.verify"),
        ('[profiles.a]\nca_file = "/nowhere/at/all.pem"\n', 2, "profiles.a.ca_file"),
        ('profiles = "a"\n', 1, "profiles"),
        ("profile = 5\n", 1, "profile"),
        ("[profiles]\na = 5\n", 2, "profiles.a"),
    ],
)
def test_a_wrong_setting_is_named_with_file_line_and_key(config: Path, text: str, line: int, key: str) -> None:
    config.write_text(text)
    with pytest.raises(SettingsError) as told:
        load()
    assert str(told.value).startswith(f"{config}, line {line}: {key} ")


def test_broken_toml_is_named_with_its_line(config: Path) -> None:
    config.write_text("theme = \n")
    with pytest.raises(SettingsError, match=r"config\.toml: .*line 1"):
        load()


def test_a_file_that_is_no_text_is_refused(config: Path) -> None:
    config.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="can't be read"):
        load()


def test_a_profile_that_is_not_there_is_refused_with_those_that_are(config: Path) -> None:
    config.write_text(TWO)
    with pytest.raises(SettingsError, match=r"“live”\. There is: staging, production"):
        load(profile="live")


def test_a_wrong_variable_or_flag_is_named(config: Path) -> None:
    with pytest.raises(SettingsError, match="PETWORKS_IDLE_LOCK_MINUTES must be"):
        load(environ={"PETWORKS_IDLE_LOCK_MINUTES": "1e9"})
    with pytest.raises(SettingsError, match="PETWORKS_THEME must be one of dark, light, high-contrast"):
        load(environ={"PETWORKS_THEME": "Dark"})
    with pytest.raises(SettingsError, match="--url must begin with https://"):
        load(url="http://platform.example.com")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:80", "http://127.9.9.9", "https://a.example/base"],
)
def test_https_and_this_computer_are_spoken_to(config: Path, url: str) -> None:
    assert load(url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "http://localhost.a.example",
        "http://127.0.0.1.a.example",
        "http://0.0.0.0",
        "http://10.0.0.1",
        "ftp://a.example",
        "a.example",
        "https://",
        "https://user:secret@a.example",
        "https://a.example/?x=1",
        "https://a.example:port",
        "https://a.example/\x1b",
        "http://2130706433",
    ],
)
def test_anything_else_is_refused(config: Path, url: str) -> None:
    with pytest.raises(SettingsError):
        load(url=url)


def test_what_is_shown_holds_no_secret(config: Path) -> None:
    settings = load(environ={"PETWORKS_PROXY": "http://me:hunter2@proxy.example:3128"})
    assert shown(settings)["proxy"] == "http://•••@proxy.example:3128"
