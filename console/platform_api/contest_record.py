"""A contest's published record: all that `petworks contest verify` needs to do the draw again, and nothing of anybody.

Before the list is fixed it holds the commitment and the terms; then the leaves; once drawn, the seed, who was drawn, and what became
of each prize. A million leaves are streamed. Winners go by their leaf: who entered knows their own, and nobody knows another's.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from console.platform_api.awards import awards
from console.platform_api.contest_entries import entries
from console.platform_api.contest_jobs import leaf_stretches
from console.platform_api.contest_terms import plain, terms_of
from console.platform_api.contests import CONTESTS
from console.platform_api.guard import Ask
from console.platform_api.store import find

FORMAT = "petworks contest record 1"

LEFT = ("withdrawn", "erased")
"""Reasons of entries whose entrants are gone; of all others it is said that they could not win."""

GONE = "left"
"""What is said of them: not whether they withdrew or were erased."""

_FIXED = ("commitment", "terms_hash", "entries_hash", "excluded_then", "excluded_hash", "seed")
_TIMES = ("opened", "closed", "drawn", "awarded")


async def record(ask: Ask, named: str) -> StreamingResponse:
    """Who took it is on the log before it leaves."""
    contest, head = await run_in_threadpool(_opened, ask, named)
    await ask.platform.recorder.record(ask.entry(details={"entries": head["count"]}))
    name = f'attachment; filename="{head["contest"]}.json"'
    return StreamingResponse(
        _content(ask, contest, head), media_type="application/json", headers={"Content-Disposition": name}
    )


def _opened(ask: Ask, named: str) -> tuple[str, dict[str, Any]]:
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, CONTESTS, named)
        return row.id, head_of(connection, row)


def head_of(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """All but the leaves, which come last."""
    fixed = row.entries_hash is not None
    return {
        "format": FORMAT,
        "contest": CONTESTS.name_of(row),
        "state": row.state,
        "terms": terms_of(row),
        **{name: getattr(row, name) for name in _FIXED},
        **{name: plain(getattr(row, name)) for name in _TIMES},
        "count": row.entries if fixed else 0,
        "disqualified": _disqualified(connection, row.id) if fixed else 0,
        "excluded": _excluded(connection, row.id) if fixed else [],
        "drawn_leaves": _drawn(connection, row.id),
        "awards": _awards(connection, row.id),
    }


def _excluded(connection: Connection, contest: str) -> list[dict[str, Any]]:
    """On the list, and passed over by the draw: since they left, or may not win. `late`: only since the list was fixed."""
    mine = entries.c.contest == contest, entries.c.reason.is_not(None)
    columns = entries.c.leaf, entries.c.reason, entries.c.late
    rows = connection.execute(select(*columns).where(*mine).order_by(entries.c.leaf))
    return [
        {"leaf": bytes(leaf).hex(), "why": GONE if reason in LEFT else "not_eligible", "late": late}
        for leaf, reason, late in rows
    ]


def _disqualified(connection: Connection, contest: str) -> int:
    """How many of these an employee took out."""
    mine = entries.c.contest == contest, entries.c.taken_out_by.is_not(None)
    return connection.execute(select(func.count()).where(*mine)).scalar_one()


def _drawn(connection: Connection, contest: str) -> list[dict[str, Any]]:
    """Winners and reserves in the order of the draw; `left`: a reserve who is gone since."""
    mine = entries.c.contest == contest, entries.c.rank.is_not(None)
    rows = connection.execute(select(entries.c.leaf, entries.c.gone).where(*mine).order_by(entries.c.rank))
    return [{"leaf": bytes(leaf).hex(), "left": gone is not None} for leaf, gone in rows]


def _awards(connection: Connection, contest: str) -> list[dict[str, Any]]:
    rows = connection.execute(select(awards).where(awards.c.contest == contest).order_by(awards.c.number))
    return [
        {"place": row.place, "rank": row.rank, "state": row.state, "reason": GONE if row.reason in LEFT else row.reason}
        for row in rows
    ]


async def _content(ask: Ask, contest: str, head: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """Each stretch is read anew: no reader stays open while the client is slow."""
    yield json.dumps(head, ensure_ascii=True, indent=1)[:-2].encode() + b',\n "leaves": ['
    sent = 0
    for stretch in await run_in_threadpool(_stretches, ask, contest) if head["count"] else ():
        leaves = await run_in_threadpool(_leaves, ask, stretch)
        lines = ",\n".join(f'"{leaf.hex()}"' for leaf in leaves)
        yield (b",\n" if sent else b"\n") + lines.encode()
        sent += len(leaves)
    yield b"\n]}\n"
    if sent != head["count"]:
        entry = ask.entry("failed", details={"entries": sent})
        await ask.platform.recorder.record(replace(entry, at=ask.platform.clock()))


def _stretches(ask: Ask, contest: str) -> list[ColumnElement[bool]]:
    with ask.platform.database.reading() as connection:
        return leaf_stretches(connection, contest)


def _leaves(ask: Ask, stretch: ColumnElement[bool]) -> list[bytes]:
    with ask.platform.database.reading() as connection:
        chosen = select(entries.c.leaf).where(stretch).order_by(entries.c.leaf)
        return [bytes(leaf) for leaf in connection.execute(chosen).scalars()]
