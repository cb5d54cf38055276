"""Settings from the config file, the environment and flags, each before the one named earlier.

    theme = "dark"
    idle_lock_minutes = 10          # at most 15

    [keys]
    reveal = "f2"                   # action = key

    [profiles.production]           # the names are free; `profile = "…"` above chooses the default
    url = "https://platform.example.com"
    environment = "production"      # demo, staging or production: what the screen's head says
    proxy = "http://proxy.example.com:3128"
    ca_file = "/etc/ssl/company.pem"

Nothing skips certificates. It is read before the first paint, so heavier modules are imported where they are needed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from console.choices import ACTIONS, THEMES
from console.errors import SettingsError

ENVIRONMENTS = ("demo", "staging", "production")
IDLE_LOCK_AT_MOST = 15


class Settings(NamedTuple):
    """What one run of the console goes by; `url` is None until a profile, a variable or a flag names a platform."""

    profile: str = "default"
    url: str | None = None
    environment: str = "production"  # what isn't said is treated with the greatest care
    proxy: str | None = None
    ca_file: str | None = None
    idle_lock_minutes: int = IDLE_LOCK_AT_MOST
    theme: str | None = None
    keys: Mapping[str, str] = MappingProxyType({})

    @property
    def platform(self) -> str:
        """The platform's URL, or the error that says how to name one."""
        if self.url is None:
            raise SettingsError(
                f"No platform is named for the profile “{self.profile}”.",
                advice=f"Put its url into {config_path()}, or give --url. To try the console: petworks demo",
            )
        return self.url


def config_path() -> Path:
    """PETWORKS_CONFIG, else the file in the system's folder for settings."""
    if named := os.environ.get("PETWORKS_CONFIG"):
        return Path(named)
    folder = os.environ.get("XDG_CONFIG_HOME", "").strip()
    if sys.platform == "linux" and (not folder or folder.startswith("/")):
        return Path(folder or Path.home() / ".config") / "petworks" / "config.toml"
    import platformdirs  # says the same, in 10 ms of the 50 to the first paint

    return platformdirs.user_config_path("petworks") / "config.toml"


def load(*, profile: str | None = None, url: str | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this run; SettingsError names file, line and key, or the variable or flag."""
    variables = os.environ if environ is None else environ
    file = _File.read(config_path())
    chosen = profile or variables.get("PETWORKS_PROFILE") or file.profile()
    values = file.values(chosen, required=bool(profile or variables.get("PETWORKS_PROFILE")))
    values |= _from_environment(variables)
    if url is not None:
        values["url"] = _checked("url", url, "--url")
    return Settings(profile=chosen or "default", **values)


def _from_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in (*_TOP, *_PROFILE):
        name = f"PETWORKS_{key.upper()}"
        if value := variables.get(name):
            is_number = key == "idle_lock_minutes" and value.isascii() and value.isdecimal()
            found[key] = _checked(key, int(value) if is_number else value, name)
    return found


class _File(NamedTuple):
    path: Path
    text: str
    tables: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> _File:
        """An absent file is an empty one."""
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls(path, "", {})
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} can't be read: {type(error).__name__}.") from None
        import tomllib

        try:
            return cls(path, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{path}: {error}.") from None

    def profile(self) -> str | None:
        """The default profile: the one named, or the only one."""
        named = self.tables.get("profile")
        if named is not None and not isinstance(named, str):
            raise self._wrong((), "profile", "must be the name of a profile")
        profiles = self._table("profiles")
        return named or (next(iter(profiles)) if len(profiles) == 1 else None)

    def values(self, profile: str | None, *, required: bool) -> dict[str, Any]:
        """The checked keys at the top, under them those of the profile."""
        found = self._checked_table((), self.tables, _TOP, also=("profile", "profiles", "keys"))
        found["keys"] = MappingProxyType(self._keys())
        profiles = self._table("profiles")
        for name, table in profiles.items():
            if not isinstance(table, dict):
                raise self._wrong(("profiles",), name, "must be a table: [profiles.…]")
            values = self._checked_table(("profiles", name), table, _TOP | _PROFILE)
            found |= values if name == profile else {}
        if profile is not None and profile not in profiles and (required or "profile" in self.tables):
            known = ", ".join(profiles) or "none"
            raise SettingsError(f"{self.path}: there is no profile “{profile}”. There is: {known}.")
        return found

    def _keys(self) -> dict[str, str]:
        keys = self._table("keys")
        for action, key in keys.items():
            if action not in ACTIONS:
                from difflib import get_close_matches

                near = ", ".join(get_close_matches(action, ACTIONS)) or "see docs/keys.md"
                raise self._wrong(("keys",), action, f"is no action that a key can be given to. Near it: {near}")
            if not isinstance(key, str) or not key:
                raise self._wrong(("keys",), action, 'must be a key like "f2" or "ctrl+r"')
        return dict(keys)

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self.tables.get(name, {})
        if not isinstance(table, dict):
            raise self._wrong((), name, "must be a table")
        return table

    def _checked_table(
        self, at: tuple[str, ...], table: Mapping[str, Any], known: Mapping[str, object], also: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        for key in table:
            if key not in known and key not in also:
                raise self._wrong(at, key, f"is no setting. There are: {', '.join((*known, *also))}")
        return {key: _checked(key, table[key], self._place(at, key)) for key in known if key in table}

    def _wrong(self, at: tuple[str, ...], key: str, what: str) -> SettingsError:
        return SettingsError(f"{self._place(at, key)} {what}.")

    def _place(self, at: tuple[str, ...], key: str) -> str:
        return f"{self.path}, line {line_of(self.text, at, key)}: {'.'.join((*at, key))}"


def line_of(text: str, at: tuple[str, ...], key: str) -> int:
    """Where the key of the table `at` stands; tomllib doesn't tell. Written inline or in parts, it is the line of its nearest table."""
    table: list[str] = []
    best = 1
    for number, content in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+([^\]]+)\]+", content):
            table = [part.strip().strip("\"'") for part in header[1].split(".")]
            best = number if table == list(at) or table == [*at, key] else best
        elif table == list(at) and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", content):
            return number
    return best


def _checked(key: str, value: Any, place: str) -> Any:
    check = (_TOP | _PROFILE)[key]
    try:
        return check(value)
    except ValueError as error:
        raise SettingsError(f"{place} {error}.") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("must be a text")
    return value


def _minutes(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= IDLE_LOCK_AT_MOST:
        raise ValueError(f"must be a whole number from 1 to {IDLE_LOCK_AT_MOST}")
    return value


def _theme(value: Any) -> str:
    if value not in THEMES:
        raise ValueError(f"must be one of {', '.join(THEMES)}")
    return str(value)


def _environment(value: Any) -> str:
    if value not in ENVIRONMENTS:
        raise ValueError(f"must be one of {', '.join(ENVIRONMENTS)}")
    return str(value)


def _url(value: Any) -> str:
    """Only https; http for this computer alone (P15). No user, query or fragment: they would end in logs."""
    parts = _split(_text(value))
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("must begin with https:// (http is for this computer alone)")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address like https://platform.example.com")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("must hold no user, password, ? or #")
    return urlunsplit(parts).rstrip("/")


def _proxy(value: Any) -> str:
    parts = _split(_text(value))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address like http://proxy.example.com:3128")
    return str(value)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        raise ValueError("is not an address") from None
    return parts


def is_loopback(host: str) -> bool:
    """By its literal address or as `localhost`: any other name could lead elsewhere."""
    if host in ("localhost", "127.0.0.1", "::1"):
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _file(value: Any) -> str:
    path = Path(_text(value)).expanduser()
    if not path.is_file():
        raise ValueError("must be a file that is there")
    return str(path)


_TOP: dict[str, Callable[[Any], Any]] = {"theme": _theme, "idle_lock_minutes": _minutes}
_PROFILE: dict[str, Callable[[Any], Any]] = {
    "url": _url,
    "environment": _environment,
    "proxy": _proxy,
    "ca_file": _file,
}


def shown(settings: Settings) -> dict[str, object]:
    """The settings for people to read: what stands before the @ of a proxy is a secret."""
    values: dict[str, object] = {name: value for name, value in settings._asdict().items() if value is not None}
    if settings.proxy and "@" in settings.proxy:
        parts = urlsplit(settings.proxy)
        values["proxy"] = urlunsplit(parts._replace(netloc="•••@" + parts.netloc.rpartition("@")[2]))
    return values | {"keys": dict(settings.keys)}
