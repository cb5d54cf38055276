"""By which keyed hashes likely duplicates among applications are found. They are the person's own, so that erasing the person removes them.

E-mail and phone have theirs since the person signed up; the address and the words of the business's name come with an application.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api import blind
from console.platform_api.keys import Keys
from console.platform_api.platform import Platform
from console.platform_api.projection import open_document
from console.platform_api.tables import ProApplicationRow, UserRow, table
from console.platform_api.users import USERS
from console.platform_api.vault import OwnerKey
from console.records.record import Category

_users, _applications = table(UserRow), table(ProApplicationRow)

PLACE = {"street": Category.ADDRESS, "postcode": Category.LOCALITY}


def tokens_of(
    keys: Keys, *, street: str | None = None, postcode: str | None = None, business_name: str | None = None
) -> frozenset[int]:
    """What an application of a person with this address and business is found by."""
    found = set(blind.business_tokens(keys, business_name or ""))
    if street and postcode:
        found.add(blind.address_token(keys, street, postcode))
    return frozenset(found)


def index_applications(platform: Platform, connection: Connection, names: Mapping[str, str | None]) -> None:
    """Person → their business's name, as an application says it. To be called before the transaction commits that stores it: a crash
    between leaves hints too many, never one too few. Those of a name before stay, as an application before has it still. Who is erased
    gets none."""
    places = _places(platform, connection, list(names))
    tokens = {person: tokens_of(platform.keys, **places[person], business_name=names[person]) for person in places}
    platform.vault.index_all({person: sorted(found) for person, found in tokens.items() if found})


def index_move(
    platform: Platform, connection: Connection, row: Row[Any], key: OwnerKey, news: Mapping[str, str]
) -> None:
    """An applicant whose address changes is found by the new one, too. To be called before the commit; the old hint leads to nobody."""
    if not PLACE.keys() & news.keys() or not _has_applied(connection, str(row.id)):
        return
    place = {**values_of(row, key, PLACE), **{name: news[name] for name in PLACE if name in news}}
    platform.vault.index(str(row.id), sorted(tokens_of(platform.keys, **place)))


def _has_applied(connection: Connection, person: str) -> bool:
    mine = select(_applications.c.id).where(_applications.c.person == person)
    return connection.execute(mine.limit(1)).first() is not None


def _places(platform: Platform, connection: Connection, persons: list[str]) -> dict[str, dict[str, str]]:
    """The address that each person has now, as far as it is known."""
    if not persons:
        return {}
    keys = platform.vault.keys_of(persons)
    rows = connection.execute(select(_users).where(_users.c.id.in_(list(keys))))
    return {row.id: values_of(row, keys[row.id], PLACE) for row in rows}


def values_of(row: Row[Any], key: OwnerKey, wanted: Mapping[str, Category]) -> dict[str, str]:
    """A person's own values, in clear: to be compared, and for nothing else."""
    documents = {category: open_document(USERS, row, category, key) for category in set(wanted.values())}
    return {name: documents[category][name].value for name, category in wanted.items() if name in documents[category]}
