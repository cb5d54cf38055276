"""The contests that the person entered while signed in: what they told us, what became of it, and how they find themself in a record.

The contact is theirs to have, and nobody's here to see (P10, P32): it goes into the sealed package alone, and only as long as it is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, false, select, union_all

from console.platform_api.access_package.gathering import ERASED, Gathering, Item, columns
from console.platform_api.access_package.section import Rows, Section
from console.platform_api.documents import load, load_json
from console.platform_api.tables import AwardRow, ContestEntryRow, ContestRow, KeptRow, table
from console.platform_api.takers import contest_taker
from console.platform_api.vault import OwnerKey
from console.records.contest_entries import PREFIX, RESOURCE
from console.records.contests import PREFIX as CONTEST
from console.records.record import Category

_entries, _contests, _awards, _kept = table(ContestEntryRow), table(ContestRow), table(AwardRow), table(KeptRow)


def entries_of(gathering: Gathering) -> ColumnElement[bool]:
    """By their token: no entry names anybody. One that was awarded has it no more, as long as tax law keeps who won its award has."""
    if gathering.person is None:
        return false()
    taker = contest_taker(gathering.platform.keys, gathering.person)
    entered = select(_entries.c.id).where(_entries.c.taker == taker)
    return _entries.c.id.in_(union_all(entered, select(_awards.c.entry).where(_awards.c.taker == taker)))


def won_by(gathering: Gathering) -> Sequence[int]:
    """The numbers of their prizes, while they wait and as long as tax law makes us keep whose they were."""
    if gathering.person is None:
        return []
    mine = select(_awards.c.number).where(_awards.c.taker == contest_taker(gathering.platform.keys, gathering.person))
    return gathering.connection.execute(mine.order_by(_awards.c.number)).scalars().all()


def _entered(gathering: Gathering, rows: Rows) -> list[Item]:
    keys = gathering.platform.vault.keys_of([row.id for row in rows])
    wanted = select(_contests).where(_contests.c.id.in_({row.contest for row in rows}))
    contests = {contest.id: contest for contest in gathering.connection.execute(wanted)}
    won = gathering.grouped(_awards, "entry", [row.id for row in rows])
    kept = _kept_for_tax(gathering, rows)
    return [
        _entry(contests[row.contest], row, keys.get(row.id), won.get(row.id, [])) | kept.get(row.id, {}) for row in rows
    ]


def _kept_for_tax(gathering: Gathering, rows: Rows) -> Mapping[str, Item]:
    """Entry → what stays of who won, under a key of its own, and until when."""
    found = gathering.rows(_kept, _kept.c.person.in_([row.id for row in rows])) if rows else ()
    keys = gathering.platform.vault.keys_of([row.key_owner for row in found if row.key_owner is not None])
    return {row.person: {"kept_for_tax": _values(row, keys[row.key_owner])} for row in found if row.key_owner in keys}


def _values(row: Row[Any], key: OwnerKey) -> Item:
    values: Item = load_json(key.open("kept", row.id, "kept", bytes(row.sealed_kept)))
    return {**values, **columns(row, "until")}


def _entry(contest: Row[Any], row: Row[Any], key: OwnerKey | None, won: list[Row[Any]]) -> Item:
    """`leaf` stands in the contest's published record; the salt shows that it is theirs."""
    return {
        "number": f"{PREFIX}-{row.number}",
        "contest": f"{CONTEST}-{contest.number}",
        "title": contest.title,
        **columns(row, "external_id", "entered", "state", "reason", "rank"),
        "leaf": bytes(row.leaf).hex(),
        **({"salt": bytes(row.salt).hex()} if row.salt is not None else {}),
        **_contact(row, key),
        "prizes": [
            columns(award, "state", "place", "drawn", "notified", "shipped", "ended", "reason") for award in won
        ],
    }


def _contact(row: Row[Any], key: OwnerKey | None) -> Item:
    kind = str(Category.ENTRY_CONTACT)
    if key is None or row.sealed_entry_contact is None:
        return {"left_out": ERASED}
    document = load(key.open(RESOURCE, row.id, kind, bytes(row.sealed_entry_contact)))
    return {"contact": {name: value.value for name, value in document.items()}}


CONTESTS = Section("contests", "Contests that you entered", _entries, entries_of, _entered)
