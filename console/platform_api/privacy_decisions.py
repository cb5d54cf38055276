"""Deciding privacy requests: each decision cites the policy in force (P35), goes with its letter, and can be appealed if it declines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from console.platform_api import claim_work
from console.platform_api.cases import solve_case
from console.platform_api.claims import tickets
from console.platform_api.documents import Value, dump
from console.platform_api.guard import Ask
from console.platform_api.mail import Letter
from console.platform_api.policy_versions import require_version
from console.platform_api.privacy_clocks import appeal_limit
from console.platform_api.privacy_hinders import deny_reasons
from console.platform_api.privacy_intake import refuse_time
from console.platform_api.privacy_letters import can_be_told, goes_by_post, require_attorney_general
from console.platform_api.privacy_request_work import (
    Why,
    answered,
    clocks_set,
    ended_with,
    moved,
    open_request_case,
    worked_on,
    wrote,
)
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.privacy_unsent import extension, hold_until_posted
from console.platform_api.problems import Conflict, Invalid
from console.platform_api.projection import open_document
from console.platform_api.store import Answer, Write, act
from console.records.privacy_requests import RESOURCE, Kind, Regime, RequestState
from console.records.record import Category
from console.records.users import Source

_S = RequestState


@dataclass(frozen=True)
class Decision:
    """`policy_version` is what the employee has read; `basis` on what a declining rests."""

    policy_version: str | None
    letter: Letter | None = None
    why: Why | None = None
    basis: str | None = None
    text: str | None = None


def unverifiable(ask: Ask, named: str, decision: Decision) -> Answer:
    return act(ask, REQUESTS, named, lambda write: _decide(write, _S.UNVERIFIABLE, decision, worked_on(write)))


def deny(ask: Ask, named: str, decision: Decision) -> Answer:
    def change(write: Write) -> None:
        _refuse_telling(write.row, decision)
        _decide(write, _S.DENIED, decision, worked_on(write))

    return act(ask, REQUESTS, named, change)


def _refuse_telling(row: Row[Any], decision: Decision) -> None:
    """Before it is certain who asks, no reason says whether we have anything (P10)."""
    if decision.why is not None and decision.why.reason not in deny_reasons(row):
        tells = "tells whether we know the person: it isn't proven yet who asks"
        raise Invalid("Say why, without what we have.", errors=[{"where": "reason", "what": tells}])


def fulfil_partly(ask: Ask, named: str, decision: Decision) -> Answer:
    return act(ask, REQUESTS, named, lambda write: _decide(write, _S.PARTLY_FULFILLED, decision, worked_on(write)))


def fulfil(ask: Ask, named: str, decision: Decision) -> Answer:
    """A concern isn't closed without a reply (P13): this letter, or one before. Nor is a correction, if there is anywhere to write to; a
    package has gone with a letter of its own."""

    def change(write: Write) -> None:
        if write.row.replied is None and decision.letter is None:
            _refuse_silence(write)
        _decide(write, _S.FULFILLED, decision, worked_on(write))

    return act(ask, REQUESTS, named, change)


def _refuse_silence(write: Write) -> None:
    if write.row.kind == Kind.CONCERN:
        raise Conflict("A concern needs a reply before it is closed.")
    if write.row.kind == Kind.CORRECT and can_be_told(write.others, write.row):
        raise Conflict("Tell them that it is corrected: it needs its letter.")


def _decide(
    write: Write, state: RequestState, decision: Decision, case: Row[Any], *, stands: str | None = None
) -> None:
    """Its case ends with it; the letter, which goes out a little later, was put into the case's thread before. `stands`: the reason that
    is kept where none is given."""
    version = require_version(write.connection, write.ask.now, decision.policy_version)
    why = decision.why
    text = why.text if why is not None else decision.text
    claim_work.add_text(write, case, text)
    if decision.letter is not None:
        answered(write, case, decision.letter)
    write.details["policy_version"] = version
    write.reason, write.reason_text = why.reason if why is not None else None, text
    if decision.basis is not None:
        _rests_on(write, decision.basis)
    by, reason = write.ask.actor.id, write.reason or stands
    ended_with(write, case, state, decided_by=by, policy_version=version, reason=reason)


def _rests_on(write: Write, basis: str | None) -> None:
    """Text that an employee types, so it stands with what the asker wrote, under the request's own key."""
    key = write.ask.platform.vault.keys_of([write.row.id]).get(write.row.id)
    if key is None:
        return
    texts = dict(open_document(REQUESTS, write.row, Category.THREAD, key))
    before = texts.pop("basis", None)
    if basis is not None:
        texts["basis"] = Value(basis, Source.EMPLOYEE, write.ask.now)
    write.changed["basis"] = before.value if before is not None else None, basis
    write.values["sealed_thread"] = (
        key.seal(RESOURCE, write.row.id, str(Category.THREAD), dump(texts)) if texts else None
    )


def extend(ask: Ask, named: str, why: Why, letter: Letter) -> Answer:
    """Once, with its notice inside the first period. Whether it still is has been asked with the state (see `privacy_hinders`)."""

    def change(write: Write) -> None:
        case = worked_on(write)
        claim_work.add_text(write, case, why.text)
        wrote(write, case, letter)
        write.reason, write.reason_text = why.reason, why.text
        if goes_by_post(write):
            hold_until_posted(write, {}, extends=True)
            return
        write.values |= extension(write.row, ask.now)
        write.changed["due"] = (write.row.due.isoformat(), write.values["due"].isoformat())
        clocks_set(write)

    return act(ask, REQUESTS, named, change)


# Appeals


def appeal(ask: Ask, named: str, why: Why, channel: str, received: datetime) -> Answer:
    """Has a case of its own, which another person than who decided works on. It can't have come before what it is against."""

    def change(write: Write) -> None:
        row = write.row
        refuse_time("received", received, ask.now, since=row.decided or row.received)
        case = open_request_case(write.others, row)
        _note(write, case, why.text)
        write.reason, write.reason_text = why.reason, why.text
        write.details |= {"channel": channel, "received": received.isoformat()}
        moved(write, _S.APPEALED, ticket=case, appeal_due=appeal_limit(Regime(row.regime), received))

    return act(ask, REQUESTS, named, change)


def uphold(ask: Ask, named: str, decision: Decision) -> Answer:
    """The letter says to whom the person can turn now."""

    def change(write: Write) -> None:
        if decision.letter is not None:
            require_attorney_general(decision.letter)
        _decide(write, _S.UPHELD, decision, _case_of_appeal(write), stands=write.row.reason)

    return act(ask, REQUESTS, named, change)


def reverse(ask: Ask, named: str, decision: Decision) -> Answer:
    """It is worked on again, in the time of the appeal, and what comes of it needs a reply of its own (P13). Who declined is remembered
    until somebody decides anew. The asker is told so, if there is anywhere to write to."""

    def change(write: Write) -> None:
        version = require_version(write.connection, ask.now, decision.policy_version)
        case = _case_of_appeal(write)
        claim_work.add_text(write, case, decision.text)
        if decision.letter is not None:
            wrote(write, case, decision.letter)
        elif can_be_told(write.others, write.row):
            raise Conflict("Tell them that it is decided anew: it needs its letter.")
        write.reason_text, write.details["policy_version"] = decision.text, version
        _rests_on(write, None)
        moved(write, _S.REVERSED, decided=None, reason=None, replied=None, policy_version=version)

    return act(ask, REQUESTS, named, change)


def _case_of_appeal(write: Write) -> Row[Any]:
    """Whoever has it, or nobody: an appeal is decided without claiming it."""
    return claim_work.locked_case(write)


# Other ends


def withdraw(ask: Ask, named: str, why: Why) -> Answer:
    def change(write: Write) -> None:
        _note(write, write.row.ticket, why.text)
        write.reason, write.reason_text = why.reason, why.text
        moved(write, _S.WITHDRAWN, decided=ask.now, reason=why.reason)
        if write.row.ticket is not None:
            solve_case(write.others, write.row.ticket)

    return act(ask, REQUESTS, named, change)


def confirm(ask: Ask, named: str, letter: Letter) -> Answer:
    """That an opt-out works: it has since the person was known."""

    def change(write: Write) -> None:
        case = worked_on(write)
        answered(write, case, letter)
        ended_with(write, case, _S.CONFIRMED, decided_by=ask.actor.id)

    return act(ask, REQUESTS, named, change)


def _note(write: Write, ticket: str | None, text: str | None) -> None:
    """Whether anybody has the case or not; nowhere if it never had one, as the log keeps the text too."""
    case = write.others.lock(tickets, ticket) if ticket is not None and text is not None else None
    if case is not None:
        claim_work.add_text(write, case, text)
