"""The plan of an erasure: what goes, what of others loses the person's name, what stays on which basis, and what stops it.

Counts and bases, no values. Its hash names it: what a second person approved is what is done, or nothing is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from console.platform_api import erasure_parts, erasure_texts
from console.platform_api.erasure_keeps import Keep, keeps_of
from console.platform_api.erasure_names import Names, names_of
from console.platform_api.erasure_stops import stops_of
from console.platform_api.erasure_texts import Seen
from console.platform_api.platform import Platform
from console.platform_api.tables import ErasurePlanRow, UserRow, table
from console.platform_api.takers import takers_of

plans, users = table(ErasurePlanRow), table(UserRow)

Line = dict[str, Any]

APPEND_ONLY, HELD = "append_only", "legal_hold"
"""Why a text of somebody else keeps the person's name: histories are only added to; a hold is on its owner."""

NONE = "Make a plan first."
STOPPED = "Something stops it: the plan says what. Settle that, and make the plan anew."


@dataclass
class Before:
    """What a plan has read already. Made anew a moment later, it opens only the texts that changed since: under the locks of a write
    there is no time for a hundred thousand."""

    seen: Seen = field(default_factory=dict, repr=False)
    version: int | None = None

    def of(self, row: Row[Any]) -> Seen:
        """Nothing counts any more once the person's own values may be others."""
        if self.version != row.version:
            self.seen.clear()
            self.version = row.version
        return self.seen


def make_plan(
    platform: Platform, connection: Connection, person: str, request: str, before: Before | None = None
) -> list[Line]:
    """What an erasure would do now."""
    row = connection.execute(select(users).where(users.c.id == person)).one()
    key = platform.vault.keys_of([person]).get(person)
    stops = [_line("stops", what, count) for what, count in stops_of(connection, person, request).items()]
    deletes = [
        _line("deletes", part.what, count)
        for part in erasure_parts.PARTS
        if (count := erasure_parts.left(connection, part, part.who(platform.keys, person)))
    ]
    seen = before.of(row) if before is not None else None
    others = _others(platform, connection, person, names_of(connection, row, key), seen)
    takers = takers_of(platform.keys, person)
    keeps = [_keep_line(it) for it in keeps_of(connection, row, platform.clock(), takers)]
    return [*stops, *deletes, *others, *keeps]


def _others(platform: Platform, connection: Connection, person: str, names: Names, seen: Seen | None) -> list[Line]:
    redacts, keeps = [], []
    for kind in erasure_texts.KINDS:
        found = [it.held for it in erasure_texts.all_of(connection, platform.vault, kind, person, names, seen)]
        held = found.count(True) if kind.changeable else len(found)
        redacts += [_line("redacts", kind.what, len(found) - held)] if len(found) > held else []
        keeps += [_line("keeps", f"others_{kind.what}", held, HELD if kind.changeable else APPEND_ONLY)] if held else []
    return [*redacts, *keeps]


def _line(effect: str, what: str, count: int, basis: str | None = None) -> Line:
    return {"effect": effect, "what": what, "count": count, "basis": basis, "key": None, "until": None}


def _keep_line(it: Keep) -> Line:
    until = it.until.isoformat() if it.until is not None else None
    return {**_line("keeps", it.what, it.count, it.basis), "key": it.key, "until": until}


def hash_of(lines: Sequence[Line]) -> str:
    return hashlib.sha256(json.dumps(list(lines), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def is_stopped(lines: Sequence[Line]) -> bool:
    return any(line["effect"] == "stops" for line in lines)


def total_of(lines: Sequence[Line]) -> int:
    """Rows that the erasure changes."""
    return sum(line["count"] for line in lines if line["effect"] in ("deletes", "redacts"))


def differences(before: Sequence[Line], after: Sequence[Line]) -> list[dict[str, Any]]:
    """What another plan counts otherwise, or dates otherwise: `before` and `after` are counts, 0 where it has no such line."""
    old, new = {_named(line): line for line in before}, {_named(line): line for line in after}
    return [
        {**dict(zip(NAMED, name, strict=True)), "before": _count(old.get(name)), "after": _count(new.get(name))}
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


NAMED = ("effect", "what", "basis")
"""What a line is known by."""


def _named(line: Line) -> tuple[Any, ...]:
    return tuple(line[name] for name in NAMED)


def _count(line: Line | None) -> int:
    return int(line["count"]) if line is not None else 0


# Kept with the request


def store_plan(connection: Connection, request: str, lines: Sequence[Line], now: datetime) -> str:
    """In the place of the one before; its hash."""
    sha256 = hash_of(lines)
    connection.execute(delete(plans).where(plans.c.request == request))
    made = {"made": now, "sha256": sha256, "stopped": is_stopped(lines), "lines": list(lines), "total": total_of(lines)}
    connection.execute(insert(plans).values(request=request, done=0, **made))
    return sha256


def plan_of(connection: Connection, request: str) -> Row[Any] | None:
    return connection.execute(select(plans).where(plans.c.request == request)).first()


def submit_hinders(connection: Connection, request: str) -> str:
    """Why it can't be sent to a second person, as far as the plan that is there tells; what changed since is looked at then."""
    stored = plan_of(connection, request)
    if stored is None:
        return NONE
    return STOPPED if stored.stopped else ""


def went_on(connection: Connection, request: str | None, rows: int) -> None:
    """So many more rows are done; never more than there were to do."""
    if request is not None and rows:
        row = plan_of(connection, request)
        done = min(row.done + rows, row.total) if row is not None else 0
        connection.execute(update(plans).where(plans.c.request == request).values(done=done))


def finished(connection: Connection, request: str | None) -> None:
    connection.execute(update(plans).where(plans.c.request == request).values(done=plans.c.total))
