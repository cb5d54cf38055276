"""A letter of a request that could not be sent, or of which nobody can tell, told the asker nothing: what it stood for falls with it.

It is no acknowledgement, no reply and no notice of an extension until it was sent again. A concern or an opt-out that ended with it is
open again, as neither ends without its letter (P7, P13); any other decision stands, and its letter is among those still to be sent.
What goes by post is all of that from the moment on in which it is said to be sent; so is the end of a concern or an opt-out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from console.platform_api.claims import tickets
from console.platform_api.letter_hinders import plain
from console.platform_api.letter_undo import as_stored
from console.platform_api.mail import mails
from console.platform_api.privacy_clocks import extension_hinders, limits, next_due
from console.platform_api.privacy_reminders import told
from console.platform_api.store import Write
from console.platform_api.tables import PrivacyRequestRow, table
from console.platform_api.transaction import Transaction
from console.records.privacy_requests import DECIDABLE, ENDED, RESOURCE, Kind, Regime, RequestState
from console.records.tickets import LOST, UNSENT, MailState

requests = table(PrivacyRequestRow)

NEEDS_ITS_LETTER = (Kind.CONCERN, Kind.OPT_OUT)
"""Kinds that don't end without one."""

HELD, EXTENDS = "held", "extends"
"""Among what a letter by post brings about: what changes when it is said to be sent."""

Values = dict[str, Any]


def ended(work: Transaction, request: Row[Any], letter: Row[Any], state: MailState) -> None:
    """`letter`: as it was before it ended in `state`. The request and the letter's case are locked."""
    if request.purged is not None:
        return
    if state in LOST:
        _lost(work, request, letter)
    elif state is MailState.SENT:
        _change(work, request, went(request, letter, work.now))


def went(request: Row[Any], letter: Row[Any], now: datetime) -> Values:
    """Columns that change with a letter that is with the asker now: none for one that never failed, as it counted all along."""
    values: Values = {} if request.acknowledged is not None else {"acknowledged": now}
    answers = letter.answers and letter.ticket == request.ticket
    if answers and (request.replied is None or request.replied < letter.at):
        values["replied"] = now
    values |= _held(request, letter, now)
    return values | _clock(request, values)


def hold_until_posted(write: Write, columns: Values, *, extends: bool = False) -> None:
    """`columns`, and `decided`, change when the letter that this change has sent by post is said to be sent; `extends`: the time, too."""
    held = {HELD: {name: plain(value) for name, value in columns.items()}, EXTENDS: extends}
    write.at_the_end.append(lambda: _hold(write, held))


def _hold(write: Write, held: Values) -> None:
    mine = mails.c.id == str(write.beside["message"])
    effects = write.connection.execute(select(mails.c.effects).where(mine)).scalar_one()
    write.connection.execute(update(mails).where(mine).values(effects={**effects, **held}))


def _held(request: Row[Any], letter: Row[Any], now: datetime) -> Values:
    """What the letter was to bring about, unless somebody decided meanwhile, or the notice of an extension is late."""
    effects = letter.effects or {}
    held = effects.get(HELD)
    if held and request.state == effects["columns"]["state"][0]:
        return {name: as_stored(requests, name, value) for name, value in held.items()} | {"decided": now}
    in_time = (
        effects.get(EXTENDS) and extension_hinders(Regime(request.regime), request.due, request.extended, now) == ""
    )
    return extension(request, now) if in_time and request.state in DECIDABLE else {}


def extension(request: Row[Any], now: datetime) -> Values:
    return {"extended": now, "due": limits(Regime(request.regime), request.received, extended=True).due}


def _lost(work: Transaction, request: Row[Any], letter: Row[Any]) -> None:
    reopened = _reopened(request, letter)
    values = {**reopened, **_untold(work, request, letter), **_unextended(request, letter)}
    _change(work, request, values | _clock(request, values))
    if reopened:
        _reopen_case(work, letter)
    details = {"message": letter.id, "template": letter.template, "reopened": bool(reopened)}
    to = told(request, overdue=False)
    work.entries.append(work.entry(RESOURCE, "letter-lost", record=request.id, told=to, details=details))


def _change(work: Transaction, request: Row[Any], values: Values) -> None:
    if values:
        work.change(RESOURCE, requests, request, **values)


def _reopened(request: Row[Any], letter: Row[Any]) -> Values:
    """What the letter's decision made of the request is as it was before; nothing when something else was built on it."""
    columns = (letter.effects or {}).get("columns", {})
    built_on = request.decided != letter.at or request.state not in ENDED
    if request.kind not in NEEDS_ITS_LETTER or built_on:
        return {}
    return {name: as_stored(requests, name, before) for name, (before, _) in columns.items()}


def _reopen_case(work: Transaction, letter: Row[Any]) -> None:
    """In nobody's hand: whoever had it may be gone for days."""
    case = work.lock(tickets, letter.ticket)
    states: Mapping[str, str] = (letter.effects or {}).get("case", {})
    if case is not None and states and case.state == states["after"]:
        work.change("tickets", tickets, case, state=states["before"], assignee=None, lease_until=None)


def _untold(work: Transaction, request: Row[Any], letter: Row[Any]) -> Values:
    """What the letters that went, or are on their way, still tell."""
    values: Values = {}
    if request.acknowledged is not None and request.acknowledged >= letter.at:
        values["acknowledged"] = _standing(work, letter, func.min(mails.c.at))
    if letter.answers and request.replied is not None and request.replied >= letter.at:
        answers = (
            mails.c.answers.is_(True),
            mails.c.ticket == request.ticket,
        )  # what an appeal opened again has a case of its own
        values["replied"] = _standing(work, letter, func.max(mails.c.at), *answers)
    return values


def _standing(work: Transaction, letter: Row[Any], wanted: Any, *which: Any) -> datetime | None:
    stands = mails.c.state.not_in((*UNSENT, MailState.UNDONE)), mails.c.id != letter.id
    found = select(wanted).where(mails.c.request == letter.request, *stands, *which)
    at: datetime | None = work.connection.execute(found).scalar()
    return at


def _unextended(request: Row[Any], letter: Row[Any]) -> Values:
    """An extension has its notice inside the first period, or is none."""
    if request.extended != letter.at or request.extended is None:
        return {}
    return {"extended": None, "due": limits(Regime(request.regime), request.received).due}


def _clock(request: Row[Any], values: Values) -> Values:
    """The limit that runs then; what has ended keeps its last one."""

    def now(name: str) -> Any:
        return values.get(name, getattr(request, name))

    state = RequestState(now("state"))
    if state in ENDED or not values:
        return {}
    known = {name: now(name) for name in ("acknowledge_due", "due", "appeal_due", "acknowledged")}
    return {"next_due": next_due(state, **known)}
