"""The job that draws a closed contest. What comes of it follows from the seed and the list alone, so the next try does the same.

`job.ids`: contest. The draw itself is one transaction: the seed is published with what it drew, and every prize has its case. After
that, those who did not win are told apart in batches. Until it has committed nobody has seen the seed but this process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from console import draw
from console.platform_api import jobs
from console.platform_api.award_making import add_award, give_ranks, settle
from console.platform_api.contest_entries import contests, entries
from console.platform_api.contest_jobs import batches, by_leaf, change, contest_of, say, went_on
from console.platform_api.contest_work import SEED
from console.platform_api.desk import Desk
from console.platform_api.jobs import Job
from console.platform_api.platform import Platform
from console.platform_api.transaction import Transaction, own_work
from console.records.contest_entries import EntryState
from console.records.contests import RESOURCE, ContestState

_S = EntryState

TELL = "tell"
"""The step once it is drawn."""


@dataclass(frozen=True)
class Prepared:
    """Who was drawn, in the order of the draw, and how the list stood then."""

    seed: bytes = field(repr=False)
    leaves: Sequence[bytes] = field(repr=False)
    gone: int = 0


def run(desk: Desk, job: Job) -> None:
    contest = job.ids["contest"]
    if job.step != TELL:
        prepared = prepare(desk.platform, contest)
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job, TELL)
            _draw(work, contest, prepared)
    for batch in batches(desk.platform, *_not_told(contest)):
        with own_work(desk.platform) as work:
            job = jobs.hold(work, job)
            _tell_some(work, contest, batch)
    with own_work(desk.platform) as work:
        jobs.done(work, jobs.hold(work, job))
        row = contest_of(work, contest)
        change(work, row, task=None, done=0, total=0)
        say(work, contest, "entries-told")
        settle(work, contest_of(work, contest))


# Picking


def prepare(platform: Platform, contest: str) -> Prepared:
    """Takes no lock, as long as it may take."""
    with platform.database.reading() as connection:
        row = connection.execute(select(contests).where(contests.c.id == contest)).one()
        return _prepared(connection, row, _open_seed(platform, row))


def _prepared(connection: Connection, row: Row[Any], seed: bytes) -> Prepared:
    """Looks through the list twice: for whom the draw passes over, and for whom its places are."""
    excluded = _excluded(connection, row.id)
    key = draw.draw_key(seed, row.entries_hash)
    picked = draw.pick(key, len(excluded), row.places + row.reserves, excluded)
    return Prepared(seed, _leaves_at(connection, row.id, picked), row.gone)


def _open_seed(platform: Platform, row: Row[Any]) -> bytes:
    """Held against its commitment: a seed that was not fixed before the list draws nothing."""
    seed = platform.vault.keys_of([row.id])[row.id].open(RESOURCE, row.id, SEED, bytes(row.sealed_seed))
    if draw.commitment(seed) != row.commitment:
        raise RuntimeError("the seed isn't the one that was committed to")
    return seed


def _excluded(connection: Connection, contest: str) -> bytearray:
    return bytearray(row.state != _S.ELIGIBLE for row in by_leaf(connection, contest, entries.c.state))


def _leaves_at(connection: Connection, contest: str, places: Sequence[int]) -> list[bytes]:
    wanted = set(places)
    found = {place: bytes(row.leaf) for place, row in enumerate(by_leaf(connection, contest)) if place in wanted}
    return [found[place] for place in places]


# Drawing


def _draw(work: Transaction, contest: str, prepared: Prepared) -> None:
    row = contest_of(work, contest)
    if row.gone != prepared.gone:  # somebody left since: now that the contest is locked, nobody does any more
        prepared = _prepared(work.connection, row, prepared.seed)
    give_ranks(work, _entries_of(work, contest, prepared.leaves))
    drawn = _entries_of(work, contest, prepared.leaves)
    winners, seed = drawn[: row.places], prepared.seed.hex()
    for entry in winners:
        add_award(work, row, entry, place=entry.rank)
    change(work, row, state=str(ContestState.DRAWN), drawn=work.now, seed=seed, sealed_seed=None, done=len(drawn))
    say(
        work, contest, "drawn",
        seed=seed, entries_hash=row.entries_hash, winners=len(winners), reserves=len(drawn) - len(winners),
    )  # fmt: skip


def _entries_of(work: Transaction, contest: str, leaves: Sequence[bytes]) -> list[Row[Any]]:
    """Locked, in the order that they were drawn in."""
    mine = entries.c.contest == contest, entries.c.leaf.in_(list(leaves))
    rows = work.connection.execute(select(entries).where(*mine).order_by(entries.c.number).with_for_update()).all()
    found = {bytes(row.leaf): row for row in rows}
    return [found[leaf] for leaf in leaves]


def _not_told(contest: str) -> tuple[ColumnElement[bool], ...]:
    """Who took part and was not drawn. Reserves are told when all prizes have gone."""
    return entries.c.contest == contest, entries.c.state == str(_S.ELIGIBLE), entries.c.rank.is_(None)


def _tell_some(work: Transaction, contest: str, batch: ColumnElement[bool]) -> None:
    row = contest_of(work, contest)
    lost = update(entries).where(batch).values(state=str(_S.LOST), version=entries.c.version + 1)
    went_on(work, row, work.connection.execute(lost).rowcount)
