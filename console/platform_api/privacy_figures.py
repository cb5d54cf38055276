"""Privacy requests by day or week: what came, how it ended, how long that took, and what is due. Counts, and nothing about anybody.

A request counts as it stands now: one whose appeal runs, or that was reopened by one, has no end until it is decided again. Who is not
to know of a request finds it in no count either (P36).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Table, and_, case, func, select, type_coerce

from console import access
from console.platform_api.buckets import Buckets, Run, buckets, microseconds
from console.platform_api.clauses import scope
from console.platform_api.guard import Ask
from console.platform_api.listing import Params, single
from console.platform_api.privacy_clocks import SOON
from console.platform_api.problems import BadRequest
from console.platform_api.runs import by_no_index
from console.platform_api.store import asker_of
from console.platform_api.tables import PrivacyRequestRow, table
from console.records.privacy_requests import OPEN, RESOURCE, Kind, RequestState

requests: Table = table(PrivacyRequestRow)

OWN = ("by", "since", "until")
RECEIVED = "received"

_S = RequestState
ENDS: Mapping[str, tuple[str, ...]] = {
    "fulfilled": (_S.FULFILLED, _S.CONFIRMED),
    "partly_fulfilled": (_S.PARTLY_FULFILLED,),
    "declined": (_S.DENIED, _S.UNVERIFIABLE, _S.UPHELD),
    "withdrawn": (_S.WITHDRAWN,),
}
"""How it ended → the states that say so."""

SERIES = (RECEIVED, *ENDS)
ANSWERED = tuple(state for end, states in ENDS.items() if end != "withdrawn" for state in states)
"""What we ended: its time is ours."""

DAY = 86_400_000_000

_received, _decided = (type_coerce(requests.c[name], BigInteger) for name in ("received", "decided"))
_END_OF = {str(state): end for end, states in ENDS.items() for state in states}

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class _Seen:
    """What of the requests this employee may know of. Each question goes once along an index that has all that it asks for."""

    connection: Connection
    rows: Clause

    def groups(self, *columns: Any, among: Sequence[Clause], by: int) -> Sequence[Row[Any]]:
        """`by`: so many of the columns are what is counted by."""
        asked = select(*columns).where(self.rows, *among).group_by(*columns[:by])
        return self.connection.execute(asked).all()

    def took(self, found: Buckets) -> dict[str, list[int]]:
        """Kind → how long each of those took that we ended in the time, from receipt to the end, appeals included; in order."""
        asked = select(requests.c.kind, _decided - _received).where(self.rows, *_answered(found))
        took: defaultdict[str, list[int]] = defaultdict(list)
        for kind, time in self.connection.execute(asked).all():
            took[kind].append(time)
        return took


def median_days(took: Sequence[int]) -> float | None:
    return round(median(took) / DAY, 2) if took else None


def figures(ask: Ask, params: Params) -> dict[str, Any]:
    if set(params) - set(OWN):
        raise BadRequest(f"There is no such parameter: figures take {', '.join(sorted(OWN))}.")
    by, since, until = (single(params, name) for name in OWN)
    found = buckets(by or "week", since, until, ZoneInfo(ask.platform.rules.zone), ask.now)
    rows = scope(access.row_scope(ask.actor.roles, RESOURCE), asker_of(ask))
    with ask.platform.database.reading() as connection:
        answer = _counted(_Seen(connection, rows), found, ask.now)
    ask.platform.recorder.record_now(ask.entry(details={"by": found.by}))
    return {"by": found.by, "zone": found.zone, "since": found.days[0], "until": found.days[-1], **answer}


def _counted(seen: _Seen, found: Buckets, now: datetime) -> dict[str, Any]:
    came, ended, open_, took = _came(seen, found), _ended(seen, found), _open(seen, now), seen.took(found)
    return {
        **_by_time(found, came, ended),
        "median_days": median_days([time for times in took.values() for time in times]),
        "late": sum(row.late for rows in ended.values() for row in rows if row.state in ANSWERED),
        **{name: sum(getattr(row, name) for row in open_.values()) for name in ("open", "overdue", "due_soon")},
        "kinds": [_kind(str(kind), came, open_.get(str(kind)), took.get(str(kind), ())) for kind in Kind],
    }


Groups = Mapping[int, Sequence[Row[Any]]]
"""Bucket → what was counted in it."""


def _came(seen: _Seen, found: Buckets) -> Groups:
    """By kind."""
    columns = requests.c.kind, func.count().label("many")
    return _by_bucket(
        found, lambda run: seen.groups(_slot(_received, run), *columns, among=[_within(requests.c.received, run)], by=2)
    )


def _ended(seen: _Seen, found: Buckets) -> Groups:
    """By state; `late`: of how many the limit that ran then had been missed."""
    missed = case((requests.c.decided > func.coalesce(requests.c.appeal_due, requests.c.due), 1), else_=0)
    columns = requests.c.state, func.count().label("many"), func.sum(missed).label("late")
    ends = by_no_index(requests.c.state.in_(_END_OF))
    return _by_bucket(
        found,
        lambda run: seen.groups(_slot(_decided, run), *columns, among=[_within(requests.c.decided, run), ends], by=2),
    )


def _by_bucket(found: Buckets, counted: Callable[[Run], Sequence[Row[Any]]]) -> Groups:
    groups: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for run in found.runs():
        for row in counted(run):
            groups[run.first + row.slot].append(row)
    return groups


def _open(seen: _Seen, now: datetime) -> Mapping[str, Row[Any]]:
    """Kind → what is open whenever it came, and what of that is late, or due soon and not late yet."""
    due = requests.c.next_due
    late, soon = due < now, and_(due >= now, due <= now + SOON)
    counts = [
        func.sum(case((clause, 1), else_=0)).label(name) for name, clause in (("overdue", late), ("due_soon", soon))
    ]
    among = [requests.c.state.in_(sorted(OPEN))]
    return {
        row.kind: row for row in seen.groups(requests.c.kind, func.count().label("open"), *counts, among=among, by=1)
    }


def _by_time(found: Buckets, came: Groups, ended: Groups) -> dict[str, Any]:
    """Every bucket is there, the empty ones too, so that a chart needs to know no calendar."""
    rows = []
    for n in range(len(found)):
        counts = dict.fromkeys(SERIES, 0) | {RECEIVED: sum(row.many for row in came.get(n, ()))}
        for row in ended.get(n, ()):
            counts[_END_OF[row.state]] += row.many
        rows.append({"start": found.days[n], **counts})
    return {"buckets": rows, **{name: sum(row[name] for row in rows) for name in SERIES}}


def _kind(kind: str, came: Groups, open_: Row[Any] | None, took: Sequence[int]) -> dict[str, Any]:
    """`count` is of those that came in the time, `median_days` of those that ended in it; the others are of now."""
    count = sum(row.many for rows in came.values() for row in rows if row.kind == kind)
    waits, late = (open_.open, open_.overdue) if open_ is not None else (0, 0)
    return {"kind": kind, "count": count, "open": waits, "overdue": late, "median_days": median_days(took)}


def _slot(at: ColumnElement[int], run: Run) -> ColumnElement[int]:
    """The bucket of a moment: by a division that both databases do alike."""
    return ((at - microseconds(run.start)) // run.microseconds).label("slot")


def _within(column: Any, run: Run) -> Clause:
    return and_(column >= run.start, column < run.end)


def _answered(found: Buckets) -> Sequence[Clause]:
    decided = requests.c.decided
    return decided >= found.bounds[0], decided < found.bounds[-1], by_no_index(requests.c.state.in_(ANSWERED))
