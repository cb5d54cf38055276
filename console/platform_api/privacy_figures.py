"""Privacy requests by day or week: what came, how it ended, how long that took, and what is due. Counts, and nothing about anybody.

A request counts as it stands now: one whose appeal runs, or that was reopened by one, has no end until it is decided again. Who is not
to know of a request finds it in no count either (P36).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Table, and_, func, select, type_coerce

from console import access
from console.platform_api.buckets import Buckets, Run, buckets, microseconds
from console.platform_api.clauses import scope
from console.platform_api.guard import Ask
from console.platform_api.listing import Params, single
from console.platform_api.privacy_clocks import SOON
from console.platform_api.problems import BadRequest
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
    """What of the requests this employee may know of."""

    connection: Connection
    rows: Clause

    def count(self, *which: Clause) -> int:
        found = select(func.count()).select_from(requests).where(self.rows, *which)
        return int(self.connection.execute(found).scalar_one())

    def counts_by(self, key: Any, *which: Clause) -> dict[Any, int]:
        found = select(key, func.count()).where(self.rows, *which).group_by(key)
        return {row[0]: row[1] for row in self.connection.execute(found)}

    def took(self, found: Buckets) -> dict[str, list[int]]:
        """Kind → how long each of those took that we ended in the time, from receipt to the end, appeals included."""
        took: defaultdict[str, list[int]] = defaultdict(list)
        rows = select(requests.c.kind, _decided - _received).where(self.rows, *_answered(found))
        for kind, time in self.connection.execute(rows):
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
        seen = _Seen(connection, rows)
        took = seen.took(found)
        ended = {
            "median_days": median_days([time for kind in took.values() for time in kind]),
            "late": _late(seen, found),
        }
        answer = {**_by_time(seen, found), **ended, **_now(seen, ask.now), **_kinds(seen, found, took, ask.now)}
    ask.platform.recorder.record_now(ask.entry(details={"by": found.by}))
    return {"by": found.by, "zone": found.zone, "since": found.days[0], "until": found.days[-1], **answer}


# By time


def _by_time(seen: _Seen, found: Buckets) -> dict[str, Any]:
    """Every bucket is there, the empty ones too, so that a chart needs to know no calendar."""
    counts = _counts(seen, found)
    each = [{name: counts[n][name] for name in SERIES} for n in range(len(found))]
    rows = [{"start": found.days[n], **counted} for n, counted in enumerate(each)]
    return {"buckets": rows, **{name: sum(counted[name] for counted in each) for name in SERIES}}


def _counts(seen: _Seen, found: Buckets) -> Mapping[int, Mapping[str, int]]:
    counts: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for run in found.runs():
        came = seen.counts_by(_slot(_received, run), _within(requests.c.received, run.start, run.end))
        for number, count in came.items():
            counts[run.first + number][RECEIVED] += count
        for state, number, count in seen.connection.execute(_ends_within(seen, run)):
            counts[run.first + number][_END_OF[state]] += count
    return counts


def _ends_within(seen: _Seen, run: Run) -> Select[Any]:
    slot, state = _slot(_decided, run), requests.c.state
    within = _within(requests.c.decided, run.start, run.end), state.in_(_END_OF), seen.rows
    return select(state, slot, func.count()).where(*within).group_by(state, slot)


def _slot(at: ColumnElement[int], run: Run) -> ColumnElement[int]:
    """The bucket of a moment: by a division that both databases do alike."""
    return ((at - microseconds(run.start)) // run.microseconds).label("slot")


def _within(column: Any, start: datetime, end: datetime) -> Clause:
    return and_(column >= start, column < end)


def _late(seen: _Seen, found: Buckets) -> int:
    """How many of what we ended in the time had missed the limit that ran then."""
    late = requests.c.decided > func.coalesce(requests.c.appeal_due, requests.c.due)
    return seen.count(*_answered(found), late)


def _answered(found: Buckets) -> Sequence[Clause]:
    return _within(requests.c.decided, found.bounds[0], found.bounds[-1]), requests.c.state.in_(ANSWERED)


# Now


def _now(seen: _Seen, now: datetime) -> dict[str, int]:
    """What is open whenever it came; `due_soon` is not late yet."""
    open_, overdue, soon = _open(now)
    return {"open": seen.count(open_), "overdue": seen.count(open_, overdue), "due_soon": seen.count(open_, soon)}


def _open(now: datetime) -> tuple[Clause, Clause, Clause]:
    due = requests.c.next_due
    return requests.c.state.in_(sorted(OPEN)), due < now, and_(due >= now, due <= now + SOON)


def _kinds(seen: _Seen, found: Buckets, took: Mapping[str, Sequence[int]], now: datetime) -> dict[str, Any]:
    """`count` is of those that came in the time, `median_days` of those that ended in it; the others are of now."""
    open_, overdue, _ = _open(now)
    kind = requests.c.kind
    came = seen.counts_by(kind, _within(requests.c.received, found.bounds[0], found.bounds[-1]))
    waits, late = seen.counts_by(kind, open_), seen.counts_by(kind, open_, overdue)
    rows = [
        {
            "kind": str(name), "count": came.get(name, 0), "open": waits.get(name, 0), "overdue": late.get(name, 0),
            "median_days": median_days(took.get(name, ())),
        }
        for name in Kind
    ]  # fmt: skip
    return {"kinds": rows}
