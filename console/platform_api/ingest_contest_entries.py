"""Entries of contests from the marketplace, by its ids. Their contact is sealed under a key of each entry's own before it is stored.

Who entered is known to nobody from here on: the person's id, or else the e-mail address, is turned into a keyed token, and forgotten. What an
entry needs to be eligible is looked at now, and only the outcome kept. A contest that is not open takes nothing; one that was withdrawn stays
on the list as a leaf that leads nowhere.

The marketplace may send everything again. By its id an entry is known until it is purged or erased. A withdrawal of an entry that isn't here is
a mistake, or comes before its entry, as long as its contest isn't over; after that it is true already, whoever's it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from console import draw
from console.platform_api import rewrap_job
from console.platform_api.contest_entries import contests, entries
from console.platform_api.documents import Value, dump, load
from console.platform_api.entry_leaving import leave, open_award
from console.platform_api.entry_takers import Entrant, bars, entrant_of, moved
from console.platform_api.erasure_stops import of_nobody_held
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.ingest_batch import (
    Mistakes,
    Outcome,
    answers,
    by_external_id,
    finish,
    ingesting,
    refuse_twice,
)
from console.platform_api.lookup import find_row
from console.platform_api.problems import NotFound
from console.platform_api.tables import ContestEntryRow, UserRow, table
from console.platform_api.takers import contest_taker
from console.platform_api.transaction import Transaction
from console.records import contests as contest_records
from console.records.contest_entries import PREFIX, RESOURCE
from console.records.contests import OVER, ContestState
from console.records.record import Category
from console.records.users import Source, UserState

_users = table(UserRow)

Mistake = tuple[str, str]
"""Where, and what."""

NEEDED = ("contest", "entered", "name", "email")
ERASED = (UserState.ERASING, UserState.ERASED)
_KIND = str(Category.ENTRY_CONTACT)


@dataclass(frozen=True)
class SentEntry:
    """`contact` is as the entrant typed it. `of_age` and `region` are looked at, and not kept."""

    external_id: str
    contest: str | None = None
    person: str | None = None
    entered: datetime | None = None
    of_age: bool = False
    region: str | None = None
    contact: Mapping[str, str] = field(default_factory=dict, repr=False)
    withdrawn: bool = False


@dataclass(frozen=True)
class _Known:
    """What is here already: entries and people by the marketplace's ids, contests by how they were named and by id."""

    rows: Mapping[str, Row[Any]]
    people: Mapping[str, Row[Any]]
    contests: Mapping[str, Row[Any]]
    all_over: bool
    """Whether no contest has, or takes, entries that could be withdrawn."""


def ingest_entries(ask: Ask, items: Sequence[SentEntry]) -> list[dict[str, Any]]:
    """The results in the order of the items."""
    with ingesting(ask) as work:
        known = _look(work, items)
        _check(ask, items, known)
        new = {
            item.external_id: new_id() for item in items if item.external_id not in known.rows and not item.withdrawn
        }
        work.platform.vault.create(list(new.values()))
        outcomes = [_taken(work, item, new, known) for item in items]
        _count(work, items, outcomes, known)
        finish(ask, work, outcomes)
        found = answers(work.connection, entries, PREFIX, outcomes)
        left = _free(work, [o.id for o, item in zip(outcomes, items, strict=True) if item.withdrawn and o.id])
    ask.platform.vault.forget(left)
    return found


def _free(work: Transaction, left: Sequence[str]) -> list[str]:
    """Whose keys go: of who is under a legal hold it stays until that is lifted."""
    free = of_nobody_held(work.platform.keys, work.connection, entries.c.taker, contest_taker)
    return list(work.connection.execute(select(entries.c.id).where(entries.c.id.in_(left), free)).scalars())


def _look(work: Transaction, items: Sequence[SentEntry]) -> _Known:
    """Contests are locked before their entries: none is closed while entries come in. What is withdrawn may have won: that is locked first."""
    named = _contests(work.connection, items)
    rows = by_external_id(work.connection, entries, [item.external_id for item in items])
    left = {item.external_id for item in items if item.withdrawn}
    open_award(work, [row.id for name, row in rows.items() if name in left])
    wanted = {row.id for row in named.values()} | {row.contest for row in rows.values()}
    locking = select(contests).where(contests.c.id.in_(sorted(wanted))).order_by(contests.c.number).with_for_update()
    locked = {row.id: row for row in work.connection.execute(locking)}
    rows = by_external_id(work.connection, entries, [item.external_id for item in items], lock=True)
    people = by_external_id(work.connection, _users, [item.person for item in items])
    left_over = select(contests.c.id).where(contests.c.state.not_in(sorted(OVER | {ContestState.DRAFT}))).limit(1)
    all_over = work.connection.execute(left_over).first() is None
    return _Known(rows, people, locked | {name: locked[row.id] for name, row in named.items()}, all_over)


def _contests(connection: Connection, items: Sequence[SentEntry]) -> dict[str, Row[Any]]:
    found = {}
    for name in {item.contest for item in items if item.contest is not None}:
        try:
            row = find_row(connection, contests, contest_records.PREFIX, name)
        except NotFound:
            row = None
        if row is not None:
            found[name] = row
    return found


# Taking them in


def _taken(work: Transaction, item: SentEntry, new: Mapping[str, str], known: _Known) -> Outcome:
    row = known.rows.get(item.external_id)
    if row is None:
        entry = new.get(item.external_id)
        gone = Outcome(item.external_id, "", "unchanged", "")
        return _created(work, item, entry, known) if entry is not None else gone
    if item.withdrawn:
        return _withdrawn(work, item, row)
    return _corrected(work, item, row)


def _created(work: Transaction, item: SentEntry, entry: str, known: _Known) -> Outcome:
    contest, salt = known.contests[item.contest or ""], secrets.token_bytes(draw.SALT_BYTES)
    person = str(known.people[item.person].id) if item.person is not None else None
    entrant = entrant_of(work, contest.id, person, item.contact["email"])
    work.session.add(
        ContestEntryRow(
            id=entry, external_id=item.external_id, contest=contest.id, entered=item.entered or work.now,
            reason=_reason(work.connection, item, contest, entrant), taker=entrant.taker, salt=salt,
            leaf=draw.leaf(contest.id, entry, salt), sealed_entry_contact=_sealed(work, entry, {}, item.contact),
        )
    )  # fmt: skip
    work.session.flush()
    work.created(RESOURCE, entry)
    return Outcome(item.external_id, entry, "created", entry, tuple(sorted(item.contact)))


def _reason(connection: Connection, item: SentEntry, contest: Row[Any], entrant: Entrant) -> str | None:
    """Why it takes no part; None when nothing speaks against it."""
    if contest.of_age and not item.of_age:
        return "not_of_age"
    if contest.regions and item.region not in contest.regions:
        return "region"
    return bars(connection, contest.id, entrant)


def _sealed(work: Transaction, entry: str, before: Mapping[str, Value], contact: Mapping[str, str]) -> bytes | None:
    key = work.platform.vault.keys_of([entry]).get(entry)
    if key is None:
        return None
    document = {**before, **{name: Value(text, Source.SELF, work.now) for name, text in contact.items()}}
    return key.seal(RESOURCE, entry, _KIND, dump(document))


def _corrected(work: Transaction, item: SentEntry, row: Row[Any]) -> Outcome:
    """What is new of the contact, while the contest is open. Nobody ever sees what it was before, so no history is kept."""
    before = _contact_of(work, row) if row.gone is None else {}
    news = {name: text for name, text in item.contact.items() if name not in before or before[name].value != text}
    if not news or not before:
        return Outcome(item.external_id, row.id, "unchanged", "")
    more = moved(work, row, before["email"].value, news["email"]) if "email" in news else {}
    work.change(RESOURCE, entries, row, sealed_entry_contact=_sealed(work, row.id, before, news), **more)
    return Outcome(item.external_id, row.id, "updated", row.id, tuple(sorted(news)))


def _contact_of(work: Transaction, row: Row[Any]) -> dict[str, Value]:
    key = work.platform.vault.keys_of([row.id]).get(row.id)
    if key is None or row.sealed_entry_contact is None:
        return {}
    return load(key.open(RESOURCE, row.id, _KIND, bytes(row.sealed_entry_contact)))


def _withdrawn(work: Transaction, item: SentEntry, row: Row[Any]) -> Outcome:
    if row.salt is None or row.gone is not None:  # nobody is in it any more, for whatever reason
        return Outcome(item.external_id, row.id, "unchanged", "")
    leave(work, row, "withdrawn")
    rewrap_job.ask(work)
    return Outcome(item.external_id, row.id, "updated", row.id, ("state",))


def _count(work: Transaction, items: Sequence[SentEntry], outcomes: Sequence[Outcome], known: _Known) -> None:
    """How many there are stands on the contest: nobody counts a million for that."""
    for contest in {row.id: row for row in known.contests.values()}.values():
        new = sum(
            outcome.outcome == "created" and known.contests[item.contest or ""].id == contest.id
            for item, outcome in zip(items, outcomes, strict=True)
        )
        if new:
            work.change(contest_records.RESOURCE, contests, contest, entries=contest.entries + new)


# What can't be


def _check(ask: Ask, items: Sequence[SentEntry], known: _Known) -> None:
    """Invalid names every mistake of the request."""
    mistakes = Mistakes()
    refuse_twice(mistakes, items)
    for place, item in enumerate(items):
        row = known.rows.get(item.external_id)
        for where, what in _of_new(ask, item, known) if row is None else _of_old(item, row, known):
            mistakes.add(place, where, what)
    mistakes.refuse()


def _of_new(ask: Ask, item: SentEntry, known: _Known) -> Iterator[Mistake]:
    if item.withdrawn:
        yield from _of_gone(item, known)
        return
    given = {"contest": item.contest, "entered": item.entered, **dict.fromkeys(("name", "email")), **item.contact}
    yield from ((_sent_as(name), "is needed for a new entry") for name in NEEDED if given.get(name) is None)
    if item.person is not None:
        yield from _of_person(known.people.get(item.person))
    if item.contest is not None:
        yield from _of_contest(ask, item, known.contests.get(item.contest))


def _of_gone(item: SentEntry, known: _Known) -> Iterator[Mistake]:
    """Of a withdrawal of what isn't here. Decided by the contest and the person that it names, never by the entry: so it tells of none
    whether it was ever here.
    """
    person, contest = known.people.get(item.person or ""), known.contests.get(item.contest or "")
    if person is not None and person.state in ERASED:
        return
    if item.contest is None and not known.all_over:
        yield "contest", "is needed to withdraw what isn't here: of one that is over it is done already"
    elif item.contest is not None and contest is None:
        yield "contest", "is no contest here"
    elif contest is not None and contest.state not in OVER:
        yield "state", "of a new entry is entered: one that was withdrawn before needn't be sent"


def _sent_as(name: str) -> str:
    return "entered_at" if name == "entered" else name


def _of_person(person: Row[Any] | None) -> Iterator[Mistake]:
    if person is None:
        yield "person", "is no user here: send the user first"
    elif person.state in ERASED:
        yield "person", "was erased"


def _of_contest(ask: Ask, item: SentEntry, contest: Row[Any] | None) -> Iterator[Mistake]:
    if contest is None:
        yield "contest", "is no contest here"
    elif contest.state != ContestState.OPEN:
        yield "contest", "is not open yet" if contest.state == ContestState.DRAFT else "is closed: its list is fixed"
    elif item.entered is not None and item.entered > ask.now:
        yield "entered_at", "lies in the future"
    elif item.entered is not None and not contest.opens <= item.entered < contest.closes:
        yield "entered_at", "lies outside the time in which this contest takes entries"


def _of_old(item: SentEntry, row: Row[Any], known: _Known) -> Iterator[Mistake]:
    contest = known.contests[row.contest]
    if item.contest is not None and known.contests.get(item.contest) is not contest:
        yield "contest", "can't change"
    if item.entered not in (None, row.entered):
        yield "entered_at", "can't change"
    if item.contact and not item.withdrawn and contest.state != ContestState.OPEN:
        yield "contest", "is closed: what an entry says can't change any more"
