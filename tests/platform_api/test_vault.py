"""The vault on both databases: sealing opens where it was sealed and nowhere else, and people are found by their tokens."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.platform_api.database import Database
from console.platform_api.ids import new_id
from console.platform_api.keys import Keys
from console.platform_api.vault import OwnerKey, Vault, VaultError
from console.platform_api.vault_tables import VaultTable

ON_A_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
TOKENS = st.integers(-(2**63), 2**63 - 1)


@pytest.fixture
def vault(database_url: str, tmp_path: Path) -> Iterator[Vault]:
    made = Vault(Database(database_url, as_runtime=False), Keys.load(tmp_path / "keys"))
    VaultTable.metadata.create_all(made.database.engine)
    yield made
    made.database.dispose()


@pytest.fixture
def key(vault: Vault) -> OwnerKey:
    owner = new_id()
    vault.create([owner])
    return vault.keys_of([owner])[owner]


@ON_A_DATABASE
@given(document=st.binary(max_size=500))
def test_opens_where_it_was_sealed(key: OwnerKey, vault: Vault, document: bytes):
    sealed = key.seal("users", key.owner, "contact", document)
    again = vault.keys_of([key.owner])[key.owner]
    assert again.open("users", key.owner, "contact", sealed) == document
    assert key.seal("users", key.owner, "contact", document) != sealed


@pytest.mark.parametrize("resource", ["users", "tickets"])
@pytest.mark.parametrize("category", ["contact", "identity"])
@pytest.mark.parametrize("moved", [False, True])
def test_opens_nowhere_else(key: OwnerKey, resource: str, category: str, moved: bool):
    sealed = key.seal("users", key.owner, "contact", b"Canary")
    record = new_id() if moved else key.owner
    if (resource, category, moved) == ("users", "contact", False):
        assert key.open(resource, record, category, sealed) == b"Canary"
        return
    with pytest.raises(VaultError):
        key.open(resource, record, category, sealed)


def test_opens_with_no_other_key(key: OwnerKey, vault: Vault):
    other = new_id()
    vault.create([other])
    with pytest.raises(VaultError):
        vault.keys_of([other])[other].open("users", key.owner, "contact", key.seal("users", key.owner, "contact", b"x"))


@ON_A_DATABASE
@given(data=st.data(), document=st.binary(max_size=60))
def test_damage_is_noticed(key: OwnerKey, data: st.DataObject, document: bytes):
    sealed = bytearray(key.seal("users", key.owner, "contact", document))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VaultError):
        key.open("users", key.owner, "contact", bytes(sealed))


@pytest.mark.parametrize("length", range(30))
def test_a_cut_value_is_noticed(key: OwnerKey, length: int):
    with pytest.raises(VaultError):
        key.open("users", key.owner, "contact", key.seal("users", key.owner, "contact", b"")[:length][:28])


def test_errors_and_reprs_say_nothing(key: OwnerKey, vault: Vault):
    with pytest.raises(VaultError) as caught:
        key.open("users", key.owner, "other", key.seal("users", key.owner, "contact", b"Canary"))
    assert key.owner not in f"{caught.value!r} {caught.value.document('r')} {key!r} {vault!r} {[key]}"
    assert caught.value.__cause__ is None


# Owners


def test_owners_without_a_key_are_absent(vault: Vault):
    known, unknown = new_id(), new_id()
    vault.create([known])
    assert set(vault.keys_of([unknown, known])) == {known}
    assert set(vault.pseudonyms([unknown, known])) == {known}
    assert vault.keys_of([]) == {}


def test_more_owners_than_a_query_takes(vault: Vault):
    owners = [new_id() for _ in range(2_500)]
    vault.create(owners)
    assert set(vault.keys_of(owners)) == set(owners)
    pseudonyms = vault.pseudonyms(owners)
    assert len(set(pseudonyms.values())) == len(owners)
    assert vault.owners_of(pseudonyms.values()) == {pseudonym: owner for owner, pseudonym in pseudonyms.items()}


def test_creating_twice_keeps_the_key(vault: Vault):
    owner = new_id()
    vault.create([owner])
    sealed = vault.keys_of([owner])[owner].seal("users", owner, "contact", b"x")
    pseudonym = vault.pseudonyms([owner])
    vault.create([owner, new_id()])
    assert vault.keys_of([owner])[owner].open("users", owner, "contact", sealed) == b"x"
    assert vault.pseudonyms([owner]) == pseudonym


def test_pseudonyms_lead_back(vault: Vault):
    owner = new_id()
    vault.create([owner])
    pseudonym = vault.pseudonyms([owner])[owner]
    assert len(pseudonym) == 32
    assert vault.owner_of(pseudonym) == owner
    assert pseudonym not in owner.replace("-", "")


@pytest.mark.parametrize("text", ["", "00", "zz" * 16, "0" * 31, "0" * 32, "0" * 34, "é" * 32])
def test_what_is_no_pseudonym_leads_nowhere(vault: Vault, text: str):
    assert vault.owner_of(text) is None


def test_keys_open_under_their_own_epoch_alone(vault: Vault, tmp_path: Path):
    """After a rotation old keys still open; with the old master key destroyed they don't."""
    owner = new_id()
    vault.create([owner])
    keys = Keys.load(tmp_path / "keys")
    newer = Keys(2, {**keys.master, 2: keys.cursor}, keys.blind, "1", keys.cursor, keys.token, keys.audit_signing)
    assert set(Vault(vault.database, newer).keys_of([owner])) == {owner}
    without = Keys(2, {2: keys.cursor}, keys.blind, "1", keys.cursor, keys.token, keys.audit_signing)
    with pytest.raises(VaultError):
        Vault(vault.database, without).keys_of([owner])


# Finding


@ON_A_DATABASE
@given(
    sets=st.lists(st.sets(st.integers(0, 4), max_size=5), max_size=25),
    sought=st.lists(st.integers(0, 4), min_size=1, max_size=4),
    limit=st.integers(1, 7),
    base=st.integers(-(2**63), 2**63 - 6),
)
def test_pages_through_all_who_have_every_token_newest_first(
    vault: Vault, sets: list[set[int]], sought: list[int], limit: int, base: int
):
    with vault.database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM blind")
    owners = [new_id() for _ in sets]
    for owner, tokens in zip(owners, sets, strict=True):
        vault.index(owner, {base + token for token in tokens})
    wanted = sorted((o for o, tokens in zip(owners, sets, strict=True) if set(sought) <= tokens), reverse=True)
    found: list[str] = []
    while True:
        page = vault.find([base + token for token in sought], before=found[-1] if found else None, limit=limit)
        found += page
        if len(page) < limit:
            break
    assert found == wanted


def test_common_words_are_met_from_the_rare_one(vault: Vault):
    """More owners than are counted, on both sides: the result is the same whichever is driven from."""
    owners = sorted(new_id() for _ in range(6_000))
    with vault.database.writing() as session:
        mark = "?" if vault.database.sqlite else "%s"
        rows = [
            (token, bytes.fromhex(o.replace("-", "")) if vault.database.sqlite else o)
            for o in owners
            for token in (1, 2)
        ]
        session.connection().exec_driver_sql(f"INSERT INTO blind (token, owner) VALUES ({mark}, {mark})", rows)
    vault.index(owners[7], [3])
    assert vault.find([1, 2, 3], before=None, limit=9) == [owners[7]]
    assert vault.find([1, 2], before=owners[100], limit=2) == [owners[99], owners[98]]


def test_indexing_again_and_unindexing(vault: Vault):
    owner = new_id()
    vault.index(owner, [1, 2])
    vault.index(owner, [2, 3])
    vault.unindex(owner, [1, 99])
    assert vault.find([1], before=None, limit=5) == []
    assert vault.find([2, 3, 2], before=None, limit=5) == [owner]
    assert vault.find([], before=None, limit=5) == []
    vault.index(owner, [])


def test_the_files_are_ours_alone(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'vault.sqlite'}"
    (tmp_path / "vault.sqlite").touch(0o644)
    vault = Vault(Database(url, as_runtime=False), Keys.load(tmp_path))
    VaultTable.metadata.create_all(vault.database.engine)
    vault.create([new_id()])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.is_file()}
    assert set(modes) == {"vault.sqlite", "vault.sqlite-wal", "vault.sqlite-shm", "keys.json"}
    assert set(modes.values()) == {0o600}
    vault.database.dispose()
