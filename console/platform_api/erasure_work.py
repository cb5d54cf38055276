"""A request to delete, from its plan to the approval by a second person. What was approved is done by `erasing`, as work of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool

from console import access
from console.access import Decision
from console.conditions import SIGN_IN_AGAIN
from console.platform_api import claim_work, deputies, erasure_job, erasure_plan, projection
from console.platform_api.claims import tickets
from console.platform_api.erasure_plan import Before, Line, users
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.policy_versions import in_force
from console.platform_api.privacy_request_work import moved
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.problems import Conflict
from console.platform_api.store import Answer, Write, act, find, refuse_unless
from console.records.privacy_requests import RequestState
from console.records.users import RESOURCE as USERS
from console.records.users import UserState

_S = RequestState

CHANGED = "The plan isn't what it was: something changed since. Make it anew and look at it."


NOBODY = "Nobody is found that it could be about."


def plan(ask: Ask, named: str) -> Answer:
    """Makes it, or makes it anew: nothing goes by this."""
    lines, _ = _looked(ask, named)

    def change(write: Write) -> None:
        if write.row.person is None:
            raise Conflict("Say first who it is: nobody is found yet.")
        claim_work.keep(write, claim_work.locked_case(write))
        write.values["plan_hash"] = erasure_plan.store_plan(write.connection, write.row.id, lines, ask.now)
        write.details["stopped"] = erasure_plan.is_stopped(lines)

    return act(ask, REQUESTS, named, change, versioned=False)


def submit(ask: Ask, named: str) -> Answer:
    """To a second person. The plan must still be what would happen."""
    _, before = _looked(ask, named)

    def change(write: Write) -> None:
        sha256 = _still_holds(write, _locked(write), before)
        claim_work.keep(write, claim_work.locked_case(write))
        write.details["plan"] = sha256
        moved(write, _S.REVIEW, submitted_by=ask.actor.id)

    return act(ask, REQUESTS, named, change)


def send_back(ask: Ask, named: str, reason: str, text: str | None) -> Answer:
    def change(write: Write) -> None:
        case = write.others.lock(tickets, write.row.ticket)
        if case is not None:
            claim_work.add_text(write, case, text)
        write.reason, write.reason_text = reason, text
        write.details |= deputies.noted(ask)
        moved(write, _S.IN_PROGRESS)

    return act(ask, REQUESTS, named, change)


async def compared(ask: Ask, named: str) -> Answer:
    """What would happen now against what was submitted, for who is to approve it: told before they do, as approving asks the same again.
    On the log as a look."""
    body = await run_in_threadpool(_compared, ask, named)
    ask.action = "compare-plan"
    await ask.platform.recorder.record(ask.entry(details={"fresh": body["fresh"]}))
    return Answer(body)


def _compared(ask: Ask, named: str) -> dict[str, Any]:
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, REQUESTS, named)
        facts = projection.facts_of(ask, connection, REQUESTS, row, load_case(connection, ask.case))
        _refuse_others(access.may(ask.actor.roles, REQUESTS.resource, ask.action, facts))
        if because := projection.state_hinders(ask, connection, REQUESTS, row, ask.action):
            raise Conflict(because)
        if row.person is None:
            raise Conflict(NOBODY)
        stored = erasure_plan.plan_of(connection, row.id)
        lines = erasure_plan.make_plan(ask.platform, connection, str(row.person), str(row.id))
    before = stored.lines if stored is not None else []
    fresh = stored is not None and erasure_plan.hash_of(lines) == stored.sha256
    return {"fresh": fresh, "changes": erasure_plan.differences(before, lines)}


def _refuse_others(decision: Decision) -> None:
    """A password that is too old for approving is fresh enough to look."""
    if not decision.failed or set(decision.failed) - SIGN_IN_AGAIN:
        refuse_unless(decision)


def approve(ask: Ask, named: str, sha256: str) -> Answer:
    """Of this very plan. From here on it is carried out, whatever else is asked for."""
    _, before = _looked(ask, named)

    def change(write: Write) -> None:
        person = str(write.row.person)
        user = _locked(write)
        if user.state == UserState.ERASING:
            raise Conflict("They are being erased already, for another request.")
        if sha256 != _still_holds(write, user, before):
            raise Conflict(CHANGED)
        _close_account(write, user)
        policy = in_force(write.connection, ask.now).label
        moved(write, _S.ERASING, approved_by=ask.actor.id, plan_hash=sha256, policy_version=policy)
        write.details |= {"plan": sha256, **deputies.noted(ask)}
        erasure_job.ask(write.others, person, str(write.row.id))

    return act(ask, REQUESTS, named, change)


def _locked(write: Write) -> Row[Any]:
    """The person's row, nobody else's from here on: no hold is placed, and no value changes, while the plan is looked at."""
    row = write.others.lock(users, str(write.row.person)) if write.row.person is not None else None
    if row is None:
        raise Conflict(NOBODY)
    return row


def _close_account(write: Write, row: Row[Any]) -> None:
    """Nothing is fed, sent or shown to them any more. One who is erased already stays a tombstone."""
    if row.state != UserState.ERASED:
        write.others.change(USERS, users, row, state=str(UserState.ERASING))


def _still_holds(write: Write, user: Row[Any], before: Before) -> str:
    """The hash of the plan that was shown, if it is what would happen now and nothing stops it: made once more, under the locks."""
    stored = erasure_plan.plan_of(write.connection, write.row.id)
    if stored is None:
        raise Conflict(erasure_plan.NONE)
    lines = erasure_plan.make_plan(write.ask.platform, write.connection, user.id, write.row.id, before)
    if erasure_plan.is_stopped(lines):
        raise Conflict(erasure_plan.STOPPED)
    if erasure_plan.hash_of(lines) != stored.sha256:
        raise Conflict(CHANGED)
    return str(stored.sha256)


def _looked(ask: Ask, named: str) -> tuple[Sequence[Line], Before]:
    """Before the write: reading a hundred thousand texts would hold up everybody else's. Nothing where the write will be refused anyway."""
    before = Before()
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, REQUESTS, named)
        facts = projection.facts_of(ask, connection, REQUESTS, row, load_case(connection, ask.case))
        allowed = access.may(ask.actor.roles, REQUESTS.resource, ask.action, facts).allowed
        if not allowed or row.person is None or projection.state_hinders(ask, connection, REQUESTS, row, ask.action):
            return (), before
        return erasure_plan.make_plan(ask.platform, connection, str(row.person), str(row.id), before), before
