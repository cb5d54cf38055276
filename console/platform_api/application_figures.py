"""Pro applications by day or week: what came, how each ended, and how long that took. Counts over everybody, and nothing about anybody.

An application counts as it stands now: one that is reopened has no end until it is decided again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Connection, func, select, type_coerce

from console.platform_api.buckets import Buckets, Run, buckets, microseconds
from console.platform_api.guard import Ask
from console.platform_api.listing import Params, single
from console.platform_api.problems import BadRequest
from console.platform_api.tables import ProApplicationRow, table
from console.records.pro_applications import OPEN, ApplicationState

applications = table(ProApplicationRow)

OWN = ("by", "since", "until")
RECEIVED = "received"
DECIDED = (str(ApplicationState.APPROVED), str(ApplicationState.DECLINED))
"""What people decide; the others end by themselves or by the applicant."""
ENDS = (*DECIDED, str(ApplicationState.WITHDRAWN), str(ApplicationState.EXPIRED))
KINDS = (RECEIVED, *ENDS)

DAY = 86_400_000_000

_received, _decided = (type_coerce(applications.c[name], BigInteger) for name in ("received", "decided"))

Counts = Mapping[int, Mapping[str, int]]
"""Bucket → kind → how many."""


def figures(ask: Ask, params: Params) -> dict[str, Any]:
    if set(params) - set(OWN):
        raise BadRequest(f"There is no such parameter: figures take {', '.join(sorted(OWN))}.")
    by, since, until = (single(params, name) for name in OWN)
    found = buckets(by or "week", since, until, ZoneInfo(ask.platform.rules.zone), ask.now)
    with ask.platform.database.reading() as connection:
        answer = {**_counted(connection, found), **_durations(connection, found), **_now(connection, ask.now)}
    ask.platform.recorder.record_now(ask.entry(details={"by": found.by}))
    return {"by": found.by, "zone": found.zone, "since": found.days[0], "until": found.days[-1], **answer}


# Counting


def _counted(connection: Connection, found: Buckets) -> dict[str, Any]:
    """Every bucket is there, the empty ones too, so that a chart needs to know no calendar."""
    counts = _counts(connection, found)
    each = [{kind: counts.get(n, {}).get(kind, 0) for kind in KINDS} for n in range(len(found))]
    rows = [{"start": found.days[n], **counted} for n, counted in enumerate(each)]
    return {"buckets": rows, **{kind: sum(counted[kind] for counted in each) for kind in KINDS}}


def _counts(connection: Connection, found: Buckets) -> Counts:
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for run in found.runs():
        slot = _slot(_received, run)
        came = select(slot, func.count()).where(_within(applications.c.received, run.start, run.end)).group_by(slot)
        for number, count in connection.execute(came):
            counts[run.first + number][RECEIVED] = count
        for state, number, count in connection.execute(_ended(run)):
            counts[run.first + number][state] = count
    return counts


def _ended(run: Run) -> Any:
    slot = _slot(_decided, run)
    ended = select(applications.c.state, slot, func.count()).where(
        _within(applications.c.decided, run.start, run.end), applications.c.state.in_(ENDS)
    )
    return ended.group_by(applications.c.state, slot)


def _slot(at: ColumnElement[int], run: Run) -> ColumnElement[int]:
    """The bucket of a moment: by a division that both databases do alike."""
    return ((at - microseconds(run.start)) // run.microseconds).label("slot")


def _within(column: Any, start: datetime, end: datetime) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (column >= start) & (column < end)
    return found


# How long it took


def _durations(connection: Connection, found: Buckets) -> dict[str, Any]:
    """Of those decided in the time: medians in days, from receipt to decision, with the time that the clock stood still."""
    within = _within(applications.c.decided, found.bounds[0], found.bounds[-1])
    outcomes = [
        {"outcome": state, **_middle(connection, within & (applications.c.state == state))} for state in DECIDED
    ]
    both = _middle(connection, within & applications.c.state.in_(DECIDED))
    return {"median_days": both["median_days"], "outcomes": outcomes, "reasons": _reasons(connection, within)}


def _middle(connection: Connection, which: ColumnElement[bool]) -> dict[str, Any]:
    """How many, and the exact median: the middle one, or half-way between the two in the middle."""
    count = connection.execute(select(func.count()).select_from(applications).where(which)).scalar_one()
    took = _decided - _received
    middle = select(took).where(which).order_by(took).limit(2 - count % 2).offset(max(0, (count - 1) // 2))
    found = list(connection.execute(middle).scalars()) if count else []
    return {"count": count, "median_days": round(sum(found) / len(found) / DAY, 2) if found else None}


def _reasons(connection: Connection, within: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Of what was declined, the commonest first."""
    count = func.count()
    declined = within, applications.c.state == str(ApplicationState.DECLINED)
    found = connection.execute(select(applications.c.reason, count).where(*declined).group_by(applications.c.reason))
    rows = sorted(found, key=lambda row: (-row[1], row[0] or ""))
    return [{"reason": reason, "count": number} for reason, number in rows]


# Now


def _now(connection: Connection, now: datetime) -> dict[str, int]:
    """What waits, whenever it came; overdue is what waits for us and should have been decided."""
    waits = applications.c.state.in_(sorted(OPEN))
    late = waits, applications.c.stopped.is_(None), applications.c.due <= now
    open_, overdue = (
        connection.execute(select(func.count()).select_from(applications).where(*which)).scalar_one()
        for which in ((waits,), late)
    )
    return {"open": open_, "overdue": overdue}
