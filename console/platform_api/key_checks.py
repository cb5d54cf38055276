"""Whether a key file is the vault's own: every machine of a platform must share one, and none may begin with a new one beside a filled vault.

The vault keeps a keyed hash for the master key of each epoch and for that of the blind indexes. Whoever starts, or takes a key file that
has changed, compares; who comes first puts it there. It tells nothing of a key, and another file's keys fit none.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from console.platform_api.database import Database
from console.platform_api.keys import KeyFileError, Keys, place_of
from console.platform_api.vault_tables import DATA_KEY, KEY_CHECKS

log = logging.getLogger("petworks.platform")

ONE_FILE = "Every machine of a platform reads the same keys.json: name it in PETWORKS_KEY_FILE, or restore it from its own backup."
LOST = (
    "Restore keys.json from its own backup, or name the one that the other machines use in PETWORKS_KEY_FILE. A new one would "
    "open nothing of what is stored, so none is made."
)

MASTER = "master:"


class KeysDiffer(KeyFileError):
    """The key file is another one than the vault's, or an older copy of it."""

    advice = ONE_FILE


def load_keys(data: Path, vault: Database) -> Keys:
    """The keys of a data folder, made when there are none and the vault is empty. KeysDiffer when they are not the vault's."""
    path = place_of(data)
    if not path.exists() and _is_filled(vault):
        raise KeyFileError(f"{path} is missing, and the vault is full of keys that only it opens.", advice=LOST)
    keys = Keys.load(data)
    agree(vault, keys)
    return keys


def agree(vault: Database, keys: Keys) -> None:
    """KeysDiffer, and a line on the log, unless these are the keys of the vault; what it doesn't know yet it is told."""
    known = _known(vault)
    if not known and not _opens_something(vault, keys):
        raise _differing(keys, "opens nothing of what the vault holds")
    new = {name: value for name, value in _checks(keys).items() if name not in known}
    if new:
        _tell(vault, new)
    compare(vault, keys)


def compare(vault: Database, keys: Keys) -> None:
    """The same of what the vault knows; it only looks, so that it may come in the middle of a write."""
    mine, known = _checks(keys), _known(vault)
    wrong = sorted(name for name in mine.keys() & known.keys() if not hmac.compare_digest(known[name], mine[name]))
    if wrong:
        raise _differing(keys, f"holds other keys than the vault knows ({', '.join(wrong)})")
    refuse_older(keys, _newest(known))


def newest_epoch(vault: Database) -> int:
    """Of which the vault has heard; 0 before the first start."""
    return _newest(_known(vault))


def refuse_older(keys: Keys, newest: int) -> None:
    if newest > keys.epoch:
        raise _differing(keys, f"is of epoch {keys.epoch}, and the vault of epoch {newest}: another copy has gone on")


def _differing(keys: Keys, why: str) -> KeysDiffer:
    error = KeysDiffer(f"{keys.file or 'keys.json'} {why}.")
    log.error("%s %s", error, error.advice)
    return error


def _checks(keys: Keys) -> Mapping[str, bytes]:
    found = {f"{MASTER}{epoch}": key for epoch, key in keys.master.items()} | {f"blind:{keys.blind_id}": keys.blind}
    return {name: hmac.digest(key, f"petworks key check\n{name}".encode(), "sha256") for name, key in found.items()}


def _newest(known: Mapping[str, bytes]) -> int:
    return max((int(name.removeprefix(MASTER)) for name in known if name.startswith(MASTER)), default=0)


def _known(vault: Database) -> dict[str, bytes]:
    with vault.reading() as connection:
        return {row.name: bytes(row.value) for row in connection.execute(select(KEY_CHECKS))}


def _is_filled(vault: Database) -> bool:
    with vault.reading() as connection:
        return connection.execute(select(DATA_KEY.c.owner).limit(1)).first() is not None


def _opens_something(vault: Database, keys: Keys) -> bool:
    """For a vault of before there were checks: the newest key in it, if there is any."""
    from console.platform_api.vault import VaultError, Wrapper  # it imports this module

    columns = DATA_KEY.c.owner, DATA_KEY.c.epoch, DATA_KEY.c.wrapped
    with vault.reading() as connection:
        row = connection.execute(select(*columns).order_by(DATA_KEY.c.owner.desc()).limit(1)).first()
    try:
        return row is None or bool(Wrapper(keys).unwrap(str(row.owner), row.epoch, bytes(row.wrapped)))
    except VaultError:
        return False


def _tell(vault: Database, checks: Mapping[str, bytes]) -> None:
    """Of two at once the first wins, and the other finds out."""
    made = (sqlite if vault.sqlite else postgresql).insert(KEY_CHECKS).on_conflict_do_nothing()
    with vault.writing() as session:
        session.connection().execute(made, [{"name": name, "value": checks[name]} for name in sorted(checks)])
