"""The contests that the person entered while signed in: what they told us, what became of it, and how they find themself in a record.

The contact is theirs to have, and nobody's here to see (P10, P32): it goes into the sealed package alone, and only as long as it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, false, select

from console.platform_api.access_package.gathering import ERASED, Gathering, Item, columns
from console.platform_api.access_package.section import Rows, Section
from console.platform_api.documents import load
from console.platform_api.survey_takers import taker_of
from console.platform_api.tables import AwardRow, ContestEntryRow, ContestRow, table
from console.platform_api.vault import OwnerKey
from console.records.contest_entries import PREFIX, RESOURCE
from console.records.contests import PREFIX as CONTEST
from console.records.record import Category

_entries, _contests, _awards = table(ContestEntryRow), table(ContestRow), table(AwardRow)


def entries_of(gathering: Gathering) -> ColumnElement[bool]:
    """By their token: no entry names anybody."""
    if gathering.person is None:
        return false()
    return _entries.c.taker == taker_of(gathering.platform.keys, gathering.person)


def won_by(gathering: Gathering) -> Sequence[int]:
    """The numbers of their prizes, while they wait and as long as tax law makes us keep whose they were."""
    if gathering.person is None:
        return []
    mine = select(_awards.c.number).where(_awards.c.taker == taker_of(gathering.platform.keys, gathering.person))
    return gathering.connection.execute(mine.order_by(_awards.c.number)).scalars().all()


def _entered(gathering: Gathering, rows: Rows) -> list[Item]:
    keys = gathering.platform.vault.keys_of([row.id for row in rows])
    wanted = select(_contests).where(_contests.c.id.in_({row.contest for row in rows}))
    contests = {contest.id: contest for contest in gathering.connection.execute(wanted)}
    won = gathering.grouped(_awards, "entry", [row.id for row in rows])
    return [_entry(contests[row.contest], row, keys.get(row.id), won.get(row.id, [])) for row in rows]


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
