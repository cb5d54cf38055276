"""Personal values at rest: a key for each owner, sealing under it, and finding owners by blind tokens.

Erasing an owner is deleting the rows that this module reads: from then on `keys_of` and `owners_of` leave the owner
out, and every caller treats a missing key as an erased person. A copy of those rows from before opens nothing either
once the master key of their epoch is destroyed: whoever is left has been wrapped anew by then.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from console.platform_api.database import Database
from console.platform_api.ids import id_bytes, id_text
from console.platform_api.key_checks import agree, compare, newest_epoch, refuse_older
from console.platform_api.key_epochs import destroy_epoch
from console.platform_api.keys import KEY_BYTES, Keys, load_file
from console.platform_api.private_files import private_database
from console.platform_api.problems import Problem

log = logging.getLogger("petworks.platform")

NONCE_BYTES = 12
PSEUDONYM_BYTES = 16
FORMAT = b"\x01"
"""The first byte of all that is sealed: AES-256-GCM with a 12-byte nonce before it and the tag behind."""

AT_ONCE = 1_000
"""Owners in one query: SQLite takes 32,766 parameters, PostgreSQL 65,535."""

INSERT_KEY = (
    "INSERT INTO data_key (owner, epoch, wrapped, pseudonym) VALUES (#, #, #, #) ON CONFLICT (owner) DO NOTHING"
)

UNINDEX = "DELETE FROM blind WHERE token = # AND owner = #"
REWRAP = "UPDATE data_key SET epoch = #, wrapped = # WHERE owner = # AND epoch = #"

RARE = 5_000
"""A token with this many owners counts as common; counting further costs more than driving from the second-rarest."""


class VaultError(Problem):
    """A sealed value doesn't open: another's, moved, or damaged. Names no value and no owner."""

    status, type, title = 500, "unexpected", "A stored value can't be opened"


class OwnerKey:
    """One owner's key, unwrapped. Its repr shows neither owner nor key."""

    __slots__ = ("_cipher", "owner")

    def __init__(self, owner: str, key: bytes) -> None:
        self.owner = owner
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "OwnerKey(…)"

    def seal(self, resource: str, record: str, category: str, document: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORMAT + nonce + self._cipher.encrypt(nonce, document, place(resource, record, category, self.owner))

    def open(self, resource: str, record: str, category: str, sealed: bytes) -> bytes:
        """The document, if it was sealed for this very place: VaultError otherwise."""
        if sealed[:1] != FORMAT:
            raise VaultError
        try:
            return self._cipher.decrypt(sealed[1:13], sealed[13:], place(resource, record, category, self.owner))
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise VaultError from None


def place(resource: str, record: str, category: str, owner: str) -> bytes:
    """What a sealed value is bound to, so that it opens nowhere else (the additional data)."""
    return f"{resource}\n{record}\n{category}\n{owner}".encode()


class Wrapper:
    """Wraps and unwraps owners' keys under the master keys."""

    def __init__(self, keys: Keys, agree: Callable[[Keys], None] = lambda _: None) -> None:
        """`agree`: raises what hinders that other keys are taken in their place."""
        self.file, self._agree = keys.file, agree
        self._read_at = _mark_of(keys.file)
        self._take(keys)

    def _take(self, keys: Keys) -> None:
        """At one stroke: another thread that is wrapping has the old ones whole, or the new ones."""
        self.keys = keys
        self._masters = keys.epoch, {epoch: AESGCM(key) for epoch, key in keys.master.items()}

    @property
    def epoch(self) -> int:
        return self._masters[0]

    def renew(self) -> None:
        """Takes the key file as it is now: another process may have begun an epoch, or destroyed one. Mostly a look at its time."""
        mark = _mark_of(self.file)
        if self.file is not None and mark is not None and mark != self._read_at:
            keys = load_file(self.file)
            self._agree(keys)
            self._take(keys)
            self._read_at = mark

    def wrap(self, owner: str, key: bytes) -> tuple[int, bytes]:
        """The epoch that wrapped it belongs to it: another may be in use by the time that it is stored."""
        nonce, (epoch, ciphers) = secrets.token_bytes(NONCE_BYTES), self._masters
        return epoch, nonce + ciphers[epoch].encrypt(nonce, key, owner.encode())

    def unwrap(self, owner: str, epoch: int, wrapped: bytes) -> bytes:
        try:
            return self._masters[1][epoch].decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner.encode())
        except KeyError:
            log.error("The vault has keys of epoch %s, and the key file none for it: is it another machine's?", epoch)
            raise VaultError from None
        except (InvalidTag, ValueError):
            raise VaultError from None


def _mark_of(file: Path | None) -> tuple[int, int] | None:
    """What changes when the file is replaced; None when there is none to look at."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns) if found is not None else None


class Vault:
    """The vault database and the master keys. Every change commits by itself, before the records' own commit."""

    def __init__(self, database: Database, keys: Keys) -> None:
        private_database(database.url)
        self.database = database
        self._wrapper = Wrapper(keys, lambda found: compare(database, found))
        self._mark = "?" if database.sqlite else "%s"

    def __repr__(self) -> str:
        return "Vault(…)"

    # Keys and pseudonyms

    def create(self, owners: Sequence[str]) -> None:
        """A key and a pseudonym for each; an owner who has them keeps them. KeysDiffer if others could not open them."""
        self._take_keys()
        rows = [self._new_row(owner) for owner in sorted(owners)]
        self._write(INSERT_KEY, rows)

    def _take_keys(self) -> None:
        """To wrap with: nobody else's, and the vault has heard of their epoch before anything is wrapped under it."""
        newest = newest_epoch(self.database)
        self._wrapper.renew()
        refuse_older(self._wrapper.keys, newest)
        if newest < self._wrapper.epoch:
            agree(self.database, self._wrapper.keys)

    def keys_of(self, owners: Collection[str]) -> dict[str, OwnerKey]:
        """The owners' keys; a missing owner was erased, or never was."""
        names = self._names(owners)
        rows = self._select("epoch, wrapped", "owner", list(names))
        self._wrapper.renew()  # behind the look: what it found may have been wrapped under an epoch that began just before it
        unwrap = self._wrapper.unwrap
        found = {}
        for native, epoch, wrapped in rows:
            owner = names[native]
            found[owner] = OwnerKey(owner, unwrap(owner, epoch, wrapped))
        return found

    def pseudonyms(self, owners: Collection[str]) -> dict[str, str]:
        """Owner → pseudonym in hex, under which the audit log knows them."""
        names = self._names(owners)
        return {names[native]: bytes(raw).hex() for native, raw in self._select("pseudonym", "owner", list(names))}

    def owner_of(self, pseudonym: str) -> str | None:
        return self.owners_of([pseudonym]).get(pseudonym)

    def owners_of(self, pseudonyms: Collection[str]) -> dict[str, str]:
        """Pseudonym → owner; that of an erased person leads nowhere, and so does text that is none."""
        wanted = [raw for raw in map(_pseudonym, pseudonyms) if raw is not None]
        return {bytes(raw).hex(): _text(native) for native, raw in self._select("pseudonym", "pseudonym", wanted)}

    # Erasing, and what makes it hold for copies of the vault

    @property
    def epoch(self) -> int:
        """Of the master key that wraps new keys."""
        self._wrapper.renew()
        return self._wrapper.epoch

    @property
    def key_file(self) -> Path | None:
        return self._wrapper.file

    def erase(self, owners: Collection[str]) -> None:
        """Their keys, pseudonyms and tokens go in one commit: nothing of theirs opens or is found from then on."""
        names = [self._native(owner) for owner in sorted(owners)]
        pairs = [(token, name) for name in names for token in self._tokens(name)]  # the long look takes no lock
        with self.database.writing() as session:
            connection = session.connection()
            for name in names:
                connection.exec_driver_sql(f"DELETE FROM data_key WHERE owner = {self._mark}", (name,))  # noqa: S608
            if pairs:
                connection.exec_driver_sql(UNINDEX.replace("#", self._mark), pairs)

    def forget(self, records: Collection[str]) -> None:
        """The keys of records that have one of their own and that nobody is found by: erasing looks for tokens, each time in all of them."""
        names = [(self._native(record),) for record in sorted(records)]
        self._write("DELETE FROM data_key WHERE owner = #", names)

    def _tokens(self, native: Any) -> list[int]:
        with self.database.reading() as connection:
            found = connection.exec_driver_sql(f"SELECT token FROM blind WHERE owner = {self._mark}", (native,))  # noqa: S608
            return [token for (token,) in found]

    def rewrap(self, after: str | None = None, limit: int = AT_ONCE) -> str | None:
        """Wraps keys of older epochs under the one in use, in the order of owners; the last of them, None when none is left.

        A key that is erased meanwhile stays erased: only rows that are there are changed.
        """
        self._take_keys()
        with self.database.writing() as session:
            connection, epoch = session.connection(), self._wrapper.epoch
            rows = self._older(connection, epoch, after, limit)
            fresh = [(*self._rewrapped(_text(owner), *old), owner, old[0]) for owner, *old in rows]
            if fresh:
                connection.exec_driver_sql(REWRAP.replace("#", self._mark), fresh)
        return _text(rows[-1][0]) if rows else None

    def _older(self, connection: Connection, epoch: int, after: str | None, limit: int) -> list[Any]:
        behind = "" if after is None else f" AND owner > {self._mark}"
        chosen = f"epoch <> {self._mark}{behind} ORDER BY owner LIMIT {limit}"
        border = () if after is None else (self._native(after),)
        statement = f"SELECT owner, epoch, wrapped FROM data_key WHERE {chosen}"  # noqa: S608
        return list(connection.exec_driver_sql(statement, (epoch, *border)))

    def _rewrapped(self, owner: str, epoch: int, wrapped: bytes) -> tuple[int, bytes]:
        return self._wrapper.wrap(owner, self._wrapper.unwrap(owner, epoch, wrapped))

    def destroy_epoch(self, epoch: int) -> bool:
        """Destroys its master key if it wraps nobody's key any more; nobody wraps another one meanwhile."""
        if self.key_file is None:
            return False
        with self.database.writing() as session:
            connection = session.connection()
            if not self.database.sqlite:
                connection.exec_driver_sql("LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE")
            held = f"SELECT 1 FROM data_key WHERE epoch = {self._mark} LIMIT 1"  # noqa: S608
            if connection.exec_driver_sql(held, (epoch,)).first() is not None:
                return False
            destroy_epoch(self.key_file, epoch)
        return True

    # Blind indexes

    def index(self, owner: str, tokens: Collection[int]) -> None:
        self.index_all({owner: tokens})

    def unindex(self, owner: str, tokens: Collection[int]) -> None:
        self.unindex_all({owner: tokens})

    def index_all(self, tokens: Mapping[str, Collection[int]]) -> None:
        """Owner → tokens, in one commit."""
        self._write("INSERT INTO blind (token, owner) VALUES (#, #) ON CONFLICT DO NOTHING", self._pairs(tokens))

    def unindex_all(self, tokens: Mapping[str, Collection[int]]) -> None:
        self._write(UNINDEX, self._pairs(tokens))

    def _pairs(self, tokens: Mapping[str, Collection[int]]) -> list[tuple[Any, ...]]:
        """In the order of the key, so that two writers never wait for each other."""
        return sorted((token, self._native(owner)) for owner, all_tokens in tokens.items() for token in set(all_tokens))

    def find(self, tokens: Sequence[int], *, before: str | None, limit: int) -> list[str]:
        """Owners that have all of the tokens, newest first; `before` is the last owner of the page above."""
        if not tokens:
            return []
        with self.database.reading() as connection:
            ordered = self._rarest_first(connection, list(dict.fromkeys(tokens)))
            return self._intersect(connection, ordered, before, limit)

    def sharing(self, tokens: Sequence[int], least: int, through: int) -> tuple[list[str], bool]:
        """Owners that have at least `least` of the tokens, newest first; and whether more than `through` have a token, which are cut off.

        Whoever shares so many has one of the rarest: the others are only looked up.
        """
        if not tokens:
            return [], False
        found: set[str] = set()
        with self.database.reading() as connection:
            rare, cut = self._rarest(connection, list(dict.fromkeys(tokens)), least, through)
            for token in rare:
                found |= self._sharing(connection, token, list(tokens), least, through)
        return sorted(found, reverse=True), cut

    def _rarest(self, connection: Connection, tokens: list[int], least: int, through: int) -> tuple[list[int], bool]:
        """So many of the tokens that nobody can have enough of them and none of these; and whether any of them is too common."""
        counts = {token: self._count(connection, token, through + 1) for token in tokens}
        rare = sorted(tokens, key=counts.__getitem__)[: len(tokens) - least + 1]
        return rare, any(counts[token] > through for token in rare)

    def _sharing(self, connection: Connection, token: int, tokens: list[int], least: int, through: int) -> set[str]:
        marks = ",".join([self._mark] * len(tokens))
        newest = f"SELECT owner FROM blind WHERE token = {self._mark} ORDER BY owner DESC LIMIT {through}"  # noqa: S608
        shared = f"SELECT count(*) FROM blind b WHERE b.owner = a.owner AND b.token IN ({marks})"  # noqa: S608
        statement = f"SELECT a.owner FROM ({newest}) AS a WHERE ({shared}) >= {least}"  # noqa: S608
        return {_text(owner) for (owner,) in connection.exec_driver_sql(statement, (token, *tokens))}

    def _count(self, connection: Connection, token: int, most: int) -> int:
        counted = f"SELECT count(*) FROM (SELECT 1 FROM blind WHERE token = {self._mark} LIMIT {most}) AS counted"  # noqa: S608
        return int(connection.exec_driver_sql(counted, (token,)).scalar_one())

    def _rarest_first(self, connection: Connection, tokens: list[int]) -> list[int]:
        if len(tokens) == 1:
            return tokens
        counts = {token: self._count(connection, token, RARE) for token in tokens}
        return sorted(tokens, key=counts.__getitem__)

    def _intersect(self, connection: Connection, tokens: list[int], before: str | None, limit: int) -> list[str]:
        """Walks the first token's owners from the newest and looks each of them up under the others."""
        others = "".join(
            f" AND EXISTS (SELECT 1 FROM blind b WHERE b.token = {self._mark} AND b.owner = a.owner)"  # noqa: S608
            for _ in tokens[1:]
        )
        older = "" if before is None else f" AND a.owner < {self._mark}"
        chosen = f"a.token = {self._mark}{older}{others}"
        statement = f"SELECT a.owner FROM blind a WHERE {chosen} ORDER BY a.owner DESC LIMIT {self._mark}"  # noqa: S608
        border = () if before is None else (self._native(before),)
        found = connection.exec_driver_sql(statement, (tokens[0], *border, *tokens[1:], limit))
        return [_text(owner) for (owner,) in found]

    # Rows as the two databases take them

    def _new_row(self, owner: str) -> tuple[Any, ...]:
        epoch, wrapped = self._wrapper.wrap(owner, secrets.token_bytes(KEY_BYTES))
        return self._native(owner), epoch, wrapped, secrets.token_bytes(PSEUDONYM_BYTES)

    def _names(self, owners: Collection[str]) -> dict[Any, str]:
        """Owners by what the database calls them: looking one up is quicker than turning it into text."""
        return {self._native(owner): owner for owner in owners}

    def _select(self, columns: str, by: str, values: list[Any]) -> list[Any]:
        """Rows of data_key whose `by` is among the values: the owner as the database has it, then the columns."""
        found: list[Any] = []
        owner = "owner" if self.database.sqlite else "owner::text"
        with self.database.reading() as connection:
            for start in range(0, len(values), AT_ONCE):
                part = tuple(values[start : start + AT_ONCE])
                marks = ",".join([self._mark] * len(part))
                statement = f"SELECT {owner}, {columns} FROM data_key WHERE {by} IN ({marks})"  # noqa: S608
                found += connection.exec_driver_sql(statement, part).all()
        return found

    def _write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            with self.database.writing() as session:
                session.connection().exec_driver_sql(statement.replace("#", self._mark), rows)

    def _native(self, owner: str) -> Any:
        """PostgreSQL takes a uuid in text."""
        return id_bytes(owner) if self.database.sqlite else owner


def _text(native: Any) -> str:
    """The id in text, however its column gives it."""
    return id_text(native) if isinstance(native, bytes) else str(native)


def _pseudonym(text: str) -> bytes | None:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return None
    return found if len(found) == PSEUDONYM_BYTES else None
