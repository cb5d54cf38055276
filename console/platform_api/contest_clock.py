"""What a contest's days bring about, whoever looks: it closes at its end, managers are told when nobody draws it, and then it lapses.

A contest that is never drawn would keep everybody's contact for ever. All three are looked for each minute, and safe to find twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from console.platform_api import jobs
from console.platform_api.award_making import PURGE
from console.platform_api.contest_entries import contests
from console.platform_api.contest_jobs import change, say
from console.platform_api.contest_work import closing
from console.platform_api.rules import Rules
from console.platform_api.transaction import Transaction
from console.records.contests import RESOURCE, ContestState
from console.records.employees import Role

AT_ONCE = 100
_UNDRAWN = contests.c.state == str(ContestState.CLOSED), contests.c.drawn_by.is_(None)


def sweep(work: Transaction) -> None:
    close_over(work)
    remind(work)
    lapse(work)


def close_over(work: Transaction) -> None:
    for row in _locked(work, contests.c.state == str(ContestState.OPEN), contests.c.closes <= work.now):
        change(work, row, state=str(ContestState.CLOSED), **closing(work, row))
        say(work, row.id, "close", entries=row.entries)


def remind(work: Transaction) -> None:
    """Once."""
    waited = contests.c.closed <= work.now - draw_within(work.platform.rules), contests.c.reminded.is_(None)
    for row in _locked(work, *_UNDRAWN, *waited):
        change(work, row, reminded=work.now)
        details = {"closed": row.closed.isoformat(), "lapses": lapses(row, work.platform.rules).isoformat()}
        work.entries.append(work.entry(RESOURCE, "remind", record=row.id, told=str(Role.MANAGER), details=details))


def lapse(work: Transaction) -> None:
    """It is drawn no more, and everybody's contact is purged."""
    for row in _locked(work, *_UNDRAWN, contests.c.closed <= work.now - lapses_after(work.platform.rules)):
        change(work, row, state=str(ContestState.LAPSED), sealed_seed=None, task=None)
        entry = work.entry(RESOURCE, "lapse", record=row.id, told=str(Role.MANAGER), details={"entries": row.entries})
        work.entries.append(entry)
        jobs.enqueue(work, PURGE, f"{PURGE}:{row.id}", {"contest": row.id})


def draw_within(rules: Rules) -> timedelta:
    return timedelta(days=rules.draw_days)


def lapses_after(rules: Rules) -> timedelta:
    return timedelta(days=rules.lapse_days)


def lapses(row: Row[Any], rules: Rules) -> datetime:
    closed: datetime = row.closed
    return closed + lapses_after(rules)


def _locked(work: Transaction, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    found = select(contests).where(*which).order_by(contests.c.number).limit(AT_ONCE).with_for_update()
    return work.connection.execute(found).all()
