"""Whom a package is about, and which sealed texts go into it: the person's own, those of their requests, and what employees wrote.

What another person said or is described by stays out, with a word in its place: their data are no more the asker's than the asker's theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select

from console.platform_api.documents import load, load_json
from console.platform_api.platform import Platform
from console.platform_api.tables import EmployeeRow, FieldChange, LegalHoldRow, PrivacyRequestRow, table
from console.platform_api.vault import OwnerKey

Item = dict[str, Any]

_changes, _employees, _requests = table(FieldChange), table(EmployeeRow), table(PrivacyRequestRow)
_holds = table(LegalHoldRow)

FRAUD = "fraud"
"""The reason of a hold, and of what else is done because of it."""

OTHERS = "It is about somebody else, or theirs."
ERASED = "It was erased."


@dataclass(frozen=True)
class Gathering:
    """One look at the databases for one package. Without a person there is nothing but the request: "none" is an answer."""

    platform: Platform
    connection: Connection
    person: str | None
    request: str

    @cached_property
    def own(self) -> frozenset[str]:
        """Owners whose texts are the person's: they and their requests."""
        mine = select(_requests.c.id).where(_requests.c.person == self.person)
        requests = self.connection.execute(mine).scalars() if self.person is not None else ()
        return frozenset({self.request, *requests, *([self.person] if self.person is not None else [])})

    @cached_property
    def pseudonym(self) -> str:
        """Under which the log and the ledger know the person; empty when they don't."""
        return self.platform.vault.pseudonyms([self.person]).get(self.person, "") if self.person is not None else ""

    @cached_property
    def fraud_since(self) -> datetime | None:
        """Since when fraud is being looked into, if it is: they hear of that hold, and of looks since then, once it is lifted."""
        open_ = _holds.c.person == self.person, _holds.c.reason == FRAUD, _holds.c.lifted.is_(None)
        found: datetime | None = self.connection.execute(select(func.min(_holds.c.placed)).where(*open_)).scalar()
        return found

    def keys_of(self, owners: Collection[str | None]) -> Mapping[str, OwnerKey | None]:
        """Owner → key, None once it is gone. An owner who is somebody else is absent."""
        wanted = {owner for owner in owners if owner is not None}
        strangers = wanted - self.own
        staff = select(_employees.c.id).where(_employees.c.id.in_(sorted(strangers)))
        allowed = wanted & self.own | (set(self.connection.execute(staff).scalars()) if strangers else set())
        keys = self.platform.vault.keys_of(allowed)
        return {owner: keys.get(owner) for owner in allowed}

    def texts(
        self, keys: Mapping[str, OwnerKey | None], owner: str | None, place: tuple[str, str, str], sealed: bytes | None
    ) -> Item:
        """The fields of a sealed document; `left_out` says why there are none."""
        opened = self.opened(keys, owner, place, sealed)
        if isinstance(opened, str):
            return {"left_out": opened}
        return {name: value.value for name, value in load(opened).items()} if opened is not None else {}

    def opened(
        self, keys: Mapping[str, OwnerKey | None], owner: str | None, place: tuple[str, str, str], sealed: bytes | None
    ) -> bytes | str | None:
        """The document; None when there is none, and a sentence when it doesn't belong here."""
        if sealed is None or owner is None:
            return None
        if owner not in keys:
            return OTHERS
        key = keys[owner]
        return key.open(*place, bytes(sealed)) if key is not None else ERASED

    def rows(self, found_in: Table, *which: ColumnElement[bool], by: str = "id") -> Sequence[Row[Any]]:
        return self.connection.execute(select(found_in).where(*which).order_by(found_in.c[by])).all()

    def grouped(
        self, found_in: Table, column: str, ids: Collection[str], by: str = "id"
    ) -> Mapping[str, list[Row[Any]]]:
        """The rows that hang on these records, by record."""
        found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
        for row in self.rows(found_in, found_in.c[column].in_(list(ids)), by=by) if ids else ():
            found[getattr(row, column)].append(row)
        return found

    def changes(self, resource: str, ids: Collection[str]) -> Mapping[str, Item]:
        """Record → `changes`: what was changed on it, by which role, before and after. A record that never changed is absent."""
        mine = _changes.c.resource == resource, _changes.c.record.in_(list(ids))
        rows = self.rows(_changes, *mine, by="version") if ids else []
        keys = self.keys_of({row.owner for row in rows})
        found: defaultdict[str, list[Item]] = defaultdict(list)
        for row in rows:
            found[row.record].append(self._change(keys, row))
        return {record: {"changes": changes} for record, changes in found.items()}

    def _change(self, keys: Mapping[str, OwnerKey | None], row: Row[Any]) -> Item:
        opened = self.opened(keys, row.owner, (row.resource, row.record, "change"), row.sealed_change)
        said: Item = {"left_out": opened} if isinstance(opened, str) else {}
        if isinstance(opened, bytes):
            both = load_json(opened)
            said = {"change": [{"field": name, "before": old, "after": new} for name, (old, new) in both.items()]}
        return {"at": row.at, "by": row.role, "fields": list(row.fields), "source": row.source, **said}


def columns(row: Row[Any], *names: str) -> Item:
    """These columns, as far as they hold anything."""
    found = {name: getattr(row, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}
