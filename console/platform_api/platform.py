"""All that a platform process holds open: databases, keys, the audit log's writer, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from console.platform_api.database import Database
from console.platform_api.key_checks import load_keys
from console.platform_api.keys import Keys
from console.platform_api.recorder import Recorder
from console.platform_api.rules import Rules, load_rules
from console.platform_api.vault import Vault


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Platform:
    """`environment` is what the console's head shows: demo, staging or production."""

    data: Path
    database: Database
    vault: Vault
    recorder: Recorder
    keys: Keys
    environment: str = "demo"
    clock: Callable[[], datetime] = field(default=utc_now)
    rules: Rules = field(default_factory=Rules)

    def close(self) -> None:
        self.recorder.close()
        self.database.dispose()
        self.vault.database.dispose()


def locations(data: Path, url: str | None, vault_url: str | None) -> tuple[str, str]:
    """The URLs of the records and the vault database: files in the data folder, or the sibling `…_vault` of a PostgreSQL database."""
    if url is None:
        return f"sqlite:///{data / 'petworks.sqlite'}", vault_url or f"sqlite:///{data / 'vault.sqlite'}"
    if vault_url:
        return url, vault_url
    base, question, query = url.partition("?")
    if base.startswith("sqlite"):
        return url, base.removesuffix(".sqlite") + "_vault.sqlite"
    return url, f"{base}_vault{question}{query}"


def open_platform(
    data: Path, url: str | None = None, vault_url: str | None = None, environment: str = "demo"
) -> Platform:
    """Opens what `migrate` has made; it creates nothing but the key file of an empty vault."""
    records_url, vault_at = locations(data, url, vault_url)
    rules = load_rules(data)
    vault_database = Database(vault_at)
    keys = load_keys(data, vault_database)
    database = Database(records_url)
    return Platform(
        data, database, Vault(vault_database, keys), Recorder(database, data, keys), keys, environment, rules=rules
    )
