"""What managers do with a contest: they make it, open it, close it, and start its draw. Each is on the log with what it fixes.

What takes as long as there are entries (closing, drawing, purging) is durable work: the answer comes at once, `work` says how far it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from console import access, draw
from console.platform_api import jobs
from console.platform_api.contest_terms import plain, terms_of
from console.platform_api.contests import CONTESTS
from console.platform_api.facts import base_facts
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.policy_versions import in_force
from console.platform_api.problems import Conflict, Invalid
from console.platform_api.store import Answer, Write, act, create, refuse_unless
from console.platform_api.tables import ContestRow
from console.platform_api.transaction import Transaction
from console.records.contests import RESOURCE, ContestState

CLOSE, DRAW, PURGE = "contest-close", "contest-draw", "contest-purge"
"""Kinds of durable work."""

CLOSING, DRAWING, PURGING = "closing", "drawing", "purging"
"""What goes on, as the contest says it."""

SEED = "seed"
"""What the sealed seed is bound to."""

Terms = Mapping[str, Any]


def make(ask: Ask, terms: Terms) -> Answer:
    refuse_unless(access.may(ask.actor.roles, RESOURCE, "create", base_facts(ask.actor, ask.now)))
    _check(terms)

    def work(session: Session) -> tuple[str, dict[str, Any]]:
        row = ContestRow(id=new_id(), created=ask.now, created_by=ask.actor.id, **terms)
        session.add(row)
        session.flush()
        return row.id, {"places": row.places, "reserves": row.reserves}

    return create(ask, CONTESTS, work)


def edit(ask: Ask, named: str, terms: Terms) -> Answer:
    """What is given is changed, while it is a draft."""

    def change(write: Write) -> None:
        before = {name: getattr(write.row, name) for name in terms}
        write.values = {name: value for name, value in terms.items() if value != before[name]}
        write.changed = {name: (_text(before[name]), _text(value)) for name, value in write.values.items()}
        _check({**{name: getattr(write.row, name) for name in ("opens", "closes")}, **terms})

    return act(ask, CONTESTS, named, change)


def _text(value: Any) -> str:
    return str(plain(value))


def _check(terms: Terms) -> None:
    if terms["closes"] <= terms["opens"]:
        raise Invalid(errors=[{"where": "body.closes", "what": "lies behind its opening"}])


def open_contest(ask: Ask, named: str) -> Answer:
    """From now on entries come in. The seed is made and sealed here; what is published of it, and of the terms, is on the log."""

    def change(write: Write) -> None:
        seed, row = secrets.token_bytes(draw.SEED_BYTES), write.row
        fixed = {"commitment": draw.commitment(seed), "terms_hash": draw.terms_hash(terms_of(row))}
        _move(
            write,
            ContestState.OPEN,
            opened=ask.now,
            opened_by=ask.actor.id,
            sealed_seed=_sealed(ask, row.id, seed),
            **fixed,
        )
        write.values["policy_version"] = str(in_force(write.connection, ask.now).label)
        write.details |= fixed

    return act(ask, CONTESTS, named, change)


def _sealed(ask: Ask, contest: str, seed: bytes) -> bytes:
    """Under a key of the contest's own: whoever has the records has not the seed."""
    ask.platform.vault.create([contest])
    return ask.platform.vault.keys_of([contest])[contest].seal(RESOURCE, contest, SEED, seed)


def close(ask: Ask, named: str) -> Answer:
    """Once its time is over: a manager who doesn't wait for the platform to do it."""

    def change(write: Write) -> None:
        _move(write, ContestState.CLOSED, **closing(write.others, write.row))
        write.details["entries"] = write.row.entries

    return act(ask, CONTESTS, named, change)


def closing(work: Transaction, row: Row[Any]) -> dict[str, Any]:
    """What becomes of a locked contest: no entry is taken from now on, and its list is fixed by the job that follows."""
    jobs.enqueue(work, CLOSE, f"{CLOSE}:{row.id}", {"contest": row.id})
    return {"closed": work.now, "closed_by": work.employee, "task": CLOSING, "done": 0, "total": row.entries}


def start_draw(ask: Ask, named: str, word: str) -> Answer:
    """Once, whoever presses first. `word` is the contest's number, typed by hand."""

    def change(write: Write) -> None:
        if word.strip().upper() != CONTESTS.name_of(write.row):
            raise Invalid(
                "Type the contest's number.", errors=[{"where": "body.word", "what": "is the contest's number"}]
            )
        if write.row.drawn_by is not None:
            raise Conflict("It is being drawn already.")
        write.values = {"drawn_by": ask.actor.id, "task": DRAWING, "done": 0, "total": write.row.entries}
        write.changed = {"drawn_by": (None, None)}
        write.details |= {"commitment": write.row.commitment, "entries_hash": write.row.entries_hash}
        jobs.enqueue(write.others, DRAW, f"{DRAW}:{write.row.id}", {"contest": write.row.id})

    return act(ask, CONTESTS, named, change)


def _move(write: Write, state: ContestState, **values: Any) -> None:
    write.values = {"state": str(state), **values}
    write.changed = {"state": (write.row.state, str(state))}
    write.details["from"] = write.row.state
