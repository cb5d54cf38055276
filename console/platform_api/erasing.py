"""Erasing a person, step by step. Each is a transaction of its own that can be done again, so that it may be cut off anywhere.

begin    the ledger's file has the person before anything goes
redact   what others wrote loses their name: that takes their values, so it comes while the key is there
keep     what must stay goes under keys of its own
clear    all that is theirs leaves the live rows
unlock   their key, pseudonym and tokens go: nothing opens any more, here or in any copy of the records
finish   the tombstone, the request, the receipt
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from console.platform_api import entry_leaving, erasure_keeps, erasure_parts, erasure_plan, erasure_texts, rewrap_job
from console.platform_api.erasure_ledger import ErasureLedger
from console.platform_api.erasure_names import names_of
from console.platform_api.erasure_receipt import finish_request, keep_address, locked_request
from console.platform_api.ids import new_id
from console.platform_api.mail_files import remove_files
from console.platform_api.tables import ErasureRow, UserRow, table
from console.platform_api.takers import takers_of
from console.platform_api.transaction import Transaction
from console.records import privacy_requests
from console.records.users import RESOURCE, UserState

erasures, users = table(ErasureRow), table(UserRow)

BEGIN, REDACT, KEEP, CLEAR, UNLOCK, FINISH = "begin", "redact", "keep", "clear", "unlock", "finish"


@dataclass(frozen=True)
class Erasure:
    """`request`: None when it is replayed for a request that isn't known any more."""

    person: str
    request: str | None


def advance(work: Transaction, erasure: Erasure, step: str) -> str | None:
    """Does one step; the next one, None after the last."""
    name, _, place = step.partition(":")
    return _STEPS[name](work, erasure, place)


def _begin(work: Transaction, erasure: Erasure, _: str) -> str:
    ErasureLedger(work.platform.data).add(erasure.person, erasure.request, work.now)
    known = select(erasures.c.id).where(erasures.c.person == erasure.person)
    if work.connection.execute(known).first() is None:
        begun = {"id": new_id(), "person": erasure.person, "request": erasure.request, "begun": work.now}
        work.connection.execute(insert(erasures).values(**begun, epoch=work.platform.vault.epoch))
    _say(work, erasure, "erasure-begun")
    return f"{REDACT}:0"


def _redact(work: Transaction, erasure: Erasure, place: str) -> str:
    """`place`: which kind of texts, and behind which of them."""
    number, _, after = place.partition(":")
    kind, row = erasure_texts.KINDS[int(number)], _row(work, erasure)
    key = work.platform.vault.keys_of([erasure.person]).get(erasure.person)
    if row is None or (key is None and _is_cleared(row)):  # then the name is out of the texts already
        return KEEP
    if key is None:
        return _hide(work, erasure)
    names = names_of(work.connection, row, key)
    looked = erasure_texts.look(work.connection, work.platform.vault, kind, erasure.person, names, after or None)
    found = [it for it in looked.found if kind.changeable and not it.held]
    ErasureLedger(work.platform.data).add_redacted(erasure.person, kind.what, [kind.key_of(it.row) for it in found])
    written = [erasure_texts.write(work.connection, kind, it.row, it.sealed) for it in found]
    erasure_plan.went_on(work.connection, erasure.request, written.count(True))
    if not all(written):
        return f"{REDACT}:{place}"
    if looked.last is not None:
        return f"{REDACT}:{number}:{looked.last}"
    return f"{REDACT}:{int(number) + 1}" if int(number) + 1 < len(erasure_texts.KINDS) else KEEP


def _is_cleared(row: Row[Any]) -> bool:
    """Their own values go last, long after the texts: the very database that is without these has been through all of it."""
    return all(getattr(row, name) is None for name in erasure_parts.SEALED)


def _hide(work: Transaction, erasure: Erasure) -> str:
    """After a restore nobody knows the name any more: the texts that it was taken out of are hidden whole."""
    redacted = ErasureLedger(work.platform.data).redacted(erasure.person)
    for kind in erasure_texts.KINDS:
        erasure_texts.hide(work.connection, work.platform.vault, kind, redacted.get(kind.what, []))
    return KEEP


def _keep(work: Transaction, erasure: Erasure, _: str) -> str:
    row = _row(work, erasure)
    if row is not None:
        plan = erasure_plan.plan_of(work.connection, erasure.request) if erasure.request is not None else None
        banned = any(line["what"] == "ban_hash" for line in plan.lines) if plan is not None else None
        takers = takers_of(work.platform.keys, erasure.person)
        keeps = erasure_keeps.keeps_of(work.connection, row, work.now, takers, banned=banned)
        erasure_keeps.keep(work, row, keeps, erasure.request)
        keep_address(work, erasure.request)
        _say(work, erasure, "erasure-kept")
    return f"{CLEAR}:0"


def _clear(work: Transaction, erasure: Erasure, place: str) -> str:
    part = erasure_parts.PARTS[int(place)]
    if part.what == "mail":
        remove_files(work, [erasure.person])
    who = part.who(work.platform.keys, erasure.person)
    if part.what == erasure_parts.CONTEST_ENTRIES:
        cleared = entry_leaving.leave_all(work, who)
    else:
        cleared = erasure_parts.clear_some(work.connection, part, who, work.platform.vault.forget)
    erasure_plan.went_on(work.connection, erasure.request, cleared)
    if cleared:
        return f"{CLEAR}:{place}"
    return f"{CLEAR}:{int(place) + 1}" if int(place) + 1 < len(erasure_parts.PARTS) else UNLOCK


def _unlock(work: Transaction, erasure: Erasure, _: str) -> str:
    _say(work, erasure, "erasure-unlocked")  # while the pseudonym is there
    work.platform.vault.erase([erasure.person])
    return FINISH


def _finish(work: Transaction, erasure: Erasure, _: str) -> None:
    request = locked_request(work, erasure.request)
    row = work.lock(users, erasure.person)
    finish_request(work, request)  # which locks its case: behind the person, as every transaction does
    if row is not None and row.state != UserState.ERASED:
        work.change(RESOURCE, users, row, state=str(UserState.ERASED))
    mine = erasures.c.person == erasure.person
    work.connection.execute(update(erasures).where(mine).values(finished=work.now))
    rewrap_job.ask(work)
    _say(work, erasure, "erased")


_STEPS: dict[str, Callable[[Transaction, Erasure, str], str | None]] = {
    BEGIN: _begin, REDACT: _redact, KEEP: _keep, CLEAR: _clear, UNLOCK: _unlock, FINISH: _finish,
}  # fmt: skip


def _row(work: Transaction, erasure: Erasure) -> Row[Any] | None:
    return work.connection.execute(select(users).where(users.c.id == erasure.person)).first()


def _say(work: Transaction, erasure: Erasure, how: str) -> None:
    """On the log: of whom for as long as there is a pseudonym, and for which request."""
    resource = RESOURCE if erasure.request is None else privacy_requests.RESOURCE
    work.entries.append(work.entry(resource, how, person=erasure.person, record=erasure.request))
