"""How many entered a contest, by day or week. Counts over everybody, and nothing about anybody."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from console.platform_api.buckets import Buckets, buckets, microseconds
from console.platform_api.contest_entries import entries
from console.platform_api.contests import CONTESTS
from console.platform_api.guard import Ask
from console.platform_api.listing import Params, single
from console.platform_api.problems import BadRequest
from console.platform_api.store import find

OWN = ("by", "since", "until")


def figures(ask: Ask, named: str, params: Params) -> dict[str, Any]:
    """From its opening to its end unless said otherwise."""
    if set(params) - set(OWN):
        raise BadRequest(f"There is no such parameter: figures take {', '.join(sorted(OWN))}.")
    by, since, until = (single(params, name) for name in OWN)
    zone = ZoneInfo(ask.platform.rules.zone)
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, CONTESTS, named)
        since = since or (row.opened or row.opens).astimezone(zone).date().isoformat()
        found = buckets(by or "day", since, until, zone, max(ask.now, row.opened or row.opens))
        counts = _counts(connection, row.id, found)
    ask.platform.recorder.record_now(ask.entry(details={"by": found.by}))
    rows = [{"start": found.days[n], "entries": counts.get(n, 0)} for n in range(len(found))]
    head = {"by": found.by, "zone": found.zone, "since": found.days[0], "until": found.days[-1]}
    return {**head, "entries": sum(counts.values()), "buckets": rows}


def _counts(connection: Connection, contest: str, found: Buckets) -> dict[int, int]:
    at, counts = type_coerce(entries.c.entered, BigInteger), dict[int, int]()
    for run in found.runs():
        slot = ((at - microseconds(run.start)) // run.microseconds).label("slot")
        mine = entries.c.contest == contest, entries.c.entered >= run.start, entries.c.entered < run.end
        rows = connection.execute(select(slot, func.count()).where(*mine).group_by(slot))
        counts |= {run.first + number: count for number, count in rows}
    return counts
